"""How did the evidence grow? Pool again after each study is added, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.pooler import Pooling, pooler
from ketameta.sensitivity.selected_estimates import selected_estimates


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
    keys = None if order is None else _keys(order, estimates.k)
    place = np.arange(estimates.k) if keys is None else order_of(keys, descending=descending)
    groups = _groups(place, keys if together else None)
    steps = []
    for end, members in groups:
        key = None if keys is None else keys[members[0]]
        steps.append(
            CumulativeStep(
                tuple(estimates.labels[i] for i in members),
                key if key is None or isinstance(key, str) else float(key),
                pooled(selected_estimates(estimates, place[:end])),
            )
        )
    return tuple(steps)


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
            found[-1] = (count, [*found[-1][1], position])
        else:
            found.append((count, [position]))
    return found
