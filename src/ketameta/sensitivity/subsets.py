"""Graphical display of study heterogeneity (GOSH): pool every subset of the studies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.batch_estimates import BatchEstimates, batch_estimates, given_tau2
from ketameta.pooling.batches import check_members
from ketameta.pooling.catalog import Method, tau2_method
from ketameta.pooling.catalog.tau2 import Tau2Function
from ketameta.pooling.intercept_batch import InterceptBatch

# All subsets up to this many studies; a sample of as many beyond it.
ALL_UP_TO = 15
# Studies times subsets in one block: a dozen arrays of a few megabytes each.
BLOCK = 1_000_000
# Fixed, so that a result can be repeated.
SEED = 20120310
# Subsets are drawn as whole numbers as long as these fit 64 bits.
NUMBERED_UP_TO = 60


@dataclass(frozen=True, slots=True)
class SubsetResults:
    """Pooled results of subsets of studies; arrays (m,), one entry per subset.

    Attributes
    ----------
    labels
        The studies, k of them.
    complete
        Whether these are all 2^k - 1 subsets, or a random sample of them.
    k
        Studies in the subset.
    estimate, se
        Pooled mean and its plain standard error.
    tau2, i2, h2
        nan for subsets of one study. From tau2 and the typical sampling variance; under equal
        effects from Q. `i2` in percent.
    q
        Cochran's Q.
    packed
        Which studies are in: bits of shape (m, ceil(k / 8)), read by `members` and `holding`.
    """

    labels: tuple[str, ...]
    complete: bool
    k: NDArray[np.int64]
    estimate: FloatArray
    se: FloatArray
    tau2: FloatArray
    i2: FloatArray
    h2: FloatArray
    q: FloatArray
    packed: NDArray[np.uint8]

    def members(self, subset: int) -> tuple[str, ...]:
        """Labels of the studies in one subset."""
        inside = np.unpackbits(self.packed[subset], count=len(self.labels))
        return tuple(label for label, one in zip(self.labels, inside, strict=True) if one)

    def holding(self, study: int) -> NDArray[np.bool_]:
        """Which subsets hold the study at this position, (m,): to colour a plot by."""
        if not 0 <= study < len(self.labels):
            raise UsageError(
                f"subsets: there is no study at position {study}. Positions are 0 to "
                f"{len(self.labels) - 1}."
            )
        return np.asarray((self.packed[:, study // 8] >> (7 - study % 8)) & 1 == 1)


def subsets(
    estimates: EffectEstimates,
    *,
    tau2: str = "REML",
    sample: int | None = None,
    seed: int = SEED,
) -> SubsetResults:
    """Pool all subsets of the studies, or a random sample of them.

    Two or more clouds of results point to a study, or a group of studies, that disagrees with
    the others.

    Parameters
    ----------
    estimates
        At least one estimate.
    tau2
        Estimator, as in `pooling.catalog`.
    sample
        How many subsets to draw; None for all of them up to 15 studies, and as many as those of
        15 studies beyond. Subsets are drawn without repeats, each equally likely.
    seed
        Of the random draws.

    Raises
    ------
    DataError
        Without estimates.
    UsageError
        If the sample is not a positive number.

    References
    ----------
    Olkin I, Dahabreh IJ, Trikalinos TA. Res Synth Methods 2012;3:214-223. doi:10.1002/jrsm.1053.
    metafor: `gosh(rma(...))`, which gives tau2 = 0 for subsets of one study.
    """
    if estimates.k == 0:
        raise DataError("subsets: there are no estimates. Give at least one study.")
    if sample is not None and sample < 1:
        raise UsageError(f"subsets: a sample of {sample} is no sample. Give a number above 0.")
    method = tau2_method(tau2)
    packed = _chosen(estimates.k, sample, seed)
    complete = len(packed) == 2**estimates.k - 1
    out = {name: np.empty(len(packed)) for name in ("estimate", "se", "tau2", "i2", "h2", "q")}
    sizes = np.empty(len(packed), dtype=np.int64)
    step = max(1, BLOCK // estimates.k)
    for start in range(0, len(packed), step):
        part = slice(start, start + step)
        include = np.unpackbits(packed[part], axis=1, count=estimates.k).view(np.bool_)
        sizes[part] = include.sum(axis=1)
        _fill({name: values[part] for name, values in out.items()}, estimates, include, method)
    return SubsetResults(estimates.labels, complete, sizes, packed=packed, **out)


def _chosen(k: int, sample: int | None, seed: int) -> NDArray[np.uint8]:
    """Packed subsets; all of them in order of size, then of position."""
    wanted = 2 ** min(k, ALL_UP_TO) - 1 if sample is None else sample
    if k <= NUMBERED_UP_TO:
        total = 2**k - 1
        if wanted >= total or (sample is None and k <= ALL_UP_TO):
            numbers = np.arange(1, total + 1, dtype=np.int64)
        else:
            numbers = 1 + np.random.default_rng(seed).choice(total, size=wanted, replace=False)
        bits = ((numbers[:, None] >> np.arange(k)) & 1).astype(np.uint8)
    else:
        bits = np.random.default_rng(seed).integers(0, 2, size=(wanted, k), dtype=np.uint8)
        bits = bits[bits.any(axis=1)]
    bits = bits[np.argsort(bits.sum(axis=1), kind="stable")]
    return np.packbits(bits, axis=1)


def _fill(
    out: dict[str, FloatArray],
    estimates: EffectEstimates,
    include: NDArray[np.bool_],
    method: Method[Tau2Function],
) -> None:
    """Results of some subsets, none of them empty."""
    members = check_members(estimates.y, estimates.v, None, include)
    given = given_tau2(method.function, method.code, members)
    for part, batch in members.chunks():
        assert isinstance(batch, InterceptBatch)
        found = batch_estimates(batch, method.code, None if given is None else given[part])
        out["estimate"][part], out["se"][part] = found.mean, found.se
        out["tau2"][part], out["q"][part] = found.tau2, found.q
        out["i2"][part], out["h2"][part] = _inconsistency(found, batch.df, method.code)


def _inconsistency(
    found: BatchEstimates, df: FloatArray, code: str
) -> tuple[FloatArray, FloatArray]:
    """I2 in percent, and H2."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if code != "EE":
            tau2 = found.tau2
            return 100.0 * tau2 / (tau2 + found.typical), 1.0 + tau2 / found.typical
        i2 = np.where(found.q > 0.0, np.maximum(0.0, 100.0 * (found.q - df) / found.q), 0.0)
        several = df > 0.0
        return np.where(several, i2, np.nan), np.where(several, found.q / df, np.nan)
