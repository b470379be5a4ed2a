"""Methods for small-study effects run on one sample, as values for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ketameta.cli.bias_adjusted import Result, adjusted
from ketameta.cli.bias_wish import Tests
from ketameta.cli.count_methods import COUNTS, rows_with
from ketameta.cli.data_samples import Sample
from ketameta.cli.json_numbers import finite
from ketameta.errors import UsageError
from ketameta.measures.arms import Counts
from ketameta.measures.estimates import FloatArray
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
from ketameta.sensitivity.bias.names import FAIL_SAFE
from ketameta.sensitivity.bias.weighted_line import AsymmetryTest

ON_COUNTS: Mapping[str, Callable[..., AsymmetryTest]] = {
    "harbord": harbord,
    "peters": peters,
    "macaskill": macaskill,
    "ruecker": ruecker_arcsine,
    "deeks": deeks,
}
LINE = (
    *("model", "predictor", "statistic", "df", "p_value", "slope", "slope_se"),
    *("limit", "limit_se", "tau2", "factor"),
)


def run_test(sample: Sample, name: str, wish: Tests) -> Result:
    """One method on one sample, with its cautions.

    Raises
    ------
    UsageError
        Where the table or its measure lacks what the method needs.
    DataError
        Where the estimates do not allow it.
    """
    estimates = sample.estimates
    if name == "egger":
        predictor = wish.details.predictor
        return _line(egger(estimates, predictor=predictor, dispersion=wish.dispersion))
    if name in ON_COUNTS:
        first, second = _counts(sample, name)
        return _line(ON_COUNTS[name](first, second, dispersion=wish.dispersion))
    if name == "pustejovsky":
        n_1, n_2 = _sizes(sample)
        variant = wish.details.variant
        return _line(
            pustejovsky_rodgers(estimates, n_1, n_2, variant=variant, dispersion=wish.dispersion)
        )
    if name == "begg":
        return _begg(sample)
    if name == "excess":
        return _excess(sample, wish)
    return _fail_safe(sample, name, wish) if name in FAIL_SAFE else adjusted(sample, name, wish)


def _line(test: AsymmetryTest) -> Result:
    values = {name: getattr(test, name) for name in LINE}
    numbers = {n: v if isinstance(v, str) else finite(v) for n, v in values.items()}
    limits = {
        "limit_ci_low": finite(test.limit_interval.low),
        "limit_ci_high": finite(test.limit_interval.high),
    }
    return {"k": test.k, **numbers, **limits}, test.cautions


def _begg(sample: Sample) -> Result:
    rank = begg(sample.estimates)
    values = {"k": rank.k, "statistic": finite(rank.tau), "p_value": finite(rank.p_value)}
    return {**values, "score": rank.score, "exact": rank.exact}, rank.cautions


def _excess(sample: Sample, wish: Tests) -> Result:
    found = excess_significance(sample.estimates, test=wish.details.excess_test)
    values = {
        "k": found.k,
        "observed": found.observed,
        "expected": finite(found.expected),
        "statistic": finite(found.statistic),
        "p_value": finite(found.p_value),
        "theta": finite(found.theta),
        "limit_theta": finite(found.limit),
        "excess_test": found.test,
        "studies": [
            {"study": label, "power": power, "below_alpha": hit}
            for label, power, hit in zip(
                sample.estimates.labels,
                found.power.tolist(),
                found.below_alpha.tolist(),
                strict=True,
            )
        ],
    }
    return values, found.cautions


def _fail_safe(sample: Sample, name: str, wish: Tests) -> Result:
    found: FailSafe
    if name == "orwin":
        found = orwin(sample.estimates, target=wish.details.target)
    else:
        found = (rosenthal if name == "rosenthal" else rosenberg)(sample.estimates)
    kept = ("k", "n", "p_value", "mean", "target", "tolerance")
    return {key: finite(getattr(found, key)) for key in kept}, found.cautions


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
