"""Every measure against metafor's escalc (tests/reference/escalc.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.measures.catalog import MEASURES
from ketameta.measures.effects import effects
from ketameta.measures.zero_cells import ZeroCells

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "escalc.json").read_text())

# Average variances over the studies of a set ("AV", "AVHO") are not offered: they tie a study's
# weight to which other studies are in the set. Neither are corrections of y without v (addyi).
NOT_OFFERED = {"AV", "AVHO"}
NOT_OFFERED_FOR = {("SMDH", "LS2")}


def offered(case: dict[str, Any]) -> bool:
    code, args = case["measure"], case["args"]
    form = args.get("vtype")
    return (
        code in MEASURES
        and "addyi" not in args
        and form not in NOT_OFFERED
        and (code, form) not in NOT_OFFERED_FOR
    )


CASES = [case for case in REFERENCE["cases"] if offered(case)]


def floats(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if x is None else x for x in values], dtype=float)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_escalc(case: dict[str, Any]) -> None:
    args = case["args"]
    # Ours adds nothing to Peto tables by itself; metafor adds 1/2.
    add = args.get("add", 0.5 if case["measure"] == "PETO" else None)
    table = effects(
        case["measure"],
        REFERENCE["datasets"][case["data"]],
        zero_cells=ZeroCells(args.get("to", "only0"), add),
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


# Conversions between d and the odds ratio have their own functions and tests.
CONVERSIONS = {"OR2D", "OR2DN", "OR2DL", "D2OR", "D2ORN", "D2ORL"}
LACKING = {
    *("PHI", "YUQ", "YUY", "RTET", "PBIT"),  # associations in a 2x2 table
    *("RPB", "RBIS", "UCOR"),  # correlations
    *("CVLN", "SDLN", "SMN", "IRFT"),  # one group
}


def test_every_omitted_measure_is_known() -> None:
    """A measure of the reference that the catalog lacks is named here, not forgotten."""
    referenced = {case["measure"] for case in REFERENCE["cases"]}
    assert referenced - set(MEASURES) == CONVERSIONS | LACKING
