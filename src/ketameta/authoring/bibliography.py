"""The citation of one report, taken over from a bibliography as the beginning of a record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ketameta.errors import UsageError
from ketameta.exchange.references.formats import read_references
from ketameta.exchange.references.skeletons import skeletons


def reference_record(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The parts of a record that a bibliography with one entry fills, and notes on its reading.

    These are `id`, `citation` and `sources`; the values have the level `unverified import` until
    somebody has compared them with the report.

    Raises
    ------
    UsageError
        For a file that does not exist, of no known format, or with several entries.
    DataError
        For a file that cannot be read as what its ending says.
    """
    found = read_references(path)
    if len(found.references) > 1:
        listed = "; ".join(reference.label for reference in found.references[:5])
        raise UsageError(
            f"{path}: holds {len(found.references)} entries ({listed} ...). Save one entry to a "
            "file; for many there is ketameta import references."
        )
    (record,) = skeletons(found.references, substance="", file=path.name)
    kept = {name: record.data[name] for name in ("id", "citation", "sources")}
    if kept["citation"]["authors"] == ["Not stated"]:
        del kept["citation"]["authors"], kept["citation"]["authors_complete"]
    return kept, found.notes
