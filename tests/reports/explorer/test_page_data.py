"""What the page looks up is what the engine says, and every way of ticking is there."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any

import pytest
from tests.reports.real_report import real_inputs

from ketameta.reports.explorer.drawing import sides
from ketameta.reports.explorer.page_data import explorer_data, explorer_json
from ketameta.reports.explorer.pools import MOST_FOR_EVERY_SUBSET, masks, models, own_model
from ketameta.reports.explorer.universe import NamedSet, Universe, universe
from ketameta.synthesis.row_pooling import pool_rows, pooling_choices
from ketameta.tables.formatting import AnswerText


@cache
def data() -> dict[str, Any]:
    return explorer_data(real_inputs())


def test_the_text_is_json() -> None:
    assert json.loads(explorer_json(real_inputs())) == json.loads(json.dumps(data()))


@pytest.mark.parametrize("answer", real_inputs().answers, ids=lambda a: a.question.id)
def test_every_subset_without_the_same_people_twice_is_pooled_by_the_engine(answer: Any) -> None:
    found = universe(answer)
    if not found.rows:
        assert answer.question.title in data()["empty"]
        return
    question = next(q for q in data()["questions"] if q["id"] == answer.question.id)
    results = question["results"][data()["own"]]
    expected = {
        mask
        for mask in range(1, 1 << len(found.rows))
        if len({found.rows[i].study for i in found.members(mask)}) == mask.bit_count()
    }
    assert {int(mask) for mask in results} == expected
    text, choices = AnswerText.of(answer), real_inputs().review.choices
    for mask in random.Random(7).sample(sorted(expected), min(12, len(expected))):
        rows = [found.rows[i] for i in found.members(mask)]
        if len(rows) == 1:
            continue
        direct = pool_rows(rows, answer.question.measure, pooling_choices(choices))
        words = [data()["texts"][i] for i in results[str(mask)][0]]
        assert words[0] == text.with_interval(direct.estimate, direct.interval)
        assert words[1] == text.interval(direct.prediction)
        weights = [data()["texts"][i] for i in results[str(mask)][3]]
        assert weights == [f"{w:.1f}%" for w in direct.weights]


def test_main_analysis_is_what_the_report_prints() -> None:
    answer = real_inputs().answers[0]
    question = data()["questions"][0]
    name, _, mask = question["sets"][0]
    assert name == "main"
    words = [data()["texts"][i] for i in question["results"][data()["own"]][str(mask)][0]]
    assert words[0] == AnswerText.of(answer).estimate(answer.main)
    flags = [code for code, _ in question["results"][data()["own"]][str(mask)][1]]
    assert sorted(flags) == sorted(flag.code for flag in answer.main.flags)


def test_every_result_shows_how_its_risk_of_bias_was_judged() -> None:
    found = universe(real_inputs().answers[0])
    question = data()["questions"][0]
    assert [row["risk"][2] for row in question["rows"] if row["risk"]] == [
        f"Overall risk of bias: {row.risk_of_bias.overall}"
        for row in found.rows
        if row.risk_of_bias is not None
    ]
    assert sum(bool(row["risk"]) for row in question["rows"]) >= 4
    assert question["risk"].startswith("Risk of bias (")


def test_what_the_computation_warns_of_stands_with_the_ticked_studies() -> None:
    found = universe(real_inputs().answers[0])
    question = data()["questions"][0]
    mask = found.main.mask & ~(1 << [row.study for row in found.rows].index("grabski-2022"))
    words = [data()["texts"][i] for i in question["results"][data()["own"]][str(mask)][0]]
    assert words[3].startswith("τ² = 0.000")
    assert "τ² is estimated as 0" in words[6]


def test_other_models_have_the_main_analysis_each_study_left_out_and_the_named_sets() -> None:
    found = universe(real_inputs().answers[0])
    main = found.main.mask
    expected = {s.mask for s in found.sets} | {main & ~(1 << i) for i in found.members(main)}
    expected = {mask for mask in expected if mask.bit_count() > 1}
    results = data()["questions"][0]["results"]
    assert {int(mask) for mask in results["DL|wald"]} == expected
    assert "EE|hksj" not in results  # the equal-effects model knows no such interval


def test_beyond_twelve_results_only_named_ways_of_ticking_are_computed() -> None:
    row = real_inputs().answers[0].main.rows[0]
    k = MOST_FOR_EVERY_SUBSET + 1
    every = (1 << k) - 1
    many = Universe(real_inputs().answers[0], (row,) * k, (NamedSet("main", "Main", every),), ())
    found = list(masks(many, every=True))
    assert len(found) == len(set(found)) == 1 + k + k
    assert every in found


def test_the_reviews_own_model_comes_first() -> None:
    review = real_inputs().review
    assert models(review)[0] == own_model(review)
    assert len(set(models(review))) == len(models(review))


def test_areas_of_squares_are_proportional_to_weights() -> None:
    found = sides([50.0, 12.5, 37.5])
    assert found[0] == 15.0
    assert (found[1] / found[0]) ** 2 == pytest.approx(0.25, abs=0.01)
