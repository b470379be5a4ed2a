"""Results that cannot be computed with, as a sentence, and results that nobody has seen."""

from __future__ import annotations

from ketameta.questions.candidates import documents
from ketameta.records.results import ContrastData, Data, Result, StatementData
from ketameta.records.study import Study
from ketameta.records.vocabulary import Verification


def in_words(data: Data) -> str:
    """What a result says, where its numbers are of no use for the purpose."""
    if isinstance(data, StatementData):
        return data.text
    if not isinstance(data, ContrastData):
        return f"Numbers of another kind ({data.kind}); see the record."
    limits = " without an interval"
    if data.ci_low is not None and data.ci_high is not None:
        limits = f" ({data.ci_level} % interval {data.ci_low} to {data.ci_high})"
    return f"Reported as {data.measure} {data.estimate}{limits}."


def remembered(study: Study, result: Result) -> bool:
    """Whether a result rests on memory: it was not seen in any source, so nothing may use it."""
    return any(d.level is Verification.RECOLLECTION for d in documents(study, result))
