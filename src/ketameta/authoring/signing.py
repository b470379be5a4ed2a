"""A person's signature under a decision, written into the file that holds the decision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ketameta.authoring.splicing import spliced
from ketameta.errors import DataError
from ketameta.exchange.record_paths import Path_, at
from ketameta.records.yaml_reader import Document, parse

FIELD = "signed"


def signed_text(text: str, places: Sequence[Path_], signature: dict[str, str], path: Path) -> str:
    """The text with a signature under each decision; every other character stays.

    Parameters
    ----------
    text
        A record, a claim or `certainty.yaml`.
    places
        Where the decisions stand: the mappings that `signed` belongs to.
    signature
        `by` and `date`.
    path
        The file, as messages name it.

    Raises
    ------
    DataError
        Where the person has signed already, or the file cannot be changed safely.
    """
    for place in places:
        document = Document(path)
        parse(text.encode("utf-8"), document)
        before = at(document.data, place).get(FIELD, [])
        line, _ = document.locate(place)
        if any(_same(one["by"], signature["by"]) for one in before):
            raise DataError(
                f"{path}:{line}: {signature['by']} has signed this already. A second person can."
            )
        text = spliced(text, (*place, FIELD), [*before, signature], path)
    return text


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
