"""Names of columns: each there, each once; and how large a table of trial results may be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ketameta.errors import DataError

MAX_BYTES = 250_000_000
"""Of a file as it lies on the disk; a table of trial results has some kilobytes."""
MAX_ROWS = 1_000_000
MAX_COLUMNS = 5_000
MAX_CELLS = 20_000_000
_NUMBER = re.compile(r"[-+]?[0-9][0-9.,]*")


def check_header(names: Sequence[str], where: str, columns: Sequence[str]) -> None:
    """Refuse column names that are empty, repeated, or all numbers.

    Parameters
    ----------
    names
        The names, in order.
    where
        Where the header stands, for messages.
    columns
        What to call each column where its name is missing: "column 3", "Sheet1!C1".

    Raises
    ------
    DataError
        With the first column that is wrong.
    """
    count = Counter(names)
    for name, column in zip(names, columns, strict=True):
        if not name:
            raise DataError(f"{where}: {column} has no name. Name it or remove it.")
        if count[name] > 1:
            raise DataError(f'{where}: two columns are called "{name}". Rename one.')
    if all(_NUMBER.fullmatch(name) for name in names):
        raise DataError(
            f"{where}: the first line holds numbers. Put the names of the columns there."
        )
