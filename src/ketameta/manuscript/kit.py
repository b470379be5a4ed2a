"""`build_kit`: a folder with everything that a review team pastes into its manuscript."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ketameta.manuscript.docx_figures import docx_figures
from ketameta.manuscript.docx_table import CaptionedTable, docx_tables
from ketameta.manuscript.docx_texts import docx_texts
from ketameta.manuscript.figures import FORMATS, ManuscriptFigure, manuscript_figures
from ketameta.manuscript.house_styles import HouseStyle, house_style
from ketameta.manuscript.kit_readme import readme
from ketameta.manuscript.kit_record import FORMAT, KIT, record_text
from ketameta.manuscript.kit_tables import TableFile, table_files
from ketameta.manuscript.markdown_texts import markdown
from ketameta.manuscript.references import references_text
from ketameta.manuscript.subject_matter import SubjectMatter, subject_matter
from ketameta.manuscript.table_key import table_key
from ketameta.manuscript.texts import ManuscriptTexts, NumberedBlock, texts_of
from ketameta.reports.inputs import ReportInputs, read_inputs
from ketameta.reports.replacement import replaced_folder
from ketameta.tables.markdown import escape, to_markdown
from ketameta.whole_files import write_whole

FIGURES, TABLES, README = "figures", "tables", "README.md"
PARTS = ("methods", "results", "statements", "legends")
OURS = frozenset(
    {
        *(f"{part}.{kind}" for part in PARTS for kind in ("md", "docx")),
        *("references.bib", "references.ris", "references.json", "references.md"),
        *("texts.json", "figures.docx", FIGURES, TABLES, README, KIT.name),
    }
)


@dataclass(frozen=True, slots=True)
class BuiltKit:
    """A kit on disk: where it lies, its files, and what a human still has to write."""

    folder: Path
    files: tuple[str, ...]
    to_write: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KitWish:
    """What is wanted: questions (none: all), the house style, and whether edits are overwritten."""

    questions: tuple[str, ...] = ()
    style: str = "default"
    force: bool = False


def build_kit(
    root: Path, out: Path, wish: KitWish | None = None, *, review_path: Path | None = None
) -> BuiltKit:
    """Read, answer and write the kit of a review.

    Everything is written to a new folder that takes the place of `out` at the end. A kit there
    that nobody has changed is replaced; a file that was changed or added since stops it. The
    same files and the same versions give the same bytes.

    Parameters
    ----------
    root
        The folder that holds `studies` and `reports`.
    out
        The folder to write.
    review_path
        The `review.yaml`; by default the only one below `reports`.

    Raises
    ------
    UsageError
        For an unknown question or style, or when `out` holds work of others.
    DataError
        When a record or the review cannot be used.
    """
    wish = wish or KitWish()
    house = house_style(wish.style)
    KIT.refuse_others_work(out, force=wish.force)
    inputs = read_inputs(root, review_path)
    return write_kit(inputs, out, house, wish)


def write_kit(inputs: ReportInputs, out: Path, house: HouseStyle, wish: KitWish) -> BuiltKit:
    """Write the kit of a review that has been read."""
    subject = subject_matter(inputs, wish.questions)
    figures = manuscript_figures(subject, house)
    texts = texts_of(subject, house, figures)
    tables = table_files(subject, texts)
    with replaced_folder(out, ours=OURS) as folder:
        _write_texts(folder, subject, texts)
        _write_references(folder, texts)
        _write_tables(folder / TABLES, tables, house)
        _write_figures(folder, figures, house)
        write_whole(folder / README, readme(subject, texts, tables, figures))
        write_whole(folder / KIT.name, record_text(folder, subject.digest))
        KIT.refuse_others_work(out, force=wish.force)
    files = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    return BuiltKit(out, tuple(files), texts.to_write)


def _write_texts(folder: Path, subject: SubjectMatter, texts: ManuscriptTexts) -> None:
    parts: Mapping[str, tuple[NumberedBlock, ...]] = {part: getattr(texts, part) for part in PARTS}
    for part, blocks in parts.items():
        title = f"{subject.review.title}: {part}"
        references = _cited_in(blocks, texts)
        raised = texts.style.superscript
        page = markdown(title, blocks, references, superscript=raised)
        write_whole(folder / f"{part}.md", page)
        write_whole(folder / f"{part}.docx", docx_texts(title, blocks, references, texts.style))
    said = {"format": f"{FORMAT}.texts", "blocks": {b.id: b.text for b in texts.blocks}}
    write_whole(folder / "texts.json", json.dumps(said, ensure_ascii=False, indent=2) + "\n")


def _cited_in(
    blocks: tuple[NumberedBlock, ...], texts: ManuscriptTexts
) -> tuple[tuple[int, str], ...]:
    """The references that some blocks cite, with the numbers that they have in the whole."""
    wanted = {number for block in blocks for number in block.cites}
    return tuple(
        (number, text) for number, text in enumerate(texts.references, start=1) if number in wanted
    )


def _write_references(folder: Path, texts: ManuscriptTexts) -> None:
    for form, ending in (("bibtex", "bib"), ("ris", "ris"), ("csl-json", "json")):
        write_whole(folder / f"references.{ending}", references_text(texts.works, form))
    listed = [f"{n}. {escape(text)}" for n, text in enumerate(texts.references, start=1)]
    write_whole(folder / "references.md", "\n".join(("# References", "", *listed)) + "\n")


def _write_tables(folder: Path, tables: tuple[TableFile, ...], house: HouseStyle) -> None:
    folder.mkdir()
    for file in tables:
        write_whole(folder / f"{file.name}.docx", docx_tables(file.title, file.tables, house))
        pages = [_table_page(item) for item in file.tables]
        write_whole(folder / f"{file.name}.md", "\n\n".join((f"# {file.title}", *pages)) + "\n")


def _table_page(item: CaptionedTable) -> str:
    key = "".join(f"\n\n{escape(line)}" for line in table_key(item.table))
    return f"**{item.label}.**\n\n{to_markdown(item.table)}{key}"


def _write_figures(folder: Path, figures: tuple[ManuscriptFigure, ...], house: HouseStyle) -> None:
    (folder / FIGURES).mkdir()
    drawn = []
    for figure in figures:
        stem = f"figure-{figure.number}-{figure.id}"
        for kind in FORMATS:
            figure.save(folder / FIGURES / f"{stem}.{kind}")
        drawn.append((figure, (folder / FIGURES / f"{stem}.png").read_bytes()))
    write_whole(folder / "figures.docx", docx_figures("Figures", drawn, house))
