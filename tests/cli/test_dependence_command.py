"""`ketameta multilevel` and `aggregate`: known covariances, several outcomes, chosen tests."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

from ketameta.pooling.multilevel_structures import STRUCTURES
from ketameta.pooling.robust_catalog import SANDWICHES as KINDS

Run = Callable[..., Result]
RunJson = Callable[..., Any]

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "pooling" / "multivariate.json").read_text()
)
BERKEY, ISHAK = REFERENCE["datasets"]["berkey"], REFERENCE["datasets"]["ishak"]
UN = next(case for case in REFERENCE["cases"] if case["structure"] == "UN")
HCS = next(case for case in REFERENCE["cases"] if case["data"] == "ishak")
MULTILEVEL = ("multilevel", "--data", "t.csv", "--cluster", "trial")
SEVERAL = (*MULTILEVEL, "--outcome", "outcome", "--covariance", "V.csv")
AGGREGATE = ("aggregate", "--data", "t.csv", "--cluster", "trial")


def write_data(data: dict[str, Any]) -> list[str]:
    """t.csv; its lines. The time is the number at the end of an outcome, else the row's."""
    lines = ["study,yi,vi,trial,outcome,time"]
    for i, name in enumerate(data["outcome"]):
        time = name[-1] if name[-1].isdigit() else i + 1
        numbers = f"{data['y'][i]!r},{data['v'][i]!r},{data['cluster'][i]}"
        lines.append(f"r{i},{numbers},{name},{time}")
    Path("t.csv").write_text("\n".join(lines) + "\n")
    return lines


def write_covariance(matrix: list[list[Any]], *, labels: bool = False) -> None:
    names = [f"V{i + 1}" for i in range(len(matrix))]
    lines = [names, *([repr(x) if isinstance(x, float) else x for x in row] for row in matrix)]
    if labels:
        lines = [["", *lines[0]], *([f"r{i}", *line] for i, line in enumerate(lines[1:]))]
    Path("V.csv").write_text("".join(",".join(map(str, line)) + "\n" for line in lines))


@pytest.fixture
def berkey(in_folder: Path) -> list[list[Any]]:
    """t.csv and V.csv; the matrix to change."""
    write_data(BERKEY)
    matrix: list[list[Any]] = [[float(x) for x in row] for row in BERKEY["V"]]
    write_covariance(matrix)
    return matrix


def test_several_outcomes_with_a_known_covariance(
    run: Run, run_json: RunJson, berkey: list[Any]
) -> None:
    words = (*SEVERAL, "--test-coefficients", "AL, PD", "--test-coefficients", "AL - PD")
    found = run_json(*words)
    assert set(found) == key_names("multilevel")
    assert (found["structure"], found["k"], found["clusters"]) == ("UN", 10, 5)
    by_name = {one["outcome"]: one for one in found["outcomes"]}
    for i, name in enumerate(UN["outcomes"]):
        assert by_name[name]["estimate"] == pytest.approx(UN["estimate"][i], rel=2e-7)
        assert by_name[name]["tau2"] == pytest.approx(UN["tau2"][i], rel=2e-7)
        assert by_name[name]["clusters"] == 5
    assert found["correlation"][0][1] == pytest.approx(UN["rho"], rel=2e-7)
    assert found["components"] is None
    for one, expected in zip(found["tests"], UN["tests"], strict=True):
        assert one["model"]["statistic"] == pytest.approx(expected["statistic"], rel=3e-7)
        assert one["model"]["df_denominator"] == expected["df_denominator"]
        assert one["robust"]["statistic"] == pytest.approx(expected["htz"], rel=3e-7)
        assert one["robust"]["p_value"] == pytest.approx(expected["htz_p"], rel=3e-6)
    shown = run(*words).stdout
    for text in ("New study", "CR2 (HTZ)", "UN (unstructured)", "their covariance as in V.csv"):
        assert text in shown
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert [float(line["tau2"]) for line in lines] == [one["tau2"] for one in found["outcomes"]]


