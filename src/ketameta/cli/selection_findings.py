"""Selection models as values, lines and text."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Sample, too_far_apart
from ketameta.cli.document import Block, Paragraph, fields
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.json_numbers import finite
from ketameta.cli.no_contrast import refuse_without_contrast
from ketameta.cli.reading import (
    NUMBERS,
    effect_texts,
    effect_title,
    number_text,
    statistics_grid,
)
from ketameta.errors import UsageError
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.bias.selection.choices import SelectionChoices, vevea_woods
from ketameta.sensitivity.bias.selection.fit import selection_model
from ketameta.sensitivity.bias.selection.result import SelectionModel


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for, in words of the command line."""

    model: str
    steps: str
    weights: str | None
    fixed: str | None
    alternative: str
    precision: str

    def choices(self, *, equal_effects: bool, level: float) -> SelectionChoices:
        """The model; UsageError for numbers and options that do not fit."""
        if self.fixed is not None:
            if self.model != "step" or self.weights is not None:
                raise UsageError("--vevea-woods: has steps and weights of its own.")
            found = vevea_woods(self.fixed, alternative=self.alternative)
            return replace(found, equal_effects=equal_effects, level=level)
        if self.weights is not None and self.model != "step":
            raise UsageError("--weights: goes with --type step.")
        return SelectionChoices(
            self.model,
            _numbers("--steps", self.steps),
            None if self.weights is None else _numbers("--weights", self.weights),
            self.alternative,
            self.precision,
            equal_effects,
            level,
        )


def _numbers(option: str, text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"{option}: {text!r} is not numbers. Write for example .025,.5.") from None


@np.errstate(all="ignore")
def selection_findings(source: str, sample: Sample, choices: SelectionChoices) -> Findings:
    """A selection model of one sample."""
    common = {"measure": sample.measure.code, "k": sample.estimates.k}
    if sample.estimates.k == 0:
        return Findings({**common, "excluded": excluded(sample)}, [common], excluded_blocks(sample))
    refuse_without_contrast(sample, "A selection model")
    try:
        found = selection_model(sample.estimates, choices)
    except (ArithmeticError, np.linalg.LinAlgError):  # variances too far apart
        raise too_far_apart(source) from None
    if not math.isfinite(found.estimate):
        raise too_far_apart(source)
    numbers = _numbers_of(found)
    weights = _weights(found)
    cautions = (*sample.estimates.cautions, *found.cautions)
    values = {
        **common,
        "model": found.model,
        "alternative": found.alternative,
        "level": round(100 * choices.level, 10),
        **numbers,
        "weights": weights,
        "unadjusted": {
            "estimate": finite(found.unadjusted.estimate),
            "se": finite(found.unadjusted.se),
            "ci_low": finite(found.unadjusted.interval.low),
            "ci_high": finite(found.unadjusted.interval.high),
            "tau2": finite(found.unadjusted.heterogeneity.tau2),
            "tau2_method": found.unadjusted.tau2_method,
            "interval_method": found.unadjusted.interval_method,
        },
        "local_maxima": found.local_maxima,
        "excluded": excluded(sample),
        "warnings": warnings(cautions),
    }
    line = {**common, "model": found.model, "alternative": found.alternative, **numbers}
    line |= {f"weight_{i + 1}": one["value"] for i, one in enumerate(weights)}
    return Findings(
        values,
        [line],
        (*_blocks(sample, found, weights), *caution_blocks(cautions), *excluded_blocks(sample)),
    )


def _numbers_of(found: SelectionModel) -> dict[str, Any]:
    return {
        "estimate": finite(found.estimate),
        "se": finite(found.se),
        "ci_low": finite(found.interval.low),
        "ci_high": finite(found.interval.high),
        "statistic": finite(found.statistic),
        "p_value": finite(found.p_value),
        "tau2": finite(found.tau2),
        "tau2_se": finite(found.tau2_se),
        "log_likelihood": finite(found.log_likelihood),
        "aic": finite(found.aic),
        "lr_statistic": finite(found.lr_statistic),
        "lr_df": found.lr_df,
        "lr_p": finite(found.lr_p),
    }


def _weights(found: SelectionModel) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "k": one.k,
            "value": finite(one.value),
            "se": finite(one.se),
            "ci_low": finite(one.interval.low),
            "ci_high": finite(one.interval.high),
            "p_value": finite(one.p_value),
            "fixed": one.fixed,
        }
        for one in found.weights
    ]


def _blocks(
    sample: Sample, found: SelectionModel, weights: list[dict[str, Any]]
) -> tuple[Block, ...]:
    plain = found.unadjusted
    rows = [
        (plain.estimate, plain.interval.low, plain.interval.high),
        (found.estimate, found.interval.low, found.interval.high),
    ]
    texts = effect_texts(sample.measure, plain.level, rows)
    shown: list[dict[str, Any]] = [
        {"name": "As reported", "effect": texts[0], "tau2": plain.heterogeneity.tau2},
        {"name": "Before selection", "effect": texts[1], "tau2": found.tau2},
    ]
    titles = {"name": "Mean", "effect": effect_title(sample.measure, plain.level), "tau2": "tau2"}
    columns = {"name": "P values", "k": "k", "value": "Weight", "ci_low": "Low", "ci_high": "High"}
    test = ""
    if found.lr_statistic is not None:
        p = NUMBERS.p_value(found.lr_p)
        test = f"chi² = {number_text(found.lr_statistic)} on {found.lr_df} df, {p}"
    return (
        statistics_grid(shown, titles, text=("name", "effect")),
        Paragraph(_how(plain), tone="quiet"),
        statistics_grid(weights, columns, text=("name",)),
        fields(("Weight function", found.model), ("No selection", test)),
    )


def _how(plain: PooledResult) -> str:
    """What both means are, since `pool` gives the same studies another interval."""
    model = "maximum likelihood" if plain.tau2_method == "ML" else "equal effects"
    return (
        f"Both means are by {model} with a normal (Wald) interval, as selection models are fitted. "
        "ketameta pool takes REML and the Hartung-Knapp-Sidik-Jonkman interval unless told "
        "otherwise, so its interval differs, and with few studies is usually wider; compare these "
        "two rows with each other."
    )
