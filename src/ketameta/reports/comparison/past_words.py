"""Words of older records that were renamed since, so that a past state can be computed anew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ketameta.counting import counted
from ketameta.records.places import study_files
from ketameta.whole_files import write_whole


@dataclass(frozen=True, slots=True)
class RenamedWord:
    """A word that a field allowed once, and the one that means the same today."""

    field: str
    then: str
    now: str


RENAMED = (RenamedWord("direction", "no difference stated", "neither side said to do better"),)
"""Only words whose meaning stayed: a word that was split or narrowed has no heir."""


def in_words_of_today(studies: Path) -> tuple[str, ...]:
    """Rewrite the records of a past state that was laid out; which words were read how, in text.

    Parameters
    ----------
    studies
        The folder of records; its files are changed, so it must be a copy.
    """
    files = {
        path: path.read_text(encoding="utf-8", errors="surrogateescape")
        for path in study_files(studies)
    }
    said = []
    for word in RENAMED:
        line = re.compile(
            rf"((?:^ *(?:- )?|[{{,] *){re.escape(word.field)}: )"
            rf"([\"']?){re.escape(word.then)}\2(?= *(?:[,}}]|$))",
            re.MULTILINE,
        )
        count = 0
        for path, text in files.items():
            files[path], found = line.subn(rf"\g<1>{word.now}", text)
            count += found
        if count:
            times = counted(count, "time")
            said.append(f"“{word.then}” as “{word.now}” ({word.field}, {times})")
    if said:
        for path, text in files.items():
            write_whole(path, text.encode("utf-8", errors="surrogateescape"))
    return tuple(said)
