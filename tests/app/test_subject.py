"""What one applicant may ask: everything that is kept about her, and that it is deleted."""

import io
import re
import shutil
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from builders import codes, decisions
from docx import Document
from openpyxl import load_workbook

from mentoring_lib import workflow
from mentoring_lib.app import outputs, paths, recall, subject, tracking, writing
from mentoring_lib.app.backup import make_backup
from mentoring_lib.app.cli import main
from mentoring_lib.documents import held_data, letters, privacy_notice
from mentoring_lib.documents.new_programme import Listed, make_tracking_workbook
from mentoring_lib.intake import stones
from mentoring_lib.render.ranking_chart import plot_ranking

KEY = "K-978E9F"  # of the example: without consent


@pytest.fixture(scope="module")
def document(example):
    made = held_data.make_held_data(*example, "K-F001DE", ["vestules/K-F001DE.docx"])
    document = Document(io.BytesIO(made))
    cells = [": ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells]).replace("\u00a0", " ")


def test_the_document_holds_every_answer_decision_mark_and_event(example, document):
    table = example[0].applications.set_index("application_id")
    for name in ("email", "community", "contact_name", "phone", "question", "place"):
        assert str(table.loc["K-F001DE", name]) in document
    for words in ("Statuss: atbilst", "Notikums: notika", "Ieteikums: ", "Darbs: ", "vestules/K-F001DE.docx",
                  "Cik ilgi.",
                  "Jūsu tiesības.", "3 / 3", "Reģistrēta: nē", "Piekrišana: jā", "Ieteiktu citiem: jā",
        "Tēmas: Kā iesaistīt iedzīvotājus", "Tēma: Kā uzlabot komunikāciju"):  # fmt: skip
        assert words in document
    for words in ("Jauna vai esoša: jauna", "Iznākums: piešķirta konsultācija", "aktivitātēs?; Kā uzlabot"):
        assert words in document
    assert "Pieteikums: K-F001DE" not in document
    agreed = example[1].anchors.dropna(subset=["agreed"])["application_id"].iloc[0]
    facts = [fact for kind, *told in held_data._parts(*example, agreed, []) if kind == "facts" for fact in told[0]]
    assert "Saskaņotā" in dict(facts)
    assert [cell for _, cell in facts if cell in ("", "–")] == []
    assert document.count("Nav neviena ieraksta.") == 3
    assert not re.search(r"\b(True|False|None|nan|NaT|engage_residents|communication)\b", document)


def test_the_document_holds_nobody_elses_answers_and_no_markers_name(example, document):
    table = example[0].applications
    others = table[table["application_id"].ne("K-F001DE")]
    assert not [name for name in others["contact_name"].dropna() if name in document]
    assert not [name for name in others["email"].dropna() if name in document]
    assert "Andris Paraugs" not in document.split("Vērtējumi")[1].split("Labojumi")[0]


@pytest.fixture
def programme_folder(tmp_path, made):
    folder, out = tmp_path / "mana", tmp_path / "out"
    made_of = shutil.ignore_patterns("README.md", "content.toml", "*.py")  # what no programme's folder has
    shutil.copytree(paths.EXAMPLE, folder, ignore=made_of)
    kept = ("/vestules/K-9", "/vestules/K-1", "/atlase.xlsx")
    writing.write_all(out, {name: content for name, content in made.items() if any(part in name for part in kept)})
    return folder, out


def remove_row(folder, key):
    """As a person would: the row goes from the form's export, and that of its themes from the workbook."""
    before = workflow.read_inputs(folder).applications.set_index("application_id")
    path = next((folder / "pieteikumi").iterdir())
    book = load_workbook(path)
    sheet = book[before.loc[key, "sheet"]] if before.loc[key, "sheet"] in book.sheetnames else book.active
    sheet.delete_rows(int(before.loc[key, "row"]))
    book.save(path)
    typed = load_workbook(folder / "darba_gramata.xlsx")
    for row in [row for row in typed["Tēmas"].iter_rows() if row[0].value == key]:
        typed["Tēmas"].delete_rows(row[0].row)
    typed.save(folder / "darba_gramata.xlsx")


def test_forgetting_takes_two_calls_and_leaves_a_stone_so_that_counts_hold(programme_folder, capsys):
    folder, out = programme_folder
    before = workflow.evaluate(workflow.read_inputs(folder))
    words = ["forget", str(folder), "k-978e9f · Ūdenstorņa stūris", "--out", str(out), "--yes"]
    assert main(words) == paths.ISSUES
    told = capsys.readouterr().out
    assert f"ieksejie/vestules/{KEY} Ūdenstorņa stūris.docx" in told
    assert "ieksejie/atlase.xlsx" in told
    assert "«Tēmas»" in told.split("Jums jāizdzēš")[1]
    assert "dati ir izdzēsti" not in told
    assert told.endswith("Kad izdzēsts, palaidiet to pašu vēlreiz.\n")
    assert not list(out.rglob(f"*{KEY}*"))
    assert (out / "ieksejie/vestules/K-17DCC7 Jāņu kalna pulks.docx").is_file()
    remove_row(folder, KEY)
    assert main(words) == paths.FINE
    assert f"Pieteikuma {KEY} dati ir izdzēsti." in capsys.readouterr().out
    inputs = workflow.read_inputs(folder)
    after = workflow.evaluate(inputs)
    assert len(after.decided) == len(before.decided)
    assert after.decided["state"].value_counts().to_dict() == before.decided["state"].value_counts().to_dict()
    assert after.final
    assert [one.code for one in after.problems] == [one.code for one in before.problems]
    stone = inputs.applications.set_index("application_id").loc[KEY]
    assert stone[["email", "community", "contact_name", "phone", "question"]].isna().all()
    assert not [name for name in letters.make_letters(inputs, after).files if KEY in name]
    assert outputs.make_report(inputs, after)


def test_older_workbooks_and_backups_that_hold_it_are_named_until_they_are_gone(programme_folder, capsys):
    folder, out = programme_folder
    aside = folder / ".vesture" / "vecas" / "darba_gramata 2024-01-05 1.xlsx"
    aside.parent.mkdir(parents=True)
    inputs = workflow.read_inputs(folder)
    aside.write_bytes(make_tracking_workbook(inputs.programme, Listed(inputs.applications)))
    copy = make_backup(folder, date(2024, 1, 5))
    words = ["forget", str(folder), KEY, "--out", str(out), "--yes"]
    main(words)
    remove_row(folder, KEY)
    capsys.readouterr()
    for path in (aside, copy):
        assert main(words) == paths.ISSUES
        told = capsys.readouterr().out
        assert path.as_posix() in told.split("Jums jāizdzēš")[1]
        assert "dati ir izdzēsti" not in told
        path.unlink()
    assert main(words) == paths.FINE


def test_whatever_else_of_the_folder_holds_it_is_named_too(programme_folder, inputs, capsys):
    folder, out = programme_folder
    about = inputs.applications.set_index("application_id").loc[KEY]
    notebook, own, broken = (folder / "burtnicas" / "1_pieteikumi.ipynb", folder / "saraksts.txt",
                             folder.parent / "kopijas" / "mana.zip")  # fmt: skip
    for path, text in ((notebook, f'{{"a": "{about["email"]}"}}'), (own, f"{KEY} zvanīt"), (broken, "PK, aprauts")):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert main(["forget", str(folder), KEY, "--out", str(out), "--yes"]) == paths.ISSUES
    told = capsys.readouterr().out.split("Jums jāizdzēš")[1]
    assert all(path.as_posix() in told for path in (notebook, broken))
    remove_row(folder, KEY)
    assert main(["forget", str(folder), KEY, "--out", str(out), "--yes"]) == paths.ISSUES
    assert own.as_posix() in capsys.readouterr().out.split("Jums jāizdzēš")[1]


@pytest.mark.parametrize("change", [{"municipality": None}, {}])
def test_two_forms_of_one_minute_are_forgotten_and_no_town_is_invented(programme_folder, monkeypatch, change):
    folder, out = programme_folder
    read = workflow.read_inputs

    def read_changed(place):
        found = read(place)
        table = found.applications
        own = table[table["application_id"].eq(KEY)].assign(**change)
        others = table[table["application_id"].ne(KEY)]
        return replace(found, applications=pd.concat([others, own, own], ignore_index=True).astype(table.dtypes))

    monkeypatch.setattr(workflow, "read_inputs", read_changed)
    assert main(["forget", str(folder), KEY, "--out", str(out), "--yes"]) == paths.ISSUES
    assert stones.read_stones(folder) == {KEY: "" if change else "Olaines novads"}


def test_a_backup_made_between_forgetting_and_deleting_is_named_a_later_one_is_not(programme_folder, capsys):
    folder, out = programme_folder
    words = ["forget", str(folder), KEY, "--out", str(out), "--yes"]
    main(words)
    between = make_backup(folder, date(2024, 1, 5))
    remove_row(folder, KEY)
    after = make_backup(folder, date(2024, 1, 5))
    (folder / "saraksts.txt").write_text(f"{KEY} zvanīt", "utf-8")
    noted = make_backup(folder, date(2024, 1, 5))
    (folder / "saraksts.txt").unlink()
    capsys.readouterr()
    assert main(words) == paths.ISSUES
    told = capsys.readouterr().out
    assert between.as_posix() in told.split("Jums jāizdzēš")[1]
    assert noted.as_posix() in told
    assert after.as_posix() not in told
    assert {path.name for path in between.parent.iterdir()} == {between.name, after.name, noted.name}
    between.unlink()
    noted.unlink()
    assert main(words) == paths.FINE


def test_a_correction_goes_and_is_no_row_whose_texts_alone_are_to_go(inputs):
    key = inputs.sheets["Labojumi"]["application_id"].iloc[0]
    assert [line for line in subject.list_rows(inputs, key) if "Labojumi" in line]
    assert [line for line in subject.list_notes(inputs, key) if "Labojumi" in line] == []


def forgotten(inputs, key, town="Olaines novads"):
    """What is left once the rows of an application are deleted and only its stone stands."""
    left = inputs.applications[inputs.applications["application_id"].ne(key)].reset_index(drop=True)
    sheets = {name: inputs.sheets[name][inputs.sheets[name]["application_id"].ne(key)] for name in subject.ABOUT_ONE}
    said = pd.concat([inputs.sheets["Lēmumi"], decisions(f"{key} withdrawn on=2024-01-05")], ignore_index=True)
    marks = inputs.marks[inputs.marks["application_id"].ne(key)]
    applications = stones.add_stones(left, {key: town})
    return replace(inputs, applications=applications, marks=marks, sheets={**inputs.sheets, **sheets, "Lēmumi": said})


def test_the_look_up_sheet_is_named_until_its_line_is_gone(programme_folder, inputs):
    folder, _ = programme_folder
    assert list(subject.list_lists(folder, KEY)) == []  # the example's workbook has no such sheet
    for known, count in ((inputs, 1), (forgotten(inputs, KEY), 0)):
        content = make_tracking_workbook(inputs.programme, tracking.list_applications(known))
        (folder / "darba_gramata.xlsx").write_bytes(content)
        assert len(list(subject.list_lists(folder, KEY))) == count


def test_one_who_was_ranked_and_is_forgotten_leaves_the_outcome_and_every_picture_whole(inputs, results):
    key = "K-E66AB4"
    after = workflow.evaluate(forgotten(inputs, key))
    assert after.final
    assert set(codes(after.problems)) <= set(codes(results.problems))
    rest = [one.decided.set_index("application_id")["outcome"].drop(key) for one in (results, after)]
    assert rest[0].equals(rest[1].reindex(rest[0].index))
    for narrow in (False, True):
        ax = plot_ranking(after.decided, inputs.programme, narrow=narrow)
        assert "–" in {text.get_text() for text in ax.texts}
    assert after.figures.applicants == results.figures.applicants


def test_the_memory_of_the_last_run_holds_codes_alone_and_is_nobodys_to_delete(programme_folder, capsys):
    folder, out = programme_folder
    kept = folder / recall.FOLDER / recall.FILE
    kept.parent.mkdir()
    kept.write_text(f'["{KEY}"]', "utf-8")
    words = ["forget", str(folder), KEY, "--out", str(out), "--yes"]
    main(words)
    remove_row(folder, KEY)
    make_backup(folder, date(2024, 1, 5))
    assert main(words) == paths.FINE
    told = capsys.readouterr().out
    assert kept.name not in told
    assert "Šīs rindas paliek" not in told


def test_who_still_competes_or_was_given_a_consultation_is_not_forgotten(programme_folder, capsys):
    folder, out = programme_folder
    for key in ("K-17DCC7", "K-F001DE"):
        assert main(["forget", str(folder), key, "--out", str(out), "--yes"]) == paths.STOPPED
        assert f"pieteikums {key} vēl piedalās atlasē" in capsys.readouterr().err
    assert not (folder / stones.FILE).exists()


def test_nothing_is_deleted_without_the_programmes_name(programme_folder, monkeypatch, capsys):
    folder, out = programme_folder
    monkeypatch.setattr("builtins.input", lambda _: "cita")
    assert main(["forget", str(folder), KEY, "--out", str(out)]) == paths.ISSUES
    assert "Nekas nav izdzēsts." in capsys.readouterr().out
    assert not (folder / stones.FILE).exists()


def test_everything_about_one_is_one_document(programme_folder, capsys):
    folder, out = programme_folder
    assert main(["about", str(folder), KEY.lower(), "--out", str(out)]) == paths.FINE
    made = out / "ieksejie" / f"{KEY} dati.docx"
    assert str(made) in capsys.readouterr().out
    texts = [paragraph.text for paragraph in Document(made).paragraphs]
    assert [text for text in texts if text.endswith(f"{KEY} Ūdenstorņa stūris.docx")]
    assert main(["about", str(folder), "K-000000", "--out", str(out)]) == paths.STOPPED
    assert "pieteikuma ar kodu K-000000 nav" in capsys.readouterr().err
    assert f"ieksejie/{made.name}" in writing.read_manifest(out)[0]  # so erase finds it


def test_the_example_is_not_forgotten():
    assert main(["forget", str(paths.EXAMPLE), KEY, "--yes"]) == paths.STOPPED


def test_stones_are_read_as_they_were_written(tmp_path):
    told = {"K-1": "Olaines novads", "K-2": ""}
    (tmp_path / stones.FILE).write_bytes(stones.format_stones(told))
    assert stones.read_stones(tmp_path) == told
    assert stones.read_stones(tmp_path / "none") == {}


# The notice


def test_the_notice_says_what_the_law_asks_for(inputs):
    title, sections = privacy_notice.list_sections(inputs.programme)
    text = "\n".join([title, *(f"{lead} {words}" for lead, words in sections)]).replace("\u00a0", " ")
    for words in (
        "Kā izmantojam Jūsu datus projektā «Kaimiņu kopienu kopspēks»",
        "Kas atbild. Datu pārzinis ir biedrība «Pierīgas partnerība», reģ. Nr. 40000000000, Izdomu iela 1, Olaine,",
        "Abas biedrības par datiem lemj kopā", "atskaitītos finansētājam (līguma izpildei", "projekta partneris un",
        "Eiropas Savienības", "Līdz 2026. gada 31. oktobrim;", "sūdzēties Datu valsts inspekcijai",
        "atsaukt jebkurā laikā",
        "atbildēsim mēneša laikā", "Lēmumus pieņem cilvēki: vērtē vērtētāji",
        "bez kontaktiem un jautājuma pieteikumu nevaram",
        "jautājam Jūsu piekrišanu",
    ):  # fmt: skip
        assert words in text
    assert "{" not in text


def test_a_form_that_does_not_ask_for_consent_promises_none(inputs):
    own = inputs.programme
    silent = own.model_copy(update={"form": own.form.model_copy(update={"consent": "not_asked"})})
    assert "jautājam Jūsu piekrišanu" not in str(privacy_notice.list_sections(silent))


@pytest.mark.parametrize("name", privacy_notice.SETTINGS)
def test_a_notice_waits_for_its_settings(inputs, name):
    own = inputs.programme
    bare = own.model_copy(update={"privacy": own.privacy.model_copy(update={name.split(".")[1]: ""})})
    assert privacy_notice.make_notice(bare) is None


def test_the_notice_is_public_before_the_freeze_too(example):
    inputs, results = example
    assert "privatums.html" in outputs.make_public_files(replace(inputs, frozen=None), results).files
    page = privacy_notice.make_notice(inputs.programme).decode("utf-8")
    assert "<h1>Kā izmantojam Jūsu datus" in page
    assert "PIEMĒRS" in page


def test_the_notice_is_a_page_of_its_sections_and_says_that_it_is_an_example_only_there(inputs):
    own = inputs.programme
    for programme, notice in ((own, True), (own.model_copy(update={"example": False}), False)):
        page = privacy_notice.make_notice(programme).decode("utf-8").replace("\u00a0", " ")
        body = page.split("<h1>")[1].split("</h1>\n")[1]
        assert ('<p class="notice">PIEMĒRS' in page) == notice
        assert "X" not in page.split("<body")[1].split("<h1>")[0]
        lines = [line for line in body.splitlines() if line.startswith("<p>")]
        assert [line.split("</strong>")[0] for line in lines] == [
            f"<p><strong>{lead}" for lead in privacy_notice.WORDS["sections"]
        ]
        assert [line[-5:] for line in lines] == [".</p>"] * len(lines)
        assert body.startswith("<p><strong>Kas atbild.</strong> Datu pārzinis ir biedrība «Pierīgas partnerība», reģ.")
        assert "\n".join(lines) in body


def test_a_part_of_the_notice_that_cannot_be_said_is_left_out(inputs):
    own = inputs.programme
    bare = own.privacy.model_copy(update={"controller": "", "joint_arrangement": ""})
    silent = own.form.model_copy(update={"consent": "not_asked"})
    _, sections = privacy_notice.list_sections(own.model_copy(update={"privacy": bare, "form": silent}))
    told = dict(sections)
    assert "Kas atbild." not in told
    assert "apakšpunkts)). Kopienas nosaukuma un foto" in told["Kāpēc un uz kāda pamata."].replace("\u00a0", " ")
