"""Which scale coefficients do the data tell where a location-scale likelihood is flat?

A study whose tau2 has gone to 0 (or whose own mean is free) no longer says how large it is: the
likelihood does not change with log tau2 of such studies. It is then flat exactly along those
changes of the coefficients that leave log tau2 of all other studies as it is. What is the same
along all of them, a coefficient or a sum of some, is told by the other studies and has a standard
error; the rest is not, and its estimate is merely where the search stopped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.location_scale_likelihood import ScalePoint, ScaleProblem, log_tau2
from ketameta.pooling.regression_basis import ColumnBasis

# Information about a direction of log tau2 below this: the likelihood is flat.
FLAT = 1e-5
# A study whose log tau2 changes the likelihood by a smaller share than this says nothing of it.
SILENT = 1e-6
# Rows of a design that differ by a larger share of their length are different.
DIFFERENT = 1e-8
# Studies that a sentence names.
NAMED = 6


@dataclass(frozen=True, slots=True)
class ScaleErrors:
    """Standard errors of scale coefficients, as far as there are any.

    Attributes
    ----------
    factor
        Square root of their covariance matrix, (q, r); rows of nan where not identified.
    told
        Which coefficients are identified, (q,).
    silent
        Which studies say nothing of their tau2, (k,); none where the likelihood is not flat.
    """

    factor: FloatArray
    told: NDArray[np.bool_]
    silent: NDArray[np.bool_]


def scale_errors(problem: ScaleProblem, best: ScalePoint, scale: ColumnBasis) -> ScaleErrors:
    """Standard errors of the scale coefficients at the maximum."""
    k, q = problem.z.shape
    back = scale.from_basis(np.eye(q) * np.sqrt(k))
    whole = _root_of_inverse(-best.hessian)
    if whole is not None:
        return ScaleErrors(back @ whole, np.ones(q, np.bool_), np.zeros(k, np.bool_))
    silent = _information(problem, best) < SILENT
    _, sizes, directions = np.linalg.svd(problem.z[~silent], full_matrices=False)
    speaking = directions[sizes > DIFFERENT * np.sqrt(k)]
    part = _root_of_inverse(-speaking @ best.hessian @ speaking.T)
    factor, told = np.full((q, 1), np.nan), np.zeros(q, np.bool_)
    if part is not None and part.size:
        along = back @ speaking.T
        off = np.linalg.norm(back - along @ speaking, axis=1)
        told = off <= DIFFERENT * np.linalg.norm(back, axis=1)
        factor = np.where(told[:, None], along @ part, np.nan)
    return ScaleErrors(factor, told, silent)


def flat_caution(
    errors: ScaleErrors, columns: tuple[str, ...], labels: tuple[str, ...]
) -> tuple[Caution, ...]:
    """Which coefficients are not identified, and why; nothing where all are."""
    if errors.told.all():
        return ()
    lost = [name for name, told in zip(columns, errors.told, strict=True) if not told]
    kept = [name for name, told in zip(columns, errors.told, strict=True) if told]
    named = [label for label, silent in zip(labels, errors.silent, strict=True) if silent]
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    why = (
        f"tau2 of some studies goes to 0, or nothing tells it apart: "
        f"{', '.join(named[:NAMED])}{more}"
        if named
        else "too few studies tell it"
    )
    rest = (
        f"Told by the other studies: {', '.join(kept)}."
        if kept
        else "Read the tau2 of the studies."
    )
    text = (
        f"The likelihood is flat in some direction of the scale coefficients ({why}). Not "
        f"identified: {', '.join(lost)}; the estimate is where the search stopped, without a "
        f"standard error. {rest}"
    )
    return (Caution("scale_likelihood_flat", text),)


def _root_of_inverse(information: FloatArray) -> FloatArray | None:
    """A matrix whose square is the inverse; None where some direction holds no information."""
    values, vectors = np.linalg.eigh(information)
    if values.size and values[0] < FLAT:
        return None
    return np.asarray(vectors / np.sqrt(values))


def _information(problem: ScaleProblem, point: ScalePoint) -> FloatArray:
    """How much of each study's variance log tau2 moves, less what its leverage takes, (k,)."""
    tau2 = np.exp(log_tau2(problem, point.delta))
    root = 1.0 / np.sqrt(problem.v + tau2)
    u, _ = np.linalg.qr(root[:, None] * problem.x)
    return np.asarray(tau2 * root**2 * (1.0 - (u * u).sum(axis=1)))
