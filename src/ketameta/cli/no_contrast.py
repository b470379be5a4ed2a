"""Refusing what needs variances of a question in which no group differs from the other."""

from __future__ import annotations

from ketameta.cli.data_samples import Sample
from ketameta.errors import DataError


def is_without_contrast(sample: Sample) -> bool:
    """Whether nobody, or everybody, in all groups behind a question had the event."""
    if sample.behind is None:  # a user's table needs no records
        return False
    from ketameta.synthesis.row_pooling import without_contrast

    return without_contrast(sample.behind.answer.main.rows, sample.measure.code)


def refuse_without_contrast(sample: Sample, what: str) -> None:
    """DataError for a question without a contrast; `what` begins the sentence that says why."""
    if not is_without_contrast(sample):
        return
    assert sample.behind is not None
    question = sample.behind.answer.question.id
    raise DataError(
        f"{what} has no meaning here. Nobody, or everybody, in all groups had the event: every "
        "difference is 0, and its variance would be that of the 1/2 added to the counts. "
        f"ketameta pool {question} pools the counts themselves."
    )
