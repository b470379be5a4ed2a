"""Estimates combined within studies as values, lines and text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ketameta.cli.clustered_rows import clustered
from ketameta.cli.data_samples import Sample
from ketameta.cli.document import Block, fields
from ketameta.cli.error_options import ErrorRequest
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.json_numbers import display, finite
from ketameta.cli.moderators import table_only, with_columns
from ketameta.cli.reading import effect_texts, effect_title, statistics_grid, whole
from ketameta.cli.sampling_errors import known_errors
from ketameta.errors import UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.measures.generic import normal_quantile
from ketameta.pooling.aggregate import aggregate
from ketameta.pooling.multilevel_groups import Groups, groups


@dataclass(frozen=True, slots=True)
class Combination:
    """How estimates are combined within the clusters of a column.

    `outcome` is a column, `level` the coverage of intervals as a share.
    """

    cluster: str
    errors: ErrorRequest
    outcome: str | None
    weighted: bool
    level: float

    def __post_init__(self) -> None:
        if not self.errors.said:
            raise UsageError(
                "aggregate: it is not said how the estimates of a study belong together. Give "
                "--rho (0 for different participants, 0.6 is a usual guess for the same), --phi "
                "with --time, or --covariance."
            )
        if self.outcome is not None and (self.errors.phi is None or self.errors.rho is None):
            raise UsageError("--outcome: goes with --rho and --phi.")

    @property
    def way(self) -> str:
        """How estimates are weighted, in words."""
        return "generalised least squares" if self.weighted else "plain averages"


@np.errstate(all="ignore")
def aggregate_findings(sample: Sample, wish: Combination) -> Findings:
    """One estimate per cluster of one sample."""
    table_only(sample, "aggregate")
    columns = (wish.cluster, wish.outcome, wish.errors.time)
    named = [name for name in dict.fromkeys(columns) if name is not None]
    used = clustered(with_columns(sample, named), wish.cluster)
    rows, estimates = used.rows, used.estimates
    assert rows is not None
    if estimates.k == 0:
        empty = {"measure": sample.measure.code, "k": 0}
        return Findings({**empty, "excluded": excluded(used)}, [empty], excluded_blocks(used))
    names = rows.texts(wish.cluster)
    errors = known_errors(wish.errors, rows, estimates.v, names, outcome=wish.outcome)
    covariance = 0.0 if errors.covariance is None else errors.covariance
    combined = aggregate(estimates, names, covariance, weighted=wish.weighted)
    studies = list(_studies(used, combined, groups(names, estimates.k, "cluster"), wish.level))
    values = {
        "measure": combined.measure,
        "k": combined.k,
        "estimates": estimates.k,
        "rho": wish.errors.rho,
        "phi": wish.errors.phi,
        "sampling_errors": errors.words,
        "weighted": wish.weighted,
        "level": round(100 * wish.level, 10),
        "studies": studies,
        "excluded": excluded(used),
        "warnings": warnings(combined.cautions),
    }
    inner = ("rows", "display")
    lines = [{name: one[name] for name in one if name not in inner} for one in studies]
    return Findings(values, lines, tuple(_blocks(used, combined, values, wish)))


def _studies(
    sample: Sample, combined: EffectEstimates, clusters: Groups, level: float
) -> Iterator[dict[str, Any]]:
    quantile, labels = float(normal_quantile(level)), sample.estimates.labels
    for i, members in enumerate(clusters.members):
        y, v = float(combined.y[i]), float(combined.v[i])
        half = quantile * math.sqrt(v)
        limits = {"estimate": y, "ci_low": y - half, "ci_high": y + half}
        yield {
            "study": combined.labels[i],
            "yi": y,
            "vi": v,
            "sei": math.sqrt(v),
            "ci_low": limits["ci_low"],
            "ci_high": limits["ci_high"],
            "n": None if combined.n is None else finite(float(combined.n[i])),
            "combined": int(members.size),
            "rows": [labels[row] for row in members],
            "display": display(sample.measure, limits),
        }


def _blocks(
    sample: Sample, combined: EffectEstimates, values: dict[str, Any], wish: Combination
) -> Iterator[Block]:
    studies = values["studies"]
    triples = [(one["yi"], one["ci_low"], one["ci_high"]) for one in studies]
    texts = effect_texts(sample.measure, wish.level, triples)
    titles = {"study": "Study", "combined": "Estimates"}
    titles |= {} if combined.n is None else {"n": "n"}
    titles |= {"yi": "yi", "vi": "vi", "effect": effect_title(sample.measure, wish.level)}
    shown = [{**one, "n": whole(one["n"]), "effect": texts[i]} for i, one in enumerate(studies)]
    yield statistics_grid(shown, titles, text=("study", "effect"))
    yield fields(("Combined by", wish.way), ("Sampling errors", values["sampling_errors"]))
    yield from caution_blocks(combined.cautions)
    yield from excluded_blocks(sample)
