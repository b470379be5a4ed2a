"""Tests of small-study effects as values, lines and a grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ketameta.cli.bias_tests import TESTS
from ketameta.cli.count_methods import COUNTS, rows_with
from ketameta.cli.data_samples import Sample
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.pool_json import finite
from ketameta.cli.reading import statistics_grid
from ketameta.errors import UsageError
from ketameta.measures.arms import Counts
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.sensitivity.bias.begg import begg
from ketameta.sensitivity.bias.binary_asymmetry import (
    deeks,
    harbord,
    macaskill,
    peters,
    ruecker_arcsine,
)
from ketameta.sensitivity.bias.egger import egger, pustejovsky_rodgers
from ketameta.sensitivity.bias.excess_significance import excess_significance
from ketameta.sensitivity.bias.fail_safe import FailSafe, orwin, rosenberg, rosenthal
from ketameta.sensitivity.bias.weighted_line import AsymmetryTest, Dispersion

ON_COUNTS: Mapping[str, Callable[..., AsymmetryTest]] = {
    "harbord": harbord,
    "peters": peters,
    "macaskill": macaskill,
    "ruecker": ruecker_arcsine,
    "deeks": deeks,
}
SCALARS = (
    *("model", "predictor", "statistic", "df", "p_value", "slope", "slope_se"),
    *("limit", "limit_se", "tau2", "factor"),
)


@dataclass(frozen=True, slots=True)
class Tests:
    """Which tests, and how; `model` None for each test's own."""

    names: tuple[str, ...]
    predictor: str
    model: str | None
    level: float

    @classmethod
    def of(cls, names: str, predictor: str, model: str | None, level: float | None) -> Tests:
        """From the words of the command line; UsageError for tests that do not exist."""
        chosen = [name.strip().lower() for name in names.split(",") if name.strip()]
        for name in chosen:
            if name not in TESTS:
                raise UsageError(
                    f"--test: there is none called {name!r}. Known: {', '.join(TESTS)}."
                )
        if not chosen:
            raise UsageError(f"--test: none is named. Known: {', '.join(TESTS)}.")
        return cls(tuple(dict.fromkeys(chosen)), predictor, model, 0.95 if level is None else level)

    @property
    def dispersion(self) -> Dispersion | None:
        """The model of the scatter; None for each test's own."""
        if self.model is None and self.level == 0.95:
            return None
        return Dispersion(self.model or "multiplicative", level=self.level)


@np.errstate(all="ignore")
def bias_findings(sample: Sample, wish: Tests) -> Findings:
    """The tests on one sample; each one's cautions stand with it."""
    common = {"measure": sample.measure.code, "k": sample.estimates.k}
    if sample.estimates.k == 0:
        values = {**common, "tests": [], "excluded": excluded(sample), "warnings": []}
        return Findings(values, [], excluded_blocks(sample))
    found = [_run(sample, name, wish) for name in wish.names]
    tests = [
        {"test": name, **values, "warnings": warnings(cautions)}
        for name, (values, cautions) in zip(wish.names, found, strict=True)
    ]
    values = {
        **common,
        "tests": tests,
        "excluded": excluded(sample),
        "warnings": warnings(sample.estimates.cautions),
    }
    lines = [
        {**common, **{n: v for n, v in test.items() if n != "warnings"}, "warnings": codes}
        for test in tests
        for codes in ([one["code"] for one in test["warnings"]],)
    ]
    said = list(dict.fromkeys(caution for _, cautions in found for caution in cautions))
    titles = {
        "test": "Test",
        "k": "k",
        "statistic": "Statistic",
        "df": "df",
        "p_value": "P",
        "slope": "Slope",
        "limit": "Effect at the limit",
        "n": "Fail-safe N",
    }
    shown = {
        name: title
        for name, title in titles.items()
        if name == "test" or any(test.get(name) is not None for test in tests)
    }
    grid = statistics_grid(tests, shown, text=("test",))
    blocks = (grid, *caution_blocks(said), *caution_blocks(sample.estimates.cautions))
    return Findings(values, lines, (*blocks, *excluded_blocks(sample)))


Result = tuple[dict[str, Any], tuple[Caution, ...]]


def _run(sample: Sample, name: str, wish: Tests) -> Result:
    estimates = sample.estimates
    if name == "egger":
        return _line(egger(estimates, predictor=wish.predictor, dispersion=wish.dispersion))
    if name in ON_COUNTS:
        first, second = _counts(sample, name)
        return _line(ON_COUNTS[name](first, second, dispersion=wish.dispersion))
    if name == "pustejovsky":
        n_1, n_2 = _sizes(sample)
        return _line(pustejovsky_rodgers(estimates, n_1, n_2, dispersion=wish.dispersion))
    if name == "begg":
        rank = begg(estimates)
        values = {"k": rank.k, "statistic": finite(rank.tau), "p_value": finite(rank.p_value)}
        return {**values, "score": rank.score, "exact": rank.exact}, rank.cautions
    if name == "excess":
        excess = excess_significance(estimates)
        values = {
            "k": excess.k,
            "observed": excess.observed,
            "expected": finite(excess.expected),
            "p_value": finite(excess.p_value),
            "theta": finite(excess.theta),
        }
        return values, excess.cautions
    functions: dict[str, Callable[[EffectEstimates], FailSafe]] = {
        "rosenthal": rosenthal,
        "orwin": orwin,
        "rosenberg": rosenberg,
    }
    safe = functions[name](estimates)
    kept = ("k", "n", "p_value", "mean", "target", "tolerance")
    return {key: finite(getattr(safe, key)) for key in kept}, safe.cautions


def _line(test: AsymmetryTest) -> Result:
    values = {name: getattr(test, name) for name in SCALARS}
    numbers = {n: v if isinstance(v, str) else finite(v) for n, v in values.items()}
    limits = {
        "limit_ci_low": finite(test.limit_interval.low),
        "limit_ci_high": finite(test.limit_interval.high),
    }
    return {"k": test.k, **numbers, **limits}, test.cautions


def _counts(sample: Sample, name: str) -> tuple[Counts, Counts]:
    """Counts of every row that has them, also of those without an estimate."""
    rows = sample.rows
    if rows is None or sample.measure.family != "binary":
        raise UsageError(f"--test {name}: needs counts of events, so a table and OR, RR or RD.")
    use = [row for row in range(len(rows.lines)) if rows_with(rows, COUNTS, row)]
    if not use:
        raise UsageError(f"--test {name}: no row has {', '.join(COUNTS)}. Use egger.")
    a, n1, c, n2 = (np.asarray(rows.computed.inputs[column][use]) for column in COUNTS)
    return Counts(a, n1), Counts(c, n2)


def _sizes(sample: Sample) -> tuple[FloatArray, FloatArray]:
    rows = sample.rows
    if rows is None or sample.measure.code != "SMD":
        raise UsageError("--test pustejovsky: is for a table of standardised differences (SMD).")
    inputs = rows.computed.inputs
    lacking = [
        label
        for label, row in zip(sample.estimates.labels, rows.computed.rows, strict=True)
        if not rows_with(rows, ("n_1", "n_2"), int(row))
    ]
    if lacking:
        raise UsageError(f"--test pustejovsky: no n_1 and n_2 for {', '.join(lacking)}. Use egger.")
    kept = rows.computed.rows
    return np.asarray(inputs["n_1"][kept]), np.asarray(inputs["n_2"][kept])
