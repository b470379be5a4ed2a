"""Other looks at the main analyses of this review, each held to the engine called by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from tests.reports.real_report import real_inputs

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.bayes import bayes, default_prior
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity.influence import influence
from ketameta.synthesis.answer import Answer, QuestionLine
from ketameta.synthesis.further import FEW, further
from ketameta.synthesis.row_pooling import nobody_affected

ANSWERS = real_inputs().answers
MAIN = ANSWERS[0]
LINE = MAIN.question


def estimates_of(answer: Answer) -> EffectEstimates:
    return EffectEstimates.from_arrays(
        answer.question.measure,
        [row.y for row in answer.main.rows],
        [row.v for row in answer.main.rows],
        labels=[row.label for row in answer.main.rows],
    )


def many(k: int) -> EffectEstimates:
    y = [0.1 * ((7 * i) % 11) for i in range(k)]
    return EffectEstimates.from_arrays("OR", y, [0.02 * (1 + i) for i in range(k)])


def looks(k: int, line: QuestionLine = LINE) -> object:
    made = many(k)
    return further(line, [str(i) for i in range(k)], made, PoolingChoices(), [("all", None, made)])


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: a.question.id)
def test_there_are_other_looks_from_two_studies_on(answer: Answer) -> None:
    unaffected = nobody_affected(answer.main.rows)
    assert (answer.further is not None) == (answer.main.k >= 2 and not unaffected)


def test_the_default_prior_comes_first_and_is_what_the_engine_says() -> None:
    assert MAIN.further is not None
    estimates = estimates_of(MAIN)
    direct = bayes(estimates, prior=default_prior("OR"))
    first = MAIN.further.bayes[0]
    assert first.median == pytest.approx(direct.mu.median, rel=1e-12)
    assert (first.low, first.high) == (direct.mu.shortest.low, direct.mu.shortest.high)
    assert first.better == pytest.approx(direct.mu_above, rel=1e-12)
    assert len({line.prior for line in MAIN.further.bayes}) == len(MAIN.further.bayes) >= 5


def test_the_probability_of_benefit_turns_with_the_direction_of_the_outcome() -> None:
    lower = looks(3, replace(LINE, better="lower"))
    higher = looks(3, replace(LINE, better="higher"))
    for one, other in zip(lower.bayes, higher.bayes, strict=True):  # type: ignore[attr-defined]
        assert one.better + other.better == pytest.approx(1, abs=1e-12)


def test_influence_is_the_engines_under_the_reviews_own_methods() -> None:
    assert MAIN.further is not None
    direct = influence(estimates_of(MAIN), PoolingChoices("REML", "hksj"))
    for i, line in enumerate(MAIN.further.influence):
        assert line.study == MAIN.main.rows[i].study
        assert line.rstudent == pytest.approx(float(direct.rstudent[i]), rel=1e-9)
        assert line.hat == pytest.approx(float(direct.hat[i]), rel=1e-9)


def test_every_combination_is_a_fit_of_its_own_studies() -> None:
    assert MAIN.further is not None
    by_title = {"Main analysis": MAIN.main} | {a.title: a for a in MAIN.sensitivity}
    own = [u for u in MAIN.further.universes if u.zero_cells == "only0"]
    assert {u.inclusion for u in own} <= set(by_title)
    for line in own:
        rows = by_title[line.inclusion].rows
        made = EffectEstimates.from_arrays("OR", [r.y for r in rows], [r.v for r in rows])
        direct = pool(made, PoolingChoices(line.tau2_method, line.interval_method))
        assert line.k == len(rows)
        assert line.estimate == pytest.approx(direct.estimate, rel=1e-10)
        assert line.low == pytest.approx(direct.interval.low, rel=1e-10)


def test_a_zero_cell_rule_that_changes_the_data_is_a_fork_of_its_own() -> None:
    assert MAIN.further is not None
    telephone = {u.zero_cells for u in MAIN.further.universes if "Telephone" in u.inclusion}
    assert len(telephone) > 1  # 0 of 28 in the control arm


def test_small_studies_are_tested_from_ten_on_and_otherwise_the_reason_stands() -> None:
    few, enough = looks(9), looks(10)
    assert few.small_studies == ()  # type: ignore[attr-defined]
    assert "9 studies" in few.small_studies_gate[0]  # type: ignore[attr-defined]
    found = {line.code: line.p_value for line in enough.small_studies}  # type: ignore[attr-defined]
    assert set(found) == {"egger", "begg"}
    assert all(0 <= p <= 1 for p in found.values())


def test_from_five_studies_on_there_is_no_bayesian_table() -> None:
    assert looks(FEW).bayes == ()  # type: ignore[attr-defined]
    assert looks(FEW - 1).bayes  # type: ignore[attr-defined]


def test_one_study_gives_no_other_look() -> None:
    assert looks(1) is None


def test_no_number_is_not_a_number() -> None:
    for answer in ANSWERS:
        for line in answer.further.influence if answer.further else ():
            values = (line.rstudent, line.dffits, line.cooks_distance, line.hat)
            assert all(v is None or math.isfinite(v) for v in values)
