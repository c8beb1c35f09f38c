"""The funder's figures and what every output says about itself.

A figure is never typed: it is counted from events, carries the applications behind it, and its total is checked.
Only what the programme file declares public about supported communities leaves the house.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from mentoring_lib.programme import Programme
from mentoring_lib.texts import plural, show_date, show_number, sort_key
from mentoring_lib.themes import label_themes

TOTAL = "Kopā"
EXAMPLE_NOTICE = "PIEMĒRS – pieteikumi, cilvēki un notikumi ir izdomāti"


@dataclass(frozen=True)
class Stamp:
    """What every output says about itself: whose it is, of which day, from what, by which rule and version."""

    example: bool
    project: str
    funding_sentence: str
    responsibility: str
    as_of: date
    rule: str
    inputs: str
    version: str
    lock: str
    lot: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """Label and value of each line, in Latvian."""
        notice = [("Dati", EXAMPLE_NOTICE)] if self.example else []
        return [
            *notice,
            ("Projekts", self.project),
            ("Finansējums", self.funding_sentence),
            ("Atbildība", self.responsibility),
            ("Stāvoklis uz", show_date(self.as_of)),
            ("Atlases kārtula", self.rule),
            *([("Izlozes avots", self.lot)] if self.lot else []),
            ("Ievades datu SHA-256", self.inputs),
            ("Rīka versija", self.version),
            ("Bibliotēku saraksta SHA-256", self.lock),
        ]

    def table(self) -> pd.DataFrame:
        """The same as a table, for notebooks."""
        return pd.DataFrame(self.lines(), columns=["Kas", "Vērtība"])

    def short(self) -> str:
        """One line for the foot of a chart or page."""
        notice = f"{EXAMPLE_NOTICE}. " if self.example else ""
        return f"{notice}{self.project}. Stāvoklis uz {show_date(self.as_of)}."


READINGS = {
    "taking_turns": "vispirms kopienas, kas atbilst abām prioritātēm, tad pamīšus jaunās un tās, "
    "kas jautājumu aprakstījušas skaidri, pēc tam pārējās",
    "new_first": "vispirms jaunās kopienas",
    "clear_first": "vispirms skaidri aprakstītie jautājumi",
    "points": "skaidrības punkti un piemaksa jaunām kopienām",
}


def describe_rule(programme: Programme) -> str:
    """The selection rule in one Latvian sentence, with its date."""
    decided = show_date(programme.rule.decided_on) if programme.rule.decided_on else "nav datēta"
    minimum = "".join(
        f"; {town}: vismaz {plural(count, 'vieta', 'vietas')}" for town, count in programme.minimum_places.items()
    )
    return (
        f"{READINGS[programme.rule.reading]}; jauna no {programme.new_from}. gada, skaidrs no "
        f"{programme.rule.clear_from} punktiem{minimum}; pieņemta {decided}"
    )


def select_supported(decided: pd.DataFrame, used: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Held consultations with what is known about each, one row per consultation.

    Returns
    -------
    DataFrame, shape (consultations, 13)
        In order of date: ``application_id, use, year, held_on, municipality, community`` ("" unless the programme
        makes names public and the community agreed), ``mode, mentor, minutes, novelty, residents_involved,
        confirmed_themes, themes`` (labels).
    """
    held = used[used["use"].isin(["delivered", "held_incomplete"])]
    about = decided[
        [
            "application_id",
            "community",
            "publicity",
            "municipality",
            "novelty",
            "residents_involved",
            "confirmed_themes",
        ]
    ]
    table = held[["application_id", "use", "year", "held_on", "mode", "mentor", "minutes"]].merge(
        about, on="application_id"
    )
    named = table["publicity"].fillna(False).astype("bool") & ("community" in programme.public)
    labels = label_themes(table["confirmed_themes"], programme.themes)
    table = table.assign(community=table["community"].where(named, ""), themes=labels)
    columns = ["application_id", "use", "year", "held_on", "municipality", "community", "mode", "mentor", "minutes",
               "novelty", "residents_involved", "confirmed_themes", "themes"]  # fmt: skip
    return table.sort_values(["held_on", "application_id"], ignore_index=True)[columns]


def count_evidence(
    supported: pd.DataFrame, recommendations: pd.DataFrame, tasks: pd.DataFrame, *, as_of: date
) -> dict[str, pd.DataFrame]:
    """What each formula counts, item by item.

    Parameters
    ----------
    supported : DataFrame
        See :func:`select_supported`; only delivered consultations count.
    recommendations, tasks : DataFrame
        Sheets "Ieteikumi" and "Darbi"; those of delivered consultations count, tasks once done.
    as_of : date
        What is dated later is not looked at.

    Returns
    -------
    dict of str to DataFrame
        By formula name, a table ``application_id, year, amount`` whose amounts add up to the figure.
    """
    delivered = supported[supported["use"].eq("delivered")].assign(amount=1.0)
    year = delivered.set_index("application_id")["year"]

    def of_delivered(items: pd.DataFrame) -> pd.DataFrame:
        kept = items[items["application_id"].isin(year.index)]
        return kept.assign(year=kept["application_id"].map(year), amount=1.0)

    tables = {
        "consultations": delivered,
        "communities": delivered.drop_duplicates("application_id"),
        "new_communities": delivered[delivered["novelty"].eq("new")],
        "hours": delivered.assign(amount=delivered["minutes"].astype("float64") / 60),
        "recommendations": of_delivered(recommendations[recommendations["on"].le(pd.Timestamp(as_of))]),
        "tasks": of_delivered(tasks[tasks["done_on"].le(pd.Timestamp(as_of))]),
    }
    return {name: table[["application_id", "year", "amount"]].reset_index(drop=True) for name, table in tables.items()}


