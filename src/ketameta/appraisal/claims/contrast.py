"""Parts of claims that one comparison of arms within a study can test."""

from __future__ import annotations

from ketameta.appraisal.claims.directions import (
    BETTER,
    NEITHER,
    UNTOLD,
    Directed,
    directions,
    result_number,
    risk_of_bias,
)
from ketameta.appraisal.claims.findings import (
    Bench,
    ClaimNumber,
    PartFinding,
    Signal,
    listed,
)
from ketameta.appraisal.claims.unseen import unseen_people
from ketameta.counting import counted
from ketameta.records.claim_tests import ContrastTest
from ketameta.records.results import ContrastData


def contrast(test: ContrastTest, bench: Bench) -> PartFinding:
    """What the study says of these arms; with an interval if there is one, the latest of several.

    One study supports a claim, or contradicts it, only weakly; its risk of bias is said. Where
    people missing from its counts could turn it to an interval with both directions, it leaves the
    claim open. Arms of the same role (ketamine with and without a therapy) are compared only where
    the study reports it.
    """
    study = bench.evidence.get(test.study).study
    found = [d for d in directions(study) if _is_it(d, test)]
    told = [d for d in found if d.direction != UNTOLD or _between_equals(d)]
    arms = " against ".join(
        listed([study.arm(name).label for name in side])
        for side in (test.experimental, test.control)
    )
    if not told:
        reason = f"{study.label}: no result on {test.outcome} of {arms} was seen."
        return PartFinding(Signal.SILENT, (reason,))
    chosen = max(told, key=lambda d: (d.exact, float(d.result.time.weeks or -1)))
    number = result_number(study, chosen, f"{study.label}: {chosen.text}", bench)
    people = study.design.analysed_n or study.design.enrolled_n
    bias = risk_of_bias(study, chosen)
    basis = [
        *([f"; {counted(people, 'person')} in the study"] if people else []),
        *([f"; risk of bias {bias}"] if bias else []),
    ]
    reason = f"{study.label}, {arms}, {chosen.result.time.label}: {chosen.text}"
    signal, why = _signal(chosen, test)
    said = f"{reason}{''.join(basis)}. {why}"
    unseen = unseen_people(study, chosen)
    if unseen is None:
        return PartFinding(signal, (said,), (number,))
    signal = Signal.OPEN if unseen.opens else signal
    return PartFinding(signal, (said, unseen.words), (number, ClaimNumber("unseen", unseen.range)))


def _is_it(directed: Directed, test: ContrastTest) -> bool:
    data = directed.result.data
    if directed.outcome.id != test.outcome:
        return False
    if isinstance(data, ContrastData):
        return set(data.experimental) == set(test.experimental) and set(data.control) == set(
            test.control
        )
    sides = {arm.id for arm in directed.experimental}, {arm.id for arm in directed.against}
    return sides == (set(test.experimental), set(test.control))


def _between_equals(directed: Directed) -> bool:
    return isinstance(directed.result.data, ContrastData)


def _signal(directed: Directed, test: ContrastTest) -> tuple[Signal, str]:
    if directed.direction == UNTOLD:
        return Signal.OPEN, "There is no interval."
    if directed.direction == NEITHER:
        return Signal.OPEN, "The interval leaves both directions open."
    as_claimed = (directed.direction == BETTER) == (test.claimed == "experimental")
    if as_claimed:
        return Signal.WEAK, "The interval lies on the side that the claim names, in one study."
    return Signal.WEAK_AGAINST, "The interval lies on the other side, in one study."
