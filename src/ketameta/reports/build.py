"""`build_report`: from the records and the review to a folder with the report in every form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketameta.figures.forest.save import save
from ketameta.figures.picture import Picture
from ketameta.figures.saving import save_picture
from ketameta.reports.document import Document, document, record_flags
from ketameta.reports.folder_record import FolderRecord
from ketameta.reports.html import html_report
from ketameta.reports.inputs import ReportInputs, read_inputs
from ketameta.reports.markdown import summary
from ketameta.reports.provenance import ketameta_version
from ketameta.reports.replacement import replaced_folder
from ketameta.synthesis.answer import Answer
from ketameta.synthesis.json_codec import to_json
from ketameta.tables.characteristics import characteristics
from ketameta.tables.csv import to_csv
from ketameta.tables.effects import effects
from ketameta.tables.exclusions import excluded_reports, left_out
from ketameta.tables.findings import pooled
from ketameta.tables.flags import flags_raised
from ketameta.tables.sources import sources
from ketameta.tables.table import Table

PAGE, SUMMARY, RESULTS = "index.html", "summary.md", "results.json"
TABLES, FIGURES = "tables", "figures"
COMMITTED_FIGURE = "forest.svg"
NAMES = frozenset({PAGE, SUMMARY, RESULTS, TABLES, FIGURES})
FILES = FolderRecord("files.json", "ketameta.report/1", "report", NAMES)
OURS = NAMES | {FILES.name}

FIGURE_FORMATS = ("svg", "pdf", "png")
PICTURE_KINDS = ("svg", "png")
"""Of the other pictures; `ketameta plot` writes them as PDF too."""
PNG_DPI = 200


@dataclass(frozen=True, slots=True)
class Results:
    """Every number of a report in full precision, as written to results.json."""

    format: str
    review: str
    ketameta: str
    inputs: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """A report on disk.

    Attributes
    ----------
    folder
        Where it lies.
    files
        Every file, relative to the folder, sorted.
    headline
        The first question's answer in words, with its caveats.
    inputs
        What it was made of, with the answers.
    """

    folder: Path
    files: tuple[str, ...]
    headline: str
    inputs: ReportInputs

    @property
    def page(self) -> Path:
        """The page to open."""
        return self.folder / PAGE

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers to the questions of the review."""
        return self.inputs.answers


def build_report(
    root: Path, out: Path, *, review_path: Path | None = None, force: bool = False
) -> BuiltReport:
    """Read, answer and write a review.

    Everything is written to a new folder that takes the place of `out` at the end; when anything
    fails, an older report there stays whole. A report that nobody has changed is replaced; a file
    that was changed or added since stops it. The same files give the same bytes.

    Parameters
    ----------
    root
        The folder that holds `studies` and `reports`.
    out
        The folder to write; it may exist if a report lies in it.
    review_path
        The `review.yaml`; by default the only one below `reports`.
    force
        Overwrite files of an older report that were changed.

    Raises
    ------
    UsageError
        When there is no review, or `out` holds work of others.
    DataError
        When a record or the review cannot be used.
    """
    FILES.refuse_others_work(out, force=force)
    inputs = read_inputs(root, review_path)
    report = document(inputs)
    with replaced_folder(out, ours=OURS) as folder:
        write_report(inputs, report, folder)
        _write(folder / FILES.name, FILES.text(folder, {"inputs": inputs.digest}))
        FILES.refuse_others_work(out, force=force)
    out = out.resolve()
    files = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    return BuiltReport(out, tuple(files), report.headline.text, inputs)


def write_report(inputs: ReportInputs, report: Document, folder: Path) -> None:
    """Write every form of a report into an empty folder."""
    _write(folder / PAGE, html_report(report))
    figures = {s.id: f"{FIGURES}/{s.id}.svg" for s in report.questions if s.forest is not None}
    _write(folder / SUMMARY, summary(report, figures=figures))
    _write(folder / RESULTS, to_json(results(inputs)))
    (folder / TABLES).mkdir()
    for table in (*file_tables(inputs), *report.tables):
        _write(folder / TABLES / f"{table.id}.csv", to_csv(table))
    (folder / FIGURES).mkdir()
    _write_figures(report, folder / FIGURES)


def committed_summary(inputs: ReportInputs) -> str:
    """The summary that is committed beside the review, with the first question's figure."""
    report = document(inputs)
    first = report.questions[0]
    figures = {} if first.forest is None else {first.id: COMMITTED_FIGURE}
    return summary(report, figures=figures, with_hash=False)


def results(inputs: ReportInputs) -> Results:
    """What results.json holds."""
    return Results(
        "ketameta.results/1",
        inputs.review.id,
        ketameta_version(),
        inputs.digest,
        inputs.answers,
    )


def file_tables(inputs: ReportInputs) -> Sequence[Table]:
    """The tables that are written as CSV."""
    studies, answers = inputs.evidence.studies, inputs.answers
    return (
        characteristics(studies, record_flags(inputs)),
        effects(answers),
        pooled(answers),
        left_out(answers),
        flags_raised(answers),
        sources(studies),
        excluded_reports(inputs.evidence.excluded),
    )


def _write_figures(report: Document, folder: Path) -> None:
    for section in report.questions:
        if section.forest is not None:
            for path in _figure_paths(folder, section.id):
                save(section.forest, path, dpi=PNG_DPI)
    for name, picture in _pictures(report):
        for kind in PICTURE_KINDS:
            save_picture(picture, folder / f"{name}.{kind}", dpi=PNG_DPI)


def _pictures(report: Document) -> Iterator[tuple[str, Picture]]:
    """Every diagnostic and overall picture with the name of its file."""
    for section in report.questions:
        for picture in section.pictures:
            yield f"{section.id}-{picture.name}", picture
    for picture in report.pictures:
        yield picture.name, picture


def _figure_paths(folder: Path, question_id: str) -> Iterator[Path]:
    yield from (folder / f"{question_id}.{kind}" for kind in FIGURE_FORMATS)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
