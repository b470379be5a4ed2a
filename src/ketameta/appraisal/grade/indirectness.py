"""Indirectness: whether people, treatment, comparison and outcome are those of the question."""

from __future__ import annotations

from ketameta.appraisal.grade.proposal import HALF, Body, Proposal, joined, listed, percent
from ketameta.questions.certainty import Domain, Level
from ketameta.questions.contrasts import ContrastClass
from ketameta.records.vocabulary import Construct, Depression, YesNo

MINORITY = 10.0
"""Percent of the weight from where a second substance or control makes a body mixed."""
SURROGATES = frozenset({Construct.MOTIVATION, Construct.CRAVING})
"""Outcomes that stand for use, but are not use."""


def indirectness(body: Body) -> Proposal:
    """Propose a level from strong and weak signs.

    Strong: half of the weight or more was followed for less than the weeks that the review sets,
    whatever the time of the question (where the question asks about a time that is short by
    nature, a person says so in `certainty.yaml`); half of the weight is another comparison than
    ketamine against a control; the outcome stands for use but is not use. Weak: several
    substances in one pool; several kinds of control; half of the weight from people who had to be
    depressed, or did not seek treatment. One strong or two weak signs are serious, two strong
    ones very serious. GRADE compares people, treatment, comparison and outcome with the question;
    which signs count, and how much, is ours.

    References
    ----------
    Guyatt et al. 2011, doi:10.1016/j.jclinepi.2011.04.014.
    """
    strong, weak, seen = [], [], []
    weeks = body.review.thresholds.short_follow_up_weeks.value
    short = body.share(lambda row: any(flag.code == "SF" for flag in row.flags))
    seen.append(("short follow-up", percent(short)))
    if short >= HALF:
        strong.append(f"{percent(short)} of the weight was followed for less than {weeks} weeks")
    other = body.share(lambda row: row.contrast_class != str(ContrastClass.KETAMINE_V_CONTROL))
    seen.append(("other comparison", percent(other)))
    if other >= HALF:
        strong.append(f"{percent(other)} of the weight is another comparison than asked")
    surrogate = any(choice.construct_ in SURROGATES for choice in body.question.outcomes)
    if surrogate:
        strong.append("the outcome stands for substance use, but is not use itself")
    substances = body.shares(lambda row: row.substance)
    controls = body.shares(lambda row: row.control_type)
    seen += [("substances", listed(substances)), ("controls", listed(controls))]
    if _mixed(substances):
        weak.append(f"substances are mixed ({listed(substances)})")
    if _mixed(controls):
        weak.append(f"kinds of control are mixed ({listed(controls)})")
    weak += _people(body, seen)
    level = _level(len(strong), len(weak))
    reason = joined((*strong, *weak))
    sentence = f"{reason[:1].upper()}{reason[1:]}." if reason else _direct(substances, controls)
    return Proposal(Domain.INDIRECTNESS, level, sentence, tuple(seen))


def _people(body: Body, seen: list[tuple[str, str]]) -> list[str]:
    def population(wanted: str) -> float:
        return body.share(
            lambda row: (
                wanted
                in (
                    f"depression {body.study(row).population.depression}",
                    f"seeking {body.study(row).population.treatment_seeking}",
                )
            )
        )

    depressed = population(f"depression {Depression.REQUIRED}")
    not_seeking = population(f"seeking {YesNo.NO}")
    seen += [("depression required", percent(depressed)), ("not seeking", percent(not_seeking))]
    found = []
    if depressed >= HALF:
        found.append(f"{percent(depressed)} of the weight is of people who had to be depressed")
    if not_seeking >= HALF:
        found.append(f"{percent(not_seeking)} of the weight is of people not seeking treatment")
    return found


def _mixed(shares: dict[str, float]) -> bool:
    return sum(share >= MINORITY for share in shares.values()) > 1


def _level(strong: int, weak: int) -> Level:
    if strong >= 2:
        return Level.VERY_SERIOUS
    return Level.SERIOUS if strong or weak >= 2 else Level.NOT_SERIOUS


def _direct(substances: dict[str, float], controls: dict[str, float]) -> str:
    names = f"{', '.join(substances)}, against {', '.join(controls)}"
    return f"People, treatment, comparison and outcome are those of the question ({names})."
