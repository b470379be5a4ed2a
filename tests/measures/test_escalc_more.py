"""Association, reliability, matched pairs, averaged variances: metafor 3.8-1 (escalc_more.R)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ketameta.measures.effects import effects
from ketameta.measures.zero_cells import ZeroCells

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "escalc_more.json").read_text())
DATA = REFERENCE["datasets"]
# metafor ignores addyi and addvi for these and corrects both.
BOTH_ANYWAY = {"YUQ", "YUY", "PBIT"}
CASES = [
    case
    for case in REFERENCE["cases"]
    if not ("addyi" in case["args"] and case["measure"] in BOTH_ANYWAY)
]


def named(case: dict[str, Any]) -> str:
    return "-".join([case["measure"], case["data"], *map(str, dict(case["args"]).values())])


def rule(args: dict[str, Any]) -> str:
    name = args.get("to", "only0")
    if "addyi" not in args:
        return name
    return f"{name}:estimate" if args["addyi"] else f"{name}:variance"


def floats(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if x is None else x for x in values], dtype=float)


# Rows without information, or with a standard deviation of one person, that metafor gives numbers
# for and that are listed here instead.
LEFT_OUT = {
    "tables": {4, 5},  # nobody has the event, or everybody
    "pairs": {4},  # no pair differs and none has the event
    "groups": {4},  # one person
    "groups_positive": {4},
    "means": {5},
}
# A zero among pairs that agree is no reason to correct what only pairs that differ tell.
AGREEING_ZERO = 2
# (1 - r²)²/(n - 1) exists for three people; metafor gives it from five.
THREE_PEOPLE = 5
# 3.8-1 corrected the log ratio of means only later; see test_escalc.py for metafor 5.
OTHER_Y = {"ROM"}
# 3.8-1 has 1/(n - m - 1); metafor 4 and later, and here, 1/(n - m - 3).
OTHER_V = {"ZPCOR"}


@pytest.mark.parametrize("case", CASES, ids=[named(case) for case in CASES])
def test_escalc(case: dict[str, Any]) -> None:
    code, args = case["measure"], dict(case["args"])
    found = effects(
        code,
        DATA[case["data"]],
        zero_cells=ZeroCells(rule(args), args.get("add", 0.5 if code == "MPPETO" else None)),
        variance=args.get("vtype"),
    )
    y, v = floats(case["yi"]), floats(case["vi"])
    usable = set(np.flatnonzero(np.isfinite(y) & np.isfinite(v) & (v > 0)).tolist())
    omitted = set() if code == "MPRD" else LEFT_OUT.get(case["data"], set())
    if code == "ZPCOR":
        omitted = {4}  # 1/(n - m - 3) is no variance
    extra = {THREE_PEOPLE} if code == "COR" and case["data"] == "correlations" else set()
    assert set(found.rows.tolist()) == (usable - omitted) | extra
    rows = np.array([row for row in found.rows.tolist() if row not in extra])
    if code in ("MPORC", "MPPETO") and args["to"] == "only0":
        rows = rows[rows != AGREEING_ZERO]
    at = np.isin(found.rows, rows)
    if code not in OTHER_Y:
        np.testing.assert_allclose(found.estimates.y[at], y[rows], rtol=1e-10, atol=1e-14)
    if code not in OTHER_V:
        np.testing.assert_allclose(found.estimates.v[at], v[rows], rtol=1e-10)


def test_fisher_z_of_a_partial_correlation() -> None:
    found = effects("ZPCOR", DATA["regressions"])
    n, m = np.array(DATA["regressions"]["ni"]), np.array(DATA["regressions"]["mi"])
    # The last study has 8 people and 5 predictors: 1/(8 - 5 - 3) is no variance.
    assert found.rows.tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(found.estimates.v, 1 / (n - m - 3.0)[:4], rtol=1e-15)
    assert found.excluded[0].reason.startswith("too few people for so many predictors")


def test_tetrachoric_against_another_root() -> None:
    """R: the root of mvtnorm's exact probability, and a delta method by central differences."""
    witness = REFERENCE["tetrachoric"]
    found = effects("RTET", DATA[witness["data"]])
    np.testing.assert_allclose(found.estimates.y, witness["yi"], rtol=1e-10)
    # The differences have steps of 1e-4 and an error of about its fourth power.
    np.testing.assert_allclose(found.estimates.v, witness["vi"], rtol=1e-6)


