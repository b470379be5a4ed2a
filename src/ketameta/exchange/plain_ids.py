"""Ids of studies, outcomes and arms from their names, in whatever letters these are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

YEAR = re.compile(r"\b(19|20)[0-9]{2}\b")
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ß": "ss", "ł": "l", "Ł": "L", "đ": "d", "ı": "i"}
)
"""Letters that are no letter with an accent."""


def slug(text: str) -> str:
    """The Latin letters and digits of a text, in lower case without accents, joined by hyphens."""
    plain = (
        unicodedata.normalize("NFKD", text.translate(_LETTERS))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def plain_id(name: str, kind: str, taken: Mapping[str, str]) -> str:
    """The id of a name; "" for one without any letter or digit.

    A name that Latin letters cannot spell gets what is left of it, or a number: "study-1". Names
    that differ only in other letters get different ids, which a plain slug would not give them.

    Parameters
    ----------
    kind
        What it names, such as "study".
    taken
        Names by the ids that they have already; the same name has the same id.
    """
    known = next((other for other, its_name in taken.items() if its_name == name), None)
    own = slug(name)
    if known is not None or not any(letter.isalpha() and not slug(letter) for letter in name):
        return known or own
    number, without_year = 1, slug(YEAR.sub("", name))
    found = own if without_year else f"{kind}-1"
    while found in taken:
        number += 1
        found = f"{own if without_year else kind}-{number}"
    return found
