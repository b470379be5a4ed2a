"""The zero-cell rules: what they add, where, and what is said about it."""

from __future__ import annotations

import numpy as np
import pytest

from ketameta.errors import UsageError
from ketameta.measures.arms import Counts
from ketameta.measures.binary import fourfold_table, odds_ratio, peto_odds_ratio, risk_difference
from ketameta.measures.effects import effects
from ketameta.measures.zero_cells import ZeroCells

# A usual table, one with one zero, one without events, one with events only.
GROUP_1 = Counts([3, 0, 0, 10], [10, 10, 10, 10])
GROUP_2 = Counts([5, 4, 0, 30], [20, 20, 20, 30])


def cells(rule: str, *, ratio: bool = True) -> np.ndarray:
    t = fourfold_table(GROUP_1, GROUP_2, ZeroCells(rule), add=0.5, ratio=ratio)
    return np.array([t.a, t.b, t.c, t.d])


def test_only0_touches_the_tables_with_a_zero() -> None:
    assert cells("only0")[:, :2].T.tolist() == [[3, 7, 5, 15], [0.5, 10.5, 4.5, 16.5]]


def test_all_touches_every_table() -> None:
    assert cells("all")[:, 0].tolist() == [3.5, 7.5, 5.5, 15.5]


def test_if0all_touches_every_table_when_one_has_a_zero() -> None:
    assert cells("if0all")[:, 0].tolist() == [3.5, 7.5, 5.5, 15.5]


def test_if0all_looks_only_at_tables_that_are_analysed() -> None:
    """A table without events is left out for ratios: its zeros must not change the others."""
    one = Counts([3, 0], [10, 10])
    two = Counts([5, 0], [20, 20])
    t = fourfold_table(one, two, ZeroCells("if0all"), add=0.5, ratio=True)
    assert t.a[0] == 3
    t = fourfold_table(one, two, ZeroCells("if0all"), add=0.5, ratio=False)
    assert t.a[0] == 3.5


def test_none_leaves_the_zero() -> None:
    assert cells("none")[:, 1].tolist() == [0, 10, 4, 16]
    y, _ = odds_ratio(GROUP_1, GROUP_2, zero_cells=ZeroCells("none"))
    assert np.isnan(y[1])


def test_treatment_arm_adds_in_proportion_to_arm_size() -> None:
    """Sweeting: R = 20/10 controls per treated, so 1/(R+1) = 1/3 and R/(R+1) = 2/3 are added."""
    expected = [1 / 3, 10 + 1 / 3, 4 + 2 / 3, 16 + 2 / 3]
    assert cells("treatment_arm")[:, 1].tolist() == pytest.approx(expected, rel=1e-15)


def test_treatment_arm_pulls_towards_no_difference() -> None:
    """Without events in unequal arms the risk ratio is 1; a constant 1/2 would give 4.96."""
    t = fourfold_table(
        Counts(0, 100), Counts(0, 500), ZeroCells("treatment_arm"), add=0.5, ratio=False
    )
    assert float(t.a / (t.a + t.b) / (t.c / (t.c + t.d))) == pytest.approx(1.0, rel=1e-14)


def test_rule_in_a_batch_looks_at_its_own_set_only() -> None:
    a = np.array([[0, 3], [2, 3]])
    t = fourfold_table(
        Counts(a, 10), Counts(np.full_like(a, 4), 10), ZeroCells("if0all"), add=0.5, ratio=True
    )
    assert t.a.tolist() == [[0.5, 3.5], [2, 3]]


def test_ratios_leave_out_tables_without_information_differences_do_not() -> None:
    y, v = odds_ratio(GROUP_1, GROUP_2)
    assert np.isfinite(y).tolist() == [True, True, False, False]
    assert np.isfinite(v).tolist() == [True, True, False, False]
    y, v = risk_difference(GROUP_1, GROUP_2)
    assert np.isfinite(y).all()
    assert (v > 0).all()


def test_peto_adds_nothing_by_itself() -> None:
    """0/30 against 3/30: O - E = -1.5, V = 30·30·3·57/(60²·59)."""
    y, v = peto_odds_ratio(Counts(0, 30), Counts(3, 30))
    variance = 30 * 30 * 3 * 57 / (60**2 * 59)
    assert float(y) == pytest.approx(-1.5 / variance, rel=1e-14)
    assert float(v) == pytest.approx(1 / variance, rel=1e-14)


@pytest.mark.parametrize("rule", ["sometimes", ""])
def test_unknown_rule(rule: str) -> None:
    with pytest.raises(UsageError, match="Choose one of only0"):
        ZeroCells(rule)


@pytest.mark.parametrize("add", [-0.5, float("nan"), float("inf")])
def test_impossible_amount(add: float) -> None:
    with pytest.raises(UsageError, match="0 or more"):
        ZeroCells("all", add)


def test_the_rule_and_its_rows_are_on_the_result() -> None:
    columns = {
        "study": ["Alpha", "Beta", "Gamma"],
        "events_1": [3, 0, 0],
        "n_1": [10, 10, 10],
        "events_2": [5, 4, 0],
        "n_2": [20, 20, 20],
    }
    table = effects("OR", columns)
    (caution,) = table.estimates.cautions
    assert caution.code == "zero_cell_correction"
    assert "'only0'" in caution.message
    assert caution.message.endswith("touched: Beta.")
    (row,) = table.excluded
    assert (row.label, row.row) == ("Gamma", 2)
    assert row.reason == "no events in either group: no information about the odds ratio"
    assert effects("OR", columns, zero_cells="none").estimates.cautions == ()
    assert effects("RD", columns).estimates.labels == ("Alpha", "Beta", "Gamma")
    assert effects("PETO", columns).estimates.cautions == ()


def test_treatment_arm_needs_two_arms() -> None:
    with pytest.raises(UsageError, match="needs two groups"):
        effects("PLO", {"events": [0], "n": [9]}, zero_cells="treatment_arm")
    rates = {"events_1": [0], "time_1": [10.0], "events_2": [2], "time_2": [30.0]}
    y = effects("IRR", rates, zero_cells="treatment_arm").estimates.y
    assert y == pytest.approx([np.log((0.25 / 10) / (2.75 / 30))])
