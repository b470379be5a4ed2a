"""The kit on disk: complete, repeatable, whole or not there, never over somebody's work."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from tests.manuscript.small_kit import NASTY, small_root

from ketameta.errors import UsageError
from ketameta.manuscript import figures as figures_module
from ketameta.manuscript import kit as kit_module
from ketameta.manuscript.figures import ManuscriptFigure
from ketameta.manuscript.house_styles import HOUSE_STYLES, HouseStyle
from ketameta.manuscript.kit import OURS, BuiltKit, KitWish, build_kit
from ketameta.manuscript.subject_matter import SubjectMatter, subject_matter
from ketameta.reports.inputs import read_inputs
from ketameta.tables.markdown import escape


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_root(tmp_path_factory.mktemp("review"))


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> BuiltKit:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures_module, "DPI", 40)
        patch.setattr(kit_module, "FORMATS", ("svg", "png"))  # PDF: see below; fonts cost seconds
        return build_kit(root, tmp_path_factory.mktemp("out") / "kit")


@pytest.fixture
def one_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kits with the flow diagram only, for tests that are not about figures."""

    def first(subject: SubjectMatter, style: HouseStyle) -> tuple[ManuscriptFigure, ...]:
        return figures_module.manuscript_figures(subject, style)[:1]

    monkeypatch.setattr(kit_module, "manuscript_figures", first)
    monkeypatch.setattr(kit_module, "FORMATS", ("png",))
    monkeypatch.setattr(figures_module, "DPI", 40)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_everything_is_there(built: BuiltKit) -> None:
    files = set(built.files)
    assert {name.split("/")[0] for name in files} == OURS
    for name in ("characteristics", "summary-of-findings", "results-by-study", "prisma-checklist"):
        assert {f"tables/{name}.docx", f"tables/{name}.md"} <= files
    for kind in ("svg", "png"):
        assert any(re.fullmatch(rf"figures/figure-\d+-forest-abstinence\.{kind}", f) for f in files)
    assert built.to_write


def test_figures_are_written_for_print_and_screen(root: Path, tmp_path: Path) -> None:
    assert figures_module.FORMATS == ("svg", "pdf", "png", "tiff", "eps")
    assert figures_module.DPI == 600
    subject = subject_matter(read_inputs(root))
    flow, *_ = figures_module.manuscript_figures(subject, HOUSE_STYLES["default"])
    flow.save(tmp_path / "flow.pdf")
    assert (tmp_path / "flow.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_records_give_the_same_bytes(
    built: BuiltKit, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures_module, "DPI", 40)
    monkeypatch.setattr(kit_module, "FORMATS", ("svg", "png"))
    again = build_kit(root, tmp_path / "kit")
    assert contents(again.folder) == contents(built.folder)


def test_every_word_file_opens_and_every_table_is_one(built: BuiltKit) -> None:
    for path in sorted(built.folder.rglob("*.docx")):
        word: Any = Document(str(path))
        if path.parent.name == "tables":
            assert word.tables, path
            assert all(len(table.rows) > 1 for table in word.tables), path


def test_every_table_with_flags_has_their_key_in_word_and_in_markdown(built: BuiltKit) -> None:
    folder = built.folder / "tables"
    for name in ("characteristics", "results-by-study"):
        word: Any = Document(str(folder / f"{name}.docx"))
        keys = [p.text for p in word.paragraphs if p.text.startswith("Flags: ")]
        assert len(keys) == len(word.tables)
        page = (folder / f"{name}.md").read_text(encoding="utf-8")
        assert [line for line in page.splitlines() if line.startswith("Flags: ")] == keys


def test_a_title_that_tries_to_be_markup_stays_text(built: BuiltKit) -> None:
    one_line = " ".join(NASTY.split())
    references = (built.folder / "references.md").read_text(encoding="utf-8")
    assert escape(one_line) in references
    assert "<img" not in references
    assert json.loads((built.folder / "references.json").read_text(encoding="utf-8"))
    bib = (built.folder / "references.bib").read_text(encoding="utf-8")
    assert r"\textbackslash{}input\{a\}" in bib
    word: Any = Document(str(built.folder / "results.docx"))
    assert any(one_line in paragraph.text for paragraph in word.paragraphs)
    for path in built.folder.rglob("*.md"):
        assert "<img" not in path.read_text(encoding="utf-8"), path


def test_figures_and_tables_that_texts_speak_of_are_there(built: BuiltKit) -> None:
    text = (built.folder / "results.md").read_text(encoding="utf-8")
    named = set(re.findall(r"Figures? (\d+)", text))
    assert named
    for number in named:
        assert any(f.startswith(f"figures/figure-{number}-") for f in built.files)


def test_blocks_stand_under_their_ids(built: BuiltKit) -> None:
    said = json.loads((built.folder / "texts.json").read_text(encoding="utf-8"))["blocks"]
    page = (built.folder / "methods.md").read_text(encoding="utf-8")
    for name in re.findall(r"<!-- (methods\.\S+) -->", page):
        assert name in said


def test_the_readme_lists_what_is_left_to_do(built: BuiltKit) -> None:
    page = (built.folder / "README.md").read_text(encoding="utf-8")
    assert "PRISMA item 25" in page
    assert "Table 1: Characteristics of included studies" in page


@pytest.mark.usefixtures("one_figure")
def test_a_kit_nobody_changed_is_replaced(root: Path, tmp_path: Path) -> None:
    wish = KitWish(questions=("abstinence",))
    first = build_kit(root, tmp_path / "kit", wish)
    second = build_kit(root, tmp_path / "kit", KitWish(("abstinence",), "lancet"))
    record = json.loads((second.folder / "kit.json").read_text(encoding="utf-8"))
    assert set(record["files"]) | {"kit.json"} == set(second.files)
    assert "style lancet" in (first.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("one_figure")
def test_somebody_elses_work_is_never_overwritten(root: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "README.md").write_text("mine")
    with pytest.raises(UsageError, match="holds other files"):
        build_kit(root, foreign)
    assert (foreign / "README.md").read_text() == "mine"
    with pytest.raises(UsageError, match="holds other files"):
        build_kit(root, foreign, KitWish(force=True))

    kit = tmp_path / "kit"
    build_kit(root, kit, KitWish(("abstinence",)))
    page = (kit / "methods.md").read_text(encoding="utf-8")
    (kit / "methods.md").write_text(page + "Edited.\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"methods\.md changed since the kit was written"):
        build_kit(root, kit)
    assert "Edited." in (kit / "methods.md").read_text(encoding="utf-8")
    build_kit(root, kit, KitWish(("abstinence",), force=True))
    assert "Edited." not in (kit / "methods.md").read_text(encoding="utf-8")
    (kit / "figures" / "mine.png").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"figures/mine\.png"):
        build_kit(root, kit, KitWish(force=True))
    assert (kit / "figures" / "mine.png").exists()


@pytest.mark.usefixtures("one_figure")
def test_a_failure_leaves_an_older_kit_whole(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = KitWish(("abstinence",))
    build_kit(root, tmp_path / "kit", wish)
    before = contents(tmp_path / "kit")

    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(kit_module, "_write_figures", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        build_kit(root, tmp_path / "kit", wish)
    assert contents(tmp_path / "kit") == before
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".building"]
