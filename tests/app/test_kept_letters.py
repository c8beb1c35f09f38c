"""A letter once made stays until a decision or event about its own application makes a new one."""

import pytest
from builders import programme

from mentoring_lib import workflow
from mentoring_lib.app import writing
from mentoring_lib.app.kept_letters import keep_letters, list_replaced
from mentoring_lib.base.stamp import describe_rule
from mentoring_lib.render.docx import make_document

PLACE = "ieksejie/vestules"
STAMP = workflow.Stamp(
    example=True, project="P", funding_sentence="F", responsibility="R", as_of=programme().as_of,
    rule=describe_rule(programme()), inputs="0", version="1", lock="0",
)  # fmt: skip


def letter(text, basis):
    return make_document("Vēstule", STAMP, [("title",), ("text", text)], "letter", basis=basis)


def write(out, *, replacing=True, **letters):
    """A run that makes letters ``K1=("text", "basis")``; what lies in the folder then, by name."""
    made = {f"{PLACE}/{key}.docx": letter(*content) for key, content in letters.items()}
    files = keep_letters(out, made | {"ieksejie/atlase.xlsx": b"x"}, replacing=replacing)
    writing.write_all(out, files)
    return {path.relative_to(out / PLACE).as_posix(): path.read_bytes() for path in (out / PLACE).rglob("*.docx")}


WAITS, PLACED = ("Gaida", "2023-08-31 waiting"), ("Piešķirta", "2024-01-10 place 2024")


def test_a_letter_of_the_same_decision_stays_to_the_byte(tmp_path):
    first = write(tmp_path, K1=WAITS)
    assert write(tmp_path, K1=("Gaida, bet citā vietā", WAITS[1])) == first


def test_a_second_run_lists_its_files_in_the_same_order(tmp_path):
    made = {f"{PLACE}/K1.docx": letter(*WAITS), "ieksejie/atlase.xlsx": b"x"}
    writing.write_all(tmp_path, made)
    assert list(keep_letters(tmp_path, made, replacing=True)) == list(made)


def test_a_new_decision_puts_the_old_letter_aside_and_it_stays_there(tmp_path):
    write(tmp_path, K1=WAITS, K2=WAITS)
    for _ in range(2):
        there = write(tmp_path, K1=PLACED, K2=WAITS)
        assert there == {
            "K1.docx": letter(*PLACED),
            "vecas/K1 2023-08-31.docx": letter(*WAITS),
            "K2.docx": letter(*WAITS),
        }
    assert list_replaced(f"{PLACE}/{name}" for name in there) == ["K1 2023-08-31"]
    assert list_replaced([f"{PLACE}/vecas/K2 b.docx", f"{PLACE}/vecas/K1 a.docx"]) == ["K1 a", "K2 b"]


def test_two_letters_of_one_day_both_stay_aside(tmp_path):
    write(tmp_path, K1=("A", "2023-08-31 place 2023"))
    write(tmp_path, K1=("B", "2023-08-31 withdrawn 2023"))
    there = write(tmp_path, K1=("C", "2023-08-31 ineligible"))
    assert sorted(there) == ["K1.docx", "vecas/K1 2023-08-31 2.docx", "vecas/K1 2023-08-31.docx"]


def test_a_renamed_community_does_not_get_a_second_letter(tmp_path):
    write(tmp_path, **{"K1 Pulks": WAITS})
    renamed = write(tmp_path, **{"K1 Cits pulks": ("Gaida, kā sauc tagad", WAITS[1])})
    assert renamed == {"K1 Cits pulks.docx": letter(*WAITS)}  # as the mailing list of the run names it
    assert sorted(write(tmp_path, **{"K1 Cits pulks": PLACED})) == [
        "K1 Cits pulks.docx",
        "vecas/K1 Cits pulks 2023-08-31.docx",
    ]


