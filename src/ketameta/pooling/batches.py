"""From the caller's arrays to working batches of bounded size, and back to the caller's shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.design_batch import DesignBatch
from ketameta.pooling.intercept_batch import InterceptBatch

Batch = InterceptBatch | DesignBatch

# Numbers per working array: small enough that a dozen of them stay in a processor's cache,
# large enough that the cost of a NumPy call is spread over many members.
CHUNK_NUMBERS = 131_072


@dataclass(frozen=True, slots=True)
class Members:
    """Checked arrays, broadcast against each other; the last axis of y and v is studies."""

    y: FloatArray
    v: FloatArray
    include: NDArray[np.bool_] | None
    x: FloatArray | None
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of meta-analyses in the batch."""
        return int(np.prod(self.shape, dtype=np.int64))

    def chunks(self) -> Iterator[tuple[slice, Batch]]:
        """Working batches in order, each with the slice of the flattened batch it stands for."""
        studies = self.y.shape[-1]
        width = 1 if self.x is None else self.x.shape[-1]
        step = max(1, CHUNK_NUMBERS // max(1, studies * width))
        flat = _Flat(self, self.shape or (1,))
        for start in range(0, self.count, step):
            part = slice(start, min(start + step, self.count))
            y, v = flat.rows(self.y, part), flat.rows(self.v, part)
            if self.include is not None:
                v = np.where(flat.mask(self.include, part), v, np.inf)
                y = np.where(np.isinf(v), 0.0, y)
            if self.x is None:
                yield part, InterceptBatch.build(y, v)
            else:
                yield part, DesignBatch.build(y, v, flat.design(part))

    def estimable(self) -> Iterator[tuple[slice, NDArray[np.intp], Batch]]:
        """Working batches of the members with more studies than coefficients.

        Yields the slice of the flattened batch, the positions within it, and the batch.
        """
        for part, batch in self.chunks():
            able = np.flatnonzero(batch.df > 0)
            yield part, able, batch if able.size == batch.size else batch.take(able)

    def solve(self, estimator: Callable[[Batch], FloatArray]) -> FloatArray:
        """tau2 of each member by an estimator that works in the batch's units; nan if k <= p."""
        out = np.full(self.count, np.nan)
        for part, able, batch in self.estimable():
            out[part][able] = estimator(batch) * batch.unit**2
        return out.reshape(self.shape)


@dataclass(frozen=True, slots=True)
class _Flat:
    """Rows of broadcast arrays without making the broadcast copy of the whole batch."""

    members: Members
    shape: tuple[int, ...]

    @property
    def full(self) -> tuple[int, ...]:
        return (*self.shape, self.members.y.shape[-1])

    def _index(self, part: slice) -> tuple[NDArray[np.intp], ...]:
        return np.unravel_index(np.arange(part.start, part.stop), self.shape)

    def mask(self, array: NDArray[np.bool_], part: slice) -> NDArray[np.bool_]:
        return np.broadcast_to(array, self.full)[self._index(part)]

    def rows(self, array: FloatArray, part: slice) -> FloatArray:
        if array.ndim == 1:
            return np.broadcast_to(array, (part.stop - part.start, array.size))
        if array.shape == self.full and array.flags.c_contiguous:
            return array.reshape(-1, array.shape[-1])[part]
        return np.broadcast_to(array, self.full)[self._index(part)]

    def design(self, part: slice) -> FloatArray:
        x = self.members.x
        assert x is not None
        if x.ndim == 2:
            return np.broadcast_to(x, (part.stop - part.start, *x.shape))
        return np.broadcast_to(x, (*self.full, x.shape[-1]))[self._index(part)]


def spread_over(y: ArrayLike, values: FloatArray) -> FloatArray:
    """y with leading axes that also hold those of `values`, one value per meta-analysis."""
    array = _numbers(y)
    shape = np.broadcast_shapes(array.shape[:-1], values.shape)
    return np.broadcast_to(array, (*shape, array.shape[-1]))


def check_members(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> Members:
    """Arrays of one batch, checked.

    Parameters
    ----------
    y, v
        Estimates and sampling variances, shape (..., k); leading axes broadcast.
    X
        Design matrix, shape (..., k, p), or None for a common mean.
    include
        Studies to use, boolean, shape (..., k), or None for all.

    Raises
    ------
    DataError
        If shapes do not match, or a study included has a value that is not finite or a variance
        that is not above 0.
    """
    values, variances = _numbers(y), _numbers(v)
    mask = None if include is None else np.asarray(include, dtype=np.bool_)
    design = None if X is None else _numbers(X)
    arrays = [values, variances] + ([] if mask is None else [mask])
    if any(a.ndim == 0 for a in arrays) or len({a.shape[-1] for a in arrays}) != 1:
        shapes = ", ".join(str(a.shape) for a in arrays)
        raise DataError(f"estimates: shapes {shapes} do not end in the same number of studies.")
    if values.shape[-1] == 0:
        raise DataError("estimates: there are no studies. Give at least one estimate.")
    leads = [a.shape[:-1] for a in arrays] + ([] if design is None else [design.shape[:-2]])
    try:
        shape = np.broadcast_shapes(*leads)
    except ValueError:
        raise DataError(f"estimates: leading axes {leads} do not broadcast.") from None
    if design is not None and design.shape[-2] != values.shape[-1]:
        raise DataError(
            f"design matrix: {design.shape[-2]} rows for {values.shape[-1]} studies. "
            "Give one row per study."
        )
    _check_values(values, variances, mask)
    return Members(values, variances, mask, design, shape)


def _numbers(values: ArrayLike) -> FloatArray:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise DataError(f"estimates: not a number ({problem}). Give numbers only.") from None


def _check_values(y: FloatArray, v: FloatArray, include: NDArray[np.bool_] | None) -> None:
    bad = ~np.isfinite(y) | ~np.isfinite(v) | (v <= 0.0)
    if not bad.any():
        return
    if include is None or np.any(bad & include):
        raise DataError(
            "estimates: each study needs a finite estimate and a finite sampling variance above "
            "0. Leave the study out and say why."
        )
