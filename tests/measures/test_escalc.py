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

# Average variances over the studies of a set ("AV", "AVHO") and corrections of y without v are
# not offered: they tie a study's weight to which other studies are in the set.
OMITTED = ("AV", "AVHO", "ST", "CS")


def offered(case: dict[str, Any]) -> bool:
    args = case["args"]
    return case["measure"] in MEASURES and "addyi" not in args and args.get("vtype") not in OMITTED


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


def test_every_omitted_reference_case_is_known() -> None:
    """A measure of the reference that the catalog lacks is named here, not forgotten."""
    lacking = {c["measure"] for c in REFERENCE["cases"]} - set(MEASURES)
    assert lacking == LACKING


LACKING = {
    "COR",
    "CVLN",
    "CVR",
    "CVRC",
    "D2OR",
    "D2ORL",
    "D2ORN",
    "IR",
    "IRD",
    "IRFT",
    "IRLN",
    "IRR",
    "IRS",
    "IRSD",
    "MC",
    "MN",
    "MNLN",
    "OR2D",
    "OR2DL",
    "OR2DN",
    "PBIT",
    "PHI",
    "RBIS",
    "ROM",
    "ROMC",
    "RPB",
    "RTET",
    "SDLN",
    "SMCC",
    "SMCR",
    "SMCRH",
    "SMD1",
    "SMD1H",
    "SMDH",
    "SMN",
    "UCOR",
    "VR",
    "VRC",
    "YUQ",
    "YUY",
    "ZCOR",
}
