"""No command replaces a file unasked, and each says so when it has nothing to change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from ketameta.cli.app import cli

Run = Callable[..., Result]

WRITING = {"--out", "--to", "--write-map", "--pictures"}
BESIDES = {
    "import workbook": "makes records, which exist or not",
}
"""Commands that take a place and never replace anything, so that there is nothing to force."""
COUNTS = "study,events_1,n_1,events_2,n_2,dose\nA,13,27,3,28,1\nB,4,17,5,23,2\nC,9,50,4,50,1\n"
PEOPLE = "id,arm,score\n1,a,4\n2,a,6\n3,b,8\n4,b,9\n"
OR = ("--data", "trials.csv", "--measure", "OR")
# What is written under which name, besides the commands of test_output_options.py.
COMMANDS: dict[str, tuple[str, ...]] = {
    "pool.xlsx": ("pool", *OR),
    "pool.xpt": ("pool", *OR),
    "pool.md": ("pool", *OR),
    "check.json": ("check",),
    "forest.svg": ("forest", *OR),
    "funnel.png": ("plot", "funnel", *OR),
    "map.html": ("map",),
    "rob.csv": ("rob",),
    "certainty.yaml": ("grade", "--draft"),
    "safety.svg": ("safety",),
    "flow.csv": ("prisma", "flow"),
    "checklist.md": ("prisma", "checklist"),
    "flow.yaml": ("prisma", "import", "made.csv"),
    "refs.bib": ("cite",),
    "map.yaml": ("import", "table", "trials.csv"),
    "arms.csv": ("import", "ipd", "people.csv", "--arm", "arm", "--outcome", "score"),
    "data.sav": ("export", "data"),
    "book.xlsx": ("export", "workbook"),
    "review.R": ("export", "r"),
    "evidence.zip": ("export", "archive", "--licence", "licence"),
    "refs.ris": ("export", "references"),
    "metapsy.csv": ("export", "metapsy"),
    "form.xlsx": ("template", "xlsx"),
}


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))
    yield " ".join(path), {name for param in command.params for name in param.opts}


def test_what_writes_a_file_can_be_forced_and_nothing_else_says_so() -> None:
    for name, options in commands(cli):
        writes = bool(options & WRITING) and name not in BESIDES
        assert ("--force" in options) == writes, name


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_is_there_stays_unless_forced(run: Run, small_root: Path, name: str) -> None:
    Path("trials.csv").write_text(COUNTS)
    Path("people.csv").write_text(PEOPLE)
    Path("licence").write_text("MIT License\n")
    if "made.csv" in COMMANDS[name]:
        assert run("prisma", "flow", "-o", "made.csv").exit_code == 0
    out = Path(name)
    option = "--write-map" if name == "map.yaml" else "-o"
    words = (*COMMANDS[name], option, name)
    done = run(*words)
    assert done.exit_code in (0, 1), done.stderr
    assert f"Written: {name}\n" in done.stderr
    first, made = out.read_bytes(), out.stat()
    same = run(*words)
    assert (same.exit_code, same.stdout) == (done.exit_code, done.stdout)
    assert f"Unchanged: {name}\n" in same.stderr
    assert (out.stat().st_ino, out.stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    other = first + b"\n"
    out.write_bytes(other)
    refused = run(*words)
    assert refused.exit_code == 2, refused.stderr
    assert refused.stderr.endswith(
        f"{name}: exists and holds something else. Choose another name, or add --force to "
        "replace it.\n"
    )
    assert out.read_bytes() == other
    assert run(*words, "--force").exit_code == done.exit_code
    assert out.read_bytes() == first
    assert [path.name for path in Path().iterdir() if path.name.endswith((".part", ".lock"))] == []


def test_of_files_that_belong_together_none_is_written_where_one_is_refused(
    run: Run, small_root: Path
) -> None:
    words = ("export", "revman", "--to", "files")
    assert run(*words).exit_code == 0
    names = sorted(path.name for path in Path("files").iterdir())
    assert run(*words).stderr.count("Unchanged: ") == len(names)
    last = Path("files") / names[-1]
    for path in Path("files").iterdir():
        path.unlink()
    last.write_text("mine")
    assert run(*words).exit_code == 2
    assert [path.read_text() for path in Path("files").iterdir()] == ["mine"]
    assert run(*words, "--force").exit_code == 0
    assert sorted(path.name for path in Path("files").iterdir()) == names

    Path("trials.csv").write_text(COUNTS)
    groups = ("plot", "funnel", *OR, "--by", "dose", "-o", "f.svg")
    Path("f-2.svg").write_text("mine")
    assert run(*groups).exit_code == 2
    assert (Path("f-1.svg").exists(), Path("f-2.svg").read_text()) == (False, "mine")
    assert run(*groups, "--force").exit_code == 0
    assert Path("f-1.svg").exists()


def test_pictures_of_a_comparison(run: Run, small_root: Path) -> None:
    shutil.copytree(small_root, "before", ignore=shutil.ignore_patterns("before"))
    record = Path("studies/cocaine/birch-2019.yaml")
    record.write_text(
        record.read_text().replace("midazolam: {events: 3,", "midazolam: {events: 4,")
    )
    words = ("diff", "before", ".", "--pictures", "drawn")
    assert run(*words).exit_code == 0
    drawn = sorted(Path("drawn").iterdir())
    assert run(*words).stderr.count("Unchanged: ") == len(drawn) == 4
    drawn[0].write_text("mine")
    assert run(*words).exit_code == 2
    assert drawn[0].read_text() == "mine"
    assert run(*words, "--force").exit_code == 0


def test_records_that_were_imported_before(run: Run, small_root: Path) -> None:
    assert run("export", "workbook", "-o", "book.xlsx").exit_code == 0
    words = ("import", "workbook", "book.xlsx", "--to", "new")
    assert run(*words).exit_code in (0, 1)
    again = run(*words)
    assert again.exit_code in (0, 1)
    assert "Unchanged: new" in again.stderr
    record = next(Path("new").glob("*/*.yaml"))
    record.write_text("mine")
    assert run(*words).exit_code == 2
    assert record.read_text() == "mine"


def test_a_pipe_and_a_device_are_no_files(run: Run, in_folder: Path) -> None:
    Path("trials.csv").write_text(COUNTS)
    assert run("pool", *OR, "-o", "/dev/null").exit_code == 0
