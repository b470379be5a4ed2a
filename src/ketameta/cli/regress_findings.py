"""Meta-regressions as values, lines and text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ketameta.cli.coefficients import coefficient_grid, fit_values, test_text, test_values
from ketameta.cli.data_samples import Sample, too_far_apart
from ketameta.cli.document import Block, Paragraph, fields
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.json_numbers import finite
from ketameta.cli.method_options import Methods
from ketameta.cli.moderators import (
    moderator_data,
    named_columns,
    require_names,
    table_only,
    with_columns,
)
from ketameta.cli.reading import NUMBERS, number_text
from ketameta.cli.regress_grids import further_blocks, permutation_text
from ketameta.cli.regress_more import (
    coefficient_rows,
    contrast_rows,
    permutation_values,
    permuted,
    prediction_rows,
    residual_columns,
    scale_values,
    term_rows,
)
from ketameta.cli.regress_wish import RegressionWish
from ketameta.counting import counted
from ketameta.errors import UsageError
from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import RegressionChoices, settle
from ketameta.pooling.regression_prediction import predict_studies
from ketameta.pooling.regression_result import RegressionResult


def regression_choices(methods: Methods) -> RegressionChoices:
    """How to fit, checked; UsageError for methods that do not exist or do not fit together.

    The interval stays open where none was asked for: mean and scale have defaults of their own.
    """
    usual = RegressionChoices()
    asked = RegressionChoices(
        methods.tau2 or usual.tau2,
        methods.interval,
        methods.coverage,
        methods.tau2_interval or usual.tau2_interval,
    )
    settle(asked)
    return asked


@np.errstate(all="ignore")
def regress_findings(source: str, sample: Sample, wish: RegressionWish) -> Findings:
    """A meta-regression of one sample, and what else was wanted of it."""
    rows = table_only(sample, "regress")
    require_names(rows, wish.formula)
    names = named_columns(rows, wish.formula)
    of_scale = named_columns(rows, wish.scale or "")
    if wish.scale is not None and not of_scale:
        raise UsageError(
            f"--scale {wish.scale!r}: names no column of {rows.table.source}, which has: "
            f"{', '.join(rows.table.columns)}."
        )
    used = with_columns(sample, list(dict.fromkeys((*names, *of_scale))))
    assert used.rows is not None
    if used.estimates.k == 0:
        empty = {"measure": sample.measure.code, "formula": wish.formula, "k": 0}
        return Findings({**empty, "excluded": excluded(used)}, [empty], excluded_blocks(used))
    data = moderator_data(used.rows, names)
    found = regress(used.estimates, wish.formula, data, wish.choices)
    if not all(math.isfinite(one.estimate) for one in found.coefficients):
        raise too_far_apart(source)
    test = permuted(found, wish)
    values = {
        **_values(used, wish.formula, found),
        "coefficients": coefficient_rows(found, wish, test),
        "terms": term_rows(found),
        "permutation": permutation_values(test),
        "contrasts": contrast_rows(found, wish),
        "studies": [
            {**study, **more}
            for study, more in zip(
                _studies(used, found), residual_columns(found, wish), strict=True
            )
        ],
        "predictions": prediction_rows(found, wish.predict, data, used.measure),
        "scale": scale_values(found, wish, moderator_data(used.rows, of_scale)),
        "excluded": excluded(used),
    }
    lines = [
        {"measure": found.measure, "k": found.k, "tau2": found.tau2, **line}
        for line in values["coefficients"]
    ]
    blocks = (*_blocks(used, found, values), *caution_blocks(found.cautions))
    return Findings(values, lines, (*blocks, *excluded_blocks(used)))


def _values(sample: Sample, formula: str, found: RegressionResult) -> dict[str, Any]:
    spread = found.heterogeneity
    return {
        "measure": found.measure,
        "formula": formula,
        "k": found.k,
        "p": found.p,
        "tau2_method": found.tau2_method,
        "interval_method": found.interval_method,
        "level": round(100 * found.level, 10),
        "covariance": [[float(x) for x in row] for row in found.covariance],
        "omnibus": test_values(found.omnibus),
        "tau2": finite(spread.tau2),
        "tau2_se": finite(spread.tau2_se),
        "tau2_ci_low": finite(spread.tau2_interval.low),
        "tau2_ci_high": finite(spread.tau2_interval.high),
        "i2": finite(spread.i2_q if spread.i2 is None else spread.i2),
        "h2": finite(spread.h2_q if spread.h2 is None else spread.h2),
        "q": finite(spread.q),
        "q_df": spread.q_df,
        "q_p": finite(spread.q_p),
        "r2": finite(found.r2),
        "tau2_without": finite(found.tau2_without),
        "hksj_factor": finite(found.hksj_factor),
        "ml": fit_values(found.ml),
        "reml": fit_values(found.reml),
        "warnings": warnings(found.cautions),
    }


def _studies(sample: Sample, found: RegressionResult) -> Iterator[dict[str, Any]]:
    """Each study with its fitted value."""
    ahead = predict_studies(found)
    for i, label in enumerate(sample.estimates.labels):
        low, high = ahead.prediction_low, ahead.prediction_high
        yield {
            "study": label,
            "yi": float(sample.estimates.y[i]),
            "vi": float(sample.estimates.v[i]),
            "fitted": float(ahead.estimate[i]),
            "se": float(ahead.se[i]),
            "ci_low": float(ahead.low[i]),
            "ci_high": float(ahead.high[i]),
            "pi_low": None if low is None else float(low[i]),
            "pi_high": None if high is None else float(high[i]),
            "weight": float(found.weights[i]),
        }


def _blocks(sample: Sample, found: RegressionResult, values: Mapping[str, Any]) -> Iterator[Block]:
    spread = found.heterogeneity
    yield coefficient_grid(values["coefficients"])
    yield Paragraph(
        f"On the analysis scale ({sample.measure.analysis_label}); {counted(found.k, 'study')}.",
        tone="quiet",
    )
    limits = spread.tau2_interval
    yield fields(
        ("Moderators", test_text(found.omnibus)),
        ("Permutation", permutation_text(values["permutation"])),
        ("Residual τ²", f"{number_text(spread.tau2)}, {found.tau2_method}"),
        ("Its interval", f"{number_text(limits.low)} to {number_text(limits.high)}"),
        ("R²", "" if found.r2 is None else NUMBERS.percent(found.r2, 0)),
        ("Residual I²", "" if spread.i2 is None else NUMBERS.percent(spread.i2, 0)),
        (
            "Residual Q",
            f"{number_text(spread.q)} on {spread.q_df} df, {NUMBERS.p_value(spread.q_p)}",
        ),
        ("Tests", found.interval_method),
    )
    yield from further_blocks(sample, found, values)
