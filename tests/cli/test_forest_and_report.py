"""`ketameta forest` and `ketameta report`: the files they write and those they leave alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
Write = Callable[[str | bytes], Path]

TABLE = """\
study,events_1,n_1,events_2,n_2,drug
A,13,27,3,28,x
B,14,17,15,23,x
C,5,20,2,21,y
"""
STARTS = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG", "html": b"<!doctype html>"}


@pytest.mark.parametrize("kind", STARTS)
def test_a_plot_of_each_kind_is_written(run: Run, table: Write, kind: str) -> None:
    out = Path(f"plot.{kind}")
    result = run("forest", "--data", table(TABLE), "--measure", "OR", "-o", out)
    assert (result.exit_code, result.stdout) == (0, f"plot.{kind}\n")
    assert "meta-analysis of 3 studies" in result.stderr
    assert out.read_bytes().startswith(STARTS[kind])


def test_groups_of_a_table_become_subgroups(run: Run, table: Write) -> None:
    words = ("forest", "--data", table(TABLE), "--measure", "OR", "--force", "-o", "plot.html")
    run(*words, "--by", "drug", "--better", "higher")
    page = Path("plot.html").read_text()
    assert "Favours group 1" in page
    assert "Subtotal" in page
    run(*words)
    page = Path("plot.html").read_text()
    assert "Favours group 1" not in page
    assert "Subtotal" not in page


def test_a_plot_has_the_title_it_is_given(run: Run, table: Write, small_root: Path) -> None:
    words = ("--measure", "OR", "--title", "Relapse at week 4", "-o", "t.html")
    assert run("forest", "--data", table(TABLE), *words).exit_code == 0
    assert "Relapse at week 4" in Path("t.html").read_text()
    assert run("forest", "abstinence", "--title", "Mine", "-o", "q.html").exit_code == 0
    assert "Mine" in Path("q.html").read_text()


def test_a_printed_plot_fits_a_page(run: Run, table: Write) -> None:
    words = ("forest", "--data", table(TABLE), "--measure", "OR", "--style", "bmj")
    run(*words, "-o", "wide.svg")
    run(*words, "--printed", "-o", "page.svg")
    across = [
        float(Path(name).read_text().partition('width="')[2].partition("pt")[0])
        for name in ("wide.svg", "page.svg")
    ]
    assert across[1] < 496 < across[0]  # 175 mm, the two columns of a journal


@pytest.mark.parametrize(("command", "file"), [("forest", "a.svg"), ("plot", "b.pdf")])
def test_letters_that_the_font_does_not_have_are_told(
    run: Run, table: Write, command: str, file: str
) -> None:
    kind = ("leave-one-out",) if command == "plot" else ()
    words = (command, *kind, "--measure", "OR", "-o", file)
    strange = table(TABLE.replace("B,14", "王小明 2021,14"))
    assert "has no sign for some letters" in run(*words, "--data", strange).stderr
    plain = run(*words, "--data", table(TABLE), "--force")
    assert plain.exit_code == 0
    assert "letters" not in plain.stderr


def test_a_page_takes_the_letters_of_every_script(run: Run, table: Write) -> None:
    strange = table(TABLE.replace("B,14", "王小明 2021,14"))
    result = run("forest", "--measure", "OR", "-o", "a.html", "--data", strange)
    assert "letters" not in result.stderr
    assert "王小明 2021" in Path("a.html").read_text(encoding="utf-8")


def test_a_row_that_cannot_be_drawn_is_named(run: Run, table: Write) -> None:
    path = table(TABLE + "D,0,9,0,9,y\n")
    result = run("forest", "--data", path, "--measure", "OR", "-o", "plot.html")
    assert "trials.csv:5: D: no events in either group" in result.stderr


def test_a_question_of_the_review(run: Run, small_root: Path) -> None:
    assert run("forest", "abstinence", "-o", "a.html").exit_code == 0
    assert "Birch 2019" in Path("a.html").read_text()
    result = run("forest", "-o", "b.html")
    assert result.stderr.startswith("abstinence: the first question of the review.")
    assert Path("a.html").read_text() == Path("b.html").read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "forest: no file. Add for example -o forest.svg\n"),
        (("-o", "plot.jpg"), "plot.jpg: the name must end in one of svg, pdf, png"),
        (("-o", "plot"), "plot: the name must end in one of svg, pdf, png"),
        (("-o", "no/plot.svg"), "no/plot.svg: the folder no does not exist. Create it first.\n"),
        (("-o", "p.svg", "--style", "bjm"), "forest style: there is no style 'bjm'. Did you mean"),
        (("-o", "p.svg", "--measure", "OR"), "--measure: goes with --data."),
        (("-o", "p.svg", "abstinense"), 'no question has the id "abstinense". Did you mean "abs'),
    ],
)
def test_wishes_that_cannot_be_met(
    run: Run, small_root: Path, words: tuple[str, ...], message: str
) -> None:
    result = run("forest", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)
    assert list(Path().glob("p*.svg")) == []


def test_the_report_is_built_locked_and_checked(run: Run, small_root: Path) -> None:
    """The one slow test here: it builds a whole report."""
    result = run("report", "--write-lock")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "reports/ketamine/output/index.html"
    assert Path(lines[0]).read_text().startswith("<!doctype html>")
    assert "2 studies, 95 people" in " ".join(lines[1:])
    assert Path("reports/ketamine/summary.md").is_file()
    same = run("report", "--check")
    assert (same.exit_code, same.stdout) == (0, "Every number is as the lock has it.\n")
    record = Path("studies/cocaine/birch-2019.yaml")
    record.write_text(
        record.read_text().replace("midazolam: {events: 3,", "midazolam: {events: 4,")
    )
    moved = run("report", "--check")
    assert moved.exit_code == 1
    assert "moved:" in moved.stdout
    assert "studies/cocaine/birch-2019.yaml" in moved.stdout


def test_a_check_writes_nothing(run: Run, small_root: Path) -> None:
    result = run("report", "--check", "--out", "x")
    assert result.exit_code == 2
    result = run("report", "--check")
    assert result.exit_code == 3
    assert "there is no lock" in result.stderr
    assert not Path("reports/ketamine/output").exists()


def test_a_report_does_not_replace_a_folder_of_other_things(run: Run, small_root: Path) -> None:
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("precious")
    result = run("report", "--out", "mine")
    assert result.exit_code == 2
    assert Path("mine/thesis.txt").read_text() == "precious"
    refused = run("report", "--check", "--force")
    assert (refused.exit_code, "--check writes nothing" in refused.stderr) == (2, True)
