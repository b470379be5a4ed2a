"""Effects on each outcome, and deviations of each study, against metafor: multivariate_ranef.R."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.multilevel_choices import MultilevelChoices
from ketameta.pooling.multilevel_multivariate import multivariate
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.multilevel_outcome_effects import outcome_deviations, outcome_effects
from ketameta.pooling.regression_formula import design_from_formula

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
DATA = json.loads((FOLDER / "multivariate.json").read_text())["datasets"]["berkey"]
CASES = json.loads((FOLDER / "multivariate_ranef.json").read_text())


def fitted(case: dict[str, Any], formula: str | None = None) -> MultivariateResult:
    rows = np.array(case["rows"])
    y, v = np.array(DATA["y"])[rows], np.array(DATA["v"])[rows]
    names = [DATA["outcome"][i] for i in rows]
    year = [float(i // 2) for i in rows]
    design = None
    if formula is not None:
        design = design_from_formula(formula, {"outcome": names, "year": year})
    return multivariate(
        EffectEstimates.from_arrays("MD", y, v),
        [str(DATA["cluster"][i]) for i in rows],
        names,
        design=design,
        covariance=np.array(DATA["V"])[np.ix_(rows, rows)],
        choices=MultilevelChoices(test="wald"),
    )


@pytest.mark.parametrize("case", CASES, ids=["complete", "without two"])
@pytest.mark.parametrize("formula", [None, "~ 0 + outcome", "~ outcome"])
def test_against_metafor(case: dict[str, Any], formula: str | None) -> None:
    result = fitted(case, formula)
    found = outcome_deviations(result)
    named = [f"{o} | {c}" for o, c in zip(found.outcomes, found.clusters, strict=True)]
    assert sorted(named) == sorted(case["name"])
    order = [named.index(name) for name in case["name"]]
    for column in ("value", "se", "low", "high"):
        assert getattr(found, column)[order] == pytest.approx(case[column], rel=1e-5, abs=1e-7)
    effects = {one.outcome: one for one in outcome_effects(result) if one is not None}
    for i, name in enumerate(case["outcomes"]):
        one = effects[name]
        assert one.estimate == pytest.approx(case["estimate"][i], rel=1e-6)
        limits = (one.interval.low, one.interval.high, one.prediction.low, one.prediction.high)
        expected = [case[column][i] for column in ("ci_low", "ci_high", "pi_low", "pi_high")]
        assert limits == pytest.approx(expected, rel=1e-6)


def test_an_effect_that_moves_with_a_moderator_is_no_one_number() -> None:
    assert outcome_effects(fitted(CASES[0], "~ 0 + outcome + year")) == (None, None)
