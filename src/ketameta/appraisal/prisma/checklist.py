"""The checklist: for every item whether it is answered, by whom, and where."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ketameta.appraisal.prisma.items import AUTHOR, ITEMS, NUMBERS, TEAM, TOOL, Item
from ketameta.errors import DataError
from ketameta.questions.prisma import Prisma

DONE, NOT_DONE, MISSING = "done", "stated: not done", "missing"


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """An item with its state.

    Attributes
    ----------
    state
        "done"; "stated: not done" where the team says that it was not; "missing" for what nobody
        has stated or written yet.
    text
        What is reported, or who has to say what the item asks.
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


def counted_states(items: Sequence[CheckedItem]) -> str:
    """How many items are in which state: "29 of 42 items answered, 3 stated as not done, ..."."""
    states = [item.state for item in items]
    parts = [f"{states.count(DONE)} of {len(items)} items answered"]
    if NOT_DONE in states:
        parts.append(f"{states.count(NOT_DONE)} stated as not done")
    if MISSING in states:
        parts.append(f"{states.count(MISSING)} missing")
    return ", ".join(parts)


def _checked(
    item: Item, prisma: Prisma, filled: Mapping[str, str], places: Collection[str]
) -> CheckedItem:
    stated = prisma.statements.get(item.number)
    anchor = f"#{item.place}" if item.place in places else ""
    if stated is not None:
        state = DONE if stated.done else NOT_DONE
        return CheckedItem(item, state, stated.text, stated.where or anchor)
    if item.by == TOOL and filled.get(item.number):
        return CheckedItem(item, DONE, filled[item.number], anchor)
    todo = {
        TEAM: "State it in prisma.yaml.",
        AUTHOR: "Write it in the manuscript.",
        TOOL: "The records do not hold it yet.",
    }
    return CheckedItem(item, MISSING, todo[item.by], anchor)
