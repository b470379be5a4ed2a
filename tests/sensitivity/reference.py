"""Reference numbers of the sensitivity tests."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from ketameta.measures.estimates import EffectEstimates

FOLDER = Path(__file__).parents[1] / "reference" / "sensitivity"


@cache
def reference(name: str) -> dict[str, Any]:
    """One file of reference numbers."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return loaded


def data_set(name: str, measure: str = "SMD") -> EffectEstimates:
    """One of the data sets in datasets.json, n included where it is known."""
    data = reference("datasets")["datasets"][name]
    return EffectEstimates.from_arrays(measure, data["y"], data["v"], n=data.get("n"))
