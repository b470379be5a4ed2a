"""What `ketameta explain` says about one thing."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field

_SECTION = re.compile(r"\n\n[A-Z][A-Za-z ]+\n-{3,}\n")


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that can be explained.

    Attributes
    ----------
    kind
        What it is: study flag, rule of check, measure, ...
    code, name
        As printed in tables, and in words.
    meaning
        Paragraphs, the first one or two sentences long.
    facts
        Further lines: label and text.
    threshold
        Name of the threshold in the review, where there is one.
    aliases
        Other spellings of the code.
    """

    kind: str
    code: str
    name: str
    meaning: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    threshold: str | None = None
    aliases: tuple[str, ...] = field(default=())


def prose(function: Callable[..., object]) -> tuple[str, ...]:
    """The paragraphs of a docstring before its first section, without markup."""
    text = _SECTION.split(f"{inspect.getdoc(function) or ''}\n\n", maxsplit=1)[0]
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return tuple(part.replace("``", "`").replace("`", "") for part in paragraphs if part)
