"""Standardised differences larger than a stated reference: shown, never held against a record."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ketameta.records.findings import Finding
from ketameta.records.integrity import mean_tests
from ketameta.records.integrity.comparisons import Sides, means, sides_of
from ketameta.records.results import ContrastData, Result
from ketameta.records.study import Outcome, Study
from ketameta.records.vocabulary import Construct, ContrastMeasure
from ketameta.records.yaml_reader import Path_

ALL_DISORDERS = Decimal("1.87")
REFERENCES = {
    Construct.DEPRESSION: Decimal("1.66"),
    Construct.ANXIETY: ALL_DISORDERS,
    Construct.CRAVING: ALL_DISORDERS,
    Construct.WITHDRAWAL: ALL_DISORDERS,
}
"""|g| above which metapsyTools flags a trial of psychotherapy: in depression, in all disorders."""
HINT = (
    "That reference is of psychotherapy; ketamine may do more within hours. Check the measure of "
    "spread and the sign once more."
)


def check(study: Study, outcome: Outcome, result: Result, where: Path_) -> Iterator[Finding]:
    """A difference between arms beyond the reference of its construct."""
    limit = REFERENCES.get(outcome.construct_)
    if limit is None:
        return
    data = result.data
    if isinstance(data, ContrastData) and data.measure is ContrastMeasure.SMD:
        if abs(data.estimate) > limit:
            yield _finding(abs(float(data.estimate)), limit, (*where, "estimate"))
        return
    roles = sides_of(study)
    for experimental in roles.experimental:
        for control in roles.control:
            both = means(data, Sides((experimental,), (control,)))
            g = mean_tests.hedges_g(both) if both is not None else None
            if g is not None and abs(g) > limit:
                yield _finding(abs(g), limit, (*where, "arms", experimental))


def _finding(g: float, limit: Decimal, where: Path_) -> Finding:
    message = f"a difference of {g:.2f} standard deviations is above the reference of {limit}."
    return Finding("R160", where, message, HINT)
