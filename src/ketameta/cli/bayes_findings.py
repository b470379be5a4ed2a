"""Bayesian results as values, lines and text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Sample, too_far_apart
from ketameta.cli.document import Block, Column, Grid, Heading, Line, Paragraph, fields
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.json_numbers import finite
from ketameta.cli.no_contrast import refuse_without_contrast
from ketameta.cli.reading import NUMBERS, effect_texts, effect_title, number_text
from ketameta.counting import counted
from ketameta.errors import UsageError
from ketameta.pooling.bayes import (
    BayesResult,
    NormalPrior,
    PosteriorSummary,
    TauPrior,
    default_prior,
    parse_mean_prior,
    parse_prior,
    prior_sensitivity,
)
from ketameta.pooling.bayes import bayes as fit

NUMBER_KEYS = (
    "mu_above",
    "new_study_above",
    "log_marginal_likelihood",
    "bayes_factor_mu_zero",
    "bayes_factor_tau_zero",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; `prior` None for the measure's own."""

    prior: TauPrior | None
    mean_prior: NormalPrior | None
    threshold: float
    sensitivity: bool
    level: float

    @classmethod
    def of(
        cls,
        prior: str | None,
        mean_prior: str | None,
        threshold: float,
        sensitivity: bool,
        level: float,
    ) -> Wish:
        """From the words of the command line; UsageError for priors that cannot be."""
        if not math.isfinite(threshold):
            raise UsageError("--threshold: is not a finite number. Give one.")
        return cls(
            None if prior is None else parse_prior(prior),
            _mean_prior(mean_prior),
            threshold,
            sensitivity,
            level,
        )


def _mean_prior(text: str | None) -> NormalPrior | None:
    if text is None:
        return None
    written = text if ":" in text or text.strip().lower() == "flat" else f"normal:{text}"
    return parse_mean_prior(written)


def bayes_findings(source: str, sample: Sample, wish: Wish) -> Findings:
    """The model fitted to one sample."""
    if sample.estimates.k == 0:
        empty = {"measure": sample.measure.code, "k": 0, "excluded": excluded(sample)}
        return Findings(empty, [{"k": 0}], excluded_blocks(sample))
    refuse_without_contrast(sample, "The normal-normal model")
    prior = wish.prior or default_prior(sample.measure.code)
    with np.errstate(all="ignore"):
        found = fit(
            sample.estimates,
            prior=prior,
            mean_prior=wish.mean_prior,
            level=wish.level,
            threshold=wish.threshold,
        )
        others = _others(sample, wish)
    if not math.isfinite(found.mu.median):
        raise too_far_apart(source)
    values = {**_values(sample, found), "excluded": excluded(sample)}
    if wish.sensitivity:
        values["prior_sensitivity"] = [_brief(other) for other in others]
    lines = [_line(one) for one in (found, *(others if wish.sensitivity else ()))]
    return Findings(values, lines, tuple(_blocks(sample, found, others)))


def _others(sample: Sample, wish: Wish) -> tuple[BayesResult, ...]:
    if not wish.sensitivity:
        return ()
    return prior_sensitivity(
        sample.estimates, mean_prior=wish.mean_prior, level=wish.level, threshold=wish.threshold
    )


def _values(sample: Sample, found: BayesResult) -> dict[str, Any]:
    estimates = sample.estimates
    entry = sample.measure
    display = {
        name: [
            finite(float(entry.to_display(value)))
            for value in (one.median, one.shortest.low, one.shortest.high)
            if value is not None
        ]
        for name, one in (("mu", found.mu), ("new_study", found.new_study))
    }
    return {
        "measure": found.measure,
        "k": found.k,
        "level": round(100 * found.level, 10),
        "prior": found.prior,
        "mean_prior": found.mean_prior,
        "mu": _summary(found.mu),
        "tau": _summary(found.tau),
        "new_study": _summary(found.new_study),
        "threshold": found.threshold,
        **{name: finite(getattr(found, name)) for name in NUMBER_KEYS},
        "display": {
            name: dict(zip(("median", "ci_low", "ci_high"), values, strict=False))
            for name, values in display.items()
        },
        "studies": [
            {
                "study": label,
                "yi": float(estimates.y[i]),
                "vi": float(estimates.v[i]),
                **_summary(found.studies[i]),
                "weight": float(found.weights[i]),
                "shrinkage": float(found.shrinkage[i]),
            }
            for i, label in enumerate(found.labels)
        ],
        "warnings": warnings(found.cautions),
    }


