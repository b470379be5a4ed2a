"""From what the parts of a claim came to, to a verdict with its reasons.

Evidence for a claim and against it is weighed alike. What one study shows, what is counted by
direction only, and pooled evidence that is small, uncontrolled or of low certainty bears a part out
weakly, or contradicts it weakly; a claim that only such evidence contradicts is called contradicted
"by small or uncontrolled evidence", as one that it supports is "supported but small or
uncontrolled". Numbers that leave both directions open are no support and no contradiction.

Documents decide, whichever way they point, where they are a regulator's and the claim is about
harms or about who should not be treated, and where nothing in the records answers the part.
Otherwise they are shown beside the verdict, and so is a trial of another substance than the claim
is about, which can contradict nothing. That something is not on record never contradicts, and never
decides that it is not known.
"""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.appraisal.claims.findings import Signal
from ketameta.records.claim_words import Verdict

BORNE_OUT = frozenset({Signal.SUPPORTS, Signal.WEAK})
WEAKLY = "by small or uncontrolled evidence"
LEFT_OPEN = "results leave it open"
PARTLY_OPEN = "no result, or results that leave it open"
REFUTED = frozenset({Signal.AGAINST, Signal.WEAK_AGAINST})


def proposed_verdict(signals: Sequence[Signal]) -> Verdict:
    """The verdict on a claim whose deciding parts came to some signals.

    In this order: a study that is about something else makes the claim misattributed, a replaced
    figure outdated. Mechanisms are left aside unless there is nothing else. Then a claim is
    supported when every part is, half-true when only some are, contradicted when none is and one
    is contradicted, and without evidence otherwise.

    Parameters
    ----------
    signals
        Of the parts that decide, at least one.

    Raises
    ------
    ValueError
        Without any signal.
    """
    if not signals:
        raise ValueError("a claim has at least one part that decides.")
    tried = [signal for signal in signals if signal is not Signal.OUTSIDE]
    if not tried:
        return Verdict.OUTSIDE
    if Signal.MISPLACED in tried:
        return Verdict.MISATTRIBUTED
    if Signal.OUTDATED in tried:
        return Verdict.OUTDATED
    if all(signal in BORNE_OUT for signal in tried):
        return Verdict.SUPPORTED if Signal.WEAK not in tried else Verdict.SMALL
    if Signal.MIXED in tried or any(signal in BORNE_OUT for signal in tried):
        return Verdict.HALF_TRUE
    return Verdict.CONTRADICTED if REFUTED.intersection(tried) else Verdict.NO_EVIDENCE


def verdict_basis(verdict: Verdict, signals: Sequence[Signal]) -> str:
    """What to say beside a verdict whose word alone would say too much; "" beside the others.

    A contradiction by weak evidence only, and "no evidence" where there are numbers that tell no
    direction.
    """
    if verdict is Verdict.CONTRADICTED and Signal.AGAINST not in signals:
        return WEAKLY if Signal.WEAK_AGAINST in signals else ""
    if verdict is Verdict.NO_EVIDENCE:
        if Signal.OPEN not in signals:
            return "no result on record"
        return PARTLY_OPEN if Signal.SILENT in signals else LEFT_OPEN
    return ""