def test_letters_that_a_person_has_edited_go_aside_as_edited(tmp_path):
    write(tmp_path, K1=WAITS)
    edited = letter("Ar roku labota", WAITS[1])
    (tmp_path / PLACE / "K1.docx").write_bytes(edited)
    assert write(tmp_path, K1=WAITS) == {"K1.docx": edited}
    assert write(tmp_path, K1=PLACED) == {"K1.docx": letter(*PLACED), "vecas/K1 2023-08-31.docx": edited}


def test_drafts_are_made_anew_and_go_when_the_result_is_provisional(tmp_path):
    write(tmp_path, K1=("Melnraksts", ""))
    assert write(tmp_path, K1=("Cits", "")) == {"K1.docx": letter("Cits", "")}
    assert write(tmp_path) == {}


@pytest.mark.parametrize("replacing", [True, False])
def test_letters_stay_when_the_result_is_provisional_again(tmp_path, replacing):
    write(tmp_path, K1=WAITS)
    assert write(tmp_path, replacing=replacing) == {"K1.docx": letter(*WAITS)}


def test_a_run_of_another_day_replaces_nothing(tmp_path):
    first = write(tmp_path, K1=PLACED)
    assert write(tmp_path, replacing=False, K1=WAITS, K2=WAITS) == first | {"K2.docx": letter(*WAITS)}


def test_a_question_about_consent_is_asked_once(tmp_path):
    first = write(tmp_path, K1=("Līdz 1. septembrim", "no_consent"))
    assert write(tmp_path, K1=("Līdz 2. septembrim", "no_consent")) == first
    assert sorted(write(tmp_path, K1=WAITS)) == ["K1.docx", "vecas/K1.docx"]


def test_documents_of_other_folders_about_the_same_application_are_no_letters(tmp_path):
    advice = {"ieksejie/ieteikumi/K1.docx": letter("Ieteikumi", "2024-02-02 other")}
    made = {f"{PLACE}/K1.docx": letter(*WAITS)}
    writing.write_all(tmp_path, keep_letters(tmp_path, advice | made, replacing=True))
    assert keep_letters(tmp_path, made, replacing=True) == made
    assert keep_letters(tmp_path, made | advice, replacing=True) == made | advice
    assert keep_letters(tmp_path, {}, replacing=True) == made
    placed = {f"{PLACE}/K1.docx": letter(*PLACED)}
    aside = {f"{PLACE}/vecas/K1 2023-08-31.docx": made[f"{PLACE}/K1.docx"]}
    assert keep_letters(tmp_path, placed | advice, replacing=True) == placed | advice | aside


def test_a_letter_that_was_deleted_or_is_a_link_is_made_anew(tmp_path):
    write(tmp_path, K1=WAITS, K2=WAITS)
    (tmp_path / PLACE / "K1.docx").unlink()
    assert write(tmp_path, K1=("Cits", WAITS[1]), K2=WAITS)["K1.docx"] == letter("Cits", WAITS[1])
    (tmp_path / PLACE / "K2.docx").rename(tmp_path / "elsewhere.docx")
    try:
        (tmp_path / PLACE / "K2.docx").symlink_to(tmp_path / "elsewhere.docx")
    except OSError:  # Windows without the right to make links
        pytest.skip("no links here")
    made = {f"{PLACE}/K2.docx": letter("Cits", WAITS[1])}
    assert keep_letters(tmp_path, made, replacing=True)[f"{PLACE}/K2.docx"] == made[f"{PLACE}/K2.docx"]


def test_a_draft_gives_way_to_the_letter_and_is_not_put_aside(tmp_path):
    write(tmp_path, K1=("Melnraksts", ""))
    assert write(tmp_path, K1=WAITS) == {"K1.docx": letter(*WAITS)}


def test_three_letters_of_one_day_all_stay_aside(tmp_path):
    for kind in ("place 2023", "withdrawn 2023", "ineligible", "outside"):
        there = write(tmp_path, K1=(kind, f"2023-08-31 {kind}"))
    aside = [f"vecas/K1 2023-08-31{number}.docx" for number in (" 2", " 3", "")]
    assert sorted(there) == ["K1.docx", *aside]
