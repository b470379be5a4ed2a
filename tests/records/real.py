"""The records and the review of this project, read once per test run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ketameta.questions.loading import load_review
from ketameta.questions.question import Review
from ketameta.records.store import Evidence, load_evidence

ROOT = Path(__file__).resolve().parents[2]
STUDIES = ROOT / "studies"
REVIEW = ROOT / "reports" / "ketamine-addiction" / "review.yaml"


@cache
def evidence() -> Evidence:
    """Every record of the project."""
    return load_evidence(STUDIES)


@cache
def review() -> Review:
    """The review of the project."""
    return load_review(REVIEW)
