"""What is left of applications whose data were deleted at their wish: a code and a municipality, so that counts hold.

A stone stands among the applications, without consent and without an answer: nobody asks what has become of the row.
"""

from pathlib import Path

import pandas as pd

FILE = "izdzestie.csv"


def read_stones(folder: Path) -> dict[str, str]:
    """Municipality of each deleted application, by code."""
    path = folder / FILE
    text = path.read_text("utf-8-sig") if path.is_file() else ""
    return dict(line.split(",", 1) for line in text.splitlines() if "," in line)


def format_stones(stones: dict[str, str]) -> bytes:
    """Text of the file, by code."""
    return "".join(f"{key},{town}\n" for key, town in sorted(stones.items())).encode("utf-8")


def add_stones(applications: pd.DataFrame, stones: dict[str, str]) -> pd.DataFrame:
    """Applications with a stone for each one that is not among them any more."""
    gone = {key: town for key, town in stones.items() if key not in set(applications["application_id"])}
    rows = [
        {"application_id": key, "municipality": town or None, "consent": False, "publicity": False, "late": False,
         "file": FILE, "sheet": "", "row": number}
        for number, (key, town) in enumerate(gone.items(), start=1)
    ]  # fmt: skip
    added = pd.DataFrame(rows).reindex(columns=applications.columns).astype(applications.dtypes)
    themes = added["themes"].map(lambda _: None)
    return pd.concat([applications, added.assign(themes=themes.astype("object"))], ignore_index=True)
