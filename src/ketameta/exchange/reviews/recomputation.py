"""Stated results of a review, computed again with the method that it states, and compared.

Re-extraction studies find errors in most meta-analyses (Xu et al. 2022, BMJ 377:e069155,
doi:10.1136/bmj-2021-069155), and RevMan exports zeros for what it has not computed yet.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from ketameta.errors import DataError, UsageError
from ketameta.exchange.reviews.analyses import (
    COUNTS,
    ReviewAnalysis,
    Stated,
    StudyData,
    analysis_table,
    groups_of,
)
from ketameta.measures.arms import Counts
from ketameta.measures.effects import EffectTable
from ketameta.measures.generic import normal_quantile
from ketameta.pooling.common_effect import Tables, pool_tables
from ketameta.pooling.pool import pool
from ketameta.pooling.presets import PRESETS
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.preset_estimates import preset_effects
from ketameta.sensitivity.preset_pool import pool_preset

TOLERANCE = 1e-4
"""Relative; RevMan states 15 digits, and what differs by less cannot be seen in its figures."""
_REVMAN_5 = PRESETS["revman-5"]
_PETO_CODES = {"PETO", "PETO_OR"}
_POOLED = ("effect", "low", "high", "tau2", "chi2", "df", "i2", "z")


@dataclass(frozen=True, slots=True)
class Difference:
    """A stated number that is not what its data give; `ours` None where it cannot be computed."""

    place: str
    what: str
    stated: float
    ours: float | None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """An analysis computed again.

    Attributes
    ----------
    analysis
        The analysis.
    values
        Overall effect, low, high, tau2, chi2, df, i2 and z on the scale of the file; empty where
        the review shows no total or it cannot be computed.
    compared
        How many stated numbers were compared.
    differences
        Those that differ.
    stale
        Places where nothing but zeros is stated: RevMan had not computed them.
    why
        Why there is no overall result, "" where there is one.
    """

    analysis: ReviewAnalysis
    values: Mapping[str, float]
    compared: int
    differences: tuple[Difference, ...]
    stale: tuple[str, ...]
    why: str = ""


def recomputed(analysis: ReviewAnalysis) -> Recomputed:
    """Compute an analysis again and compare every number that it states.

    Study effects with their intervals and weights, totals of subgroups, and the overall effect
    with tau2, Chi2, I2 and Z, by the algorithms of RevMan 5 (Deeks and Higgins 2010), or with the
    estimator and interval that the file names.
    """
    if analysis.kind == "text" or not analysis.rows:
        return Recomputed(analysis, {}, 0, (), (), "no numbers")
    work = _Comparison(analysis)
    overall = work.part("total", analysis.rows, analysis.overall, analysis.totals == "all")
    for name, rows, stated in groups_of(analysis):
        work.part(f"subgroup {name}", rows, stated, analysis.totals != "none")
    work.between_subgroups(analysis.overall)
    return Recomputed(
        analysis,
        overall,
        work.compared,
        tuple(work.differences),
        tuple(work.stale),
        work.why,
    )


class _Comparison:
    """Compares part by part and collects what differs."""

    def __init__(self, analysis: ReviewAnalysis) -> None:
        self.analysis = analysis
        self.compared = 0
        self.differences: list[Difference] = []
        self.stale: list[str] = []
        self.why = ""
        self.subgroups: list[PooledResult] = []

    def part(
        self, place: str, rows: Sequence[StudyData], stated: Stated, shown: bool
    ) -> Mapping[str, float]:
        """The total of some rows; rows themselves are compared with the part that shows weights."""
        try:
            table = _effects(self.analysis, rows)
            pooled = _pooled(self.analysis, table)
        except (DataError, UsageError) as error:
            self.why = self.why or str(error)
            return {}
        weighing = shown and (place == "total" or self.analysis.totals == "subgroups")
        if place == "total":
            self._studies(rows, table, pooled if weighing else None)
        elif weighing:
            self._weights(rows, table, pooled)
        if not shown or pooled is None:
            self.why = self.why or ("" if pooled else "no study gives an estimate")
            return {}
        ours = _natural(self.analysis, pooled)
        self._compare(place, stated, ours, _POOLED)
        if place == "total":
            return ours
        self.subgroups.append(pooled)
        return {}

    def between_subgroups(self, stated: Stated) -> None:
        """RevMan's test for subgroup differences: Q of the pooled estimates of the subgroups.

        0 is what files hold for a test that was not wanted.
        """
        if len(self.subgroups) < 2 or not stated.number("q_subgroups") > 0:
            return
        weights = np.array([pooled.se**-2 for pooled in self.subgroups])
        means = np.array([pooled.estimate for pooled in self.subgroups])
        q = float(weights @ (means - weights @ means / weights.sum()) ** 2)
        spare = max(0.0, q - (len(means) - 1))
        ours = {"q_subgroups": q, "i2_subgroups": 100 * spare / q if q else 0.0}
        self._compare("test for subgroup differences", stated, ours, tuple(ours))

    def _studies(
        self, rows: Sequence[StudyData], table: EffectTable, pooled: PooledResult | None
    ) -> None:
        half = float(normal_quantile(self.analysis.study_level)) * np.sqrt(table.estimates.v)
        y = table.estimates.y
        for i, row in enumerate(int(r) for r in table.rows):
            ends = {"effect": y[i], "low": y[i] - half[i], "high": y[i] + half[i]}
            ours = {name: self._shown(float(value)) for name, value in ends.items()}
            self._compare(rows[row].study, rows[row].stated, ours, ("effect", "low", "high"))
        if pooled is not None:
            self._weights(rows, table, pooled)

    def _weights(
        self, rows: Sequence[StudyData], table: EffectTable, pooled: PooledResult | None
    ) -> None:
        if pooled is None:
            return
        for i, row in enumerate(int(r) for r in table.rows):
            stated = rows[row].stated
            if not stated.stale:
                self._compare(
                    rows[row].study, stated, {"weight": float(pooled.weights[i])}, ("weight",)
                )

    def _shown(self, value: float) -> float:
        return math.exp(min(value, 700.0)) if self.analysis.is_ratio else value

    def _compare(
        self, place: str, stated: Stated, ours: Mapping[str, float], names: Sequence[str]
    ) -> None:
        if "effect" in ours and stated.stale and abs(ours["high"] - ours["low"]) > 0:
            self.stale.append(place)
            return
        for name in names:
            said, mine = stated.number(name), ours.get(name)
            if math.isnan(said) or mine is None or math.isnan(mine):
                continue
            self.compared += 1
            if abs(said - mine) > _allowed(stated.values[name], mine):
                self.differences.append(Difference(place, name, said, mine))


def _allowed(text: str, ours: float) -> float:
    """Half a unit of the last digit stated, but never less than the tolerance."""
    exponent = Decimal(text.strip()).as_tuple().exponent
    last = min(exponent, 0) if isinstance(exponent, int) else 0
    rounding = 0.5 * 10.0 ** max(last, -300) if last else 0.0
    return max(TOLERANCE * abs(ours), rounding, 1e-9)


def _effects(analysis: ReviewAnalysis, rows: Sequence[StudyData]) -> EffectTable:
    """The estimates of the rows as RevMan makes them."""
    table = analysis_table(replace(analysis, rows=tuple(rows)), "analysis")
    names = [
        name
        for name in table.columns
        if name.rpartition("_")[0] in ("events", "n", "mean", "sd") or name in ("yi", "vi", "sei")
    ]
    columns = {
        name: [math.nan if cell is None else float(cell) for cell in table.columns[name]]
        for name in names
    }
    code = analysis.measure
    if code in _PETO_CODES and "yi" not in columns:
        code = "PETO"
    if "yi" in columns:
        columns = {name: columns[name] for name in ("yi", "vi", "sei") if name in columns}
        code = "GEN" if code == "PETO" else code
        code = "GEN" if code not in ("OR", "RR", "RD", "MD", "SMD", "HR") else code
    return preset_effects(code, columns, _REVMAN_5, labels=[row.study for row in rows])


def _pooled(analysis: ReviewAnalysis, table: EffectTable) -> PooledResult | None:
    """The pooled result by the stated method; None without estimates."""
    if table.estimates.k == 0:
        return None
    counted = all(name in table.inputs for name in COUNTS)
    if counted and not analysis.random and analysis.method in ("MH", "PETO"):
        a, n1, c, n2 = (table.inputs[name][table.rows] for name in COUNTS)
        tables = Tables.from_counts(Counts(a, n1), Counts(c, n2), table.estimates.labels)
        code = "Peto-OR" if analysis.method == "PETO" else f"MH-{analysis.measure}"
        return pool_tables(tables, method=code, level=analysis.level)
    if not analysis.random:
        return pool(table.estimates, tau2="EE", interval="wald", level=analysis.level)
    if (analysis.estimator, analysis.interval) == ("DL", "wald"):
        centre = "MH" if analysis.method == "MH" else "IV"
        entry = replace(_REVMAN_5, q_centre=centre)
        return pool_preset(table, entry, level=analysis.level).pooled
    return pool(
        table.estimates,
        tau2=analysis.estimator,
        interval=analysis.interval,
        level=analysis.level,
    )


def _natural(analysis: ReviewAnalysis, pooled: PooledResult) -> dict[str, float]:
    spread = pooled.heterogeneity

    def shown(value: float | None) -> float:
        if value is None:
            return math.nan
        return math.exp(min(value, 700.0)) if analysis.is_ratio else value

    by_tau2 = analysis.random and (analysis.estimator, analysis.interval) != ("DL", "wald")
    i2 = spread.i2 if by_tau2 else spread.i2_q
    alone = pooled.k < 2
    return {
        "effect": shown(pooled.estimate),
        "low": shown(pooled.interval.low),
        "high": shown(pooled.interval.high),
        "tau2": (spread.tau2 or 0.0) if analysis.random and not alone else math.nan,
        "chi2": math.nan if alone else spread.q,
        "df": math.nan if alone else float(spread.q_df),
        "i2": math.nan if alone or i2 is None else i2,
        "z": math.nan if pooled.statistic is None else abs(pooled.statistic),
    }


def said(found: Recomputed) -> Iterator[str]:
    """Sentences about what differs, one per number, and one about zeros."""
    analysis = found.analysis
    for difference in found.differences:
        yield (
            f"{analysis.id}: {difference.place}: {difference.what} is stated as "
            f"{difference.stated:.6g}; the data give {difference.ours:.6g}."
        )
    if found.stale:
        shown = ", ".join(found.stale[:4]) + (" and others" if len(found.stale) > 4 else "")
        yield (
            f"{analysis.id}: stale zeros: effect and interval are stated as 0 and were never "
            f"computed ({shown}). Only the data are used."
        )
    if found.why and analysis.totals == "all" and analysis.kind != "text":
        yield f"{analysis.id}: not recomputed: {found.why}"
