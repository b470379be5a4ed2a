"""GRIM, GRIMMER and DEBIT: can whole-number scores have the printed mean and standard deviation?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ketameta.records.findings import Finding
from ketameta.records.integrity.printed import exact_span, unit
from ketameta.records.integrity.samples import Sample, exists, square_sums, totals
from ketameta.records.results import Summary
from ketameta.records.scales import Scale
from ketameta.records.yaml_reader import Path_

CHECK_N = (
    "Check the digits and who was analysed; a mean that a model adjusted belongs in a contrast, "
    "or waive the rule."
)
MOST_PEOPLE = 150
"""Above it a standard deviation is not tested: with so many almost every one is possible."""
MOST_TRIED = 1000
"""Totals and sums of squares that are tried; where there are more, the benefit of the doubt."""
_OTHER_SIZES = 40
"""Down to how many people fewer a total is searched for that would fit."""


def check(summary: Summary, scale: Scale, where: Path_, *, of_change: bool) -> Iterator[Finding]:
    """What no sample of whole numbers can have: a mean, then a standard deviation beside it."""
    n, mean, sd, steps = summary.n, summary.mean, summary.sd, scale.steps
    if n is None or mean is None or steps is None:
        return
    sample = Sample(n, *scale.step_limits(of_change=of_change))
    possible = totals(sample, _in_steps(exact_span(mean), steps))
    if not possible:
        yield Finding("R100", (*where, "mean"), _no_mean(summary, n, steps), CHECK_N)
    elif sd is not None and 1 < n <= MOST_PEOPLE:
        low, high = _in_steps(exact_span(sd), steps)
        if not _some_sample(sample, possible, (max(low, Fraction(0)), high)):
            code = "R102" if scale.is_binary and not of_change else "R101"
            yield Finding(code, (*where, "sd"), _no_sd(summary, scale, n), CHECK_N)


def _some_sample(sample: Sample, possible: range, sd: tuple[Fraction, Fraction]) -> bool:
    """Whether a sample with one of the totals has a standard deviation in the closed interval."""
    tried = 0
    for total in possible:
        for squares in square_sums(sample, total, sd):
            tried += 1
            if exists(sample, total, squares) or tried > MOST_TRIED:
                return True
        tried += 1
        if tried > MOST_TRIED:
            return True
    return False


def sizes_that_fit(summary: Summary, steps: int) -> list[int]:
    """The next smaller numbers of people with which a mean would be possible."""
    if summary.n is None or summary.mean is None:
        return []
    span = _in_steps(exact_span(summary.mean), steps)
    smaller = range(summary.n - 1, max(0, summary.n - _OTHER_SIZES), -1)
    return [n for n in smaller if totals(Sample(n), span)][:3]


def _in_steps(span: tuple[Fraction, Fraction], steps: int) -> tuple[Fraction, Fraction]:
    return span[0] * steps, span[1] * steps


def _no_mean(summary: Summary, n: int, steps: int) -> str:
    mean = summary.mean
    assert mean is not None
    size = n * steps
    below = Fraction(mean) * size // 1
    digits = max(0, -int(unit(mean).as_tuple().exponent))
    around = " and ".join(f"{(below + i) / size:.{digits + 1}f}" for i in (0, 1))
    people = f"{n} people" if steps == 1 else f"{n} people in steps of 1/{steps}"
    fits = sizes_that_fit(summary, steps)
    other = f" It would fit {_listed(fits)} people." if fits else ""
    return f"no whole-number scores of {people} have the mean {mean}; near it are {around}.{other}"


def _no_sd(summary: Summary, scale: Scale, n: int) -> str:
    kind = "answers of 0 and 1" if scale.is_binary else "whole-number scores"
    return (
        f"no {kind} of {n} people have the mean {summary.mean} and "
        f"the standard deviation {summary.sd}."
    )


def _listed(numbers: list[int]) -> str:
    *others, last = map(str, numbers)
    return f"{', '.join(others)} or {last}" if others else last
