"""From raw cells of exports to typed applications: codes, corrections, municipalities, repeated rows."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from mentoring_lib.base.columns import APPLICATION, APPLICATION_COLUMNS
from mentoring_lib.base.problems import Letters, Problem, problem_at
from mentoring_lib.base.programme import Call, Programme
from mentoring_lib.base.rows import Checked, Origin, map_distinct, rows_of
from mentoring_lib.base.texts import fold, suggest
from mentoring_lib.intake import loading
from mentoring_lib.intake.cleaning import Ticked, check_letters, clean_table, drop_repeated, problems_at, read_themes
from mentoring_lib.intake.loading import Reading
from mentoring_lib.intake.moments import parse_moments
from mentoring_lib.intake.workbook import find_codes

TERRITORY = Path(__file__).resolve().parent.parent.parent / "data" / "territory.csv"


DECISIVE = ("started", "themes", "question", "consent")  # answers without which an application can't be judged
BEFORE_DEADLINE, AFTER_DEADLINE = timedelta(days=180), timedelta(days=30)  # what was sent farther off is asked about


def known_places(call: Call) -> dict[str, tuple[str, bool]]:
    """Places as the tool's own table lists them (see :func:`index_places`)."""
    return index_places(loading.read_territory(TERRITORY), call.municipalities, call.former_names)


def read_applications(
    exports: Iterable[Path], programme: Programme, corrections: pd.DataFrame | None = None
) -> Reading:
    """Applications of all exports together: read, identified, corrected, typed."""
    raw, problems, letters = loading.read_all(exports, APPLICATION, programme.form.headers)
    problems += find_unread(problems, letters, asked=programme.form.consent == "asked")
    problems += [Problem("email_absent", *place) for place, columns in letters.items() if "email" not in columns]
    raw = identify(raw, programme)
    if corrections is not None:
        corrections, unclear = find_codes(corrections, raw)
        raw, misfits = correct(raw, corrections)
        problems += misfits + unclear
    raw = translate(raw, programme)
    applications, unread = clean_applications(raw, programme, known_places(programme.call))
    applications, repeated = drop_repeated(applications, "application_repeated", beside=("submitted_at",))
    return Reading(applications, problems + unread + repeated + find_empty(raw, letters), letters)


def find_empty(raw: pd.DataFrame, letters: Letters) -> list[Problem]:
    """A question for each application that asks nothing, or has no e-mail, where the form asks for it at all."""
    problems: list[Problem] = []
    for name, label in (("question", "Jautājums"), ("email", "E-pasts")):
        asked = [place for place, columns in letters.items() if name in columns]
        places = zip(raw["file"].tolist(), raw["sheet"].tolist(), raw[name].tolist(), strict=True)
        codes = ["" if text.strip() or (file, sheet) not in asked else "value_missing" for file, sheet, text in places]
        problems += problems_at(raw, codes, name, details=f"{label} – lapā «Labojumi»")
    return problems


