"""Rewrite what is made from the code and committed: notebooks with outputs, charts, page of messages, offline handbook.

    python run.py refresh

The same bytes each time (a test holds this). For the maintainer, so no part of the library.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd
from handbook_page import make_handbook
from tqdm import tqdm

from mentoring_lib import workflow
from mentoring_lib.app import notebooks, paths, writing
from mentoring_lib.base.problems import BLOCK, CHECK, KINDS, SETTLE, TEXTS, Problem
from mentoring_lib.base.settings import PAGES
from mentoring_lib.documents import funder_report
from mentoring_lib.render.charts import PRINT_DPI, Chart, describe_chart, render, sign
from mentoring_lib.render.funder_charts import draw_all
from mentoring_lib.render.ranking_chart import plot_ranking
from mentoring_lib.workflow import Inputs, Results

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "images"
MESSAGES = DOCS / "zinojumi.md"
HANDBOOK = ("rokasgramata", "uzstadisana", "iestatijumi", "veidne", "zinojumi", "izlozes_parbaude")  # one offline page
MESSAGES_INTRO = """# Ko rīks var pateikt

Katrs ziņojums nosauc datni, lapu, rindu, kolonnu un vērtību. «Neder» aptur darbu, «kavē» gaida jūsu lēmumu (līdz tam
iznākums nav galīgs vai pārskatu neveido), «pārbaudiet» neko neaptur, bet pārliecinieties, «zināšanai» neprasa neko. Vērtības šajā lapā ir izdomāti piemēri. Lapu veido rīks
(`python run.py refresh`).
"""  # noqa: E501 - as it stands in the page


SETTINGS_INTRO = """# Iestatījumi

Visi iestatījumi pa datnes `programma.xlsx` lapām. Tabulām nosaukums ir tabula un kolonna. Atslēga ir tas pats datnē
`programme.toml` (programmām, kas sāktas ar rīka versiju 0.1). Lapu veido rīks (`python run.py refresh`)."""


FIELDS_INTRO = """# Finansētāja veidnes lauki

Ja finansētājam ir sava Word veidne, ierakstiet tajā laukus, piemēram, `{{ projekts }}`; rīks to vietā ieliek tekstu. Lauku raksta vienā
rindkopā; lielie burti, garumzīmes un atstarpes nav svarīgas, un Word drīkst lauku pārdalīt, kā grib. Saraksts, kas rindkopā ir viens
pats, to atkārto (arī aizzīmētu vai numurētu), teikuma vidū tas ir viens teksts. Tabulai, attēlam un logo vajag savu rindkopu. Lauku, kura
nav, un lauka daļu, ko nevar aizpildīt, rīks nosauc, kad pārbaudāt vai palaižat. Skaitļu lauki atkarīgi no jūsu rādītājiem, novadiem un
gadiem: nosaukums ir tabula, rinda un aile. Vērtības ir no izdomātā piemēra. Lapu veido rīks (`python run.py refresh`).
"""  # noqa: E501 - as it stands in the page


def main() -> None:
    """Write everything; committed files change only where their sources did."""
    for name, content in make_all().items():
        writing.replace_file(paths.ROOT / name, content)
    print("Atjaunots: burtnīcas, attēli, ziņojumu lapa un rokasgrāmata.")


def make_all() -> dict[str, bytes]:
    """What is to be committed, by path from the project's root."""
    inputs, results = workflow.open_programme(workflow.describe_environment(paths.EXAMPLE))
    own = {"zinojumi": list_messages(), "iestatijumi": list_settings(), "veidne": list_fields(inputs, results)}
    made = execute_all() | {f"docs/{name}.md": text.encode("utf-8") for name, text in own.items()}
    drawn = draw_pictures(inputs, results)
    pictures = {path.name: path.read_bytes() for path in sorted(PICTURES.iterdir())} | drawn
    texts = {name: own.get(name) or (DOCS / f"{name}.md").read_text("utf-8") for name in HANDBOOK}
    return (
        made
        | {f"docs/images/{name}": picture for name, picture in drawn.items()}
        | {f"docs/{HANDBOOK[0]}.html": make_handbook(texts, pictures)}
    )


