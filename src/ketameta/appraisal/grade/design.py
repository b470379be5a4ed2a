"""Where the rating starts: randomised, non-randomised and mixed bodies of evidence."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.appraisal.grade.proposal import Body, percent
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
    reason
        Which rule was used and why, in a sentence.
    because
        The same within a sentence, after "it starts low because"; "" where it starts high.
    randomised_weight
        Percent of the weight of randomised studies.
    """

    kind: str
    level: str
    reason: str
    because: str
    randomised_weight: float

    @property
    def high(self) -> bool:
        """Whether the rating starts at high certainty."""
        return self.level == "high"


def is_randomised(row: StudyRow) -> bool:
    """Whether chance decided; what is not stated counts as not randomised."""
    return row.randomised == "yes"


def start(body: Body) -> Start:
    """High where every study is randomised, low where any is not.

    With `non_randomised_start: high` in `certainty.yaml`, which needs ROBINS-I, others start high
    as well: confounding is then counted under risk of bias. What the randomised studies of a
    mixed body say alone is graded beside it (`QuestionGrade.randomised_alone`). The starts of
    either kind are GRADE's; that a mixed body starts low as a whole is ours.

    References
    ----------
    Balshem et al. 2011, doi:10.1016/j.jclinepi.2010.07.015; Schünemann et al. 2019,
    doi:10.1016/j.jclinepi.2018.01.012; Cuello-Garcia et al. 2022,
    doi:10.1016/j.jclinepi.2021.11.026 (randomised and other studies side by side).
    """
    share = body.share(is_randomised)
    if share > 99.95:
        reason = "Every study is randomised: starts high."
        return Start(RANDOMISED, "high", reason, "", share)
    kind = NON_RANDOMISED if share < 0.05 else MIXED
    part = f"{percent(100 - share)} of the weight is not randomised"
    if body.certainty.non_randomised_start == "high":
        reason = (
            f"{part}: starts high all the same, because it is assessed with ROBINS-I and "
            "confounding counts as risk of bias."
        )
        return Start(kind, "high", reason, "", share)
    if kind == NON_RANDOMISED:
        reason = "Not randomised: starts low, which counts confounding."
        return Start(kind, "low", reason, "chance did not decide", share)
    reason = f"{part}, so that the body starts low, which counts confounding."
    return Start(kind, "low", reason, part, share)
