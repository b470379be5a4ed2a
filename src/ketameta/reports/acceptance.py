"""What is committed beside a review: the lock, the summary and its figure."""

from __future__ import annotations

from pathlib import Path

from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.save import save
from ketameta.reports.build import COMMITTED_FIGURE, SUMMARY, committed_summary
from ketameta.reports.inputs import ReportInputs
from ketameta.reports.lock import write_lock


def accept(inputs: ReportInputs) -> tuple[Path, ...]:
    """Accept the present numbers: write the lock, the summary and the first question's figure."""
    folder, first = inputs.review_folder, inputs.answers[0]
    written = [write_lock(inputs), folder / SUMMARY]
    written[1].write_text(committed_summary(inputs), encoding="utf-8", newline="\n")
    if first.main.k:
        written.append(save(layout(first), folder / COMMITTED_FIGURE))
    return tuple(written)


def summary_is_current(inputs: ReportInputs) -> bool:
    """Whether the summary beside the review says what the present records say."""
    path = inputs.review_folder / SUMMARY
    return path.is_file() and path.read_text(encoding="utf-8") == committed_summary(inputs)
