"""`Signature`: a person stands behind a decision that a record holds."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_core import PydanticCustomError

from ketameta.records.provenance import Day, Record, Text


class Signature(Record):
    """A person who has looked at a decision, its reason and its inputs, and agrees."""

    by: Text
    """Name or initials of the person."""
    date: Day
    """When."""


def check_signatures(signed: Sequence[Signature], decided: str | None) -> None:
    """Hold signatures to what makes them worth something.

    Parameters
    ----------
    signed
        The signatures under one decision.
    decided
        The day of the decision, where it has one.

    Raises
    ------
    PydanticCustomError
        Where a person signs twice, or before the decision was written down.
    """
    names = [" ".join(one.by.split()).casefold() for one in signed]
    if len(set(names)) < len(names):
        raise PydanticCustomError("signed_twice", "each person signs once")
    for one in signed:
        if decided is not None and one.date < decided:
            raise PydanticCustomError(
                "signed_too_early",
                "the signature of {day} is older than the decision",
                {"day": one.date},
            )
