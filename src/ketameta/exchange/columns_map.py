"""Which column of a table fills which field: guessed from the headers, kept in a YAML file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ketameta.errors import DataError, UsageError
from ketameta.exchange.import_fields import FIELDS, FIRST, LETTERS, SECOND, STATISTICS
from ketameta.exchange.record_yaml import flow
from ketameta.exchange.table import Table
from ketameta.measures.columns import COLUMNS
from ketameta.records.problems import did_you_mean
from ketameta.records.yaml_reader import read_yaml

_ACROSS = {alias: column.name for column in COLUMNS.values() for alias in column.aliases}
_WORD = re.compile(r"[a-z]+|[0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class ColumnsMap:
    """Columns by field, and values that are the same for every row, by field."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    def unused(self, table: Table) -> list[str]:
        """Columns of the table that fill nothing."""
        used = set(self.columns.values())
        return [name for name in table.columns if name not in used]


def guessed(headers: Iterable[str]) -> ColumnsMap:
    """The likeliest field of each column, by its header; no field is filled twice.

    Understands the names of this project, metafor, meta, RevMan and Metapsy, and the common words
    for number, mean, SD and events in several languages, with a word for the group.
    """
    names = list(headers)
    plain = {name: " ".join(_words(name)) for name in names}
    matched = {name.strip().lower() for name in names} >= {"ai", "ci"}
    found: dict[str, str] = {}
    for read in (_exactly, _by_metafor if matched else _by_metafor_without_ci, _by_words):
        for name in names:
            said = read(name, plain[name])
            if said is None or said not in FIELDS or said in found:
                continue
            if name not in found.values():
                found[said] = name
    return ColumnsMap({name: found[name] for name in FIELDS if name in found})


def read_map(path: Path, table: Table) -> ColumnsMap:
    """A mapping file, checked against the table.

    Raises
    ------
    UsageError
        For a field that does not exist, or a column that the table has not, with its line.
    DataError
        For a file that is no YAML.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file. Write one with --write-map.")
    document = read_yaml(path)
    if document.problems:
        raise DataError("\n".join(str(problem) for problem in document.problems))
    data = document.data
    if not isinstance(data, dict):
        raise DataError(f"{path}: is no mapping of columns to fields. Write one with --write-map.")
    parts: dict[str, dict[str, str]] = {"columns": {}, "values": {}}
    for part, entries in data.items():
        if part == "unused":
            continue
        if part not in parts or not isinstance(entries, dict | None):
            line, _ = document.locate((part,), key=True)
            raise UsageError(f"{path}:{line}: {part}: columns, values and unused are expected.")
        for name, value in (entries or {}).items():
            line, _ = document.locate((part, name), key=True)
            if name not in FIELDS:
                raise UsageError(f'{path}:{line}: no field "{name}". {did_you_mean(name, FIELDS)}')
            if part == "columns" and str(value) not in table.columns:
                hint = did_you_mean(str(value), table.columns)
                raise UsageError(f'{path}:{line}: {table.source} has no column "{value}". {hint}')
            parts[part][name] = str(value)
    return ColumnsMap(parts["columns"], parts["values"])


def map_text(mapping: ColumnsMap, table: Table) -> str:
    """A mapping file to edit, with every field that is not filled as a comment."""
    source = Path(table.source).name
    lines = [
        f"# Which column of {source} fills which field of a study record. Check it, then:",
        f"#   ketameta import table {source} --map THIS-FILE",
        "columns:",
        *(f"  {name}: {flow(column)}" for name, column in mapping.columns.items()),
        "# The same for every row, e.g. substance: alcohol",
        "values:" if mapping.values else "values: {}",
        *(f"  {name}: {flow(value)}" for name, value in mapping.values.items()),
        f"unused: {flow(mapping.unused(table))}",
        "# Fields without a column or value:",
        *(
            f"#  {name}: {entry.meaning}"
            for name, entry in FIELDS.items()
            if name not in mapping.columns and name not in mapping.values
        ),
    ]
    return "\n".join(lines) + "\n"


def _exactly(header: str, plain: str) -> str | None:
    joined = plain.replace(" ", "_")
    if joined in FIELDS:
        return joined
    return next((f.name for f in FIELDS.values() if plain in f.headers), None)


def _by_metafor(header: str, plain: str) -> str | None:
    return _ACROSS.get(header.strip().lower())


def _by_metafor_without_ci(header: str, plain: str) -> str | None:
    """metafor calls events of group 2 `ci`, others a confidence interval."""
    return None if header.strip().lower() == "ci" else _by_metafor(header, plain)


def _by_words(header: str, plain: str) -> str | None:
    words = plain.split()
    group, rest = _group(words)
    if group is None:
        return None
    statistic = _statistic(rest)
    return None if statistic is None else f"{statistic}_{group}"


def _group(words: list[str]) -> tuple[int | None, list[str]]:
    """Which group the words name, and the words without those that name it."""
    first = [word for word in words if word in FIRST]
    second = [word for word in words if word in SECOND]
    if bool(first) != bool(second):
        used = first or second
        return (1 if first else 2), [word for word in words if word not in used] or words
    if len(words) == 2 and words[1] in LETTERS and not first:
        return LETTERS[words[1]], words[:1]
    return None, words


def _statistic(words: list[str]) -> str | None:
    for name, known in STATISTICS.items():
        if any(word in known for word in words):
            return name
    return None


def _words(header: str) -> list[str]:
    """The words of a header: without accents, split at capitals, digits and signs, lower case."""
    split = _CAMEL.sub(" ", header)
    text = unicodedata.normalize("NFKD", split).encode("ascii", "ignore").decode().lower()
    return _WORD.findall(text)
