"""`network`: contrasts of several treatments in, all relative effects out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtr

from ketameta.errors import UsageError
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.intervals import critical_value, shortens
from ketameta.pooling.network.between_studies import network_heterogeneity
from ketameta.pooling.network.contrasts import ContrastRows, contrast_rows
from ketameta.pooling.network.graph import Network, build_network
from ketameta.pooling.network.least_squares import WeightedFit, weighted_fit
from ketameta.pooling.network.result import NetworkResult
from ketameta.pooling.settle import settle

INTERVALS = ("wald", "t", "hksj", "hksj-guarded")
PREDICTIONS = ("t(k-1)", "t(k-1)-plain", "t(k-2)", "z", "hksj", "hksj(k-2)")


def network(
    contrasts: ContrastRows | Mapping[str, ArrayLike],
    choices: PoolingChoices | None = None,
    *,
    reference: str | None = None,
) -> NetworkResult:
    """Frequentist network meta-analysis: direct and indirect evidence on all treatments at once.

    Studies of several arms count with the covariance of their contrasts. tau2 is one for the
    whole network: the variance of the true effect of every pairwise comparison, so that two
    contrasts of a study share tau2 / 2.

    Parameters
    ----------
    contrasts
        `ContrastRows`, or columns for `contrast_rows`. Arm-level data: `contrasts_from_arms`.
    choices
        As for `pool`: by default REML with Hartung-Knapp-Sidik-Jonkman intervals; the tau2
        method "EE" is the common-effect model. "k - 1" in the names of methods stands for the
        degrees of freedom of Q, components minus treatments plus 1.
    reference
        Treatment that summaries compare with; by default the first in alphabetical order.

    Raises
    ------
    DataError
        When no study connects some of the treatments (the parts are named), or a study's
        contrasts are incomplete or contradict each other.
    UsageError
        For a method that is unknown or not available for networks.

    References
    ----------
    Rücker G. Res Synth Methods 2012;3:312-324. doi:10.1002/jrsm.1058.
    Rücker G, Schwarzer G. Stat Med 2014;33:4353-4369. doi:10.1002/sim.6236.
    Jackson D, White IR, Riley RD. Stat Med 2012;31:3805-3820. doi:10.1002/sim.5453 (DL).

    Notes
    -----
    metafor: `rma.mv(y, V, mods = ~ 0 + treatments, random = ~ contrast | study, rho = 0.5)`;
    netmeta: `netmeta(..., method.tau = "REML")`, whose default is "DL" with normal intervals.
    With two treatments it equals `pool`.
    """
    rows = contrasts if isinstance(contrasts, ContrastRows) else contrast_rows(contrasts)
    settled = _supported(settle(choices or PoolingChoices()))
    graph = build_network(rows)
    chosen = graph.treatments[graph.position(reference) if reference is not None else 0]
    tau2, spread, cautions = network_heterogeneity(graph, settled)
    if spread.q_df == 0:
        settled = replace(settled, interval="wald")
    fit = weighted_fit(graph.y, graph.v + tau2, graph.X)
    scale, df, scale_cautions = _inference(settled, fit.q, spread.q_df)
    estimate, plain = pairwise(graph, fit)
    se = scale * plain
    half = critical_value(settled.level, df) * se
    ahead = _prediction(settled, tau2, (plain, se, fit.q), spread.q_df)
    return NetworkResult(
        network=graph,
        measure=rows.measure,
        k=len(graph.studies),
        n_contrasts=len(rows.study),
        tau2_method=settled.tau2,
        interval_method=settled.interval or "wald",
        prediction_method=settled.prediction,
        level=settled.level,
        reference=chosen,
        tau2=tau2,
        estimate=_frozen(estimate),
        se=_frozen(se),
        low=_frozen(estimate - half),
        high=_frozen(estimate + half),
        p_value=_frozen(p_values(estimate, se, df)),
        prediction_low=_frozen(estimate - ahead),
        prediction_high=_frozen(estimate + ahead),
        df=df,
        scale=scale,
        heterogeneity=spread,
        cautions=(*rows.cautions, *cautions, *scale_cautions),
    )


def pairwise(graph: Network, fit: WeightedFit) -> tuple[FloatArray, FloatArray]:
    """Differences of all pairs of treatments and their plain standard errors, (T, T)."""
    size = len(graph.treatments)
    upper = np.triu_indices(size, 1)
    pairs = np.zeros((upper[0].size, size))
    pairs[np.arange(upper[0].size), upper[0]] = 1.0
    pairs[np.arange(upper[0].size), upper[1]] = -1.0
    wanted = graph.contrasts(pairs)
    estimate, se = np.zeros((2, size, size))
    estimate[upper] = wanted @ fit.coefficients
    se[upper] = np.sqrt(fit.variance(wanted))
    return estimate - estimate.T, se + se.T


def p_values(estimate: FloatArray, se: FloatArray, df: float | None) -> FloatArray:
    """Two-sided p values of t statistics (normal if df is None); 1 where estimate and se are 0."""
    with np.errstate(all="ignore"):
        size = np.where(se > 0.0, np.abs(estimate) / se, 0.0)
    return np.asarray(2.0 * (ndtr(-size) if df is None else stdtr(df, -size)))


def _supported(choices: PoolingChoices) -> PoolingChoices:
    for kind, code, known in (
        ("interval method", choices.interval, INTERVALS),
        ("prediction method", choices.prediction, PREDICTIONS),
    ):
        if code not in known:
            raise UsageError(
                f"{kind}: {code} is not available for networks. Choose one of {', '.join(known)}."
            )
    return choices


def _inference(
    choices: PoolingChoices, q: float, df: int
) -> tuple[float, float | None, tuple[Caution, ...]]:
    """Factor on the standard errors, degrees of freedom, cautions."""
    if choices.interval == "wald":
        return 1.0, None, ()
    if choices.interval == "t":
        return 1.0, float(df), ()
    factor = q / df
    if choices.interval == "hksj-guarded":
        return float(np.sqrt(max(1.0, factor))), float(df), ()
    if factor < 1e-20:
        text = "All evidence agrees exactly, so the HKSJ factor would be 0; the factor 1 is used."
        return 1.0, float(df), (Caution("identical_effects", text),)
    cautions: tuple[Caution, ...] = ()
    if shortens(factor):
        text = (
            "The evidence agrees more closely than standard errors and tau2 lead one to expect "
            f"(HKSJ factor {factor:.3g}, below 1), which shortens all intervals and drives "
            "P-scores apart. Read the guarded intervals beside them, with max(1, factor), which "
            "hksj-guarded uses throughout."
        )
        cautions = (Caution("hksj_factor_below_1", text),)
    return float(np.sqrt(factor)), float(df), cautions


def _prediction(
    choices: PoolingChoices, tau2: float, parts: tuple[FloatArray, FloatArray, float], df: int
) -> FloatArray:
    """Half widths of the prediction intervals, nan where there is none."""
    plain, se, q = parts
    method = choices.prediction
    left = df - 1 if method in ("t(k-2)", "hksj(k-2)") else df
    if choices.tau2 == "EE" or left < 1:
        return np.full_like(se, np.nan)
    used = {"t(k-1)": se, "hksj": np.sqrt(q / df) * plain, "hksj(k-2)": np.sqrt(q / df) * plain}
    error = used.get(method, plain)
    critical = critical_value(choices.level, None if method == "z" else float(left))
    half = critical * np.sqrt(error**2 + tau2)
    np.fill_diagonal(half, 0.0)
    return np.asarray(half)


def _frozen(values: FloatArray) -> FloatArray:
    out = np.array(values, dtype=np.float64)
    out.setflags(write=False)
    return out
