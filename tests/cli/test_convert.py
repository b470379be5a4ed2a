"""`ketameta convert`: every conversion by hand, from options and from a table."""

from __future__ import annotations

import csv
import io
import math
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

from ketameta.cli.conversion_table import CONVERSIONS

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

T_20 = 2.0859634472658364
"""97.5 % point of t with 20 degrees of freedom."""
Z = 1.959963984540054


@pytest.mark.parametrize("code", CONVERSIONS)
def test_the_example_of_every_conversion_works(
    run: Run, run_json: RunJson, in_folder: Path, code: str
) -> None:
    words = shlex.split(CONVERSIONS[code].example)[1:]
    assert words[:2] == ["convert", code]
    found = run_json(*words)
    assert set(found) <= key_names("convert")
    assert set(found) - {"conversion", "inputs", "assumptions"} <= set(CONVERSIONS[code].gives)
    assert found["conversion"] == code
    assert run(*words).exit_code == 0
    assert CONVERSIONS[code].summary.split(".")[0] in run("convert", code, "--help").stdout


BY_HAND: list[tuple[str, dict[str, float]]] = [
    ("sd --se 1.2 --n 30", {"sd": 1.2 * math.sqrt(30)}),
    ("sd --ci-low 8 --ci-high 12 --n 21", {"sd": 4 * math.sqrt(21) / (2 * T_20)}),
    (
        "sd --ci-low 8 --ci-high 12 --n 21 --quantile z",
        {"sd": 4 * math.sqrt(21) / (2 * Z)},
    ),
    ("sd-pooled --difference 3 --t 2 --n1 20 --n2 5", {"sd": 1.5 / math.sqrt(1 / 20 + 1 / 5)}),
    ("sd-pooled --difference 3 --f 4 --n1 20 --n2 5", {"sd": 1.5 / math.sqrt(1 / 20 + 1 / 5)}),
    ("sd-pooled --se 2 --n1 20 --n2 5", {"sd": 2 / math.sqrt(1 / 20 + 1 / 5)}),
    (
        "se --estimate 2 --ci-low 1 --ci-high 4 --ratio",
        {"yi": math.log(2), "sei": math.log(4) / (2 * Z)},
    ),
    ("se --estimate 2 --ci-low 1 --ci-high 3", {"yi": 2, "sei": 1 / Z}),
    ("se --estimate 1 --p 0.04550026389635842", {"sei": 0.5}),
    ("smd-or --yi 1 --vi 0.1", {"yi": math.pi / math.sqrt(3), "vi": 0.1 * math.pi**2 / 3}),
    ("smd-or --yi 1 --vi 0.1 --method cox", {"yi": 1.65, "vi": 0.1 * 1.65**2}),
    ("or-smd --yi 1.65 --vi 1 --method cox", {"yi": 1, "vi": 1 / 1.65**2}),
    ("combine --events 3 --n 10 --events 5 --n 20", {"events": 8, "n": 30}),
    # Means 1 and 3 of 2 people each, SD 0: mean 2, SD sqrt(4 * 1 / 3).
    ("combine --mean 1 --sd 0 --n 2 --mean 3 --sd 0 --n 2", {"mean": 2, "sd": math.sqrt(4 / 3)}),
    ("split --mean 5 --sd 2 --n 30 --parts 3", {"mean": 5, "sd": 2, "n": 10}),
    (
        "logarithms --mean 10 --sd 10",
        {"log_mean": math.log(10) - math.log(2) / 2, "log_sd": math.sqrt(math.log(2))},
    ),
    ("logarithms --log-mean 0 --log-sd 1", {"mean": math.exp(0.5)}),
    # |4 + 14 - 12| / 10 against 2.65/sqrt(20) - 6/400.
    (
        "skewness --median 6 --q1 4 --q3 14 --n 20",
        {"statistic": 0.6, "critical": 2.65 / math.sqrt(20) - 0.015, "skewed": True},
    ),
    ("change --sd1 3 --sd2 4 --r 0.5", {"sd_change": math.sqrt(13)}),
    ("change --sd1 3 --sd2 4 --sd-change 5", {"r": 0}),
    ("change --sd1 3 --sd2 4 --difference 2 --t 2 --n 13", {"r": 0.5}),
    ("cluster --size 11 --icc 0.1 --n 100 --vi 0.2", {"design_effect": 2, "n": 50, "vi": 0.4}),
    (
        "cluster --size 11 --icc 0.1 --mean 3 --sd 2 --n 100",
        {"design_effect": 2, "mean": 3, "sd": 2, "n": 50},
    ),
    ("cluster --size 11 --icc 0.1 --events 30 --n 100", {"events": 15, "n": 50}),
    ("table --odds-ratio 1 --events 20 --n1 40 --n2 40", {"a": 10, "b": 30, "c": 10, "d": 30}),
    ("table --chi2 0 --sign 1 --events 20 --n1 40 --n2 40", {"a": 10, "d": 30}),
]


