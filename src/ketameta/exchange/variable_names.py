"""Names that a file format allows, each with the name it stands for, so that nothing is lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_SPSS = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
_STATA = {"byte", "double", "float", "if", "in", "int", "long", "strl", "using"}
RESERVED = frozenset(_SPSS | _STATA)
"""Words of the programs' own languages."""


@dataclass(frozen=True, slots=True)
class NameRule:
    """What a format allows: at most `longest` characters, perhaps capitals only."""

    longest: int
    capitals: bool = False


def allowed_names(names: Iterable[str], rule: NameRule) -> dict[str, str]:
    """For each name the one to use in a file: ASCII letters, digits and underscores, unique.

    The first letter is a letter, case is not what tells two names apart, and a word that a
    program reserves gets an underscore behind it. Shortened names that clash are numbered.
    """
    used: set[str] = set()
    chosen: dict[str, str] = {}
    wanted = list(names)
    for name in wanted:  # names that need no change come first to their own name
        if _plain(name, rule) == name and name.lower() not in used:
            used.add(name.lower())
            chosen[name] = name
    for name in wanted:
        if name not in chosen:
            fitting = _unique(_plain(name, rule), used, rule)
            used.add(fitting.lower())
            chosen[name] = fitting
    return {name: chosen[name] for name in wanted}


def renamed(names: dict[str, str]) -> str:
    """The names that changed beyond capitals: "substance as substanc, randomised as randomis"."""
    return ", ".join(f"{old} as {new}" for old, new in names.items() if old.lower() != new.lower())


def _plain(name: str, rule: NameRule) -> str:
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    text = re.sub(r"\W+", "_", text).strip("_") or "column"
    text = text if text[0].isalpha() else f"v_{text}"
    text = text.upper() if rule.capitals else text
    if text.lower() in RESERVED:
        text = f"{text}_"
    return text[: rule.longest].rstrip("_") if len(text) > rule.longest else text


def _unique(name: str, used: set[str], rule: NameRule) -> str:
    candidate, count = name, 1
    while candidate.lower() in used:
        count += 1
        tail = str(count)
        candidate = name[: rule.longest - len(tail)] + tail
    return candidate
