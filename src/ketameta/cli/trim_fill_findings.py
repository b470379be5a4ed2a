"""Trim and fill as values, lines and text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Sample, too_far_apart
from ketameta.cli.document import Grid, Paragraph
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.json_numbers import finite
from ketameta.cli.method_options import Methods
from ketameta.cli.no_contrast import refuse_without_contrast
from ketameta.cli.pool_json import pooled_fields
from ketameta.cli.reading import effect_texts, effect_title, statistics_grid
from ketameta.cli.sensitivity_rows import pooling_of
from ketameta.measures.catalog import Measure
from ketameta.measures.estimates import Caution
from ketameta.sensitivity.bias.trim_fill import TrimFill, TrimFillChoices
from ketameta.sensitivity.bias.trim_fill import trim_fill as fill

BRIEF = ("k", "estimate", "se", "ci_low", "ci_high", "tau2", "i2", "pi_low", "pi_high")
"""What a line of CSV has of a pooled result."""


@np.errstate(all="ignore")
def trim_fill_findings(
    source: str, sample: Sample, methods: Methods, trimming: TrimFillChoices
) -> Findings:
    """Trim and fill of one sample, pooled before and after as a program does where one is named.

    Filled-in studies have no counts, so Q with them is taken around the inverse-variance estimate;
    a caution of the adjusted result says so.
    """
    choices = methods.choices()
    pooling = pooling_of(sample, methods)
    common = {"measure": sample.measure.code, "k": sample.estimates.k}
    if sample.estimates.k == 0:
        return Findings({**common, "excluded": excluded(sample)}, [common], excluded_blocks(sample))
    refuse_without_contrast(sample, "Trim and fill")
    try:
        found = fill(
            sample.estimates, choices, trimming, pool_by=pooling if callable(pooling) else None
        )
    except (ArithmeticError, np.linalg.LinAlgError):  # variances too far apart for a line
        raise too_far_apart(source) from None
    observed = pooled_fields(found.observed, sample.measure)
    adjusted = pooled_fields(found.adjusted, sample.measure)
    cautions = (*sample.estimates.cautions, *found.cautions, *_of_program(found))
    values = {
        **common,
        "missing": found.missing,
        "missing_se": finite(found.missing_se),
        "missing_p": finite(found.missing_p),
        "estimator": found.estimator,
        "trimming": found.trimming,
        "side": found.side,
        "centre": finite(found.centre),
        "filled": _filled(found),
        "observed": observed,
        "adjusted": adjusted,
        "excluded": excluded(sample),
        "warnings": warnings(cautions),
    }
    lines = [
        {"result": name, "missing": found.missing, "side": found.side}
        | {key: one[key] for key in BRIEF}
        for name, one in (("observed", observed), ("adjusted", adjusted))
    ]
    blocks = (
        Paragraph(_words(found)),
        _grid(lines, sample.measure, choices.level),
        *caution_blocks(cautions),
        *excluded_blocks(sample),
    )
    return Findings(values, lines, blocks)


def _filled(found: TrimFill) -> list[dict[str, Any]]:
    """The studies that were filled in, for JSON."""
    if found.filled is None:
        return []
    rows = zip(found.filled.labels, found.filled.y, found.filled.v, strict=True)
    return [{"study": label, "yi": float(y), "vi": float(v)} for label, y, v in rows]


def _grid(lines: Sequence[Mapping[str, Any]], entry: Measure, level: float) -> Grid:
    triples = [(line["estimate"], line["ci_low"], line["ci_high"]) for line in lines]
    texts = effect_texts(entry, level, triples)
    shown = [{**line, "effect": text} for line, text in zip(lines, texts, strict=True)]
    titles = {
        "result": "Studies",
        "k": "k",
        "effect": effect_title(entry, level),
        "tau2": "tau2",
        "i2": "I2 %",
    }
    return statistics_grid(shown, titles, text=("result", "effect"))


def _of_program(found: TrimFill) -> list[Caution]:
    """What a program's way of pooling has to say of the two results, each once."""
    said = (*found.observed.cautions, *found.adjusted.cautions)
    return list(dict.fromkeys(c for c in said if c.code == "q_around_inverse_variance"))


def _words(found: TrimFill) -> str:
    if found.missing == 0:
        return f"No study seems to be missing (estimator {found.estimator})."
    studies = "1 study seems" if found.missing == 1 else f"{found.missing} studies seem"
    return f"{studies} to be missing on the {found.side} (estimator {found.estimator})."
