"""`ketameta export r`: R says what ketameta says."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from ketameta.appraisal.answers import answer_review
from ketameta.cli.app import cli
from ketameta.errors import UsageError
from ketameta.exchange.r_script.script import ScriptAnalysis, r_script
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.questions.loading import load_review
from ketameta.records.store import load_evidence

ROOT = Path(__file__).resolve().parents[3]
TOLERANCE = 1e-6

# Colditz et al. 1994, JAMA 271:698-702: tuberculosis after BCG vaccination (events, people).
BCG = """study,events_1,n_1,events_2,n_2
Aronson 1948,4,123,11,139
Ferguson & Simes 1949,6,306,29,303
Rosenthal 1960,3,231,11,220
Hart & Sutherland 1977,62,13598,248,12867
Frimodt-Moller 1973,33,5069,47,5808
Stein & Aronson 1953,180,1541,372,1451
"""
MEANS = """study,mean_1,sd_1,n_1,mean_2,sd_2,n_2
a,10.2,3.1,24,12.9,3.4,25
b,9.4,2.8,40,9.9,3.0,38
c,14.1,5.0,15,19.2,4.1,16
d,8.8,2.2,61,9.7,2.9,60
"""
# Person-years made for this test; zeros in one arm.
RATES = """study,events_1,time_1,events_2,time_2
a,3,120.5,9,118
b,0,80,4,77
c,12,400,20,390
"""


def _missing(reason: str) -> None:
    if os.environ.get("KETAMETA_REQUIRE_R") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def rscript() -> Callable[..., Any]:
    """Run scripts, each by itself, in one R process; what they print."""
    if shutil.which("Rscript") is None:
        _missing("Rscript is not installed")

    def run(*paths: Path) -> Any:
        each = "for (f in commandArgs(TRUE)) {source(f, local = new.env()); cat('\\n----\\n')}"
        words = [paths[0].name] if len(paths) == 1 else ["-e", each, *(p.name for p in paths)]
        done = subprocess.run(
            ["Rscript", *words], cwd=paths[0].parent, capture_output=True, text=True, check=False
        )
        if "there is no package called" in done.stderr and "metafor" in done.stderr:
            _missing(done.stderr.strip())
        assert done.returncode == 0, done.stderr
        found = [json.loads(part) for part in done.stdout.split("\n----\n") if part.strip()]
        return found if len(paths) > 1 else found[0]

    return run


def export(*words: str | Path) -> None:
    done = CliRunner().invoke(cli, ["export", "r", *map(str, words)])
    assert done.exit_code == 0, done.stderr


def pooled_json(*words: str | Path) -> Any:
    done = CliRunner().invoke(cli, ["pool", *map(str, words), "--format", "json"])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def same(ours: Any, theirs: dict[str, Any], *names: str) -> None:
    """Compare named numbers; metafor prints nothing where ours is None."""
    spread = ours.heterogeneity
    values = {
        "estimate": ours.estimate,
        "se": ours.se,
        "low": ours.interval.low,
        "high": ours.interval.high,
        "tau2": spread.tau2,
        "i2": spread.i2,
        "q": spread.q,
        "q_p": spread.q_p,
        "prediction_low": ours.prediction.low,
        "prediction_high": ours.prediction.high,
        "tau2_low": spread.tau2_interval.low,
        "tau2_high": spread.tau2_interval.high,
    }
    for name in names or values:
        expected = values[name]
        if expected is None or (ours.k == 1 and name in ("q", "q_p")):
            assert theirs.get(name) is None or ours.k == 1, name
        else:
            assert theirs[name] == pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE), name


@pytest.mark.r
def test_every_question_of_the_review(tmp_path: Path, rscript: Callable[..., Any]) -> None:
    export("-o", tmp_path / "review.R", "--studies", ROOT / "studies")
    found = rscript(tmp_path / "review.R")
    review = load_review(ROOT / "reports/ketamine-addiction/review.yaml")
    answers = answer_review(review, load_evidence(ROOT / "studies"))
    assert set(found) == {answer.question.id for answer in answers}
    compared = 0
    for answer in answers:
        theirs, ours = found[answer.question.id], answer.main.pooled
        assert theirs["k"] == answer.main.k
        if ours is None:
            continue
        compared += 1
        same(ours, theirs)
        assert np.atleast_1d(theirs["weights"]) == pytest.approx(ours.weights, rel=TOLERANCE)
        for mine, other in zip(answer.leave_one_out, theirs.get("leave_one_out", ()), strict=True):
            assert mine.pooled is not None
            same(mine.pooled, other, "estimate", "low", "high", "tau2")
        assert theirs.get("largest_difference_of_effects", 0) < 1e-9
    assert compared >= 4


@pytest.mark.r
def test_every_method_that_both_have(tmp_path: Path, rscript: Callable[..., Any]) -> None:
    y = (-0.94, -1.67, -1.39, -1.46, -0.22, -0.96, 0.01)
    v = (0.36, 0.21, 0.43, 0.02, 0.05, 0.01, 0.2)
    data = EffectEstimates("GEN", np.array(y), np.array(v), tuple("abcdefg"))
    pairs = [
        *(("hksj", tau2) for tau2 in ("REML", "DL", "PM", "ML", "EB", "HE", "HS", "SJ")),
        *(("wald", tau2) for tau2 in ("EE", "PMM", "HSk", "DLIT", "SJIT", "GENQ")),
        *((interval, "REML") for interval in ("t", "hksj-guarded", "hksj-hybrid")),
    ]
    jobs = [PoolingChoices(tau2, interval) for interval, tau2 in pairs]
    jobs += [
        PoolingChoices(prediction=code, level=0.9)
        for code in ("t(k-1)-plain", "z", "t(k-2)", "hksj", "hksj(k-2)")
    ]
    jobs += [PoolingChoices(tau2_interval=code) for code in ("PL",)]
    results = {str(i): pool(data, choices) for i, choices in enumerate(jobs)}
    analyses = [
        ScriptAnalysis(
            key, str(choices), "GEN", data.labels, y, v, results[key],
            tau2_interval=choices.tau2_interval,
        )
        for key, choices in zip(results, jobs, strict=True)
    ]  # fmt: skip
    (tmp_path / "methods.R").write_text(r_script(analyses, title="methods", made_by="a test"))
    found = rscript(tmp_path / "methods.R")
    for key, choices in zip(results, jobs, strict=True):
        try:
            same(results[key], found[key])
        except AssertionError as error:
            raise AssertionError(f"{choices}: {error}") from None


TABLES = [
    (BCG, ("--measure", "OR")),
    (BCG, ("--measure", "RR", "--tau2", "DL", "--ci", "wald")),
    (BCG, ("--measure", "RD", "--tau2", "EE")),
    (MEANS, ("--measure", "SMD")),
    (MEANS, ("--measure", "MD", "--tau2", "PM", "--level", "99")),
    (BCG, ("--measure", "OR", "--method", "mh")),
    (BCG, ("--measure", "RR", "--method", "mh")),
    (BCG, ("--measure", "RD", "--method", "mh")),
    (BCG, ("--measure", "OR", "--method", "peto")),
    (RATES, ("--measure", "IRR", "--method", "mh")),
    (BCG, ("--measure", "OR", "--method", "glmm:um.fs")),
    (BCG, ("--measure", "OR", "--method", "glmm:cm.al")),
]


@pytest.mark.r
def test_tables(tmp_path: Path, rscript: Callable[..., Any]) -> None:
    ours, scripts = [], []
    for i, (content, words) in enumerate(TABLES):
        (tmp_path / f"{i}.csv").write_text(content)
        table = ("--data", tmp_path / f"{i}.csv", *words)
        scripts.append(tmp_path / f"{i}.R")
        export(*table, "-o", scripts[-1])
        ours.append(pooled_json(*table))
    for (_, words), mine, found in zip(TABLES, ours, rscript(*scripts), strict=True):
        theirs = found["all"]
        glmm = "glmm" in words[-1]  # as the script itself says: 3 to 4 digits
        for name, key in (("estimate",) * 2, ("se",) * 2, ("low", "ci_low"), ("high", "ci_high")):
            close = pytest.approx(mine[key], rel=2e-3 if glmm else TOLERANCE)
            assert theirs[name] == close, (words, name)
        if "--method" not in words:
            assert theirs["largest_difference_of_effects"] < 1e-12
        assert ("expect 3 to 4 equal digits" in (scripts[ours.index(mine)]).read_text()) is glmm


@pytest.mark.r
def test_text_of_a_table_does_nothing(tmp_path: Path, rscript: Callable[..., Any]) -> None:
    evil = [
        '""); file.create(""owned""); c(""',
        "\\",
        "'); file.create('owned')#",
        "`file.create`('owned')",
        "\\u0022); file.create('owned') #",
        "Größe 日本 😀",
    ]
    rows = "".join(f'"{name}",0.{i + 1},0.1,"{name}"\n' for i, name in enumerate(evil))
    (tmp_path / "trials.csv").write_text(f"study,yi,vi,group\n{rows}last,0,1,\n", encoding="utf-8")
    export("--data", tmp_path / "trials.csv", "--measure", "GEN", "-o", tmp_path / "a.R")
    export(
        *("--data", tmp_path / "trials.csv", "--measure", "GEN", "--by", "group"),
        *("-o", tmp_path / "b.R"),
    )
    names = [name.replace('""', '"') for name in evil]
    whole, groups = rscript(tmp_path / "a.R", tmp_path / "b.R")
    assert [line["study"] for line in whole["all"]["leave_one_out"]] == [*names, "last"]
    assert set(groups) == {*names, "(empty)"}
    assert not (tmp_path / "owned").exists()


def test_what_metafor_has_not_is_refused(tmp_path: Path) -> None:
    data = EffectEstimates("GEN", np.array([0.1, 0.5, 0.2]), np.ones(3), ("a", "b", "c"))
    for choices, option in (
        (PoolingChoices(interval="kr"), "--ci kr"),
        (PoolingChoices(prediction="bootstrap"), "--prediction bootstrap"),
    ):
        entry = ScriptAnalysis(
            "x", "x", "GEN", data.labels, [0.1, 0.5, 0.2], [1.0] * 3, pool(data, choices)
        )
        with pytest.raises(UsageError, match=option.replace("(", r"\(")):
            r_script([entry], title="x", made_by="x")


def test_one_study_and_none(tmp_path: Path) -> None:
    data = EffectEstimates("GEN", np.array([0.1]), np.ones(1), ("a",))
    one = ScriptAnalysis("one", "x", "GEN", ("a",), [0.1], [1.0], pool(data))
    none = ScriptAnalysis("none", "x", "GEN", (), [], [], None)
    made = r_script([one, none], title="x", made_by="x")
    assert 'answers[["none"]] <- list(k = 0)' in made
    assert "confint" not in made.split("# ---- one")[1]
    assert math.isfinite(pool(data).estimate)


def test_nothing_is_overwritten_and_nothing_mixed(tmp_path: Path) -> None:
    (tmp_path / "trials.csv").write_text(BCG)
    (tmp_path / "trials.R").write_text("mine")
    table = ["export", "r", "--data", str(tmp_path / "trials.csv"), "--measure", "OR"]
    for words in (
        [*table, "-o", str(tmp_path / "trials.R")],
        ["export", "r", "x", *table[2:], "-o", str(tmp_path / "new.R")],
        [*table, "--preset", "stata", "-o", str(tmp_path / "new.R")],
        [*table, "--method", "beta-binomial", "-o", str(tmp_path / "new.R")],
    ):
        assert CliRunner().invoke(cli, words).exit_code == 2, words
    assert (tmp_path / "trials.R").read_text() == "mine"
    assert not (tmp_path / "new.R").exists()
