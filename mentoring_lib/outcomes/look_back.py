"""The room's front door: what is known of a day about everything that changed after the hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from mentoring_lib.base.programme import FollowUp
from mentoring_lib.outcomes.follow_up import ask, select_answers
from mentoring_lib.outcomes.results import merge_results
from mentoring_lib.outcomes.tasks import follow_tasks


@dataclass(frozen=True)
class Changed:
    """Whom each round asks and who answered; the answers; results, each once; how tasks stand."""

    asked: pd.DataFrame
    answers: pd.DataFrame
    happened: pd.DataFrame
    task_states: pd.DataFrame


def look_back(
    served: Mapping[str, date], sheets: Mapping[str, pd.DataFrame], settings: FollowUp, *, as_of: date
) -> Changed:
    """What changed, as known on a day.

    Parameters
    ----------
    served : mapping of str to date
        Day of the hour by application.
    sheets : mapping of str to DataFrame
        "Pēc konsultācijas", "Rezultāti" and "Darbi", typed.
    settings : FollowUp
    as_of : date
        What is dated later is not looked at.
    """
    answers = select_answers(sheets["Pēc konsultācijas"], as_of=as_of)
    return Changed(
        ask(served, answers, settings, as_of=as_of),
        answers,
        merge_results(sheets["Rezultāti"], as_of=as_of),
        follow_tasks(sheets["Darbi"], as_of=as_of),
    )
