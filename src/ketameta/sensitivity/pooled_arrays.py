"""Numbers of many overlapping meta-analyses of the same studies, and how they are filled."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batch_estimates import BATCH_ESTIMATORS, batch_estimates, given_tau2
from ketameta.pooling.batches import check_members
from ketameta.pooling.catalog.method import Method
from ketameta.pooling.catalog.tau2 import Tau2Function
from ketameta.pooling.intercept_batch import InterceptBatch
from ketameta.sensitivity.summed_batch import SummedBatch

# Below it, fits from scratch are as fast.
LINEAR_FROM = 60
# Studies times meta-analyses in one block of masks: tens of megabytes, whatever k.
BLOCK = 4_000_000
# Times the largest variance: weights are equal to the third digit.
LARGE = 1e3


@dataclass(frozen=True, slots=True)
class PooledArrays:
    """One entry for each meta-analysis; arrays of shape (n,).

    Attributes
    ----------
    tau2, estimate, se
        tau2 (nan for one study), pooled mean, and its plain standard error.
    q
        Generalised Q at tau2; q / (studies - 1) is the Hartung-Knapp-Sidik-Jonkman factor.
    cochran_q, typical
        Cochran's Q, and the typical sampling variance (nan for one study).
    """

    tau2: FloatArray
    estimate: FloatArray
    se: FloatArray
    q: FloatArray
    cochran_q: FloatArray
    typical: FloatArray

    @classmethod
    def empty(cls, n: int) -> PooledArrays:
        """To be filled."""
        return cls(*(np.full(n, np.nan) for _ in fields(cls)))

    def at(self, places: NDArray[np.intp]) -> PooledArrays:
        """Only these places."""
        return PooledArrays(*(getattr(self, name)[places] for name in self.__slots__))

    def put(self, places: NDArray[np.intp], values: tuple[FloatArray, ...]) -> None:
        """Fill these places, with values in the order of the fields."""
        for name, numbers in zip(self.__slots__, values, strict=True):
            getattr(self, name)[places] = numbers

    def fill(
        self,
        places: NDArray[np.intp],
        studies: tuple[FloatArray, FloatArray, NDArray[np.bool_]],
        method: Method[Tau2Function],
    ) -> None:
        """Fill these places from scratch; `studies` are y and v (k,) and who is in (n, k)."""
        y, v, include = studies
        members = check_members(y, v, None, include)
        given = given_tau2(method.function, method.code, members)
        for part, batch in members.chunks():
            assert isinstance(batch, InterceptBatch)
            found = batch_estimates(batch, method.code, None if given is None else given[part])
            numbers = (found.tau2, found.mean, found.se, found.spread, found.q, found.typical)
            self.put(places[part], numbers)

    def fill_quickly(self, whole: SummedBatch, code: str, first: int = 0) -> NDArray[np.intp]:
        """Fill the places from `first` on by the sums that a batch has.

        `code` is in `BATCH_ESTIMATORS`.

        Returns
        -------
        Places that lost digits (a study that dominates the others, a gross outlier) and must be
        filled from scratch; their numbers are not to be used.
        """
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            batch = _trustworthy(whole)
            try:
                tau2 = BATCH_ESTIMATORS[code](batch) * whole.scale**2
            except ConvergenceError:  # lost digits led the search astray
                return first + whole.members
            mean, variance, q = batch.means(tau2)
            at_zero = batch.terms(np.zeros(batch.size), restricted=True)
            typical = batch.df / at_zero.trace * whole.scale**2
            found = (tau2, mean, np.sqrt(variance), q, at_zero.q, typical)
        self.put(first + batch.members, found)
        lost = whole.doubtful
        lost[batch.members[~np.all(np.isfinite(found), axis=0)]] = True
        return first + np.flatnonzero(lost)


def _trustworthy(batch: SummedBatch) -> SummedBatch:
    """The members whose sums keep their digits for small, middling and large tau2."""
    v = 1.0 / batch.weights(1.0)
    for tau2 in (0.0, float(np.median(v)), LARGE * float(v.max())):
        batch.terms(np.full(batch.size, tau2), restricted=True)
    return batch.take(~batch.doubtful[batch.members])
