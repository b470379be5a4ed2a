"""Grids on narrow terminals: cells wrap, and nothing of them is cut."""

from __future__ import annotations

import re

import pytest
from tests.records.real import evidence, review

from ketameta.cli.column_widths import column_widths
from ketameta.cli.document import Column, Grid, Line
from ketameta.cli.listings import Wanted, study_listing
from ketameta.cli.output import Output
from ketameta.cli.terminal import to_terminal

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
    found = sorted(text.replace("─", "").replace("\n", "").replace(" ", ""))
    assert found == sorted("".join((*cells, *titles)).replace(" ", ""))


def test_breakable_columns_give_way_before_firm_ones() -> None:
    grid = Grid(
        (Column("Study"), Column("Control", firm=False, least=10), Column("Flags", firm=False)),
        (Line(("tobacco-pilot", "active placebo, usual care", "SM NP")),),
    )
    assert column_widths(grid, 50) == [13, 26, 5]
    assert column_widths(grid, 40) == [13, 18, 5]
    assert column_widths(grid, 30) == [13, 8, 5]
    assert sum(column_widths(grid, 20)) == 16
