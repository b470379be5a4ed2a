"""What one result of a record says about ketamine: its direction, in words or from numbers."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from ketameta.appraisal.claims.findings import MINUS, Bench, ClaimNumber, rounded
from ketameta.appraisal.risk_of_bias.results import result_judgement
from ketameta.measures.catalog import Measure
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.generic import normal_quantile
from ketameta.questions.candidates import Candidate
from ketameta.questions.contrasts import CLASS_OF_CONTROL, ContrastClass
from ketameta.records.results import (
    ChangesData,
    ContrastData,
    Data,
    EventsData,
    MeansData,
    PairedData,
    Result,
    SingleEventsData,
    SingleMeansData,
    StatementData,
    Summary,
)
from ketameta.records.study import Arm, Outcome, Study
from ketameta.records.vocabulary import (
    Better,
    Construct,
    ContrastMeasure,
    Direction,
    Phase,
    Role,
    Status,
)
from ketameta.synthesis.estimation import Estimate, estimate
from ketameta.synthesis.result_source import result_source
from ketameta.synthesis.result_words import remembered

BETTER, WORSE, NEITHER, UNTOLD = "better", "worse", "neither", "untold"
WORDS = {
    BETTER: "better in the tested arm",
    WORSE: "worse in the tested arm",
    NEITHER: "neither direction told",
    UNTOLD: "no direction",
}
LEVEL = 0.95
_INTERVAL = re.compile(r"\d ?% (?:CI|confidence interval|interval)\b[^.;]*\d")
"""An interval as sources print it in a sentence: "95 % CI 18.6 to 78.6 %"."""
_SAID = {
    Direction.FAVOURS_EXPERIMENTAL: BETTER,
    Direction.FAVOURS_CONTROL: WORSE,
    Direction.NEITHER: NEITHER,
}


@dataclass(frozen=True, slots=True)
class Directed:
    """A result with its direction.

    Attributes
    ----------
    index
        Place in the record: (outcome, result).
    direction
        Whether people with ketamine fared better, worse, or neither; "untold" without an answer.
    text
        The numbers, or that the source has words only.
    experimental, against
        The tested arms, and those they are compared with; empty for one group.
    exact
        True where the direction follows from numbers with an interval.
    printed
        True where the source has it in words and prints an interval with them.
    """

    outcome: Outcome
    result: Result
    index: tuple[int, int]
    direction: str
    text: str
    experimental: tuple[Arm, ...]
    against: tuple[Arm, ...]
    exact: bool = False
    printed: bool = False

    @property
    def controls(self) -> tuple[Arm, ...]:
        """Those that they are compared with and that are controls in the study."""
        return tuple(arm for arm in self.against if arm.control_type)


def directions(
    study: Study, constructs: Container[Construct] = tuple(Construct)
) -> Iterator[Directed]:
    """Every result of a study after baseline that somebody has seen in a source.

    Parameters
    ----------
    constructs
        What outcomes must measure; the direction of others is not worked out.
    """
    if study.status is Status.ONGOING:
        return
    for i, outcome in enumerate(study.outcomes):
        if outcome.construct_ not in constructs:
            continue
        for j, result in enumerate(outcome.results):
            if not remembered(study, result) and result.time.phase is not Phase.BASELINE:
                yield _directed(study, outcome, result, (i, j))


def result_number(study: Study, directed: Directed, text: str, bench: Bench) -> ClaimNumber:
    """A result as a number behind a verdict, with its risk of bias, line and source."""
    source = result_source(bench.evidence, study, directed.index)
    bias = risk_of_bias(study, directed)
    return ClaimNumber.read_in(study.id, f"{text}; risk of bias {bias}" if bias else text, source)


def risk_of_bias(study: Study, directed: Directed) -> str:
    """Overall judgement of the outcome: "high (one rating)"; "" where nobody has assessed it."""
    found = result_judgement(study, directed.outcome.id)
    return f"{found.overall} ({found.status})" if found is not None and found.overall else ""


def _directed(study: Study, outcome: Outcome, result: Result, index: tuple[int, int]) -> Directed:
    sides = _sides(study, result)
    direction, text, exact = _told(study, outcome, result, index, sides)
    printed = isinstance(result.data, StatementData) and _prints_interval(result.data)
    return Directed(outcome, result, index, direction, text, *sides, exact, printed)


def _sides(study: Study, result: Result) -> tuple[tuple[Arm, ...], tuple[Arm, ...]]:
    data = result.data
    if isinstance(data, SingleEventsData | SingleMeansData):
        return (study.arm(data.arm),), ()
    if isinstance(data, PairedData):
        return (study.arm(data.experimental),), (study.arm(data.control),)
    if isinstance(data, ContrastData | StatementData):
        return tuple(map(study.arm, data.experimental)), tuple(map(study.arm, data.control))
    used = [arm for arm in study.arms if arm.id in data.arms]
    experimental = tuple(arm for arm in used if arm.role is Role.EXPERIMENTAL)
    return experimental, tuple(arm for arm in used if arm.role is Role.CONTROL)


def _told(
    study: Study,
    outcome: Outcome,
    result: Result,
    index: tuple[int, int],
    sides: tuple[tuple[Arm, ...], tuple[Arm, ...]],
) -> tuple[str, str, bool]:
    data = result.data
    if isinstance(data, StatementData):
        direction = _SAID.get(data.direction, UNTOLD) if sides[1] else UNTOLD
        return direction, _words(data), False
    if isinstance(data, SingleEventsData):
        return UNTOLD, f"{data.events}/{data.n}, one group", False
    if isinstance(data, SingleMeansData):
        return (*_one_group(data, outcome.better), False)
    if not sides[0] or not sides[1]:
        return UNTOLD, "no two sides to compare", False
    if isinstance(data, ContrastData | EventsData):
        return _estimated(Candidate(study, outcome, result, index, *sides, _class(sides[1]), False))
    return (*_means(data, sides, outcome.better), False)


def _words(data: StatementData) -> str:
    """What the source says where it prints an interval, which no other number can stand for."""
    if not _prints_interval(data):
        return "in words only"
    return f"in words, without absolute values on record: {data.text.rstrip('.')}"


def _prints_interval(data: StatementData) -> bool:
    return _INTERVAL.search(data.text) is not None


def _class(controls: tuple[Arm, ...]) -> ContrastClass:
    """The kind of comparison; arms that both got the tested drug differ in a procedure."""
    kind = controls[0].control_type
    return ContrastClass.PROCEDURE if kind is None else CLASS_OF_CONTROL[kind]


def _estimated(candidate: Candidate) -> tuple[str, str, bool]:
    """From counts, or an estimate with its interval."""
    data = candidate.result.data
    code = str(data.measure if isinstance(data, ContrastData) else ContrastMeasure.OR)
    measure = find_measure(code)
    found = estimate(candidate, measure.code, "only0")
    if isinstance(found, str) or measure.null is None:
        value = f" {rounded(float(data.estimate))}" if isinstance(data, ContrastData) else ""
        return UNTOLD, f"{code}{value} without an interval", False
    low, high = _limits(data, found, measure)
    shown = [rounded(float(measure.to_display(x))) for x in (found.y, low, high)]
    counts = ""
    if isinstance(data, EventsData):
        pairs = (found.experimental, found.control)
        counts = " against ".join(f"{side.events}/{side.n}" for side in pairs) + ", "
    text = f"{counts}{code} {shown[0]} ({shown[1]} to {shown[2]})"
    return _side(low - measure.null, high - measure.null, candidate.outcome.better), text, True


def _limits(data: Data, found: Estimate, measure: Measure) -> tuple[float, float]:
    """Limits on the analysis scale: as reported where that is at the same level."""
    if isinstance(data, ContrastData) and data.ci_level == 100 * LEVEL:
        reported = (data.ci_low, data.ci_high)
        if reported[0] is not None and reported[1] is not None:
            low, high = (float(measure.from_display(float(x))) for x in reported if x is not None)
            return low, high
    half = float(normal_quantile(LEVEL)) * found.v**0.5
    return found.y - half, found.y + half


def _side(low: float, high: float, better: Better) -> str:
    if low <= 0 <= high:
        return NEITHER
    return BETTER if (low > 0) == (better is Better.HIGHER) else WORSE


def _means(
    data: MeansData | ChangesData | PairedData,
    sides: tuple[tuple[Arm, ...], tuple[Arm, ...]],
    better: Better,
) -> tuple[str, str]:
    """The direction of means without an interval; "untold" where a mean is not known."""
    values = data.conditions if isinstance(data, PairedData) else data.arms
    means = [values.get(arm.id, Summary()).mean for arm in (sides[0][0], sides[1][0])]
    one, two = means
    if one is None or two is None or len(sides[0]) > 1 or len(sides[1]) > 1:
        return UNTOLD, "no means in what was read"
    text = f"means {one} and {two}, no interval".replace("-", MINUS)
    if one == two:
        return UNTOLD, text
    return BETTER if (one > two) == (better is Better.HIGHER) else WORSE, text


def _one_group(data: SingleMeansData, better: Better) -> tuple[str, str]:
    """The direction of a change within one group."""
    before = None if data.baseline is None else data.baseline.mean
    if before is not None and data.value.mean is not None:
        change, text = data.value.mean - before, f"mean {before} before, {data.value.mean} after"
    elif data.change is not None and data.change.mean is not None:
        change, text = data.change.mean, f"mean change {data.change.mean}".replace("-", MINUS)
    else:
        return UNTOLD, "one group"
    if change == 0:
        return UNTOLD, f"{text}, one group"
    return BETTER if (change > 0) == (better is Better.HIGHER) else WORSE, f"{text}, one group"