def execute_all() -> dict[str, bytes]:
    """Every notebook with its outputs on the example."""
    sources = sorted(paths.NOTEBOOKS.glob("*.ipynb"))
    environment = {**os.environ, **workflow.describe_environment(paths.EXAMPLE)}
    with tqdm(total=len(sources), desc="Burtnīcas", file=sys.stderr, leave=False) as bar:
        done = notebooks.execute_notebooks(
            sources,
            environment,
            lambda *_: bar.update(),
            lambda: workflow.share_results(*workflow.open_programme(environment)),
        )
    return {f"notebooks/{name}": notebooks.write_notebook(notebook) for name, notebook in done.items()}


def list_messages() -> str:
    """Every message as a page for the handbook, in Latvian (Markdown)."""
    shown = [Problem(code, value=text.example[0], details=text.example[1]) for code, text in TEXTS.items()]
    words = KINDS | {SETTLE: f"{KINDS[BLOCK]} / {KINDS[CHECK]}"}
    rows = [f"| {words[one.severity]} | {one.message} | {one.advice} | `{one.code}` |" for one in shown]
    head = ["| Svarīgums | Kas nav kārtībā | Ko darīt | Kods |", "|---|---|---|---|"]
    return "\n".join([MESSAGES_INTRO, *head, *rows, ""])


def list_settings() -> str:
    """Every setting as a page for the handbook: its name, what it means, and its key in a text file (Markdown)."""
    lines = [SETTINGS_INTRO]
    for page in PAGES:
        named = [(one.label, one.text, one.key) for one in page.settings]
        for table in page.tables:
            named += [(f"{table.title}: {one.label.format(n=1)}", one.text, one.key) for one in table.columns]
        lines += [f"\n## {page.name}\n\n{page.intro}\n", "| Iestatījums | Paskaidrojums | Atslēga |", "|---|---|---|"]
        lines += [f"| {name} | {text} | `{key}` |" for name, text, key in named]
    return "\n".join([*lines, ""])


def list_fields(inputs: Inputs, results: Results) -> str:
    """Every field of a funder's own template, with what it gives in the example (Markdown)."""
    charts = {name: describe_chart(ax) for name, ax in draw_all(results.figures, inputs.programme).items()}
    fields = funder_report.list_fields(results.figures, inputs.programme, charts, {})
    own = "jūsu teksts no lapas «Pārskata teksti» (saraksts)"
    lines = [FIELDS_INTRO, "| Lauks | Ko dod | Piemērā |", "|---|---|---|"]
    for name, value in fields.items():
        if isinstance(value, pd.DataFrame):  # the fields of its figures follow
            lines += [f"\n## Tabula `{name}`\n", "| Lauks | Piemērā |", "|---|---|"]
        elif isinstance(value, Chart):
            lines += [] if "\n## Attēli\n" in lines else ["\n## Attēli\n"]
            lines.append(f"- `{name}`: {value.title}")
        else:
            words = (" ".join(value) if isinstance(value, list) else str(value or "")).replace("|", "/") or "–"
            told = (
                f"{funder_report.FIELDS.get(name, own)} | "
                if not any(line.startswith("\n## ") for line in lines)
                else ""
            )
            lines.append(f"| `{name}` | {told}{words} |")
    return "\n".join([*lines, ""])


def draw_pictures(inputs: Inputs, results: Results) -> dict[str, bytes]:
    """The README's pictures, as SVG by file name."""
    ranking = sign(plot_ranking(results.decided, inputs.programme), results.stamp.short())
    charts = {"atlase": ranking, **draw_all(results.figures, inputs.programme)}
    return {f"{name}.svg": render(ax, "svg", dpi=PRINT_DPI) for name, ax in charts.items()}


if __name__ == "__main__":
    main()
