"""What is made of the records of this project claims no more than the numbers do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.reports.real_report import real_inputs, real_page

from ketameta.manuscript.docx_table import CaptionedTable, docx_tables
from ketameta.manuscript.house_styles import HOUSE_STYLES
from ketameta.manuscript.kit_tables import TableFile, table_files
from ketameta.manuscript.markdown_texts import markdown
from ketameta.manuscript.overclaims.documents import TextDocument, document, read_document
from ketameta.manuscript.overclaims.linting import lint
from ketameta.manuscript.subject_matter import subject_matter
from ketameta.manuscript.texts import manuscript_texts
from ketameta.reports.build import committed_summary
from ketameta.tables.html import to_html
from ketameta.tables.markdown import to_markdown
from ketameta.tables.table import Cell, Column, Row, Table


def findings(*texts: TextDocument) -> list[str]:
    return [f"{f.file}:{f.line}: {f.code} {f.text}" for text in texts for f in lint(text)]


@cache
def kit_tables() -> tuple[TableFile, ...]:
    return table_files(subject_matter(real_inputs()), manuscript_texts(real_inputs()))


def test_the_page_claims_no_more_than_its_numbers() -> None:
    assert findings(document(real_page(), "index.html", ".html")) == []


def test_the_summary_claims_no_more_than_its_numbers() -> None:
    assert findings(document(committed_summary(real_inputs()), "summary.md")) == []


def test_the_texts_of_the_kit_claim_no_more_than_their_numbers() -> None:
    blocks = tuple(manuscript_texts(real_inputs()).blocks)
    assert findings(document(markdown("Kit", blocks), "kit.md")) == []


def test_the_tables_of_the_kit_claim_no_more_than_their_numbers() -> None:
    assert findings(*kit_documents()) == []


def kit_documents() -> Iterator[TextDocument]:
    for file in kit_tables():
        yield document("\n\n".join(to_markdown(t.table) for t in file.tables), file.name)


def test_words_of_sources_are_marked_in_word_tables_too(tmp_path: Path) -> None:
    (over_time,) = (file for file in kit_tables() if file.name == "durability")
    path = tmp_path / "durability.docx"
    path.write_bytes(docx_tables(over_time.title, over_time.tables, HOUSE_STYLES["default"]))
    assert findings(read_document(path)) == []


REPORTED = Table(
    "words",
    "Words",
    (Column("label", "Study"), Column("text", "What the source says", reported=True)),
    (Row((Cell("Doe 2020"), Cell("Ketamine is safe."))),),
)


@pytest.mark.parametrize("reported", [True, False])
def test_a_column_is_reported_or_our_own(tmp_path: Path, reported: bool) -> None:
    first, second = REPORTED.columns
    own = Column(second.key, second.title)
    table = REPORTED if reported else Table("words", "Words", (first, own), REPORTED.rows)
    path = tmp_path / "words.docx"
    path.write_bytes(docx_tables("Words", (CaptionedTable(table),), HOUSE_STYLES["default"]))
    told = (
        document(to_html(table), "words.html", ".html"),
        document(to_markdown(table), "words.md"),
        read_document(path),
    )
    assert [len(findings(text)) for text in told] == ([0, 0, 0] if reported else [1, 1, 1])
