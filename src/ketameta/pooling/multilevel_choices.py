"""`MultilevelChoices`: how to fit and test a multilevel model, and the catalog of its tests."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.measures.level import check_level
from ketameta.pooling.catalog.method import Catalog, Method, catalog_of
from ketameta.pooling.look_up import look_up
from ketameta.pooling.multilevel_groups import Groups


@dataclass(frozen=True, slots=True)
class MultilevelChoices:
    """Which methods `multilevel` uses; codes in any case.

    Attributes
    ----------
    method
        "REML" or "ML".
    test
        Tests and intervals of the coefficients, as in `MULTILEVEL_TESTS`.
    level
        Coverage of every interval, between 0 and 1.
    sigma2
        Values at which the variance between and within clusters are held; None where it is
        estimated.
    """

    method: str = "REML"
    test: str = "containment"
    level: float = 0.95
    sigma2: tuple[float | None, float | None] = (None, None)


def residual_df(x: FloatArray, cluster: Groups, unit: Groups | None) -> FloatArray:
    """k - p for every coefficient."""
    return np.full(x.shape[1], float(x.shape[0] - x.shape[1]))


def containment_df(x: FloatArray, cluster: Groups, unit: Groups | None) -> FloatArray:
    """Clusters - p for coefficients of columns that do not vary within clusters, k - p otherwise.

    With units of several estimates, units - p for columns that vary within clusters but not
    within units. At least 1.
    """
    k, p = x.shape
    df = np.full(p, float(k - p))
    for grouping in (unit, cluster):
        if grouping is None:
            continue
        first = np.empty(len(grouping.labels), dtype=np.intp)
        first[grouping.index[::-1]] = np.arange(k)[::-1]
        constant = np.all(x == x[first][grouping.index], axis=0)
        df[constant] = len(grouping.labels) - p
    return np.asarray(np.maximum(df, 1.0))


def normal_df(x: FloatArray, cluster: Groups, unit: Groups | None) -> FloatArray | None:
    """No degrees of freedom: the normal distribution."""
    return None


DfRule = Callable[[FloatArray, Groups, Groups | None], FloatArray | None]

MULTILEVEL_TESTS: Catalog[DfRule] = catalog_of(
    Method(
        "containment",
        "t with degrees of freedom by containment",
        "The default: clusters - p for what does not vary within clusters.",
        "Pinheiro and Bates 2000",
        "10.1007/b98882",
        containment_df,
        ("contain",),
    ),
    Method(
        "t",
        "t with k - p degrees of freedom",
        "Counts every estimate as independent; too narrow with few clusters.",
        "Pinheiro and Bates 2000",
        "10.1007/b98882",
        residual_df,
        ("residual",),
    ),
    Method(
        "wald",
        "normal (Wald-type)",
        "Takes the variance components as known; too narrow with few clusters.",
        "Konstantopoulos 2011",
        "10.1002/jrsm.35",
        normal_df,
        ("z", "normal"),
    ),
)


def settle(choices: MultilevelChoices) -> MultilevelChoices:
    """Choices with codes in their catalog spelling, checked.

    Raises
    ------
    UsageError
        For an unknown method, a level outside (0, 1) or a variance below 0.
    """
    method = choices.method.upper().strip()
    if method not in {"REML", "ML"}:
        raise UsageError(f"method: there is none called {choices.method!r}. Use REML or ML.")
    test = look_up(MULTILEVEL_TESTS, choices.test, "multilevel test").code
    for value in choices.sigma2:
        if value is not None and not (math.isfinite(value) and value >= 0.0):
            raise UsageError(f"sigma2: {value!r} is not a variance. Use a number of at least 0.")
    between, within = choices.sigma2
    return MultilevelChoices(method, test, check_level(choices.level), (between, within))
