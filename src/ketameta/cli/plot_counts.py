"""Figures of counts of events: from a sample, or the arms of a question's studies, to a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ketameta.cli.count_methods import COUNTS, rows_with
from ketameta.cli.data_samples import Sample
from ketameta.cli.forest_answers import of_question
from ketameta.cli.narrowing import Narrowing
from ketameta.cli.plot_kinds import PlotWish
from ketameta.errors import DataError, UsageError
from ketameta.figures.diagnostics.labbe import draw_labbe
from ketameta.figures.picture import Picture
from ketameta.measures.arms import Counts
from ketameta.sensitivity.labbe import labbe_plot
from ketameta.synthesis.answer import ArmNumbers

MEASURES = ("OR", "RR", "RD")


@dataclass(frozen=True, slots=True)
class _Tables:
    """Events and people of both groups, a label per study, and what the groups are called."""

    first: Counts
    second: Counts
    labels: tuple[str, ...]
    groups: tuple[str, str] = ("group 1", "group 2")


def labbe(sample: Sample, wish: PlotWish) -> Picture:
    """Risk against risk; also studies without an estimate are drawn."""
    code = sample.measure.code
    if code not in MEASURES:
        raise UsageError(f"plot labbe: shows {', '.join(MEASURES)}, not {code}.")
    tables = _of_question(wish) if sample.rows is None else _of_table(sample)
    plot = labbe_plot(
        tables.first,
        tables.second,
        code=code,
        labels=tables.labels,
        choices=wish.methods.choices(),
    )
    return draw_labbe(plot, wish.subject(sample), groups=tables.groups)


def _of_table(sample: Sample) -> _Tables:
    rows = sample.rows
    assert rows is not None
    use = [row for row in range(len(rows.lines)) if rows_with(rows, COUNTS, row)]
    if not use:
        raise DataError(f"{sample.title}: no row has {', '.join(COUNTS)}, which are drawn.")
    a, n1, c, n2 = (np.asarray(rows.computed.inputs[column][use]) for column in COUNTS)
    names = rows.labels
    return _Tables(Counts(a, n1), Counts(c, n2), tuple(names[row] for row in use))


def _of_question(wish: PlotWish) -> _Tables:
    source = wish.source
    answer = of_question(
        source.workspace(),
        (source.question, Narrowing()),
        wish.methods,
        review_file=source.review_file,
        output=source.output,
    )
    rows = [row for row in answer.main.rows if _counted(row.experimental) and _counted(row.control)]
    for row in answer.main.rows:
        if row not in rows:
            source.output.say(f"{row.label}: reports no events in both groups. It is not drawn.")
    if not rows:
        raise DataError(f"{source.question}: no study reports events in both groups.")

    first, second = _counts(row.experimental for row in rows), _counts(row.control for row in rows)
    return _Tables(first, second, tuple(row.label for row in rows), ("ketamine", "control"))


def _counted(side: ArmNumbers) -> bool:
    return side.events is not None and side.n is not None


def _counts(sides: Iterable[ArmNumbers]) -> Counts:
    pairs = [(side.events or 0, side.n or 0) for side in sides]
    events, people = np.array(pairs, dtype=np.float64).T
    return Counts(events, people)
