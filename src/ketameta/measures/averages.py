"""Averages over the studies of a set, for sampling variances that plug an average in."""

from __future__ import annotations

import numpy as np

from ketameta.measures.estimates import FloatArray


def average(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted average along the last axis, kept as an axis of length 1; NaN values are left out.

    Variances made from an average tie the weight of a study to which others are in the set:
    leaving one out, or adding one, changes them all.
    """
    if values.ndim == 0:
        return np.asarray(values)
    there = np.isfinite(values) & np.isfinite(weights)
    total = np.where(there, weights, 0.0).sum(axis=-1, keepdims=True)
    return np.asarray(np.where(there, values * weights, 0.0).sum(axis=-1, keepdims=True) / total)
