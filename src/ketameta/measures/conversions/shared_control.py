"""Several arms against one control: all contrasts of a trial with their covariances."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ketameta.errors import UsageError
from ketameta.measures.arms import Counts, Means, Rates, as_floats
from ketameta.measures.continuous import possible, small_sample_factor
from ketameta.measures.conversions.assumption import Converted, demand, supposed
from ketameta.measures.conversions.finite import finite_result
from ketameta.measures.estimates import FloatArray
from ketameta.measures.proportions import (
    arcsine_proportion,
    log_proportion,
    logit_proportion,
    proportion,
)
from ketameta.measures.rates import log_rate
from ketameta.measures.single_means import log_mean, mean
from ketameta.measures.zero_cells import ZeroCells

GLESER_OLKIN = "Gleser and Olkin (2009), The Handbook of Research Synthesis, 2nd ed., chapter 19"

# Measures that are a difference of one quantity between arms, and that quantity.
_COUNT_TERMS = {
    "OR": logit_proportion,
    "RR": log_proportion,
    "RD": proportion,
    "AS": arcsine_proportion,
}


class Contrasts(NamedTuple):
    """Each other arm against the control: estimates (m,) and their covariance matrix (m, m)."""

    y: FloatArray
    covariance: FloatArray


@finite_result
def shared_control_contrasts(
    code: str, arms: Counts | Means | Rates, *, control: int = -1, sd: str = "pairwise"
) -> Converted[Contrasts]:
    """All contrasts of a multi-arm trial with its control, with their covariance matrix.

    For OR, RR, RD, AS, MD, ROM and IRR an estimate is a difference of one term per arm, so the
    variances add and any two contrasts share the variance of the control's term. If any arm has a
    zero cell, every arm of the trial is corrected (OR, RR, RD, IRR), so that the shared arm stays
    the same in all contrasts.

    For SMD, with N = n_i + n_c: cov = 1/n_c + g_i g_j n_c/(2 N_i N_j) where each contrast has its
    own pooled SD ("pairwise", as for single contrasts), or 1/n_c + g_i g_j/(2N) where the SD is
    pooled over all arms and N counts all ("all_arms", Gleser and Olkin).

    Parameters
    ----------
    code
        OR, RR, RD, AS (counts), MD, SMD, ROM (means) or IRR (rates).
    arms
        One entry per arm, shape (m + 1,).
    control
        Position of the control among the arms; the last by default.
    sd
        For SMD, "pairwise" or "all_arms".

    Raises
    ------
    UsageError
        When the measure or the kind of SD is not among these.
    DataError
        When there are fewer than two arms, or an arm cannot give the measure.

    References
    ----------
    Gleser and Olkin (2009), The Handbook of Research Synthesis, chapter 19;
    Lajeunesse (2011), doi:10.1890/11-0423.1
    """
    wanted = code.strip().upper()
    size = as_floats(*arms)[0].size
    demand(
        size >= 2 and as_floats(*arms)[0].ndim == 1 and -size <= control < size,
        "arms: give at least two, one entry each, and the position of the control among them.",
    )
    if wanted == "SMD" and isinstance(arms, Means):
        contrasts = _standardised(arms, control, sd)
    else:
        terms, variances = _terms(wanted, arms)
        demand(
            np.isfinite(terms) & (variances > 0),
            f"arms: at least one cannot give {wanted} (no events at all, or missing numbers). "
            "Leave it out.",
        )
        others = np.delete(np.arange(size), control)
        covariance = np.diag(variances[others]) + variances[control]
        contrasts = Contrasts(terms[others] - terms[control], covariance)
    told = supposed(
        "shared_control",
        "The contrasts of the trial share its control group; large-sample covariances.",
        GLESER_OLKIN,
    )
    return Converted(contrasts, (told,))


def _terms(code: str, arms: Counts | Means | Rates) -> tuple[FloatArray, FloatArray]:
    # One zero anywhere corrects all arms of the trial; without a zero nothing is added.
    policy = ZeroCells("if0all")
    if isinstance(arms, Counts) and code in _COUNT_TERMS:
        events, n = as_floats(*arms)
        demand(
            code in ("RD", "AS") or 0 < events.sum() < n.sum(),
            f"arms: no events, or nothing but events, in every arm: no information about {code}.",
        )
        return _COUNT_TERMS[code](arms, zero_cells=policy)
    if isinstance(arms, Rates) and code == "IRR":
        demand(as_floats(*arms)[0].sum() > 0, "arms: no events in any arm.")
        return log_rate(arms, zero_cells=policy)
    if isinstance(arms, Means) and code == "MD":
        return mean(arms)
    if isinstance(arms, Means) and code == "ROM":
        terms, variances = log_mean(arms)
        return terms + variances / 2, variances
    raise UsageError(
        f"shared control: no covariance for {code!r} from {type(arms).__name__.lower()}. Choose "
        "OR, RR, RD or AS with counts, MD, SMD or ROM with means, IRR with rates."
    )


def _standardised(arms: Means, control: int, sd: str) -> Contrasts:
    if sd not in ("pairwise", "all_arms"):
        raise UsageError(f"SMD: there is no SD {sd!r}. Choose pairwise or all_arms.")
    demand(possible(arms), "arms: each needs a mean, an SD of 0 or more and at least two people.")
    means, sds, n = as_floats(*arms)
    others = np.delete(np.arange(n.size), control)
    nc = n[control]
    if sd == "all_arms":
        df = np.full(others.size, n.sum() - n.size)
        square = np.full(others.size, ((n - 1) * sds**2).sum() / df[0])
        spread = np.full((others.size, others.size), 1 / (2 * n.sum()))
    else:
        df = n[others] + nc - 2
        square = ((n[others] - 1) * sds[others] ** 2 + (nc - 1) * sds[control] ** 2) / df
        total = n[others] + nc
        spread = nc / (2 * np.outer(total, total))
        np.fill_diagonal(spread, 1 / (2 * total))
    demand(square > 0, "arms: standard deviations of 0 leave nothing to standardise by.")
    y = small_sample_factor(df) * (means[others] - means[control]) / np.sqrt(square)
    covariance = np.diag(1 / n[others]) + 1 / nc + np.outer(y, y) * spread
    return Contrasts(y, covariance)
