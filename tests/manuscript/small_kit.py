"""The manuscript of a small made-up review, with a study title that tries to be markup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.reports.small_review import TRIALS, write_root

from ketameta.manuscript.subject_matter import SubjectMatter, subject_matter
from ketameta.reports.inputs import ReportInputs, read_inputs

NASTY = '<img src=x onerror=alert(1)> {{7*7}} =HYPERLINK("x") \\input{a} & 50% _of_ #1'
"""What must stay text wherever it is shown."""


def small_root(folder: Path) -> Path:
    """The records and the review on disk."""
    trials = (replace(TRIALS[0], title=NASTY), *TRIALS[1:])
    return write_root(folder, trials)


def small_inputs(folder: Path) -> ReportInputs:
    """What its manuscript is made of."""
    return read_inputs(small_root(folder))


def small_subject(folder: Path) -> SubjectMatter:
    """What its texts are written from."""
    return subject_matter(small_inputs(folder))
