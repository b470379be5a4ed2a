"""Coordinates of diagnostic plots as values, and the little of them that reads well as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Sample
from ketameta.cli.document import Block, Paragraph, fields
from ketameta.cli.json_numbers import finite
from ketameta.cli.reading import number_text, statistics_grid
from ketameta.cli.sensitivity_counts import counted_arms
from ketameta.cli.sensitivity_wish import Variation, Varied
from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.bias.funnel import funnel_plot
from ketameta.sensitivity.drapery import drapery_plot
from ketameta.sensitivity.labbe import labbe_plot
from ketameta.sensitivity.likelihood_profile import likelihood_profile
from ketameta.sensitivity.normal_quantiles import normal_quantiles
from ketameta.sensitivity.radial import radial_plot

SHOWN = 9
"""Points of a curve that are shown for reading."""


def _rows(labels: Sequence[str], columns: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    return [
        {"study": label, **{name: _plain(column[i]) for name, column in columns.items()}}
        for i, label in enumerate(labels)
    ]


def _points(columns: dict[str, FloatArray | None]) -> list[dict[str, Any]]:
    size = max(column.size for column in columns.values() if column is not None)
    return [
        {name: None if c is None else _plain(c[i]) for name, c in columns.items()}
        for i in range(size)
    ]


def _plain(value: Any) -> Any:
    return bool(value) if isinstance(value, np.bool_) else finite(float(value))


def _some(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    places = np.unique(np.linspace(0, len(rows) - 1, SHOWN).round().astype(int))
    return [rows[i] for i in places]


def _beyond(count: int, what: str) -> Paragraph:
    text = f"{count} points of the {what}; --format csv or json has them all."
    return Paragraph(text, tone="quiet")


def radial(sample: Sample, wish: Variation) -> Varied:
    """z scores against precision."""
    choices = wish.methods.choices()
    tau2 = wish.methods.tau2 or "EE"
    found = radial_plot(sample.estimates, tau2=tau2, level=choices.level)
    columns = {"precision": found.precision, "z": found.z, "outside": found.outside}
    rows = _rows(found.labels, columns)
    whole = {"slope": found.slope, "half_width": found.half_width, "tau2": finite(found.tau2)}
    titles = {"study": "Study", "precision": "Precision", "z": "z", "outside": "Outside"}
    text = (
        f"Line through 0 with slope {number_text(found.slope)} (the mean); studies further than "
        f"{number_text(found.half_width)} from it stand outside."
    )
    return Varied(rows, whole, [statistics_grid(rows, titles, text=("study",)), Paragraph(text)])


def labbe(sample: Sample, wish: Variation) -> Varied:
    """Risk in group 1 against risk in group 2."""
    labels, first, second = counted_arms(sample, "labbe")
    found = labbe_plot(
        first,
        second,
        code=sample.measure.code,
        labels=tuple(labels),
        choices=wish.methods.choices(),
    )
    columns = {
        "risk_1": found.risk_1,
        "risk_2": found.risk_2,
        "people": found.people,
        "weight": found.weight,
    }
    rows = [
        {**row, "people": int(row["people"]) if row["people"].is_integer() else row["people"]}
        for row in _rows(found.labels, columns)
    ]
    curve = {
        "risk_2": found.axis,
        "risk_1": found.curve,
        "ci_low": found.curve_low,
        "ci_high": found.curve_high,
    }
    titles = {
        "study": "Study",
        "risk_1": "Risk, group 1",
        "risk_2": "Risk, group 2",
        "people": "People",
        "weight": "Weight %",
    }
    return Varied(
        rows, {"curve": _points({**curve})}, [statistics_grid(rows, titles, text=("study",))]
    )


def drapery(sample: Sample, wish: Variation) -> Varied:
    """p values of every possible effect."""
    found = drapery_plot(sample.estimates, wish.methods.choices())
    shown = np.asarray(sample.measure.to_display(found.effect))
    rows = _points(
        {
            "effect": found.effect,
            "display": shown,
            "pooled": found.pooled,
            "prediction": found.prediction,
        }
    )
    lines = [
        {**row, **{label: float(found.studies[j, i]) for j, label in enumerate(found.labels)}}
        for i, row in enumerate(rows)
    ]
    studies = [
        {"study": label, "p_values": found.studies[j].tolist()}
        for j, label in enumerate(found.labels)
    ]
    titles = {"display": "Effect", "pooled": "P, mean", "prediction": "P, new study"}
    if found.prediction is None:
        del titles["prediction"]
    blocks: list[Block] = [statistics_grid(_some(rows), titles), _beyond(len(rows), "curves")]
    return Varied(rows, {"studies": studies}, blocks, lines=lines)


def profile(sample: Sample, wish: Variation) -> Varied:
    """Log-likelihood of tau2."""
    choices = wish.methods.choices()
    found = likelihood_profile(
        sample.estimates, restricted=choices.tau2 != "ML", level=choices.level
    )
    rows = _points(
        {"tau2": found.tau2, "log_likelihood": found.log_likelihood, "estimate": found.mean}
    )
    whole = {
        "peak": found.peak,
        "peak_log_likelihood": found.peak_log_likelihood,
        "cut_off": found.cut_off,
        "local_maxima": found.local_maxima,
        "restricted": found.restricted,
    }
    facts = fields(
        ("Highest", f"tau2 {number_text(found.peak)}, {number_text(found.peak_log_likelihood)}"),
        ("Cut-off", f"{number_text(found.cut_off)}: tau2 above it are in the interval"),
        ("Likelihood", "restricted (REML)" if found.restricted else "full (ML)"),
        ("Maxima", str(found.local_maxima)),
    )
    titles = {"tau2": "tau2", "log_likelihood": "Log-likelihood", "estimate": "Mean"}
    return Varied(
        rows, whole, [facts, statistics_grid(_some(rows), titles), _beyond(len(rows), "curve")]
    )


def quantiles(sample: Sample, wish: Variation) -> Varied:
    """Residuals against normal quantiles."""
    choices = wish.methods.choices()
    found = normal_quantiles(
        sample.estimates,
        tau2=choices.tau2,
        deleted=wish.options.deleted,
        level=choices.level,
    )
    columns = {
        "quantile": found.quantile,
        "residual": found.residual,
        "envelope_low": found.envelope_low,
        "envelope_high": found.envelope_high,
    }
    rows = _rows(found.labels, columns)
    titles = {
        "study": "Study",
        "quantile": "Expected",
        "residual": "Residual",
        "envelope_low": "From",
        "envelope_high": "To",
    }
    return Varied(
        rows, {"deleted": found.deleted}, [statistics_grid(rows, titles, text=("study",))]
    )


def funnel(sample: Sample, wish: Variation) -> Varied:
    """Effects against standard errors, and contours of p values."""
    choices = wish.methods.choices()
    found = funnel_plot(sample.estimates, tau2=wish.methods.tau2 or "EE", level=choices.level)
    columns = {"effect": found.effect, "se": found.se, "p_value": found.p_value}
    rows = _rows(found.labels, columns)
    whole = {
        "centre": finite(found.centre),
        "null": finite(found.null),
        "funnel": _points(
            {"se": found.se_axis, "low": found.funnel_low, "high": found.funnel_high}
        ),
        "contours": [
            {"alpha": c.alpha, "low": c.low.tolist(), "high": c.high.tolist()}
            for c in found.contours
        ],
    }
    titles = {"study": "Study", "effect": "Effect", "se": "SE", "p_value": "P"}
    scale = sample.measure.analysis_label
    text = f"On the analysis scale ({scale}) around {number_text(found.centre)}."
    blocks: list[Block] = [
        statistics_grid(rows, titles, text=("study",)),
        Paragraph(text, tone="quiet"),
    ]
    return Varied(rows, whole, blocks, found.cautions)