def test_every_structure_and_variance_can_be_chosen(run: Run, berkey: list[Any]) -> None:
    for words in (*(("--struct", code) for code in STRUCTURES), *(("--robust", c) for c in KINDS)):
        result = run(*SEVERAL, *words)
        assert result.exit_code == 0, (words, result.stderr)


def test_profile_intervals_on_demand(run: Run, run_json: RunJson, berkey: list[Any]) -> None:
    expected = REFERENCE["intervals"][0]
    assert run_json(*SEVERAL)["intervals"] is None
    found = run_json(*SEVERAL, "--profile-intervals")["intervals"]
    limits = {tuple(one["outcomes"]): (one["ci_low"], one["ci_high"]) for one in found}
    for i, name in enumerate(expected["outcomes"]):
        assert limits[(name,)] == pytest.approx(expected["tau2"][i][1:], rel=2e-8, abs=1e-11)
    assert limits["PD", "AL"] == pytest.approx(expected["rho"], rel=2e-8)
    assert "Correlation PD, AL" in run(*SEVERAL, "--profile-intervals").stdout


def test_effects_and_deviations_of_several_outcomes(
    run: Run, run_json: RunJson, berkey: list[Any]
) -> None:
    plain = run_json(*SEVERAL, "--random-effects")
    named = run_json(*SEVERAL, "--random-effects", "--formula", "~ 0 + outcome")
    for one, other in zip(plain["outcomes"], named["outcomes"], strict=True):
        assert one["reason"] is other["reason"] is None
        assert other["outcome"] == one["outcome"]
        for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
            assert other[name] == pytest.approx(one[name], rel=1e-6), name
    rows = plain["random_effects"]["between"]
    assert len(rows) == 10
    assert {row["outcome"] for row in rows} == {"PD", "AL"}
    assert "New study" in run(*SEVERAL, "--formula", "~ 0 + outcome").stdout
    assert "Deviations between clusters" in run(*SEVERAL, "--random-effects").stdout
    moved = run_json(*SEVERAL, "--formula", "~ 0 + outcome + time")
    assert [one["estimate"] for one in moved["outcomes"]] == [None, None]
    assert {one["reason"] for one in moved["outcomes"]} == {
        "the effect moves with the moderators: see the coefficients"
    }
    shown = " ".join(run(*SEVERAL, "--formula", "~ 0 + outcome + time").stdout.split())
    assert "No effect of its own: PD, AL; the effect moves with the moderators" in shown


def test_correlations_that_fade_with_time(run: Run, run_json: RunJson, in_folder: Path) -> None:
    """--phi makes the matrix that metafor's vcalc made."""
    write_data(ISHAK)
    words = (*MULTILEVEL, "--outcome", "outcome", "--struct", "hcs", "--phi", "0.97")
    found = run_json(*words, "--time", "time")
    assert found["ml"]["parameters"] == 4 + 5
    assert found["reml"]["log_likelihood"] == pytest.approx(HCS["ll"], abs=2e-9)
    assert "(CAR), phi = 0.97" in found["sampling_errors"]
    assert "Correlations of true effects" in run(*words, "--time", "time").stdout
    # Beside rho: for the same outcome at another time, or between all estimates.
    both = run_json(*MULTILEVEL, "--rho", "0.5", "--phi", "0.9", "--time", "time")
    assert "(CS+CAR), rho = 0.5, phi = 0.9" in both["sampling_errors"]
    several = run_json(*words, "--time", "time", "--rho", "0.5")
    assert "(CS*CAR), rho = 0.5, phi = 0.97" in several["sampling_errors"]


