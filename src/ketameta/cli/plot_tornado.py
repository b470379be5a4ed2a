"""The tornado diagram of a table: columns varied over ranges, study by study and all at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketameta.cli.data_columns import select_columns
from ketameta.cli.data_samples import Behind, Rows, Sample
from ketameta.cli.moderators import table_only
from ketameta.cli.plot_kinds import PlotWish
from ketameta.cli.varied_columns import demand_variable, varied_column
from ketameta.errors import DataError, UsageError
from ketameta.exchange.tabular import Table
from ketameta.figures.diagnostics.tornado import draw_tornado
from ketameta.figures.picture import Picture
from ketameta.measures.catalog import Measure
from ketameta.measures.conversions import Assumption
from ketameta.measures.effects import EffectTable, effects
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.sensitivity import assumptions


def tornado(sample: Sample, wish: PlotWish) -> Picture:
    """What was supposed, varied: columns of a table, or what a question's records rest on."""
    if sample.behind is not None:
        return _of_question(sample, sample.behind, wish)
    if not wish.options.vary:
        raise UsageError(
            "plot tornado: nothing is varied. Name columns that were supposed, with the range of "
            "plausible values, for example --vary r=0.3:0.8"
        )
    rows = table_only(sample, "plot tornado")
    ranges = [_Range.read(text, sample.measure, rows.table) for text in wish.options.vary]
    analysis = _Analysis.of(rows, sample.measure, wish.methods.zero_cells, ranges)
    found = assumptions.tornado(
        analysis.assumptions(ranges), analysis.estimates, choices=wish.methods.choices()
    )
    return draw_tornado(found, wish.subject(sample))


def _of_question(sample: Sample, behind: Behind, wish: PlotWish) -> Picture:
    if wish.options.vary:
        raise UsageError("--vary: fills empty cells of a table, so it goes with --data.")
    # Imported here: a user's table needs no records.
    from ketameta.cli.sensitivity_curated import tornado_of_question

    found = tornado_of_question(behind, wish.methods)
    if found.tornado is None:
        raise DataError(f"{sample.title}: {found.words}")
    return draw_tornado(found.tornado, wish.subject(sample))


@dataclass(frozen=True, slots=True)
class _Range:
    """A column and the range of its plausible values."""

    column: str
    low: float
    high: float

    @classmethod
    def read(cls, text: str, entry: Measure, table: Table) -> _Range:
        """From "r=0.3:0.8"."""
        name, _, limits = text.partition("=")
        try:
            low, high = (float(part) for part in limits.split(":"))
        except ValueError:
            raise UsageError(
                f"--vary: {text!r} is no column with a range. Write for example r=0.3:0.8"
            ) from None
        column = varied_column(f"--vary {text!r}", name.strip(), entry, table)
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise UsageError(f"--vary: {low:g} to {high:g} is no range. Give the lower end first.")
        demand_variable(f"--vary {text!r}", column, entry, (low, high))
        return cls(column.name, low, high)


@dataclass(frozen=True, slots=True)
class _Analysis:
    """Effect estimates of a table's rows under other values of some columns.

    `columns` are those of the table, not what was derived from them, which must be derived anew;
    with the middle of the range where a row says nothing of a column that is varied. `measures`
    says of each row what its finished estimate is of.
    """

    code: str
    zero_cells: str
    names: tuple[str, ...]
    measures: tuple[str, ...] | None
    columns: Mapping[str, FloatArray]

    @classmethod
    def of(
        cls, rows: Rows, entry: Measure, zero_cells: str | None, ranges: Sequence[_Range]
    ) -> _Analysis:
        """Of these rows."""
        lines, given = list(rows.lines), select_columns(rows.table, entry)
        columns = {name: np.array(values)[lines] for name, values in given.numbers.items()}
        measures = given.measures and tuple(given.measures[line] for line in lines)
        for one in ranges:
            own = columns.get(one.column, np.full(len(lines), np.nan))
            columns[one.column] = np.where(np.isnan(own), (one.low + one.high) / 2.0, own)
        return cls(entry.code, zero_cells or "only0", tuple(rows.labels), measures, columns)

    def assumptions(self, ranges: Sequence[_Range]) -> dict[str, Assumption]:
        """One for each study that gives an estimate and each column, as "study: column"."""
        found = {}
        used = self._effects(self.columns).rows.tolist()
        for one in ranges:
            for row in used:
                value = float(self.columns[one.column][row])
                text = f"The {one.column} of {self.names[row]} is {value:g}."
                found[f"{self.names[row]}: {one.column}"] = Assumption(
                    one.column, text, value, one.low, one.high, "as supposed by the user"
                )
        return found

    def estimates(self, values: Mapping[str, float]) -> EffectEstimates:
        """The estimates with values by "study: column"."""
        columns = {name: column.copy() for name, column in self.columns.items()}
        place = {name: row for row, name in enumerate(self.names)}
        for key, value in values.items():
            study, _, column = key.rpartition(": ")
            columns[column][place[study]] = value
        return replace(self._effects(columns).estimates, cautions=())

    def _effects(self, columns: Mapping[str, FloatArray]) -> EffectTable:
        said = {} if self.measures is None else {"measure": list(self.measures)}
        return effects(
            self.code, {**columns, **said}, labels=self.names, zero_cells=self.zero_cells
        )
