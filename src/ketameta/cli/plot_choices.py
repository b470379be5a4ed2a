"""Figures of choices, assumptions and models: from a sample to a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ketameta.cli.bayes_findings import Wish
from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.moderators import kept, table_only
from ketameta.cli.multiverse_findings import Forks, explored
from ketameta.cli.plot_kinds import PlotWish
from ketameta.cli.regress_findings import regression_choices
from ketameta.errors import UsageError
from ketameta.figures.diagnostics.bubble import draw_bubble
from ketameta.figures.diagnostics.multiverse import draw_multiverse
from ketameta.figures.diagnostics.prior_posterior import draw_prior_posterior
from ketameta.figures.diagnostics.tornado import draw_tornado
from ketameta.figures.picture import Picture
from ketameta.measures.columns import COLUMNS
from ketameta.measures.conversions import Assumption
from ketameta.measures.effects import effects
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.bayes import default_prior, density_curves, fit_posterior, summarise
from ketameta.pooling.moderator_curve import moderator_curve
from ketameta.records.problems import did_you_mean
from ketameta.sensitivity import assumptions


def multiverse(sample: Sample, wish: PlotWish) -> Picture:
    """Every combination of choices; those named by options are the only ones of their kind."""
    methods = wish.methods
    asked = (methods.tau2, methods.interval, methods.zero_cells)
    forks = Forks.of(None, wish.options.without, asked, methods.coverage)
    whole = explored(sample, forks, [sample.measure.code])
    return draw_multiverse(whole, wish.subject(sample))


def prior_posterior(sample: Sample, wish: PlotWish) -> Picture:
    """Densities of the Bayesian model."""
    asked = Wish.of(wish.options.prior, wish.options.mean_prior, 0.0, False, wish.level)
    posterior = fit_posterior(
        sample.estimates,
        prior=asked.prior or default_prior(sample.measure.code),
        mean_prior=asked.mean_prior,
    )
    found = summarise(posterior, level=wish.level)
    return draw_prior_posterior(density_curves(posterior), found, wish.subject(sample))


def bubble(sample: Sample, wish: PlotWish) -> Picture:
    """A numeric column on the axis; rows without a number are left out, and said."""
    name = wish.options.moderator
    if name is None:
        raise UsageError("plot bubble: no moderator. Name a column with --moderator COLUMN.")
    rows = table_only(sample, "plot bubble")
    values = np.array(rows.values(name))
    use = np.isfinite(values)
    used = kept(sample, use, [f"missing: {name}"] * use.size)
    for item in used.left_out[len(sample.left_out) :]:
        wish.source.output.say(f"{item.where}: {item.label}: {item.reason}. It is not drawn.")
    choices = regression_choices(wish.methods)
    curve = moderator_curve(used.estimates, values[use], moderator=name, choices=choices)
    return draw_bubble(curve, wish.subject(used))


def tornado(sample: Sample, wish: PlotWish) -> Picture:
    """Columns of a table varied, study by study and all at once."""
    if not wish.options.vary:
        raise UsageError(
            "plot tornado: nothing is varied. Name columns that were supposed, with the range of "
            "plausible values, for example --vary r=0.3:0.8"
        )
    rows = table_only(sample, "plot tornado")
    ranges = [_Range.read(text) for text in wish.options.vary]
    supposed: dict[str, Assumption] = {}
    for one in ranges:
        supposed |= _assumptions(rows, one)
    choices = wish.methods.choices()
    analysis = _Analysis(sample, wish.methods.zero_cells or "only0")
    found = assumptions.tornado(supposed, analysis.estimates, choices=choices)
    return draw_tornado(found, wish.subject(sample))


@dataclass(frozen=True, slots=True)
class _Range:
    """A column and the range of its plausible values."""

    column: str
    low: float
    high: float

    @classmethod
    def read(cls, text: str) -> _Range:
        """From "r=0.3:0.8"."""
        name, _, limits = text.partition("=")
        try:
            low, high = (float(part) for part in limits.split(":"))
        except ValueError:
            raise UsageError(
                f"--vary: {text!r} is no column with a range. Write for example r=0.3:0.8"
            ) from None
        column = COLUMNS.get(name.strip())
        if column is None:
            hint = did_you_mean(name.strip(), list(COLUMNS))
            raise UsageError(f"--vary: effect sizes have no column {name.strip()!r}. {hint}")
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise UsageError(f"--vary: {low:g} to {high:g} is no range. Give the lower end first.")
        return cls(column.name, low, high)


def _assumptions(rows: Rows, one: _Range) -> dict[str, Assumption]:
    """One assumption per study: its own value, or the middle of the range where it has none."""
    given = rows.computed.inputs.get(one.column)
    names = rows.labels
    found = {}
    for row in rows.computed.rows.tolist():
        own = math.nan if given is None else float(given[row])
        value = (one.low + one.high) / 2.0 if math.isnan(own) else own
        text = f"The {one.column} of {names[row]} is {value:g}."
        found[f"{names[row]}: {one.column}"] = Assumption(
            one.column, text, value, one.low, one.high, "as supposed by the user"
        )
    return found


@dataclass(frozen=True, slots=True)
class _Analysis:
    """Effect estimates of a table's rows under other values of some columns."""

    sample: Sample
    zero_cells: str

    def estimates(self, values: Mapping[str, float]) -> EffectEstimates:
        """The estimates with values by "study: column"."""
        rows = self.sample.rows
        assert rows is not None
        names = rows.labels
        columns: dict[str, FloatArray] = {
            name: np.array(column, dtype=np.float64)
            for name, column in rows.computed.inputs.items()
        }
        place = {name: row for row, name in enumerate(names)}
        for key, value in values.items():
            study, _, column = key.rpartition(": ")
            columns.setdefault(column, np.full(len(names), np.nan))[place[study]] = value
        code = self.sample.measure.code
        table = effects(code, columns, labels=names, zero_cells=self.zero_cells)
        return replace(table.estimates, cautions=())
