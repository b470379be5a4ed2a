"""Reconciliation: each preset's numbers against the program itself, or a hand calculation."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from typing import Any

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.effects import effects
from ketameta.pooling.pool import pool
from ketameta.pooling.presets import PRESETS
from ketameta.sensitivity.reconcile import ReconciledRow, reconcile
from ketameta.sensitivity.reconcile_words import width_compared

# Trials e and f: no event in one group, and in neither.
COUNTS = {
    "study": ["a", "b", "c", "d", "e", "f"],
    "ai": [4, 6, 3, 33, 0, 0],
    "n1i": [123, 306, 231, 5069, 60, 50],
    "ci": [11, 29, 11, 47, 2, 0],
    "n2i": [139, 303, 220, 5808, 62, 50],
}
NO_ZEROS = {name: values[:4] for name, values in COUNTS.items()}
MEANS = {
    "study": ["a", "b", "c", "d", "e"],
    "m1i": [5.0, 6.0, 7.0, 4.0, 8.0],
    "sd1i": [2.0, 3.0, 2.0, 2.0, 3.0],
    "n1i": [10.0, 20.0, 15.0, 12.0, 30.0],
    "m2i": [4.0, 4.5, 7.5, 2.0, 6.0],
    "sd2i": [2.0, 2.0, 2.0, 2.5, 3.0],
    "n2i": [11.0, 20.0, 14.0, 12.0, 28.0],
}
GENERIC = {
    "study": list("abcdef"),
    "yi": [0.1, 0.5, -0.2, 0.9, 0.4, 0.3],
    "vi": [0.02] * 3 + [0.1] * 3,
}


def rows(table: dict[str, list[Any]], measure: str, **options: Any) -> dict[str, ReconciledRow]:
    return {row.preset: row for row in reconcile(table, measure, **options)}


def as_numbers(row: ReconciledRow) -> list[float | None]:
    return [row.estimate, row.interval.low, row.interval.high, row.tau2, row.i2, row.q]


# --- statsmodels itself ------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["MD", "SMD", "RR", "OR", "RD"])
def test_statsmodels_gives_the_numbers_of_its_preset(measure: str) -> None:
    from statsmodels.stats.meta_analysis import (
        combine_effects,
        effectsize_2proportions,
        effectsize_smd,
    )

    if measure == "MD":
        y, v = np.array(GENERIC["yi"]), np.array(GENERIC["vi"])
        ours = rows(GENERIC, "MD")["statsmodels"]
    elif measure == "SMD":
        y, v = effectsize_smd(*(np.array(MEANS[name]) for name in list(MEANS)[1:]))
        ours = rows(MEANS, "SMD")["statsmodels"]
    else:
        kind = {"RR": "risk-ratio", "OR": "odds-ratio", "RD": "diff"}[measure]
        cells = (np.array(NO_ZEROS[name]) for name in ("ai", "n1i", "ci", "n2i"))
        y, v = effectsize_2proportions(*cells, statistic=kind)
        ours = rows(NO_ZEROS, measure)["statsmodels"]
    # Its stopping rule is absolute, 1e-5 on Q; here it is tightened, as far as it goes: at 1e-13
    # rounding takes Q below its target, which it answers with tau2 = 0.
    theirs = combine_effects(y, v, method_re="iterated", atol=1e-10, maxiter=500)
    low, high = theirs.conf_int()[1]
    expected = [theirs.mean_effect_re, low, high, theirs.tau2, 100 * theirs.i2, theirs.q]
    assert as_numbers(ours) == pytest.approx(expected, rel=1e-8)
    assert ours.y == pytest.approx(y, rel=1e-12)
    assert ours.v == pytest.approx(v, rel=1e-12)


def test_statsmodels_shows_a_negative_i2() -> None:
    from statsmodels.stats.meta_analysis import combine_effects

    y, v = np.array([0.30, 0.32, 0.29, 0.31]), np.full(4, 0.03)
    found = rows({"yi": y, "vi": v}, "MD")
    theirs = combine_effects(y, v)
    assert found["statsmodels"].i2 == pytest.approx(100 * theirs.i2, rel=1e-9)
    assert found["statsmodels"].i2 < 0
    assert found["meta-8"].i2 == 0


# --- metafor itself ----------------------------------------------------------------------------

SCRIPT = """
suppressMessages(library(metafor))
input <- jsonlite::fromJSON(file("stdin"))
tight <- list(threshold = 1e-12, tol = 1e-13, maxiter = 5000)
binary <- function(m) {
  d <- input$counts
  es <- escalc(m, ai = d$ai, n1i = d$n1i, ci = d$ci, n2i = d$n2i)
  f <- rma(yi, vi, data = es, method = "REML", control = tight); p <- predict(f)
  list(f$beta[1], f$ci.lb, f$ci.ub, f$tau2, f$I2, f$QE, p$pi.lb, p$pi.ub)
}
means <- function(m) {
  d <- input$means
  es <- escalc(m, m1i = d$m1i, sd1i = d$sd1i, n1i = d$n1i, m2i = d$m2i, sd2i = d$sd2i, n2i = d$n2i)
  f <- rma(yi, vi, data = es, method = "REML", control = tight); p <- predict(f)
  list(f$beta[1], f$ci.lb, f$ci.ub, f$tau2, f$I2, f$QE, p$pi.lb, p$pi.ub)
}
# DerSimonian and Laird with Q around the Mantel-Haenszel estimate of corrected tables.
revman <- function(m) {
  d <- input$counts
  f <- rma.mh(ai = d$ai, n1i = d$n1i, ci = d$ci, n2i = d$n2i, measure = m, add = c(0.5, 0.5),
              to = c("only0", "only0"), drop00 = c(TRUE, TRUE))
  es <- escalc(m, ai = d$ai, n1i = d$n1i, ci = d$ci, n2i = d$n2i, drop00 = TRUE)
  es <- es[!is.na(es$yi), ]; w <- 1 / es$vi
  q <- sum(w * (es$yi - f$beta[1])^2)
  tau2 <- max(0, (q - (nrow(es) - 1)) / (sum(w) - sum(w^2) / sum(w)))
  g <- rma(yi, vi, data = es, tau2 = tau2)
  list(g$beta[1], g$ci.lb, g$ci.ub, tau2, max(0, 100 * (q - nrow(es) + 1) / q), q)
}
cat(jsonlite::toJSON(list(
  metafor = list(OR = binary("OR"), RR = binary("RR"), RD = binary("RD"),
                 SMD = means("SMD"), MD = means("MD")),
  revman = list(OR = revman("OR"), RR = revman("RR"))), digits = NA, auto_unbox = TRUE))
