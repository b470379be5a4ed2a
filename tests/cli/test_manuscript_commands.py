"""`ketameta manuscript`, `lint-text` and `cite` as a user runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import rispy
from click.testing import Result
from tests.reports.small_review import write_root

from ketameta.manuscript import figures as figures_module
from ketameta.manuscript import kit as kit_module
from ketameta.manuscript.figures import ManuscriptFigure
from ketameta.manuscript.house_styles import HouseStyle
from ketameta.manuscript.overclaims.rules import LINT_RULES
from ketameta.manuscript.subject_matter import SubjectMatter

Run = Callable[..., Result]


@pytest.fixture
def review(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a small review; kits have one figure."""

    def first(subject: SubjectMatter, style: HouseStyle) -> tuple[ManuscriptFigure, ...]:
        return figures_module.manuscript_figures(subject, style)[:1]

    monkeypatch.setattr(kit_module, "manuscript_figures", first)
    monkeypatch.setattr(kit_module, "FORMATS", ("png",))
    monkeypatch.setattr(figures_module, "DPI", 40)
    return write_root(in_folder)


def test_manuscript_writes_beside_the_review_and_says_what_is_left(run: Run, review: Path) -> None:
    result = run("manuscript", "--question", "abstinence")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "reports/small/manuscript/README.md\n"
    assert (review / "reports/small/manuscript/methods.docx").is_file()
    assert "PRISMA item 25" in result.stderr
    again = run("manuscript", "--out", "reports/small")
    assert again.exit_code == 2
    assert "holds other files" in again.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--style", "lancett"), "Did you mean lancet"),
        (("--question", "abstinense"), "Did you mean abstinence"),
    ],
)
def test_mistyped_names_are_met_with_the_nearest(
    run: Run, review: Path, words: tuple[str, ...], message: str
) -> None:
    result = run("manuscript", *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (review / "reports/small/manuscript").exists()


def test_lint_text_names_file_line_and_column(run: Run, in_folder: Path) -> None:
    Path("a.md").write_text("Fine.\n\nIt is safe.\n", encoding="utf-8")
    result = run("lint-text", "a.md")
    assert result.exit_code == 1
    assert result.stdout.startswith("a.md:3:4: L07 safe: is safe\n    Few people")
    assert result.stdout.endswith("1 finding in 1 text.\n")


def test_lint_text_is_silent_about_careful_words(run: Run, in_folder: Path) -> None:
    result = run("lint-text", "-", stdin="Whether it is safe is not known.\n")
    assert (result.exit_code, result.stdout) == (0, "0 findings in 1 text.\n")


def test_lint_text_for_programs(run: Run, in_folder: Path) -> None:
    result = run(
        "lint-text", "-", "--format", "json", stdin="A proven cure, 100% safe: it is safe."
    )
    found = json.loads(result.stdout)
    assert {one["code"] for one in found} >= {"L05", "L07"}
    assert set(found[0]) >= {"file", "line", "column", "code", "text", "why", "suggestion"}
    Path("a,b:c.md").write_text("It is safe\u202e 100 % ::error::x.\n", encoding="utf-8")
    github = run("lint-text", "a,b:c.md", "--format", "github").stdout
    assert github.startswith("::warning file=a%2Cb%3Ac.md,line=1,col=4,title=ketameta L07::")
    assert "\n::error" not in github


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "lint-text: no file"),
        (("missing.md",), "cannot be opened"),
        (("x.pdf",), "texts are read as"),
    ],
)
def test_lint_text_refuses_what_it_cannot_read(
    run: Run, in_folder: Path, words: tuple[str, ...], message: str
) -> None:
    result = run("lint-text", *words)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize("code", LINT_RULES)
def test_every_rule_can_be_explained(run: Run, code: str) -> None:
    result = run("explain", code)
    assert result.exit_code == 0
    assert "rule of lint-text" in result.stdout


def test_cite_names_program_and_evidence(run: Run, review: Path) -> None:
    text = run("cite").stdout
    assert text.startswith("To cite the program:\n  The ketameta authors. ketameta: ")
    assert "Version 1 January 2026, SHA-256 " in " ".join(text.split())
    assert "Methods" not in text


def test_cite_a_question_with_its_methods_and_studies(run: Run, review: Path) -> None:
    result = run("cite", "abstinence", "--with-studies", "--format", "ris")
    keys = [record["id"] for record in rispy.loads(result.stdout)]
    assert {"ketameta", "small-records", "viechtbauer-2005", "hartung-2001"} <= set(keys)
    assert {"adams-2001", "brown-2005", "clark-2010"} <= set(keys)
    assert len(keys) == len(set(keys))
    methods_only = rispy.loads(run("cite", "abstinence", "--format", "ris").stdout)
    assert not {"adams-2001", "brown-2005"} & {record["id"] for record in methods_only}


def test_cite_writes_the_form_that_the_name_says(run: Run, review: Path) -> None:
    assert run("cite", "-o", "a.bib").exit_code == 0
    assert Path("a.bib").read_text(encoding="utf-8").startswith("@misc{ketameta,")
    assert json.loads(run("cite", "--format", "csl-json").stdout)[0]["id"] == "ketameta"
    refused = run("cite", "-o", "a.docx")
    assert refused.exit_code == 2
    assert ".bib" in refused.stderr
    Path("mine.bib").write_text("@article{mine}", encoding="utf-8")
    assert run("cite", "-o", "mine.bib").exit_code == 2
    assert Path("mine.bib").read_text(encoding="utf-8") == "@article{mine}"
