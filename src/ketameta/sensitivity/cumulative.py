"""How did the evidence grow? Pool again after each study is added, in any order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.batch_estimates import BATCH_ESTIMATORS
from ketameta.pooling.batches import check_members
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.pooling.result import PooledResult
from ketameta.pooling.settle import settle
from ketameta.pooling.weighted_mean import effects_identical
from ketameta.sensitivity.brief_result import BriefResult, Part, brief_results
from ketameta.sensitivity.pooled_arrays import BLOCK, LINEAR_FROM, PooledArrays
from ketameta.sensitivity.pooler import Pooling, pooler
from ketameta.sensitivity.prefix_batch import PrefixBatch
from ketameta.sensitivity.selected_estimates import selected_estimates

# Shorter beginnings are computed from scratch.
LEAST = 10
# Beginnings whose sums are held at once: a few dozen megabytes.
LENGTH = 8_000


@dataclass(frozen=True, slots=True)
class CumulativeStep:
    """The result once some more studies are in.

    Attributes
    ----------
    added
        Labels of the studies that came in at this step.
    key
        Their place in the order, as given (a year, a variance); None in the order of the data.
    result
        Pooled result of these studies and all before them.
    """

    added: tuple[str, ...]
    key: float | str | None
    result: PooledResult


@dataclass(frozen=True, slots=True)
class BriefStep:
    """A `CumulativeStep` in brief."""

    added: tuple[str, ...]
    key: float | str | None
    result: BriefResult


def cumulative(
    estimates: EffectEstimates,
    choices: Pooling = None,
    *,
    order: ArrayLike | None = None,
    descending: bool = False,
    together: bool = False,
) -> tuple[CumulativeStep, ...]:
    """Pooled results after each study, studies added in a given order.

    Parameters
    ----------
    estimates
        Any number of estimates.
    choices
        How to pool, or a function that pools some; None for the defaults. The first study by
        itself has its normal interval.
    order
        One key per study (year, sample size, variance, a rank, a name); studies come in by
        increasing key, equal keys in the order of the data. None for the order of the data.
        With `estimates.v` the most precise study comes first.
    descending
        Largest key first; equal keys still in the order of the data.
    together
        Whether studies with equal keys come in at one step, so that the order of the data
        between them plays no part.

    Returns
    -------
    One step per study (or per distinct key), the last one being the pooled result of all.

    Raises
    ------
    DataError
        If there are not as many keys as studies, a key is missing, or numbers and text are mixed.

    References
    ----------
    Lau J et al. N Engl J Med 1992;327:248-254. doi:10.1056/NEJM199207233270406.
    metafor: `cumul(rma(...), order = )`; `together` is its `collapse = TRUE`.
    """
    pooled = pooler(choices)
    place, steps = _steps(estimates, order, descending=descending, together=together)
    return tuple(
        CumulativeStep(added, key, pooled(selected_estimates(estimates, place[:end])))
        for end, added, key in steps
    )


def brief_cumulative(
    estimates: EffectEstimates,
    choices: Pooling = None,
    *,
    order: ArrayLike | None = None,
    descending: bool = False,
    together: bool = False,
) -> tuple[BriefStep, ...]:
    """`cumulative` in brief, which takes a second for 10,000 studies."""
    if callable(choices) or estimates.k < LINEAR_FROM:
        found = cumulative(
            estimates, choices, order=order, descending=descending, together=together
        )
        return tuple(BriefStep(s.added, s.key, BriefResult.of(s.result)) for s in found)
    settled = settle(choices or PoolingChoices())
    place, steps = _steps(estimates, order, descending=descending, together=together)
    y, v = estimates.y[place], estimates.v[place]
    ends = np.array([end for end, _, _ in steps])
    several = ends[ends > 1]
    arrays = cumulative_arrays(y, v, tau2=settled.tau2).at(several - 1)
    results = brief_results(arrays, _beginnings(y, v, several), settled)
    if several.size < ends.size:
        results.insert(0, BriefResult.of(pool(selected_estimates(estimates, place[:1]), settled)))
    return tuple(
        BriefStep(added, key, result)
        for (_, added, key), result in zip(steps, results, strict=True)
    )


def _beginnings(y: FloatArray, v: FloatArray, ends: NDArray[np.intp]) -> Iterator[Part]:
    alike = True
    for end in ends.tolist():
        alike = alike and effects_identical(y[:end])
        yield Part(y[:end], v[:end], alike)


def _steps(
    estimates: EffectEstimates, order: ArrayLike | None, *, descending: bool, together: bool
) -> tuple[NDArray[np.intp], list[tuple[int, tuple[str, ...], float | str | None]]]:
    """Positions in order; and for each step how many studies are in, which came in, their key."""
    keys = None if order is None else _keys(order, estimates.k)
    place = np.arange(estimates.k) if keys is None else order_of(keys, descending=descending)
    steps = []
    for end, members in _groups(place, keys if together else None):
        key = None if keys is None else keys[members[0]]
        added = tuple(estimates.labels[i] for i in members)
        steps.append((end, added, key if key is None or isinstance(key, str) else float(key)))
    return place, steps


def cumulative_arrays(y: FloatArray, v: FloatArray, *, tau2: str = "REML") -> PooledArrays:
    """Cumulative numbers at array speed: of the first i + 1 studies at position i.

    y and v of shape (k,), in order. For estimators in `batch_estimates.BATCH_ESTIMATORS` 10,000
    studies take a second; otherwise the cost grows with k^2.
    """
    method = tau2_method(tau2)
    check_members(y, v)
    out, left = PooledArrays.empty(y.size), [np.arange(y.size)]
    if y.size >= LINEAR_FROM and method.code in BATCH_ESTIMATORS:
        left = [np.arange(LEAST - 1)]
        for first in range(LEAST, y.size + 1, LENGTH):
            last = min(first + LENGTH - 1, y.size)
            batch = PrefixBatch.build(y[:last], v[:last], first)
            left.append(out.fill_quickly(batch, method.code, first - 1))
    for part in _blocks(np.concatenate(left)):
        width = int(part[-1]) + 1
        include = np.arange(width) <= part[:, None]
        out.fill(part, (y[:width], v[:width], include), method)
    return out


def _blocks(places: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Places in increasing order, at most `BLOCK` studies times places at once."""
    start = 0
    while start < places.size:
        # The last place of a block decides how many studies all of it hold.
        sizes = (places[start:] + 1) * np.arange(1, places.size - start + 1)
        stop = start + max(1, int(np.searchsorted(sizes, BLOCK, side="right")))
        yield places[start:stop]
        start = stop


