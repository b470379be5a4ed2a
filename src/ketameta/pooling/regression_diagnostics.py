"""Residuals, influence and collinearity of a meta-regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling import catalog
from ketameta.pooling.regression_basis import ColumnBasis
from ketameta.pooling.regression_choices import COEFFICIENT_TESTS
from ketameta.pooling.regression_fit import WeightedFit, weighted_fit
from ketameta.pooling.regression_result import RegressionResult

# A study with this share of its own fitted value is the only one to tell of some coefficient.
ALONE = 1.0 - 1e-9


@dataclass(frozen=True, slots=True)
class RegressionResiduals:
    """Residuals of each study on the analysis scale; arrays (k,).

    Attributes
    ----------
    residual
        Estimate less fitted value.
    standard
        Residual over its standard error (internally standardised).
    pearson
        Residual over sqrt(v + tau2).
    deleted, deleted_se, studentised
        Estimate less the value predicted by the regression without the study, its standard
        error, and their ratio; nan where the others cannot fit the model. Under Knapp-Hartung
        tests the factor of the regression without the study scales the whole variance, so that
        the ratio has a t distribution with k - 1 - p degrees of freedom.
    cooks_distance
        Shift of all coefficients when the study is left out, in units of their covariance; nan
        as above.
    leverage
        Diagonal of the hat matrix; adds up to p.
    """

    residual: FloatArray
    standard: FloatArray
    pearson: FloatArray
    deleted: FloatArray
    deleted_se: FloatArray
    studentised: FloatArray
    cooks_distance: FloatArray
    leverage: FloatArray


def regression_residuals(result: RegressionResult) -> RegressionResiduals:
    """Residuals and leave-one-out diagnostics of a meta-regression.

    References
    ----------
    Viechtbauer W, Cheung MWL. Res Synth Methods 2010;1:112-125. doi:10.1002/jrsm.11.
    metafor: `rstandard()`, `rstudent()`, `cooks.distance()`, `hatvalues()` of `rma()`.
    """
    fit, y = result.fit, result.estimates.y
    total = result.estimates.v + result.tau2
    plain = np.sqrt(total * np.maximum(1.0 - fit.leverage, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        standard = fit.residuals / np.where(fit.leverage < ALONE, plain, np.nan)
    deleted, deleted_se, cooks = (np.full(result.k, np.nan) for _ in range(3))
    own = (fit.basis.basis**2).sum(axis=1)
    able = np.flatnonzero(own < ALONE) if result.k - 1 > result.p else np.array([], dtype=int)
    for i, tau2 in zip(able, _tau2_without_each(result, able), strict=True):
        part, scale = _without(result, int(i), float(tau2))
        row = fit.basis.columns[i]
        spread = row @ part.factor
        deleted[i] = y[i] - part.origin - row @ part.gamma
        own_variance = result.estimates.v[i] + tau2
        deleted_se[i] = np.sqrt(scale * (own_variance + spread @ spread))
        gone = np.linalg.solve(fit.factor, fit.gamma - part.gamma - _moved(fit, part))
        cooks[i] = gone @ gone / result.variance_factor
    return RegressionResiduals(
        fit.residuals,
        standard,
        fit.residuals / np.sqrt(total),
        deleted,
        deleted_se,
        deleted / deleted_se,
        cooks,
        fit.leverage,
    )


def _tau2_without_each(result: RegressionResult, able: np.ndarray) -> FloatArray:
    if result.tau2_method == "EE" or able.size == 0:
        return np.zeros(able.size)
    include = np.ones((able.size, result.k), dtype=bool)
    include[np.arange(able.size), able] = False
    alone = result.p == 1 and result.fit.basis.holds_mean
    x = None if alone else result.fit.basis.columns
    method = catalog.tau2_method(result.tau2_method).function
    y, v = result.estimates.y, result.estimates.v
    return np.asarray(method(np.broadcast_to(y, include.shape), v, x, include))


def _without(result: RegressionResult, i: int, tau2: float) -> tuple[WeightedFit, float]:
    """The regression without study i in the same coordinates, and its variance factor."""
    keep = np.arange(result.k) != i
    whole = result.fit.basis
    basis: ColumnBasis = replace(whole, columns=whole.columns[keep])
    part = weighted_fit(result.estimates.y[keep], result.estimates.v[keep], tau2, basis)
    scaling = COEFFICIENT_TESTS[result.interval_method].function
    ratio = part.q / (result.k - 1.0 - result.p)
    return part, 1.0 if part.perfect else scaling.factor(ratio)


def _moved(whole: WeightedFit, part: WeightedFit) -> FloatArray:
    """Coordinates of the difference in origin."""
    one = whole.basis.anchor * whole.basis.scale
    return np.asarray((part.origin - whole.origin) * one)


@dataclass(frozen=True, slots=True)
class VarianceInflation:
    """How much collinearity widens the standard errors of a term.

    Attributes
    ----------
    term, columns
        The term and its columns.
    vif
        (Generalised) variance inflation factor; 1 without collinearity.
    standard_error_factor
        vif ** (1 / (2 m)) for m columns: the factor by which standard errors are inflated.
    """

    term: str
    columns: tuple[str, ...]
    vif: float
    standard_error_factor: float


def variance_inflation(
    result: RegressionResult, terms: Sequence[str | int] | None = None
) -> tuple[VarianceInflation, ...]:
    """Variance inflation factors of terms; the intercept is left out of account.

    Parameters
    ----------
    result
        A fitted meta-regression with two or more columns besides the intercept.
    terms
        Terms or columns; by default every term but the intercept.

    References
    ----------
    Fox J, Monette G. J Am Stat Assoc 1992;87:178-183. doi:10.1080/01621459.1992.10475190.
    metafor: `vif(rma(...))`, `vif(..., btt = )`.
    """
    moderators = list(result.design.moderators)
    names = terms
    if names is None:
        names = [name for name, where in result.design.terms if set(where) <= set(moderators)]
    factor = result.fit.coefficient_factor[moderators]
    unit = factor / np.sqrt((factor * factor).sum(axis=1))[:, None]
    whole = _log_volume(unit)
    found = []
    for name in names:
        own = [moderators.index(i) for i in result.design.positions([name])]
        others = [i for i in range(len(moderators)) if i not in own]
        value = float(np.exp(_log_volume(unit[own]) + _log_volume(unit[others]) - whole))
        columns = tuple(result.design.columns[moderators[i]] for i in own)
        found.append(VarianceInflation(str(name), columns, value, float(value ** (0.5 / len(own)))))
    return tuple(found)


def _log_volume(rows: FloatArray) -> float:
    """log det of the correlation matrix rows @ rows'."""
    if rows.shape[0] == 0:
        return 0.0
    diagonal = np.abs(np.diag(np.linalg.qr(rows.T, mode="r")))
    return 2.0 * float(np.sum(np.log(diagonal)))
