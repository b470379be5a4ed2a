"""Three-level models as values, lines and text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ketameta.cli.coefficients import (
    coefficient_grid,
    coefficient_values,
    fit_values,
    test_text,
    test_values,
)
from ketameta.cli.data_samples import Sample, too_far_apart
from ketameta.cli.document import Block, Heading, Paragraph, fields
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.moderators import (
    moderator_data,
    named_columns,
    require_names,
    table_only,
    with_columns,
)
from ketameta.cli.pool_json import finite
from ketameta.cli.reading import NUMBERS, effect_texts, effect_title, number_text, statistics_grid
from ketameta.errors import DataError
from ketameta.pooling.multilevel import multilevel
from ketameta.pooling.multilevel_choices import MultilevelChoices
from ketameta.pooling.multilevel_effects import ComponentInterval, variance_intervals
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.regression_formula import design_from_formula
from ketameta.pooling.robust import robust
from ketameta.pooling.robust_tests import RobustResult


@dataclass(frozen=True, slots=True)
class Dependence:
    """How estimates belong together, and how to fit."""

    cluster: str
    within: str | None
    rho: float | None
    formula: str | None
    robust: str
    choices: MultilevelChoices


@dataclass(frozen=True, slots=True)
class _Fitted:
    model: MultilevelResult
    intervals: tuple[ComponentInterval, ...]
    sandwich: RobustResult | None
    why_not: str


@np.errstate(all="ignore")
def multilevel_findings(source: str, sample: Sample, wish: Dependence) -> Findings:
    """The three-level model of one sample."""
    rows = table_only(sample, "multilevel")
    require_names(rows, wish.formula or "")
    moderators = [] if wish.formula is None else named_columns(rows, wish.formula)
    needed = [wish.cluster, *([wish.within] if wish.within else []), *moderators]
    used = with_columns(sample, list(dict.fromkeys(needed)))
    if used.estimates.k == 0:
        empty = {"measure": sample.measure.code, "k": 0}
        return Findings({**empty, "excluded": excluded(used)}, [empty], excluded_blocks(used))
    try:
        found = _fit(used, wish, moderators)
    except ArithmeticError:  # variances so far apart that a sum of squares is lost
        raise too_far_apart(source) from None
    if not all(math.isfinite(one.estimate) for one in found.model.coefficients):
        raise too_far_apart(source)
    values = {**_values(wish, found), "excluded": excluded(used)}
    lines = [
        {
            "measure": found.model.measure,
            "k": found.model.k,
            **{f"sigma2_{c.level}": c.sigma2 for c in found.model.components},
            **line,
        }
        for line in values["coefficients"]
    ]
    return Findings(values, lines, tuple(_blocks(used, found)))


def _fit(sample: Sample, wish: Dependence, moderators: list[str]) -> _Fitted:
    rows = sample.rows
    assert rows is not None
    design = None
    if wish.formula is not None:
        design = design_from_formula(wish.formula, moderator_data(rows, moderators))
    model = multilevel(
        sample.estimates,
        rows.texts(wish.cluster),
        within=None if wish.within is None else rows.texts(wish.within),
        design=design,
        covariance=wish.rho,
        choices=wish.choices,
    )
    try:
        return _Fitted(model, variance_intervals(model), robust(model, kind=wish.robust), "")
    except DataError as error:  # too few clusters for robust tests, not for the model
        return _Fitted(model, variance_intervals(model), None, str(error))


def _values(wish: Dependence, found: _Fitted) -> dict[str, Any]:
    model, sandwich = found.model, found.sandwich
    limits = {one.level: one.interval for one in found.intervals}
    ahead = model.prediction
    return {
        "measure": model.measure,
        "k": model.k,
        "p": model.p,
        "clusters": len(model.cluster.labels),
        "method": model.method,
        "test": model.test,
        "rho": wish.rho,
        "formula": wish.formula,
        "level": round(100 * model.level, 10),
        "coefficients": [coefficient_values(one) for one in model.coefficients],
        "omnibus": test_values(model.omnibus),
        "components": [
            {
                "level": one.level,
                "sigma2": one.sigma2,
                "groups": one.groups,
                "i2": finite(one.i2),
                "ci_low": finite(limits[one.level].low) if one.level in limits else None,
                "ci_high": finite(limits[one.level].high) if one.level in limits else None,
            }
            for one in model.components
        ],
        "i2": finite(model.i2),
        "q": finite(model.q),
        "q_df": model.q_df,
        "q_p": finite(model.q_p),
        "pi_low": None if ahead is None else finite(ahead.low),
        "pi_high": None if ahead is None else finite(ahead.high),
        "ml": fit_values(model.ml),
        "reml": fit_values(model.reml),
        "robust": None
        if sandwich is None
        else {
            "kind": sandwich.kind,
            "coefficients": [coefficient_values(one) for one in sandwich.coefficients],
            "omnibus": test_values(sandwich.omnibus),
        },
        "warnings": [
            *warnings(model.cautions),
            *(warnings(sandwich.cautions) if sandwich is not None else []),
            *([{"code": "no_robust_tests", "message": found.why_not}] if found.why_not else []),
        ],
    }


def _blocks(sample: Sample, found: _Fitted) -> Iterator[Block]:
    model, sandwich = found.model, found.sandwich
    if model.p == 1 and model.prediction is not None:
        yield _pooled(sample, found)
    yield coefficient_grid([coefficient_values(one) for one in model.coefficients])
    if sandwich is not None:
        yield Heading(f"Cluster-robust ({sandwich.kind})", level=3)
        yield coefficient_grid([coefficient_values(one) for one in sandwich.coefficients])
    label = sample.measure.analysis_label
    clusters = len(model.cluster.labels)
    yield Paragraph(
        f"On the analysis scale ({label}); {model.k} estimates in {clusters} clusters.",
        tone="quiet",
    )
    limits = {one.level: one.interval for one in found.intervals}
    yield fields(
        *(
            (f"σ² {one.level} clusters", _component(one.sigma2, one.i2, limits.get(one.level)))
            for one in model.components
        ),
        ("Moderators", test_text(model.omnibus)),
        ("Q", f"{number_text(model.q)} on {model.q_df} df, {NUMBERS.p_value(model.q_p)}"),
    )
    if found.why_not:
        yield Paragraph(found.why_not, tone="caution")
    yield from caution_blocks(model.cautions)
    yield from caution_blocks(() if sandwich is None else sandwich.cautions)
    yield from excluded_blocks(sample)


def _component(sigma2: float, i2: float, limits: Any) -> str:
    shown = ""
    if limits is not None:
        shown = f" ({number_text(limits.low)} to {number_text(limits.high)})"
    return f"{number_text(sigma2)}{shown}; I² {NUMBERS.percent(i2, 0)}"


def _pooled(sample: Sample, found: _Fitted) -> Block:
    """The mean on the scale that readers see: by the model, robust, and for a new estimate."""
    model = found.model
    one, ahead = model.coefficients[0], model.prediction
    assert ahead is not None
    rows = [("Model", (one.estimate, one.interval.low, one.interval.high))]
    if found.sandwich is not None:
        two = found.sandwich.coefficients[0]
        rows.append(("Cluster-robust", (two.estimate, two.interval.low, two.interval.high)))
    rows.append(("New estimate", (one.estimate, ahead.low, ahead.high)))
    texts = effect_texts(sample.measure, model.level, [triple for _, triple in rows])
    shown = [{"name": name, "effect": texts[i]} for i, (name, _) in enumerate(rows)]
    titles = {"name": "", "effect": effect_title(sample.measure, model.level)}
    return statistics_grid(shown, titles, text=("name", "effect"))
