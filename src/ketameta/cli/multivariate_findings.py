"""Models of several outcomes as values and text: effects, variances, correlations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Sample
from ketameta.cli.document import Block, Column, Grid, Heading, Line, Paragraph
from ketameta.cli.json_numbers import display, finite
from ketameta.cli.multilevel_wish import Dependence
from ketameta.cli.reading import effect_texts, effect_title, number_text, statistics_grid
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.multilevel_outcome_effects import (
    OutcomeEffect,
    outcome_deviations,
    outcome_effects,
)
from ketameta.pooling.multilevel_outcome_intervals import outcome_intervals
from ketameta.pooling.multilevel_structures import STRUCTURES

MOVES = "the effect moves with the moderators: see the coefficients"
"""Why an outcome has no effect of its own."""
KINDS = {"tau2": "τ²", "rho": "Correlation"}


def outcome_values(sample: Sample, wish: Dependence, model: MultivariateResult) -> dict[str, Any]:
    """What only this kind of model has; null under the names that only the other has."""
    effects = outcome_effects(model)
    return {
        "outcome": wish.outcome,
        "structure": model.structure,
        "components": None,
        "outcomes": [_outcome(sample, model, i, effect) for i, effect in enumerate(effects)],
        "correlation": [[finite(float(x)) for x in row] for row in model.correlation],
        "intervals": _intervals(model) if wish.profile_intervals else None,
        "i2": None,
        "pi_low": None,
        "pi_high": None,
        "predictions": [],
        "random_effects": {"between": _deviations(model)} if wish.random_effects else None,
    }


def _deviations(model: MultivariateResult) -> list[dict[str, Any]]:
    found = outcome_deviations(model)
    columns = (found.value, found.se, found.low, found.high)
    # A deviation of -0 is 0.
    numbers = zip(*((column + 0.0).tolist() for column in columns), strict=True)
    names = ("value", "se", "pi_low", "pi_high")
    return [
        {"label": label, "outcome": outcome, **dict(zip(names, row, strict=True))}
        for label, outcome, row in zip(found.clusters, found.outcomes, numbers, strict=True)
    ]


def _outcome(
    sample: Sample, model: MultivariateResult, i: int, effect: OutcomeEffect | None
) -> dict[str, Any]:
    """One outcome; without an effect of its own where that moves with moderators."""
    reported = model.outcome.index == i
    limits: dict[str, Any] = dict.fromkeys(("estimate", "ci_low", "ci_high", "pi_low", "pi_high"))
    if effect is not None:
        limits = {
            "estimate": finite(effect.estimate),
            "ci_low": finite(effect.interval.low),
            "ci_high": finite(effect.interval.high),
            "pi_low": finite(effect.prediction.low),
            "pi_high": finite(effect.prediction.high),
        }
    return {
        "outcome": model.outcomes[i],
        "k": int(reported.sum()),
        "clusters": int(np.unique(model.cluster.index[reported]).size),
        **limits,
        "tau2": float(model.tau2[i]),
        "reason": MOVES if effect is None else None,
        "display": display(sample.measure, limits),
    }


def _intervals(model: MultivariateResult) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.kind,
            "outcomes": list(one.outcomes),
            "estimate": one.estimate,
            "ci_low": finite(one.interval.low),
            "ci_high": finite(one.interval.high),
        }
        for one in outcome_intervals(model)
    ]


def outcome_blocks(sample: Sample, values: dict[str, Any]) -> Iterator[Block]:
    """Effects on each outcome on the scale that readers see, and how true effects correlate."""
    rows, level = values["outcomes"], values["level"] / 100
    titles = {"outcome": "Outcome", "clusters": "Clusters", "k": "Estimates"}
    shown = [{name: row[name] for name in (*titles, "tau2")} for row in rows]
    if any(row["estimate"] is not None for row in rows):
        means = [(row["estimate"], row["ci_low"], row["ci_high"]) for row in rows]
        ahead = [(row["estimate"], row["pi_low"], row["pi_high"]) for row in rows]
        mean, new = (effect_texts(sample.measure, level, triples) for triples in (means, ahead))
        for i, row in enumerate(shown):
            row["effect"], row["new"] = mean[i], new[i].partition("[")[2].join(("[", ""))
        titles |= {"effect": effect_title(sample.measure, level), "new": "New study"}
    titles["tau2"] = "τ²"
    yield statistics_grid(shown, titles, text=("outcome", "effect", "new"))
    moving = [row["outcome"] for row in rows if row["reason"]]
    if moving:
        yield Paragraph(f"No effect of its own: {', '.join(moving)}; {MOVES}.", tone="quiet")
    if len(rows) > 2:
        yield Heading("Correlations of true effects", level=3)
        yield _correlations([row["outcome"] for row in rows], values["correlation"])
    if values["intervals"]:
        yield Heading("Profile-likelihood intervals", level=3)
        named = [
            {**row, "of": f"{KINDS[row['kind']]} {', '.join(row['outcomes'])}"}
            for row in values["intervals"]
        ]
        titles = {"of": "", "estimate": "Estimate", "ci_low": "Low", "ci_high": "High"}
        yield statistics_grid(named, titles, text=("of",))


def outcome_fields(values: dict[str, Any]) -> Sequence[tuple[str, str]]:
    """The structure of true effects, and the correlation where there is but one."""
    found = [("Structure", f"{values['structure']} ({STRUCTURES[values['structure']].name})")]
    if len(values["outcomes"]) == 2:
        found += [("Correlation", number_text(values["correlation"][0][1]))]
    return found


def _correlations(names: Sequence[str], matrix: Sequence[Sequence[float | None]]) -> Grid:
    """The lower triangle."""
    columns = (Column(""), *(Column(name, right=True) for name in names[:-1]))
    lines = (
        Line((name, *(number_text(x) for x in row[:i]), *[""] * (len(names) - 1 - i)))
        for i, (name, row) in enumerate(zip(names, matrix, strict=True))
        if i > 0
    )
    return Grid(columns, tuple(lines))
