"""`regress`: effect estimates and moderators in, one meta-regression out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling import catalog
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.design_matrix import DesignMatrix
from ketameta.pooling.generalised_q import generalised_q
from ketameta.pooling.heterogeneity import heterogeneity
from ketameta.pooling.intervals import shortens
from ketameta.pooling.likelihood import log_likelihood, ml_fit, reml_fit
from ketameta.pooling.regression_basis import ColumnBasis, column_basis
from ketameta.pooling.regression_choices import (
    COEFFICIENT_TESTS,
    RegressionChoices,
    settle,
)
from ketameta.pooling.regression_fit import WeightedFit, weighted_fit
from ketameta.pooling.regression_formula import design_from_formula
from ketameta.pooling.regression_result import (
    FitStatistics,
    RegressionResult,
    fit_statistics,
)
from ketameta.pooling.regression_tests import (
    coefficient_rows,
    moderator_test,
)

if TYPE_CHECKING:
    import pandas as pd


def regress(
    estimates: EffectEstimates,
    design: DesignMatrix | str,
    data: Mapping[str, Any] | pd.DataFrame | None = None,
    choices: RegressionChoices | None = None,
) -> RegressionResult:
    """Mixed-effects meta-regression: do effects differ with characteristics of the studies?

    Parameters
    ----------
    estimates
        More estimates than coefficients, on the analysis scale.
    design
        Moderators: a formula such as "~ year + C(allocation)", or a `DesignMatrix`.
    data
        Where the formula's variables are: one row per estimate, in the same order.
    choices
        Methods; by default REML and Knapp-Hartung tests at level 0.95.

    Raises
    ------
    UsageError
        For a formula without data, an unknown method, or methods that do not fit together.
    DataError
        If numbers of studies differ, there are not more studies than coefficients, or a column
        is constant or a combination of others (it is named).

    References
    ----------
    Thompson SG, Sharp SJ. Stat Med 1999;18:2693-2708.
    doi:10.1002/(SICI)1097-0258(19991030)18:20<2693::AID-SIM235>3.0.CO;2-V.
    Knapp G, Hartung J. Stat Med 2003;22:2693-2710. doi:10.1002/sim.1482.
    Lopez-Lopez JA et al. Br J Math Stat Psychol 2014;67:30-48. doi:10.1111/bmsp.12002 (R2).

    Notes
    -----
    metafor: `rma(yi, vi, mods = ~ year + factor(allocation), test = "knha")`. It differs on
    purpose where metafor drops redundant columns with a warning (here: an error that names the
    column), refuses a predictor shifted by 1e6 as not of full rank (here: centred first), and
    gives standard errors of 0 for a perfect fit (here: the plain ones, with a caution).
    """
    settled = settle(choices or RegressionChoices())
    if isinstance(design, str):
        if data is None:
            raise UsageError("regress: a formula needs data. Give a table with its variables.")
        if not len(list(data)):  # a formula without moderators has as many rows as estimates
            data = {"": np.ones(estimates.k)}
        design = design_from_formula(design, data)
    if design.k != estimates.k:
        raise DataError(
            f"regress: {design.k} rows of moderators for {estimates.k} estimates. Give one row "
            "per estimate."
        )
    basis = column_basis(design)
    if estimates.k <= design.p:
        raise DataError(
            f"regress: {design.p} coefficients for {estimates.k} studies leave nothing to "
            "estimate residual heterogeneity from. Leave out moderators."
        )
    return _fit(estimates, design, basis, settled)


def _fit(
    estimates: EffectEstimates, design: DesignMatrix, basis: ColumnBasis, choices: RegressionChoices
) -> RegressionResult:
    y, v = estimates.y, estimates.v
    x = None if design.p == 1 and design.intercept == 0 else basis.columns
    tau2, maxima, modes = _tau2(choices.tau2, y, v, x)
    fit = weighted_fit(y, v, tau2, basis)
    assert choices.interval is not None
    scaling = COEFFICIENT_TESTS[choices.interval].function
    df_residual = float(estimates.k - design.p)
    ratio = fit.q / df_residual
    factor = 1.0 if fit.perfect else scaling.factor(ratio)
    df = df_residual if scaling.uses_t else None
    spread = fit.coefficient_factor * np.sqrt(factor)
    pooling = PoolingChoices(
        tau2=choices.tau2, level=choices.level, tau2_interval=choices.tau2_interval
    )
    rest, rest_cautions = heterogeneity(y, v, tau2, pooling, x)
    r2, without, r2_cautions = _explained(estimates, choices.tau2, tau2, basis, rest.q)
    statistics = _fit_statistics(estimates, choices.tau2, tau2, x, design.p)
    knapp = choices.interval.startswith("hksj")
    cautions = (
        *estimates.cautions,
        *_degenerate(fit, knapp, ratio, estimates.k, design.p),
        *modes,
        *((AT_BOUNDARY,) if tau2 == 0.0 and choices.tau2 not in {"EE", "SJ"} else ()),
        *rest_cautions,
        *r2_cautions,
    )
    return RegressionResult(
        measure=estimates.measure,
        k=estimates.k,
        p=design.p,
        tau2_method=choices.tau2,
        interval_method=choices.interval,
        level=choices.level,
        coefficients=coefficient_rows(design, fit.coefficients, spread, df, choices.level),
        covariance=spread @ spread.T,
        omnibus=moderator_test(design, fit.coefficients, spread, df),
        heterogeneity=rest,
        r2=r2,
        tau2_without=without,
        hksj_factor=ratio if knapp else None,
        ml=statistics[0],
        reml=statistics[1],
        local_maxima=maxima,
        estimates=estimates,
        design=design,
        fit=fit,
        cautions=cautions,
    )


def _tau2(
    method: str, y: FloatArray, v: FloatArray, x: FloatArray | None
) -> tuple[float, int | None, tuple[Caution, ...]]:
    if method not in {"ML", "REML"}:
        return float(catalog.tau2_method(method).function(y, v, x)), None, ()
    found = (reml_fit if method == "REML" else ml_fit)(y, v, x)
    count = int(found.local_maxima)
    if count < 2:
        return float(found.tau2), count, ()
    gap = float(found.log_likelihood - found.runner_up_log_likelihood)
    text = (
        f"The likelihood of tau2 has {count} local maxima. The highest is used; the next, lower "
        f"by {gap:.3g} in log-likelihood, is at tau2 = {float(found.runner_up):.4g}."
    )
    return float(found.tau2), count, (Caution("several_likelihood_modes", text),)


AT_BOUNDARY = Caution(
    "tau2_at_boundary",
    "The residual tau2 is estimated as 0, the edge of its range. This is no evidence that the "
    "moderators account for all differences: read the interval for tau2.",
)


def _degenerate(fit: WeightedFit, knapp: bool, ratio: float, k: int, p: int) -> tuple[Caution, ...]:
    found = []
    moderators = p - 1 if fit.basis.holds_mean else p
    if moderators > 0 and k < 10 * moderators:
        text = (
            f"There are {k} studies for {moderators} "
            f"moderator column{'' if moderators == 1 else 's'}; ten studies for each is the usual "
            "advice. Associations found with fewer are often chance."
        )
        found.append(Caution("few_studies_per_moderator", text))
    if fit.perfect:
        text = (
            "The regression passes through all estimates, so their residual spread is 0 and says "
            "nothing about uncertainty. Plain standard errors are used."
        )
        found.append(Caution("perfect_fit", text))
    elif knapp and shortens(ratio):
        text = (
            "The estimates lie closer to the regression than their standard errors and tau2 lead "
            f"one to expect (Knapp-Hartung factor {ratio:.3g}, below 1). Read the intervals "
            "together with those of hksj-guarded, which uses max(1, factor)."
        )
        found.append(Caution("hksj_factor_below_1", text))
    return tuple(found)


def _explained(
    estimates: EffectEstimates, method: str, tau2: float, basis: ColumnBasis, q: float
) -> tuple[float | None, float | None, tuple[Caution, ...]]:
    """R2, tau2 without moderators, and a caution where there is nothing to explain."""
    y, v, p = estimates.y, estimates.v, basis.basis.shape[1]
    if basis.anchor.sum() != 1.0 or p == 1:
        return None, None, ()
    if method == "EE":
        total = float(generalised_q(y, v)) / (y.size - 1.0)
        left = q / (y.size - p)
        return (100.0 * max(0.0, 1.0 - left / total) if total > 0.0 else 0.0), None, ()
    without = float(catalog.tau2_method(method).function(y, v))
    if without > 0.0:
        return 100.0 * max(0.0, without - tau2) / without, without, ()
    text = "Without moderators tau2 is 0 already: there is nothing to explain, and R2 is set to 0."
    return 0.0, without, (Caution("nothing_to_explain", text),)


def _fit_statistics(
    estimates: EffectEstimates, method: str, tau2: float, x: FloatArray | None, p: int
) -> tuple[FitStatistics, FitStatistics]:
    y, v, k = estimates.y, estimates.v, estimates.k
    parameters = p + (0 if method == "EE" else 1)
    full = float(log_likelihood(y, v, tau2, x, restricted=False))
    restricted = float(log_likelihood(y, v, tau2, x, restricted=True))
    saturated = -0.5 * float(np.sum(np.log(2.0 * np.pi * v)))
    first = fit_statistics(full, parameters, k)
    return (
        replace(first, deviance=-2.0 * (full - saturated)),
        fit_statistics(restricted, parameters, k - p),
    )
