"""`ketameta export data`: the file, pooled again, gives the review's own answer."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketameta.appraisal.answers import answer_review
from ketameta.exchange.analysis_data import analysis_data
from ketameta.exchange.data_set import DataSet
from ketameta.exchange.tabular import numbers, read_table
from ketameta.exchange.writing import WRITERS, write_table
from ketameta.questions.loading import load_review
from ketameta.records.store import load_evidence

Run = Callable[..., Any]


def exported(run: Run, name: str, *words: str) -> Path:
    done = run("export", "data", *words, "--out", name)
    assert done.exit_code == 0, done.stderr
    return Path(name)


@pytest.fixture(scope="module")
def data() -> DataSet:
    """The analysis data set of the small review."""
    small = Path(__file__).parent / "small"
    review = load_review(next(small.glob("reports/*/review.yaml")))
    answers = answer_review(review, load_evidence(small / "studies"))
    return analysis_data(answers, name=review.id, title=review.title)


@pytest.mark.parametrize("extension", sorted(WRITERS))
def test_every_format_holds_the_same_data(tmp_path: Path, data: DataSet, extension: str) -> None:
    write_table(data, tmp_path / f"data{extension}")
    again = read_table(tmp_path / f"data{extension}")
    assert again.size == data.size > 0
    for variable, name in zip(data.variables, again.columns, strict=True):
        if variable.kind in ("text", "category"):
            assert again.text(name) == tuple(str(v or "") for v in variable.values)
        else:
            expected = [math.nan if value is None else value for value in variable.values]
            tolerance = 1e-14 if extension == ".por" else 0  # its numbers are powers of 30
            read = numbers(again, [name])[name]
            assert read == pytest.approx(expected, rel=tolerance, abs=0, nan_ok=True)


@pytest.mark.parametrize("ending", [".sav", ".dta"])
def test_the_notes_stand_in_the_file(tmp_path: Path, data: DataSet, ending: str) -> None:
    import pyreadstat

    write_table(data, tmp_path / f"data{ending}")
    read = {".sav": pyreadstat.read_sav, ".dta": pyreadstat.read_dta}[ending]
    assert " ".join(read(str(tmp_path / f"data{ending}"))[1].notes) == " ".join(data.notes)


def test_the_program_beside_a_transport_file_is_guarded_too(run: Run, small_root: Path) -> None:
    exported(run, "data.xpt")
    program = Path("data.sas").read_text()
    Path("data.sas").write_text("mine")
    done = run("export", "data", "--out", "data.xpt")
    assert (done.exit_code, Path("data.sas").read_text()) == (2, "mine")
    assert "data.sas: exists and holds something else" in done.stderr
    assert run("export", "data", "--out", "data.xpt", "--force").exit_code == 0
    assert Path("data.sas").read_text() == program


@pytest.mark.parametrize("extension", [".csv", ".sav", ".por"])
def test_pooling_the_file_gives_the_answer_of_the_review(
    run: Run, small_root: Path, extension: str
) -> None:
    review = json.loads(run("pool", "--format", "json").stdout)
    path = exported(run, f"data{extension}")
    done = run("pool", "--data", path, "--measure", "GEN", "--by", "question", "--format", "json")
    assert done.exit_code == 0, done.stderr
    pooled = {item["by"]: item for item in json.loads(done.stdout)}
    answered = [item for item in review if item["k"]]
    assert answered
    for item in answered:
        assert pooled[item["question"]]["estimate"] == pytest.approx(item["estimate"], rel=1e-12)
        assert pooled[item["question"]]["se"] == pytest.approx(item["se"], rel=1e-12)


def test_one_question_alone(run: Run, small_root: Path) -> None:
    table = read_table(exported(run, "all.csv"))
    first = table.text("question")[0]
    alone = read_table(exported(run, "one.csv", first))
    assert set(alone.text("question")) == {first}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--out", "x.sas7bdat"), "x.sas7bdat: only SAS itself writes .sas7bdat files."),
        (("--out", "x.docx"), "x.docx: no writer for .docx files."),
        (("--out", "no/x.csv"), "no/x.csv: the folder no does not exist."),
        (("nonesuch", "--out", "x.csv"), "nonesuch"),
    ],
)
def test_what_cannot_be_is_refused(
    run: Run, small_root: Path, words: tuple[str, ...], message: str
) -> None:
    done = run("export", "data", *words)
    assert done.exit_code == 2
    assert message in done.stderr
    assert not Path("x.csv").exists()
