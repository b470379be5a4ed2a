"""Three-level models as values and text: components of variance, deviations of clusters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ketameta.cli.data_samples import Sample
from ketameta.cli.document import Block, Heading
from ketameta.cli.json_numbers import finite
from ketameta.cli.multilevel_wish import Dependence
from ketameta.cli.reading import (
    NUMBERS,
    effect_texts,
    effect_title,
    number_text,
    statistics_grid,
)
from ketameta.cli.regress_grids import prediction_blocks
from ketameta.cli.regress_more import Data, prediction_rows
from ketameta.pooling.multilevel_effects import (
    LEVELS,
    component_test,
    random_effects,
    variance_intervals,
)
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.robust_tests import RobustResult

DEVIATIONS = {
    "label": "",
    "value": "Deviation",
    "se": "SE",
    "pi_low": "Low",
    "pi_high": "High",
}


def level_values(
    sample: Sample, wish: Dependence, model: MultilevelResult, data: Data
) -> dict[str, Any]:
    """What only this kind of model has; null under the names that only the other has."""
    ahead = model.prediction
    return {
        "outcome": None,
        "structure": None,
        "components": _components(model),
        "outcomes": None,
        "correlation": None,
        "intervals": None,
        "i2": finite(model.i2),
        "pi_low": None if ahead is None else finite(ahead.low),
        "pi_high": None if ahead is None else finite(ahead.high),
        "predictions": prediction_rows(model, wish.predict, data, sample.measure),
        "random_effects": {level: _deviations(model, level) for level in LEVELS}
        if wish.random_effects
        else None,
    }


def _components(model: MultilevelResult) -> list[dict[str, Any]]:
    limits = {one.level: one.interval for one in variance_intervals(model)}
    found = []
    for one in model.components:
        interval = limits.get(one.level)
        test = component_test(model, one.level) if one.estimated else None
        found.append(
            {
                "level": one.level,
                "sigma2": one.sigma2,
                "groups": one.groups,
                "i2": finite(one.i2),
                "ci_low": None if interval is None else finite(interval.low),
                "ci_high": None if interval is None else finite(interval.high),
                "lr_statistic": None if test is None else finite(test.statistic),
                "lr_p": None if test is None else finite(test.p_value),
                "lr_p_boundary": None if test is None else finite(test.p_boundary),
            }
        )
    return found


def _deviations(model: MultilevelResult, level: str) -> list[dict[str, Any]]:
    found = random_effects(model, level)
    columns = (found.value, found.se, found.low, found.high)
    # A deviation of -0 is 0.
    numbers = zip(*((column + 0.0).tolist() for column in columns), strict=True)
    return [
        {"label": label, **dict(zip(("value", "se", "pi_low", "pi_high"), row, strict=True))}
        for label, row in zip(found.labels, numbers, strict=True)
    ]


def level_lines(model: MultilevelResult) -> dict[str, float]:
    """Beside each coefficient in CSV."""
    return {f"sigma2_{one.level}": one.sigma2 for one in model.components}


def level_fields(values: dict[str, Any]) -> Sequence[tuple[str, str]]:
    """The components in words."""
    return [(f"σ² {one['level']} clusters", _component(one)) for one in values["components"]]


def _component(one: dict[str, Any]) -> str:
    text = number_text(one["sigma2"])
    if one["lr_p"] is None:  # held, not estimated
        return text
    high = "∞" if one["ci_high"] is None else number_text(one["ci_high"])
    test = f"test of 0: {NUMBERS.p_value(one['lr_p_boundary'])}"
    limits = f"({number_text(one['ci_low'])} to {high})"
    return f"{text} {limits}; I² {NUMBERS.percent(one['i2'], 0)}; {test}"


def wanted_blocks(sample: Sample, values: dict[str, Any]) -> Iterator[Block]:
    """Predicted effects, and deviations of clusters and units, where they are wanted."""
    if values["predictions"]:
        level = values["level"] / 100
        yield from prediction_blocks(sample, values["predictions"], level, "New estimate")
    for level, rows in (values["random_effects"] or {}).items():
        yield Heading(f"Deviations {level} clusters", level=3)
        titles = {**DEVIATIONS, "label": "Cluster" if level == "between" else "Unit"}
        if values["outcome"] is not None:
            titles = {"label": "Cluster", "outcome": "Outcome", **titles}
        yield statistics_grid(rows, titles, text=("label", "outcome"))


def mean_blocks(
    sample: Sample, model: MultilevelResult, sandwich: RobustResult | None
) -> Iterator[Block]:
    """The mean on the scale that readers see: by the model, robust, and for a new estimate."""
    one, ahead = model.coefficients[0], model.prediction
    if model.p > 1 or ahead is None:
        return
    rows = [("Model", (one.estimate, one.interval.low, one.interval.high))]
    if sandwich is not None:
        two = sandwich.coefficients[0]
        rows.append(("Cluster-robust", (two.estimate, two.interval.low, two.interval.high)))
    rows.append(("New estimate", (one.estimate, ahead.low, ahead.high)))
    texts = effect_texts(sample.measure, model.level, [triple for _, triple in rows])
    shown = [{"name": name, "effect": texts[i]} for i, (name, _) in enumerate(rows)]
    titles = {"name": "", "effect": effect_title(sample.measure, model.level)}
    yield statistics_grid(shown, titles, text=("name", "effect"))
