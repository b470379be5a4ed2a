"""The table itself: who sees which column, and rows that fit."""

from __future__ import annotations

import pytest

from ketameta.tables.table import FILES, READERS, Cell, Column, Row, Table, number

COLUMNS = (Column("a", "A"), Column("b", "B", audience=FILES), Column("c", "C", audience=READERS))
TABLE = Table("t", "A table", COLUMNS, (Row((Cell("1"), Cell("2"), Cell("3")), "main", "here"),))


def test_readers_and_files_see_their_columns_and_rows_keep_kind_and_anchor() -> None:
    readers, files = TABLE.for_readers(), TABLE.for_files()
    assert [c.key for c in readers.columns] == ["a", "c"]
    assert [c.text for c in readers.rows[0].cells] == ["1", "3"]
    assert [c.key for c in files.columns] == ["a", "b"]
    assert (readers.rows[0].kind, readers.rows[0].anchor) == ("main", "here")


def test_away_from_the_page_nothing_leads_to_its_places() -> None:
    rows = (Row((Cell("1", href="#question-a"), Cell("2", href="https://example.org/#a")), "main"),)
    (row,) = Table("t", "A table", COLUMNS[:2], rows).without_places().rows
    assert [cell.href for cell in row.cells] == ["", "https://example.org/#a"]
    assert ([cell.text for cell in row.cells], row.kind) == (["1", "2"], "main")


def test_a_row_that_does_not_fit_names_table_and_row() -> None:
    with pytest.raises(ValueError, match=r"table t, row 1: 2 cells for 3 columns\. Give one cell"):
        Table("t", "A table", COLUMNS, (Row((Cell("1"), Cell("2"))),))


def test_files_hold_the_value_and_nothing_where_there_is_none() -> None:
    assert Cell("3.53", 3.526123).stored == 3.526123
    assert Cell("text").stored == "text"
    assert number(None, "—").stored == ""
    assert number(0.0, "0.00").stored == 0.0
