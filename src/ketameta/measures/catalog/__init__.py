"""Every effect measure: what it needs, what it means, how to show it, and who described it.

Importing this package loads no numpy: names and texts are wanted by help pages; the functions are
looked up when a measure is computed.
"""

from __future__ import annotations

from collections.abc import Mapping

from ketameta.errors import UsageError
from ketameta.measures.catalog import (
    association,
    binary,
    continuous,
    correlation,
    generic,
    paired,
    proportions,
    rates,
    reliability,
    spread,
)
from ketameta.measures.catalog.entry import Measure
from ketameta.nearest import nearest_hint

MEASURES: Mapping[str, Measure] = {
    entry.code: entry
    for family in (
        *(binary, continuous, spread, paired, proportions, rates),
        *(correlation, association, reliability, generic),
    )
    for entry in family.ENTRIES
}
_BY_ALIAS = {alias: entry for entry in MEASURES.values() for alias in entry.aliases}


def measure(code: str) -> Measure:
    """The measure of that code or alias, upper or lower case.

    Raises
    ------
    UsageError
        When there is none, with the nearest names.
    """
    wanted = str(code).strip().upper()
    if wanted in MEASURES:
        return MEASURES[wanted]
    if wanted in _BY_ALIAS:
        return _BY_ALIAS[wanted]
    hint = nearest_hint(wanted, MEASURES, listing="ketameta explain lists all measures.")
    raise UsageError(f"measure: there is no measure {code!r}. {hint}")


__all__ = ["MEASURES", "Measure", "measure"]