def test_three_levels_with_a_known_covariance(run_json: RunJson, berkey: list[Any]) -> None:
    words = (*MULTILEVEL, "--covariance", "V.csv", "--random-effects")
    found = run_json(*words)
    assert set(found) == key_names("multilevel")
    within = next(one for one in found["components"] if one["level"] == "within")
    assert within["lr_p"] == pytest.approx(2 * within["lr_p_boundary"])
    assert within["lr_statistic"] > 3.84
    assert within["ci_low"] > 0
    assert [one["label"] for one in found["random_effects"]["between"]] == list("12345")
    assert len(found["random_effects"]["within"]) == 10
    write_covariance(berkey, labels=True)
    assert run_json(*words) == found
    assert run_json(*words[:-1])["random_effects"] is None


def test_predicted_effects(run: Run, run_json: RunJson, in_folder: Path) -> None:
    write_data(ISHAK)
    words = (*MULTILEVEL, "--rho", "0.5", "--formula", "~ time", "--predict", "time=2")
    found = run_json(*words)
    (one,) = found["predictions"]
    intercept, slope = (row["estimate"] for row in found["coefficients"])
    assert one["at"] == {"time": 2}
    assert one["estimate"] == pytest.approx(intercept + 2 * slope, rel=1e-12)
    v = found["covariance"]
    se = (v[0][0] + 4 * v[0][1] + 4 * v[1][1]) ** 0.5
    assert one["se"] == pytest.approx(se, rel=1e-9)
    sigma2 = sum(part["sigma2"] for part in found["components"])
    ratio = (one["pi_high"] - one["estimate"]) / (one["ci_high"] - one["estimate"])
    assert ratio == pytest.approx(((se**2 + sigma2) / se**2) ** 0.5, rel=1e-9)
    shown = run(*words).stdout
    assert "time 2" in shown
    assert "New estimate" in shown


def test_rows_left_out_leave_the_matrix_too(run_json: RunJson, berkey: list[Any]) -> None:
    lines = write_data(BERKEY)
    first, fourth = lines[1].split(","), lines[4].split(",")
    without = [*lines[:4], ",".join([*fourth[:1], "", "", *fourth[3:]]), *lines[5:]]
    Path("t.csv").write_text("\n".join(without) + "\n")
    for i in range(10):
        berkey[3][i] = berkey[i][3] = "NA"
    write_covariance(berkey)
    found = run_json(*MULTILEVEL, "--covariance", "V.csv")
    assert (found["k"], found["excluded"][0]["study"]) == (9, fourth[0])
    # The same from a table that never had the row.
    kept = [i for i in range(10) if i != 3]
    Path("t.csv").write_text("\n".join([*lines[:4], *lines[5:]]) + "\n")
    write_covariance([[berkey[i][j] for j in kept] for i in kept])
    again = run_json(*MULTILEVEL, "--covariance", "V.csv")
    assert again["coefficients"] == found["coefficients"]
    assert first[0] == "r0"


def test_groups_take_their_part_of_the_matrix(run_json: RunJson, berkey: list[Any]) -> None:
    lines = write_data(BERKEY)
    grouped = [f"{lines[0]},half", *(f"{line},{int(i > 3)}" for i, line in enumerate(lines[1:]))]
    Path("t.csv").write_text("\n".join(grouped) + "\n")
    found = run_json(*MULTILEVEL, "--covariance", "V.csv", "--by", "half")
    assert [(one["by"], one["k"]) for one in found] == [("0", 4), ("1", 6)]
    Path("t.csv").write_text("\n".join(lines[:5]) + "\n")
    write_covariance([row[:4] for row in berkey[:4]])
    alone = run_json(*MULTILEVEL, "--covariance", "V.csv")
    assert found[0]["coefficients"] == alone["coefficients"]


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({(0, 1): "", (1, 0): ""}, 3, "V.csv:2: column V2: there is no number. Fill in"),
        ({(0, 1): 0.001}, 3, "V.csv:2: column V2: is 0.001, but the mirrored cell is 0.003"),
        ({(2, 2): 0.5}, 3, "V.csv:4: column V3: the diagonal is 0.5, but the sampling variance"),
        ({(0, 2): 1e-4, (2, 0): 1e-4}, 3, "V.csv:2: column V3: correlates estimates of the clus"),
        ({(0, 1): 0.5, (1, 0): 0.5}, 3, "V.csv: covariance: the matrix of cluster '1' is not pos"),
        ({(4, 4): "x"}, 3, 'V.csv:6: column V5: "x" is not a number.'),
    ],
)
def test_matrices_that_cannot_be(
    run: Run, berkey: list[Any], change: dict[tuple[int, int], Any], code: int, message: str
) -> None:
    for (i, j), value in change.items():
        berkey[i][j] = value
    write_covariance(berkey)
    for words in (SEVERAL, (*AGGREGATE, "--covariance", "V.csv")):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (code, "")
        assert result.stderr.startswith(message)


