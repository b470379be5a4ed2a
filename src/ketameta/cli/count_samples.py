"""Samples of counts: with more studies, with fewer, and their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ketameta.cli.data_samples import NO_ROW, Rows, Sample
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.presets import PRESETS
from ketameta.sensitivity.preset_estimates import preset_effects
from ketameta.synthesis.answer import LeftOut


def with_silent_tables(sample: Sample) -> Sample:
    """The sample with tables that say nothing about a ratio by themselves, but count here.

    To be listed with the others they get the estimate of tables with 1/2 in every cell.
    """
    rows = sample.rows
    if rows is None or sample.measure.code not in ("OR", "RR"):
        return sample
    code, inputs, every = sample.measure.code, rows.computed.inputs, PRESETS["metafor"]
    computed = preset_effects(code, inputs, every, labels=rows.labels)
    back = {rows.table.where(rows.lines[int(row)]) for row in computed.rows}
    left_out = tuple(item for item in sample.left_out if item.where not in back)
    kept = Rows(rows.table, rows.lines, computed)
    return replace(sample, estimates=computed.estimates, left_out=left_out, rows=kept)


def count_columns(sample: Sample, names: Sequence[str]) -> list[FloatArray]:
    """Columns of the table for the rows with an estimate, each of shape (k,)."""
    assert sample.rows is not None
    computed = sample.rows.computed
    return [np.asarray(computed.inputs[name][computed.rows]) for name in names]


def only_studies(
    sample: Sample, labels: Sequence[str], left_out: Sequence[tuple[str, str]]
) -> Sample:
    """The sample with only these studies; the reasons for the others are added."""
    rows, estimates = sample.rows, sample.estimates
    assert rows is not None
    wanted = set(labels)
    use = np.array([label in wanted for label in estimates.labels], dtype=bool)
    if use.all():
        return sample
    places = dict(zip(estimates.labels, rows.used, strict=True))
    gone = tuple(
        LeftOut(label, label, "", NO_ROW, reason, rows.table.where(places[label]))
        for label, reason in left_out
    )
    kept = EffectEstimates(
        estimates.measure,
        estimates.y[use],
        estimates.v[use],
        tuple(label for label in estimates.labels if label in wanted),
        None if estimates.n is None else estimates.n[use],
    )
    computed = replace(rows.computed, rows=rows.computed.rows[use], estimates=kept)
    return replace(
        sample,
        estimates=kept,
        left_out=(*sample.left_out, *gone),
        rows=Rows(rows.table, rows.lines, computed),
    )
