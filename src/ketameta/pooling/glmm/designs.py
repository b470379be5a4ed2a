"""From event data to the design of each model, and what makes its estimate infinite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import DataError
from ketameta.pooling.glmm.design import Design
from ketameta.pooling.glmm.hypergeometric import HypergeometricTables
from ketameta.pooling.glmm.likelihoods import BinomialCells, Cells, PoissonCells, Shifted
from ketameta.pooling.glmm.tables import EventData

HALVES = np.array([[0.5], [-0.5]])
ONE = np.ones((1, 1))
Flags = NDArray[np.bool_]


def design_of(data: EventData, model: str) -> Design:
    """The design of a model of the catalog."""
    if model == "UM.FS":
        return Design(_arms(data), HALVES, HALVES, np.ones(2), data.k)
    if model == "UM.RS":
        both = np.column_stack([HALVES, np.ones(2)])
        return Design(_arms(data), both, both, None, data.k)
    return Design((_single(data, model),), ONE, ONE, None, data.k)


def common_design(data: EventData, model: str) -> Design:
    """The same model with one effect for all studies (UM.RS keeps its random intercepts)."""
    whole = design_of(data, model)
    kept = whole.random[:, 1:] if model == "UM.RS" and data.k > 1 else whole.random[:, :0]
    return replace(whole, random=kept)


def saturated_design(data: EventData) -> Design:
    """UM.RS with a treatment effect of its own for each study, added in group 1, as in metafor."""
    level = np.ones((2, 1))
    return Design(_arms(data), level, level, np.array([1.0, 0.0]), data.k)


def _arms(data: EventData) -> tuple[Cells, ...]:
    kind = BinomialCells if data.counted else PoissonCells
    return tuple(kind(x, n) for x, n in zip(data.events, data.size, strict=True))


def _single(data: EventData, model: str) -> Cells:
    """The one likelihood of each study in a conditional or single-group model."""
    if len(data.events) == 1:
        return _arms(data)[0]
    total = data.events[0] + data.events[1]
    if model == "CM.EL" and data.counted:
        return HypergeometricTables(data.events[0], data.size[0], data.size[1], total)
    # Given the total, events of group 1 are binomial: exactly for Poisson counts, nearly for
    # rare events among people.
    cells = BinomialCells(data.events[0], total)
    return Shifted(cells, np.log(data.size[0]) - np.log(data.size[1]))


def refuse_infinite(data: EventData, model: str) -> None:
    """Stop where the likelihood rises for ever as the effect goes to plus or minus infinity.

    Raises
    ------
    DataError
        With what the data look like and what can be done.
    """
    for low, high, text in _extremes(data, model):
        if bool(np.all(low)) or bool(np.all(high)):
            infinite = "minus infinity" if bool(np.all(low)) else "infinity"
            raise DataError(
                f"mixed model: {text}, so the estimate of the {data.measure} is {infinite} and "
                "has no standard error. " + _advice(data)
            )


def _advice(data: EventData) -> str:
    if len(data.events) == 1:
        return "Report the exact confidence interval of the pooled count instead."
    if data.counted:
        return (
            "Use the risk difference, the Peto method, or a Bayesian model with a proper prior "
            "of the mean, and report the counts."
        )
    return "Use the rate difference, or a Bayesian model, and report the counts."


def _extremes(data: EventData, model: str) -> Iterator[tuple[Flags, Flags, str]]:
    """For each study, whether it drives the effect down or up without limit."""
    x, n = data.events, data.size
    if len(x) == 1:
        full = x[0] == n[0] if data.counted else np.zeros(data.k, dtype=np.bool_)
        yield x[0] == 0, full, "no study has an event, or all have events in everybody"
        return
    a, c = x
    if model == "UM.RS":
        # Studies lend each other strength, so that only a whole empty or full group does harm.
        a, c = np.atleast_1d(a.sum()), np.atleast_1d(c.sum())
        n = tuple(np.atleast_1d(size.sum()) for size in n)
    if data.counted and model != "CM.AL":
        low, high = np.maximum(0.0, a + c - n[1]), np.minimum(n[0], a + c)
    else:
        low, high = np.zeros(a.size), a + c
    yield (
        a == low,
        a == high,
        ("one group has no event (or events in everybody) in all studies that carry information"),
    )
