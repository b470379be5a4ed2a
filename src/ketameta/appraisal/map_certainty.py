"""Which graded answer speaks for a cell of the evidence map, and how much wider it is than that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ketameta.counting import counted


@dataclass(frozen=True, slots=True, order=True)
class ResultPlace:
    """One row of an analysis, by the study and its cell of the map."""

    study: str
    substance: str
    outcome: str
    control: str


@dataclass(frozen=True, slots=True)
class GradedBody:
    """What a graded question pools.

    Attributes
    ----------
    question, certainty
        Its id, and what its answer was rated.
    results
        The rows of its main analysis.
    """

    question: str
    certainty: str
    results: frozenset[ResultPlace]

    @property
    def spread(self) -> tuple[int, int, int]:
        """How many substances, outcomes and kinds of control it pools."""
        return (
            len({one.substance for one in self.results}),
            len({one.outcome for one in self.results}),
            len({one.control for one in self.results}),
        )


@dataclass(frozen=True, slots=True)
class CellCertainty:
    """The certainty that a cell borrows from a question.

    Attributes
    ----------
    level, question
        The rating, and the question whose answer was rated.
    over
        What the question pools beyond the cell, "2 substances, 2 kinds of control"; "" where all
        it pools lies in the cell.
    """

    level: str
    question: str
    over: str = ""

    def __str__(self) -> str:
        """As a reader is told: "very low, of the question abstinence, over 2 substances"."""
        over = f", over {self.over}" if self.over else ""
        return f"{self.level}, of the question {self.question}{over}"


def cell_certainty(
    bodies: Sequence[GradedBody], studies: Collection[str], cell: tuple[str, str, str]
) -> CellCertainty | None:
    """The certainty of the narrowest question that pools every one of these studies for the cell.

    Parameters
    ----------
    bodies
        What was graded, in the order of the review, which decides between equally narrow ones.
    studies
        The studies with numbers in the cell.
    cell
        Substance, outcome and kind of control.

    Returns
    -------
    CellCertainty or None
        None where there are no studies, or no question pools all of them.
    """
    wanted = {ResultPlace(study, *cell) for study in studies}
    covering = [body for body in bodies if wanted and wanted <= body.results]
    if not covering:
        return None
    body = min(covering, key=lambda one: (sum(one.spread), len(one.results)))
    nouns = ("substance", "outcome", "kind of control")
    over = [
        counted(count, noun) for count, noun in zip(body.spread, nouns, strict=True) if count > 1
    ]
    return CellCertainty(body.certainty, body.question, ", ".join(over))
