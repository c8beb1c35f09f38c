"""What applicants are told about their data, made from the settings (Regulation (EU) 2016/679, art. 13)."""

from html import escape

from mentoring_lib.base.problems import Problem
from mentoring_lib.base.programme import Programme
from mentoring_lib.base.settings import problem_of_several
from mentoring_lib.base.stamp import EXAMPLE_NOTICE
from mentoring_lib.documents.wording import TEXTS, fill, find_lacking, quote_inside
from mentoring_lib.render.html import wrap_page

FILE = "privatums.html"
WORDS = TEXTS["privacy"]
SETTINGS: list[str] = WORDS["settings"]


def make_notice(programme: Programme) -> bytes | None:
    """The notice as a page; None while settings that it needs are missing."""
    if find_lacking(programme, SETTINGS):
        return None
    title, sections = list_sections(programme)
    notice = f'<p class="notice">{EXAMPLE_NOTICE}</p>\n' if programme.example else ""
    body = "\n".join(f"<p><strong>{escape(lead)}</strong> {escape(text)}</p>" for lead, text in sections)
    return wrap_page(title, f"{notice}<h1>{escape(title)}</h1>\n{body}")


def check_notice(programme: Programme) -> list[Problem]:
    """A note of the settings without which there is no notice."""
    lacking = find_lacking(programme, SETTINGS)
    return [problem_of_several("privacy_settings", programme, lacking)] if lacking else []


def list_sections(programme: Programme) -> tuple[str, list[tuple[str, str]]]:
    """Title, and what each section is about with its text."""
    words = dict(programme) | {"project_name": quote_inside(programme.project.title)}
    words["consent"] = WORDS["consent"] if programme.form.consent == "asked" else ""
    sections = [(lead, fill(sentences, words)) for lead, sentences in WORDS["sections"].items()]
    return fill([WORDS["title"]], words), [(lead, text) for lead, text in sections if text]
