"""Permutation test of the mean: how often do random signs make it as far from 0?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.counting import counted
from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.batch_estimates import batch_estimates, given_tau2
from ketameta.pooling.batches import check_members
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.intercept_batch import InterceptBatch
from ketameta.pooling.settle import settle

# All sign changes up to this k: half a million fits, by symmetry of the last study's sign.
EXACT_UP_TO = 20
SAMPLE = 10_000
# Fixed, so that a result can be repeated.
SEED = 19990732
# Studies times sign changes in one block.
BLOCK = 1_000_000
# Statistics this close (relative) are ties that differ by rounding.
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """Permutation test that the mean effect is 0.

    Attributes
    ----------
    statistic
        Observed test statistic, estimate / standard error.
    p_value
        Two-sided: share of sign changes with a statistic at least as far from 0.
    exact
        Whether all 2^k sign changes were used.
    count
        Number of sign changes behind the p value.
    statistics
        The distribution: absolute statistics in ascending order. In the exact test one of each
        pair of opposite sign changes, which have the same absolute statistic.
    smallest_p
        The smallest p value that is possible with this many sign changes.
    cautions
        Degenerate cases.
    """

    statistic: float
    p_value: float
    exact: bool
    count: int
    statistics: FloatArray
    smallest_p: float
    cautions: tuple[Caution, ...] = ()


def permutation_test(
    estimates: EffectEstimates,
    choices: PoolingChoices | None = None,
    *,
    sample: int | None = None,
    seed: int = SEED,
) -> PermutationTest:
    """Permutation test of the pooled mean.

    Under the hypothesis that effects are symmetric about 0 every study could as well have had
    the opposite sign. tau2 and the test statistic are computed anew for each change of signs.
    No normality is assumed, and no large number of studies.

    Parameters
    ----------
    estimates
        At least one estimate.
    choices
        tau2 estimator, and the interval whose statistic is used (wald, t or hksj).
    sample
        Number of random sign changes, the observed one included; None for all of them up to
        k = 20 and 10,000 beyond.
    seed
        Of the random signs.

    Raises
    ------
    DataError
        Without estimates.
    UsageError
        With another interval, or a sample below 2.

    References
    ----------
    Follmann DA, Proschan MA. Biometrics 1999;55:732-737. doi:10.1111/j.0006-341X.1999.00732.x.
    Phipson B, Smyth GK. Stat Appl Genet Mol Biol 2010;9:39. doi:10.2202/1544-6115.1585 (why the
    observed signs belong to a sample).
    metafor: `permutest(rma(...), exact = TRUE)`.
    """
    settled = settle(choices or PoolingChoices())
    if settled.interval not in {"wald", "t", "hksj"}:
        raise UsageError(
            f"permutation test: there is no permutation statistic for {settled.interval}. Use the "
            "interval wald, t or hksj."
        )
    if estimates.k == 0:
        raise DataError("permutation test: there are no estimates. Give at least one study.")
    if sample is not None and sample < 2:
        raise UsageError(f"permutation test: {sample} sign changes are no sample. Give 2 or more.")
    exact = sample is None and estimates.k <= EXACT_UP_TO
    rows = 2 ** (estimates.k - 1) if exact else (sample or SAMPLE)
    random = np.random.default_rng(seed)
    statistics, step = np.empty(rows), max(1, BLOCK // estimates.k)
    for start in range(0, rows, step):
        count = min(step, rows - start)
        if exact:
            signs = _signs(start, count, estimates.k)
        else:
            signs = random.choice([-1.0, 1.0], size=(count, estimates.k))
        if start == 0:
            signs[0] = 1.0
        statistics[start : start + count] = _statistics(estimates, signs, settled)
    return _summary(estimates, statistics, exact)


def _summary(estimates: EffectEstimates, statistics: FloatArray, exact: bool) -> PermutationTest:
    sizes = np.abs(statistics)
    observed = float(sizes[0])
    count = 2 * sizes.size if exact else sizes.size
    smallest = (2.0 if exact else 1.0) / count
    cautions: tuple[Caution, ...] = ()
    if exact and smallest > 0.05:
        text = (
            f"With {counted(estimates.k, 'study')} no permutation p "
            f"value can be below {smallest:.3g}; the test can say little."
        )
        cautions = (Caution("permutation_needs_more_studies", text),)
    return PermutationTest(
        statistic=float(statistics[0]),
        p_value=float(np.mean(sizes >= observed * (1.0 - TIE))),
        exact=exact,
        count=count,
        statistics=np.sort(sizes),
        smallest_p=smallest,
        cautions=cautions,
    )


def _signs(start: int, count: int, k: int) -> FloatArray:
    """Some of all changes of sign of the first k - 1 studies; the last one keeps its sign."""
    rows = np.arange(start, start + count)[:, None]
    bits = (rows >> np.arange(k)) & 1
    return np.asarray(1.0 - 2.0 * bits)


def _statistics(
    estimates: EffectEstimates, signs: FloatArray, choices: PoolingChoices
) -> FloatArray:
    y, k = signs * estimates.y, estimates.k
    members, method = check_members(y, estimates.v), tau2_method(choices.tau2)
    given = given_tau2(method.function, method.code, members)
    out = np.empty(len(y))
    for part, batch in members.chunks():
        assert isinstance(batch, InterceptBatch)
        found = batch_estimates(batch, method.code, None if given is None else given[part])
        se = found.se
        if choices.interval == "hksj" and k > 1:
            # Identical effects have no spread to scale by: the plain standard error, as in `pool`.
            varied = np.ptp(y[part], axis=1) > 0.0
            se = np.where(varied, np.sqrt(found.spread / (k - 1.0)), 1.0) * se
        out[part] = found.mean / se
    return out
