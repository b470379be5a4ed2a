"""Values of records as cells of a workbook, and back: nothing is rounded, nothing guessed."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from ketameta.exchange.record_sheets import Kind
from ketameta.exchange.table import Cell, is_missing
from ketameta.records.yaml_scalars import RefusedScalarError, plain_scalar

JOINT = "; "


class CellError(ValueError):
    """A cell that cannot be the value it should be; the message says what is expected."""


def as_cell(value: Any, kind: Kind) -> Any:
    """The cell for a value of a record, or None where this kind of column cannot hold it."""
    if kind == "text" and isinstance(value, str):
        return value if value and value.strip() == value else None
    if kind == "flag" and isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bool):
        return None
    if kind == "whole" and isinstance(value, int):
        return value
    if kind == "number" and isinstance(value, int | Decimal):
        return value if Decimal(repr(float(value))) == value else None
    if kind == "words" and isinstance(value, list) and value:
        texts = [item for item in value if isinstance(item, str) and item and ";" not in item]
        same = len(texts) == len(value) and all(item == item.strip() for item in texts)
        return JOINT.join(texts) if same else None
    return None


def as_value(cell: Cell, kind: Kind) -> Any:
    """The value of a record that a cell stands for; None for an empty cell.

    Raises
    ------
    CellError
        For text where a number belongs, fractions of people, and the like.
    """
    if cell is None or cell == "" or (kind in ("whole", "number") and is_missing(cell)):
        return None
    text = _text(cell)
    if kind == "text":
        return text
    if kind == "words":
        return [part.strip() for part in text.split(";") if part.strip()]
    if kind == "flag":
        if text.casefold() in ("true", "yes", "1"):
            return True
        if text.casefold() in ("false", "no", "0"):
            return False
        raise CellError(f'"{text}" is neither true nor false.')
    number = _number(text)
    if kind == "whole" and not isinstance(number, int):
        raise CellError(f"must be a whole number, found {text}.")
    return number


def as_other(value: Any) -> tuple[str, str | int | float | Decimal | None]:
    """Kind and cell of a value without a column of its own."""
    if value is None:
        return "nothing", None
    if isinstance(value, bool):
        return "flag", "true" if value else "false"
    if isinstance(value, str):
        return "text", value
    if isinstance(value, int | Decimal):
        return "number", str(value)
    return "list", json.dumps(value, ensure_ascii=False, default=str)


def other_value(kind: str, cell: Cell) -> Any:
    """The value that `as_other` was given; CellError where it cannot be one."""
    if kind == "nothing":
        return None
    if kind == "list":
        try:
            return json.loads(_text(cell))
        except ValueError:
            raise CellError('is not a list in JSON, such as ["one", "two"].') from None
    if kind == "text":
        return "" if cell is None else _text(cell)
    if kind == "number":
        return _number(_text(cell))
    if kind == "flag":
        return as_value(cell, "flag")
    raise CellError(f'"{kind}" is not text, number, flag, list or nothing.')


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _number(text: str) -> int | Decimal:
    try:
        value = plain_scalar(text.replace("\u2212", "-"))
    except RefusedScalarError as error:
        raise CellError(f"{error.message} {error.hint}") from None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise CellError(f'"{text}" is not a number. Write it with a decimal point.')
    return value
