"""P values in plain Python against R 4.2.2; the R call stands beside each number."""

from __future__ import annotations

import pytest

from ketameta.records.integrity import probability as p
from ketameta.records.integrity.two_by_two import Counts, fisher, odds_ratio, p_values, risk_ratio

REFERENCE = {
    "2 * pnorm(-1.96)": (p.normal_p(-1.96), 0.04999579),
    "2 * pt(-6.533, 23)": (p.t_p(6.533, 23), 1.149224e-06),
    "2 * pt(-2.029, 20)": (p.t_p(-2.029, 20), 0.0559808),
    "2 * pt(-2.5, 7)": (p.t_p(2.5, 7), 0.0409922185858),
    "2 * pt(-0.3, 1)": (p.t_p(0.3, 1), 0.814452841845),
    "2 * pt(-30, 200)": (p.t_p(30, 200), 5.72416120883e-76),
    "pf(5.1, 1, 24, lower = F)": (p.f_p(5.1, 1, 24), 0.03329296),
    "pf(4.2, 3, 17, lower = F)": (p.f_p(4.2, 3, 17), 0.0214378578524),
    "pchisq(3.84, 1, lower = F)": (p.chi2_p(3.84, 1), 0.05004352),
    "pchisq(0.2, 5, lower = F)": (p.chi2_p(0.2, 5), 0.999113861211),
    "pchisq(80, 3, lower = F)": (p.chi2_p(80, 3), 3.06927748617e-17),
    "qt(.975, 57)": (p.t_quantile(0.95, 57), 2.002465),
    "qt(.995, 4)": (p.t_quantile(0.99, 4), 4.60409487135),
}


@pytest.mark.parametrize("call", REFERENCE)
def test_as_in_r(call: str) -> None:
    ours, r = REFERENCE[call]
    digits = len(f"{r:.12g}".replace(".", "").lstrip("0").split("e")[0])
    assert ours == pytest.approx(r, rel=0.6 * 10 ** (1 - digits))


def test_ends() -> None:
    assert p.t_p(float("inf"), 5) == 0
    assert p.t_p(0, 5) == 1
    assert p.f_p(0, 2, 5) == 1
    assert p.chi2_p(0, 2) == 1
    assert p.t_p(2, float("inf")) == p.normal_p(2)


def test_tests_of_a_table() -> None:
    """R: m <- matrix(c(13, 14, 3, 25), 2, byrow = T); fisher.test(m), chisq.test(m, correct = F),
    chisq.test(m); Wald tests and the likelihood ratio by their formulas."""
    table = Counts(13, 27, 3, 28)
    assert fisher(table) == pytest.approx(0.002988818, rel=1e-6)
    found = p_values(table)
    assert found.low == pytest.approx(0.001684423, rel=1e-6)  # likelihood ratio
    assert found.high == pytest.approx(0.009692098, rel=1e-6)  # Wald test of the risk ratio
    other = p_values(Counts(2, 13, 7, 17))
    assert fisher(Counts(2, 13, 7, 17)) == pytest.approx(0.2292654, rel=1e-6)
    assert other.low < 0.1266129 < 0.2603362 < other.high + 1e-6  # Pearson, Yates


def test_ratios_by_hand() -> None:
    table = Counts(2, 13, 7, 17)
    assert risk_ratio(table) == pytest.approx((2 / 13) / (7 / 17))
    assert odds_ratio(table) == pytest.approx((2 * 10) / (11 * 7))
    assert risk_ratio(Counts(2, 13, 0, 17)) == float("inf")
    assert p_values(Counts(0, 13, 0, 17)) == (0, 1)
