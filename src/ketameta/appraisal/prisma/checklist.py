"""The checklist: for every item whether it is answered, by whom, and where."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ketameta.appraisal.prisma.items import AUTHOR, ITEMS, NUMBERS, TEAM, TOOL, Item
from ketameta.errors import DataError
from ketameta.questions.prisma import Prisma

DONE, MISSING = "done", "missing"


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """An item with its state.

    Attributes
    ----------
    state
        "done", or "missing" for what nobody has stated or written yet.
    text
        What is reported, or what has to be.
    where
        Where: an anchor of the report ("#methods") or the team's words.
    """

    item: Item
    state: str
    text: str
    where: str


def checklist(
    prisma: Prisma, filled: Mapping[str, str], *, places: Collection[str] = ()
) -> tuple[CheckedItem, ...]:
    """Every item in order.

    Parameters
    ----------
    prisma
        What the team states; a statement may also stand on an item of the tool or the author.
    filled
        What the tool reports, by item number; "" where it has nothing to say.
    places
        Anchors that the report has.

    Raises
    ------
    DataError
        For a statement on an item that PRISMA 2020 does not have.
    """
    for number in prisma.statements:
        if number not in NUMBERS:
            near = difflib.get_close_matches(number, NUMBERS, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Items are {', '.join(NUMBERS)}."
            raise DataError(f"prisma.yaml: PRISMA 2020 has no item {number!r}. {hint}")
    return tuple(_checked(item, prisma, filled, places) for item in ITEMS)


def _checked(
    item: Item, prisma: Prisma, filled: Mapping[str, str], places: Collection[str]
) -> CheckedItem:
    stated = prisma.statements.get(item.number)
    anchor = f"#{item.place}" if item.place in places else ""
    if stated is not None:
        return CheckedItem(item, DONE, stated.text, stated.where or anchor)
    if item.by == TOOL and filled.get(item.number):
        return CheckedItem(item, DONE, filled[item.number], anchor)
    todo = {
        TEAM: "State it in prisma.yaml.",
        AUTHOR: "Write it in the manuscript.",
        TOOL: "The records do not hold it yet.",
    }
    return CheckedItem(item, MISSING, f"{item.asks} {todo[item.by]}", anchor)
