"""Do effects differ between groups of studies? Pool each group and test the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc, fdtrc

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.catalog import interval_method, tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.generalised_q import generalised_q
from ketameta.pooling.heterogeneity import heterogeneity
from ketameta.pooling.likelihood import ml_fit, reml_fit
from ketameta.pooling.pool import assemble, predict
from ketameta.pooling.result import Heterogeneity, PooledResult
from ketameta.pooling.settle import settle
from ketameta.pooling.weighted_mean import WeightedMean, weighted_mean
from ketameta.sensitivity.pooler import Pooling, pooler
from ketameta.sensitivity.selected_estimates import selected_estimates


@dataclass(frozen=True, slots=True)
class SubgroupAnalysis:
    """Pooled results of groups of studies and the test of their difference.

    Attributes
    ----------
    groups
        Name and result of each group, in order of first appearance.
    common_tau2
        Whether the groups share one tau2.
    q_between, df, p_value
        Statistic of the test that all groups have the same mean, its degrees of freedom
        (number of groups - 1) and p value; None where there is no such test (see `cautions`).
    df_denominator
        None for a chi-squared test of q_between; otherwise q_between is an F statistic with
        these denominator degrees of freedom.
    cautions
        Why a test is missing or doubtful.
    """

    groups: tuple[tuple[str, PooledResult], ...]
    common_tau2: bool
    q_between: float | None
    df: int | None
    df_denominator: float | None
    p_value: float | None
    cautions: tuple[Caution, ...] = ()


def subgroups(
    estimates: EffectEstimates,
    groups: Sequence[str],
    choices: Pooling = None,
    *,
    common_tau2: bool = False,
) -> SubgroupAnalysis:
    """Pool each group of studies and test whether the groups differ.

    With a tau2 of its own each group is pooled by itself and the test compares the estimates
    with their standard errors (Hartung-Knapp-Sidik-Jonkman standard errors where that interval
    is chosen). A group of one study has no tau2 of its own: its standard error leaves out
    differences between studies, so the test would be too sure; there is none then. With a common
    tau2 (a meta-regression on the groups) a group of one is no obstacle.

    Parameters
    ----------
    estimates
        At least one estimate.
    groups
        The name of each estimate's group, length k.
    choices
        How to pool, or a function that pools some; None for the defaults.
    common_tau2
        Whether the groups share one tau2; only with choices.

    Raises
    ------
    UsageError
        For a common tau2 with methods that do not fit it, or with a function that pools.
    DataError
        If `groups` has another length than the estimates, or a common tau2 is asked for and no
        study is left to estimate it.

    References
    ----------
    Borenstein M, Higgins JPT. Prev Sci 2013;14:134-143. doi:10.1007/s11121-013-0377-7.
    metafor: one `rma()` per group and `rma()` on the group estimates; with a common tau2
    `rma(yi, vi, mods = ~ 0 + group)` and its omnibus test of equal coefficients.
    """
    names = [str(name) for name in groups]
    if len(names) != estimates.k:
        raise DataError(
            f"subgroups: {len(names)} group names for {estimates.k} estimates. "
            "Give one name per estimate."
        )
    levels = list(dict.fromkeys(names))
    membership = np.array([[name == level for name in names] for level in levels])
    if common_tau2:
        if callable(choices):
            raise UsageError(
                "subgroups: a tau2 that groups share is no rule of the program. Leave one out."
            )
        settled = settle(choices or PoolingChoices())
        return _with_common_tau2(estimates, levels, membership, settled)
    pooled = pooler(choices)
    results = tuple(
        (level, pooled(selected_estimates(estimates, members)))
        for level, members in zip(levels, membership, strict=True)
    )
    alone = [level for level, result in results if result.k == 1]
    if len(levels) == 1:
        return _without_test(results, ONE_GROUP)
    if alone and results[0][1].tau2_method != "EE":
        return _without_test(results, _single_study_groups(alone))
    q, df = _q_between(results), len(levels) - 1
    return SubgroupAnalysis(results, False, q, df, None, float(chdtrc(df, q)))


ONE_GROUP = Caution(
    "one_group", "All studies are in one group: there is no difference between groups to test."
)


def _single_study_groups(alone: list[str]) -> Caution:
    each = "" if len(alone) == 1 else " each"
    return Caution(
        "single_study_group",
        f"A single study{each} stands in {_listed(alone)}, and its standard error says nothing "
        "about differences between studies; a test of subgroup differences needs joined groups, or "
        "one tau2 that they share.",
    )


def _listed(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _without_test(
    results: tuple[tuple[str, PooledResult], ...], reason: Caution, *, common_tau2: bool = False
) -> SubgroupAnalysis:
    return SubgroupAnalysis(results, common_tau2, None, None, None, None, (reason,))


def _q_between(results: Sequence[tuple[str, PooledResult]]) -> float:
    y = np.array([result.estimate for _, result in results])
    se = np.array([result.se for _, result in results])
    return float(generalised_q(y, se * se))


# They need no more than the mean, its weights, and tau2, which may come from other groups.
WITH_COMMON_TAU2 = frozenset({"wald", "t", "hksj", "hksj-guarded", "hksj-hybrid"})
NOT_WITH_COMMON_TAU2 = frozenset({"kr", "bootstrap"})


def _check_common_tau2(choices: PoolingChoices) -> None:
    wrong = [m for m in (choices.interval,) if m not in WITH_COMMON_TAU2]
    wrong += [m for m in (choices.prediction,) if m in NOT_WITH_COMMON_TAU2]
    if wrong:
        raise UsageError(
            f"subgroups: {', '.join(map(str, wrong))} does not fit a tau2 that groups share. "
            "Use hksj, t or wald, and a t prediction interval, or a tau2 for each group."
        )


def _with_common_tau2(
    estimates: EffectEstimates,
    levels: list[str],
    membership: np.ndarray,
    choices: PoolingChoices,
) -> SubgroupAnalysis:
    _check_common_tau2(choices)
    df_residual = estimates.k - len(levels)
    if df_residual < 1:
        raise DataError(
            "subgroups: every group has a single study, so a common tau2 cannot be estimated. "
            "Join groups."
        )
    design = np.asarray(membership.T, dtype=np.float64)
    tau2 = float(tau2_method(choices.tau2).function(estimates.y, estimates.v, design))
    whole, cautions = heterogeneity(estimates.y, estimates.v, tau2, choices, design)
    cautions = (*cautions, *_modes(estimates, design, choices.tau2))
    q = float(generalised_q(estimates.y, estimates.v, tau2, design))
    results = []
    for level, members in zip(levels, membership, strict=True):
        part = selected_estimates(estimates, members)
        own = weighted_mean(part.y, part.v, tau2)
        mean = replace(own, q=q, df=float(df_residual), identical_effects=q == 0.0)
        results.append((level, _group_result(part, mean, choices, _own_q(whole, part))))
    groups = tuple(results)
    if len(levels) == 1:
        return _without_test(groups, ONE_GROUP, common_tau2=True)
    df, statistic = len(levels) - 1, _q_between(groups)
    if choices.interval == "wald":
        p = float(chdtrc(df, statistic))
        return SubgroupAnalysis(groups, True, statistic, df, None, p, cautions)
    statistic /= df
    p = float(fdtrc(df, df_residual, statistic))
    return SubgroupAnalysis(groups, True, statistic, df, float(df_residual), p, cautions)


def _modes(estimates: EffectEstimates, design: FloatArray, method: str) -> tuple[Caution, ...]:
    """A caution where the likelihood of the common tau2 has more than one mode."""
    if method not in {"REML", "ML"}:
        return ()
    fit_of = reml_fit if method == "REML" else ml_fit
    fit = fit_of(estimates.y, estimates.v, design)
    if int(fit.local_maxima) < 2:
        return ()
    text = (
        f"The likelihood of the common tau2 has {int(fit.local_maxima)} local maxima. The highest "
        f"is used; the next is at tau2 = {float(fit.runner_up):.4g}."
    )
    return (Caution("several_likelihood_modes", text),)


def _group_result(
    part: EffectEstimates, mean: WeightedMean, choices: PoolingChoices, spread: Heterogeneity
) -> PooledResult:
    assert choices.interval is not None
    inference = interval_method(choices.interval).function(mean, choices.level)
    ahead = predict(mean, inference, choices)
    result = assemble(part, choices, mean, inference, spread, ahead)
    return replace(result, cautions=(*inference.cautions, *ahead.cautions))


def _own_q(whole: Heterogeneity, part: EffectEstimates) -> Heterogeneity:
    """tau2, I2 and H2 are those of all groups; Q is the group's own."""
    df = part.k - 1
    q = float(generalised_q(part.y, part.v))
    if df == 0:
        return replace(whole, q=0.0, q_df=0, q_p=None, i2_q=None, h2_q=None)
    return replace(
        whole,
        q=q,
        q_df=df,
        q_p=float(chdtrc(df, q)),
        i2_q=max(0.0, 100.0 * (q - df) / q) if q > 0.0 else 0.0,
        h2_q=q / df,
    )
