"""Every measure of metafor is here, and each measure has a witness that is not its own code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ketameta.measures.catalog import MEASURES, measure

TESTS = Path(__file__).parents[1]
FILES = [
    json.loads((TESTS / "reference" / name).read_text())
    for name in ("escalc.json", "escalc_zeros.json", "escalc_more.json")
]
IN_R = {measure(case["measure"]).code for file in FILES for case in file["cases"]}

# Measures that no escalc of the kit computes: what holds them instead, and where.
ELSEWHERE = {
    "RTET": ("measures/test_escalc_more.py", "an exact root in R"),
    "ZPHI": ("measures/test_escalc_more.py", "tanh of its limits has the variance of PHI back"),
    "ZTET": ("measures/test_escalc_more.py", "likewise of RTET"),
    "ZPB": ("measures/test_escalc_more.py", "likewise of RPB"),
    "ZBIS": ("measures/test_escalc_more.py", "likewise of RBIS"),
    "ZSPCOR": ("measures/test_escalc_more.py", "likewise of SPCOR"),
    "PRZ": ("measures/test_escalc_more.py", "two of them make PBIT"),
    "XSMD": ("measures/test_paired.py", "the Handbook's worked example, 23.2.7"),
    "DPPC2": ("measures/test_paired.py", "Morris's table 5, and the non-central t"),
    "HR": ("measures/test_generic.py", "intervals worked by hand"),
    "GEN": ("measures/test_generic.py", "nothing is computed"),
}


def test_nothing_that_metafor_computes_is_missing() -> None:
    known = FILES[2]["measures"]
    assert len(known) > 60
    assert {measure(code).code for code in known} <= set(MEASURES)


def test_no_variance_that_metafor_computes_is_missing() -> None:
    """The types that change any variance, as R found them by trying all on all measures."""
    found = FILES[2]["variances"]
    assert len(found) > 12
    for code, types in found.items():
        assert set(types) <= set(MEASURES[code].variances), code


@pytest.mark.parametrize("code", sorted(MEASURES))
def test_every_measure_has_a_witness(code: str) -> None:
    if code in IN_R and code != "RTET":
        assert code not in ELSEWHERE
        return
    place, reason = ELSEWHERE[code]
    assert f'"{code}"' in (TESTS / place).read_text(encoding="utf-8"), reason


@pytest.mark.parametrize("code", sorted(MEASURES))
def test_every_variance_has_a_witness(code: str) -> None:
    """In R, or named with its measure in a test."""
    in_r = {
        case["args"]["vtype"]
        for file in FILES
        for case in file["cases"]
        if measure(case["measure"]).code == code and "vtype" in dict(case["args"])
    }
    default = MEASURES[code].variances[:1]
    for form in set(MEASURES[code].variances) - in_r - set(default):
        assert (code, form) in BY_TEST, f"{code} {form}"


# Variances that no escalc offers, with the test that holds them.
BY_TEST = {
    ("SMD", "RevMan"): "test_continuous.py, by hand",
    ("SMCC", "UB"): "test_escalc_more.py, integration over the non-central t",
    ("ZPHI", "ST"): "test_escalc_more.py, the delta method",
    ("ZPB", "CS"): "test_escalc_more.py, the delta method",
    ("DPPC2", "LS"): "test_paired.py, by hand",
}


def test_aliases_name_one_measure_each() -> None:
    aliases = [alias for entry in MEASURES.values() for alias in entry.aliases]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & set(MEASURES)
    assert all(measure(alias.lower()).aliases.count(alias) == 1 for alias in aliases)
    assert measure("PLOGIT").code == "PLO"
    assert measure("or2d").code == "OR2DL"
