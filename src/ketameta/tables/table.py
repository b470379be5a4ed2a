"""`Table`: cells with what readers see and what files hold, before any language is chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

EVERYONE, READERS, FILES = "everyone", "readers", "files"

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A flag in a cell: its code, how serious it is, and what was found."""

    code: str
    severity: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes
    ----------
    text
        What readers see.
    value
        What files hold: a number in full precision, "" for a number that does not exist; None
        where it is the text.
    detail
        A second, quieter line for readers.
    href
        Where the text leads: an address, or a place in the same page ("#...").
    marks
        Flags, shown in place of the text where the language has something better for them.
    level
        A level of risk of bias; the sign with which the text begins may be shown as a disc.
    """

    text: str = ""
    value: Value = None
    detail: str = ""
    href: str = ""
    marks: tuple[Mark, ...] = ()
    level: str = ""

    @property
    def stored(self) -> str | int | float:
        """What files hold."""
        return self.text if self.value is None else self.value

    def without_place(self) -> Cell:
        """The same cell, not leading to a place in the page."""
        return replace(self, href="") if self.href.startswith("#") else self


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes
    ----------
    key, title
        Its name in files and its title for readers.
    align
        "left", "right", or "number": left, but kept on one line where there is room.
    audience
        Who sees it: everyone, readers or files.
    reported
        Whether its cells tell what a source or somebody's claim says rather than what we find.
    """

    key: str
    title: str
    align: str = "left"
    audience: str = EVERYONE
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row.

    Attributes
    ----------
    kind
        "" for ordinary rows, "main" for the one that the others are compared with.
    anchor
        A name by which other places of a report can lead to the row.
    """

    cells: tuple[Cell, ...]
    kind: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first column for readers names the row.

    Attributes
    ----------
    id
        Unique in a report; also the file name.
    caption
        What the table shows.
    notes
        Lines below the table.

    Raises
    ------
    ValueError
        When a row has another number of cells than there are columns.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"table {self.id}, row {number}: {len(row.cells)} cells for "
                    f"{len(self.columns)} columns. Give one cell per column."
                )

    def for_readers(self) -> Table:
        """The same table with the columns that readers see."""
        return self._without(FILES)

    def for_files(self) -> Table:
        """The same table with the columns that files hold."""
        return self._without(READERS)

    def without_places(self) -> Table:
        """The same table without links to places of the report, for where that is not at hand."""
        rows = tuple(
            replace(row, cells=tuple(cell.without_place() for cell in row.cells))
            for row in self.rows
        )
        return replace(self, rows=rows)

    def only(self, *keys: str) -> Table:
        """The same table with these columns, in its own order."""
        kept = [i for i, column in enumerate(self.columns) if column.key in keys]
        rows = tuple(replace(row, cells=tuple(row.cells[i] for i in kept)) for row in self.rows)
        return replace(self, columns=tuple(self.columns[i] for i in kept), rows=rows)

    def _without(self, audience: str) -> Table:
        kept = [i for i, column in enumerate(self.columns) if column.audience != audience]
        rows = tuple(replace(row, cells=tuple(row.cells[i] for i in kept)) for row in self.rows)
        columns = tuple(self.columns[i] for i in kept)
        return Table(self.id, self.caption, columns, rows, self.notes)


def number(value: float | None, text: str = "") -> Cell:
    """A cell with a number in full precision; empty in files where there is none."""
    return Cell(text, "" if value is None else value)
