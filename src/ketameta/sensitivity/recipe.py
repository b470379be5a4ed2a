"""`Recipe`: how estimates are made from columns and pooled, again and again with other numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures.effects import EffectTable, effects
from ketameta.measures.estimates import EffectEstimates
from ketameta.measures.zero_cells import ZeroCells
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.pooling.presets import Preset
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.preset_estimates import preset_effects
from ketameta.sensitivity.preset_pool import pool_preset


@dataclass(frozen=True, slots=True)
class Recipe:
    """From columns to a pooled result.

    Attributes
    ----------
    code
        A measure of `measures.catalog`.
    choices
        How to pool; None for the defaults. Under a program only the level counts.
    zero_cells
        Rule, or rule and amount; under a program its own is used.
    program
        The preset that makes the estimates and pools them with all its rules, or None.
    """

    code: str
    choices: PoolingChoices | None = None
    zero_cells: str | ZeroCells = "only0"
    program: Preset | None = None

    def table(
        self, columns: Mapping[str, ArrayLike], labels: Sequence[str] | None = None
    ) -> EffectTable:
        """Estimates of rows with counts, means or finished estimates, as `effects`."""
        if self.program is not None:
            return preset_effects(self.code, columns, self.program, labels=labels)
        return effects(self.code, columns, labels=labels, zero_cells=self.zero_cells)

    def pooled(self, table: EffectTable) -> PooledResult:
        """The pooled result of such a table."""
        if self.program is None:
            return pool(table.estimates, self.choices)
        level = 0.95 if self.choices is None else self.choices.level
        return pool_preset(table, self.program, level=level).pooled

    def pooled_estimates(self, estimates: EffectEstimates) -> PooledResult:
        """The pooled result of estimates that have no columns behind them."""
        return self.pooled(EffectTable(estimates, (), np.arange(estimates.k), {}))
