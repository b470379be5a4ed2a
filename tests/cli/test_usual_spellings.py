"""What users of R and of spreadsheets write is understood, and means the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketameta.cli.spelled_choice import SpelledChoice

Write = Callable[[str], Path]
RunJson = Callable[..., Any]

TABLE = (
    "study,yi,vi,x,g\nA,0.1,0.04,1,a\nB,0.5,0.05,2,b\nC,0.3,0.02,3,a\nD,0.9,0.06,5,b\n"
    "E,-0.2,0.03,4,a\nF,0.4,0.05,7,c\nG,0.2,0.03,9,c\n"
)
COUNTS = "study,ai,n1i,ci,n2i\nA,4,40,8,44\nB,6,50,9,45\nC,3,30,7,29\nD,1,20,4,21\n"


def coefficients(found: Any) -> list[float]:
    return [one["estimate"] for one in found["coefficients"]]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("~ I(x^2)", "~ I(x**2)"),
        ("~ sqrt(x)", "~ np.sqrt(x)"),
        ("~ as.factor(g)", "~ C(g)"),
        ("~ factor(g)", "~ C(g)"),
        ("~ C(g, Treatment('b'))", "~ C(g, contr.treatment('b'))"),
        ("~ C(g, Treatment(reference='b'))", "~ C(g, contr.treatment('b'))"),
    ],
)
def test_formulas_of_r_and_patsy(run_json: RunJson, table: Write, theirs: str, ours: str) -> None:
    path = table(TABLE)
    one = run_json("regress", "--data", path, "--formula", theirs)
    two = run_json("regress", "--data", path, "--formula", ours)
    assert coefficients(one) == coefficients(two)


def test_a_formula_without_moderators_is_the_pooled_mean(run_json: RunJson, table: Write) -> None:
    path = table(TABLE)
    line = run_json("regress", "--data", path, "--formula", "~ 1")
    pooled = run_json("pool", "--data", path)
    assert coefficients(line) == pytest.approx([pooled["estimate"]], rel=1e-12)
    assert line["tau2"] == pytest.approx(pooled["tau2"], rel=1e-9)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (("--tau2", "Paule-Mandel"), ("--tau2", "PM")),
        (("--tau2", "fixed"), ("--tau2", "EE")),
        (("--ci", "hksj-ad-hoc"), ("--ci", "hksj-guarded")),
        (("--ci", "profile"), ("--ci", "pl", "--tau2", "ML")),
        (("--pi", "riley"), ("--prediction", "t(k-2)")),
        (("--tau2-ci", "profile-likelihood"), ("--tau2-ci", "PL")),
    ],
)
def test_names_of_methods(
    run_json: RunJson, table: Write, theirs: tuple[str, ...], ours: tuple[str, ...]
) -> None:
    path = table(TABLE)
    assert run_json("pool", "--data", path, *theirs) == run_json("pool", "--data", path, *ours)


def test_priors_as_results_print_them(run_json: RunJson, table: Write) -> None:
    path = table(TABLE)
    shown = run_json("bayes", "--data", path, "--prior", "half-normal(0.5)")
    assert shown == run_json("bayes", "--data", path, "--prior", "half-normal:0.5")
    bounded = run_json("bayes", "--data", path, "--prior", "uniform:0,5")
    assert bounded == run_json("bayes", "--data", path, "--prior", "uniform:5")


def test_what_a_method_does_anyway_may_be_said(run_json: RunJson, table: Write) -> None:
    words = ("pool", "--data", table(COUNTS), "--measure", "OR", "--method")
    plain = run_json(*words, "mh")
    assert run_json(*words, "Mantel-Haenszel", "--ci", "wald", "--tau2", "EE") == plain
    assert run_json(*words, "glmm:um.fs", "--tau2", "ML") == run_json(*words, "glmm:um.fs")


def test_a_mixed_model_with_equal_effects_is_a_logistic_regression(
    run_json: RunJson, table: Write
) -> None:
    words = ("pool", "--data", table(COUNTS), "--measure", "OR", "--method", "glmm:um.fs")
    found = run_json(*words, "--tau2", "EE")
    rows = [[float(cell) for cell in line.split(",")[1:]] for line in COUNTS.split()[1:]]
    theta = 0.0
    for _ in range(50):  # Newton on the likelihood with one intercept per table, profiled out
        score = information = 0.0
        for a, n1, c, n2 in rows:
            low, high = -20.0, 20.0
            for _ in range(200):
                middle = (low + high) / 2
                expected = n1 / (1 + math.exp(-middle - theta)) + n2 / (1 + math.exp(-middle))
                low, high = (middle, high) if expected < a + c else (low, middle)
            p1, p2 = 1 / (1 + math.exp(-low - theta)), 1 / (1 + math.exp(-low))
            w1, w2 = n1 * p1 * (1 - p1), n2 * p2 * (1 - p2)
            score += a - n1 * p1
            information += w1 * w2 / (w1 + w2)
        theta += score / information
    assert found["estimate"] == pytest.approx(theta, rel=1e-9)
    assert found["se"] == pytest.approx(information**-0.5, rel=1e-8)
    assert (found["tau2"], found["tau2_method"], found["pi_low"]) == (0.0, "EE", None)


def test_row_names_of_r_and_names_of_meta(run_json: RunJson, table: Write) -> None:
    r = run_json(
        "pool", "--data", table('"","study","yi","vi"\n"1","A",0.5,0.1\n"2","B",0.2,0.2\n')
    )
    assert r["k"] == 2
    path = table("study,TE,seTE\nA,0.5,0.1\nB,0.2,0.2\n")
    meta = run_json("pool", "--data", path, "--measure", "GEN")
    assert meta["studies"][0]["vi"] == pytest.approx(0.01, rel=1e-12)


def test_names_of_metafor_for_kinds_and_weight_functions(run_json: RunJson, table: Write) -> None:
    path = table(TABLE)
    one = run_json("sensitivity", "--data", path, "--kind", "leave1out")
    assert one == run_json("sensitivity", "--data", path, "--kind", "leave-one-out")
    choice = SpelledChoice(("half-normal", "step"), {"halfnorm": "half-normal"})
    assert choice.convert("HALFNORM", None, None) == "half-normal"
