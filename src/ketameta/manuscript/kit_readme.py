"""The README of a kit: what each file is for, and what is left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ketameta.appraisal.confirmation import TWICE, confirmations_words
from ketameta.counting import counted
from ketameta.manuscript.figures import DPI, ManuscriptFigure
from ketameta.manuscript.kit_tables import TableFile
from ketameta.manuscript.reference_styles import TITLE_WANTED, short
from ketameta.manuscript.risk_of_bias import assessed
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.texts import ManuscriptTexts
from ketameta.reports.provenance import ketameta_version
from ketameta.tables.markdown import escape

FILES = (
    ("methods, results, statements", "paragraphs, as Markdown and for Word, citations numbered"),
    ("legends", "legends of the figures, each to be understood alone"),
    ("texts.json", "the same paragraphs by their ids, to compare one month's wording with another"),
    (
        "references.bib, .ris, .json",
        "included studies, methods and software for BibTeX, EndNote, Zotero (CSL-JSON)",
    ),
    ("tables/", "tables that can be edited in Word, and the same in Markdown"),
    (
        "figures/",
        "figures as SVG, PDF and EPS, which can be edited, and as PNG and TIFF (RGB, LZW) of "
        f"{DPI} dpi; EPS has no transparency; figures.docx has them with legends; printed 17 cm "
        "wide the rows of a forest plot have letters of 7 pt or more, and its flags and types of "
        "control stand in the tables",
    ),
    ("kit.json", "hash of every file and of the records; a later build refuses to overwrite edits"),
)


def readme(
    subject: SubjectMatter,
    texts: ManuscriptTexts,
    tables: Sequence[TableFile],
    figures: Sequence[ManuscriptFigure],
) -> str:
    """The README."""
    return "\n\n".join(_parts(subject, texts, tables, figures)) + "\n"


def _parts(
    subject: SubjectMatter,
    texts: ManuscriptTexts,
    tables: Sequence[TableFile],
    figures: Sequence[ManuscriptFigure],
) -> Iterator[str]:
    yield f"# Manuscript kit: {escape(subject.review.title)}"
    yield (
        f"Made by ketameta {ketameta_version()} from records with the hash "
        f"`{subject.digest[:12]}`, in the style {texts.style.name}, for "
        f"{counted(len(subject.answers), 'question')}."
    )
    yield "## Files"
    yield "\n".join(f"- **{name}**: {what}." for name, what in FILES)
    yield "## Before you submit"
    yield "\n".join(f"- {line}" for line in (*_to_confirm(subject), *_to_do(texts)))
    yield "## Tables"
    yield "\n".join(
        f"- {item.label}: {escape(item.table.caption)} (`tables/{file.name}.docx`)"
        for file in tables
        for item in file.tables
    )
    yield "## Figures"
    yield "\n".join(
        f"- Figure {figure.number}: {escape(figure.title)} "
        f"(`figures/figure-{figure.number}-{figure.id}`)"
        for figure in figures
    )


def _to_confirm(subject: SubjectMatter) -> Iterator[str]:
    """What has been drafted and waits for a first and a second person."""
    decisions = [one.state for graded in subject.grades for one in graded.confirmations]
    for states, noun, command in (
        ([one.state for one in assessed(subject).results], "assessment", "rob STUDY"),
        (decisions, "decision", "grade QUESTION"),
    ):
        if any(state != TWICE for state in states):
            what = {"assessment": "Risk of bias", "decision": "Certainty"}[noun]
            yield (
                f"{what}: {confirmations_words(states, noun)} Two people confirm them: "
                f"`ketameta {command} --sign NAME`."
            )


def _to_do(texts: ManuscriptTexts) -> Iterator[str]:
    yield (
        "Title, abstract, introduction and discussion are yours to write. The paragraphs here "
        "state what was done and found; read them as you would a colleague's draft."
    )
    for wanted, times in Counter(texts.to_write).items():
        where = f" ({times} times)" if times > 1 else ""
        yield escape(wanted) + where
    bare = [short(work) for work in texts.works if not work.title]
    if bare:
        yield escape(
            f"References whose title has to be looked up ({TITLE_WANTED}): {'; '.join(bare)}."
        )
    partial = [short(work) for work in texts.works if work.title and not work.authors_complete]
    if partial:
        yield escape(
            f"References in which not all authors are named, to be completed: {'; '.join(partial)}."
        )
    yield (
        "Run `ketameta lint-text` over your own text: it finds words that claim more than the "
        "numbers do."
    )
