"""Baujat plot: which studies drive heterogeneity, and which of them move the mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.weighted_mean import weighted_mean
from ketameta.sensitivity.leave_one_out import leave_one_out_arrays


@dataclass(frozen=True, slots=True)
class BaujatPoints:
    """Coordinates of a Baujat plot; arrays (k,).

    Attributes
    ----------
    labels
        The studies.
    heterogeneity
        Contribution to the generalised Q at tau2 (squared Pearson residual); under equal effects
        the contributions to Cochran's Q. Horizontal axis.
    influence
        Squared change of the mean without the study, over the variance of the mean without it.
        Vertical axis.
    """

    labels: tuple[str, ...]
    heterogeneity: FloatArray
    influence: FloatArray


def baujat(estimates: EffectEstimates, *, tau2: str = "REML") -> BaujatPoints:
    """Contribution of each study to heterogeneity and to the pooled mean.

    Parameters
    ----------
    estimates
        At least two estimates.
    tau2
        Estimator, as in `pooling.catalog`; "EE" for the plot as first proposed.

    Raises
    ------
    DataError
        With fewer than two estimates.

    References
    ----------
    Baujat B et al. Stat Med 2002;21:2641-2652. doi:10.1002/sim.1221.
    metafor: `baujat(rma(...))`.
    """
    if estimates.k < 2:
        raise DataError(
            "Baujat plot: it compares each study with the others. Give two studies or more."
        )
    v = estimates.v
    # Only differences matter, and a shift of all effects must not cost their digits.
    y = estimates.y - estimates.y[np.argmin(v)]
    method = tau2_method(tau2)
    at = float(method.function(y, v))
    whole = weighted_mean(y, v, at)
    without = leave_one_out_arrays(y, v, tau2=method.code)
    return BaujatPoints(
        estimates.labels,
        (y - whole.estimate) ** 2 / (v + at),
        np.asarray(((whole.estimate - without.estimate) / without.se) ** 2),
    )
