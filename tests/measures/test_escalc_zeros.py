"""Tables, rates and pairs with zeros under every rule, against metafor (escalc_zeros.R)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.measures.effects import effects
from ketameta.measures.zero_cells import ZeroCells

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "escalc_zeros.json").read_text())
CASES = REFERENCE["cases"]


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{c['measure']}-{c['args']['to']}-{c['args']['add']}" for c in CASES]
)
def test_rule(case: dict[str, Any]) -> None:
    args = case["args"]
    policy = ZeroCells(args["to"], args["add"])
    table = effects(case["measure"], REFERENCE["datasets"][case["data"]], zero_cells=policy)
    y = np.array([np.nan if x is None else x for x in case["yi"]], dtype=float)
    v = np.array([np.nan if x is None else x for x in case["vi"]], dtype=float)
    assert table.rows.tolist() == np.flatnonzero(np.isfinite(y) & (v > 0)).tolist()
    np.testing.assert_allclose(table.estimates.y, y[table.rows], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(table.estimates.v, v[table.rows], rtol=1e-12, atol=0)