def test_a_matrix_of_another_size(run: Run, berkey: list[Any]) -> None:
    write_covariance([row[:9] for row in berkey[:9]])
    result = run(*SEVERAL)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("V.csv: a matrix of 9 rows and 9 columns for the 10 rows of")
    result = run(*MULTILEVEL, "--covariance", "W.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("W.csv: there is no such file.")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--covariance", "V.csv", "--rho", "0.5"), 2, "--covariance: tells all about the sampl"),
        (("--phi", "0.5"), 2, "--phi and --time: go together."),
        (("--phi", "2", "--time", "time"), 2, "correlation: phi is 2.0; it must be at least 0 an"),
        (("--phi", "0.5", "--time", "outcome"), 3, 't.csv:2: column outcome: "PD" is not a num'),
        (
            ("--rho", "-0.9999999999999"),
            3,
            "t.csv: covariance: the matrix of cluster '1' is not positi",
        ),
        (("--structure", "UN"), 2, "--structure: is that of several outcomes."),
        (("--outcome", "outcome", "--within", "study"), 2, "--within: has no place beside --out"),
        (("--outcome", "outcome", "--predict", "x=1"), 2, "--predict: goes without --outcome."),
        (("--predict", "time=1"), 2, "--predict 'time=1': the formula has no moderator 'time'."),
        (("--outcome", "outcome", "--struct", "AR"), 2, "structure: there is none called 'AR'."),
        (
            ("--outcome", "study"),
            3,
            "t.csv: multivariate: outcome 'r0' is reported by one study only",
        ),
        (("--outcome", "scale"), 2, 't.csv:1: there is no column "scale".'),
        (("--test-coefficients", "dose"), 2, "--test-coefficients 'dose': cannot be read from"),
        (("--test-coefficients", "Intercept,"), 2, "--test-coefficients 'Intercept,': a name is"),
        (
            ("--test-coefficients", "Intercept, Intercept"),
            3,
            "t.csv: joint test: the combinations test",
        ),
    ],
)
def test_what_cannot_be_asked(
    run: Run, berkey: list[Any], words: tuple[str, ...], code: int, message: str
) -> None:
    result = run(*MULTILEVEL, *words)
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith(message)


def test_terms_and_names_with_commas(run_json: RunJson, in_folder: Path) -> None:
    write_data(ISHAK)
    formula = ("--formula", "~ poly(time, 2) + C(outcome == 't4')", "--rho", "0.5")
    tests = ("poly(time, 2)", "poly(time, 2)[1], poly(time, 2)[2]", "poly(time, 2)[1]")
    words = [word for text in tests for word in ("--test-coefficients", text)]
    found = run_json(*MULTILEVEL, *formula, *words)["tests"]
    assert found[0]["model"] == found[1]["model"]
    assert [one["model"]["df"] for one in found] == [2, 2, 1]


def test_few_clusters_for_robust_tests(run: Run, run_json: RunJson, berkey: list[Any]) -> None:
    lines = write_data(BERKEY)
    Path("t.csv").write_text("\n".join(lines[:5]) + "\n")
    words = (*MULTILEVEL, "--outcome", "outcome", "--structure", "DIAG", "--rho", "0.3")
    tested = ("--test-coefficients", "PD, AL")
    (test,) = run_json(*words, *tested, "--robust", "CR1p")["tests"]
    assert (test["robust"], test["why_not"]) == (None, "no robust variance")
    assert test["model"]["df"] == 2
    few = run_json(*words, *tested)
    assert few["tests"][0]["robust"]["df_denominator"] < 1
    assert "robust_test_df_below_4" in [one["code"] for one in few["warnings"]]
    assert "The robust test of PD, AL" in run(*words, *tested).stdout


