"""Differences of means adjusted for what was known at baseline: analysis of covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray


@dataclass(frozen=True, slots=True)
class AdjustedDifference:
    """The difference of an arm from the control arm, adjusted, in units of the outcome.

    Attributes
    ----------
    n
        People of the arm and of the control arm in the analysis.
    df
        Residual degrees of freedom of the model of all arms, from which the error comes.
    """

    arm: str
    control: str
    n: tuple[int, int]
    estimate: float
    se: float
    df: int


def adjusted_differences(
    outcome: FloatArray, arms: Sequence[str], covariates: FloatArray, *, control: str
) -> tuple[AdjustedDifference, ...]:
    """The difference of every arm from the control arm at the same values of the covariates.

    In randomised trials it estimates what the difference of means does, more precisely, and free
    of differences at baseline that arose by chance. One model takes all arms, with the same slopes
    and the same residual variance in each.

    Parameters
    ----------
    outcome
        Measurements, shape (n,), without gaps.
    arms
        Arm of each person.
    covariates
        Shape (n, p), p at least 1, without gaps.
    control
        The arm that others are compared with.

    Raises
    ------
    DataError
        Where the covariates do not tell arms and each other apart, and where fewer people than
        coefficients are left.

    References
    ----------
    Vickers and Altman 2001, BMJ 323:1123-1124, doi:10.1136/bmj.323.7321.1123. R:
    `coef(summary(lm(outcome ~ arm + covariates)))`.
    """
    # statsmodels takes a second to load, so only what needs it does.
    from statsmodels.regression.linear_model import OLS

    others = [arm for arm in dict.fromkeys(arms) if arm != control]
    sides = [np.array([one == arm for one in arms], dtype=np.float64) for arm in others]
    design = np.column_stack([np.ones(len(arms)), *sides, _centred(covariates)])
    if len(arms) <= design.shape[1]:
        raise DataError(
            f"{len(arms)} people have outcome and covariates, too few for {design.shape[1]} "
            "coefficients. Adjust for less."
        )
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise DataError(
            "the covariates say what arm people are in, or what another covariate says, or are "
            "the same for all. Leave one out."
        )
    fit = OLS(outcome, design).fit()
    beside = sum(arm == control for arm in arms)
    return tuple(
        AdjustedDifference(
            arm,
            control,
            (int(sides[i].sum()), beside),
            float(fit.params[i + 1]),
            float(fit.bse[i + 1]),
            int(fit.df_resid),
        )
        for i, arm in enumerate(others)
    )


def _centred(covariates: FloatArray) -> FloatArray:
    """Covariates on one scale, which leaves the differences of arms as they are."""
    spread = covariates.std(axis=0)
    centred: FloatArray = (covariates - covariates.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return centred
