"""`RegressionChoices`: how to fit and test a meta-regression, and the catalog of its tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ketameta.errors import UsageError
from ketameta.measures.level import check_level
from ketameta.pooling.catalog import tau2_interval_method, tau2_method
from ketameta.pooling.catalog.method import Catalog, Method, catalog_of
from ketameta.pooling.look_up import look_up


@dataclass(frozen=True, slots=True)
class RegressionChoices:
    """Which methods `regress` uses; codes in any case.

    Attributes
    ----------
    tau2
        Estimator of the residual tau2, as in `catalog`, or "EE" for no residual heterogeneity.
    interval
        Test and interval of the coefficients, as in `COEFFICIENT_TESTS`; None for the
        recommended one: "hksj", under equal effects "wald".
    level
        Coverage of every interval, between 0 and 1.
    tau2_interval
        Method for the interval of the residual tau2, as in `catalog`.
    """

    tau2: str = "REML"
    interval: str | None = None
    level: float = 0.95
    tau2_interval: str = "QP"


@dataclass(frozen=True, slots=True)
class Scaling:
    """What a test of coefficients does to their variance and reference distribution.

    Attributes
    ----------
    factor
        From the generalised Q over its degrees of freedom to the factor of the variance.
    uses_t
        Whether t with k - p degrees of freedom is used, otherwise the normal distribution.
    """

    factor: Callable[[float], float]
    uses_t: bool


COEFFICIENT_TESTS: Catalog[Scaling] = catalog_of(
    Method(
        "hksj",
        "Knapp-Hartung",
        "The default: scales the variance by the weighted residual spread; t with k - p df.",
        "Knapp and Hartung 2003",
        "10.1002/sim.1482",
        Scaling(lambda ratio: ratio, True),
        ("hk", "knha"),
    ),
    Method(
        "hksj-guarded",
        "Knapp-Hartung, never below the plain variance",
        "As hksj, with a factor of at least 1.",
        "Knapp and Hartung 2003",
        "10.1002/sim.1482",
        Scaling(lambda ratio: max(1.0, ratio), True),
        ("adhoc",),
    ),
    Method(
        "wald",
        "normal (Wald-type)",
        "Takes tau2 as known; too narrow with few studies.",
        "Berkey and colleagues 1995",
        "10.1002/sim.4780140406",
        Scaling(lambda ratio: 1.0, False),
        ("z", "normal"),
    ),
    Method(
        "t",
        "t with k - p degrees of freedom",
        "Plain standard errors with a t distribution.",
        "Follmann and Proschan 1999",
        "10.1111/j.0006-341X.1999.00732.x",
        Scaling(lambda ratio: 1.0, True),
    ),
)


def coefficient_test(code: str) -> Method[Scaling]:
    """The test of coefficients with this code, in any case; `UsageError` otherwise."""
    return look_up(COEFFICIENT_TESTS, code, "coefficient test")


def settle(choices: RegressionChoices) -> RegressionChoices:
    """Choices with codes in their catalog spelling, checked.

    Raises
    ------
    UsageError
        For an unknown method, a level outside (0, 1), or a Knapp-Hartung test under equal
        effects.
    """
    estimator = tau2_method(choices.tau2).code
    wanted = choices.interval
    if wanted is None:
        wanted = "wald" if estimator == "EE" else "hksj"
    test = coefficient_test(wanted)
    if estimator == "EE" and test.code.startswith("hksj"):
        raise UsageError(
            f"coefficient test: {test.code} estimates how effects differ between studies and does "
            "not fit the equal-effects model (EE). Use wald or t, or a random-effects tau2 method."
        )
    limits = tau2_interval_method(choices.tau2_interval).code
    return RegressionChoices(estimator, test.code, check_level(choices.level), limits)
