"""From signals to a verdict."""

from __future__ import annotations

from itertools import product

import pytest

from ketameta.appraisal.claims.findings import Signal
from ketameta.appraisal.claims.verdict import proposed_verdict, verdict_basis
from ketameta.records.claim_words import Verdict

S = Signal
CASES = [
    ((S.SUPPORTS,), Verdict.SUPPORTED),
    ((S.SUPPORTS, S.SUPPORTS), Verdict.SUPPORTED),
    ((S.WEAK,), Verdict.SMALL),
    ((S.SUPPORTS, S.WEAK), Verdict.SMALL),
    ((S.MIXED,), Verdict.HALF_TRUE),
    ((S.SUPPORTS, S.AGAINST), Verdict.HALF_TRUE),
    ((S.WEAK, S.SILENT), Verdict.HALF_TRUE),
    ((S.WEAK, S.OPEN), Verdict.HALF_TRUE),
    ((S.AGAINST,), Verdict.CONTRADICTED),
    ((S.AGAINST, S.SILENT), Verdict.CONTRADICTED),
    ((S.AGAINST, S.OPEN, S.OUTSIDE), Verdict.CONTRADICTED),
    ((S.WEAK_AGAINST,), Verdict.CONTRADICTED),
    ((S.WEAK_AGAINST, S.SILENT, S.OUTSIDE), Verdict.CONTRADICTED),
    ((S.WEAK_AGAINST, S.WEAK), Verdict.HALF_TRUE),
    ((S.OPEN,), Verdict.NO_EVIDENCE),
    ((S.SILENT,), Verdict.NO_EVIDENCE),
    ((S.ASIDE,), Verdict.NO_EVIDENCE),
    ((S.OPEN, S.SILENT), Verdict.NO_EVIDENCE),
    ((S.MISPLACED, S.SUPPORTS), Verdict.MISATTRIBUTED),
    ((S.OUTDATED, S.SUPPORTS), Verdict.OUTDATED),
    ((S.OUTDATED, S.MISPLACED), Verdict.MISATTRIBUTED),
    ((S.OUTSIDE,), Verdict.OUTSIDE),
    ((S.OUTSIDE, S.SUPPORTS), Verdict.SUPPORTED),
]


@pytest.mark.parametrize(("signals", "verdict"), CASES)
def test_the_verdict_follows_from_the_signals(
    signals: tuple[Signal, ...], verdict: Verdict
) -> None:
    assert proposed_verdict(signals) is verdict


def test_the_order_of_parts_does_not_matter_and_every_verdict_can_come_up() -> None:
    seen = set()
    for pair in product(Signal, repeat=2):
        assert proposed_verdict(pair) is proposed_verdict(pair[::-1])
        seen.add(proposed_verdict(pair))
    assert seen == set(Verdict)


def test_another_borne_out_part_never_makes_a_claim_stand_worse() -> None:
    order = [Verdict.CONTRADICTED, Verdict.NO_EVIDENCE, Verdict.HALF_TRUE, Verdict.SMALL]
    order.append(Verdict.SUPPORTED)
    for signal in (S.AGAINST, S.OPEN, S.SILENT, S.MIXED, S.WEAK):
        before, after = proposed_verdict((signal,)), proposed_verdict((signal, S.SUPPORTS))
        assert order.index(after) >= order.index(before)


def test_a_claim_without_a_deciding_part_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one part"):
        proposed_verdict(())


BASES = [
    (Verdict.CONTRADICTED, (S.WEAK_AGAINST, S.SILENT), "by small or uncontrolled evidence"),
    (Verdict.CONTRADICTED, (S.WEAK_AGAINST, S.AGAINST), ""),
    (Verdict.NO_EVIDENCE, (S.OPEN,), "results leave it open"),
    (Verdict.NO_EVIDENCE, (S.OPEN, S.AGAINST), "results leave it open"),
    (Verdict.NO_EVIDENCE, (S.OPEN, S.SILENT), "no result, or results that leave it open"),
    (Verdict.NO_EVIDENCE, (S.SILENT,), "no result on record"),
    (Verdict.SMALL, (S.WEAK,), ""),
    (Verdict.HALF_TRUE, (S.WEAK, S.OPEN), ""),
]


@pytest.mark.parametrize(("verdict", "signals", "basis"), BASES)
def test_a_word_that_says_too_much_has_its_basis_beside_it(
    verdict: Verdict, signals: tuple[Signal, ...], basis: str
) -> None:
    assert verdict_basis(verdict, signals) == basis


def test_weak_evidence_weighs_alike_for_and_against() -> None:
    """The words for a claim that weak evidence supports and for one that it contradicts."""
    assert proposed_verdict((S.WEAK,)) == "supported but small or uncontrolled"
    against = proposed_verdict((S.WEAK_AGAINST,))
    assert (against, verdict_basis(against, (S.WEAK_AGAINST,))) == (
        "contradicted",
        "by small or uncontrolled evidence",
    )
