"""Leave-one-out plot: the pooled result without each study in turn."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.figures.colours import ACCENT
from ketameta.figures.diagnostics.pooled_rows import pooled_rows, row_titles
from ketameta.figures.estimate_rows import draw_rows, rows_height
from ketameta.figures.keys import DOTTED
from ketameta.figures.page import open_page, picture_style
from ketameta.figures.picture import Picture, Subject, studies
from ketameta.pooling.result import PooledResult

NOTHING = "With one study there is nothing to leave out."


def draw_leave_one_out(
    left_out: Sequence[tuple[str, PooledResult]], whole: PooledResult, subject: Subject
) -> Picture:
    """The pooled result of all studies, and without each of them.

    Parameters
    ----------
    left_out
        From `sensitivity.leave_one_out.leave_one_out`.
    whole
        The pooled result of all studies: first row and dotted line.

    References
    ----------
    Viechtbauer W, Cheung MW-L. Res Synth Methods 2010;1:112-125. doi:10.1002/jrsm.11.
    """
    rows = pooled_rows([("All studies", whole), *left_out], subject, strong=0)
    title = f"Leave-one-out: {subject.about}"
    with picture_style():
        notes = () if left_out else (NOTHING,)
        page = open_page(title, rows_height(len(rows)), notes=notes)
        axes = draw_rows(page, rows, subject, row_titles("Without", subject))
        axes.axvline(whole.estimate, color=ACCENT, lw=0.9, ls=DOTTED, zorder=1)
    return Picture("leave-one-out", title, page.figure, _alt(left_out, whole, subject), _LEGEND)


def _alt(
    left_out: Sequence[tuple[str, PooledResult]], whole: PooledResult, subject: Subject
) -> str:
    start = f"Leave-one-out analysis of {studies(whole.k)}: {subject.effect_name} "
    start += subject.phrase(whole.estimate, whole.interval.low, whole.interval.high)
    if not left_out:
        return f"{start}; {NOTHING[0].lower()}{NOTHING[1:]}"
    low = min(left_out, key=lambda one: one[1].estimate)
    high = max(left_out, key=lambda one: one[1].estimate)
    return (
        f"{start} with all of them, between {subject.value(low[1].estimate)} without {low[0]} and "
        f"{subject.value(high[1].estimate)} without {high[0]}{_sides(left_out, whole, subject)}."
    )


def _sides(
    left_out: Sequence[tuple[str, PooledResult]], whole: PooledResult, subject: Subject
) -> str:
    """Whether the interval changes side without a study."""
    null = subject.measure.null
    if null is None:
        return ""
    before = _holds(whole, null)
    changed = [label for label, result in left_out if _holds(result, null) != before]
    verb = "excludes" if before else "holds"
    if not changed:
        return (
            "; the interval stays on the same side of the null value throughout"
            if (not before)
            else "; the interval holds the null value throughout"
        )
    return f"; it {verb} the null value without {', '.join(changed)}"


def _holds(result: PooledResult, null: float) -> bool:
    low, high = result.interval.low, result.interval.high
    return low is None or high is None or low <= null <= high


_LEGEND = (
    "Leave-one-out analysis. Each row is the pooled effect with its confidence interval after "
    "leaving out the study named; the diamond and the dotted line are the result of all studies. "
    "A study whose row lies far from the line carries much of the answer by itself. An arrow "
    "marks an interval that goes on beyond the plot. Viechtbauer and Cheung (2010)."
)
