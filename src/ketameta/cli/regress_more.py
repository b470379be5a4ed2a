"""What goes beyond the coefficients of a meta-regression, as values for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ketameta.cli.coefficients import coefficient_values, fit_values, test_values
from ketameta.cli.findings import warnings
from ketameta.cli.json_numbers import display, finite
from ketameta.cli.regress_wish import RegressionWish, contrast_weights, moderator_values
from ketameta.errors import DataError
from ketameta.measures.catalog import Measure
from ketameta.pooling.location_scale import location_scale
from ketameta.pooling.multilevel_effects import predict_multilevel
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.regression_diagnostics import regression_residuals, variance_inflation
from ketameta.pooling.regression_formula import design_from_formula
from ketameta.pooling.regression_multiplicity import adjust_p_values
from ketameta.pooling.regression_permutation import (
    MOST_ARRANGEMENTS,
    PermutationTest,
    permutation_test,
    possible_arrangements,
)
from ketameta.pooling.regression_prediction import predict_at
from ketameta.pooling.regression_result import RegressionResult
from ketameta.pooling.regression_tests import contrasts, omnibus_test

Data = Mapping[str, Sequence[Any]]


def coefficient_rows(
    found: RegressionResult, wish: RegressionWish, permuted: PermutationTest | None
) -> list[dict[str, Any]]:
    """Coefficients with p values adjusted for their number, and from permutation, if asked for.

    The intercept is no hypothesis among others: it is not adjusted and does not count.
    """
    tested = set(found.design.moderators)
    p_values = [one.p_value if i in tested else None for i, one in enumerate(found.coefficients)]
    rows = []
    adjusted = _adjusted(p_values, wish)
    for i, one in enumerate(found.coefficients):
        row = coefficient_values(one)
        if wish.adjust is not None:
            row["p_adjusted"] = adjusted[i]
        if permuted is not None:
            row["p_permutation"] = permuted.p_values[i]
        rows.append(row)
    return rows


def _adjusted(p_values: Sequence[float | None], wish: RegressionWish) -> Sequence[float | None]:
    if wish.adjust is None:
        return [None] * len(p_values)
    return adjust_p_values(p_values, wish.adjust)


def permuted(found: RegressionResult, wish: RegressionWish) -> PermutationTest | None:
    """The permutation test asked for.

    Raises
    ------
    DataError
        For an exact test of more arrangements than can be gone through.
    """
    if wish.permute is None:
        return None
    if wish.permute == "auto":
        return permutation_test(found, seed=wish.seed)
    if wish.permute != "exact":
        return permutation_test(found, iterations=int(wish.permute), seed=wish.seed)
    possible = possible_arrangements(found)
    if possible > MOST_ARRANGEMENTS // 2:
        raise DataError(
            f"--permute exact: there are {possible:.3g} arrangements of {found.k} studies, too "
            "many to go through. Write a number, for example 10000."
        )
    return permutation_test(found, iterations=max(2, 2 * possible), seed=wish.seed)


def permutation_values(test: PermutationTest | None) -> dict[str, Any] | None:
    """The test as a whole; p values of the coefficients stand with them."""
    if test is None:
        return None
    names = ("omnibus_p", "arrangements", "exact", "smallest_p")
    return {name: getattr(test, name) for name in names}


def term_rows(found: RegressionResult) -> list[dict[str, Any]]:
    """Each term but the intercept: a joint test of its columns, and variance inflation."""
    moderators = set(found.design.moderators)
    names = [name for name, where in found.design.terms if where and set(where) <= moderators]
    inflation = {}
    if len(moderators) > 1:
        inflation = {one.term: one for one in variance_inflation(found, names)}
    rows = []
    for name in names:
        try:
            test = test_values(omnibus_test(found, [name]))
        except DataError:  # a column without variance
            test = None
        own = inflation.get(name)
        rows.append(
            {
                "term": name,
                **(test or {}),
                "vif": None if own is None else finite(own.vif),
                "se_factor": None if own is None else finite(own.standard_error_factor),
            }
        )
    return rows


def prediction_rows(
    found: RegressionResult | MultilevelResult, texts: Sequence[str], data: Data, entry: Measure
) -> list[dict[str, Any]]:
    """Mean effects at the places asked for, with confidence and prediction intervals."""
    if not texts:
        return []
    places = [moderator_values(text, data) for text in texts]
    columns = {name: [place[name] for place in places] for name in data}
    ahead = (
        predict_multilevel(found, columns)
        if isinstance(found, MultilevelResult)
        else predict_at(found, columns)
    )
    rows = []
    for i, place in enumerate(places):
        low, high = ahead.prediction_low, ahead.prediction_high
        limits = {
            "estimate": finite(float(ahead.estimate[i])),
            "ci_low": finite(float(ahead.low[i])),
            "ci_high": finite(float(ahead.high[i])),
            "pi_low": None if low is None else finite(float(low[i])),
            "pi_high": None if high is None else finite(float(high[i])),
        }
        rows.append(
            {
                "at": place,
                **limits,
                "se": finite(float(ahead.se[i])),
                "leverage": finite(float(ahead.leverage[i])),
                "display": display(entry, limits),
            }
        )
    return rows


def contrast_rows(found: RegressionResult, wish: RegressionWish) -> dict[str, Any] | None:
    """Linear combinations of coefficients, one by one and together."""
    if not wish.contrasts:
        return None
    weights = [contrast_weights(text, found.design.columns) for text in wish.contrasts]
    both = contrasts(found, np.array(weights), names=wish.contrasts)
    adjusted = _adjusted([row.p_value for row in both.rows], wish)
    rows = []
    for row, own, p in zip(both.rows, weights, adjusted, strict=True):
        extra = {} if wish.adjust is None else {"p_adjusted": p}
        rows.append({**coefficient_values(row), **extra, "weights": own})
    return {"rows": rows, "joint": test_values(both.joint)}


def residual_columns(found: RegressionResult, wish: RegressionWish) -> list[dict[str, Any]]:
    """What is said of the residual of each study; nothing where it is not asked for."""
    if not wish.residuals:
        return [{} for _ in range(found.k)]
    rows = regression_residuals(found)
    columns = {
        "residual": rows.residual,
        "rstandard": rows.standard,
        "rstudent": rows.studentised,
        "cooks_distance": rows.cooks_distance,
        "hat": rows.leverage,
    }
    return [
        {name: finite(float(column[i])) for name, column in columns.items()} for i in range(found.k)
    ]


def scale_values(
    found: RegressionResult, wish: RegressionWish, data: Data
) -> dict[str, Any] | None:
    """The location-scale model: moderators of log tau2 beside those of the mean."""
    if wish.scale is None:
        return None
    scale = design_from_formula(wish.scale, data)
    model = location_scale(found.estimates, found.design, scale, wish.choices)
    return {
        "formula": wish.scale,
        "method": model.method,
        "location": [coefficient_values(one) for one in model.location],
        "location_omnibus": test_values(model.location_omnibus),
        "coefficients": [coefficient_values(one) for one in model.scale],
        "omnibus": test_values(model.scale_omnibus),
        "tau2": [
            {"study": label, "tau2": finite(value)}
            for label, value in zip(found.estimates.labels, model.tau2.tolist(), strict=True)
        ],
        "homogeneity": None if model.homogeneity is None else asdict(model.homogeneity),
        "fit": fit_values(model.fit),
        "local_maxima": model.maxima,
        "warnings": warnings(model.cautions),
    }
