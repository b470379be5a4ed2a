"""`ketameta network`: metafor's numbers, a triangle by hand, and what cannot be done."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

REFERENCE = Path(__file__).parents[1] / "reference" / "pooling" / "network.json"
# Three trials, all with variance 1: A-B is 1, B-C is 1, A-C is 3.
TRIANGLE = "study,treatment_1,treatment_2,yi,vi\n1,A,B,1,1\n2,B,C,1,1\n3,A,C,3,1\n"
EE = ("--tau2", "EE")


@pytest.fixture(scope="module")
def smoking() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(REFERENCE.read_text())["results"]["hasselblad1998_OR"]
    return found


def arms(found: dict[str, Any]) -> str:
    names = ("study", "treatment", "events", "n")
    rows = zip(*(found["arms"][name] for name in names), strict=True)
    return "\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)])


@pytest.mark.parametrize(("method", "rel"), [("EE", 1e-9), ("REML", 1e-5)])
def test_arms_of_many_trials_give_the_numbers_of_metafor(
    run_json: RunJson, table: Write, smoking: dict[str, Any], method: str, rel: float
) -> None:
    words = ("--measure", "OR", "--tau2", method, "--ci", "wald")
    found = run_json("network", "--data", table(arms(smoking)), *words)
    theirs = smoking["models"][method]
    assert set(found) == key_names("network")
    assert found["treatments"] == smoking["treatments"]
    assert found["tau2"] == pytest.approx(theirs["tau2"], rel=rel)
    estimates, errors = np.array(found["estimates"]), np.array(found["se"])
    assert estimates[1:, 0] == pytest.approx(theirs["beta"], rel=rel)
    assert errors[1:, 0] ** 2 == pytest.approx(np.diag(theirs["vb"]), rel=rel)
    low = np.array(theirs["beta"]) - 1.959963984540054 * np.sqrt(np.diag(theirs["vb"]))
    assert np.array(found["ci"]["low"])[1:, 0] == pytest.approx(low, rel=rel)
    total, within, between = (found[f"q_{name}"] for name in ("total", "within", "between"))
    assert total["q"] == pytest.approx(theirs["q"], rel=1e-9)
    assert within["q"] == pytest.approx(smoking["q_within"], rel=1e-9)
    assert between["q"] == pytest.approx(theirs["q"] - smoking["q_within"], rel=1e-9)
    assert total["df"] == within["df"] + between["df"] == 23
    assert found["warnings"][0]["code"] == "zero_cell_correction"


def test_a_triangle_by_hand(run_json: RunJson, table: Write) -> None:
    found = run_json("network", "--data", table(TRIANGLE), *EE, "--smaller-is-better")
    # Direct 1 with variance 1, indirect 3 - 1 with variance 2: mean 4/3, variance 2/3.
    assert (found["measure"], found["k"], found["n_contrasts"]) == ("GEN", 3, 3)
    matrix = [[0, 4 / 3, 8 / 3], [-4 / 3, 0, 4 / 3], [-8 / 3, -4 / 3, 0]]
    assert np.array(found["estimates"]) == pytest.approx(np.array(matrix), rel=1e-12)
    assert found["se"][0][1] == pytest.approx(math.sqrt(2 / 3), rel=1e-12)
    # The loop is off by 1, with variance 3; chi2 with 1 degree of freedom.
    p = math.erfc(math.sqrt(1 / 3) / math.sqrt(2))
    between, within = found["q_between"], found["q_within"]
    assert (between["q"], between["p"]) == (pytest.approx(1 / 3), pytest.approx(p, rel=1e-10))
    assert (between["df"], within["q"], within["df"], within["p"]) == (1, 0, 0, None)
    split = found["split"][0]
    assert (split["treatment_1"], split["treatment_2"]) == ("A", "B")
    assert split["indirect"]["estimate"] == pytest.approx(2, rel=1e-10)
    assert split["difference"]["estimate"] == pytest.approx(-1, rel=1e-10)
    assert split["difference"]["se"] == pytest.approx(math.sqrt(3), rel=1e-10)
    mixed = found["league"][0]
    assert (mixed["evidence"], mixed["direct_studies"]) == ("mixed", ["1"])
    assert mixed["direct_share"] == pytest.approx(2 / 3, rel=1e-12)
    assert mixed["direct"]["estimate"] == pytest.approx(1, rel=1e-12)
    # P-score of C, the smallest: mean certainty of being below B (4/3) and below A (8/3).
    z = 4 / 3 / math.sqrt(2 / 3)
    below = [1 - math.erfc(x / math.sqrt(2)) / 2 for x in (z, 2 * z)]
    assert [score["treatment"] for score in found["p_scores"]] == ["C", "B", "A"]
    assert found["p_scores"][0]["p_score"] == pytest.approx(sum(below) / 2, rel=1e-10)
    assert (found["pi"], len(found["net_heat"]["designs"])) == ({"low": None, "high": None}, 3)


@pytest.mark.parametrize("split", ["back-calculation", "side-splitting"])
def test_contributions_and_both_ways_to_split_by_hand(
    run_json: RunJson, table: Write, split: str
) -> None:
    found = run_json("network", "--data", table(TRIANGLE), *EE, "--split", split)
    # Without arms in common the two ways agree: A-B is 1 directly, 3 - 1 through C.
    assert found["split_method"] == split
    row = found["split"][0]
    assert row["indirect"]["estimate"] == pytest.approx(2, rel=1e-9)
    assert row["difference"]["se"] == pytest.approx(math.sqrt(3), rel=1e-9)
    # A walk from A to B goes straight with chance 2/3, and by C in two steps with chance 1/3.
    given = found["contributions"]
    assert given["comparisons"][0] == ["A", "B"]
    assert given["direct"] == [["A", "B"], ["A", "C"], ["B", "C"]]
    assert given["shares"][0] == pytest.approx([2 / 3, 1 / 6, 1 / 6], rel=1e-9)
    assert given["hat"][0] == pytest.approx([2 / 3, 1 / 3, -1 / 3], rel=1e-9)
    assert given["studies"] == ["1", "2", "3"]
    assert given["study_shares"][0] == pytest.approx([2 / 3, 1 / 6, 1 / 6], rel=1e-9)


def test_studies_share_their_comparison_by_weight(run_json: RunJson, table: Write) -> None:
    text = TRIANGLE.replace("1,A,B,1,1\n", "1,A,B,1,1.5\n4,A,B,1,3\n")
    given = run_json("network", "--data", table(text), *EE)["contributions"]
    # Studies 1 and 4 together weigh 1/1.5 + 1/3 = 1, as study 1 did before, shared 2 to 1.
    assert given["shares"][0] == pytest.approx([2 / 3, 1 / 6, 1 / 6], rel=1e-9)
    by_study = dict(zip(given["studies"], given["study_shares"][0], strict=True))
    assert by_study["1"] == pytest.approx(4 / 9, rel=1e-9)
    assert by_study["4"] == pytest.approx(2 / 9, rel=1e-9)


def test_contributions_of_studies_with_several_arms(
    run_json: RunJson, table: Write, smoking: dict[str, Any]
) -> None:
    given = run_json("network", "--data", table(arms(smoking)), "--measure", "OR")["contributions"]
    by_study, direct = np.array(given["study_shares"]), np.array(given["shares"])
    assert by_study.sum(axis=1) == pytest.approx(1.0)
    assert direct.sum(axis=1) == pytest.approx(1.0)
    assert (by_study >= 0).all()
    # What single studies give to a comparison that they alone made is at least its own share.
    assert by_study.shape == (6, 24)


def test_nothing_is_ranked_unless_it_is_said_what_is_good(run_json: RunJson, table: Write) -> None:
    path = table(TRIANGLE)
    assert run_json("network", "--data", path, *EE)["p_scores"] is None
    best = run_json("network", "--data", path, *EE, "--larger-is-better")["p_scores"][0]
    assert best["treatment"] == "A"


def test_standard_errors_and_netmetas_names(run_json: RunJson, table: Write) -> None:
    path = table("studlab,treat1,treat2,TE,seTE\n1,A,B,1,2\n2,B,C,1,2\n")
    found = run_json("network", "--data", path, *EE)
    assert found["se"][0][2] == pytest.approx(math.sqrt(8), rel=1e-12)
    assert found["split"][0]["indirect"] is None


def test_one_network_for_each_value_of_a_column(run_json: RunJson, table: Write) -> None:
    lines = TRIANGLE.splitlines()
    text = "\n".join([f"{lines[0]},time", *(f"{x},early" for x in lines[1:]), "4,A,C,1,1,late"])
    found = run_json("network", "--data", table(text), *EE, "--by", "time")
    assert [(one["by"], one["k"], one["treatments"]) for one in found] == [
        ("early", 3, ["A", "B", "C"]),
        ("late", 1, ["A", "C"]),
    ]


def test_studies_without_events_are_listed(run_json: RunJson, table: Write) -> None:
    text = "study,treatment,events,n\n1,A,3,10\n1,B,5,10\n2,A,0,9\n2,B,0,9\n"
    found = run_json("network", "--data", table(text), "--measure", "OR")
    assert found["estimates"][0][1] == pytest.approx(math.log(3 / 7), rel=1e-12)
    assert [(x["study"], x["where"]) for x in found["excluded"]] == [("2", "trials.csv:4")]


def test_csv_has_a_line_for_every_pair(run: Run, run_json: RunJson, table: Write) -> None:
    path = table(TRIANGLE)
    lines = list(
        csv.DictReader(io.StringIO(run("network", "--data", path, "--format", "csv").stdout))
    )
    league = run_json("network", "--data", path)["league"]
    assert [float(line["estimate"]) for line in lines] == [row["estimate"] for row in league]
    assert [float(line["direct_se"]) for line in lines] == [row["direct"]["se"] for row in league]


def test_the_table_a_reader_sees(run: Run, table: Write) -> None:
    shown = run("network", "--data", table(TRIANGLE), *EE, "--larger-is-better").stdout
    assert "B vs A" in shown
    assert "B vs C" in shown
    assert "67%" in shown
    assert "DIRECT AGAINST INDIRECT EVIDENCE" in shown
    turned = run("network", "--data", table(TRIANGLE), *EE, "--reference", "C").stdout
    assert "A vs C" in turned
    assert "B vs A" not in turned


def test_a_file_is_written_and_never_over_another(run: Run, table: Write) -> None:
    path = table(TRIANGLE)
    words = ("network", "--data", path, "--out")
    for said in ("Written", "Unchanged"):
        done = run(*words, "league.csv", "--format", "csv")
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"{said}: league.csv\n")
    assert Path("league.csv").read_text().startswith("treatment_1,treatment_2,")
    assert run(*words, path).exit_code == 2
    Path("mine.csv").write_text("own work")
    assert run(*words, "mine.csv", "--format", "csv").exit_code == 2
    assert Path("mine.csv").read_text() == "own work"


@pytest.mark.parametrize(
    ("content", "words", "code", "message"),
    [
        (TRIANGLE, ("--measure", "ORR"), 2, "measure: there is no measure 'ORR'."),
        (TRIANGLE, ("--reference", "a"), 2, '--reference: trials.csv has no treatment "a".'),
        (TRIANGLE, ("--tau2", "REMM"), 2, "tau2"),
        (TRIANGLE, ("--ci", "kr"), 2, "interval method: kr is not available for networks."),
        (TRIANGLE, ("--by", "x"), 2, 'trials.csv:1: there is no column "x"'),
        ("study,yi,vi\nA,1,1\n", (), 2, "trials.csv:1: there is no column of treatments."),
        ("treatment,events,n\nA,1,9\n", (), 2, "trials.csv:1: there is no column study,"),
        ("study,treatment,events\n1,A,1\n", (), 2, "trials.csv: the measure is not said."),
        (
            "study,treatment,events\n1,A,1\n",
            ("--measure", "OR"),
            2,
            "trials.csv:1: network: OR from arms needs",
        ),
        (f"{TRIANGLE}4,A,,1,1\n", (), 3, "trials.csv:5: column treatment_2 is empty."),
        (f"{TRIANGLE}4,A,B,x,1\n", (), 3, "trials.csv:5: column yi:"),
        (f"{TRIANGLE}4,A,B,1,0\n", (), 3, "trials.csv:5: 4: estimate 1 with variance 0;"),
        (f"{TRIANGLE}4,D,E,1,1\n", (), 3, "trials.csv: network: "),
        ("study,treatment,events,n\n1,A,0,9\n1,B,0,9\n", ("--measure", "OR"), 3, "trials.csv: no"),
        ("", (), 3, "trials.csv:1: the file is empty."),
    ],
)
def test_what_cannot_be_done(
    run: Run, table: Write, content: str, words: tuple[str, ...], code: int, message: str
) -> None:
    result = run("network", "--data", table(content), *words)
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith(message), result.stderr


def test_intervals_that_close_agreement_shortens_stand_beside_guarded_ones(
    run: Run, run_json: RunJson, table: Write
) -> None:
    """The triangle A-B 1, B-C 1, A-C 2.1: by hand Q = 0.1^2 / 3 on 1 df, so a factor of 1/300."""
    path = table(TRIANGLE.replace("A,C,3", "A,C,2.1"))
    command = ("network", "--data", path)
    assert "Guarded" in run(*command, "--ci", "hksj").stdout
    rows = run_json(*command, "--ci", "hksj")["league"]
    wide = run_json(*command, "--ci", "hksj-guarded")["league"]
    for row, guarded in zip(rows, wide, strict=True):
        half = (row["ci_high"] - row["ci_low"]) / 2
        assert (row["guarded_high"] - row["guarded_low"]) / 2 == pytest.approx(
            half * math.sqrt(300)
        )
        assert row["guarded_low"] == pytest.approx(guarded["ci_low"])
        assert guarded["guarded_low"] is None
