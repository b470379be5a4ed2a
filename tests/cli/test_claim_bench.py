"""Claims are judged on brief answers: the verdicts are those of whole ones."""

from __future__ import annotations

from dataclasses import replace

from tests.records import real
from tests.synthesis.real_answers import answers

from ketameta.appraisal.claims.trial import judge_all
from ketameta.cli.claim_bench import claim_bench
from ketameta.records.claim_files import load_claims


def test_verdicts_are_those_of_whole_answers() -> None:
    evidence, review = real.evidence(), real.review()
    claims = load_claims(evidence).loaded
    assert claims
    bench = claim_bench(claims, evidence, review, real.REVIEW.parent)
    assert bench.answers
    assert all(not found.further or not found.further.universes for found in bench.answers.values())
    whole = replace(bench, answers={name: answers()[name] for name in bench.answers})
    assert judge_all(claims, bench) == judge_all(claims, whole)
