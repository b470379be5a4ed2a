"""The effect from which a decision would change, on the scale that is pooled."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ketameta.appraisal.grade.absolute import PER
from ketameta.appraisal.grade.decision_scale import DecisionScale, decision_scale
from ketameta.appraisal.grade.proposal import Body
from ketameta.errors import DataError
from ketameta.measures.catalog import measure as find_measure

IMPORTANT, LARGE = "important", "large"
NAMES = (IMPORTANT, LARGE)
"""The smallest difference that matters, and the one from where on it is called large."""
_SAID = {IMPORTANT: "the smallest difference that matters", LARGE: "a difference called large"}


@dataclass(frozen=True, slots=True)
class DecisionThreshold:
    """A threshold on the analysis scale (logarithm for ratios), and what it means in words."""

    y: float
    meaning: str


def decision_threshold(body: Body, name: str) -> DecisionThreshold:
    """What a review calls an important (or a large) benefit, as an effect.

    A number of people per 1000 becomes a ratio at the typical risk without treatment, the one by
    which GRADE's domains are rated. Where less of the outcome is better the threshold lies below
    the value of no difference, and effects beyond it are those below.

    Parameters
    ----------
    name
        One of `NAMES`.

    Raises
    ------
    DataError
        Where nobody has said which difference matters, or no effect can be so large at this risk.
    """
    scale = decision_scale(body)
    size = scale.smallest if name == IMPORTANT else scale.large
    where = body.answer.question.id
    if size is None:
        raise DataError(
            f"{where}: nobody has said which difference matters. State it under important in "
            "certainty.yaml, or give --threshold a number."
        )
    signed = size if body.answer.question.better == "higher" else -size
    y = _effect(scale, signed)
    if y is None:
        raise DataError(
            f"{where}: at a risk of {scale.typical:.0%} no effect makes "
            f"{scale.text(signed)} {scale.unit}. Give --threshold a number."
        )
    at = ""
    if scale.typical is not None and scale.measure != "RD":
        at = f" at a risk of {scale.typical:.0%} without treatment"
    return DecisionThreshold(y, f"{scale.text(signed)} {scale.unit}{at}, {_SAID[name]}")


def _effect(scale: DecisionScale, difference: float) -> float | None:
    """The effect of the analysis scale that makes a difference; None where there is none."""
    if scale.typical is None:
        ratio = find_measure(scale.measure).is_ratio
        change = 1.0 + difference / 100.0
        if not ratio:
            return difference
        return math.log(change) if change > 0.0 else None
    risk, other = scale.typical, scale.typical + difference / PER
    if scale.measure == "RD":
        return difference / PER if 0.0 <= other <= 1.0 else None
    if not (0.0 < risk < 1.0 and 0.0 < other < 1.0):
        return None
    if scale.measure == "RR":
        return math.log(other / risk)
    if scale.measure == "HR":
        return math.log(math.log1p(-other) / math.log1p(-risk))
    return math.log(other / (1.0 - other)) - math.log(risk / (1.0 - risk))
