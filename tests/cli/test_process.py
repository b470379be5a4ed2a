"""The program as the shell sees it: streams, colour, encodings, pipes, signals, and accidents."""

from __future__ import annotations

import errno
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ketameta.cli import pool_results
from ketameta.cli.saving import save

Run = Callable[..., Result]
Write = Callable[[str | bytes], Path]

TABLE = "study,events_1,n_1,events_2,n_2\nA,13,27,3,28\nB,14,17,15,23\nC,5,20,2,21\n"
POOL = ("pool", "--data", "trials.csv", "--measure", "OR")
ESCAPE = "\x1b["


def program(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the installed program in the working directory."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "ketameta", *words],
        capture_output=True,
        env={**kept, **environment},
        check=False,
    )


def test_results_and_talk_go_to_different_streams(table: Write) -> None:
    table(TABLE.encode() + "Ä,1,9,2,9\n".encode("latin-1"))
    done = program(*POOL)
    assert done.returncode == 0
    assert b"OR [95% CI]" in done.stdout
    assert b"Windows-1252" not in done.stdout
    assert b"was read as Windows-1252" in done.stderr


def test_a_pipe_that_closes_early_is_no_accident(in_folder: Path) -> None:
    command = f"{sys.executable} -m ketameta explain --format json | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False
    )
    assert done.stdout == "[\n"
    assert done.stderr == ""
    assert done.returncode in (0, 141)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, as Linux has it")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("explain NP > /dev/full", "standard output: No space left on device. Nothing was"),
        ("explain NP >&-", "standard output: it is closed. Check the path."),
        ("explain --help > /dev/full", "ketameta explain: No space left on device. Nothing was"),
    ],
)
def test_standard_output_that_takes_nothing_is_no_mistake_of_ours(
    in_folder: Path, words: str, said: str
) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m ketameta {words}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


def test_output_in_an_encoding_without_greek(table: Write) -> None:
    table(TABLE)
    done = program(*POOL, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"tau2 " in done.stdout
    assert b"?" not in done.stdout


def test_files_are_utf_8_whatever_the_terminal(table: Write) -> None:
    table(TABLE)
    assert program(*POOL, "-o", "out.txt", PYTHONIOENCODING="ascii").returncode == 0
    assert "τ²" in Path("out.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("environment", "colour"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_when_piped(table: Write, environment: dict[str, str], colour: bool) -> None:
    table(TABLE)
    assert (ESCAPE in program(*POOL, **environment).stdout.decode()) is colour


@pytest.mark.parametrize(
    ("environment", "colour"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colour_on_a_terminal(table: Write, environment: dict[str, str], colour: bool) -> None:
    table(TABLE)
    master, slave = pty.openpty()
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "TERM")}
    command = [sys.executable, "-m", "ketameta", *POOL]
    with subprocess.Popen(command, stdout=slave, env={**kept, **environment}) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(master)
    assert process.returncode == 0
    assert (ESCAPE.encode() in shown) is colour
    assert b"Pooled (3 studies)" in re.sub(rb"\x1b\[[0-9;]*m", b"", shown)


def accident(*_: object, **__: object) -> None:
    raise ZeroDivisionError("an accident")


def test_an_accident_gives_an_id_and_no_traceback(
    run: Run, table: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(TABLE)
    monkeypatch.setattr(pool_results, "analyse_table", accident)
    first, second = run(*POOL), run(*POOL)
    assert (first.exit_code, first.stdout) == (70, "")
    assert re.fullmatch(
        r"ketameta pool: internal error [0-9a-f]{8} "
        r"\(ZeroDivisionError at test_process\.py:\d+\)\. This is a mistake in ketameta, not in "
        r"your data\. Please report it with the output of --debug, which goes before the "
        r"command\.\n",
        first.stderr,
    )
    assert second.stderr == first.stderr
    for words in (("--debug", *POOL), (*POOL, "--debug")):
        shown = run(*words).stderr
        assert shown.startswith("Traceback (most recent call last):")
        assert "ZeroDivisionError: an accident" in shown
        assert first.stderr in shown


def test_an_interruption_is_not_an_accident(
    run: Run, table: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    table(TABLE)
    monkeypatch.setattr(pool_results, "analyse_table", interrupt)
    result = run(*POOL)
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.strip() == "ketameta pool: interrupted."


def test_a_failure_while_writing_leaves_the_old_file_whole(
    run: Run, table: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(TABLE)
    words = (*POOL, "--format", "json", "-o", "out.json")
    assert run(*words).exit_code == 0
    before = Path("out.json").read_text()
    monkeypatch.setattr(Path, "replace", accident)
    assert run(*words, "--level", "90", "--force").exit_code == 70
    assert Path("out.json").read_text() == before
    assert sorted(p.name for p in Path().iterdir()) == ["out.json", "trials.csv"]


def test_a_file_is_written_with_the_rights_of_the_one_it_replaces(in_folder: Path) -> None:
    target = Path("out.txt")
    target.write_text("old")
    target.chmod(0o640)
    link = Path("link.txt")
    link.symlink_to(target)
    save(link, "new", force=True)
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_device_is_written_to_and_not_replaced(run: Run, table: Write) -> None:
    table(TABLE)
    assert run(*POOL, "-o", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()


def test_a_file_that_may_not_be_read(
    run: Run, table: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    table(TABLE)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    result = run(*POOL)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "trials.csv: cannot be opened (Permission denied). Check the path.\n"


def test_where_no_records_are_the_packaged_or_checked_out_ones_are_used(in_folder: Path) -> None:
    done = program("list", "--questions")
    assert done.returncode == 0
    assert b"abstinence-longest" in done.stdout


def test_labels_cannot_command_the_terminal(run: Run, table: Write) -> None:
    table("study,yi,vi\n\u202eA[bold]x[/bold],0,1\nB\u0085\u009b31m,2,1\n")
    result = run("pool", "--data", "trials.csv", "--measure", "MD")
    assert "A[bold]x[/bold]" in result.stdout
    assert not set(result.stdout) & set("\x1b\x07\x85\x9b\u202e")
    table("study,yi,vi\n\x9b31m,0,-1\n")
    result = run("pool", "--data", "trials.csv", "--measure", "MD")
    assert result.stderr == "trials.csv:2: 31m: vi is -1; it cannot be below 0. Correct the cell.\n"
