"""`ketameta safety`, `moderators` and `durability` in every form."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from ketameta.cli.app import cli

FORBIDDEN = ("significan", "no effect on", " nan", "None")


def run(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(cli, list(arguments))
    return found.exit_code, found.stdout, found.stderr


def test_harms_in_words_and_tables() -> None:
    code, out, _ = run("safety")
    text = " ".join(out.split())
    assert code == 0
    assert "Removal because of an adverse event: counted in none of 44 people with ketamine" in text
    assert "the rule of three, 3/44, gives 6.8%" in text
    assert "Not reported in anything that was read: nausea, urinary symptoms" in text
    assert "More tables with --table: pooled, groups, words, missing." in text
    for word in (*FORBIDDEN, "is safe"):
        assert word not in out


def test_harms_as_json_and_csv_agree() -> None:
    _, out, _ = run("safety", "--format", "json")
    everything = json.loads(out)
    assert set(everything) == {
        *("id", "title", "sentences", "risks", "compared", "pooled", "groups", "words", "missing")
    }
    code, text, err = run("safety", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert code == 0
    assert len(rows) == len(everything["risks"])
    assert "--table also: compared" in err
    case = [row for row in rows if row["remark"]]
    assert {row["study"] for row in case} == {"prekupec-2017"}
    assert all(row["risk"] == "" for row in case)
    pool = [row for row in everything["pooled"] if row["measure"] == "OR"]
    assert all(row["estimate"] is None and row["reason"] for row in pool)


def test_one_harm_and_its_near_misses() -> None:
    code, out, _ = run("safety", "--construct", "misuse", "--format", "json")
    assert code == 0
    assert {row["harm"] for row in json.loads(out)["risks"]} == {"ketamine misuse"}
    code, _, err = run("safety", "--construct", "drop-out")
    assert code == 2
    assert "dropout" in err
    code, _, err = run("safety", "--table", "risk")
    assert code == 2
    assert "Known are all, risks" in err


@pytest.mark.parametrize("style", ["table", "md", "csv", "json"])
def test_nothing_pooled_is_said_in_every_form(style: str) -> None:
    """CSV and JSON stay empty for programs; people read beside them why."""
    line = ("safety", "--construct", "urinary", "--table", "pooled", "--format", style)
    code, out, err = run(*line)
    assert code == 0
    said = " ".join((err if style in ("csv", "json") else out).split())
    assert "Not pooled: urinary symptoms; no study on record gives counts" in said
    assert "| :---" not in out
    if style == "json":
        assert json.loads(out) == []
    if style == "csv":
        assert len(out.splitlines()) == 1


def test_moderators_say_that_a_few_studies_cannot_tell() -> None:
    code, out, _ = run("moderators", "abstinence-longest")
    text = " ".join(out.split())
    assert code == 0
    assert "fewer than 10, so that nothing said here can be relied on" in text
    assert "Studies are compared here, not people" in text
    assert "In Krupitsky 2007 the control group received ketamine too" in text
    assert not any(word in out for word in FORBIDDEN)


def test_moderators_as_json_and_csv() -> None:
    _, out, _ = run("moderators", "abstinence-longest", "--format", "json")
    found = json.loads(out)
    assert len(found["studies"]) == 5
    _, out, _ = run("moderators", "abstinence-longest", "--format", "csv", "--table", "slopes")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["set"] for row in rows} == {"main", "all-contrasts"}
    assert all(float(row["ci_low"]) < float(row["slope"]) < float(row["ci_high"]) for row in rows)


@pytest.mark.parametrize("words", [("moderators",), ("safety",), ("durability",)])
def test_a_workbook_has_a_sheet_for_every_table(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = json.loads(run(*words, "--format", "json")[1])
    parts = found if isinstance(found, list) else [found]
    path = tmp_path / "x.xlsx"
    assert run(*words, "-o", str(path)) == (0, "", f"Written: {path}\n")
    book = load_workbook(path)
    names = [name for name in parts[0] if name not in ("id", "title", "sentences")]
    assert book.sheetnames[: len(names)] == names
    assert book.sheetnames[len(names)] == "Columns"
    for name in names:
        head, *rows = book[name].iter_rows(values_only=True)
        wanted = [(part["id"], row) for part in parts for row in part.get(name, [])]
        assert len(rows) == len(wanted)
        for cells, (subject, row) in zip(rows, wanted, strict=True):
            read = dict(zip(head, cells, strict=True))
            assert len(parts) == 1 or read.pop("question") == subject
            for key, value in row.items():
                cell = read[key]
                if isinstance(value, float):
                    assert float(cell) == value  # type: ignore[arg-type]
                else:
                    assert str(cell or "").lstrip("'") == str(value or "").lstrip("'"), (name, key)
    described = {(row[0], row[1]) for row in book["Columns"].iter_rows(2, values_only=True)}
    assert described == {(n, cell.value) for n in names for cell in book[n][1]}


def test_csv_of_several_questions_is_one_table_with_the_question_first(tmp_path: Path) -> None:
    _, out, err = run("moderators", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    found = json.loads(run("moderators", "--format", "json")[1])
    assert "with --table also: levels, slopes" in err
    assert next(iter(rows[0])) == "question"
    assert [row["question"] for row in rows] == [p["id"] for p in found for _ in p["studies"]]
    assert run("moderators", "-o", str(tmp_path / "x.sav"), "--table", "slopes")[0] == 0


def test_moderators_of_nothing_are_refused() -> None:
    code, _, err = run("moderators", "retention")
    assert code == 3
    assert "does not have two studies" in err
    assert run("moderators", "abstinence-longest", "--by", "age")[0] == 2
    assert run("moderators", "abstinance")[0] == 2


def test_over_time_in_words() -> None:
    code, out, _ = run("durability")
    text = " ".join(out.split())
    assert code == 0
    assert "Beyond 52 weeks nothing is known from such comparisons." in text
    assert "Krupitsky 2002 (104 weeks); the table says what" in text
    assert "known of Dakwar 2019 only" in text


@pytest.mark.parametrize(
    ("command", "ending"),
    [
        *(("safety", ending) for ending in ("svg", "md", "json", "txt")),
        *(("durability", ending) for ending in ("pdf", "png", "csv")),
    ],
)
def test_files_by_their_ending(tmp_path: Path, command: str, ending: str) -> None:
    path = tmp_path / f"x.{ending}"
    assert run(command, "-o", str(path))[0] == 0
    assert len(path.read_bytes()) > 500
    code, _, err = run(command, "-o", str(path))
    assert (code, f"Unchanged: {path}" in err) == (0, True)


def test_unknown_endings_are_refused(tmp_path: Path) -> None:
    code, _, err = run("durability", "-o", str(tmp_path / "x.docx"))
    assert code == 2
    assert ".svg" in err
