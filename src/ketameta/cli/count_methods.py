"""Pooling from the counts of a table: Mantel-Haenszel, Peto, beta-binomial, mixed models."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np

from ketameta.cli.count_samples import count_columns, only_studies, with_silent_tables
from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.fewer_rows import only_rows
from ketameta.cli.method_options import Methods
from ketameta.errors import UsageError
from ketameta.measures.arms import Counts, Rates
from ketameta.pooling.catalog import Method, interval_method, tau2_method
from ketameta.pooling.common_effect import Tables, pool_tables
from ketameta.pooling.common_rates import RateTables, pool_rates
from ketameta.pooling.result import PooledResult
from ketameta.pooling.stratified_tests import (
    ChiSquaredTest,
    breslow_day,
    cochran_mantel_haenszel,
    tarone,
)

MANTEL_HAENSZEL = {
    "OR": "MH-OR",
    "RR": "MH-RR",
    "RD": "MH-RD",
    "IRR": "MH-IRR",
    "IRD": "MH-IRD",
}
PETO = {"OR": "Peto-OR", "PETO": "Peto-OR"}
COUNTS = ("events_1", "n_1", "events_2", "n_2")
RATES = ("events_1", "time_1", "events_2", "time_2")
ONE_GROUP = ("events", "n")
MIXED = {"OR": COUNTS, "IRR": RATES, "PLO": ONE_GROUP, "IRLN": ("events", "time")}
GLMM = "glmm"
BETA_BINOMIAL = "beta-binomial"
OFFERED: Mapping[str, Mapping[str, Sequence[str]]] = {
    "mh": {code: RATES if code.startswith("IR") else COUNTS for code in MANTEL_HAENSZEL},
    "peto": dict.fromkeys(PETO, COUNTS),
    BETA_BINOMIAL: {"OR": COUNTS, "RR": COUNTS, "RD": COUNTS, "PLO": ONE_GROUP},
    GLMM: MIXED,
}
"""Methods, and for each measure they are for the columns they work on."""


SPELLINGS = {
    "betabinomial": BETA_BINOMIAL,
    "beta_binomial": BETA_BINOMIAL,
    "mantel-haenszel": "mh",
}


@dataclass(frozen=True, slots=True)
class FromCounts:
    """What pooling the counts of a sample gave.

    `sample` holds the rows that were used and the reasons for the others; `further` what only
    these methods say, for JSON.
    """

    sample: Sample
    pooled: PooledResult | None
    further: Mapping[str, Any]


def pool_counts(sample: Sample, method: str, methods: Methods) -> FromCounts:
    """Pool the counts of a sample.

    Parameters
    ----------
    method
        mh, peto, beta-binomial, or glmm with a model: glmm:um.fs.

    Raises
    ------
    UsageError
        For a method that is not on offer, or not for this measure, or with options that it has
        no use for.
    DataError
        Where the estimate does not exist.
    """
    code = sample.measure.code
    name, model = check_count_method(code, method, methods)
    if name == BETA_BINOMIAL:
        sample = with_silent_tables(sample)
    used = _with_counts(sample, OFFERED[name][code])
    if used.estimates.k == 0:
        return FromCounts(used, None, {})
    if name == GLMM:
        return _mixed(used, model or None, methods)
    if name == BETA_BINOMIAL:
        return _beta_binomial(used, methods)
    if OFFERED[name][code] == RATES:
        return _common_rate(used, MANTEL_HAENSZEL[code], methods)
    return _common_effect(used, (MANTEL_HAENSZEL if name == "mh" else PETO)[code], methods)


def check_count_method(code: str, method: str, methods: Methods) -> tuple[str, str]:
    """The method and its model; UsageError for one that does not exist or fit, or other options."""
    said, _, model = method.strip().lower().partition(":")
    name = SPELLINGS.get(said, said)
    if name not in OFFERED or (model and name != GLMM):
        near = get_close_matches(name, OFFERED, n=1)
        known = f"Known are iv, {', '.join(OFFERED)} (glmm with um.fs, um.rs, cm.el or cm.al)."
        hint = f"Did you mean {near[0]}?" if near and near[0] != name else known
        raise UsageError(f"--method: there is none called {method!r}. {hint}")
    if code not in OFFERED[name]:
        raise UsageError(f"--method {name}: is for {', '.join(OFFERED[name])}, not for {code}.")
    _refuse_unused(name, methods)
    return name, model


def _refuse_unused(name: str, methods: Methods) -> None:
    """UsageError for options that would change nothing; those that say what is done may stay."""
    common = name in ("mh", "peto")
    said = {"tau2": methods.tau2, "prediction": methods.prediction}
    said["tau2-ci"] = methods.tau2_interval
    if common:
        said["ci"] = methods.interval
    estimators = {"mh": ("EE",), "peto": ("EE",), GLMM: ("ML", "EE")}
    true = {"tau2": estimators.get(name, ()), "ci": ("wald",)}
    find: Mapping[str, Callable[[str], Method[Any]]]
    find = {"tau2": tau2_method, "ci": interval_method}
    for option, value in said.items():
        if value is None:
            continue
        if option not in find or find[option](value).code not in true[option]:
            raise UsageError(f"--{option}: has no place with --method {name}. Leave it out.")


def _with_counts(sample: Sample, needed: Sequence[str]) -> Sample:
    """The sample without rows whose counts are not there."""
    rows = sample.rows
    if rows is None:
        raise UsageError("--method: needs counts, so it goes with --data.")
    there = np.array([rows_with(rows, needed, row) for row in rows.computed.rows], dtype=bool)
    reason = f"missing: {', '.join(needed)}, which the method works on"
    used = only_rows(sample, there, [reason] * there.size)
    # Nothing is added to the counts: what was said about zero cells concerns single studies.
    return replace(used, estimates=replace(used.estimates, cautions=()))


def rows_with(rows: Rows, needed: Sequence[str], row: int) -> bool:
    """Whether a row has a number in all these columns."""
    inputs = rows.computed.inputs
    return all(name in inputs and math.isfinite(inputs[name][row]) for name in needed)


def _common_effect(sample: Sample, code: str, methods: Methods) -> FromCounts:
    a, n1, c, n2 = count_columns(sample, COUNTS)
    first, second = Counts(a, n1), Counts(c, n2)
    tables = Tables.from_counts(first, second, sample.estimates.labels)
    pooled = pool_tables(tables, method=code, level=methods.coverage)
    further: dict[str, Any] = {}
    if code == "MH-OR":
        further = {
            "cmh": _test(cochran_mantel_haenszel(first, second)),
            "breslow_day": _test(breslow_day(first, second)),
            "tarone": _test(tarone(first, second)),
        }
    return FromCounts(sample, pooled, further)


def _common_rate(sample: Sample, code: str, methods: Methods) -> FromCounts:
    x1, t1, x2, t2 = count_columns(sample, RATES)
    tables = RateTables.from_rates(Rates(x1, t1), Rates(x2, t2), sample.estimates.labels)
    return FromCounts(sample, pool_rates(tables, method=code, level=methods.coverage), {})


def _test(found: ChiSquaredTest) -> dict[str, Any]:
    return {"statistic": found.statistic, "df": found.df, "p_value": found.p_value}


def _beta_binomial(sample: Sample, methods: Methods) -> FromCounts:
    from ketameta.pooling.beta_binomial import beta_binomial
    from ketameta.pooling.beta_binomial.pooled import pooled_beta_binomial

    code, names = sample.measure.code, sample.estimates.labels
    columns = count_columns(sample, OFFERED[BETA_BINOMIAL][code])
    groups = [Counts(*columns[i : i + 2]) for i in range(0, len(columns), 2)]
    found = beta_binomial(
        groups[0],
        groups[1] if len(groups) > 1 else None,
        measure=code,
        labels=names,
        interval=methods.interval or "wald",
        level=methods.coverage,
    )
    pooled = pooled_beta_binomial(found, measure=code)
    further = {
        "tau2_method": None,
        "prediction_method": None,
        "q_df": None,
        "probabilities": list(found.probabilities),
        "correlation": found.correlation,
        "correlation_se": found.correlation_se,
        "correlation_lrt": found.correlation_lrt,
        "correlation_lrt_p": found.correlation_lrt_p,
    }
    return FromCounts(only_studies(sample, found.labels, found.left_out), pooled, further)


def _mixed(sample: Sample, model: str | None, methods: Methods) -> FromCounts:
    from ketameta.pooling.glmm import glmm
    from ketameta.pooling.glmm.pooled import pooled_glmm

    code = sample.measure.code
    columns = count_columns(sample, MIXED[code])
    kind = Rates if code.startswith("IR") else Counts
    groups = [kind(*columns[i : i + 2]) for i in range(0, len(columns), 2)]
    found = glmm(
        groups[0],
        groups[1] if len(groups) > 1 else None,
        model=model,
        labels=sample.estimates.labels,
        interval=methods.interval or "wald",
        level=methods.coverage,
    )
    equal = methods.tau2 is not None and tau2_method(methods.tau2).code == "EE"
    pooled, spread = pooled_glmm(found, measure=code, equal_effects=equal), found.heterogeneity
    further = {
        "sigma2": spread.sigma2,
        "q_wald": spread.q_wald,
        "q_wald_p": spread.q_wald_p,
        "tau2_lrt": spread.tau2_lrt,
        "tau2_lrt_p": spread.tau2_lrt_p,
    }
    return FromCounts(only_studies(sample, found.labels, found.left_out), pooled, further)
