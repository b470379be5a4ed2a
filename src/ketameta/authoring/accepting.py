"""Taking an answer: what it means, and whether `ketameta check` would object to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ketameta.authoring.answered import record_of
from ketameta.authoring.interview import MOST_ARMS
from ketameta.authoring.live_checks import objection
from ketameta.authoring.prompts import Prompt, UnclearAnswerError, meant
from ketameta.exchange.record_paths import undotted
from ketameta.records.study import Vocabulary


def accepted(
    prompt: Prompt,
    text: str,
    answers: Mapping[str, Any],
    vocabulary: Vocabulary | None = None,
) -> Any:
    """The value that an answer stands for.

    Raises
    ------
    UnclearAnswerError
        Where it means nothing, or where the record could not stand like that; in the words of
        `ketameta check`.
    """
    value = meant(prompt, text)
    if prompt.key == "ask.arms":
        if not isinstance(value, int) or not 1 <= value <= MOST_ARMS:
            raise UnclearAnswerError(f"must be a whole number from 1 to {MOST_ARMS}.")
        return value
    if not prompt.of_record:
        return value
    before = {key: known for key, known in answers.items() if key != prompt.key}
    record = record_of({**before, prompt.key: value})
    path = undotted(prompt.key)
    if path[:2] == ("sources", "document"):
        path = ("sources", str(answers.get("ask.source", "paper")), *path[2:])
    if said := objection(record, path, vocabulary):
        raise UnclearAnswerError(said)
    return value
