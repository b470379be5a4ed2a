"""People who are missing from the counts of a result, and what they could do to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ketameta.appraisal.claims.directions import LEVEL, Directed
from ketameta.appraisal.claims.findings import listed, rounded
from ketameta.measures.arms import Counts
from ketameta.measures.binary import odds_ratio
from ketameta.measures.generic import normal_quantile
from ketameta.records.results import EventsData
from ketameta.records.study import Arm, Study
from ketameta.records.vocabulary import Better, UnknownAre


@dataclass(frozen=True, slots=True)
class Unseen:
    """What people of unknown outcome and arm could do: `range` in numbers, `words` a sentence.

    `opens` says whether an interval would then hold both directions.
    """

    range: str
    words: str
    opens: bool


def unseen_people(study: Study, directed: Directed) -> Unseen | None:
    """The odds ratio if everybody missing had fared badly, all in the one arm or in the other.

    For a result whose counts leave people out of a study that does not say to which arm they
    belonged. None where nobody is known to be missing, or the result is not of the whole study.
    """
    data, result = directed.result.data, directed.result
    if not isinstance(data, EventsData) or result.unknown_are is not UnknownAre.LEFT_OUT:
        return None
    one, two = _side(data, directed, 0), _side(data, directed, 1)
    enrolled = study.design.enrolled_n
    whole = {arm.id for arm in study.arms} == set(data.arms)
    if enrolled is None or not whole or enrolled <= one[1] + two[1]:
        return None
    missing = enrolled - one[1] - two[1]
    bad = 0 if directed.outcome.better is Better.HIGHER else missing
    first, opens_first = _ratio((one[0] + bad, one[1] + missing), two)
    second, opens_second = _ratio(one, (two[0] + bad, two[1] + missing))
    opens = opens_first or opens_second
    open_words = " So the direction is left open." if opens else ""
    return Unseen(
        f"{first}, or {second}",
        f"{missing} of {enrolled} are not counted and their arm is not stated. Had they all fared "
        f"badly, it would be {first} if all belonged to {_labels(directed.experimental)} and "
        f"{second} if all belonged to {_labels(directed.against)}.{open_words}",
        opens,
    )


def _labels(arms: tuple[Arm, ...]) -> str:
    return listed([f'"{arm.label}"' for arm in arms])


def _side(data: EventsData, directed: Directed, which: int) -> tuple[int, int]:
    arms = (directed.experimental, directed.against)[which]
    counts = [data.arms[arm.id] for arm in arms]
    return sum(c.events for c in counts), sum(c.n for c in counts)


def _ratio(one: tuple[int, int], two: tuple[int, int]) -> tuple[str, bool]:
    """The odds ratio in words, and whether its interval holds both directions."""
    y, v = (float(x) for x in odds_ratio(Counts(*one), Counts(*two)))
    half = float(normal_quantile(LEVEL)) * math.sqrt(v)
    shown = [rounded(math.exp(x)) for x in (y, y - half, y + half)]
    return f"OR {shown[0]} ({shown[1]} to {shown[2]})", abs(y) <= half
