"""`ketameta sensitivity`: clusters, orders, IMORs, groups, suppositions and plot coordinates."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from scipy.special import expit, logit

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

HEADER = "study,events_1,n_1,events_2,n_2,missing_1,missing_2,year,drug\n"
LINES = (
    "A,13,27,3,28,1,2,2019,x\n",
    "B,14,17,15,23,0,4,2020,x\n",
    "C,13,26,6,27,2,,2019,y\n",
    "D,73,111,24,100,0,0,1997,y\n",
)
TABLE = HEADER + "".join(LINES)
POOLED = ("k", "estimate", "se", "ci_low", "ci_high", "p_value", "tau2", "q", "pi_low")
WORDS = ("--measure", "OR")


def same(found: dict[str, Any], pooled: dict[str, Any]) -> None:
    for name in POOLED:
        assert found[name] == pytest.approx(pooled[name], rel=1e-11, nan_ok=True), name


def test_whole_clusters_are_left_out(run_json: RunJson, table: Write) -> None:
    words = ("sensitivity", "--kind", "leave-one-out", "--cluster", "drug", *WORDS, "--data")
    found = run_json(*words, table(TABLE))
    assert [row["left_out"] for row in found["rows"]] == ["x", "y"]
    same(found["rows"][0], run_json("pool", "--data", table(HEADER + "".join(LINES[2:])), *WORDS))
    alone = run_json(*words, table(HEADER + "".join(LINES[2:])))
    assert alone["rows"] == []


def test_orders(run_json: RunJson, table: Write) -> None:
    words = ("sensitivity", "--kind", "cumulative", *WORDS, "--data", table(TABLE), "--order")
    together = run_json(*words, "year", "--descending", "--together")["rows"]
    assert [(row["added"], row["order"]) for row in together] == [
        ("B", 2020),
        ("A; C", 2019),
        ("D", 1997),
    ]
    precise = run_json(*words, "precision")["rows"]
    assert [row["added"] for row in precise] == ["D", "C", "A", "B"]
    assert precise[0]["order"] == pytest.approx(1 / 73 + 1 / 38 + 1 / 24 + 1 / 76, rel=1e-12)


def test_informative_missingness_by_hand(run_json: RunJson, table: Write) -> None:
    """White, Higgins and Wood 2008: logit of (1 - a) p + a expit(logit p + log IMOR)."""
    table(HEADER + LINES[0])
    words = ("sensitivity", "--kind", "missing-outcomes", "--data", "trials.csv", *WORDS)
    more = ("--imor", "0.5,2", "--imor-sd", "0.4,0.3", "--imor-correlation", "0.25")
    rows = {row["assumption"]: row for row in run_json(*words, *more)["rows"]}
    assert len(rows) == 6

    def effect(p: np.ndarray, a: np.ndarray, delta: np.ndarray) -> float:
        risk = (1 - a) * p + a * expit(logit(p) + delta)
        return float(logit(risk[0]) - logit(risk[1]))

    seen, lost = np.array([27.0, 28.0]), np.array([1.0, 2.0])
    at = [np.array([13 / 27, 3 / 28]), lost / (seen + lost), np.log([0.5, 2.0])]
    assert rows["imor"]["estimate"] == pytest.approx(effect(*at), rel=1e-12)
    # Delta method by numerical derivatives.
    covariance = np.zeros((6, 6))
    p, a, _ = at
    covariance[:2, :2] = np.diag(p * (1 - p) / seen)
    covariance[2:4, 2:4] = np.diag(a * (1 - a) / (seen + lost))
    covariance[4:, 4:] = [[0.16, 0.25 * 0.4 * 0.3], [0.25 * 0.4 * 0.3, 0.09]]
    flat = np.concatenate(at)
    gradient = np.array(
        [
            effect(*np.split(flat + step, 3)) - effect(*np.split(flat - step, 3))
            for step in 1e-6 * np.eye(6)
        ]
    )
    gradient /= 2e-6
    assert rows["imor"]["se"] ** 2 == pytest.approx(gradient @ covariance @ gradient, rel=1e-7)


def test_a_range_of_missingness_odds_ratios(run_json: RunJson, table: Write) -> None:
    words = ("sensitivity", "--kind", "missing-outcomes", "--data", table(TABLE), *WORDS)
    rows = run_json(*words, "--imor", "1", "--imor-range", "0.25,1")["rows"][5:]
    by_name = {row["assumption"]: row for row in rows}
    assert list(by_name) == [
        "imor",
        "imor 0.25",
        "imor 1",
        "imor 0.25, opposite",
        "imor 1, opposite",
    ]
    for name in ("imor 1", "imor 1, opposite"):
        assert by_name[name]["estimate"] == pytest.approx(by_name["imor"]["estimate"], rel=1e-12)
    # Few events among the missing of group 1 and many in group 2 make the odds ratio smaller.
    assert by_name["imor 0.25, opposite"]["estimate"] < by_name["imor"]["estimate"]


@pytest.mark.parametrize("common", [False, True])
def test_groups_and_their_difference_by_hand(run_json: RunJson, table: Write, common: bool) -> None:
    words = ("sensitivity", "--kind", "subgroups", "--groups", "drug", "--data", table(TABLE))
    more = ("--tau2", "DL", "--ci", "wald", *WORDS)
    found = run_json(*words, *more, *(("--common-tau2",) if common else ()))
    first, second = found["rows"]
    z = (first["estimate"] - second["estimate"]) / math.hypot(first["se"], second["se"])
    assert found["q_between"] == pytest.approx(z**2, rel=1e-9)
    assert found["p_value"] == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-9)
    assert (found["df"], found["df_denominator"], found["common_tau2"]) == (1, None, common)
    if common:
        assert first["tau2"] == second["tau2"]
    else:
        same(second, run_json("pool", "--data", table(HEADER + "".join(LINES[2:])), *more))


PAIRED = "study,mean_1,sd_1,mean_2,sd_2,n,r\nA,5,2,3,2.5,20,0.6\nB,4,2,3.5,2,30,\nC,6,3,4,2,25,\n"


def test_a_supposed_correlation_over_its_range(run_json: RunJson, table: Write) -> None:
    words = ("--measure", "MC", "--tau2", "DL", "--ci", "wald")
    found = run_json(
        "sensitivity",
        "--data",
        table(PAIRED),
        *words,
        "--kind",
        "tornado",
        "--vary",
        "r=0.2:0.5:0.9",
    )
    bar = found["rows"][0]
    assert [point["value"] for point in bar["points"]] == pytest.approx(
        [0.2, 0.375, 0.55, 0.725, 0.9]
    )
    filled = table(PAIRED.replace(",\n", ",0.9\n"))
    pooled = run_json("pool", "--data", filled, *words)
    assert bar["points"][-1]["estimate"] == pytest.approx(pooled["estimate"], rel=1e-12)
    assert bar["points"][-1]["ci_low"] == pytest.approx(pooled["ci_low"], rel=1e-12)
    base = run_json("pool", "--data", table(PAIRED.replace(",\n", ",0.5\n")), *words)
    same(found["base"], base)
    assert bar["highest"] >= base["estimate"] >= bar["lowest"]
    assert "in 2 rows where it is empty" in bar["description"]


def test_plots_are_coordinates_by_hand(run_json: RunJson, table: Write) -> None:
    words = ("sensitivity", "--data", table("study,yi,vi\nA,0,1\nB,3,0.25\nC,1,1\n"), "--kind")
    radial = run_json(*words, "radial")
    assert [row["z"] for row in radial["rows"]] == [0, 6, 1]
    assert radial["slope"] == pytest.approx(13 / 6)
    assert [row["outside"] for row in radial["rows"]] == [True, False, False]
    funnel = run_json(*words, "funnel", "--measure", "MD")
    assert [row["se"] for row in funnel["rows"]] == [1, 0.5, 1]
    assert funnel["centre"] == pytest.approx(13 / 6)
    ends = funnel["contours"][1]
    assert ends["high"][-1] == pytest.approx(1.959964 * funnel["funnel"][-1]["se"], rel=1e-6)
    quantiles = run_json(*words, "qq")["rows"]
    assert [row["study"] for row in quantiles] == ["A", "C", "B"]
    profile = run_json(*words, "profile")
    highest = max(profile["rows"], key=lambda row: row["log_likelihood"])
    assert highest["tau2"] == profile["peak"] == run_json("pool", *words[1:3])["tau2"]
    drapery = run_json(*words, "drapery", "--ci", "wald")
    pooled = run_json("pool", *words[1:3], "--ci", "wald")
    ends = [row["effect"] for row in drapery["rows"] if row["pooled"] >= 0.05]
    step = drapery["rows"][1]["effect"] - drapery["rows"][0]["effect"]
    assert ends[0] == pytest.approx(pooled["ci_low"], abs=step)
    assert ends[-1] == pytest.approx(pooled["ci_high"], abs=step)
    assert len(drapery["studies"][0]["p_values"]) == len(drapery["rows"])


def test_risks_of_both_groups(run: Run, run_json: RunJson, table: Write) -> None:
    words = ("sensitivity", "--data", table(TABLE), *WORDS, "--kind", "labbe")
    found = run_json(*words)
    assert found["rows"][0]["risk_1"] == pytest.approx(13 / 27)
    assert found["rows"][0]["people"] == 55
    pooled = run_json("pool", "--data", "trials.csv", *WORDS)
    middle = found["curve"][100]
    assert logit(middle["risk_1"]) - logit(middle["risk_2"]) == pytest.approx(pooled["estimate"])
    columns = csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)).fieldnames
    assert columns == ["study", "risk_1", "risk_2", "people", "weight"]
    drapery = run(*words[:-1], "drapery", "--format", "csv").stdout
    assert drapery.startswith("effect,display,pooled,prediction,A,B,C,D\n")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--kind", "baujat", "--cluster", "drug"), 2, "--cluster: goes with --kind leave-one-out"),
        (("--kind", "cumulative", "--imor", "1"), 2, "--imor: goes with --kind missing-outcomes."),
        (("--kind", "subgroups"), 2, "--kind subgroups: needs --groups"),
        (
            ("--kind", "subgroups", "--groups", "drugs"),
            2,
            'trials.csv:1: there is no column "drugs',
        ),
        (("--kind", "leave-one-out", "--cluster", "missing_2"), 3, "--cluster missing_2: there is"),
        (("--kind", "missing-outcomes", "--imor", "0"), 2, "--imor: '0' is not one number, or two"),
        (("--kind", "missing-outcomes", "--imor", "a,b"), 2, "--imor: 'a,b' is not one number"),
        (("--kind", "missing-outcomes", "--imor-sd", "-1"), 2, "--imor-sd: '-1' is not one number"),
        (("--kind", "missing-outcomes", "--imor-range", "x"), 2, "--imor-range: 'x' are no number"),
        (
            ("--kind", "missing-outcomes", "--imor-range", "-1"),
            3,
            "trials.csv: IMOR: -1.0 is",
        ),
        (("--kind", "tornado"), 2, "--kind tornado: needs --vary"),
        (("--kind", "tornado", "--vary", "r=1"), 2, "--vary 'r=1': write column=low:value:high"),
        (("--kind", "tornado", "--vary", "rr=0:0:1"), 2, "--vary 'rr=0:0:1': there is no column"),
        (("--kind", "tornado", "--vary", "r=1:2:3"), 2, "--vary 'r=1:2:3': OR does not use r, so"),
        (
            ("--kind", "tornado", "--vary", "n_1=-1:2:3"),
            2,
            "--vary 'n_1=-1:2:3': n_1 (people in group 1) lies at 0 or above.",
        ),
        (("--kind", "tornado", "--vary", "n_1=1:2:3"), 2, "--vary 'n_1=1:2:3': no cell of n_1 is"),
        (("--kind", "drapery", "--ci", "pl"), 2, "drapery plot: the interval pl is no estimate"),
    ],
)
def test_options_that_make_no_sense(
    run: Run, table: Write, words: tuple[str, ...], code: int, message: str
) -> None:
    result = run("sensitivity", "--data", table(TABLE), *WORDS, *words)
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith(message), result.stderr


def test_a_correlation_lies_between_its_ends(run: Run, table: Write) -> None:
    words = ("--measure", "MC", "--kind", "tornado", "--vary", "r=0:0.5:3")
    done = run("sensitivity", "--data", table(PAIRED), *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "r (correlation) lies between -1 and 1" in done.stderr


def test_rows_that_were_filled_are_in(run: Run, run_json: RunJson, table: Write) -> None:
    words = ("--measure", "MC", "--kind", "tornado", "--vary", "r=0.3:0.5:0.8")
    found = run_json("sensitivity", "--data", table(PAIRED), *words)
    assert (found["k"], found["base"]["k"], found["excluded"]) == (3, 3, [])
    assert "LEFT OUT" not in run("sensitivity", "--data", "trials.csv", *words).stdout
    alone = table(PAIRED.replace(",0.6", ",") + "D,5,2,,,20,\n")  # no row has an estimate by itself
    found = run_json("sensitivity", "--data", alone, *words)
    assert found["k"] == 3
    assert [item["study"] for item in found["excluded"]] == ["D"]


def test_values_that_cannot_be_pooled_are_told(run: Run, table: Write) -> None:
    equal = "study,mean_1,sd_1,mean_2,sd_2,n,r\nA,5,2,3,2,20,0.6\nB,4,2,3.5,2,30,\n"
    words = ("--measure", "SMCC", "--kind", "tornado", "--vary", "r=0.2:0.5:1")
    text = run("sensitivity", "--data", table(equal), *words).stdout
    # Of five values the last, where the change has no spread, is not pooled.
    assert "r         0.2000  0.8000" in text
    assert "COULD NOT BE POOLED\nr = 1  B: sd_change is 0" in text
    lines = run("sensitivity", "--data", "trials.csv", *words, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(lines)))
    assert [float(row["value"]) for row in rows] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1])
    assert [bool(row["estimate"]) for row in rows] == [True] * 4 + [False]
    assert rows[-1]["reason"].startswith("B: sd_change is 0")
    assert "{" not in lines


def test_varied_columns_go_by_the_names_of_tables(
    run: Run, run_json: RunJson, table: Write
) -> None:
    path = table(PAIRED.replace(",r\n", ",ri\n"))
    words = ("sensitivity", "--measure", "MC", "--kind", "tornado", "--data", path)
    (bar,) = run_json(*words, "--vary", "ri=0.3:0.5:0.8")["rows"]
    assert bar == run_json(*words, "--vary", "r=0.3:0.5:0.8")["rows"][0]
    done = run(*words, "--vary", "study=0.3:0.5:0.8")
    assert done.stderr.startswith("--vary 'study=0.3:0.5:0.8': MC does not use study, so nothing")
    done = run(*words, "--vary", "ri=0.3:0.5:0.8", "--vary", "r=0:0.5:1")
    assert (done.exit_code, done.stderr) == (
        2,
        "--vary 'r=0:0.5:1': r is varied already. Name it once.\n",
    )
    done = run(
        "plot", "tornado", "--measure", "MC", "--data", path, "--vary", "ri=0.3:0.8", "-o", "t.svg"
    )
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize("kind", ["influence", "baujat", "profile", "qq"])
def test_a_single_study_is_refused_alike_with_the_file(run: Run, table: Write, kind: str) -> None:
    one = table("study,yi,vi\nA,0,1\n")
    shown = run("sensitivity", "--data", one, "--kind", kind)
    drawn = run("plot", kind, "--data", one, "-o", "one.svg")
    assert (shown.exit_code, drawn.exit_code) == (3, 3)
    assert shown.stderr == drawn.stderr
    assert shown.stderr.startswith("trials.csv: ")


@pytest.mark.parametrize("kind", ["influence", "baujat", "profile"])
def test_a_group_with_a_single_study_leaves_the_other_groups(
    run_json: RunJson, table: Write, kind: str
) -> None:
    rows = table("study,yi,vi,drug\nA,0,1,k\nB,1,1,k\nC,0,1,m\n")
    two, one = run_json("sensitivity", "--data", rows, "--kind", kind, "--by", "drug")
    assert (len(two["rows"]) > 1, one["rows"]) == (True, [])
    assert one["warnings"][0]["code"] == "not_analysed"
    assert one["warnings"][0]["message"].startswith("trials.csv: drug: m: ")


def test_one_subset_and_one_study_are_singular(run: Run, table: Write) -> None:
    one = table("study,yi,vi\nA,0,1\n")
    text = run("sensitivity", "--data", one, "--kind", "subsets").stdout
    assert "Pooled estimates of 1 subset;" in text
    text = run("sensitivity", "--data", one, "--kind", "permutation").stdout
    assert "With 1 study no permutation p value" in text


def test_a_question_has_no_columns(run: Run, small_root: Path) -> None:
    asked = ("sensitivity", "abstinence", "--kind", "tornado", "--vary", "r=0:0.5:1")
    assert run(*asked).exit_code == 2
