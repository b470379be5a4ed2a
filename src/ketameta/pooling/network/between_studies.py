"""Variance between studies of a network: tau2, Q, and what to know about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from scipy.special import chdtrc

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.heterogeneity import heterogeneity, single_study
from ketameta.pooling.likelihood import ml_fit, reml_fit
from ketameta.pooling.network.graph import Network
from ketameta.pooling.network.least_squares import weighted_fit
from ketameta.pooling.pool import AT_BOUNDARY
from ketameta.pooling.result import Heterogeneity

NO_DF = Caution(
    "tau2_not_estimable",
    "Every comparison rests on a single piece of evidence: differences between studies and "
    "inconsistency cannot be estimated, intervals are normal with tau2 = 0, and there is no "
    "prediction interval.",
)


def network_heterogeneity(
    graph: Network, choices: PoolingChoices
) -> tuple[float, Heterogeneity, tuple[Caution, ...]]:
    """tau2 to use, heterogeneity of the whole network, and what to know about them."""
    if graph.y.size == graph.X.shape[1]:
        return 0.0, single_study(0.0 if choices.tau2 == "EE" else None), (NO_DF,)
    # From the fit, which stands variances of any ratio.
    q, df = weighted_fit(graph.y, graph.v, graph.X).q, graph.y.size - graph.X.shape[1]
    i2_q = max(0.0, 100.0 * (q - df) / q) if q > 0.0 else 0.0
    known = {"q": q, "q_df": df, "q_p": float(chdtrc(df, q)), "i2_q": i2_q, "h2_q": q / df}
    if choices.tau2 == "EE":
        return 0.0, replace(single_study(0.0), **known), ()
    tau2 = network_tau2(graph, choices.tau2)
    with _variances_told(graph):
        spread, cautions = heterogeneity(graph.y, graph.v, tau2, choices, graph.X)
        found = (*_tau2_cautions(graph, choices.tau2, tau2), *cautions)
    return tau2, replace(spread, **known), found


def _tau2_cautions(graph: Network, method: str, tau2: float) -> tuple[Caution, ...]:
    found = (AT_BOUNDARY,) if tau2 == 0.0 and method not in {"EE", "SJ"} else ()
    if method not in {"REML", "ML"}:
        return found
    fit = (reml_fit if method == "REML" else ml_fit)(graph.y, graph.v, graph.X)
    if int(fit.local_maxima) < 2:
        return found
    text = (
        f"The likelihood of tau2 has {int(fit.local_maxima)} local maxima. The highest is used; "
        f"the next is at tau2 = {float(fit.runner_up):.4g}."
    )
    return (*found, Caution("several_likelihood_modes", text))


def network_tau2(graph: Network, method: str, X: FloatArray | None = None) -> float:
    """tau2 of a model of the network by a method of the catalog; 0 without degrees of freedom."""
    design = graph.X if X is None else X
    if method == "EE" or graph.y.size <= design.shape[1]:
        return 0.0
    with _variances_told(graph):
        tau2 = float(tau2_method(method).function(graph.y, graph.v, design))
        if not tau2 >= 0.0:
            raise np.linalg.LinAlgError
        return tau2


@contextmanager
def _variances_told(graph: Network) -> Iterator[None]:
    """Says what is the matter where variances are too far apart for the equations of tau2."""
    try:
        yield
    except np.linalg.LinAlgError:
        raise DataError(
            f"network: variances from {graph.v.min():.3g} to {graph.v.max():.3g} are too far "
            "apart to estimate tau2. Check their units, or use the tau2 method EE."
        ) from None