@pytest.mark.parametrize("case", REFERENCE["aggregate"][:2])
def test_one_row_per_study(
    run: Run, run_json: RunJson, berkey: list[Any], case: dict[str, Any]
) -> None:
    way = () if case["weighted"] else ("--unweighted",)
    found = run_json(*AGGREGATE, "--covariance", "V.csv", *way)
    assert set(found) == key_names("aggregate")
    assert [one["yi"] for one in found["studies"]] == pytest.approx(case["y"], rel=1e-11)
    assert [one["vi"] for one in found["studies"]] == pytest.approx(case["v"], rel=1e-11)
    assert (found["k"], found["estimates"], found["weighted"]) == (5, 10, case["weighted"])
    assert found["studies"][0]["rows"] == ["r0", "r1"]
    shown = run(*AGGREGATE, "--covariance", "V.csv", *way).stdout
    assert ("generalised least squares" if case["weighted"] else "plain averages") in shown


def test_what_was_combined_can_be_pooled(run: Run, run_json: RunJson, berkey: list[Any]) -> None:
    done = run(*AGGREGATE, "--rho", "0.6", "-o", "studies.csv")
    assert done.exit_code == 0, done.stderr
    found = run_json(*AGGREGATE, "--rho", "0.6")
    pooled = run_json("pool", "--data", "studies.csv", "--measure", "GEN")
    assert [one["study"] for one in pooled["studies"]] == list("12345")
    assert [one["vi"] for one in pooled["studies"]] == [one["vi"] for one in found["studies"]]
    # Two estimates of variance v1, v2 with correlation r: the textbook's formula.
    (v1, v2), r = BERKEY["v"][:2], 0.6
    covariance = r * (v1 * v2) ** 0.5
    combined = (v1 * v2 - covariance**2) / (v1 + v2 - 2 * covariance)
    assert found["studies"][0]["vi"] == pytest.approx(combined, rel=1e-12)
    apart = run_json(*AGGREGATE, "--rho", "0")
    assert apart["sampling_errors"] == "independent"
    assert apart["studies"][0]["vi"] == pytest.approx(1 / (1 / v1 + 1 / v2), rel=1e-12)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "aggregate: it is not said how the estimates of a study belong together."),
        (("--rho", "1"), 2, "correlation: rho is 1.0; it must be at least -1 and below 1."),
        (("--rho", "nan"), 2, "correlation: rho is nan"),
        (("--rho", "0.5", "--outcome", "outcome"), 2, "--outcome: goes with --rho and --phi."),
    ],
)
def test_rows_that_cannot_be_combined(
    run: Run, berkey: list[Any], words: tuple[str, ...], code: int, message: str
) -> None:
    result = run(*AGGREGATE, *words)
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith(message)


def test_questions_of_the_review(run: Run, run_json: RunJson, small_root: Path) -> None:
    effects = run_json("effects", "abstinence")["studies"]
    found = run_json("aggregate", "abstinence", "--cluster", "study", "--rho", "0.5")
    assert [one["yi"] for one in found["studies"]] == [one["yi"] for one in effects]
    write_covariance([[0.0] * i + [s["vi"]] + [0.0] * (len(effects) - i - 1)
                      for i, s in enumerate(effects)])  # fmt: skip
    words = ("aggregate", "abstinence", "--cluster", "substance")
    known = run_json(*words, "--covariance", "V.csv")
    independent = run_json(*words, "--rho", "0")
    assert [s["vi"] for s in known["studies"]] == [s["vi"] for s in independent["studies"]]
