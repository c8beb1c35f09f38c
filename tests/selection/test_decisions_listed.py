"""The example's decisions as columns: what the lot decided, and why some are out."""

from mentoring_lib.selection.reasons import list_decisions


def test_what_decided_between_the_thirteenth_and_the_fourteenth(results):
    told = list_decisions(results.decided, results.anchors, results.programme, results.firmness).set_index("rank")
    assert told.loc["13.", ["lot_rows", "lot_equal"]].tolist() == ["pirms 14.", ""]
    assert told.loc["14.", ["lot_rows", "lot_equal"]].tolist() == ["aiz 13.", "pirms 16."]
    assert told.loc["16.", ["lot_rows", "lot_equal"]].tolist() == ["aiz 15.", "aiz 14."]
    assert told.loc["16.", "nearest"] == "Būtu pieticis ar mazāku izlozes numuru."
    assert told.loc[["1.", "14.", "23."], "verdict"].tolist() == ["firm_in", "contested", "firm_out"]


def test_the_example_says_why_some_are_out_and_adds_up(results):
    told = list_decisions(results.decided, results.anchors, results.programme, results.firmness)
    assert told["outcome"].tail(5).tolist() == [
        "gaida, sarakstā 10. (pēc termiņa)",
        "gaida, sarakstā 11. (pēc termiņa)",
        "ārpus novadiem",
        "bez piekrišanas",
        "atkārtots",
    ]
    assert told.loc[0, "points"].replace("\u00a0", " ") == "11,5 = 3+3+2,5+3"
    for text in told["points"]:
        total, _, parts = text.replace("\u00a0", " ").replace(",", ".").partition(" = ")
        assert not parts or float(total) == sum(map(float, parts.split("+")))
    assert len(told) == len(results.decided)
