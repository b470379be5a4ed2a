"""Evidence synthesis for ketamine in addiction.

    >>> import ketameta as km
    >>> root = km.find_root()
    >>> review = km.load_review(root / "reports/ketamine-addiction/review.yaml")
    >>> evidence = km.load_evidence(root / "studies")
    >>> question = km.find_question(review, "abstinence-longest")
    >>> answer = km.answer_question(question, review, evidence)
    >>> km.write_forest(answer, "forest.svg")

    >>> table = km.effects("OR", {"ai": [14, 13], "n1i": [17, 27], "ci": [15, 3], "n2i": [23, 28]})
    >>> km.pool(table.estimates).interval

Importing ketameta loads nothing else; each name below is fetched when it is first used (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ketameta.appraisal.answers import answer_question, answer_review
    from ketameta.appraisal.catalog import FLAGS
    from ketameta.errors import ConvergenceError, DataError, KetametaError, UsageError
    from ketameta.exchange.tabular import read_table
    from ketameta.figures.forest.layout import layout as forest_layout
    from ketameta.figures.forest.save import save as save_forest
    from ketameta.figures.forest.save import write_forest
    from ketameta.measures.catalog import MEASURES
    from ketameta.measures.effects import EffectTable, effects
    from ketameta.measures.estimates import Caution, EffectEstimates
    from ketameta.pooling.choices import PoolingChoices
    from ketameta.pooling.pool import pool
    from ketameta.pooling.pool_batch import PooledBatch, pool_batch
    from ketameta.pooling.result import PooledResult
    from ketameta.questions.loading import find_question
    from ketameta.questions.question import Question, Review
    from ketameta.records.store import Evidence, find_root, load_evidence
    from ketameta.records.study import Study
    from ketameta.reports.build import build_report
    from ketameta.synthesis.answer import Analysis, Answer
    from ketameta.synthesis.review_names import load_review
    from ketameta.tables.frame import pooled_frame, studies_frame

    __version__: str

_PLACES = {
    "Analysis": "synthesis.answer:Analysis",
    "Answer": "synthesis.answer:Answer",
    "Caution": "measures.estimates:Caution",
    "ConvergenceError": "errors:ConvergenceError",
    "DataError": "errors:DataError",
    "EffectEstimates": "measures.estimates:EffectEstimates",
    "EffectTable": "measures.effects:EffectTable",
    "Evidence": "records.store:Evidence",
    "FLAGS": "appraisal.catalog:FLAGS",
    "KetametaError": "errors:KetametaError",
    "MEASURES": "measures.catalog:MEASURES",
    "PooledBatch": "pooling.pool_batch:PooledBatch",
    "PooledResult": "pooling.result:PooledResult",
    "PoolingChoices": "pooling.choices:PoolingChoices",
    "Question": "questions.question:Question",
    "Review": "questions.question:Review",
    "Study": "records.study:Study",
    "UsageError": "errors:UsageError",
    "answer_question": "appraisal.answers:answer_question",
    "answer_review": "appraisal.answers:answer_review",
    "build_report": "reports.build:build_report",
    "effects": "measures.effects:effects",
    "find_question": "questions.loading:find_question",
    "find_root": "records.store:find_root",
    "forest_layout": "figures.forest.layout:layout",
    "load_evidence": "records.store:load_evidence",
    "load_review": "synthesis.review_names:load_review",
    "pool": "pooling.pool:pool",
    "pool_batch": "pooling.pool_batch:pool_batch",
    "pooled_frame": "tables.frame:pooled_frame",
    "read_table": "exchange.tabular:read_table",
    "save_forest": "figures.forest.save:save",
    "studies_frame": "tables.frame:studies_frame",
    "write_forest": "figures.forest.save:write_forest",
}

__all__ = [
    "FLAGS",
    "MEASURES",
    "Analysis",
    "Answer",
    "Caution",
    "ConvergenceError",
    "DataError",
    "EffectEstimates",
    "EffectTable",
    "Evidence",
    "KetametaError",
    "PooledBatch",
    "PooledResult",
    "PoolingChoices",
    "Question",
    "Review",
    "Study",
    "UsageError",
    "__version__",
    "answer_question",
    "answer_review",
    "build_report",
    "effects",
    "find_question",
    "find_root",
    "forest_layout",
    "load_evidence",
    "load_review",
    "pool",
    "pool_batch",
    "pooled_frame",
    "read_table",
    "save_forest",
    "studies_frame",
    "write_forest",
]


def __getattr__(name: str) -> Any:
    """A public name, fetched from its module and kept."""
    value: Any
    if name == "__version__":
        from importlib.metadata import version

        value = version("ketameta")
    elif name in _PLACES:
        from importlib import import_module

        module, attribute = _PLACES[name].split(":")
        value = getattr(import_module(f"ketameta.{module}"), attribute)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
