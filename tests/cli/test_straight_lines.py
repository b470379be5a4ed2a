"""Long grids are written as rich would write them."""

from __future__ import annotations

import random

import pytest

from ketameta.cli import terminal
from ketameta.cli.document import Column, Grid, Line
from ketameta.cli.output import Output

CELLS = (
    "",
    "0.31",
    "−1.2",
    " 0.05",
    "x ",
    "Krupitsky 2002",
    "α",
    "日本",
    "a  b",
    "12,000",
    "e\u0301",
)


def grid(seed: int, *, wide: bool = False, rule: bool = False) -> Grid:
    pick = random.Random(seed)
    columns = tuple(
        Column(pick.choice(("Study", "k", "OR [95% CI]", "日本")), right=pick.random() < 0.5)
        for _ in range(pick.randint(1, 7))
    )
    cells = (*CELLS, "word " * 40) if wide else CELLS
    lines = tuple(
        Line(tuple(pick.choice(cells) for _ in columns), rule=rule and n == 100)
        for n in range(terminal.LONG)
    )
    return Grid(columns, lines, indent=pick.choice((0, 2)))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("change", [{}, {"wide": True}, {"rule": True}], ids=str)
def test_as_rich_writes_them(
    seed: int, change: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    block, output = grid(seed, **change), Output(colour=False, width=100)
    quick = terminal.to_terminal([block], output)
    monkeypatch.setattr(terminal, "LONG", 10**9)
    assert quick == terminal.to_terminal([block], output)


def test_long_grids_do_not_go_through_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = Grid((Column("Study"), Column("k", right=True)), (Line(("a", "1")),) * terminal.LONG)
    monkeypatch.setattr("rich.table.Table.add_row", None)
    text = terminal.to_terminal([narrow], Output(colour=False, width=100))
    assert text == "\n".join(("Study  k", *["a      1"] * terminal.LONG, ""))
    with pytest.raises(TypeError):
        terminal.to_terminal([narrow], Output(colour=True, width=100))


def test_a_title_may_wrap_where_rows_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = tuple(Column("a long title", right=True, firm=False) for _ in range(9))
    block = Grid(columns, (Line(("0.1234567",) * 9),) * terminal.LONG)
    output = Output(colour=False, width=100)
    quick = terminal.to_terminal([block], output)
    assert quick.splitlines()[1].split() == ["title"] * 9
    monkeypatch.setattr(terminal, "LONG", 10**9)
    assert quick == terminal.to_terminal([block], output)
