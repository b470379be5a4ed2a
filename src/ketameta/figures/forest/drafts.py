"""The rows of a forest plot in order, before columns are written: what stands in each, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from ketameta.errors import UsageError
from ketameta.measures.catalog import Measure
from ketameta.notation.effects import Effect, capital, clean, displayed, finite, unbroken
from ketameta.pooling.result import PooledResult
from ketameta.synthesis.answer import Analysis, Answer, StudyRow

NO_STUDY = "No usable study"
ONE_STUDY = "One study, not pooled"


@dataclass(frozen=True, slots=True)
class Draft:
    """One row to be.

    Attributes
    ----------
    kind
        As `model.Row.kind`.
    label
        Empty for subtotals and the overall row, whose words belong to the style.
    effect
        On the display scale; None in a row without one.
    weight
        Percent of the main analysis, or None.
    study
        The study of the row.
    analysis
        What was pooled in the row.
    """

    kind: str
    label: str = ""
    effect: Effect | None = None
    weight: float | None = None
    study: StudyRow | None = None
    analysis: Analysis | None = None
    indent: int = 0


def drafts(answer: Answer, measure: Measure, *, sort: str, sensitivity: bool) -> tuple[Draft, ...]:
    """Rows in order: studies by subgroup, the pooled mean, the prediction, other analyses.

    Every study of the main analysis is there exactly once, also one that no subgroup claims.
    """
    builder = _Builder(answer, measure, sort)
    rows = [*builder.studies(), *builder.overall()]
    if sensitivity and answer.sensitivity:
        rows += builder.sensitivity()
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class _Builder:
    answer: Answer
    measure: Measure
    sort: str

    def studies(self) -> Iterator[Draft]:
        main = self.answer.main
        if not self.answer.subgroups:
            yield from self._rows(main.rows, indent=0)
            if not main.rows:
                yield Draft("note", NO_STUDY)
            return
        left = list(main.rows)
        for group in self.answer.subgroups:
            yield Draft("heading", capital(clean(group.name)))
            claimed = {_unflagged(row) for row in group.analysis.rows}
            members = [row for row in left if _unflagged(row) in claimed]
            left = [row for row in left if _unflagged(row) not in claimed]
            yield from self._rows(members, indent=1)
            yield from self._group_end(group.analysis)
        if left:
            yield Draft("heading", "In no subgroup")
            yield from self._rows(left, indent=1)

    def _group_end(self, analysis: Analysis) -> Iterator[Draft]:
        if analysis.k < 2 or analysis.pooled is None:
            yield Draft("note", ONE_STUDY if analysis.k else NO_STUDY, indent=1)
            return
        weights = self._weights()
        total = (
            None
            if weights is None
            else sum(weights.get(_unflagged(row), 0.0) for row in analysis.rows)
        )
        yield self._pooled("subtotal", "", analysis, weight=total, indent=1)
        yield Draft("note", "", analysis=analysis, indent=1)

    def overall(self) -> Iterator[Draft]:
        main = self.answer.main
        if main.k == 1 and not self.answer.subgroups:
            yield Draft("note", ONE_STUDY)
        if main.k < 2 or main.pooled is None:
            return
        yield self._pooled("overall", "", main, weight=100.0)
        yield self._prediction(main.pooled)

    def _prediction(self, pooled: PooledResult) -> Draft:
        label = f"{pooled.level * 100:g}% prediction interval"
        low, high = pooled.prediction.low, pooled.prediction.high
        if low is None or high is None or not finite(low, high):
            return Draft("note", f"{label}: not available")
        effect = displayed(self.measure, estimate=None, low=low, high=high)
        return Draft("prediction", label, effect)

    def sensitivity(self) -> Iterator[Draft]:
        yield Draft("heading", "Sensitivity analyses")
        for analysis in self.answer.sensitivity:
            title = capital(clean(analysis.title))
            if analysis.k == 0 or analysis.pooled is None:
                label = f"{title} {unbroken('(no study)')}"
                yield Draft("sensitivity", label, analysis=analysis, indent=1)
            elif analysis.k == 1:
                effect = self._effect(analysis.rows[0])
                label = f"{title} {unbroken('(one study, not pooled)')}"
                yield Draft("sensitivity", label, effect, analysis=analysis, indent=1)
            else:
                label = f"{title} {unbroken(f'({analysis.k} studies)')}"
                yield self._pooled("sensitivity", label, analysis, indent=1)

    def _pooled(
        self,
        kind: str,
        label: str,
        analysis: Analysis,
        *,
        weight: float | None = None,
        indent: int = 0,
    ) -> Draft:
        pooled = analysis.pooled
        assert pooled is not None
        low, high = pooled.interval.low, pooled.interval.high
        if low is None or high is None or not finite(pooled.estimate, low, high):
            return Draft(kind, label, None, weight, None, analysis, indent)
        effect = displayed(self.measure, estimate=pooled.estimate, low=low, high=high)
        return Draft(kind, label, effect, weight, None, analysis, indent)

    def _rows(self, rows: Sequence[StudyRow], *, indent: int) -> Iterator[Draft]:
        weights = self._weights()
        for row in self._sorted(rows):
            weight = None if weights is None else weights[_unflagged(row)]
            effect = self._effect(row)
            yield Draft("study", clean(row.label), effect, weight, row, indent=indent)

    def _effect(self, row: StudyRow) -> Effect:
        return displayed(self.measure, estimate=row.y, low=row.low, high=row.high)

    def _weights(self) -> dict[StudyRow, float] | None:
        main = self.answer.main
        if main.pooled is None or main.k < 2:
            return None
        weights = [float(weight) for weight in main.pooled.weights]
        return dict(zip(map(_unflagged, main.rows), weights, strict=True))

    def _sorted(self, rows: Sequence[StudyRow]) -> list[StudyRow]:
        if self.sort == "given":
            return list(rows)
        if self.sort == "weight":
            weights = self._weights() or {}
            return sorted(rows, key=lambda row: -weights.get(_unflagged(row), 0.0))
        return sorted(rows, key=attrgetter({"label": "label", "effect": "y"}[self.sort]))


def _unflagged(row: StudyRow) -> StudyRow:
    """The row by which a study is known again: what is judged depends on where it stands."""
    return replace(row, flags=(), risk_of_bias=None)


SORTS = ("given", "label", "effect", "weight")


def checked_sort(sort: str) -> str:
    """The sort order, if there is one of that name; `UsageError` otherwise."""
    if sort not in SORTS:
        raise UsageError(f"forest order: there is no order {sort!r}. Known: {', '.join(SORTS)}.")
    return sort
