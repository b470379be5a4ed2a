"""Samples of counts: with more studies, with fewer, and their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.fewer_rows import only_rows
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.presets import PRESETS
from ketameta.sensitivity.preset_estimates import preset_effects


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
    why = {**dict(left_out), **dict.fromkeys(labels, "")}
    use = np.isin(sample.estimates.labels, labels)
    return only_rows(sample, use, [why[label] for label in sample.estimates.labels])