@pytest.mark.parametrize(("words", "values"), BY_HAND, ids=[words for words, _ in BY_HAND])
def test_by_hand(run_json: RunJson, in_folder: Path, words: str, values: dict[str, float]) -> None:
    found = run_json("convert", *words.split())
    for name, value in values.items():
        assert found[name] == pytest.approx(value, rel=1e-12, abs=1e-12), name


def test_hedges_g_from_four_statistics_that_say_the_same(
    run_json: RunJson, in_folder: Path
) -> None:
    sizes = ("--n1", "20", "--n2", "22")
    from_t = run_json("convert", "smd", "--t", "-2.1", *sizes)
    from_f = run_json("convert", "smd", "--f", "4.41", "--sign", "-1", *sizes)
    assert from_f["yi"] == pytest.approx(from_t["yi"], rel=1e-12)
    d = -2.1 * math.sqrt(1 / 20 + 1 / 22)
    j = math.gamma(20) / (math.sqrt(20) * math.gamma(19.5))
    assert from_t["yi"] == pytest.approx(j * d, rel=1e-12)
    assert from_t["vi"] == pytest.approx(1 / 20 + 1 / 22 + (j * d) ** 2 / 84, rel=1e-12)


@pytest.mark.parametrize("name", ["revman-5", "metafor", "meta-7", "stata", "pymare"])
def test_standardised_differences_as_a_program_makes_them(
    run_json: RunJson, table: Write, name: str
) -> None:
    """t, and means with SD 1 that give this t, under the same preset."""
    d = 2.1 * math.sqrt(1 / 20 + 1 / 22)
    path = table(f"study,mean_1,sd_1,n_1,mean_2,sd_2,n_2\nA,{d!r},1,20,0,1,22\n")
    words = ("--measure", "SMD", "--preset", name)
    same = run_json("effects", "--data", path, *words)["studies"][0]
    found = run_json("convert", "smd", "--t", "2.1", "--n1", "20", "--n2", "22", "--preset", name)
    assert found["yi"] == pytest.approx(same["yi"], rel=1e-13)
    assert found["vi"] == pytest.approx(same["vi"], rel=1e-13)
    assert found["inputs"]["preset"] == name


def test_a_preset_that_changes_nothing_says_so(run: Run, in_folder: Path) -> None:
    words = ("convert", "sd", "--ci-low", "8", "--ci-high", "12", "--n", "21", "--format", "json")
    plain, under = run(*words), run(*words, "--preset", "RevMan-5")
    assert (under.exit_code, under.stdout) == (0, plain.stdout)
    assert under.stderr.startswith("--preset revman-5: changes nothing here")
    for code in ("sd", "smd --t 2 --n1 9 --n2 9"):
        wrong = run("convert", *code.split(), "--preset", "revman-7")
        assert (wrong.exit_code, wrong.stdout) == (2, "")
        assert "revman-5" in wrong.stderr


def test_the_range_of_an_intracluster_correlation(run_json: RunJson, in_folder: Path) -> None:
    words = ("convert", "cluster", "--size", "12", "--icc", "0.05")
    (usual,) = run_json(*words)["assumptions"]
    assert (usual["value"], usual["low"], usual["high"]) == (0.05, 0.025, 0.1)
    (said,) = run_json(*words, "--icc-low", "0.01", "--icc-high", "0.2")["assumptions"]
    assert (said["low"], said["high"]) == (0.01, 0.2)
    (above,) = run_json(*words, "--icc-high", "0.2")["assumptions"]
    assert (above["low"], above["high"]) == (0.025, 0.2)
    (below,) = run_json(*words, "--icc-low", "0.01")["assumptions"]
    assert (below["low"], below["high"]) == (0.01, 0.1)
    (zero,) = run_json(*words[:-1], "0")["assumptions"]
    assert (zero["value"], zero["low"], zero["high"]) == (0, 0, 0.05)


@pytest.mark.parametrize("words", [words for words, _ in BY_HAND], ids=str)
def test_every_assumption_has_a_range_or_says_why_not(
    run_json: RunJson, in_folder: Path, words: str
) -> None:
    for one in run_json("convert", *words.split())["assumptions"]:
        ranged = None not in (one["low"], one["high"])
        assert ranged != bool(one["no_range"]), one


def test_every_assumption_of_medians_says_what_to_compare(
    run_json: RunJson, in_folder: Path
) -> None:
    given = ("--median", "12", "--q1", "8", "--q3", "17", "--n", "40", "--allow-skew")
    for method in ("luo", "wan", "qe", "bc", "lognormal"):
        found = run_json("convert", "median", *given, "--method", method)["assumptions"]
        assert found
        assert all("by another method" in one["no_range"] for one in found)


def test_medians_by_every_method(run_json: RunJson, in_folder: Path) -> None:
    given = ("--median", "12", "--q1", "8", "--q3", "17", "--n", "40")
    words = ("convert", "median", *given, "--method")
    wan = run_json(*words, "wan")
    assert wan["mean"] == pytest.approx((8 + 12 + 17) / 3, rel=1e-14)
    means = {
        method: run_json(*words, method)["mean"]
        for method in ("luo", "wan", "qe", "bc", "lognormal")
    }
    assert len(set(means.values())) == 5
    assert all(12 < mean < 14 for mean in means.values())


