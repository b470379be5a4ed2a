"""The flag column: the codes raised on each study, the weightiest first, and their key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ketameta.appraisal.catalog import FLAGS
from ketameta.figures.forest.drafts import Draft
from ketameta.figures.forest.model import Cell, Mark
from ketameta.synthesis.answer import Flag

SEVERITIES = ("serious", "caution", "info")


@dataclass(frozen=True, slots=True)
class FlagCodes:
    """The flags that occur in a figure, the weightiest first.

    Attributes
    ----------
    study, pool
        Codes raised on studies, and on the pooled result.
    """

    study: tuple[str, ...]
    pool: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether there is a flag to show."""
        return bool(self.study or self.pool)

    def cell(self, draft: Draft) -> Cell:
        """The flag cell of a row."""
        if draft.study is not None:
            return _cell(self.study, draft.study.flags)
        if draft.kind == "overall" and draft.analysis is not None:
            return _cell(self.pool, draft.analysis.flags)
        return Cell()

    def key(self) -> str:
        """What each code means, in the order in which they stand."""
        return "; ".join(f"{code} {_title(code)}" for code in (*self.study, *self.pool))


def flag_codes(rows: Sequence[Draft]) -> FlagCodes:
    """All flags of the figure."""
    studies = [flag for row in rows if row.study is not None for flag in row.study.flags]
    pools = [
        flag
        for row in rows
        if row.kind == "overall" and row.analysis is not None
        for flag in row.analysis.flags
    ]
    return FlagCodes(_ordered(studies), _ordered(pools))


def _ordered(flags: Iterable[Flag]) -> tuple[str, ...]:
    """Codes by severity, then by the catalog, then as they come."""
    severity = {flag.code: flag.severity for flag in flags}
    catalog = list(FLAGS)

    def rank(code: str) -> tuple[int, int]:
        found = severity[code]
        level = SEVERITIES.index(found) if found in SEVERITIES else len(SEVERITIES)
        return level, catalog.index(code) if code in catalog else len(catalog)

    return tuple(sorted(severity, key=rank))


def _cell(codes: Sequence[str], flags: Sequence[Flag]) -> Cell:
    raised = {flag.code: flag for flag in flags}
    marks = tuple(
        Mark(code, raised[code].severity, raised[code].message) for code in codes if code in raised
    )
    return Cell(" ".join(mark.code for mark in marks), marks=marks)


def _title(code: str) -> str:
    return FLAGS[code].title if code in FLAGS else "see the report"
