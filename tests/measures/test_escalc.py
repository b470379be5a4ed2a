"""Every measure against metafor's escalc (tests/reference/escalc.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.measures.catalog import MEASURES, measure
from ketameta.measures.effects import effects
from ketameta.measures.zero_cells import ZeroCells

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "escalc.json").read_text())

# Older names of metafor; the catalog has them as aliases.
ALIASES = {"OR2D": "OR2DL", "D2OR": "D2ORL"}


def offered(case: dict[str, Any]) -> bool:
    return case["measure"] in MEASURES or case["measure"] in ALIASES


def rule(args: dict[str, Any]) -> str:
    """metafor's addyi and addvi say whether estimates and variances are corrected."""
    name = args.get("to", "only0")
    if not args.get("addvi", True):
        return f"{name}:estimate"
    return name if args.get("addyi", True) else f"{name}:variance"


CASES = [case for case in REFERENCE["cases"] if offered(case)]
# escalc finds the tetrachoric correlation with an optimiser that stops at about 1e-5, and gives
# -1 with a huge variance to a table with a zero, which here has none. test_escalc_more.py holds
# it to a root found independently.
EXACT = [case for case in CASES if case["measure"] != "RTET"]
TETRACHORIC = [case for case in CASES if case["measure"] == "RTET"]


def floats(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if x is None else x for x in values], dtype=float)


@pytest.mark.parametrize("case", TETRACHORIC, ids=[case["id"] for case in TETRACHORIC])
def test_tetrachoric_to_the_digits_of_escalc(case: dict[str, Any]) -> None:
    table = effects("RTET", REFERENCE["datasets"][case["data"]])
    y, v = floats(case["yi"]), floats(case["vi"])
    assert {row.row for row in table.excluded} == set(np.flatnonzero(np.abs(y) == 1).tolist())
    np.testing.assert_allclose(table.estimates.y, y[table.rows], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(table.estimates.v, v[table.rows], rtol=1e-3)


@pytest.mark.parametrize("case", EXACT, ids=[case["id"] for case in EXACT])
def test_escalc(case: dict[str, Any]) -> None:
    args = case["args"]
    # Ours adds nothing to Peto tables by itself; metafor adds 1/2.
    add = args.get("add", 0.5 if case["measure"] == "PETO" else None)
    table = effects(
        case["measure"],
        REFERENCE["datasets"][case["data"]],
        zero_cells=ZeroCells(rule(args), add),
        variance=args.get("vtype"),
    )
    y, v = floats(case["yi"]), floats(case["vi"])
    without = {row.row for row in table.excluded}
    # What metafor calls NA, or gives a variance of 0, is what is left out here.
    assert without == set(np.flatnonzero(~np.isfinite(y) | ~(v > 0)).tolist())
    np.testing.assert_allclose(table.estimates.y, y[table.rows], rtol=1e-12, atol=0)
    # metafor's J, a difference of log-gammas, is 7e-13 off at these sizes; the unbiased variance
    # magnifies that. test_continuous.py has its 50-digit witness.
    rtol = 1e-11 if args.get("vtype") == "UB" and case["measure"].startswith("SMD") else 1e-12
    np.testing.assert_allclose(table.estimates.v, v[table.rows], rtol=rtol, atol=0)


def test_every_measure_of_the_reference_is_there() -> None:
    """No measure of metafor 5.1-12 in the reference is left out."""
    referenced = {case["measure"] for case in REFERENCE["cases"]}
    assert {measure(code).code for code in referenced} <= set(MEASURES)
    assert len(CASES) == len(REFERENCE["cases"])
