"""`-o`, `--force` and `--level`: the same for every command that works on a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
Write = Callable[[str | bytes], Path]

COUNTS = """study,events_1,n_1,events_2,n_2,dose
A,13,27,3,28,1
B,4,17,5,23,2
C,9,50,4,50,1
D,33,69,17,80,3
"""
NETWORK = "study,treatment,events,n\nA,x,3,20\nA,y,5,21\nB,y,4,19\nB,z,9,22\nC,x,2,18\nC,z,8,17\n"
CONVERT = "study,percent,n\nA,50,20\nB,25,40\n"
OR = ("--measure", "OR")
# Every command of the kind, with what it needs beside the table.
COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pool": (COUNTS, OR),
    "effects": (COUNTS, OR),
    "bayes": (COUNTS, OR),
    "regress": (COUNTS, (*OR, "--formula", "~ dose")),
    "multilevel": (COUNTS, (*OR, "--cluster", "study")),
    "aggregate": (COUNTS, (*OR, "--cluster", "dose", "--rho", "0.5")),
    "bias": (COUNTS, (*OR, "--test", "egger")),
    "trim-fill": (COUNTS, OR),
    "selection": (COUNTS, OR),
    "sensitivity": (COUNTS, (*OR, "--kind", "leave-one-out")),
    "multiverse": (COUNTS, OR),
    "reconcile": (COUNTS, OR),
    "network": (NETWORK, OR),
    "convert percent": (CONVERT, ()),
}


def words_of(command: str, table: Write) -> list[str | Path]:
    content, more = COMMANDS[command]
    return [*command.split(), "--data", table(content), *more]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_ending_of_the_file_says_the_form(run: Run, table: Write, command: str) -> None:
    words = words_of(command, table)
    for said, name in (("Written", "out.json"), ("Unchanged", "out.json"), ("Written", "out.csv")):
        done = run(*words, "-o", name)
        assert (done.exit_code, done.stdout) == (0, ""), done.stderr
        assert f"{said}: {name}\n" in done.stderr
    assert run(*words, "-o", "out.txt").exit_code == 0
    found = json.loads(Path("out.json").read_text())
    assert found == json.loads(run(*words, "--format", "json").stdout)
    lines = list(csv.DictReader(io.StringIO(Path("out.csv").read_text())))
    assert lines == list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert Path("out.txt").read_text() == run(*words).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_files_are_replaced_on_demand_only(run: Run, table: Write, command: str) -> None:
    words = words_of(command, table)
    for name, content in (("mine.json", '{"precious": 1}'), ("mine.txt", "")):
        Path(name).write_text(content)
        done = run(*words, "--output", name)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.endswith(
            f"{name}: exists and holds something else. Choose another name, or add --force to "
            "replace it.\n"
        )
        assert Path(name).read_text() == content
        assert run(*words, "-o", name, "--force").exit_code == 0
        assert Path(name).read_text() != content
    done = run(*words, "-o", "trials.csv", "--force")
    assert (done.exit_code, done.stderr) == (
        2,
        "trials.csv: is the table that is read. Choose another name.\n",
    )
    assert run(*words, "-o", "no/out.csv").exit_code == 2
    assert run(*words, "-o", ".").exit_code == 2
    assert run(*words, "-o", "out.docx").stderr.startswith("out.docx: results are not written as")


def test_format_comes_before_the_ending(run: Run, table: Write) -> None:
    words = words_of("pool", table)
    assert run(*words, "-o", "out.dat", "--format", "json").exit_code == 0
    assert json.loads(Path("out.dat").read_text())["k"] == 4
    assert run(*words, "-o", "out").exit_code == 0
    assert Path("out").read_text() == run(*words).stdout
    assert run(*words, "-o", "out.md").exit_code == 0
    assert Path("out.md").read_text().startswith("#")


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in ("convert percent",)])
def test_a_level_is_said_in_percent_or_as_a_share(run: Run, table: Write, command: str) -> None:
    words = [*words_of(command, table), "--format", "json", "--level"]
    both = [run(*words, level) for level in ("90", "0.9")]
    assert [done.exit_code for done in both] == [0, 0], both[0].stderr
    assert both[0].stdout == both[1].stdout
    assert both[0].stdout != run(*words, "95").stdout
    for wrong in ("1", "0", "-95", "100", "9500", "0.05", "49.9", "nan", "inf", "1e400", "ninety"):
        done = run(*words, wrong)
        assert (done.exit_code, done.stdout) == (2, ""), wrong
        assert "--level" in done.stderr