def test_counts_behind_a_percentage_with_their_range(run_json: RunJson, in_folder: Path) -> None:
    found = run_json("convert", "percent", "--percent", "33", "--n", "150")
    assert found["events"] == [49, 50]
    assumption = found["assumptions"][0]
    assert (assumption["value"], assumption["low"], assumption["high"]) == (None, 49, 50)
    # 12.50 says two decimals: 12.5 % of 160 is 20 and nothing else.
    assert run_json("convert", "percent", "--percent", "12.50", "--n", "160")["events"] == [20]


def test_every_row_of_a_table(run: Run, run_json: RunJson, table: Write) -> None:
    path = table("study,se,n,ci-low,ci_high\nA,1.2,30,,\nB,,21,8,12\n")
    found = run_json("convert", "sd", "--data", path)
    assert [(one["study"], one["sd"]) for one in found] == [
        ("A", pytest.approx(1.2 * math.sqrt(30), rel=1e-14)),
        ("B", pytest.approx(4 * math.sqrt(21) / (2 * T_20), rel=1e-12)),
    ]
    lines = run("convert", "sd", "--data", path, "--format", "csv").stdout
    read = list(csv.DictReader(io.StringIO(lines)))
    assert [float(line["sd"]) for line in read] == [one["sd"] for one in found]
    assert "Assumed".upper() in run("convert", "sd", "--data", path).stdout


def test_arms_are_combined_within_each_trial(run_json: RunJson, table: Write) -> None:
    path = table("trial,events,n\nX,3,10\nX,5,20\nY,1,9\n")
    found = run_json("convert", "combine", "--data", path, "--by", "trial")
    assert [(one["study"], one["events"], one["n"]) for one in found] == [
        ("X", 8, 30),
        ("Y", 1, 9),
    ]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("medain --n 3", 2, 'ketameta convert: there is no conversion "medain". Did you mean med'),
        ("median --median 5 --n 20", 3, "convert median: quantiles: a median needs both quartiles"),
        ("median --q1 5", 2, "convert median: missing: median, n."),
        ("median --median 5 --q1 6 --q3 4 --n 20", 3, "convert median: quantiles "),
        ("median --median 1 --q1 0 --q3 30 --n 90", 3, "convert median: median 1 of 90 people"),
        ("median --median 12 --q1 8 --q3 17 --n 40.5", 3, "convert median: n is 40.5. Give a whol"),
        ("sd --se 0 --n 3", 3, "convert sd: standard error: it must be above 0."),
        ("sd --se 1 --ci-low 2 --n 3", 2, "convert sd: give one of se, ci_low: se and ci_low are"),
        ("sd --se x --n 3", 2, "ketameta convert sd: invalid value for '--se': 'x' is not a valid"),
        ("se --estimate 5 --ci-low 1 --ci-high 2", 3, "convert se: interval 1 to 2: the estimate"),
        ("se --estimate -1 --p 0.1 --ratio", 3, "convert se: estimate: a ratio must be above 0."),
        ("smd --f 4 --n1 9 --n2 9", 2, "convert smd: missing: sign."),
        ("smd --p 2 --sign 1 --n1 9 --n2 9", 3, "convert smd: "),
        ("percent --percent 12 --n 4", 3, "convert percent: percentage 12 of 4: no whole number"),
        ("combine --mean 1 --sd 1 --n 3 --n 4", 2, "convert combine: there are 1 of mean, 1 of sd"),
        ("combine", 2, "convert combine: give one of mean, events: none is given."),
        ("cluster --size 9 --icc 0.1 --icc-low 0.2 --icc-high 0.3", 3, "convert cluster: intrac"),
        ("cluster --size 9 --icc 0.1 --icc-low -1 --icc-high 1", 3, "convert cluster: intraclus"),
        ("cluster --size 9 --icc 0.1 --mean 3 --n 9", 2, "convert cluster: missing: sd."),
        ("cluster --size 9 --icc 0.1 --events 3", 2, "convert cluster: missing: n."),
        ("cluster --size 0 --icc 0.1", 3, "convert cluster: cluster size: it must be at least 1."),
        ("sd --by x", 2, "--by: goes with --data."),
        ("sd --data nowhere.csv", 2, "nowhere.csv: there is no such file."),
    ],
)
def test_what_cannot_be_converted(
    run: Run, in_folder: Path, words: str, code: int, message: str
) -> None:
    result = run("convert", *words.split())
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith(message)


def test_a_row_that_cannot_be_converted_is_named(run: Run, table: Write) -> None:
    result = run("convert", "sd", "--data", table("study,se,n\nA,1,9\nB,-1,9\n"))
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("trials.csv:3: B: standard error: it must be above 0.")
    result = run("convert", "sd", "--data", table("study,x\nA,1\n"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("trials.csv:1: no column is called like an option: se,")


def test_without_a_conversion_the_help_goes_to_standard_error(run: Run) -> None:
    result = run("convert")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "percent" in result.stderr
