"""How much true effects differ: Q, I2, H2 and intervals for tau2, I2 and H2."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.batches import check_members
from ketameta.pooling.catalog import tau2_interval_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.generalised_q import generalised_q
from ketameta.pooling.result import Heterogeneity, Interval
from ketameta.pooling.tau2_error import tau2_se

NO_INTERVAL = Interval(None, None)


def heterogeneity(
    y: FloatArray,
    v: FloatArray,
    tau2: float,
    choices: PoolingChoices,
    X: FloatArray | None = None,
) -> tuple[Heterogeneity, tuple[Caution, ...]]:
    """Heterogeneity of two or more studies at a tau2 estimate.

    I2 and H2 come twice: from tau2 and the typical sampling variance (as RevMan since 2025 and
    metafor do), and from Q (as RevMan 5 and meta do); they agree only for DerSimonian-Laird.
    Limits for I2 and H2 are transformed from those for tau2. Under equal
    effects tau2 is assumed, not estimated, and only the Q-based values are given.

    Parameters
    ----------
    y, v
        Shape (k,), k > p.
    tau2
        The estimate.
    choices
        Which estimator it is from, and the coverage of the intervals.
    X
        Design matrix (k, p); heterogeneity is then what moderators leave. None for a common mean.

    References
    ----------
    Higgins JPT, Thompson SG. Stat Med 2002;21:1539-1558. doi:10.1002/sim.1186.
    Viechtbauer W. Stat Med 2007;26:37-52. doi:10.1002/sim.2514.
    metafor: `rma()$I2`, `$H2`, `$vt`, `confint()`.
    """
    q, df = float(generalised_q(y, v, 0.0, X)), y.size - (1 if X is None else X.shape[1])
    i2_q, h2_q = max(0.0, 100.0 * (q - df) / q) if q > 0.0 else 0.0, q / df
    q_p = float(chdtrc(df, q))
    if choices.tau2 == "EE":
        nothing = Heterogeneity(
            0.0, None, NO_INTERVAL, None, NO_INTERVAL, None, NO_INTERVAL, q, df, q_p, i2_q, h2_q
        )
        return nothing, ()
    typical = typical_variance(v, X)
    limits, cautions = tau2_interval_method(choices.tau2_interval).function(y, v, choices, X)
    return (
        Heterogeneity(
            tau2=tau2,
            tau2_se=tau2_se(choices.tau2, y, v, tau2, X),
            tau2_interval=limits,
            i2=_i2(tau2, typical),
            i2_interval=Interval(_i2(limits.low, typical), _i2(limits.high, typical)),
            h2=_h2(tau2, typical),
            h2_interval=Interval(_h2(limits.low, typical), _h2(limits.high, typical)),
            q=q,
            q_df=df,
            q_p=q_p,
            i2_q=i2_q,
            h2_q=h2_q,
        ),
        cautions,
    )


def single_study(tau2: float | None) -> Heterogeneity:
    """Heterogeneity of one study: nothing can be said."""
    none = NO_INTERVAL
    return Heterogeneity(tau2, None, none, None, none, None, none, 0.0, 0, None, None, None)


def typical_variance(v: FloatArray, X: FloatArray | None = None) -> float:
    """The typical within-study variance (k - p) / tr(P), P at weights 1 / v; v of shape (k,).

    References
    ----------
    Higgins JPT, Thompson SG. Stat Med 2002;21:1539-1558. doi:10.1002/sim.1186 (equation 9).
    metafor: `rma()$vt`.
    """
    _, batch = next(check_members(np.zeros(v.size), v, X).chunks())
    trace = batch.terms(np.zeros(1), restricted=True).trace
    return float((batch.df / trace * batch.unit**2)[0])


def _i2(tau2: float | None, typical: float) -> float | None:
    return None if tau2 is None else 100.0 * tau2 / (tau2 + typical)


def _h2(tau2: float | None, typical: float) -> float | None:
    return None if tau2 is None else 1.0 + tau2 / typical
