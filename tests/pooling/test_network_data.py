"""What may go into a network, and what is told when it cannot be used."""

from __future__ import annotations

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.effects import effects
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.network import (
    contrast_rows,
    contrasts_from_arms,
    league_table,
    network,
    split_evidence,
)

PAIR = {
    "study": ["x", "x", "y", "y"],
    "treatment": ["ketamine", "placebo", "ketamine", "placebo"],
}
COUNTS = {**PAIR, "events": [5, 3, 0, 4], "n": [20, 22, 15, 16]}
MEANS = {**PAIR, "mean": [5.0, 3, 4, 4], "sd": [2.0, 2.5, 1, 3], "n": [20, 22, 15, 16]}
RATES = {**PAIR, "events": [5, 3, 0, 4], "time": [20.0, 22, 15, 16]}


def columns(*rows: tuple[str, str, str, float, float]) -> dict[str, tuple[object, ...]]:
    names = ("study", "treatment_1", "treatment_2", "y", "v")
    return dict(zip(names, zip(*rows, strict=True), strict=True))


@pytest.mark.parametrize(
    ("code", "arms"),
    [
        *((code, COUNTS) for code in ("OR", "RR", "RD", "AS")),
        *((code, MEANS) for code in ("MD", "SMD", "ROM")),
        ("IRR", RATES),
    ],
)
def test_two_arm_studies_give_the_usual_effect_sizes(code: str, arms: dict[str, list]) -> None:
    wide = {f"{name}_1": values[0::2] for name, values in arms.items() if name not in PAIR}
    wide |= {f"{name}_2": values[1::2] for name, values in arms.items() if name not in PAIR}
    expected = effects(code, wide).estimates
    found = contrasts_from_arms(code, arms)
    assert found.treatment_1 == ("ketamine", "ketamine")
    assert found.y == pytest.approx(expected.y, rel=1e-12)
    assert found.v == pytest.approx(expected.v, rel=1e-12)


def test_a_zero_corrects_all_arms_of_its_study_and_is_told() -> None:
    arms = {
        "study": ["x"] * 3,
        "treatment": ["a", "b", "c"],
        "events": [0, 3, 4],
        "n": [10, 10, 10],
    }
    found = contrasts_from_arms("OR", arms)
    log_odds = [np.log((e + 0.5) / (10.5 - e)) for e in arms["events"]]
    assert found.y[0] == pytest.approx(log_odds[0] - log_odds[1], rel=1e-12)
    assert found.y[2] == pytest.approx(log_odds[1] - log_odds[2], rel=1e-12)
    assert [caution.code for caution in found.cautions] == ["zero_cell_correction"]


def test_studies_without_information_are_listed_with_the_reason() -> None:
    arms = {
        "study": ["x", "x", "y", "y", "z", "w", "w"],
        "treatment": ["a", "b", "a", "b", "a", "a", "b"],
        "events": [0, 0, 2, 3, 4, np.nan, 3],
        "n": [10, 10, 10, 10, 10, 10, 10],
    }
    found = contrasts_from_arms("OR", arms)
    assert found.study == ("y",)
    reasons = {row.label: row.reason for row in found.excluded}
    assert "no events" in reasons["x"]
    assert "one arm" in reasons["z"]
    assert "missing: events" in reasons["w"]
    assert contrasts_from_arms("RD", arms).study == ("x", "y")


def test_disconnected_networks_name_their_parts() -> None:
    table = columns(("s1", "A", "B", 1.0, 1.0), ("s2", "B", "C", 1.0, 1.0), ("s3", "D", "E", 1, 1))
    with pytest.raises(DataError, match=r"2 parts .*\(1\) A, B, C; \(2\) D, E\. Analyse each"):
        network(contrast_rows(table))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("s", "A", "B", 1.0, 1.0), ("s", "B", "C", 1.0, 1.0)], "2 of the 3 contrasts"),
        ([("s", "A", "B", 1.0, 1.0), ("s", "B", "A", 1.0, 1.0)], "stands there twice"),
        (
            [("s", "A", "B", 1.0, 1.0), ("s", "B", "C", 1.0, 1.0), ("s", "A", "C", 5.0, 1.0)],
            "contradict each other",
        ),
        (
            [("s", "A", "B", 1.0, 9.0), ("s", "B", "C", 1.0, 1.0), ("s", "A", "C", 2.0, 1.0)],
            "cannot belong to one study",
        ),
        ([("s", "A", "A", 1.0, 1.0)], "compared with itself"),
        ([("s", "A", "B", 1.0, 0.0)], "variance above 0"),
        ([("s", "A", "B", float("nan"), 1.0)], "finite"),
        ([("s", "A", "B", float("inf"), 1.0)], "finite"),
        ([("s", "A", "", 1.0, 1.0)], "missing"),
    ],
)
def test_impossible_contrasts_are_refused(rows: list, message: str) -> None:
    with pytest.raises(DataError, match=message):
        network(contrast_rows(columns(*rows)))


def test_other_names_and_standard_errors_are_taken() -> None:
    table = {"studlab": ["s"], "treat1": ["A"], "treat2": ["B"], "TE": [1.0], "seTE": [0.5]}
    assert network(table).compare("A", "B").se == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: contrast_rows({"study": ["s"]}), UsageError, "treatment_1, treatment_2, y, v"),
        (
            lambda: contrast_rows({**columns(("s", "A", "B", 1, 1)), "y": ["big"]}),
            DataError,
            "not a number",
        ),
        (lambda: contrasts_from_arms("HR", PAIR), UsageError, "does not compare two arms"),
        (lambda: contrasts_from_arms("SMDH", MEANS), UsageError, "no covariance"),
        (lambda: contrasts_from_arms("OR", PAIR), UsageError, "Not found: events, n"),
        (
            lambda: contrasts_from_arms("OR", {**COUNTS, "treatment": ["a", "a", "a", "b"]}),
            DataError,
            "two arms have the treatment 'a'",
        ),
        (lambda: contrasts_from_arms("OR", {**COUNTS, "events": [-1, 3, 0, 4]}), DataError, "x, k"),
        (
            lambda: network(columns(("s", "A", "B", 1, 1)), PoolingChoices(interval="kr")),
            UsageError,
            "not available for networks",
        ),
        (
            lambda: network(columns(("s", "A", "B", 1, 1)), PoolingChoices(prediction="bootstrap")),
            UsageError,
            "not available for networks",
        ),
        (
            lambda: network(columns(("s", "A", "B", 1, 1)), reference="Z"),
            DataError,
            "no treatment 'Z'",
        ),
        (
            lambda: league_table(network(columns(("s", "A", "B", 1, 1))), order=["A"]),
            UsageError,
            "every treatment once",
        ),
        (
            lambda: split_evidence(network(columns(("s", "A", "B", 1, 1))), method="magic"),
            UsageError,
            "no method 'magic'",
        ),
        (
            lambda: network(columns(("s", "A", "B", 1, 1), ("t", "A", "B", 1, 1)), reference="A"),
            None,
            "",
        ),
    ],
)
def test_misuse_is_told(call, error: type[Exception] | None, message: str) -> None:
    if error is None:
        assert "identical_effects" in {caution.code for caution in call().cautions}
        return
    with pytest.raises(error, match=message):
        call()
