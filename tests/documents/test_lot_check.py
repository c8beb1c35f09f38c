"""The page that repeats the lot: what it holds, and that its script agrees with the library (see tests/browser)."""

import re

import pytest
from builders import decisions

from mentoring_lib.documents.lot_check import make_lot_check
from mentoring_lib.selection.contract import find_slips


@pytest.fixture
def page(inputs):
    return make_lot_check(None, inputs.programme).decode("utf-8")


def test_it_asks_nothing_of_the_network(page):
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|src=|@import|fetch\(|XMLHttpRequest|WebSocket|localStorage|document\.cookie", page)


def test_it_says_that_the_example_is_invented_and_how_to_check_by_hand(page):
    assert "PIEMĒRS" in page
    assert "<noscript>" in page
    assert "Kā pārbaudīt ar roku" in page


def test_what_was_typed_into_settings_or_list_cannot_become_a_command(inputs):
    call = inputs.programme.call.model_copy(update={"code": "X</title><script>alert(1)</script>$seed"})
    page = make_lot_check("</textarea><script>alert(2)</script>", inputs.programme.model_copy(update={"call": call}))
    assert page.decode("utf-8").count("<script>") == 1
    assert "</textarea><script>" not in page.decode("utf-8")


def test_before_the_draw_nothing_is_filled_in_and_after_it_the_seed_is(inputs):
    lot, own = inputs.programme.lottery, {"example": False}
    for seed, shown in ((None, "01234567890123456789"), ("7" * 20, "7" * 20)):
        drawn = own | {"lottery": lot.model_copy(update={"seed": seed})}
        page = make_lot_check(None, inputs.programme.model_copy(update=drawn)).decode("utf-8")
        assert f'value="{seed or ""}">' in page
        assert f"<code>{shown}|KKK-2023|K-3F9A2C</code>" in page
        assert "<p> Uzsaukums <strong>" in page
        assert re.search(r"<textarea[^>]*>\s*</textarea>", page)


def test_a_seed_that_was_corrected_is_told_with_the_one_of_before(inputs):
    slips = find_slips(decisions("– record_amended 'skaitlis: 1 → 2' on=2023-09-08"))
    told = "nesaglabā. Skaitļa ierakstu laboja 08.09.2023: 1 → 2; agrāku vēstuli pārbaudiet ar agrāko skaitli.</p>"
    assert told in make_lot_check(None, inputs.programme, slips).decode("utf-8")
    assert "nesaglabā.</p>" in make_lot_check(None, inputs.programme).decode("utf-8")


def test_it_holds_the_list_only_when_it_is_given(inputs):
    assert "K-1071EE;1;new;3" in make_lot_check("KKK\nK-1071EE;1;new;3\n", inputs.programme).decode("utf-8")
    assert "K-1071EE" not in make_lot_check(None, inputs.programme).decode("utf-8")
