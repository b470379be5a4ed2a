"""Answers as data frames hold what the answers hold, to the last bit."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import ketameta as km

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def answer() -> km.Answer:
    review = km.load_review(ROOT / "reports" / "ketamine-addiction" / "review.yaml")
    evidence = km.load_evidence(ROOT / "studies")
    return km.answer_question(km.find_question(review, "abstinence-longest"), review, evidence)


def test_studies(answer: km.Answer) -> None:
    frame = km.studies_frame(answer)
    assert frame["study"].tolist() == [row.study for row in answer.main.rows]
    assert frame["y"].tolist() == [row.y for row in answer.main.rows]
    assert frame["weight_percent"].sum() == pytest.approx(100)
    assert str(frame["experimental_events"].dtype) == "Int64"
    assert frame["experimental_events"].isna().tolist() == [
        row.experimental.events is None for row in answer.main.rows
    ]


def test_pooled(answer: km.Answer) -> None:
    frame = km.pooled_frame(answer).set_index("analysis")
    assert answer.main.pooled is not None
    assert frame.loc["main", "estimate_shown"] == math.exp(answer.main.pooled.estimate)
    assert frame.loc["opioid", "k"] == 0
    assert len(frame) == 1 + len(answer.subgroups) + len(answer.sensitivity) + len(
        answer.leave_one_out
    )
