"""Where the rating starts: randomised, non-randomised and mixed bodies of evidence."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.appraisal.grade.proposal import HALF, Body, percent
from ketameta.synthesis.answer import StudyRow

RANDOMISED, NON_RANDOMISED, MIXED = "randomised", "non-randomised", "mixed"


@dataclass(frozen=True, slots=True)
class Start:
    """Where the rating starts, and why.

    Attributes
    ----------
    kind
        randomised, non-randomised or mixed.
    level
        "high" or "low".
    randomised_weight
        Percent of the weight of randomised studies.
    """

    kind: str
    level: str
    reason: str
    randomised_weight: float

    @property
    def high(self) -> bool:
        """Whether the rating starts at high certainty."""
        return self.level == "high"


def is_randomised(row: StudyRow) -> bool:
    """Whether chance decided; what is not stated counts as not randomised."""
    return row.randomised == "yes"


def start(body: Body) -> Start:
    """High for randomised studies, low for others.

    A mixed body starts where most of its weight lies. Where that is high, the weight of its
    non-randomised studies counts as high risk of bias in that domain. Non-randomised studies
    start high where `certainty.yaml` says so, which needs ROBINS-I: confounding is then counted
    under risk of bias.

    References
    ----------
    Balshem et al. 2011, doi:10.1016/j.jclinepi.2010.07.015; Schünemann et al. 2019,
    doi:10.1016/j.jclinepi.2018.01.012.
    """
    share = body.share(is_randomised)
    high_option = body.certainty.non_randomised_start == "high"
    if share > 99.95:
        return Start(RANDOMISED, "high", "Randomised: starts high.", share)
    if high_option:
        kind = NON_RANDOMISED if share < 0.05 else MIXED
        reason = (
            f"{percent(100 - share)} of the weight is not randomised; assessed with ROBINS-I, "
            "so that it starts high and confounding counts as risk of bias."
        )
        return Start(kind, "high", reason, share)
    if share < 0.05:
        return Start(NON_RANDOMISED, "low", "Not randomised: starts low.", share)
    level = "high" if share >= HALF else "low"
    more = "the rest counts as high risk of bias" if level == "high" else "as most of it is not"
    reason = f"Mixed: {percent(share)} of the weight is randomised; starts {level}, {more}."
    return Start(MIXED, level, reason, share)
