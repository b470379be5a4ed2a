"""`ketameta bias --test all`: every method in every form, against R, against the functions."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

from ketameta.cli.json_keys import JSON_KEYS
from ketameta.cli.usual_names import USUAL_NAMES
from ketameta.sensitivity.bias.names import ALSO, ASYMMETRY, FAIL_SAFE, TESTS

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

REFERENCE = Path(__file__).parents[1] / "reference" / "sensitivity"
COUNTS = """study,events_1,n_1,events_2,n_2,drug
A,13,27,3,28,x
B,14,17,15,23,x
C,13,26,6,27,x
D,73,111,24,100,y
E,4,20,0,21,y
F,9,30,5,31,y
"""


@pytest.fixture(scope="module")
def witness() -> dict[str, Any]:
    """Methods written out in R on the studies of passive smoking and lung cancer."""
    found = json.loads((REFERENCE / "adjusted_means.json").read_text())["results"]["hackshaw1998"]
    return {**found, "copas": json.loads((REFERENCE / "copas.json").read_text())["rows"]}


@pytest.fixture
def smoking(witness: dict[str, Any], table: Write) -> Path:
    rows = zip(witness["y"], witness["v"], strict=True)
    return table("study,yi,vi\n" + "".join(f"s{i},{y!r},{v!r}\n" for i, (y, v) in enumerate(rows)))


def test_adjusted_means_are_those_of_r(
    run_json: RunJson, witness: dict[str, Any], smoking: Path
) -> None:
    words = ("--measure", "RR", "--tau2", "DL", "--test", "pet,peese,pet-peese,waap,limit,p-curve")
    found = {one["test"]: one for one in run_json("bias", "--data", smoking, *words)["tests"]}
    for name in ("pet", "peese", "waap"):
        for key in ("estimate", "se", "p_value"):
            assert found[name][key] == pytest.approx(witness[name][key], rel=1e-7), (name, key)
    assert found["pet"]["slope_p"] == pytest.approx(witness["pet"]["slope_p"], rel=1e-7)
    chosen = found["pet-peese"]["chosen"].lower()
    assert found["pet-peese"]["estimate"] == found[chosen]["estimate"]
    assert found["pet-peese"]["pet"]["estimate"] == found["pet"]["estimate"]
    limit, expected = found["limit"], witness["limit_DL"]
    for key in ("estimate", "se", "tau2", "bias", "slope", "q", "q_small", "q_residual_p"):
        assert limit[key] == pytest.approx(expected[key], rel=1e-6), key
    effects = [study["limit_effect"] for study in limit["studies"]]
    assert effects == pytest.approx(expected["limit_effects"], rel=1e-6)
    assert limit["display"]["estimate"] == pytest.approx(math.exp(limit["estimate"]), rel=1e-12)
    curve = found["p-curve"]
    for key in ("right_skew", "right_skew_half", "flatness", "flatness_half"):
        assert curve[key]["z"] == pytest.approx(witness["p_curve"][key]["z"], rel=1e-6)
    power = [curve[key] for key in ("power", "power_ci_low", "power_ci_high")]
    assert power == pytest.approx(witness["p_curve"]["power"], rel=1e-6)


def test_copas_rows_are_those_of_r(
    run_json: RunJson, witness: dict[str, Any], smoking: Path
) -> None:
    words = ("--test", "copas", "--chances", "0.5,0.9")
    found = run_json("bias", "--data", smoking, *words)["tests"][0]
    assert [row["chance_smallest"] for row in found["rows"]] == [0.9, 0.5]
    expected = {row["chance"]: row for row in witness["copas"]}
    for row in found["rows"]:
        assert row["estimate"] == pytest.approx(expected[row["chance_smallest"]]["mu"], rel=1e-6)
        assert row["se"] == pytest.approx(expected[row["chance_smallest"]]["se"], rel=1e-4)
    # Neither degree of selection accounts for the asymmetry: nothing is called the adjusted mean.
    assert found["estimate"] is None
    assert max(row["residual_p"] for row in found["rows"]) < 0.1


def test_all_runs_all_and_says_what_it_cannot(run: Run, run_json: RunJson, table: Write) -> None:
    words = ("bias", "--data", table(COUNTS), "--measure", "OR", "--test", "all")
    found = run_json(*words)
    assert set(found) == key_names("bias")
    names = [one["test"] for one in found["tests"]]
    assert names == [name for name in TESTS if name != "pustejovsky"]
    reason = "is for a table of standardised differences (SMD)."
    assert found["not_run"] == [{"test": "pustejovsky", "reason": reason}]
    for one in found["tests"]:
        codes = [warning["code"] for warning in one["warnings"]]
        assert "fewer_than_ten_studies" in codes, one["test"]
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert [line["test"] for line in lines] == names
    by_name = dict(zip(names, lines, strict=True))
    limit = next(one for one in found["tests"] if one["test"] == "limit")
    assert float(by_name["limit"]["display_estimate"]) == limit["display"]["estimate"]


def test_every_key_of_a_test_is_documented(run_json: RunJson, table: Write) -> None:
    words = ("bias", "--data", table(COUNTS), "--measure", "OR", "--test", "all")
    text = " ".join(f"{key} {meaning}" for key, meaning in JSON_KEYS["bias"])
    documented = set(text.replace("{", " ").replace("}", " ").replace(",", " ").split())
    documented |= {word.strip("();:") for word in documented}
    documented |= set(USUAL_NAMES.values())
    for one in run_json(*words)["tests"]:
        assert set(one) <= documented, set(one) - documented


@pytest.mark.parametrize("width", ["80", "120"])
def test_no_line_is_wider_than_the_terminal(
    run: Run, table: Write, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    path = table(COUNTS)
    monkeypatch.setenv("COLUMNS", width)
    shown = run("bias", "--data", path, "--measure", "OR", "--test", "all").stdout
    assert max(map(len, shown.splitlines())) <= int(width)
    for title in ("IS THE FUNNEL PLOT", "THE MEAN, ADJUSTED", "P-CURVE", "FAIL-SAFE N", "NOT RUN"):
        assert title in shown
    assert "advise against it below 10 studies" in shown.replace("\n", " ")


def test_names_of_several_and_other_names(run_json: RunJson, table: Write) -> None:
    path = table(COUNTS)
    for word, names in ALSO.items():
        if word in ("all", "pustejovsky-rodgers"):
            continue
        found = run_json("bias", "--data", path, "--measure", "OR", "--test", word)
        asked = tuple(name for name in names if name != "pustejovsky")
        assert tuple(one["test"] for one in found["tests"]) == asked
    assert set(ASYMMETRY) | set(FAIL_SAFE) <= set(TESTS)
    assert ALSO["all"] == tuple(TESTS)


def test_what_one_group_does_not_allow_does_not_stop_the_other(
    run: Run, run_json: RunJson, table: Write
) -> None:
    path = table(COUNTS.replace("F,9,30,5,31,y", "F,9,30,5,31,x"))
    words = ("bias", "--data", path, "--measure", "OR", "--test", "limit", "--by", "drug")
    first, second = run_json(*words)
    assert [one["test"] for one in first["tests"]] == ["limit"]
    assert (second["tests"], second["not_run"][0]["test"]) == ([], "limit")
    alone = run("bias", "--data", table("study,yi,vi\nA,1,1\nB,2,2\n"), "--test", "limit,copas")
    assert (alone.exit_code, alone.stdout) == (3, "")
    assert alone.stderr.startswith("limit meta-analysis: it extrapolates")
    assert "Copas model: it needs three" in alone.stderr


def test_funnel_bands_by_hand(run_json: RunJson, table: Write) -> None:
    # z of 3, 2.2, 1.8 and 0.5: P of 0.0027, 0.028, 0.072 and 0.62.
    path = table("study,yi,vi\nA,3,1\nB,2.2,1\nC,1.8,1\nD,0.5,1\n")
    found = run_json("bias", "--data", path, "--measure", "MD", "--test", "contours")["tests"][0]
    assert [band["count"] for band in found["bands"]] == [1, 1, 1, 1]
    assert [band["p_to"] for band in found["bands"]] == [0.01, 0.05, 0.1, 1.0]
    assert found["centre"] == pytest.approx(7.5 / 4)


def test_options_of_single_tests(run_json: RunJson, table: Write) -> None:
    words = ("bias", "--data", table(COUNTS), "--measure", "OR", "--test")
    exact, chi2 = (
        run_json(*words, "excess", "--excess-test", name)["tests"][0] for name in ("exact", "chi2")
    )
    assert (exact["statistic"], exact["expected"]) == (None, chi2["expected"])
    difference, expected = chi2["observed"] - chi2["expected"], chi2["expected"]
    statistic = difference**2 / expected + difference**2 / (6 - expected)
    assert chi2["statistic"] == pytest.approx(statistic, rel=1e-12)
    orwin = run_json(*words, "orwin", "--target", "0.5")["tests"][0]
    assert orwin["n"] == math.ceil(6 * (orwin["mean"] - 0.5) / 0.5)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--test", "peters-test"), "--test: there is none called 'peters-test'."),
        (("--test", "excess", "--excess-test", "x"), "--excess-test: there is none called 'x'."),
        (("--test", "copas", "--chances", "a"), "--chances: 'a' are no numbers."),
        (("--test", "copas", "--chances", ","), "--chances: ',' are no numbers."),
        (("--test", "copas", "--chances", "2"), "Copas model: chances of publication lie"),
        (("--test", "limit", "--tau2", "REMM"), "tau2 method: there is none called 'REMM'."),
        (("--test", "all", "--predictor", "x"), "Egger's test: there is no predictor 'x'."),
    ],
)
def test_options_that_make_no_sense(
    run: Run, table: Write, words: tuple[str, ...], message: str
) -> None:
    result = run("bias", "--data", table(COUNTS), "--measure", "OR", *words)
    assert (result.exit_code, result.stdout) == (2, ""), result.stderr
    assert result.stderr.startswith(message), result.stderr
