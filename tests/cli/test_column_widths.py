"""Grids on narrow terminals: cells wrap, and nothing of them is cut."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from tests.records.real import evidence, review

from ketameta.cli.column_widths import blocks, column_widths
from ketameta.cli.document import Column, Grid, Line, fitted
from ketameta.cli.listings import Wanted, study_listing
from ketameta.cli.output import Output
from ketameta.cli.table_delivery import table_blocks
from ketameta.cli.terminal import to_terminal
from ketameta.tables.table import Cell, Row, Table
from ketameta.tables.table import Column as TableColumn

WIDTHS = pytest.mark.parametrize("width", [60, 72, 80, 100, 120])


@WIDTHS
def test_every_flag_of_every_study_is_listed(width: int) -> None:
    listing = study_listing(evidence(), review(), Wanted(), wide=width >= 110)
    text = to_terminal(listing.document, Output(colour=False, width=width))
    assert max(len(line) for line in text.splitlines()) <= width
    listed = text.split("\n\nFlags:")[0]
    codes = [code for row in listing.rows for code in row["flags"]]
    for code in sorted(set(codes)):
        assert len(re.findall(rf"\b{code}\b", listed)) == codes.count(code), code


@WIDTHS
def test_no_letter_of_a_grid_is_lost(width: int) -> None:
    cells = (
        "an-id-without-any-blank-" * 3,
        "OR  0.47  [0.24,  0.92]",
        "SM NP NR OL SF SC",
        "x" * 40,
    )
    titles = ("Study", "Estimate", "Flags", "Remark")
    columns = tuple(Column(title, firm=title != "Flags", least=14) for title in titles)
    grid = Grid(columns, (Line(cells, rule=True),))
    text = to_terminal((grid,), Output(colour=False, width=width))
    assert max(len(line) for line in text.splitlines()) <= width
    found = Counter(text.replace("─", "").replace("\n", "").replace(" ", ""))
    every = Counter("".join((*cells, *titles)).replace(" ", ""))
    assert found >= every
    if "an-id" not in text.partition("an-id")[2]:
        assert found == every, "the names of rows stand twice only where there are two blocks"


def test_breakable_columns_give_way_before_firm_ones() -> None:
    grid = Grid(
        (Column("Study"), Column("Control", firm=False, least=10), Column("Flags", firm=False)),
        (Line(("tobacco-pilot", "active placebo, usual care", "SM NP")),),
    )
    assert column_widths(grid, 50) == [13, 26, 5]
    assert column_widths(grid, 40) == [13, 18, 5]
    assert column_widths(grid, 30) == [13, 8, 5]
    assert sum(column_widths(grid, 20)) == 16


NAME = "A very long study name number {} from the University Hospital of Somewhere 20{}"
INFLUENCE = Grid(
    tuple(
        Column(title, right=i > 0)
        for i, title in enumerate(
            ("Study", "rstudent", "dffits", "Cook's d", "cov.r", "tau2", "Q", "hat", "dfbetas",
             "stands out")
        )
    ),
    tuple(
        Line((NAME.format(i, i), "-0.18801", "-0.10462", "0.02113", "2.530", "0.0001", "0.09678",
              "0.2363", "-0.42851", "no"))
        for i in range(10, 13)
    ),
)  # fmt: skip


@WIDTHS
def test_no_number_and_no_word_is_torn_apart(width: int) -> None:
    text = to_terminal((INFLUENCE,), Output(colour=False, width=width))
    assert max(len(line) for line in text.splitlines()) <= width
    words = set(text.split())
    for line in INFLUENCE.lines:
        assert set(" ".join(line.cells).split()) <= words
    assert {"rstudent", "dfbetas", "stands"} <= words


def test_columns_without_room_stand_in_a_second_block_with_the_names_of_the_rows() -> None:
    parts = blocks(INFLUENCE, 80)
    assert [part.columns[0].title for part in parts] == ["Study"] * len(parts)
    assert [c.title for part in parts for c in part.columns[1:]] == [
        c.title for c in INFLUENCE.columns[1:]
    ]
    assert len(parts) == 2
    assert blocks(INFLUENCE, 160) == [INFLUENCE]


def test_a_column_that_goes_is_named() -> None:
    columns = (Column("Study"), Column("Estimate"), Column("Control was"))
    grid = Grid(columns, (Line(("x" * 30, "y" * 20, "z" * 20)),))
    cut = fitted(grid, 60, ((2,),))
    assert cut.left_out == ("Control was",)
    text = to_terminal((cut,), Output(colour=False, width=60))
    assert "Left out for want of room: Control was." in " ".join(text.split())
    assert fitted(grid, 100, ((2,),)).left_out == ()


def test_names_give_way_before_columns_go() -> None:
    columns = (Column("Study", firm=False, least=20), Column("Group 1"), Column("Weight"))
    grid = Grid(columns, (Line((NAME.format(1, 1), "10/50", "23.6%")),))
    assert fitted(grid, 60, ((2,), (1,))).left_out == ()


def test_a_sentence_among_numbers_wraps_before_the_name_of_its_row() -> None:
    told = "2 of the studies state it as one number; a line needs three."
    table = Table(
        "lines",
        "Lines",
        (TableColumn("moderator", "Moderator"), TableColumn("change", "Change", "number")),
        (Row((Cell("Sessions, per session"), Cell(told))),),
    )
    _, grid = table_blocks(table, 60)
    text = to_terminal((grid,), Output(colour=False, width=60))
    assert "Sessions, per session  2 of the studies" in text
