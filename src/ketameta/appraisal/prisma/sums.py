"""The arithmetic of a flow diagram: each sum that does not hold is a finding of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketameta.appraisal.prisma.flow import Column, FlowDiagram, Number

HOLDS, BROKEN, OPEN = "holds", "broken", "cannot be checked"


@dataclass(frozen=True, slots=True)
class SumCheck:
    """One sum of the diagram.

    Attributes
    ----------
    code
        Stable name, e.g. "screened".
    state
        "holds", "broken" or "cannot be checked".
    message
        The sum with its numbers, or which of them are missing.
    """

    code: str
    state: str
    message: str


def check_sums(diagram: FlowDiagram) -> tuple[SumCheck, ...]:
    """Every sum of a diagram, in its order."""
    return tuple(_checks(diagram))


def _checks(d: FlowDiagram) -> Iterator[SumCheck]:
    yield _equal(
        "screened",
        "records identified less those removed before screening",
        _less(d.databases.identified, *(n for _, n in d.removed)),
        "records screened",
        d.databases.screened,
    )
    for prefix, name, column in (
        ("databases", "databases and registers", d.databases),
        ("other", "other methods", d.other),
    ):
        yield from _column(prefix, name, column, screened=prefix == "databases")
    yield _equal(
        "reports",
        "reports assessed less those excluded",
        _plus(_left(d.databases), _left(d.other)),
        "reports of new studies, and of those that are described only or await extraction",
        _plus(d.new_reports, d.apart_reports),
    )
    yield _at_most("studies", "new studies", d.new_studies, "their reports", d.new_reports)
    yield _equal(
        "total",
        "earlier and new studies together",
        _plus(d.previous_studies or 0, d.new_studies),
        "studies in all",
        d.total_studies,
    )
    yield _equal(
        "total-reports",
        "reports of earlier and new studies together",
        _plus(d.previous_reports or 0, d.new_reports),
        "reports in all",
        d.total_reports,
    )
    yield _equal(
        "records",
        "studies on record with the status included",
        d.counted_studies,
        "new studies included",
        d.new_studies,
    )
    yield _at_most("pooled", "pooled studies", d.pooled, "studies in all", d.total_studies)
    known = [c.excluded_reports for c in (d.databases, d.other) if c.reasons]
    excluded = _plus(*known) if known else None
    yield _equal(
        "excluded-listed",
        "reports excluded, by reason",
        excluded,
        "excluded reports on record",
        d.listed_exclusions,
    )


def _column(prefix: str, name: str, column: Column, *, screened: bool) -> Iterator[SumCheck]:
    before = _less(column.screened, column.excluded) if screened else column.identified
    what = "records screened less those excluded" if screened else "records identified"
    yield _equal(f"{prefix}-sought", f"{what} ({name})", before, "reports sought", column.sought)
    yield _equal(
        f"{prefix}-assessed",
        f"reports sought less those not retrieved ({name})",
        _less(column.sought, column.not_retrieved),
        "reports assessed",
        column.assessed,
    )
    yield _at_most(
        f"{prefix}-excluded",
        f"reports excluded ({name})",
        column.excluded_reports,
        "reports assessed",
        column.assessed,
    )


def _left(column: Column) -> Number:
    return _less(column.assessed, column.excluded_reports)


def _less(first: Number, *rest: Number) -> Number:
    if first is None or None in rest:
        return None
    return first - sum(n for n in rest if n is not None)


def _plus(*numbers: Number) -> Number:
    return None if None in numbers else sum(n for n in numbers if n is not None)


def _equal(code: str, left: str, a: Number, right: str, b: Number) -> SumCheck:
    return _check(code, left, a, right, b, "is", None if a is None or b is None else a == b)


def _at_most(code: str, left: str, a: Number, right: str, b: Number) -> SumCheck:
    held = None if a is None or b is None else a <= b
    return _check(code, left, a, right, b, "is at most", held)


def _check(
    code: str, left: str, a: Number, right: str, b: Number, verb: str, held: bool | None
) -> SumCheck:
    if held is None:
        missing = " and ".join(name for name, n in ((left, a), (right, b)) if n is None)
        return SumCheck(code, OPEN, f"Not recorded: {missing}.")
    state = HOLDS if held else BROKEN
    says = verb if held else verb.replace("is", "is not", 1)
    return SumCheck(code, state, f"{left[:1].upper()}{left[1:]} ({a}) {says} {right} ({b}).")
