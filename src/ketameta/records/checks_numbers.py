"""Checks of numbers that need no statistics: counts, ranges, intervals, percentages."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from ketameta.records.findings import Finding
from ketameta.records.results import (
    ChangesData,
    ContrastData,
    Events,
    EventsData,
    MeansData,
    PairedData,
    Result,
    SingleEventsData,
    SingleMeansData,
    Summary,
)
from ketameta.records.scales import Scale, scale_of
from ketameta.records.study import Study, Vocabulary
from ketameta.records.vocabulary import ContrastMeasure, UnknownAre
from ketameta.records.yaml_reader import Path_

RATIOS = (
    ContrastMeasure.OR,
    ContrastMeasure.RR,
    ContrastMeasure.HR,
    ContrastMeasure.RATIO_OF_MEANS,
)

CHECK_TOTALS = "Check the digits; if the source has it so, explain it in a note and waive it."
HOW_MADE = "Check the printed numbers, and how the interval was made."


def check(study: Study, vocabulary: Vocabulary | None) -> Iterator[Finding]:
    """Every impossible number of a record."""
    yield from _totals(study)
    yield from _female(study)
    for i, outcome in enumerate(study.outcomes):
        scale = scale_of(outcome, vocabulary)
        for j, result in enumerate(outcome.results):
            where: Path_ = ("outcomes", i, "results", j, "data")
            yield from _counts(study, result, where)
            yield from _arithmetic(result, where[:-1])
            yield from _intervals(result, where)
            for place, summary, is_change in summaries(result, where):
                yield from _order(summary, place)
                if not is_change:
                    yield from _range(summary, scale, place)


def _totals(study: Study) -> Iterator[Finding]:
    known = [arm.n_randomised for arm in study.arms]
    enrolled = study.design.enrolled_n
    numbers = [n for n in known if n is not None]
    crossover = study.design.type == "crossover"
    if enrolled is not None and numbers and not crossover:
        total = sum(numbers)
        if total > enrolled or (len(numbers) == len(known) and total != enrolled):
            message = f"the arms add up to {total}, enrolled are {enrolled}."
            yield Finding("R032", ("design", "enrolled_n"), message, CHECK_TOTALS)
    if enrolled is not None and (study.design.analysed_n or 0) > enrolled:
        message = f"{study.design.analysed_n} analysed, but only {enrolled} enrolled."
        yield Finding("R031", ("design", "analysed_n"), message)


def _female(study: Study) -> Iterator[Finding]:
    female = study.population.female
    if female is None:
        return
    where: Path_ = ("population", "female")
    total = female.of if female.of is not None else study.design.enrolled_n
    if female.count is not None and total is not None and female.count > total:
        yield Finding("R030", (*where, "count"), f"{female.count} women of {total} people.")
    elif female.percent is not None and total:
        counts = [female.count] if female.count is not None else range(total + 1)
        if not any(percentage_fits(c, total, female.percent) for c in counts):
            people = f"{female.count} of {total}" if female.count is not None else f"any of {total}"
            message = f"{female.percent} % does not fit {people}."
            yield Finding("R036", (*where, "percent"), message, "Check the total (`of`).")


def percentage_fits(count: int, total: int, printed: Decimal) -> bool:
    """Whether count / total prints as the percentage, rounded either way at the last digit."""
    half_unit = Decimal(1).scaleb(int(printed.as_tuple().exponent)) / 2
    return abs(Decimal(100 * count) / Decimal(total) - printed) <= half_unit


PERCENT_OF = re.compile(r"(\d+(?:\.\d+)?) ?% of (\d+) ?= ?(\d+) ?/ ?(\d+)")


def _arithmetic(result: Result, where: Path_) -> Iterator[Finding]:
    """Counts that a derivation works out from a percentage: `48.2 % of 27 = 13/27`."""
    refs = {"source": result.source} | {
        f"field_sources.{n}": r for n, r in result.field_sources.items()
    }
    for name, ref in refs.items():
        place = ("field_sources", name.removeprefix("field_sources.")) if "." in name else (name,)
        for percent, total, count, of in PERCENT_OF.findall(ref.derivation or ""):
            unit = Decimal(1).scaleb(int(Decimal(percent).as_tuple().exponent))  # papers misround
            exact = Decimal(100 * int(count)) / (Decimal(of) or Decimal(1))
            if total != of or abs(exact - Decimal(percent)) > unit:
                message = f"{percent} % of {total} is not {count}/{of}."
                yield Finding("R036", (*where, *place, "derivation"), message)


def _counts(study: Study, result: Result, where: Path_) -> Iterator[Finding]:
    data = result.data
    randomised = {arm.id: arm.n_randomised for arm in study.arms}
    analysed: list[tuple[Path_, str, int | None]] = []
    if isinstance(data, EventsData):
        for arm_id, arm in data.arms.items():
            analysed.append(((*where, "arms", arm_id, "n"), arm_id, arm.n))
            if arm.events > arm.n:
                place = (*where, "arms", arm_id, "events")
                yield Finding("R030", place, f"{arm.events} events among {arm.n} people.")
            yield from _unknown(result, arm, randomised.get(arm_id), (*where, "arms", arm_id))
    elif isinstance(data, SingleEventsData):
        analysed.append(((*where, "n"), data.arm, data.n))
        if data.events > data.n:
            message = f"{data.events} events among {data.n} people."
            yield Finding("R030", (*where, "events"), message)
    elif isinstance(data, MeansData | ChangesData):
        for arm_id, summary in data.arms.items():
            analysed.append(((*where, "arms", arm_id, "n"), arm_id, summary.n))
    elif isinstance(data, ContrastData):
        analysed += [((*where, "n", arm_id), arm_id, n) for arm_id, n in data.n.items()]
    elif isinstance(data, SingleMeansData):
        analysed.append(((*where, "value", "n"), data.arm, data.value.n))
    elif isinstance(data, PairedData):
        analysed += [
            ((*where, "n"), arm_id, data.n) for arm_id in (data.experimental, data.control)
        ]
    for place, arm_id, n in analysed:
        limit = randomised.get(arm_id)
        if n is not None and limit is not None and n > limit:
            yield Finding("R031", place, f"{n} analysed, but only {limit} randomised to {arm_id}.")


def _unknown(
    result: Result, arm: Events, randomised: int | None, where: Path_
) -> Iterator[Finding]:
    """People without an outcome that the arm has no room for."""
    if arm.unknown is None:
        return
    place, count, how = (*where, "unknown"), arm.unknown, result.unknown_are
    room = {
        UnknownAre.WITH_EVENT: arm.events,
        UnknownAre.WITHOUT_EVENT: arm.n - arm.events,
        UnknownAre.NOBODY: 0,
    }.get(how)
    if room is not None and count > room:
        what = "nobody's outcome is unknown" if how is UnknownAre.NOBODY else f"{how}: only {room}"
        yield Finding("R030", place, f"{count} people without an outcome, but {what}.")
    if how is UnknownAre.LEFT_OUT and randomised is not None and arm.n + count != randomised:
        message = f"{arm.n} analysed and {count} left out are not the {randomised} randomised."
        yield Finding("R031", place, message)


def summaries(result: Result, where: Path_) -> Iterator[tuple[Path_, Summary, bool]]:
    """Every summary of a result with its place, and whether it is a change from baseline."""
    data = result.data
    if isinstance(data, MeansData | ChangesData):
        for arm_id, summary in data.arms.items():
            yield (*where, "arms", arm_id), summary, isinstance(data, ChangesData)
    elif isinstance(data, PairedData):
        for arm_id, summary in data.conditions.items():
            yield (*where, "conditions", arm_id), summary, False
    elif isinstance(data, SingleMeansData):
        for name in ("value", "baseline", "change"):
            if (summary := getattr(data, name)) is not None:
                yield (*where, name), summary, name == "change"


def _order(summary: Summary, where: Path_) -> Iterator[Finding]:
    names = ("minimum", "q1", "median", "q3", "maximum")
    values = [(n, v) for n in names if (v := getattr(summary, n)) is not None]
    for (low_name, lower), (high_name, upper) in pairwise(values):
        if lower > upper:
            message = f"{low_name} {lower} is above {high_name} {upper}."
            yield Finding("R037", (*where, low_name), message)
    mean, low, high = summary.mean, summary.ci_low, summary.ci_high
    if mean is None or low is None or high is None:
        return
    if not low <= mean <= high:
        yield Finding("R034", (*where, "mean"), f"{mean} lies outside {low} to {high}.")
    elif not any(_symmetric(mean, low, high, log=log) for log in (False, low > 0)):
        message = f"{low} to {high} is symmetric around {mean} on no scale."
        yield Finding("R035", (*where, "ci_low"), message, HOW_MADE)


def _range(summary: Summary, scale: Scale, where: Path_) -> Iterator[Finding]:
    for name in ("mean", "median", "q1", "q3", "minimum", "maximum"):
        value = getattr(summary, name)
        if not scale.holds(value, of_change=False):
            message = (
                f"{value} lies outside {scale.minimum} to {scale.maximum}, "
                f"the range of {scale.name}."
            )
            yield Finding("R033", (*where, name), message)


def _intervals(result: Result, where: Path_) -> Iterator[Finding]:
    data = result.data
    if not isinstance(data, ContrastData):
        return
    low, high, estimate = data.ci_low, data.ci_high, data.estimate
    ratio = data.measure in RATIOS
    for name, value in (("estimate", estimate), ("ci_low", low), ("ci_high", high)):
        if ratio and value is not None and value <= 0:
            message = f"{value} is not possible for the ratio {data.measure}."
            yield Finding(
                "R034", (*where, name), message, "Give the ratio itself, not its logarithm."
            )
            return
    if low is None or high is None:
        return
    if low > high:
        message = f"{low} to {high}: the lower limit is above the upper."
        hint = "Swap them; for a ratio of the other direction, turn the estimate as well."
        yield Finding("R034", (*where, "ci_low"), message, hint)
    elif not low <= estimate <= high:
        message = f"{estimate} lies outside its interval {low} to {high}."
        yield Finding("R034", (*where, "estimate"), message)
    elif not _symmetric(estimate, low, high, log=ratio):
        scale = "on the log scale" if ratio else "around the estimate"
        message = f"{low} to {high} is not symmetric {scale}."
        yield Finding("R035", (*where, "ci_low"), message, HOW_MADE)


def _symmetric(estimate: Decimal, low: Decimal, high: Decimal, *, log: bool) -> bool:
    """Whether the middle of the interval is the estimate, within the rounding of all three."""

    def span(value: Decimal) -> tuple[float, float]:
        half = float(Decimal(1).scaleb(int(value.as_tuple().exponent)) / 2)
        bottom, top = float(value) - half, float(value) + half
        return (math.log(max(bottom, 1e-300)), math.log(top)) if log else (bottom, top)

    middle_low = (span(low)[0] + span(high)[0]) / 2
    middle_high = (span(low)[1] + span(high)[1]) / 2
    bottom, top = span(estimate)
    return middle_low <= top and bottom <= middle_high