def order_of(
    keys: Sequence[float] | Sequence[str], *, descending: bool = False
) -> NDArray[np.intp]:
    """Positions in order of their keys; equal keys keep their order in both directions."""
    ranks = np.unique(np.asarray(keys), return_inverse=True)[1].reshape(-1)
    return np.argsort(-ranks if descending else ranks, kind="stable")


def _keys(order: ArrayLike, k: int) -> list[float] | list[str]:
    given = np.atleast_1d(np.asarray(order, dtype=object))
    if given.shape != (k,):
        raise DataError(f"cumulative: {given.size} keys for {k} estimates. Give one per estimate.")
    if all(isinstance(key, str) for key in given):
        return [str(key) for key in given]
    try:
        numbers = [float(key) for key in given if not isinstance(key, str)]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) < k or not np.all(np.isfinite(numbers)):
        raise DataError(
            "cumulative: the keys must be finite numbers for all studies, or text for all. A "
            "study without a key has no place in the order: leave it out and say why."
        )
    return numbers


def _groups(
    place: NDArray[np.intp], keys: list[float] | list[str] | None
) -> list[tuple[int, list[int]]]:
    """How many studies are in after each step, and which came in."""
    found: list[tuple[int, list[int]]] = []
    for count, position in enumerate(place.tolist(), start=1):
        if found and keys is not None and keys[found[-1][1][0]] == keys[position]:
            found[-1][1].append(position)
            found[-1] = (count, found[-1][1])
        else:
            found.append((count, [position]))
    return found