# Borenstein and Hedges's and Fleiss and Berlin's example in the Handbook of Research Synthesis,
# table 13.4: 135, 15, 40 and 10 people; estimate and standard error, four printed digits.
TABLE_13_4 = {
    "PHI": (0.1309, 0.0789),
    "YUQ": (0.3846, 0.1901),
    "YUY": (0.2000, 0.1071),
    "RTET": (0.2603, 0.1423),
}


@pytest.mark.parametrize("code", TABLE_13_4)
def test_printed_table(code: str) -> None:
    found = effects(code, {"ai": [135], "bi": [15], "ci": [40], "di": [10]}).estimates
    printed = TABLE_13_4[code]
    # escalc's own RTET of this table, 0.260255, is 1e-5 above the root and rounds up.
    assert float(found.y[0]) == pytest.approx(printed[0], abs=6e-5)
    assert float(np.sqrt(found.v[0])) == pytest.approx(printed[1], abs=5.1e-5)


@pytest.mark.parametrize(
    ("z", "raw", "data", "form"),
    [
        ("ZPHI", "PHI", "plain", "CS"),
        ("ZPHI", "PHI", "plain", "ST"),
        ("ZTET", "RTET", "plain", None),
        ("ZPB", "RPB", "means3", "ST"),
        ("ZPB", "RPB", "means3", "CS"),
        ("ZBIS", "RBIS", "means3", None),
        ("ZSPCOR", "SPCOR", "regressions", None),
    ],
)
def test_fisher_z_is_the_delta_method(z: str, raw: str, data: str, form: str | None) -> None:
    """The slope of tanh, by central differences, takes its variance back to that of the raw one."""
    transformed = effects(z, DATA[data], variance=form).estimates
    plain = effects(raw, DATA[data], variance=form).estimates
    np.testing.assert_allclose(np.tanh(transformed.y), plain.y, rtol=1e-13, atol=1e-15)
    step = 1e-4 * np.sqrt(transformed.v)
    slope = (np.tanh(transformed.y + step) - np.tanh(transformed.y - step)) / (2 * step)
    np.testing.assert_allclose(transformed.v * slope**2, plain.v, rtol=1e-7)


def test_probit_difference_is_one_of_two_probits() -> None:
    both = effects("PBIT", DATA["plain"]).estimates
    a, b, c, d = (np.array(DATA["plain"][name]) for name in ("ai", "bi", "ci", "di"))
    one = effects("PRZ", {"xi": a, "ni": a + b}).estimates
    two = effects("PRZ", {"xi": c, "mi": d}).estimates
    np.testing.assert_allclose(both.y, one.y - two.y, rtol=1e-12)
    np.testing.assert_allclose(both.v, one.v + two.v, rtol=1e-12)
    np.testing.assert_allclose(one.y, stats.norm.ppf(a / (a + b)), rtol=1e-12)


@pytest.mark.parametrize("truth", [0.0, 0.4, 1.1])
def test_unbiased_variance_of_a_standardised_change(truth: float) -> None:
    """E(v) is the variance of g, integrated over the non-central t distribution of d √n."""
    n = 9
    t = stats.nct(n - 1, truth * np.sqrt(n))
    grid = np.linspace(*t.ppf([1e-13, 1 - 1e-13]), 40_001)
    weight = t.pdf(grid)
    weight /= weight.sum()
    columns = {"mean_change": grid / np.sqrt(n), "sd_change": np.ones(grid.size), "n": n}
    found = effects("SMCC", {**columns, "n": np.full(grid.size, n)}, variance="UB").estimates
    mean = weight @ found.y
    assert mean == pytest.approx(truth, abs=1e-6)
    assert weight @ found.v == pytest.approx(weight @ (found.y - mean) ** 2, rel=1e-5)


