"""`ketameta pool --data` on what cannot be done: exact message, exit code, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
Write = Callable[[str | bytes], Path]

HEADER = "study,events_1,n_1,events_2,n_2"
GOOD = f"{HEADER}\nA,13,27,3,28\nB,14,17,15,23\n"


def refused(result: Result, code: int) -> str:
    """What standard error says; nothing may stand on standard output."""
    assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return str(result.stderr)


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (
            f"{HEADER}\nA,thirteen,27,3,28\nB,14,17,15,n/a\n",
            3,
            'trials.csv:2: column events_1: "thirteen" is not a number. Write a number with a '
            "decimal point, or leave the cell empty.\n"
            'trials.csv:3: column n_2: "n/a" is not a number. Write a number with a decimal point, '
            "or leave the cell empty.\n",
        ),
        (
            f"{HEADER}\nA,30,27,3,28\n",
            3,
            "trials.csv:2: A: events_1 is 30 but n_1 is only 27. Check whether the two stand in "
            "the right columns.\n",
        ),
        (
            f"{HEADER}\nA,-3,27,3,28\n",
            3,
            "trials.csv:2: A: events_1 is -3; it cannot be below 0. Correct the cell.\n",
        ),
        (
            f"{HEADER}\nA,13,inf,3,28\n",
            3,
            "trials.csv:2: A: n_1 is inf. Give a finite number.\n",
        ),
        (
            f"{HEADER}\nA,13,1e999,3,28\n",
            3,
            "trials.csv:2: A: n_1 is inf. Give a finite number.\n",
        ),
        (
            f"{HEADER}\nA,nan,27,3,28\nB,,17,15,23\n",
            3,
            "trials.csv: no row can be analysed as OR.\n"
            "trials.csv:2: A: missing: events_1.\n"
            "trials.csv:3: B: missing: events_1.\n",
        ),
        (
            f"{HEADER}\nA,0,27,0,28\n",
            3,
            "trials.csv: no row can be analysed as OR.\n"
            "trials.csv:2: A: no events in either group: no information about the odds ratio.\n"
            "Differences can be told without events: --measure RD or AS. How many events there may "
            "be all the same: ketameta safety --table.\n",
        ),
        (
            "study,event_1,x\nA,1,2\n",
            2,
            "trials.csv:1: no column fits OR, which needs events_1, n_1, events_2, n_2; or yi with "
            'vi or sei. The file has: study, event_1, x. Is "event_1" events_1?\n',
        ),
        (
            "study,N_1,n_1\nA,1,2\n",
            2,
            'trials.csv:1: the columns "N_1" and "n_1" are two names for n_1. Remove one.\n',
        ),
        ("", 3, "trials.csv:1: the file is empty. Give a header line and one line per study.\n"),
        (
            b"\x00\xff\x00\xff",
            3,
            "trials.csv: is not a text file. Save the table as CSV (UTF-8).\n",
        ),
    ],
    ids=[
        "text",
        "more events than people",
        "negative",
        "infinite",
        "huge",
        "missing",
        "no information",
        "unknown columns",
        "two names",
        "empty",
        "binary",
    ],
)
def test_data_that_cannot_be_analysed(
    run: Run, table: Write, content: str | bytes, code: int, message: str
) -> None:
    result = run("pool", "--data", table(content), "--measure", "OR")
    assert refused(result, code) == message


def test_missing_columns_are_named_with_what_they_mean(run: Run, table: Write) -> None:
    path = table("study,events_1,n_1\nA,1,2\n")
    message = refused(run("pool", "--data", path, "--measure", "OR"), 2)
    assert message.startswith("trials.csv:1: OR: needs the columns events_1, n_1, events_2, n_2;")
    assert "Not found: events_2 (events in group 2" in message


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("A,0,0\nB,1,0\n", "vi (the square of sei) is 0, and must be above 0."),
        ("A,0,-1\n", "vi is -1; it cannot be below 0"),
        ("A,1e308,1e-308\nB,-1e308,1e-308\n", "too far apart to compute with"),
    ],
)
def test_variances_that_cannot_be_used(run: Run, table: Write, row: str, why: str) -> None:
    path = table(f"study,yi,vi\n{row}")
    message = refused(run("pool", "--data", path, "--measure", "GEN"), 3)
    assert why in message
    assert message.startswith("trials.csv")


def test_numbers_near_the_end_of_the_range_never_print_infinity(run: Run, table: Write) -> None:
    path = table("study,yi,vi\nA,800,1\nB,802,1\n")
    result = run("pool", "--data", path, "--measure", "OR", "--format", "json")
    assert result.exit_code == 0
    assert "Infinity" not in result.stdout
    assert "NaN" not in result.stdout
    assert '"estimate": null' in result.stdout.split('"display"')[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--measure", "ORR"), "measure: there is no measure 'ORR'. Did you mean"),
        (("--measure", "OR", "--tau2", "REMI"), "tau2 method: there is none called 'REMI'. Did"),
        (("--measure", "OR", "--ci", "hskj"), "interval method: there is none called 'hskj'. Did"),
        (("--measure", "OR", "--prediction", "q"), "prediction method: there is none called 'q'."),
        (("--measure", "OR", "--zero-cells", "al"), "zero cells: there is no rule 'al'."),
        (("--measure", "OR", "--level", "5"), "--level: 5 is not between 50 and 100. Write 95"),
        (("--measure", "OR", "--level", "x"), "ketameta pool: invalid value for '--level': 'x'"),
        (("--measure", "OR", "--by", "stud"), 'trials.csv:1: there is no column "stud". Did you'),
        (("--measure", "OR", "--study", "x"), 'trials.csv:1: there is no column "x". Allowed:'),
        (("--measur", "OR"), "ketameta pool: no such option '--measur'. Did you mean '--measure'?"),
        (("--format", "yaml"), "ketameta pool: invalid value for '--format': 'yaml' is not one of"),
        ((), "trials.csv: the measure is not said. Add --measure OR, RR or RD for events, MD or"),
        (("abstinence",), "pool: QUESTION and --data exclude each other. Choose one."),
    ],
)
def test_wishes_that_cannot_be_met(
    run: Run, table: Write, words: tuple[str, ...], message: str
) -> None:
    result = run("pool", "--data", table(GOOD), *words)
    assert refused(result, 2).startswith(message)


def test_methods_that_do_not_fit_together(run: Run, table: Write) -> None:
    result = run("pool", "--data", table(GOOD), "--measure", "OR", "--tau2", "EE", "--ci", "hksj")
    assert "does not fit the equal-effects model" in refused(result, 2)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("trial.csv", "trial.csv: there is no such file. Did you mean trials.csv?\n"),
        (".", ".: is a folder. Name a file in it.\n"),
        ("nowhere/x.csv", "nowhere/x.csv: there is no such file. The folder nowhere does not"),
        ("trials.xls", "trials.xls: no reader for .xls files. Save the table as CSV"),
    ],
)
def test_files_that_are_not_there(run: Run, table: Write, path: str, message: str) -> None:
    table(GOOD)
    assert refused(run("pool", "--data", path, "--measure", "OR"), 2).startswith(message)


def test_options_of_a_table_without_a_table(run: Run, in_folder: Path) -> None:
    message = refused(run("pool", "--measure", "OR"), 2)
    assert message.startswith("--measure: goes with --data.")


def test_a_result_goes_to_a_file(run: Run, table: Write) -> None:
    words = ("pool", "--data", table(GOOD), "--measure", "OR", "--format", "json", "-o")
    for said in ("Written", "Unchanged"):
        result = run(*words, "out.json")
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"{said}: out.json\n"
    assert Path("out.json").read_text().startswith('{\n  "k": 2,')
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("trials.csv", "trials.csv: is the table that is read. Choose another name.\n"),
        (".", ".: is a folder. Name a file in it.\n"),
        ("no/out.md", "no/out.md: the folder no does not exist. Create it first.\n"),
    ],
)
def test_targets_that_must_not_be_written(
    run: Run, table: Write, target: str, message: str
) -> None:
    words = ("pool", "--data", table(GOOD), "--measure", "OR", "--force", "-o", target)
    assert refused(run(*words), 2) == message
    assert Path("trials.csv").read_text() == GOOD


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("import", "metapsy", "no.csv"), 2, "no.csv: there is no such file. Check the path.\n"),
        (("import", "cochrane", "."), 2, ".: is a folder. Name the .zip file itself.\n"),
        (("import", "cochrane", "t.csv"), 3, "Download it again, and give it as it came.\n"),
        (("import", "rm5", "t.csv"), 3, "Export it again from RevMan 5 as .rm5.\n"),
        (("import", "eppi", "t.csv"), 3, "Export it again from EPPI-Reviewer as JSON.\n"),
        (
            ("regress", "--data", "t.csv", "--formula", "n +"),
            2,
            "formula: 'n +' cannot be read: an operator lacks what it joins, or a bracket its "
            "other half. Write for example year + C(drug).\n",
        ),
    ],
)
def test_other_commands_say_what_to_do_too(
    run: Run, in_folder: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    Path("t.csv").write_text("study,yi,vi,n\nA,1,1,2\nB,2,1,3\nC,3,1,5\n")
    done = run(*words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr.endswith(message)
