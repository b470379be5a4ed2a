"""Every result a reader may tick for one question: those of its main analysis and of its sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from ketameta.synthesis.answer import Analysis, Answer, StudyRow

Key = tuple[str, str, int, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class NamedSet:
    """A set of results with a name; bit i of `mask` stands for row i of the universe."""

    id: str
    title: str
    mask: int


@dataclass(frozen=True, slots=True)
class Universe:
    """The results of one question that can be ticked.

    Attributes
    ----------
    answer
        The answer they come from.
    rows
        Results in the order of the page: the main analysis, then what the sets add.
    sets
        The main analysis and the named sets, by what they tick.
    conflicts
        Pairs of rows that count the same people and are never pooled together.
    """

    answer: Answer
    rows: tuple[StudyRow, ...]
    sets: tuple[NamedSet, ...]
    conflicts: tuple[tuple[int, int], ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """A name of each row, from what it is and not from where it stands."""
        short = [_name(row) for row in self.rows]
        names = [
            name if short.count(name) == 1 else _full_name(row, name)
            for row, name in zip(self.rows, short, strict=True)
        ]
        return tuple(
            name if name not in names[:i] else f"{name}-{names[:i].count(name) + 1}"
            for i, name in enumerate(names)
        )

    def anchor(self, index: int) -> str:
        """Where a page tells what a row was made of."""
        return f"number-{self.answer.question.id}-{self.ids[index]}"

    @property
    def main(self) -> NamedSet:
        """The main analysis."""
        return self.sets[0]

    def members(self, mask: int) -> tuple[int, ...]:
        """Indices of the rows that a mask ticks."""
        return tuple(i for i in range(len(self.rows)) if mask >> i & 1)

    def allowed(self, mask: int) -> bool:
        """Whether no two of the ticked rows count the same people."""
        return not any(mask >> a & 1 and mask >> b & 1 for a, b in self.conflicts)


def universe(answer: Answer) -> Universe:
    """The results of an answer that can be ticked; empty where no study gives an estimate."""
    rows: dict[Key, StudyRow] = {}
    for analysis in _analyses(answer):
        for row in analysis.rows:
            rows.setdefault(_key(row), row)
    order = list(rows)
    sets = tuple(
        NamedSet(a.id, a.title, sum(1 << order.index(_key(row)) for row in a.rows))
        for a in _analyses(answer)
    )
    found = tuple(rows.values())
    conflicts = tuple(
        (a, b) for a, b in combinations(range(len(found)), 2) if found[a].study == found[b].study
    )
    return Universe(answer, found, sets, conflicts)


def _analyses(answer: Answer) -> Iterator[Analysis]:
    yield answer.main
    yield from answer.sensitivity


def _name(row: StudyRow) -> str:
    when = row.time_label if row.weeks is None else f"w{row.weeks:g}"
    return _slug(row.study, row.outcome_id, when)


def _full_name(row: StudyRow, name: str) -> str:
    return _slug(name, row.assessment, *row.experimental.arms, "v", *row.control.arms)


def _slug(*parts: str) -> str:
    return "-".join(re.sub(r"[^a-z0-9.]+", "-", part.lower()).strip("-") for part in parts if part)


def _key(row: StudyRow) -> Key:
    """What tells one result from another; flags depend on the analysis and do not count."""
    return (
        row.study,
        row.outcome_id,
        row.source.line,
        row.experimental.arms,
        row.control.arms,
    )
