"""Tables below each other: nothing is lost, and the subject comes first."""

from __future__ import annotations

from ketameta.tables.stacking import stacked
from ketameta.tables.table import FILES, READERS, Cell, Column, Row, Table

SUBJECT = Column("question", "Question")


def table(*keys: str, audience: str = "everyone") -> Table:
    columns = tuple(Column(key, key.upper(), audience=audience) for key in keys)
    return Table("t", "T", columns, (Row(tuple(Cell(f"{key}!") for key in keys)),), ("A note",))


def test_columns_of_any_table_are_there_and_empty_where_it_has_none() -> None:
    found = stacked([("x", table("a", "b")), ("y", table("b", "c"))], SUBJECT)
    assert [column.key for column in found.columns] == ["question", "a", "b", "c"]
    assert [[cell.stored for cell in row.cells] for row in found.rows] == [
        ["x", "a!", "b!", ""],
        ["y", "", "b!", "c!"],
    ]
    assert found.notes == ("A note",)


def test_a_table_that_names_its_subject_keeps_it_and_readers_columns_are_left_out() -> None:
    found = stacked([("x", table("a", "question")), ("y", table("z"))], SUBJECT)
    assert [[cell.stored for cell in row.cells] for row in found.rows] == [
        ["question!", "a!", ""],
        ["y", "", "z!"],
    ]
    kept = stacked(
        [("x", table("a", audience=FILES)), ("y", table("b", audience=READERS))], SUBJECT
    )
    assert [column.key for column in kept.columns] == ["question", "a"]
