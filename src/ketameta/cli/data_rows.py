"""Rows of a user's table as the studies of an analysis."""

from __future__ import annotations

import math

from ketameta.cli.reading import whole
from ketameta.exchange.tabular import Table
from ketameta.measures.effects import EffectTable
from ketameta.measures.generic import normal_quantile
from ketameta.synthesis.answer import ArmNumbers, SourceLine, StudyRow


def study_row(table: Table, computed: EffectTable, i: int, *, line: int, level: float) -> StudyRow:
    """The i-th estimate with its interval, its arms, and where it stands in the file.

    Parameters
    ----------
    line
        The row of the table it came from, counted from 0.
    level
        Coverage of its interval, between 0 and 1.
    """
    y, v = float(computed.estimates.y[i]), float(computed.estimates.v[i])
    half = float(normal_quantile(level)) * math.sqrt(v)
    sides = [_arm(computed, int(computed.rows[i]), group) for group in (1, 2)]
    people = computed.estimates.n
    label = computed.estimates.labels[i]
    source = SourceLine(
        table.source,
        table.place(line),
        None,
        "",
        None,
        table.source,
        table.lines[line],
    )
    return StudyRow(
        study=label,
        label=label,
        substance="",
        design="",
        randomised="",
        contrast_class="",
        control_type="",
        time_label="",
        weeks=None,
        outcome="",
        experimental=sides[0],
        control=sides[1],
        how="",
        y=y,
        v=v,
        low=y - half,
        high=y + half,
        n=None if people is None or not math.isfinite(people[i]) else round(float(people[i])),
        source=source,
    )


def _arm(computed: EffectTable, row: int, group: int) -> ArmNumbers:
    def given(name: str) -> float | None:
        values = computed.inputs.get(f"{name}_{group}")
        if values is None and group == 1:
            values = computed.inputs.get(name)
        return None if values is None or math.isnan(values[row]) else float(values[row])

    n = given("n")
    return ArmNumbers(
        f"Group {group}",
        events=whole(given("events")),
        n=None if n is None else round(n),
        mean=given("mean"),
        sd=given("sd"),
    )
