"""From what the parts of a claim came to, to a verdict with its reasons."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.appraisal.claims.findings import Signal
from ketameta.records.claim_words import Verdict

BORNE_OUT = frozenset({Signal.SUPPORTS, Signal.WEAK})


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
    return Verdict.CONTRADICTED if Signal.AGAINST in tried else Verdict.NO_EVIDENCE