def test_borenstein_variance_of_a_standardised_change() -> None:
    """d = 0.5, n = 10: J = Γ(4.5)/(√4.5 Γ(4)), v = J² (1/10 + 0.25/20)."""
    found = effects("SMCC", {"mean_change": [1], "sd_change": [2], "n": [10]}, variance="LS2")
    j = math.gamma(4.5) / (math.sqrt(4.5) * 6)
    assert float(found.estimates.y[0]) == pytest.approx(j / 2, rel=1e-13)
    assert float(found.estimates.v[0]) == pytest.approx(j**2 * 0.1125, rel=1e-13)


def test_which_part_is_corrected_is_said() -> None:
    table = {"ai": [0, 5], "bi": [20, 15], "ci": [4, 6], "di": [16, 14]}
    found = effects("RD", table, zero_cells="only0:variance")
    assert found.estimates.y[0] == pytest.approx(-0.2, rel=1e-15)
    assert found.estimates.v[0] == effects("RD", table).estimates.v[0]
    (caution,) = found.estimates.cautions
    assert "only in the variances" in caution.message
    # The raw log odds ratio is infinite: nothing to report.
    left = effects("OR", table, zero_cells="only0:variance")
    assert [row.row for row in left.excluded] == [0]


def test_averaged_variances_say_that_they_depend_on_the_set() -> None:
    found = effects("SMD", DATA["means3"], variance="AV")
    assert [caution.code for caution in found.estimates.cautions] == ["average_variance"]


@pytest.mark.parametrize(
    ("code", "data", "said"),
    [
        ("ABT", "alphas", "two items, three people"),
        ("REH", "genotypes", "a genotype that nobody has"),
        ("PHI", "tables", "no information about the phi coefficient"),
        ("RTET", "tables", "zero cell leaves"),
        ("SDLN", "groups", "sd is 0"),
    ],
)
def test_rows_left_out_say_why(code: str, data: str, said: str) -> None:
    assert said in " ".join(row.reason for row in effects(code, DATA[data]).excluded)


def test_pairs_are_counted_once() -> None:
    found = effects("MPORM", DATA["marginals"])
    assert found.estimates.n is not None
    assert found.estimates.n.tolist() == [40, 40, 5]
    unequal = effects("MPORM", {"ai": [4], "n1i": [9], "ci": [3], "n2i": [8], "ri": [0.5]})
    assert "n_1 and n_2 differ" in unequal.excluded[0].reason


def test_rows_at_which_escalc_stops_are_listed_and_the_others_used() -> None:
    means = {"mi": [10.0, -9.1], "sdi": [2.1, 1.7], "ni": [25, 60]}
    for code in ("CVLN", "MNLN"):
        found = effects(code, means)
        assert found.rows.tolist() == [0]
        assert "not 0 and of one sign" in found.excluded[0].reason
    few = effects("PCOR", {"ti": [2.0, 2.0], "ni": [30, 5], "mi": [3, 6]})
    assert few.rows.tolist() == [0]
    assert few.excluded[0].reason.startswith("too few people for so many predictors")


@pytest.mark.parametrize("code", sorted(BOTH_ANYWAY))
def test_one_sided_corrections_hold_for_measures_where_escalc_ignores_them(code: str) -> None:
    def of(rule: str) -> tuple[np.ndarray, np.ndarray]:
        found = effects(code, DATA["plain"], zero_cells=rule).estimates
        return found.y, found.v

    (y, v), (raw_y, raw_v) = of("all"), of("none")
    for rule, expected in (("all:estimate", (y, raw_v)), ("all:variance", (raw_y, v))):
        np.testing.assert_array_equal(of(rule), expected)
    assert not np.isclose(y, raw_y).any()
