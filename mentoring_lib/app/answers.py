"""One answer a page: the sentence that its title asks for, made from the results; true under every history."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from mentoring_lib.app import paths
from mentoring_lib.base.problems import NOTE
from mentoring_lib.base.stamp import TOTAL
from mentoring_lib.base.texts import agree, plural, say_of, show_date
from mentoring_lib.delivery import due
from mentoring_lib.documents import report_summary
from mentoring_lib.selection.reasons import find_left_out
from mentoring_lib.themes import exploring
from mentoring_lib.workflow import Inputs, Results

_WORDS = paths.read_table("answers_lv.toml")


def _tell(kind: str, counts: Mapping[Any, int]) -> str:
    """How many there are of each sort, in the order of its words; a sort of which there is none is not told."""
    words = _WORDS[kind]
    return ", ".join(f"{counts[name]} {agree(counts[name], *words[name])}" for name in words if counts.get(name))


def answer_applications(results: Results) -> str:
    """Page 1: how many came, how many compete, what waits."""
    decided = results.decided
    if decided.empty:
        return "Pieteikumu vēl nav."
    states, why = decided["state"].value_counts(), find_left_out(decided)
    counts = {name: int(states.get(name, 0)) for name in _WORDS["applications"]}
    counts["rest"] = len(decided) - sum(counts.values())
    communities = len(decided) - int(why.eq("duplicate").sum())
    whose = "" if communities == len(decided) else f" no {plural(communities, 'kopienas', 'kopienām')}"
    asked = sum(problem.severity != NOTE for problem in results.problems)
    waits = plural(asked, "jautājums gaida", "jautājumi gaida") if asked else "Neviens jautājums negaida"
    told = _tell("applications", counts)
    return f"{plural(len(decided), 'pieteikums', 'pieteikumi')}{whose}: {told}. {waits} jūsu atbildi."


def answer_selection(results: Results) -> str:
    """Page 2: whether the outcome is final, who has a consultation, how much of it depends on choices."""
    decided, programme = results.decided, results.programme
    ranked = decided[decided["rank_from"].notna()]
    drawn = programme.lottery.drawn_at
    lot = f" (izloze {show_date(drawn.date())})" if results.final and programme.lottery.seed and drawn else ""
    open_count = len(results.blockers)
    state = f"Iznākums ir galīgs{lot}." if results.final else (
        f"Iznākums ir provizorisks: vēl jāizlemj {plural(open_count, 'lieta', 'lietas')}."
    )  # fmt: skip
    if ranked.empty:
        return f"{state} Secībā vēl nav nevienas kopienas."
    given = decided.loc[decided["outcome"].eq("place"), "place_year"].value_counts().sort_index()
    years = " + ".join(map(str, given)) if len(given) > 1 else ""
    got = plural(int(given.sum()), "konsultācija", "konsultācijas") + (f": {years}" if years else "")
    waiting, lots = decided["outcome"].eq("waiting"), int(decided["outcome"].eq("lot").sum())
    late = int((waiting & decided["state"].eq("late")).sum())
    also = f" (+ {late} {agree(late, 'nokavēts', 'nokavēti')})" if late else ""
    waits = f"{int(waiting.sum()) - late} gaida{also}" if waiting.any() else "neviens negaida"
    out = int(find_left_out(decided).isin(["outside", "no_consent", "duplicate", "set_aside", "withdrawn"]).sum())
    parts = [f"Secībā ir {plural(len(ranked), 'kopiena', 'kopienas')}, pavisam {got}"]
    parts += [f"par {plural(lots, 'kopienu', 'kopienām')} izšķirs izloze"] if lots else []
    parts.append(waits)
    parts += [plural(out, "pieteikums nepiedalās", "pieteikumi nepiedalās")] if out else []
    return f"{state} {'; '.join(parts)}. {answer_firmness(results.firmness)}"


def answer_firmness(examined: pd.DataFrame) -> str:
    """How much of the outcome depends on what the call leaves open."""
    told = _tell("firmness", examined["verdict"].value_counts().to_dict())
    return f"Ja mainītu noteikumus, svarus, punktus vai izlozi: {told}." if told else ""


def answer_delivery(results: Results) -> str:
    """Page 3: how many hours took place of those planned, what waits for whom."""
    ledger = results.ledger
    done, planned = int(ledger["delivered"].sum()), results.programme.planned
    late = results.due["what"].str.startswith(due.LATE_TASK)
    given = say_of(done, planned, "Sniegta", "Sniegtas")
    counts = {"hers": int((~late).sum()), "offers": len(results.proposals), "theirs": int(late.sum())}
    waits = _tell("delivery", counts)
    return f"{given}; {waits}." if waits else f"{given}. Nekas negaida."


def answer_themes(results: Results) -> str:
    """Page 4: what is asked about most, and whether municipalities differ."""
    valid = exploring.select_valid(results.decided)
    known = exploring.select_confirmed(valid)
    waiting = len(valid) - len(known)
    if known.empty:
        return (
            f"Tēmas vēl nav apstiprinātas nevienam no {plural(len(valid), 'pieteikuma', 'pieteikumiem')}."
            if len(valid)
            else "Pieteikumu vēl nav."
        )
    counts = known["confirmed_themes"].explode().value_counts()
    top = [results.programme.short_theme(str(code)) for code in counts.index[counts.eq(counts.iloc[0])]]
    named = " un ".join(f"«{label}»" for label in top) if len(top) < 3 else f"{len(top)} tēmas vienādi"
    rest = f" {plural(waiting, 'pieteikumam', 'pieteikumiem')} tēma vēl jāapstiprina." if waiting else ""
    return f"Visbiežāk: {named} ({counts.iloc[0]} no {plural(len(known), 'pieteikuma', 'pieteikumiem')}).{rest}"


def answer_report(results: Results) -> str:
    """Page 5: what the funder will read first."""
    return " ".join(report_summary.summarise(results.figures, results.programme)[:2])


def list_report_checks(inputs: Inputs, results: Results) -> pd.DataFrame:
    """What to look at before the report is sent: questions, targets, reasons, names, logos.

    Returns
    -------
    DataFrame, shape (5, 3)
        ``check``, ``found`` and ``advice`` (Latvian; "" where nothing is to be done).
    """
    figures_, asked = results.figures, len(results.report_blockers)
    short = figures_.indicators["missing"].gt(0) & figures_.indicators["year"].eq(TOTAL)
    deviations, held = figures_.deviations, figures_.consultations
    bare = int(deviations["why"].eq("").sum()) if len(deviations) else 0
    named = int(held["community"].ne("").sum()) if "community" in held else 0
    found: dict[str, tuple[str, object]] = {  # what was found, and whether there is anything to do
        "asked": (str(asked or "nav"), asked),
        "short": ("; ".join(figures_.indicators.loc[short, "indicator"]) or "nav", short.any()),
        "bare": (f"{bare} no {len(deviations)}" if len(deviations) else "noviržu nav", bare),
        "named": (f"{named} no {len(held)}", named),
        "logos": (str(len(inputs.logos) or "nav"), not inputs.logos),
    }
    words = _WORDS["report_checks"]
    rows = [(words[name][0], told, words[name][1] if to_do else "") for name, (told, to_do) in found.items()]
    return pd.DataFrame(rows, columns=["check", "found", "advice"])
