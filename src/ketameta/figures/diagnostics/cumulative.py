"""Cumulative meta-analysis plot: the pooled result after each study."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ketameta.figures.diagnostics.pooled_rows import pooled_rows, row_titles
from ketameta.figures.estimate_rows import draw_rows, rows_height
from ketameta.figures.page import open_page, picture_style
from ketameta.figures.picture import Picture, Subject, studies
from ketameta.sensitivity.cumulative import CumulativeStep

_YEAR = re.compile(r"\b((?:19|20)[0-9]{2})[a-z]?$")


def draw_cumulative(
    steps: Sequence[CumulativeStep], subject: Subject, *, order: str | None = None
) -> Picture:
    """The pooled result after each study is added.

    Parameters
    ----------
    steps
        From `sensitivity.cumulative.cumulative`; at least one.
    order
        What the studies are ordered by, in words; None for the order of the data, which is called
        that of years where the names of studies end in years that rise.

    References
    ----------
    Lau J et al. N Engl J Med 1992;327:248-254. doi:10.1056/NEJM199207233270406.
    """
    order = order or _found_order(steps)
    named = [(f"+ {'; '.join(step.added)}", step.result) for step in steps]
    rows = pooled_rows(named, subject, strong=len(steps) - 1)
    title = f"Cumulative meta-analysis: {subject.about}"
    with picture_style():
        notes = ("With one study there is nothing to accumulate.",) if len(steps) == 1 else ()
        page = open_page(title, rows_height(len(rows)), notes=notes)
        draw_rows(page, rows, subject, row_titles("Added", subject))
    return Picture("cumulative", title, page.figure, _alt(steps, subject, order), _legend(order))


def _found_order(steps: Sequence[CumulativeStep]) -> str | None:
    names = [name for step in steps for name in step.added]
    years = [int(found[1]) for name in names if (found := _YEAR.search(name))]
    rising = len(years) == len(names) > 1 and years == sorted(years)
    return "year of publication" if rising else None


def _alt(steps: Sequence[CumulativeStep], subject: Subject, order: str | None) -> str:
    first, last = steps[0].result, steps[-1].result
    said = f"Cumulative meta-analysis of {studies(last.k)}"
    said += f" in the order of {order}" if order else ""
    end = subject.phrase(last.estimate, last.interval.low, last.interval.high)
    if len(steps) == 1:
        return f"{said}: {subject.effect_name} {end}."
    start = subject.phrase(first.estimate, first.interval.low, first.interval.high)
    return (
        f"{said}: {subject.effect_name} {start} after {'; '.join(steps[0].added)}, and {end} "
        f"after the last, {'; '.join(steps[-1].added)}."
    )


def _legend(order: str | None) -> str:
    by = f"by {order}" if order else "in the order of the data"
    return (
        f"Cumulative meta-analysis, studies added {by}. Each row is the pooled effect with its "
        "confidence interval once the study named and all above it are in; the last row, a "
        "diamond, is the result of all. Looks at growing evidence are not adjusted for their "
        "number. An arrow marks an interval that goes on beyond the plot. Lau and colleagues "
        "(1992)."
    )