"""


@pytest.fixture(scope="module")
def metafor() -> dict[str, Any]:
    probe = (
        'quit(status = !all(sapply(c("metafor", "jsonlite"), requireNamespace, quietly = TRUE)))'
    )
    program = shutil.which("Rscript")
    if program is None or subprocess.run([program, "-e", probe], check=False).returncode:
        reason = "R with metafor and jsonlite is not installed (apt install r-cran-metafor)"
        if os.environ.get("KETAMETA_REQUIRE_R") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [program, "-e", SCRIPT],
        input=json.dumps({"counts": COUNTS, "means": MEANS}),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.r
@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "SMD", "MD"])
def test_metafor_gives_the_numbers_of_its_preset(metafor: dict[str, Any], measure: str) -> None:
    table = COUNTS if measure in ("OR", "RR", "RD") else MEANS
    ours = rows(table, measure)["metafor"]
    numbers = [*as_numbers(ours), ours.prediction.low, ours.prediction.high]
    assert numbers == pytest.approx(metafor["metafor"][measure], rel=1e-6, abs=1e-10)


@pytest.mark.r
@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_revman_5_takes_q_around_mantel_haenszel(metafor: dict[str, Any], measure: str) -> None:
    ours = rows(COUNTS, measure)["revman-5"]
    assert as_numbers(ours) == pytest.approx(metafor["revman"][measure], rel=1e-8)


# --- hand calculations -------------------------------------------------------------------------


def test_zero_cells_by_program() -> None:
    """Trial e of the counts: 0 of 60 against 2 of 62."""
    found = rows(COUNTS, "RR")
    at = {code: row.y[row.labels.index("e")] for code, row in found.items() if "e" in row.labels}
    twice, once = math.log((0.5 / 61) / (2.5 / 63)), math.log((0.5 / 60.5) / (2.5 / 62.5))
    for code in ("metafor", "revman-5", "cochrane-2025", "stata", "pymare"):
        assert at[code] == pytest.approx(twice, rel=1e-12), code
    for code in ("meta-7", "meta-8", "iqwig-6"):
        assert at[code] == pytest.approx(once, rel=1e-12), code
    assert found["statsmodels"].excluded == ("e", "f")
    assert found["metafor"].excluded == ()
    assert found["stata"].excluded == ("f",)
    crude = rows(COUNTS, "RD")
    place = crude["revman-5"].labels.index("e")
    assert crude["revman-5"].y[place] == pytest.approx(-2 / 62, rel=1e-12)
    assert crude["metafor"].y[place] == pytest.approx(0.5 / 61 - 2.5 / 63, rel=1e-12)
    v = 0.5 * 60.5 / 61**3 + 2.5 * 60.5 / 63**3
    assert crude["revman-5"].v[place] == pytest.approx(v, rel=1e-12)
    assert crude["metafor"].v[place] == pytest.approx(v, rel=1e-12)


def test_standardised_differences_by_program() -> None:
    """Trial a of the means: 5 (2, n = 10) against 4 (2, n = 11), so d = 1/2."""
    found = {code: (row.y[0], row.v[0]) for code, row in rows(MEANS, "SMD").items()}
    near = 1 - 3 / (4 * 21 - 9)
    exact = math.exp(math.lgamma(9.5) - math.lgamma(9.0)) / math.sqrt(9.5)
    base = 1 / 10 + 1 / 11
    g = near / 2
    assert found["revman-5"] == pytest.approx((g, base + g**2 / (2 * 17.06)), rel=1e-12)
    assert found["statsmodels"] == pytest.approx(found["revman-5"], rel=1e-12)
    pymare = near**2 * (base + 0.25 / (2 * 19))
    assert found["pymare"] == pytest.approx((g, pymare), rel=1e-12)
    g = exact / 2
    assert found["metafor"] == pytest.approx((g, base + g**2 / 42), rel=1e-12)
    unbiased = base + (1 - 17 / (19 * exact**2)) * g**2
    assert found["meta-8"] == pytest.approx((g, unbiased), rel=1e-10)


def test_iqwig_widens_a_narrow_interval() -> None:
    """Closely agreeing effects: the plain standard error with t(3), 3.1824463."""
    table = {"yi": [0.30, 0.32, 0.29, 0.31], "vi": [0.03] * 4}
    found = rows(table, "MD", presets=["cochrane-2025", "iqwig-6"])["iqwig-6"]
    half = 3.182446305284263 * math.sqrt(0.03 / 4)
    assert found.interval_method == "t"
    assert found.interval.high == pytest.approx(0.305 + half, rel=1e-10)
    assert any("IQWiG's rule applies" in sentence for sentence in found.differences)
    assert rows(GENERIC, "MD")["iqwig-6"].interval_method == "hksj"


@pytest.mark.parametrize("code", sorted(PRESETS))
def test_generic_estimates_are_pooled_by_the_options_of_the_preset(code: str) -> None:
    """Without counts or means a preset is nothing but its pooling options."""
    row = rows(GENERIC, "MD")[code]
    entry = PRESETS[code]
    result = pool(effects("MD", GENERIC).estimates, entry.choices)
    assert (row.estimate, row.se, row.tau2) == (
        result.estimate,
        result.se,
        result.heterogeneity.tau2,
    )
    assert row.interval == result.interval
    assert (row.prediction.low is None) == (entry.prediction is None)
    if entry.i2 == "tau2":
        assert row.i2 == result.heterogeneity.i2
    else:
        assert row.i2 == pytest.approx(100 * (row.q - 5) / row.q, rel=1e-12)


# --- words -------------------------------------------------------------------------------------


def said(table: dict[str, list[Any]], measure: str, first: str, second: str) -> str:
    return " ".join(reconcile(table, measure, presets=[first, second])[1].differences)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ((COUNTS, "RR", "revman-5", "metafor"), "It pools 6 estimates instead of 5, with f"),
        (
            (COUNTS, "OR", "metafor", "statsmodels"),
            "It pools 4 estimates instead of 6, without e, f",
        ),
        ((COUNTS, "RR", "stata", "meta-8"), "The estimates of e differ by the rule for zero cells"),
        ((COUNTS, "OR", "stata", "revman-5"), "it is taken around the Mantel-Haenszel estimate"),
        ((MEANS, "SMD", "metafor", "revman-5"), "Standardised mean differences are made with J ="),
        ((GENERIC, "MD", "metafor", "pymare"), "maximum likelihood instead of restricted"),
        ((GENERIC, "MD", "metafor", "pymare"), "a smaller tau2, which gives large studies more"),
        ((GENERIC, "MD", "metafor", "cochrane-2025"), "(t with 5 degrees of freedom, variance"),
        ((GENERIC, "MD", "meta-8", "meta-7"), "t with k-2 degrees of freedom, instead of t with"),
        ((GENERIC, "MD", "metafor", "revman-5"), "It gives no prediction interval."),
        ((GENERIC, "MD", "revman-5", "metafor"), "There is a prediction interval: normal."),
        ((GENERIC, "MD", "metafor", "meta-8"), "instead of from tau2 and the typical sampling"),
    ],
)
def test_differences_name_the_option_behind_them(case: tuple[Any, ...], expected: str) -> None:
    assert expected in said(*case)


def test_options_that_make_no_difference_are_not_mentioned() -> None:
    """No zero cells, so rules for them are silent; generic data, so formulas of the SMD are."""
    assert "zero cells" not in said(NO_ZEROS, "RR", "stata", "meta-8")
    assert "Standardised" not in said(GENERIC, "SMD", "metafor", "stata")
    assert said(GENERIC, "MD", "metafor", "metafor") == ""
    assert reconcile(GENERIC, "MD")[0].differences == ()


@pytest.mark.parametrize("measure", ["RR", "OR", "RD"])
def test_every_difference_in_numbers_has_a_sentence(measure: str) -> None:
    found = reconcile(COUNTS, measure)
    for row in found[1:]:
        text = " ".join(row.differences)
        base = found[0]
        for name, old, new in (
            ("tau2 is", base.tau2, row.tau2),
            ("The pooled estimate is", base.estimate, row.estimate),
            ("The interval", base.interval.low, row.interval.low),
            ("prediction interval", base.prediction.low, row.prediction.low),
            ("I2 is", base.i2, row.i2),
        ):
            differs = (old is None) != (new is None) or (
                old is not None and new is not None and not math.isclose(old, new, rel_tol=1e-6)
            )
            assert not differs or name in text, (row.preset, name)


# --- degenerate and wrong input ----------------------------------------------------------------


def test_one_study_and_two_equal_studies() -> None:
    for row in reconcile({"yi": [0.1], "vi": [0.1]}, "MD"):
        assert (row.k, row.tau2, row.prediction.low) == (1, None, None)
        assert row.differences == ()
    for row in reconcile({"yi": [0.1, 0.1], "vi": [0.1, 0.1]}, "MD"):
        assert row.estimate == pytest.approx(0.1, rel=1e-12)
        assert row.interval.low < 0.1 < row.interval.high


def test_reported_estimates_stand_beside_counts() -> None:
    table = {name: [*values, math.nan] for name, values in NO_ZEROS.items() if name != "study"}
    table |= {"study": ["a", "b", "c", "d", "x"], "yi": [math.nan] * 4 + [-0.4], "vi": [0.1] * 5}
    found = rows(table, "OR")
    for row in found.values():
        assert row.labels[-1] == "x"
        assert (row.y[-1], row.v[-1]) == (-0.4, 0.1)
    # Without counts for every trial there is no Mantel-Haenszel estimate.
    assert found["revman-5"].q_centre == "IV"


def test_ten_thousand_trials_take_seconds_and_short_sentences() -> None:
    rng = np.random.default_rng(1)
    size = 10_000
    table = {name: rng.integers(0, 5, size) for name in ("ai", "ci")}
    table |= {name: rng.integers(5, 40, size) for name in ("n1i", "n2i")}
    found = reconcile(table, "RR", presets=["stata", "statsmodels", "meta-8"])
    assert found[1].k < found[0].k
    assert " more" in found[1].differences[0]
    assert max(len(sentence) for row in found for sentence in row.differences) < 500


def test_misuse_is_told() -> None:
    with pytest.raises(UsageError, match="none called 'spss'"):
        reconcile(GENERIC, "MD", presets=["spss"])
    with pytest.raises(UsageError, match="Name at least one"):
        reconcile(GENERIC, "MD", presets=[])
    nothing = {"ai": [0, 0], "n1i": [10, 12], "ci": [0, 0], "n2i": [9, 8]}
    with pytest.raises(DataError, match="no row gives an estimate"):
        reconcile(nothing, "RR", presets=["stata"])


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (1.0 - 3.62e-5, "the same to 0.01 %"),
        (1.0 + 3.62e-5, "the same to 0.01 %"),
        (1.0 - 3.62e-4, "0.0362 % narrower"),
        (1.25, "25 % wider"),
    ],
)
def test_a_tie_is_no_difference_in_width(ratio: float, said: str) -> None:
    assert width_compared(ratio) == said
