"""Coefficients and tests of a regression, as values and as grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ketameta.cli.document import Grid
from ketameta.cli.json_numbers import finite
from ketameta.cli.reading import NUMBERS, number_text, statistics_grid, whole
from ketameta.pooling.regression_result import Coefficient, FitStatistics, WaldTest

TITLES = {
    "name": "Coefficient",
    "estimate": "Estimate",
    "se": "SE",
    "ci_low": "Low",
    "ci_high": "High",
    "statistic": "t or z",
    "df": "df",
    "p_value": "P",
}


def coefficient_values(one: Coefficient) -> dict[str, Any]:
    """A coefficient for JSON and CSV."""
    return {
        "name": one.name,
        "estimate": finite(one.estimate),
        "se": finite(one.se),
        "statistic": finite(one.statistic),
        "df": finite(one.df),
        "p_value": finite(one.p_value),
        "ci_low": finite(one.interval.low),
        "ci_high": finite(one.interval.high),
    }


def coefficient_grid(rows: Sequence[Mapping[str, Any]]) -> Grid:
    """Coefficients under each other, on the analysis scale."""
    shown = [{**row, "df": whole(row["df"])} for row in rows]
    return statistics_grid(shown, TITLES, text=("name",))


def test_values(test: WaldTest | None) -> dict[str, Any] | None:
    """An omnibus test for JSON."""
    if test is None:
        return None
    return {
        "statistic": finite(test.statistic),
        "df": test.df,
        "df_denominator": finite(test.df_denominator),
        "p_value": finite(test.p_value),
        "tested": list(test.tested),
    }


def test_text(test: WaldTest) -> str:
    """An omnibus test in words; empty where nothing is tested."""
    if not test.tested:
        return ""
    name = "F" if test.df_denominator is not None else "chi²"
    second = "" if test.df_denominator is None else f" and {test.df_denominator:.4g}"
    p = NUMBERS.p_value(test.p_value)
    return f"{name} = {number_text(test.statistic)} on {test.df}{second} df, {p}"


def fit_values(fit: FitStatistics) -> dict[str, Any]:
    """Fit statistics for JSON."""
    names = ("log_likelihood", "deviance", "aic", "bic", "aicc")
    return {**{name: finite(getattr(fit, name)) for name in names}, "parameters": fit.parameters}
