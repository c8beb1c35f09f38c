"""What stays of deleted applications: written, read back, and put among the others without an answer."""

import pandas as pd
from builders import applications

from mentoring_lib.intake.stones import add_stones, format_stones, read_stones


def test_a_stone_is_a_code_and_a_municipality_and_is_read_back(tmp_path):
    written = format_stones({"K-02": "Mārupes novads", "K-01": ""})
    assert written.decode() == "K-01,\nK-02,Mārupes novads\n"
    assert read_stones(tmp_path) == {}
    (tmp_path / "izdzestie.csv").write_bytes(b"\xef\xbb\xbf" + written + b"\nK-03\n")
    assert read_stones(tmp_path) == {"K-01": "", "K-02": "Mārupes novads"}


def test_a_stone_says_where_it_was_and_nothing_else_and_none_stands_twice():
    table = applications(2)
    out = add_stones(table, {"K-02": "Olaines novads", "K-09": "Olaines novads", "K-10": ""})
    assert out["application_id"].tolist() == ["K-01", "K-02", "K-09", "K-10"]
    assert out.index.tolist() == [0, 1, 2, 3]
    assert out.dtypes.equals(table.dtypes)
    told = {name: out[name].tolist()[2:] for name in out if out[name][2:].notna().any()}
    assert told == {
        "application_id": ["K-09", "K-10"], "municipality": ["Olaines novads", told["municipality"][1]],
        "consent": [False] * 2, "publicity": [False] * 2, "late": [False] * 2,
        "file": ["izdzestie.csv"] * 2, "sheet": [""] * 2, "row": [1, 2],
    }  # fmt: skip
    assert pd.isna(told["municipality"][1])
    assert out["themes"].tolist()[2:] == [None, None]
    pd.testing.assert_frame_equal(out[:2], table)
    pd.testing.assert_frame_equal(add_stones(table, {"K-01": "x"}), table)
