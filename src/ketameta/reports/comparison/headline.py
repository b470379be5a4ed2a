"""Which numbers that moved a reader of the headline would want to know of."""

from __future__ import annotations

from ketameta.reports.lock_table import Move
from ketameta.tables.findings import MAIN

MAIN_NUMBERS = frozenset(
    {"studies", "people", "confidence interval", "prediction interval", "tau²"}
)
STUDY_STATES = frozenset({"included", "not included"})


def of_headline(move: Move) -> bool:
    """Whether it is the estimate of a main analysis, an interval, tau², a study, or a question."""
    estimate = " " not in move.number and move.number.isupper()
    return move.analysis == "" or (
        move.analysis == MAIN
        and (move.number in MAIN_NUMBERS or estimate or move.accepted in STUDY_STATES)
    )
