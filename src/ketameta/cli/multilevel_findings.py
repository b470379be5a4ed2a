"""Models of dependent estimates as values, lines and text: what both kinds share, and which."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ketameta.cli.clustered_rows import clustered
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
from ketameta.cli.json_numbers import finite
from ketameta.cli.moderators import (
    moderator_data,
    named_columns,
    require_names,
    table_only,
    with_columns,
)
from ketameta.cli.multilevel_tests import chosen_blocks, chosen_tests, test_cautions
from ketameta.cli.multilevel_wish import Dependence
from ketameta.cli.multivariate_findings import outcome_blocks, outcome_fields, outcome_values
from ketameta.cli.reading import NUMBERS, number_text
from ketameta.cli.sampling_errors import KnownErrors, known_errors
from ketameta.cli.three_levels import (
    level_fields,
    level_lines,
    level_values,
    mean_blocks,
    wanted_blocks,
)
from ketameta.counting import counted
from ketameta.errors import DataError
from ketameta.pooling.multilevel import multilevel
from ketameta.pooling.multilevel_multivariate import multivariate
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.regression_formula import design_from_formula
from ketameta.pooling.robust import robust
from ketameta.pooling.robust_tests import RobustResult


@dataclass(frozen=True, slots=True)
class _Fitted:
    model: MultilevelResult | MultivariateResult
    errors: KnownErrors
    sandwich: RobustResult | None
    why_not: str


@np.errstate(all="ignore")
def multilevel_findings(source: str, sample: Sample, wish: Dependence) -> Findings:
    """The model of one sample."""
    rows = table_only(sample, "multilevel")
    require_names(rows, wish.formula or "")
    moderators = [] if wish.formula is None else named_columns(rows, wish.formula)
    own = (wish.cluster, wish.within, wish.outcome, wish.errors.time)
    needed = [*(name for name in own if name is not None), *moderators]
    used = clustered(with_columns(sample, list(dict.fromkeys(needed))), wish.cluster)
    assert used.rows is not None
    if used.estimates.k == 0:
        empty = {"measure": sample.measure.code, "k": 0}
        return Findings({**empty, "excluded": excluded(used)}, [empty], excluded_blocks(used))
    try:
        found = _fit(used, wish, moderators)
    except ArithmeticError:  # variances so far apart that a sum of squares is lost
        raise too_far_apart(source) from None
    if not all(math.isfinite(one.estimate) for one in found.model.coefficients):
        raise too_far_apart(source)
    tests = chosen_tests(found.model, found.sandwich, wish.tested)
    values = {
        **_values(wish, found, tests),
        **(
            outcome_values(used, wish, found.model)
            if isinstance(found.model, MultivariateResult)
            else level_values(used, wish, found.model, moderator_data(used.rows, moderators))
        ),
        "tests": tests,
        "excluded": excluded(used),
    }
    return Findings(values, _lines(found, values), tuple(_blocks(used, found, values)))


def _fit(sample: Sample, wish: Dependence, moderators: list[str]) -> _Fitted:
    rows, estimates = sample.rows, sample.estimates
    assert rows is not None
    design = None
    if wish.formula is not None:
        design = design_from_formula(wish.formula, moderator_data(rows, moderators))
    cluster = rows.texts(wish.cluster)
    errors = known_errors(wish.errors, rows, estimates.v, cluster, outcome=wish.outcome)
    model: MultilevelResult | MultivariateResult
    if wish.outcome is not None:
        model = multivariate(
            estimates,
            cluster,
            rows.texts(wish.outcome),
            structure=wish.structure or "UN",
            design=design,
            covariance=errors.covariance,
            choices=wish.choices,
        )
    else:
        model = multilevel(
            estimates,
            cluster,
            within=None if wish.within is None else rows.texts(wish.within),
            design=design,
            covariance=errors.covariance,
            choices=wish.choices,
        )
    try:
        return _Fitted(model, errors, robust(model, kind=wish.robust), "")
    except DataError as error:  # too few clusters for robust tests, not for the model
        return _Fitted(model, errors, None, str(error))


def _values(wish: Dependence, found: _Fitted, tests: Sequence[dict[str, Any]]) -> dict[str, Any]:
    model, sandwich = found.model, found.sandwich
    robust_cautions = () if sandwich is None else sandwich.cautions
    cautions = (*model.cautions, *robust_cautions, *test_cautions(tests))
    why_not = [{"code": "no_robust_tests", "message": found.why_not}] if found.why_not else []
    return {
        "measure": model.measure,
        "k": model.k,
        "p": model.p,
        "clusters": len(model.cluster.labels),
        "method": model.method,
        "test": model.test,
        "rho": wish.errors.rho,
        "phi": wish.errors.phi,
        "sampling_errors": found.errors.words,
        "formula": wish.formula,
        "level": round(100 * model.level, 10),
        "coefficients": [coefficient_values(one) for one in model.coefficients],
        "covariance": [[float(x) for x in row] for row in model.covariance],
        "omnibus": test_values(model.omnibus),
        "q": finite(model.q),
        "q_df": model.q_df,
        "q_p": finite(model.q_p),
        "ml": fit_values(model.ml),
        "reml": fit_values(model.reml),
        "robust": None
        if sandwich is None
        else {
            "kind": sandwich.kind,
            "coefficients": [coefficient_values(one) for one in sandwich.coefficients],
            "omnibus": test_values(sandwich.omnibus),
        },
        "warnings": [*warnings(cautions), *why_not],
    }


def _lines(found: _Fitted, values: dict[str, Any]) -> Sequence[dict[str, Any]]:
    model = found.model
    own = level_lines(model) if isinstance(model, MultilevelResult) else {}
    start = {"measure": model.measure, "k": model.k, **own}
    lines = [{**start, **line} for line in values["coefficients"]]
    if values["outcomes"] and values["formula"] is None:
        more = ("tau2", "pi_low", "pi_high")
        rows = zip(lines, values["outcomes"], strict=True)
        return [{**line, **{name: row[name] for name in more}} for line, row in rows]
    return lines


def _blocks(sample: Sample, found: _Fitted, values: dict[str, Any]) -> Iterator[Block]:
    model, sandwich = found.model, found.sandwich
    if isinstance(model, MultilevelResult):
        yield from mean_blocks(sample, model, sandwich)
    else:
        yield from outcome_blocks(sample, values)
    yield coefficient_grid(values["coefficients"])
    if sandwich is not None:
        yield Heading(f"Cluster-robust ({sandwich.kind})", level=3)
        yield coefficient_grid(values["robust"]["coefficients"])
    yield from chosen_blocks(values["tests"], "" if sandwich is None else sandwich.kind)
    yield from wanted_blocks(sample, values)
    yield Paragraph(
        f"On the analysis scale ({sample.measure.analysis_label}); "
        f"{counted(model.k, 'estimate')} in {counted(len(model.cluster.labels), 'cluster')}.",
        tone="quiet",
    )
    yield fields(
        *(outcome_fields(values) if values["components"] is None else level_fields(values)),
        (_tested(values), test_text(model.omnibus) if model.p > 1 else ""),
        ("Q", f"{number_text(model.q)} on {model.q_df} df, {NUMBERS.p_value(model.q_p)}"),
        ("Sampling errors", found.errors.words),
    )
    if found.why_not:
        yield Paragraph(found.why_not, tone="caution")
    yield from caution_blocks(model.cautions)
    yield from caution_blocks(() if sandwich is None else sandwich.cautions)
    yield from caution_blocks(test_cautions(values["tests"]))
    yield from excluded_blocks(sample)


def _tested(values: dict[str, Any]) -> str:
    """What the omnibus test is of."""
    return "Every effect 0" if values["formula"] is None else "Moderators"
