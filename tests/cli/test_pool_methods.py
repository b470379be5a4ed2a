"""`ketameta pool`: methods that work on counts, every method of the catalogs, and presets."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

from ketameta.pooling.catalog import (
    INTERVAL_METHODS,
    PREDICTION_METHODS,
    TAU2_INTERVAL_METHODS,
    TAU2_METHODS,
)

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

TABLE = """study,events_1,n_1,events_2,n_2,yi,vi,drug
A,13,27,3,28,,,x
B,4,17,0,23,,,x
C,0,5,0,7,,,y
D,,,,,0.3,0.2,y
E,3,8,2,9,,,y
"""
USED = ((13, 27, 3, 28), (4, 17, 0, 23), (3, 8, 2, 9))
ESTIMATES = "study,yi,vi\n" + "".join(
    f"{i},{y},{v}\n"
    for i, (y, v) in enumerate(
        ((0.2, 0.05), (0.9, 0.1), (-0.4, 0.08), (0.6, 0.2), (0.1, 0.02), (1.1, 0.15), (0.5, 0.04))
    )
)
Z = 1.959963984540054


def test_mantel_haenszel_by_hand(run_json: RunJson, run: Run, table: Write) -> None:
    words = ("pool", "--data", table(TABLE), "--measure", "OR", "--method", "mh")
    found = run_json(*words)
    r = sum(a * (n2 - c) / (n1 + n2) for a, n1, c, n2 in USED)
    s = sum((n1 - a) * c / (n1 + n2) for a, n1, c, n2 in USED)
    assert found["estimate"] == pytest.approx(math.log(r / s), rel=1e-13)
    assert found["weighting"] == "MH-OR"
    assert found["k"] == 3
    assert found["tau2"] == 0
    assert found["pi_low"] is None
    share = [100 * (n1 - a) * c / (n1 + n2) / s for a, n1, c, n2 in USED]
    assert found["weights"] == pytest.approx(share, rel=1e-12)
    assert found["ci_high"] - found["ci_low"] == pytest.approx(2 * Z * found["se"], rel=1e-12)
    excess = sum(a - n1 * (a + c) / (n1 + n2) for a, n1, c, n2 in USED)
    spread = sum(
        n1 * n2 * (a + c) * (n1 + n2 - a - c) / ((n1 + n2) ** 2 * (n1 + n2 - 1))
        for a, n1, c, n2 in USED
    )
    assert found["cmh"]["statistic"] == pytest.approx((excess - 0.5) ** 2 / spread, rel=1e-12)
    assert found["breslow_day"]["df"] == found["tarone"]["df"] == 2
    assert [(item["study"], item["where"]) for item in found["excluded"]] == [
        ("C", "trials.csv:4"),
        ("D", "trials.csv:5"),
    ]
    assert found["excluded"][1]["reason"].startswith("missing: events_1, n_1, events_2, n_2")
    shown = run(*words).stdout
    assert "Mantel-Haenszel odds ratio" in shown
    assert "Breslow-Day" in shown


def test_peto_by_hand(run_json: RunJson, table: Write) -> None:
    found = run_json("pool", "--data", table(TABLE), "--measure", "OR", "--method", "PETO")
    excess = sum(a - n1 * (a + c) / (n1 + n2) for a, n1, c, n2 in USED)
    spread = sum(
        n1 * n2 * (a + c) * (n1 + n2 - a - c) / ((n1 + n2) ** 2 * (n1 + n2 - 1))
        for a, n1, c, n2 in USED
    )
    assert found["estimate"] == pytest.approx(excess / spread, rel=1e-13)
    assert found["se"] == pytest.approx(spread**-0.5, rel=1e-13)
    assert found["weighting"] == "Peto-OR"
    assert "peto_conditions" in [warning["code"] for warning in found["warnings"]]


def test_the_mantel_haenszel_risk_ratio_and_difference_by_hand(
    run_json: RunJson, table: Write
) -> None:
    path = table(TABLE)
    words = ("pool", "--data", path, "--method", "mh", "--measure")
    a = sum(x * n2 / (n1 + n2) for x, n1, _, n2 in USED)
    c = sum(x * n1 / (n1 + n2) for _, n1, x, n2 in USED)
    assert run_json(*words, "RR")["estimate"] == pytest.approx(math.log(a / c), rel=1e-13)
    # Tables without events count towards a difference: C has weight 5 * 7 / 12.
    weight = sum(n1 * n2 / (n1 + n2) for _, n1, _, n2 in USED) + 35 / 12
    difference = run_json(*words, "RD")
    assert difference["estimate"] == pytest.approx((a - c) / weight, rel=1e-13)
    assert difference["k"] == 4


@pytest.mark.parametrize("model", ["um.fs", "um.rs", "cm.el", "cm.al"])
def test_mixed_models_are_those_of_the_engine(run_json: RunJson, table: Write, model: str) -> None:
    from ketameta.measures.arms import Counts
    from ketameta.pooling.glmm import glmm

    words = ("pool", "--data", table(TABLE), "--measure", "OR", "--method", f"glmm:{model}")
    found = run_json(*words)
    a, n1, c, n2 = zip(*USED, strict=True)
    same = glmm(Counts(a, n1), Counts(c, n2), model=model)
    assert found["estimate"] == same.estimate
    assert (found["ci_low"], found["ci_high"]) == (same.interval.low, same.interval.high)
    assert found["tau2"] == same.heterogeneity.tau2
    assert found["log_likelihood"] == same.log_likelihood
    assert found["weighting"] == model.upper()
    assert found["weights"] == [None] * 3
    assert len(found["studies"]) == 3
    assert set(found) <= key_names("pool")


def test_a_mixed_model_of_one_group(run_json: RunJson, run: Run, table: Write) -> None:
    path = table("study,xi,ni\nA,3,10\nB,4,20\nC,9,17\n")
    found = run_json("pool", "--data", path, "--measure", "PLO", "--method", "glmm")
    assert found["weighting"] == "LOGIT-NORMAL"
    assert 0.2 < found["display"]["estimate"] < 0.6


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_the_beta_binomial_model_counts_studies_without_events(
    run_json: RunJson, run: Run, table: Write, measure: str
) -> None:
    from ketameta.measures.arms import Counts
    from ketameta.pooling.beta_binomial import beta_binomial

    words = ("pool", "--data", table(TABLE), "--measure", measure, "--method", "beta-binomial")
    found = run_json(*words, "--level", "90")
    a, n1, c, n2 = zip(*USED[:2], (0, 5, 0, 7), USED[2], strict=True)
    same = beta_binomial(Counts(a, n1), Counts(c, n2), measure=measure, level=0.9)
    assert found["k"] == 4
    assert [study["study"] for study in found["studies"]] == ["A", "B", "C", "E"]
    assert (found["estimate"], found["se"]) == (same.estimate, same.se)
    assert (found["ci_low"], found["ci_high"]) == (same.interval.low, same.interval.high)
    assert found["probabilities"] == list(same.probabilities)
    assert found["correlation"] == same.correlation
    assert (found["tau2"], found["q"], found["q_df"], found["pi_low"]) == (None,) * 4
    assert found["weights"] == [None] * 4
    assert [item["study"] for item in found["excluded"]] == ["D"]
    assert set(found) <= key_names("pool")
    shown = run(*words).stdout
    assert "Combined by   beta-binomial model" in shown
    assert "Mean probability" in shown
    assert "τ²" not in shown


def test_the_beta_binomial_model_of_one_group(run_json: RunJson, table: Write) -> None:
    path = table("study,xi,ni\nA,0,10\nB,4,20\nC,9,17\n")
    found = run_json("pool", "--data", path, "--measure", "PLO", "--method", "betabinomial")
    assert found["weighting"] == "BETA-BINOMIAL"
    assert found["k"] == 3


RATES = """study,events_1,time_1,events_2,time_2
A,4,100,9,98
B,0,80,2,83
C,7,200,11,210
D,0,55.5,0,61.25
"""


def test_mantel_haenszel_for_rates(run_json: RunJson, run: Run, table: Write) -> None:
    words = ("pool", "--data", table(RATES), "--method", "mh", "--measure")
    ratio, difference = run_json(*words, "IRR"), run_json(*words, "IRD")
    # metafor 3.8-1: rma.mh(measure = "IRR") and "IRD" with drop00 = FALSE.
    assert ratio["estimate"] == pytest.approx(-0.671585079166129, rel=1e-12)
    assert ratio["se"] == pytest.approx(0.368835326705689, rel=1e-12)
    assert [item["study"] for item in ratio["excluded"]] == ["D"]
    assert difference["estimate"] == pytest.approx(-0.0240218882257142, rel=1e-12)
    assert difference["se"] == pytest.approx(0.0129201831579792, rel=1e-12)
    assert (difference["k"], difference["weighting"]) == (4, "MH-IRD")
    assert "Mantel-Haenszel rate ratio" in run(*words, "IRR").stdout


def test_counts_by_column_with_a_group_that_cannot_be_pooled(
    run_json: RunJson, table: Write
) -> None:
    path = table(TABLE.replace("E,3,8,2,9", "E,,,,"))
    found = run_json("pool", "--data", path, "--measure", "OR", "--method", "mh", "--by", "drug")
    assert [(group["by"], group["k"]) for group in found] == [("x", 2), ("y", 0)]
    assert found[1]["estimate"] is None


@pytest.mark.parametrize(
    ("option", "catalog"),
    [
        ("--tau2", TAU2_METHODS),
        ("--ci", INTERVAL_METHODS),
        ("--prediction", PREDICTION_METHODS),
        ("--tau2-ci", TAU2_INTERVAL_METHODS),
    ],
)
def test_every_method_of_the_catalogs_can_be_asked_for(
    run_json: RunJson, table: Write, option: str, catalog: dict[str, object]
) -> None:
    path = table(ESTIMATES)
    key = {"--tau2": "tau2_method", "--ci": "interval_method", "--prediction": "prediction_method"}
    for code in catalog:
        words = ["pool", "--data", path, option, code]
        words += ["--tau2", "ML"] if (option, code) == ("--ci", "pl") else []
        found = run_json(*words)
        assert math.isfinite(found["estimate"])
        if option in key:
            assert found[key[option]] == code


def test_the_interval_of_tau2_can_be_chosen(run_json: RunJson, table: Write) -> None:
    words = ("pool", "--data", table(ESTIMATES), "--tau2-ci")
    ends = {run_json(*words, code)["tau2_ci_high"] for code in TAU2_INTERVAL_METHODS}
    assert len(ends) == len(TAU2_INTERVAL_METHODS)


def test_a_preset_chooses_the_variance_of_standardised_differences(
    run_json: RunJson, table: Write
) -> None:
    path = table("study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,10,2,20,8,3,30\nB,9,2,15,8,3,14\n")
    words = ("pool", "--data", path, "--measure", "SMD", "--preset")
    from_meta, from_metafor = run_json(*words, "meta-8"), run_json(*words, "metafor")
    assert from_meta["studies"][0]["yi"] == from_metafor["studies"][0]["yi"]
    assert from_meta["studies"][0]["vi"] != from_metafor["studies"][0]["vi"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--method", "mhh"), "--method: there is none called 'mhh'. Did you mean mh?"),
        (("--method", "xx"), "--method: there is none called 'xx'. Known are iv, mh, peto, beta-"),
        (("--method", "beta-binomial:x"), "--method: there is none called 'beta-binomial:x'."),
        (("--method", "beta-binomial", "--tau2", "ML"), "--tau2: has no place with --method beta"),
        (("--method", "beta-binomial", "--ci", "kr"), "beta-binomial model: there is no interval"),
        (("--method", "mh", "--tau2", "DL"), "--tau2: has no place with --method mh."),
        (("--method", "peto", "--ci", "t"), "--ci: has no place with --method peto."),
        (("--method", "glmm:um"), "mixed model: there is none called 'um'."),
        (("--method", "glmm", "--ci", "kr"), "mixed model: "),
        (
            ("--method", "mh", "--measure", "MD"),
            "--method mh: is for OR, RR, RD, IRR, IRD, not for",
        ),
        (("--method", "mh", "--preset", "stata"), "--preset: is for --method iv."),
        (("--preset", "stat"), "preset: there is none called 'stat'. Did you mean stata?"),
        (("--tau2-ci", "QQ"), "tau2 interval: there is none called 'QQ'."),
    ],
)
def test_methods_that_cannot_be_had(
    run: Run, table: Write, words: tuple[str, ...], message: str
) -> None:
    result = run("pool", "--data", table(TABLE), "--measure", "OR", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)


def test_counts_from_which_nothing_follows(run: Run, table: Write) -> None:
    path = table("study,events_1,n_1,events_2,n_2\nA,0,10,3,10\nB,0,12,2,10\n")
    result = run("pool", "--data", path, "--measure", "OR", "--method", "mh")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "Mantel-Haenszel odds ratio: it does not exist for these tables" in result.stderr


def test_a_question_of_the_review_has_no_counts_to_choose_from(run: Run, small_root: Path) -> None:
    result = run("pool", "--method", "mh")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("--method: goes with --data.")
