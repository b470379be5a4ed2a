"""How sensitivity analyses pool: by methods that were chosen, or as a whole program does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ketameta.measures.effects import EffectTable
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.pooling.presets import Preset
from ketameta.pooling.result import PooledResult
from ketameta.pooling.settle import settle
from ketameta.sensitivity.preset_pool import pool_preset

Pooler = Callable[[EffectEstimates], PooledResult]
"""Pools some estimates, however it does."""

Pooling = PoolingChoices | Pooler | None
"""What the sensitivity analyses take: choices, a pooler, or None for the defaults."""


def pooler(pooling: Pooling) -> Pooler:
    """A function that pools by these choices; `pooling` itself where it is one.

    Raises
    ------
    UsageError
        For methods that do not exist or do not fit together.
    """
    if callable(pooling):
        return pooling
    settled = settle(pooling or PoolingChoices())
    return lambda estimates: pool(estimates, settled)


def program_pooler(table: EffectTable, program: Preset, *, level: float = 0.95) -> Pooler:
    """A function that pools estimates as a program does, with all its rules.

    Parameters
    ----------
    table
        From `preset_effects`. Estimates are found in it by their labels: where all that are
        pooled stand in it and have counts, a program that takes Q around the Mantel-Haenszel
        estimate does so; an estimate without counts (a filled-in study) has none.
    """
    places = dict(zip(table.estimates.labels, table.rows, strict=True))

    def pooled(estimates: EffectEstimates) -> PooledResult:
        if all(label in places for label in estimates.labels):
            rows = np.array([places[label] for label in estimates.labels], dtype=np.intp)
            part = EffectTable(estimates, (), rows, table.inputs)
        else:
            part = EffectTable(estimates, (), np.arange(estimates.k), {})
        return pool_preset(part, program, level=level).pooled

    return pooled
