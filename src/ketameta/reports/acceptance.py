"""What is committed beside a review: the lock, the summary and its figure."""

from __future__ import annotations

from pathlib import Path

from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.save import svg
from ketameta.reports.build import COMMITTED_FIGURE, SUMMARY, committed_summary
from ketameta.reports.inputs import ReportInputs
from ketameta.reports.lock import write_lock
from ketameta.whole_files import write_whole


def accept(inputs: ReportInputs) -> tuple[Path, ...]:
    """Accept the present numbers: write the lock, the summary and the first question's figure."""
    folder, first = inputs.review_folder, inputs.answers[0]
    written = [write_lock(inputs), folder / SUMMARY]
    write_whole(written[1], committed_summary(inputs))
    if first.main.k:
        write_whole(folder / COMMITTED_FIGURE, svg(layout(first)))
        written.append(folder / COMMITTED_FIGURE)
    return tuple(written)


def summary_is_current(inputs: ReportInputs) -> bool:
    """Whether the summary beside the review says what the present records say."""
    path = inputs.review_folder / SUMMARY
    return path.is_file() and path.read_text(encoding="utf-8") == committed_summary(inputs)
