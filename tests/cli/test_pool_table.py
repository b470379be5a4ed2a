"""`ketameta pool --data`: numbers against hand calculation and metafor, exactly as printed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

SCALARS = [
    *("k", "estimate", "se", "ci_low", "ci_high", "statistic", "df", "p_value"),
    *("tau2", "tau2_se", "tau2_ci_low", "tau2_ci_high", "i2", "i2_ci_low", "i2_ci_high", "h2"),
    *("q", "q_df", "q_p", "pi_low", "pi_high"),
]
KEYS = [*SCALARS, "weights", "warnings", "display"]

# Published counts; Grabski 2022 reports an odds ratio for relapse, 0.80 (0.31 to 2.10), which is
# turned round to one for abstinence.
COUNTS = {
    "Krupitsky 1997": (73, 111, 24, 100),
    "Dakwar 2020": (14, 17, 15, 23),
    "Krupitsky 2007": (13, 26, 6, 27),
    "Dakwar 2019": (13, 27, 3, 28),
}
GRABSKI = (1 / 0.80, 1 / 2.10, 1 / 0.31)
HEADER = "study,events_1,n_1,events_2,n_2"
FOUR = "\n".join([HEADER, *(f"{k},{','.join(map(str, v))}" for k, v in COUNTS.items())]) + "\n"
Z = 1.959963984540054


def log_odds_ratio(a: int, n1: int, c: int, n2: int) -> tuple[float, float]:
    """Log odds ratio and standard error of a 2x2 table (Woolf)."""
    y = math.log(a * (n2 - c) / ((n1 - a) * c))
    return y, math.sqrt(1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c))


def five_as_yi() -> str:
    rows = [(name, *log_odds_ratio(*counts)) for name, counts in COUNTS.items()]
    estimate, low, high = (math.log(value) for value in GRABSKI)
    rows.append(("Grabski 2022", estimate, (high - low) / (2 * Z)))
    return "study,yi,sei\n" + "".join(f"{name},{y!r},{se!r}\n" for name, y, se in rows)


def five_mixed() -> str:
    numbers = ",".join(repr(value) for value in GRABSKI)
    lines = [f"{HEADER},estimate,ci_low,ci_high"]
    lines += [f"{name},{','.join(map(str, c))},,," for name, c in COUNTS.items()]
    return "\n".join([*lines, f"Grabski 2022,,,,,{numbers}"]) + "\n"


@pytest.mark.parametrize("content", [five_as_yi(), five_mixed()], ids=["yi and sei", "mixed"])
def test_the_five_trials_agree_with_metafor(run_json: RunJson, table: Write, content: str) -> None:
    found = run_json("pool", "--data", table(content), "--measure", "OR")
    # metafor 3.8-1: rma(yi, sei = sei, method = "REML", test = "knha"); predict(..., exp)
    assert found["k"] == 5
    assert found["display"]["estimate"] == pytest.approx(3.5261, abs=5e-5)
    assert found["display"]["ci_low"] == pytest.approx(1.4005, abs=5e-5)
    assert found["display"]["ci_high"] == pytest.approx(8.8775, abs=5e-5)
    assert found["tau2"] == pytest.approx(0.319451, abs=5e-7)
    assert found["i2"] == pytest.approx(53.2728, abs=5e-5)
    assert found["q"] == pytest.approx(8.787857, abs=5e-7)
    assert found["display"]["pi_low"] == pytest.approx(0.57, abs=5e-3)
    assert found["display"]["pi_high"] == pytest.approx(21.8, abs=5e-2)
    assert sum(found["weights"]) == pytest.approx(100, abs=1e-10)


def test_counts_and_their_log_odds_ratios_give_the_same(run_json: RunJson, table: Write) -> None:
    rows = "".join(
        f"{name},{y!r},{se!r}\n"
        for name, (y, se) in ((k, log_odds_ratio(*v)) for k, v in COUNTS.items())
    )
    from_counts = run_json("pool", "--data", table(FOUR), "--measure", "OR", "--tau2", "DL")
    from_yi = run_json(
        "pool", "--data", table(f"study,yi,sei\n{rows}"), "--measure", "OR", "--tau2", "DL"
    )
    for key in SCALARS:
        assert from_yi[key] == pytest.approx(from_counts[key], rel=1e-12), key


def test_metafors_names_and_any_case_are_understood(run_json: RunJson, table: Write) -> None:
    renamed = FOUR.replace(HEADER, "Study,AI,n1i,CI,N 2")
    assert run_json("pool", "--data", table(renamed), "--measure", "or") == run_json(
        "pool", "--data", table(FOUR), "--measure", "OR"
    )


def test_every_number_of_two_studies_by_hand(run: Run, table: Write) -> None:
    """y = 0 and 2, v = 1 and 1: every statistic can be worked out on paper."""
    path = table("study,yi,vi\nA,0,1\nB,2,1\n")
    result = run(
        *("pool", "--data", path, "--measure", "MD", "--tau2", "DL", "--ci", "wald"),
        *("--prediction", "z", "--format", "json"),
    )
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    # w = 1, mean = 1, Q = 1 + 1 = 2; C = 2 - 2/2 = 1; tau2 = (Q - 1)/C = 1; weights 1/2 each;
    # se = 1/sqrt(1/2 + 1/2) = 1; s2 = (k - 1) 2 / (4 - 2) = 1, so I2 = 50 % and H2 = 2.
    # var(tau2) = 2 (k-1) + 4 (s1 - s2/s1) tau2 + 2 (s2 - 2 s3/s1 + s2^2/s1^2) tau2^2 = 2 + 4 + 2.
    chi2_low = 0.0009820691171752555  # 2.5 % point of chi-squared with 1 df; the 97.5 % is > 2
    tau2_high = 2 / chi2_low - 1  # Q(tau2) = 2 / (1 + tau2)
    assert [key for key in found if key in KEYS] == KEYS
    assert found["k"] == 2
    assert found["q_df"] == 1
    assert found["df"] is None
    exact = {
        "estimate": 1.0,
        "se": 1.0,
        "ci_low": 1 - Z,
        "ci_high": 1 + Z,
        "statistic": 1.0,
        "p_value": 0.31731050786291415,
        "tau2": 1.0,
        "tau2_se": math.sqrt(8),
        "tau2_ci_low": 0.0,
        "tau2_ci_high": tau2_high,
        "i2": 50.0,
        "i2_ci_low": 0.0,
        "i2_ci_high": 100 * tau2_high / (tau2_high + 1),
        "h2": 2.0,
        "q": 2.0,
        "q_p": 0.15729920705028513,
        "pi_low": 1 - Z * math.sqrt(2),
        "pi_high": 1 + Z * math.sqrt(2),
    }
    for key, value in exact.items():
        assert found[key] == pytest.approx(value, rel=1e-9, abs=1e-15), key
    assert found["weights"] == pytest.approx([50.0, 50.0], rel=1e-15)
    assert found["display"]["ci_low"] == found["ci_low"]
    assert [found[f"{name}_method"] for name in ("tau2", "interval", "prediction")] == [
        "DL",
        "wald",
        "z",
    ]
    assert found["level"] == 95
    assert found["measure"] == "MD"
    assert [warning["code"] for warning in found["warnings"]] == ["two_studies"]
    assert found["excluded"] == []


def test_ratios_are_logged_in_the_numbers_and_not_in_the_display(
    run_json: RunJson, table: Write
) -> None:
    found = run_json("pool", "--data", table(FOUR), "--measure", "OR")
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert found["display"][name] == pytest.approx(math.exp(found[name]), rel=1e-14)


@pytest.mark.parametrize("measure", ["RR", "HR", "ROM", "SMD", "GEN"])
def test_finished_estimates_of_any_measure_are_pooled(
    run_json: RunJson, table: Write, measure: str
) -> None:
    path = table("study,yi,vi\nA,0.1,0.04\nB,0.3,0.09\nC,-0.2,0.02\n")
    found = run_json("pool", "--data", path, "--measure", measure, "--tau2", "EE")
    weights = [1 / 0.04, 1 / 0.09, 1 / 0.02]
    mean = (0.1 * weights[0] + 0.3 * weights[1] - 0.2 * weights[2]) / sum(weights)
    assert found["estimate"] == pytest.approx(mean, rel=1e-14)
    shown = math.exp(mean) if measure in ("RR", "HR", "ROM") else mean
    assert found["display"]["estimate"] == pytest.approx(shown, rel=1e-14)
    assert found["interval_method"] == "wald"
    assert found["pi_low"] is None


def test_means_by_hand(run_json: RunJson, table: Write) -> None:
    path = table("study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,10,2,20,8,3,30\n")
    found = run_json("pool", "--data", path, "--measure", "MD")
    assert found["estimate"] == pytest.approx(2.0, rel=1e-15)
    assert found["se"] == pytest.approx(math.sqrt(4 / 20 + 9 / 30), rel=1e-15)
    assert found["studies"][0]["n"] == 50


def test_one_row_is_a_study_and_not_a_pool(run: Run, run_json: RunJson, table: Write) -> None:
    path = table(f"{HEADER}\nA,13,27,3,28\n")
    found = run_json("pool", "--data", path, "--measure", "OR")
    y, se = log_odds_ratio(13, 27, 3, 28)
    assert found["estimate"] == pytest.approx(y, rel=1e-14)
    assert found["se"] == pytest.approx(se, rel=1e-14)
    for key in ("tau2", "tau2_se", "tau2_ci_low", "i2", "h2", "q_p", "pi_low", "pi_high"):
        assert found[key] is None, key
    assert found["weights"] == [100.0]
    assert [w["code"] for w in found["warnings"]] == ["single_study"]
    shown = run("pool", "--data", path, "--measure", "OR").stdout
    assert "One study, not pooled." in shown
    assert "7.74 [1.88, 31.87]" in shown


def test_a_row_that_gives_no_estimate_is_listed_with_its_reason(
    run_json: RunJson, run: Run, table: Write
) -> None:
    path = table(f"{FOUR}Nobody,0,10,0,12\nHalf,5,,3,20\n")
    found = run_json("pool", "--data", path, "--measure", "OR")
    assert found["k"] == 4
    assert found["excluded"] == [
        {
            "study": "Nobody",
            "reason": "no events in either group: no information about the odds ratio",
            "where": "trials.csv:6",
        },
        {"study": "Half", "reason": "missing: n_1", "where": "trials.csv:7"},
    ]
    shown = run("pool", "--data", path, "--measure", "OR").stdout
    assert "missing: n_1 (trials.csv:7)" in shown


def test_one_meta_analysis_for_each_value_of_a_column(run_json: RunJson, table: Write) -> None:
    rows = FOUR.splitlines()
    substances = ["alcohol", "alcohol", "opioid", ""]
    lines = [f"{rows[0]},substance"]
    lines += [f"{row},{s}" for row, s in zip(rows[1:], substances, strict=True)]
    path = table("\n".join(lines) + "\n")
    found = run_json("pool", "--data", path, "--measure", "OR", "--by", "substance")
    assert [(group["by"], group["k"]) for group in found] == [
        ("alcohol", 2),
        ("opioid", 1),
        (None, 1),
    ]
    alone = run_json("pool", "--data", table("\n".join(rows[:3]) + "\n"), "--measure", "OR")
    assert {**found[0], "by": None} == {**alone, "by": None}


def test_a_group_that_cannot_be_analysed_stays_in_the_list(run_json: RunJson, table: Write) -> None:
    path = table(f"{HEADER},drug\nA,13,27,3,28,x\nB,0,5,0,5,y\n")
    found = run_json("pool", "--data", path, "--measure", "OR", "--by", "drug")
    assert found[1]["by"] == "y"
    assert found[1]["k"] == 0
    assert found[1]["estimate"] is None
    assert found[1]["weights"] == []
    assert found[1]["excluded"][0]["study"] == "B"


def test_labels_from_any_column(run_json: RunJson, table: Write) -> None:
    path = table("trial,yi,vi\nX,0,1\n,2,1\n")
    found = run_json("pool", "--data", path, "--measure", "GEN", "--study", "trial")
    assert [study["study"] for study in found["studies"]] == ["X", "row 2"]


def test_a_table_from_standard_input(run_json: RunJson) -> None:
    found = run_json("pool", "--data", "-", "--measure", "OR", stdin=FOUR)
    assert found["k"] == 4


def test_levels_as_percent_or_share(run_json: RunJson, table: Write) -> None:
    path = table(FOUR)
    percent = run_json("pool", "--data", path, "--measure", "OR", "--level", "90")
    assert percent == run_json("pool", "--data", path, "--measure", "OR", "--level", "0.9")
    assert percent["level"] == 90


def test_columns_that_the_measure_does_not_need_may_hold_anything(
    run_json: RunJson, table: Write
) -> None:
    path = table("study,yi,vi,time,mean,n\nA,0,1,week 5,low,40 (20/20)\nB,2,1,week 9,high,many\n")
    assert run_json("pool", "--data", path, "--measure", "MD")["k"] == 2


def test_csv_has_one_line_per_meta_analysis_at_full_precision(
    run: Run, run_json: RunJson, table: Write
) -> None:
    path = table(FOUR)
    result = run("pool", "--data", path, "--measure", "OR", "--format", "csv")
    names, values = (line.split(",") for line in result.stdout.strip().splitlines())
    found = dict(zip(names, values, strict=True))
    same = run_json("pool", "--data", path, "--measure", "OR")
    assert float(found["estimate"]) == same["estimate"]
    assert float(found["display_ci_high"]) == same["display"]["ci_high"]


def test_markdown_is_a_table_with_escaped_labels(run: Run, table: Write) -> None:
    path = table("study,yi,vi\nA|<b>*,0,1\nB,2,1\n")
    result = run("pool", "--data", path, "--measure", "MD", "--format", "md")
    row = next(line for line in result.stdout.splitlines() if "0.00" in line)
    assert row.startswith(r"| A\|\<b\>\* |")


def test_csv_of_labels_that_a_spreadsheet_would_run(run: Run, table: Write) -> None:
    path = table("study,drug,yi,vi\nA,=1+1,0,1\nB,=1+1,2,1\n")
    words = ("pool", "--data", path, "--measure", "MD", "--by", "drug", "--format", "csv")
    assert run(*words).stdout.splitlines()[1].startswith("'=1+1,2,")


def test_the_table_a_reader_sees(run: Run, table: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = run("pool", "--data", table(FOUR), "--measure", "OR", "--tau2", "EE").stdout
    # Weights 1/v and the common effect by hand; the studies' own intervals as published.
    values = {name: log_odds_ratio(*counts) for name, counts in COUNTS.items()}
    total = sum(se**-2 for _, se in values.values())
    mean = sum(y * se**-2 for y, se in values.values()) / total
    low, high = (math.exp(mean + sign * Z / math.sqrt(total)) for sign in (-1, 1))
    share = [f"{100 * se**-2 / total:.1f}%" for _, se in values.values()]
    assert shown.splitlines()[:9] == [
        "trials.csv",
        "",
        "Study               Group 1  Group 2  OR [95% CI]         Weight",
        f"Krupitsky 1997       73/111   24/100  6.08 [3.33, 11.12]  {share[0]:>6}",
        f"Dakwar 2020           14/17    15/23  2.49 [0.55, 11.31]  {share[1]:>6}",
        f"Krupitsky 2007        13/26     6/27  3.50 [1.07, 11.50]  {share[2]:>6}",
        f"Dakwar 2019           13/27     3/28  7.74 [1.88, 31.87]  {share[3]:>6}",
        "──────────────────  ───────  ───────  ──────────────────  ──────",
        f"Pooled (4 studies)    n 359           {math.exp(mean):.2f} [{low:.2f}, {high:5.2f}]",
    ]
    assert "0 by assumption (equal effects)" in shown
    assert "H²" not in shown


def test_a_p_value_that_does_not_follow_from_z_is_not_shown_with_it(run: Run, table: Write) -> None:
    rows = "".join(f"{i},{y},0.05\n" for i, y in enumerate((0.1, 0.3, -0.2, 0.5, 0.2, 0.4)))
    words = ("pool", "--data", table(f"study,yi,vi\n{rows}"), "--measure", "MD")
    assert "permutation of signs; P = " in run(*words, "--ci", "permutation").stdout
    assert "; z = " in run(*words, "--ci", "wald").stdout
    assert " on 5 df, P" in run(*words, "--ci", "hksj").stdout


def test_counts_that_are_not_whole_are_shown_as_they_are(run: Run, table: Write) -> None:
    path = table("study,events_1,n_1,events_2,n_2\nE,3.6,20,5,20\nF,6,30,9,30\n")
    text = run("pool", "--data", path, "--measure", "OR").stdout
    assert "3.6/20" in text
    assert "6/30" in text
    assert "E: counts that are not whole" in text
