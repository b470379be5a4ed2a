"""The names in a review that only the catalogs know: checked at loading, with their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ketameta.errors import DataError, KetametaError, UsageError
from ketameta.questions.loading import read_review
from ketameta.questions.question import Review
from ketameta.records.problems import Problem
from ketameta.records.yaml_reader import Document, Path_

RULE = "R003"


def load_review(path: Path, *, shown_as: Path | None = None) -> Review:
    """The review in `path`, with every method it names in the catalogs.

    Raises
    ------
    UsageError
        When there is no such file.
    DataError
        When it cannot be used, with every problem and its line and column.
    """
    if not path.is_file():
        raise UsageError(f"{shown_as or path}: no such file. A review is a review.yaml.")
    review, document = read_review(path, shown_as=shown_as)
    problems = [*document.problems, *(unknown_names(review, document) if review else ())]
    if review is None or problems:
        raise DataError("\n".join(str(problem) for problem in sorted(problems)))
    return review


def unknown_names(review: Review, document: Document) -> Iterator[Problem]:
    """Measures and methods that the catalogs do not have."""
    for i, question in enumerate(review.questions):
        yield from _unknown(document, ("questions", i, "measure"), question.measure, "measure")
    for name in ("tau2", "interval", "prediction", "zero_cells"):
        yield from _unknown(document, ("choices", name), getattr(review.choices, name), name)


def _unknown(document: Document, where: Path_, word: str, kind: str) -> Iterator[Problem]:
    try:
        _resolvers()[kind](word)
    except KetametaError as error:
        said = str(error).split(": ", 1)[-1]
        yield replace(document.problem(where, said), code=RULE)


def _resolvers() -> dict[str, Callable[[str], object]]:
    from ketameta.measures.catalog import measure
    from ketameta.measures.zero_cells import ZeroCells
    from ketameta.pooling import catalog

    return {
        "measure": measure,
        "tau2": catalog.tau2_method,
        "interval": catalog.interval_method,
        "prediction": catalog.prediction_method,
        "zero_cells": ZeroCells,
    }
