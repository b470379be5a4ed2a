"""`ketameta pool` on a review: every state of a question, and its numbers worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.figures.builders import Trial, answer
from tests.records.real import review

from ketameta.cli.output import Output
from ketameta.cli.overview_document import overview_document
from ketameta.cli.terminal import to_terminal

Run = Callable[..., Result]
RunJson = Callable[..., Any]


def log_odds_ratio(a: int, n1: int, c: int, n2: int) -> tuple[float, float]:
    """Log odds ratio and variance of a 2x2 table (Woolf)."""
    y = math.log(a * (n2 - c) / ((n1 - a) * c))
    return y, 1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c)


BIRCH = log_odds_ratio(13, 27, 3, 28)
ASH = log_odds_ratio(17 - 3, 17, 23 - 8, 23)  # relapse, turned round


def test_a_question_pooled_under_equal_effects_by_hand(run_json: RunJson, small_root: Path) -> None:
    found = run_json("pool", "abstinence", "--tau2", "EE")
    weights = [1 / BIRCH[1], 1 / ASH[1]]
    mean = (BIRCH[0] * weights[0] + ASH[0] * weights[1]) / sum(weights)
    assert found["estimate"] == pytest.approx(mean, rel=1e-14)
    assert found["se"] == pytest.approx(sum(weights) ** -0.5, rel=1e-14)
    assert found["weights"] == pytest.approx([100 * w / sum(weights) for w in weights], rel=1e-14)
    assert (found["tau2_method"], found["interval_method"]) == ("EE", "wald")
    assert found["n"] == 95


def test_a_question_as_the_review_asks_it(run_json: RunJson, small_root: Path) -> None:
    found = run_json("pool", "abstinence")
    assert (found["state"], found["k"], found["measure"]) == ("pooled", 2, "OR")
    assert [study["study"] for study in found["studies"]] == ["birch-2019", "ash-2020"]
    assert [study["control_type"] for study in found["studies"]] == ["active placebo", "usual care"]
    assert found["studies"][0]["source"]["file"] == "studies/cocaine/birch-2019.yaml"
    assert [group["title"] for group in found["subgroups"]] == ["alcohol", "opioid", "cocaine"]
    assert [group["k"] for group in found["subgroups"]] == [1, 0, 1]
    assert found["subgroups"][1]["state"] == "no usable study"
    assert [(a["id"], a["k"]) for a in found["sensitivity"]] == [("placebo", 1)]
    assert [item["study"] for item in found["left_out"]] == ["cedar-2021"]
    assert "PK" in [flag["code"] for flag in found["flags"]]


def test_methods_can_be_varied(run_json: RunJson, small_root: Path) -> None:
    found = run_json(
        *("pool", "abstinence", "--tau2", "dl", "--ci", "Wald", "--prediction", "z"),
        *("--level", "90"),
    )
    y, v = zip(BIRCH, ASH, strict=True)
    w = [1 / x for x in v]
    fixed = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    q = sum(a * (b - fixed) ** 2 for a, b in zip(w, y, strict=True))
    tau2 = max(0.0, (q - 1) / (sum(w) - sum(x * x for x in w) / sum(w)))
    assert found["tau2"] == pytest.approx(tau2, rel=1e-12)
    total = sum(1 / (x + tau2) for x in v)
    half = 1.6448536269514722 / math.sqrt(total)
    assert found["ci_high"] - found["ci_low"] == pytest.approx(2 * half, rel=1e-12)
    assert (found["interval_method"], found["level"]) == ("wald", 90)


def test_the_overview_has_every_question_with_its_state(
    run: Run, run_json: RunJson, small_root: Path
) -> None:
    found = run_json("pool")
    assert [(answer["question"], answer["k"], answer["state"]) for answer in found] == [
        ("abstinence", 2, "pooled"),
        ("abstinence-end", 1, "one study, not pooled"),
        ("craving", 0, "no usable study"),
    ]
    assert found[2]["estimate"] is None
    result = run("pool")
    lines = {line.split()[0]: line for line in result.stdout.splitlines() if line.strip()}
    assert "one study, not pooled" in lines["abstinence-end"]
    assert "7.74  [1.88, 31.87]" in lines["abstinence-end"]
    assert "1 finished study awaits data" in result.stdout
    assert "PW weight without placebo control" in result.stdout
    assert result.stderr == "For one of them in full: ketameta pool abstinence\n"


def test_a_question_in_full(run: Run, small_root: Path) -> None:
    text = run("pool", "abstinence").stdout
    for part in (
        "OR above 1 favours ketamine.",
        "A test of subgroup differences is not possible.",
        "Placebo-controlled only",
        "no placebo control: Ash 2020",
        "small sample: both studies",
        "Cedar 2021  Finished, but no numbers were seen.",
    ):
        assert part in text
    for forbidden in ("significant", "nan", "None", "inf "):
        assert forbidden not in text


def test_an_unanswered_question_says_what_is_missing_and_where(run: Run, small_root: Path) -> None:
    text = " ".join(run("pool", "craving").stdout.split())
    assert "No usable study. What is missing stands below." in text
    assert "Missing: Craving before and after: Results of the paper." in text


def test_csv_of_one_question_has_every_variation(run: Run, small_root: Path) -> None:
    lines = run("pool", "abstinence", "--format", "csv").stdout.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        *("analysis", "main", "subgroups", "subgroups", "subgroups", "sensitivity")
    ]
    overview = run("pool", "--format", "csv").stdout.splitlines()
    assert overview[3].startswith("craving,no usable study,,0,,")


@pytest.mark.parametrize("width", ["80", "120"])
@pytest.mark.parametrize(
    "words", [["pool"], ["pool", "abstinence"], ["list"], ["show", "ash-2020"]]
)
def test_nothing_is_wider_than_the_terminal(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    lines = run(*words).stdout.splitlines()
    assert max(len(line) for line in lines) <= int(width)
    assert not any(line.endswith(" ") for line in lines)
    assert "…" not in "\n".join(lines)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("abstinance",), 'no question has the id "abstinance". Did you mean "abstinence"?'),
        (("abstinence", "--tau2", "XX"), "tau2 method: there is none called 'XX'."),
        (("abstinence", "--review", "no.yaml"), "no.yaml: no such file. A review is a review.yaml"),
    ],
)
def test_questions_and_methods_that_do_not_exist(
    run: Run, small_root: Path, words: tuple[str, ...], message: str
) -> None:
    result = run("pool", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)


def test_several_reviews_must_be_told_apart(run: Run, small_root: Path) -> None:
    second = Path("reports/second/review.yaml")
    second.parent.mkdir()
    second.write_text(Path("reports/ketamine/review.yaml").read_text())
    result = run("pool")
    assert result.exit_code == 2
    assert result.stderr == (
        "review: name one with --review FILE (reports/ketamine/review.yaml, "
        "reports/second/review.yaml).\n"
    )
    assert run("pool", "--review", second, "--format", "json").exit_code == 0


def test_a_review_that_cannot_be_used_lists_every_problem(run: Run, small_root: Path) -> None:
    file = Path("reports/ketamine/review.yaml")
    file.write_text(file.read_text().replace("better: higher", "better: hihger"))
    result = run("pool")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.count("reports/ketamine/review.yaml:") == 2
    assert 'Did you mean "higher"?' in result.stderr


@pytest.mark.parametrize("width", ["60", "80", "120", "200"])
def test_a_shortened_interval_has_the_safeguarded_one_below_it(width: str) -> None:
    # t on 1 df is 12.7062: 0.4 -+ 12.7062 * 0.1, and with the plain SE of 0.282843 -+ 3.593862.
    close = answer([Trial("A 2000", 0.3, 0.4), Trial("B 2000", 0.5, 0.4)], measure="MD")
    output = Output(colour=False, width=int(width))
    text = to_terminal(overview_document([close], review(), output.width), output)
    lines = [line.strip() for line in text.splitlines()]
    assert "MD 0.40 [−0.87, 1.67]" in text
    i = lines.index("never narrower than the plain SE:")
    assert lines[i + 1] == "−3.19 to 3.99"