def _summary(one: PosteriorSummary) -> dict[str, Any]:
    """`ci_low` and `ci_high` are the shortest interval, `eq_low` and `eq_high` equal-tailed."""
    return {
        "mean": finite(one.mean),
        "sd": finite(one.sd),
        "median": finite(one.median),
        "mode": finite(one.mode),
        "ci_low": finite(one.shortest.low),
        "ci_high": finite(one.shortest.high),
        "eq_low": finite(one.equal_tailed.low),
        "eq_high": finite(one.equal_tailed.high),
    }


def _brief(found: BayesResult) -> dict[str, Any]:
    parts = ("mu", "tau", "new_study")
    summaries = {part: _summary(getattr(found, part)) for part in parts}
    return {"prior": found.prior, **summaries, "mu_above": found.mu_above}


def _line(found: BayesResult) -> dict[str, Any]:
    flat = {
        f"{part}_{name}": value
        for part in ("mu", "tau", "new_study")
        for name, value in _summary(getattr(found, part)).items()
    }
    numbers = {name: getattr(found, name) for name in NUMBER_KEYS}
    return {
        "measure": found.measure,
        "k": found.k,
        "prior": found.prior,
        "mean_prior": found.mean_prior,
        **flat,
        **numbers,
        "warnings": [caution.code for caution in found.cautions],
    }


def _blocks(sample: Sample, found: BayesResult, others: tuple[BayesResult, ...]) -> Iterator[Block]:
    yield _study_grid(sample, found)
    yield fields(
        ("tau", _tau_text(found)),
        ("Prior of tau", found.prior),
        ("Prior of the mean", found.mean_prior),
        ("P(mean > threshold)", _chance(found.mu_above, found.threshold)),
        ("P(new study > threshold)", _chance(found.new_study_above, found.threshold)),
        ("Bayes factor, mean 0", _factor(found.bayes_factor_mu_zero)),
        ("Bayes factor, tau 0", _factor(found.bayes_factor_tau_zero)),
    )
    if others:
        yield Heading("Under other priors")
        yield _prior_grid(sample, others)
    yield Paragraph(
        "Medians with shortest credible intervals. A Bayes factor above 1 speaks for the value 0.",
        tone="quiet",
    )
    yield from caution_blocks(found.cautions)
    yield from excluded_blocks(sample)


def _study_grid(sample: Sample, found: BayesResult) -> Grid:
    quantile = NUMBERS.percent
    half = [1.959963984540054 * math.sqrt(v) for v in sample.estimates.v]
    observed = [
        (float(y), float(y) - h, float(y) + h)
        for y, h in zip(sample.estimates.y, half, strict=True)
    ]
    shrunk = [_triple(one) for one in (*found.studies, found.mu, found.new_study)]
    texts = effect_texts(sample.measure, found.level, shrunk)
    given = effect_texts(sample.measure, 0.95, observed)
    title = effect_title(sample.measure, found.level).replace("CI", "credible interval")
    lines = [
        Line((label, given[i], texts[i], quantile(float(found.weights[i]), 1)))
        for i, label in enumerate(found.labels)
    ]
    k = found.k
    name = f"Mean ({counted(k, 'study')})"
    lines.append(Line((name, "", texts[k], ""), tone="strong", rule=True))
    lines.append(Line(("New study", "", texts[k + 1], "")))
    columns = (
        Column("Study"),
        Column("As reported [95% CI]"),
        Column(title),
        Column("Weight", right=True),
    )
    return Grid(columns, tuple(lines))


def _triple(one: PosteriorSummary) -> tuple[float | None, float | None, float | None]:
    return one.median, one.shortest.low, one.shortest.high


def _prior_grid(sample: Sample, others: tuple[BayesResult, ...]) -> Grid:
    means = effect_texts(sample.measure, others[0].level, [_triple(one.mu) for one in others])
    ahead = effect_texts(
        sample.measure, others[0].level, [_triple(one.new_study) for one in others]
    )
    columns = (
        Column("Prior of tau", firm=False, least=24),
        Column("Mean"),
        Column("New study"),
        Column("tau", right=True),
    )
    lines = (
        Line((one.prior, means[i], ahead[i], number_text(one.tau.median)))
        for i, one in enumerate(others)
    )
    return Grid(columns, tuple(lines))


def _tau_text(found: BayesResult) -> str:
    one = found.tau
    limits = f"{number_text(one.shortest.low)} to {number_text(one.shortest.high)}"
    return f"{number_text(one.median)} ({100 * found.level:g}% {limits})"


def _chance(value: float, threshold: float) -> str:
    return f"{NUMBERS.fixed(value, 3)} (threshold {number_text(threshold)})"


def _factor(value: float | None) -> str:
    return "" if value is None else number_text(value)
