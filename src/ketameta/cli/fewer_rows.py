"""A sample with fewer rows; those that go are listed with their reasons and places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ketameta.cli.data_samples import Sample, unused_row
from ketameta.measures.zero_cells import BoolArray
from ketameta.sensitivity.selected_estimates import selected_estimates


def only_rows(sample: Sample, use: BoolArray, reasons: Sequence[str]) -> Sample:
    """The rows of a table's sample for which `use` is true; cautions stay.

    Parameters
    ----------
    use, reasons
        One for each estimate; the reason counts where a row is not used.
    """
    if use.all():
        return sample
    rows, estimates = sample.rows, sample.estimates
    assert rows is not None
    lines = rows.used
    gone = tuple(
        unused_row(label, reasons[i], rows.table.where(lines[i]))
        for i, label in enumerate(estimates.labels)
        if not use[i]
    )
    chosen = replace(selected_estimates(estimates, use), cautions=estimates.cautions)
    computed = replace(rows.computed, rows=rows.computed.rows[use], estimates=chosen)
    return replace(
        sample,
        estimates=chosen,
        left_out=(*sample.left_out, *gone),
        rows=replace(rows, computed=computed),
    )
