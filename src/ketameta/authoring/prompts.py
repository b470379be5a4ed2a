"""A question to the person who enters a record, and what an answer to it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from unicodedata import category

from ketameta.authoring.fields import COUNT, LIST, NUMBER, WORD, WORDS, YES_NO, field_at
from ketameta.exchange.record_paths import undotted
from ketameta.records.problems import did_you_mean
from ketameta.records.yaml_scalars import RefusedScalarError, plain_scalar

ASKED = "ask."
"""Begins the key of a question about the entry itself, whose answer is no value of the record."""
_DECIDES = frozenset(
    {"substance", "status", "id", "kind", "document", "level", "label", "role", "locator", "arm"}
)
"""Fields on which further questions, or the place of the file, depend."""
_NOT_TEXT = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that no field holds: control characters, halves of characters and alike."""
_YES, _NO = ("y", "yes", "true"), ("n", "no", "false")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question.

    Attributes
    ----------
    key
        Path of the field that the answer fills; or `ask.` and a name.
    text
        The question, a few words.
    section
        What the question belongs to, shown as a heading when it changes.
    help
        What the answer means.
    kind
        As of `fields.Field`.
    words
        Allowed words with their meanings.
    default
        What an empty answer means.
    optional
        Whether an empty answer leaves the field out, as missing.
    """

    key: str
    text: str
    section: str
    help: str = ""
    kind: str = "text"
    words: tuple[tuple[str, str], ...] = ()
    default: str = ""
    optional: bool = False

    @property
    def of_record(self) -> bool:
        """Whether the answer is a value of the record."""
        return not self.key.startswith(ASKED)

    @property
    def may_wait(self) -> bool:
        """Whether it can be left out for now, to be listed as missing."""
        return self.optional or (self.of_record and self.key.rpartition(".")[2] not in _DECIDES)


class UnclearAnswerError(ValueError):
    """An answer that means nothing; the message says what would."""


def field_prompt(
    key: str, text: str, section: str, *, data: Any = None, default: str = ""
) -> Prompt:
    """The question for a field of the record; help, words and kind are those of the schema."""
    field = field_at(undotted(key), data)
    return Prompt(
        key, text, section, field.meaning, field.kind, field.words, default,
        optional=not field.required and not default,
    )  # fmt: skip


def meant(prompt: Prompt, answer: str) -> Any:
    """What an answer means: text, a whole number, a Decimal, a list or a truth value.

    Words may be shortened as far as they stay unique, or be given by their number.

    Raises
    ------
    UnclearAnswerError
        Where it means nothing, in the words of `ketameta check`.
    """
    if any(category(character) in _NOT_TEXT for character in answer):
        raise UnclearAnswerError("holds a character that is no text. Type it again.")
    if prompt.kind in (COUNT, NUMBER):
        try:
            return plain_scalar(answer)
        except RefusedScalarError as refused:
            raise UnclearAnswerError(f"{refused.message} {refused.hint}") from None
    if prompt.kind == YES_NO:
        return _truth(answer)
    if prompt.kind == WORD:
        return _word(prompt, answer)
    if prompt.kind == WORDS:
        return list(dict.fromkeys(_word(prompt, part) for part in _split(answer)))
    return _split(answer) if prompt.kind == LIST else answer


def spelled(value: Any) -> str:
    """An answer as it would be typed."""
    if isinstance(value, list):
        return ("; " if any("," in str(v) for v in value) else ", ").join(str(v) for v in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _truth(answer: str) -> bool:
    if answer.lower() in _YES:
        return True
    if answer.lower() in _NO:
        return False
    raise UnclearAnswerError("must be yes or no.")


def _word(prompt: Prompt, answer: str) -> str:
    words = [word for word, _ in prompt.words]
    if answer.isdecimal() and answer.isascii() and 1 <= int(answer) <= len(words):
        return words[int(answer) - 1]
    said = answer.lower()
    exact = [word for word in words if word.lower() == said]
    near = exact or [word for word in words if word.lower().startswith(said)]
    if len(near) == 1:
        return near[0]
    if near:
        raise UnclearAnswerError(f'"{answer}" may be {" or ".join(near)}. Type one more letter.')
    raise UnclearAnswerError(f'"{answer}" is not an allowed word. {did_you_mean(answer, words)}')


def _split(answer: str) -> list[str]:
    mark = ";" if ";" in answer else ","
    return [part.strip() for part in answer.split(mark) if part.strip()]
