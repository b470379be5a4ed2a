"""A question added to a review, with every comment of the file left where it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ketameta.authoring.yaml_nodes import child, composed, node_text
from ketameta.errors import DataError, UsageError
from ketameta.exchange.record_yaml import flow
from ketameta.questions.loading import review_in
from ketameta.records.yaml_reader import Document, parse
from ketameta.synthesis.review_names import unknown_names


def with_question(raw: bytes, question: Mapping[str, Any], path: Path) -> str:
    """The text of a review with a question at the end of its list.

    Raises
    ------
    UsageError
        For a question that a review cannot hold, or whose id is taken, with every reason.
    DataError
        For a review with problems of its own, or whose comments would move.
    """
    before = _read(raw, path)
    if review_in(before) is None or before.problems:
        said = "\n".join(str(problem) for problem in sorted(before.problems))
        raise DataError(f"{said}\n{path}: correct this before a question is added.")
    old = raw.decode("utf-8-sig").replace("\r\n", "\n")
    root = composed(old)
    listed: Any = child(root, "questions")
    listed.flow_style = False
    listed.value.append(composed(_snippet(question)).value[0])
    text = node_text(root, old)
    _check(text, before, question)
    return text


def _snippet(question: Mapping[str, Any]) -> str:
    lines = [f"{flow(key)}: {flow(value)}" for key, value in question.items()]
    return "- " + "\n  ".join(lines) + "\n"


def _check(text: str, before: Document, question: Mapping[str, Any]) -> None:
    after = _read(text.encode("utf-8"), before.path)
    wanted = {**before.data, "questions": [*before.data["questions"], dict(question)]}
    if after.data != wanted:
        raise DataError(f"{before.path}: cannot be changed safely. Add the question by hand.")
    review = review_in(after)
    problems = [*after.problems, *(unknown_names(review, after) if review else ())]
    if problems:
        prefix = f"questions.{len(wanted['questions']) - 1}."
        said = [f"{p.field.removeprefix(prefix)}: {p.message} {p.hint}".strip() for p in problems]
        raise UsageError("\n".join([*said, "Nothing was written."]))


def _read(raw: bytes, path: Path) -> Document:
    document = Document(path)
    parse(raw, document)
    return document