def measure_indicators(evidence: Mapping[str, pd.DataFrame], programme: Programme) -> pd.DataFrame:
    """Target, result and share of every indicator, by year and in total.

    Returns
    -------
    DataFrame, shape (indicators × (years + 1), 6)
        ``indicator, unit, year`` (as text; "Kopā" for the total), ``target, result`` and ``share`` (of the target;
        missing without one).
    """
    rows = []
    for indicator in programme.indicators:
        table = evidence[indicator.formula]
        for year in sorted(programme.places):
            result = float(table.loc[table["year"].eq(year), "amount"].sum())
            rows.append((indicator.name, indicator.unit, str(year), indicator.targets.get(year, 0.0), result))
        target, result = sum(indicator.targets.values()), float(table["amount"].sum())
        rows.append((indicator.name, indicator.unit, TOTAL, target, result))
    table = pd.DataFrame(rows, columns=["indicator", "unit", "year", "target", "result"])
    return table.assign(share=table["result"] / table["target"].where(table["target"].gt(0)))


def count_supported(supported: pd.DataFrame, by: str, categories: list[str], years: list[int]) -> pd.DataFrame:
    """Consultations by a column and year.

    Returns
    -------
    DataFrame, shape (categories + 1, years + 2)
        The column itself, one column per year (named by its digits) and "Kopā"; the last row is the total.
    """
    counts = pd.crosstab(supported[by], supported["year"]).reindex(index=categories, columns=years, fill_value=0)
    counts.loc[TOTAL] = counts.sum()
    table = counts.astype("int64").assign(**{TOTAL: counts.sum(axis=1)}).rename_axis(index=by, columns=None)
    return table.rename(columns=str).reset_index()


def summarise(
    ledger: pd.DataFrame, supported: pd.DataFrame, applications: int, stamp: Stamp, *, by_town: bool = True
) -> list[str]:
    """The funder's summary as sentences made from the figures.

    Parameters
    ----------
    ledger, supported : DataFrame
        See :func:`tracking.keep_ledger` and :func:`select_supported`.
    applications : int
        Rows of all exports.
    stamp : Stamp
    by_town : bool
        Tell how many consultations each municipality had (not in public unless the programme says so).
    """
    total = ledger.sum()
    received = "Saņemts" if plural(applications, "x", "").endswith("x") else "Saņemti"
    delivered = supported[supported["use"].eq("delivered")]
    towns = delivered["municipality"].value_counts(sort=False).sort_index(key=lambda names: names.map(sort_key))
    counted = ", ".join(f"{town} – {count}" for town, count in towns.items())
    hours = show_number(float(delivered["minutes"].sum()) / 60)
    return [
        f"{received} {plural(applications, 'pieteikums', 'pieteikumi')}.",
        f"No {total['planned']} plānotajām konsultācijām līdz {show_date(stamp.as_of)} "
        f"sniegtas – {total['delivered']}, "
        f"notikušas, bet bez pilniem pierādījumiem – {total['held_incomplete']}, norunātas – {total['booked']}, "
        f"vēl atvērtas – {total['open']}, zaudētas – {total['lost']}.",
        *(f"{year}. gadā plānotas {row['planned']}, sniegtas – {row['delivered']}." for year, row in ledger.iterrows()),
        f"Sniegto konsultāciju kopējais ilgums stundās – {hours}.",
        *([f"Sniegtās konsultācijas pa novadiem: {counted or '–'}."] if by_town else []),
    ]


LONG_ANSWER = 20  # characters: shorter free text ("vakaros") may stand in a report by chance
SHORTEST_NAME = 5  # characters, for the same reason


def find_personal_data(
    texts: Iterable[str], applications: pd.DataFrame, named: Iterable[str] = (), own: Iterable[str] = ()
) -> list[str]:
    """Personal answers that stand in texts meant for the funder, as "Lauks: pieteikums" (never the answer itself).

    Parameters
    ----------
    texts : iterable of str
        Everything that leaves the house.
    applications : DataFrame
    named : iterable of str
        Communities that may be named in public; any other name counts as found, unless it stands there only as words
        of one of these ("Kalnapuķes" in "Kalnapuķes kaimiņi").
    own : iterable of str
        What the texts say anyway (see :func:`list_own_words`): an answer that stands in it tells nothing.

    Returns
    -------
    list of str
        Empty when nothing was found.

    Notes
    -----
    An answer counts only as whole words: a community "Ķekava" is not found in "Ķekavas novads".
    """
    joined, ours = ("\n".join(part).casefold() for part in (texts, own))
    shortest = dict.fromkeys(("email", "phone", "contact_name", "community"), SHORTEST_NAME)
    shortest |= dict.fromkeys(("question", "theme_other", "preferred_times"), LONG_ANSWER)
    public = [name.strip().casefold() for name in named]
    found = []
    for column, length in shortest.items():
        answers = applications[column].fillna("").str.strip().str.casefold()
        hits = [len(answer) >= length and _leaks(answer, joined, public, ours) for answer in answers]
        found += [f"{column}: {key}" for key in applications.loc[hits, "application_id"]]
    return sorted(found)


def _leaks(answer: str, text: str, public: Iterable[str], ours: str) -> bool:
    if not _stands_in(answer, text) or _stands_in(answer, ours):
        return False
    for name in public:
        if _stands_in(answer, name):
            text = text.replace(name, "\n")
    return _stands_in(answer, text)


def _stands_in(answer: str, text: str) -> bool:
    return answer in text and re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text) is not None


def list_own_words(programme: Programme) -> list[str]:
    """Every text of the programme file that is public by nature; who marks and who witnesses the lot is left out."""
    facts = programme.model_dump(exclude={"markers": True, "lottery": {"witnesses"}})
    return list(_texts_in(facts))


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts_in(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _texts_in(part)
