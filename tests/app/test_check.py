"""A quick look at a whole programme: what blocks and what is due, as a run tells it, without what it does not need."""

import subprocess
import sys
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import SETTINGS, raw

from mentoring_lib import workflow
from mentoring_lib.app import outputs, this_week
from mentoring_lib.app.check import check_file, examine
from mentoring_lib.base.columns import APPLICATION
from mentoring_lib.base.problems import Problem, describe_all, order_problems

HEAVY = ("matplotlib", "docx", "jinja2", "scipy", "nbformat", "reportlab", "holidays")


def test_it_tells_what_a_run_tells(inputs, results):
    seen = workflow.look(inputs, as_of=results.as_of)
    assert (seen.problems, seen.blockers) == (results.problems, results.blockers)
    pd.testing.assert_frame_equal(seen.due, results.due)
    pd.testing.assert_frame_equal(seen.proposals, results.proposals)
    lines = [
        this_week.show_card(card, workflow.name_applications(one.decided))
        for one in (seen, results)
        for card in this_week.list_cards(one)
    ]
    assert lines[: len(lines) // 2] == lines[len(lines) // 2 :]


@pytest.mark.parametrize("step", ["_match", "_explain", "_count", "suggest"])
def test_nothing_is_matched_explained_counted_or_suggested_for_it(inputs, monkeypatch, step):
    monkeypatch.setattr(workflow, step, lambda *words: pytest.fail(step))
    assert len(workflow.look(inputs, as_of=date(2024, 9, 15)).due)


def test_it_loads_no_library_that_only_documents_and_drawings_need():
    words = ("from mentoring_lib.app import cli; import sys; cli.main(['check', 'data/example']);"
             f"print(sorted(sys.modules.keys() & set({HEAVY})))")  # fmt: skip
    told = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, cwd=workflow.ROOT, check=True)
    assert told.stdout.splitlines()[-1] == "[]"
    assert "Darāmais (4):" in told.stdout


def test_one_export_is_told_as_plain_data(tmp_path):
    (tmp_path / "programme.toml").write_text(SETTINGS, encoding="utf-8")
    told = raw(2, consent=["Jā", ""], started=["2022", "Kopiena vēl veidojas"], email="a@b.lv",
               themes=["Kā piesaistīt papildu finansējumu?", ""])  # fmt: skip
    told[[column.name for column in APPLICATION]].rename(
        columns={column.name: column.label for column in APPLICATION}
    ).to_csv(tmp_path / "p.csv", index=False)
    found = check_file(tmp_path / "p.csv", tmp_path)
    assert (found["file"], found["verdict"], found["message"]) == (
        "p.csv", "load_with_issues", "2 pieteikumi nolasīti, 2 jautājumi jums")  # fmt: skip
    first, second = found["applications"]
    assert [first[name] for name in ("submitted_at", "started", "themes", "consent", "late", "row")] == [
        "2023-08-01T10:01:00+03:00", 2022, ["funding"], True, False, 2]  # fmt: skip
    assert [second[name] for name in ("started", "themes", "consent", "place")] == ["forming", [], None, None]
    suspected, missing = found["problems"]
    assert (suspected["code"], suspected["application"], suspected["cell"]) == ("duplicate_suspected", 1, "C3")
    assert missing == {
        "code": "value_missing", "application": 1, "sheet": "", "row": 3, "cell": "O3", "column": "consent",
        "value": "", "message": "nav aizpildīts", "severity": "settle",
        "advice": "Noskaidrojiet un ierakstiet: Piekrišana – lapā «Labojumi».",
    }  # fmt: skip
    said = examine(tmp_path / "p.csv", tmp_path).describe().splitlines()
    assert said[0] == "p.csv: 2 pieteikumi nolasīti, 2 jautājumi jums"
    assert said[1].startswith(f"  p.csv, šūna C3, {second['application_id']} «Pulks 2», Kopiena: varbūt dublikāts")
    lines = (tmp_path / "p.csv").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "p.csv").write_text("".join(lines[:2]), encoding="utf-8")
    assert check_file(tmp_path / "p.csv", tmp_path)["verdict"] == "load"
    (tmp_path / "p.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    found = check_file(tmp_path / "p.csv", tmp_path / "programme.toml")
    assert (found["verdict"], found["applications"]) == ("reject", [])
    assert found["message"] == found["problems"][0]["message"] == "nav atrasta tabula ar gaidītajiem virsrakstiem"
    (tmp_path / "programme.toml").write_text(SETTINGS.replace("deadline = 2023-08-21", ""), encoding="utf-8")
    found = check_file(tmp_path / "p.csv", tmp_path / "programme.toml")
    assert found["problems"][0]["message"] in found["message"]
    assert found["problems"][0]["message"].startswith("programme.toml: ")
    assert found["problems"][0]["application"] is None


def test_a_line_holds_day_code_community_and_page_and_what_blocks_comes_first(inputs, results):
    blocked = replace(results, blockers=(Problem("freeze_missing"),))
    cards, names = this_week.list_cards(blocked), workflow.name_applications(results.decided)
    assert [card.blocks for card in cards] == [True, False, False, False, False]
    line = this_week.show_card(cards[2], names)
    assert line.startswith("27.11.2023 – Pajautājiet 9 kopienām")
    assert "K-F001DE «Ābolmaizes pagalmi», " in line
    assert line.endswith(" un vēl 6) → 3_konsultacijas.html")
    table = this_week.table_cards(cards, names)
    assert table.loc[2, "application_id"].count("; ") == table.loc[2, "community"].count("; ") == 8
    assert table["where"].str.endswith(".html").all()
    assert this_week.show_card(this_week.Card(date(2024, 9, 15), "Dariet", "", (("3.html", "3"),)), names) == (
        "15.09.2024 – Dariet → 3.html")  # fmt: skip


def test_equal_questions_of_many_applications_are_one_line_by_application(inputs):
    seen = workflow.look(replace(inputs, marks=inputs.marks.iloc[:0], frozen=None), as_of=date(2023, 8, 25))
    (line,) = [line for line in describe_all(order_problems(seen.blockers)) if "nav neviena vērtējuma" in line]
    codes = sorted(one.application_id for one in seen.blockers if one.code == "mark_missing")
    assert line.endswith(f"23 pieteikumi: {', '.join(codes[:3])} un vēl 20")
    table = outputs._name_problems(seen.blockers, seen.decided, "2_atlase.html")
    (row,) = [row for row in table.itertuples() if row.message == "nav neviena vērtējuma"]
    assert row.application_id == "; ".join(codes)
    assert row.community.count("; ") == len(codes) - 1
