"""Columns of a table as moderators: which a formula names, and which rows have them all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Rows, Sample
from ketameta.cli.fewer_rows import only_rows
from ketameta.errors import DataError, UsageError

_IN_QUOTES = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*(?!\w|\s*[=(.])")
"""A word of a formula that is no function, option or module."""


def named_columns(rows: Rows, formula: str) -> list[str]:
    """The columns of the table that a formula names, in the order of the table."""
    quoted = set(re.findall(r"`([^`]*)`", formula))
    words = set(re.findall(r"[A-Za-z_]\w*", re.sub(r"`[^`]*`", " ", formula)))
    return [name for name in rows.table.columns if name in words | quoted]


def require_names(rows: Rows, formula: str) -> None:
    """UsageError for a name that is neither a column nor a function or one of its options."""
    for name in _NAME.findall(_IN_QUOTES.sub(" ", formula)):
        if name not in ("True", "False", "None"):
            rows.require(name)


def with_columns(sample: Sample, names: list[str]) -> Sample:
    """The sample without rows that have an empty cell in one of these columns."""
    rows = sample.rows
    assert rows is not None
    columns = {name: rows.texts(name) for name in names}
    empty = [
        [name for name, column in columns.items() if not column[i]]
        for i in range(sample.estimates.k)
    ]
    use = np.array([not missing for missing in empty], dtype=bool)
    return only_rows(sample, use, [f"missing: {', '.join(missing)}" for missing in empty])


def moderator_data(rows: Rows, names: list[str]) -> dict[str, list[Any]]:
    """Columns by name: numbers where a column holds nothing else, otherwise text."""
    return dict(_columns(rows, names))


def _columns(rows: Rows, names: list[str]) -> Iterator[tuple[str, list[Any]]]:
    for name in names:
        try:
            yield name, list(rows.values(name))
        except DataError:
            yield name, list(rows.texts(name))


def table_only(sample: Sample, command: str) -> Rows:
    """The rows of a sample; UsageError for a question of the review."""
    if sample.rows is None:
        raise UsageError(f"{command}: works on columns of a table. Name one with --data FILE.")
    return sample.rows