def translate(raw: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Raw applications with the answers of her form in our words (``form.answers``); themes: each ticked option."""
    told = {}
    for name, answers in programme.form.answers.items():
        words = {fold(hers): ours for hers, ours in answers.items()}
        told[name] = map_distinct(raw[name], partial(_translate, words=words, several=name == "themes"), "str")
    return raw.assign(**told)


def _translate(text: str, words: Mapping[str, str], *, several: bool) -> str:
    if not several or fold(text) in words:
        return words.get(fold(text), text)
    return "; ".join(words.get(fold(part), part.strip()) for part in text.split(";"))


def find_unread(problems: Iterable[Problem], letters: Letters, *, asked: bool = True) -> list[Problem]:
    """A question for each answer on which much depends that no heading was recognised for, while others are unknown."""
    unknown: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        if problem.code == "column_unknown":
            unknown.setdefault((problem.file, problem.sheet), []).append(f"«{problem.value}»")
    return [
        Problem("column_unread", file, sheet, None, column.name, column.label, details=", ".join(headings))
        for (file, sheet), headings in unknown.items()
        for column in APPLICATION
        if column.name in DECISIVE
        and (asked or column.name != "consent")
        and column.name not in letters.get((file, sheet), {column.name: ""})
    ]


def application_id(minute: str, email: str, community: str, salt: str | None = None) -> str:
    """Short code of an application, made from what was sent and so the same in every copy of the export.

    Parameters
    ----------
    minute : str
        Local time of the call, "2023-08-21T23:59" ("" if unknown); seconds do not count, since some exports drop them.
    email, community : str
        As sent, before any correction.
    salt : str or None
        Random text of the call, so that nobody who knows a name can find its code; None in calls of version 0.1.

    Returns
    -------
    str
        "K-" and six hexadecimal digits of the SHA-256 of ``salt|minute|community``, folded; without a salt of
        ``minute|e-mail|community``.
    """
    sent = [salt, minute] if salt else [minute, email.strip().casefold()]
    return f"K-{hashlib.sha256('|'.join([*sent, fold(community)]).encode()).hexdigest()[:6].upper()}"


def identify(raw: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """Add ``application_id`` (see :func:`application_id`) and ``moment``, when it was sent, to raw applications."""
    moments, _ = _parse_by_sheet(raw, programme)
    minutes = np.datetime_as_string(moments.dt.tz_localize(None).to_numpy("datetime64[m]"))
    sent = np.where(moments.isna(), "", minutes).tolist(), raw["email"].tolist(), raw["community"].tolist()
    codes = [application_id(*one, programme.call.salt) for one in zip(*sent, strict=True)]
    return raw.assign(application_id=pd.Series(codes, index=raw.index, dtype="str"), moment=moments)


def _parse_by_sheet(raw: pd.DataFrame, programme: Programme) -> tuple[pd.Series, pd.Series]:
    """When each row was sent, and what is wrong with it; one export's dates prove nothing about another's."""
    read = partial(parse_moments, time_zone=programme.call.time_zone, order=programme.form.date_order)
    sheets = [read(sent) for _, sent in raw.groupby(["file", "sheet"])["submitted_at"]] or [read(raw["submitted_at"])]
    moments, codes = zip(*sheets, strict=True)
    return pd.concat(moments).reindex(raw.index), pd.concat(codes).reindex(raw.index)


@dataclass(frozen=True)
class _Correction(Origin):
    application_id: str
    column: str
    before: str
    after: str


def correct(raw: pd.DataFrame, corrections: pd.DataFrame) -> Checked:
    """Apply a person's corrections to raw applications; what was sent stays in the export.

    Parameters
    ----------
    raw : DataFrame, shape (n, k)
        Raw applications with ``application_id``.
    corrections : DataFrame, shape (m, 10)
        Sheet "Labojumi", typed.

    Returns
    -------
    Checked
        A new table, same rows. A correction whose application, field or "before" does not match is a problem and
        changes nothing. They are applied by date, then by row.
    """
    fields = {fold(word): c.name for c in APPLICATION for word in (c.label, c.name, *c.also)}
    fields[fold("Pieteikums")] = "application_id"
    columns = {name: raw[name].tolist() for name in dict.fromkeys(fields.values())}
    labels = ", ".join(column.label for column in APPLICATION)
    problems = []
    ordered = corrections.sort_values(["on", "file", "row"], kind="stable")
    filled = ordered.assign(**ordered[["application_id", "column", "before", "after"]].fillna(""))
    for item in rows_of(filled, _Correction):
        rows = [index for index, key in enumerate(columns["application_id"]) if key == item.application_id]
        name = fields.get(fold(item.column))
        rows = rows[-1:] if name == "application_id" else rows  # of two rows with one code, the later is renamed
        if not rows:
            problems.append(problem_at("application_unknown", item, "application_id", item.application_id))
        elif name is None:
            problems.append(problem_at("field_unknown", item, "column", item.column, labels))
        elif any(fold(columns[name][index]) != fold(item.before) for index in rows):
            problems.append(problem_at("correction_stale", item, "before", item.before, columns[name][rows[0]]))
        else:
            for index in rows:
                columns[name][index] = item.after
    corrected = {name: pd.Series(cells, index=raw.index, dtype="str") for name, cells in columns.items()}
    table = raw.assign(**corrected)
    if "moment" in raw:
        table = table.assign(moment=raw["moment"].where(table["submitted_at"].eq(raw["submitted_at"])))
    return Checked(table, problems)


@dataclass(frozen=True)
class _Place:
    municipality: str
    unit: str
    kind: str
    aliases: str
    russian_name: str
    russian_name_status: str


def index_places(
    territory: pd.DataFrame, municipalities: Sequence[str], former_names: Mapping[str, Sequence[str]] | None = None
) -> dict[str, tuple[str, bool]]:
    """Folded names of places, each with its municipality and whether the name alone settles it.

    Parameters
    ----------
    territory : DataFrame
        ``data/territory.csv``: municipality, unit, kind, aliases (joined by "|"), russian_name, and their statuses.
    municipalities : sequence of str
        Those of the call.
    former_names : mapping, optional
        Earlier names of some of them; each is read as the name of today.

    Returns
    -------
    dict
        Folded name → (municipality, or the outside place's own name; certain). A municipality's name, and any unit
        or verified Russian name that lies in one municipality only, is certain. Aliases, other Russian names, and
        towns that share their municipality's name are suggestions.
    """
    index: dict[str, tuple[str, bool]] = {}
    for place in rows_of(territory, _Place):
        target = place.unit if place.kind == "outside" else place.municipality
        alone = place.kind in ("outside", "novads") or not fold(target).startswith(fold(place.unit))
        russian = alone and place.russian_name_status.startswith("verified")
        names = [*((alias, False) for alias in place.aliases.split("|")), (place.russian_name, russian)]
        for name, certain in [*names, (place.unit, alone)]:
            other, settled = index.get(fold(name), (target, False))
            index[fold(name)] = (other, other == target and (certain or settled))
    for name in [name for name, certain in index.values() if certain and fold(name).endswith(" novads")]:
        stem = fold(name).removesuffix(" novads")
        index[f"{stem} nov"] = (name, True)
        index[stem] = (name, name in municipalities)
    index |= {fold(former): (name, True) for name, names in (former_names or {}).items() for former in names}
    index |= {fold(name): (name, True) for name in municipalities}
    index.pop("", None)
    return index


def _read_municipalities(raw: pd.DataFrame, places: Mapping[str, tuple[str, bool]]) -> tuple[pd.Series, list[Problem]]:
    """Where it is certain, the municipality of each answer; what was read as something else is said."""
    values = raw["municipality"]
    read = map_distinct(values, lambda text: _read_municipality(text, places)).tolist()
    towns = pd.Series([town for town, _, _ in read], index=raw.index, dtype="str")
    codes, details = [code for _, code, _ in read], [hint for _, _, hint in read]
    return towns, problems_at(raw, codes, "municipality", details=details)


def _read_municipality(text: str, places: Mapping[str, tuple[str, bool]]) -> tuple[str | None, str, str]:
    """Its name if it is certain, the code of the problem ("" if there is none), and what that says."""
    name, certain = places.get(fold(text), ("", False))
    if certain:
        return name, "" if name == text.strip() else "municipality_read", name
    close = None if name else suggest(text, places)
    hint = places[close][0] if close else name
    return None, "municipality_unknown" if text.strip() else "", f"Vai domāts «{hint}»?" if hint else ""


def clean_applications(raw: pd.DataFrame, programme: Programme, places: Mapping[str, tuple[str, bool]]) -> Checked:
    """Typed applications from raw ones, every row kept.

    Parameters
    ----------
    raw : DataFrame, shape (n, k)
        Raw applications with ``application_id``, corrected.
    programme : Programme
    places : mapping
        See :func:`index_places`.

    Returns
    -------
    Checked
        Table of :data:`columns.APPLICATION_COLUMNS` and ``late``, same rows in the same order, with a problem for
        every answer that a person must settle and a note for every answer read as something else.

    Notes
    -----
    Late: submitted at or after midnight that follows the deadline's whole day in the call's time zone.
    """
    plain = [column for column in APPLICATION if column.kind != "themes" and column.name != "submitted_at"]
    table, problems = clean_table(raw, plain, programme)
    moments, unsent = _date_applications(raw, programme)
    towns, misnamed = _read_municipalities(raw, places)
    wanted = map_distinct(raw["themes"], lambda text: read_themes(text, programme.themes)).tolist()
    table = table.assign(
        submitted_at=moments,
        application_id=raw["application_id"],
        municipality=towns,
        themes=pd.Series([one.codes for one in wanted], raw.index, dtype="object"),
        theme_other=pd.Series([one.other or None for one in wanted], raw.index, dtype="str"),
        late=moments.ge(pd.Timestamp(programme.call.closes_at)),
    )
    problems += unsent + misnamed + _check_themes(raw, wanted, programme) + check_letters(raw, "themes")
    if programme.form.consent == "asked":
        codes = ["" if text else "value_missing" for text in map(str.strip, raw["consent"].tolist())]
        problems += problems_at(raw, codes, "consent", details="Piekrišana – lapā «Labojumi»")
    return Checked(table[[*APPLICATION_COLUMNS, "late"]], problems)


def _check_themes(raw: pd.DataFrame, wanted: Sequence[Ticked], programme: Programme) -> list[Problem]:
    """A note for options read as a label alike, a question for a cell that says nothing (";")."""
    filled = [bool(text.strip()) for text in raw["themes"].tolist()]
    codes = [
        "theme_read" if one.misread else "choice_unknown" if full and not one.codes else ""
        for one, full in zip(wanted, filled, strict=True)
    ]
    labels = ", ".join(programme.themes.values())
    return problems_at(raw, codes, "themes", details=["; ".join(one.misread) or labels for one in wanted])


def _date_applications(raw: pd.DataFrame, programme: Programme) -> tuple[pd.Series, list[Problem]]:
    """When each was sent; only what :func:`identify` could not read, or was corrected, is read again."""
    rest = raw[raw["moment"].isna()]
    moments, codes = _parse_by_sheet(rest, programme)
    codes = codes.mask(rest["submitted_at"].str.strip().eq(""), "value_missing")
    problems = problems_at(rest, codes.tolist(), "submitted_at", details="Iesniegts – lapā «Labojumi»")
    return raw["moment"].fillna(moments), problems + _check_window(raw, programme)


def _check_window(sent: pd.DataFrame, programme: Programme) -> list[Problem]:
    """A question for what was sent far from the deadline, or too late unless day and month are in each other's place.

    Excel turns dates around that it reads by another country's order. A date that a person corrected is not asked
    about again.
    """
    closes = programme.call.closes_at
    opens, ends = closes - BEFORE_DEADLINE, closes + AFTER_DEADLINE
    odd = sent[sent["moment"].lt(opens) | sent["moment"].ge(closes)]
    codes, details = [], []
    for moment in odd["moment"].dt.to_pydatetime():
        turned = moment.replace(month=moment.day, day=moment.month) if moment.day <= 12 else moment
        likely = turned != moment and opens <= turned < closes
        codes.append("moment_far" if likely or not opens <= moment < ends else "")
        details.append(f"Varbūt domāts {turned:%d.%m.%Y}? " if likely else "")
    return problems_at(odd, codes, "submitted_at", details=details)
