"""Tests of chosen coefficients of a multilevel model, by the model and cluster-robust (HTZ)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ketameta.cli.coefficients import test_values
from ketameta.cli.document import Block, Heading, Paragraph
from ketameta.cli.multilevel_wish import combinations
from ketameta.cli.reading import statistics_grid, whole
from ketameta.errors import DataError
from ketameta.measures.estimates import Caution
from ketameta.pooling.joint_tests import joint_test
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.robust import FEW_DF
from ketameta.pooling.robust_tests import RobustResult, robust_test

TITLES = {
    "tested": "Tested",
    "by": "By",
    "statistic": "F or chi²",
    "df": "df",
    "df_denominator": "of",
    "p_value": "P",
}


def chosen_tests(
    model: MultilevelResult | MultivariateResult,
    sandwich: RobustResult | None,
    texts: Sequence[str],
) -> list[dict[str, Any]]:
    """One test for each text, of all its combinations together.

    Raises
    ------
    UsageError
        For a name that the model has not.
    DataError
        For combinations that are not independent.
    """
    found = []
    for text in texts:
        weights = np.array(combinations(text, model.design))
        robust, why_not = None, "no robust variance"
        if sandwich is not None:
            try:
                robust = test_values(robust_test(sandwich, weights))
            except DataError as error:
                why_not = str(error)
        found.append(
            {
                "tested": text,
                "weights": weights.tolist(),
                "model": _without_names(test_values(joint_test(model, weights))),
                "robust": _without_names(robust),
                "why_not": "" if robust is not None else why_not,
            }
        )
    return found


def test_cautions(tests: Sequence[Mapping[str, Any]]) -> tuple[Caution, ...]:
    """Robust tests with hardly any degrees of freedom."""
    low = [
        one["tested"]
        for one in tests
        if one["robust"] is not None and (one["robust"]["df_denominator"] or FEW_DF) < FEW_DF
    ]
    text = (
        f"The robust test of {'; '.join(low)} has fewer than {FEW_DF:g} degrees of freedom in the "
        "denominator: there are too few clusters to rely on it."
    )
    return (Caution("robust_test_df_below_4", text),) if low else ()


def _without_names(test: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if test is None:
        return None
    return {name: value for name, value in test.items() if name != "tested"}


def chosen_blocks(tests: Sequence[Mapping[str, Any]], kind: str) -> Iterator[Block]:
    """The tests under each other; `kind` of the robust variance."""
    if not tests:
        return
    yield Heading("Tests of chosen coefficients", level=3)
    rows: list[dict[str, Any]] = []
    for one in tests:
        rows.append({"tested": one["tested"], "by": "model", **one["model"]})
        if one["robust"] is not None:
            rows.append({"tested": "", "by": f"{kind} (HTZ)", **one["robust"]})
    for row in rows:
        row["df_denominator"] = whole(row["df_denominator"])
    yield statistics_grid(rows, TITLES, text=("tested", "by"))
    for one in tests:
        if one["why_not"]:
            yield Paragraph(f"{one['tested']}: {one['why_not']}", tone="caution")
