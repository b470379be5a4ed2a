"""Where a value comes from and how far it was verified."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from ketameta.records.vocabulary import Verification


def _not_text(value: object) -> object:
    if isinstance(value, str):
        raise PydanticCustomError("decimal_type", "text is not a number")
    return value


Number = Annotated[Decimal, BeforeValidator(_not_text)]
"""A number with its decimals as written: 14.30 stays 14.30. Text in quotes is not a number."""

Count = Annotated[int, Field(ge=0, strict=True)]
"""A whole number of people, sessions or the like; `true`, "13" and 13.0 are not."""
People = Annotated[int, Field(ge=1, strict=True)]
"""A number of people that is at least one."""
Text = Annotated[str, Field(min_length=1)]

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
KEY = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
ADDRESS = r"^https?://\S+$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
Slug = Annotated[str, Field(pattern=SLUG)]
Key = Annotated[str, Field(pattern=KEY)]


def _real_day(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("no_such_day", "there is no such day") from None
    return value


Day = Annotated[str, Field(pattern=DAY), AfterValidator(_real_day)]
"""A day as 2026-11-20."""


class Record(BaseModel):
    """Base of everything in a study file: unknown keys are refused and nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Source(Record):
    """A document that was read."""

    document: Text
    """What was read, so that a person can find it again."""
    url: str | None = Field(default=None, pattern=ADDRESS)
    """Address of what was read."""
    doi: str | None = None
    """DOI, if the document has one."""
    level: Verification
    """How far reading this document verifies a value."""


def weakest_level(documents: Iterable[Source], *, derived: bool) -> str:
    """The weakest level in words; "derived" is said beside the level of what it was derived from.

    Parameters
    ----------
    documents
        What a value rests on; at least one.
    derived
        Whether the value was computed from what stands there.
    """
    levels = [document.level for document in documents]
    read = [level for level in levels if level is not Verification.DERIVED]
    if not read:
        return str(Verification.DERIVED)
    weakest = max(read, key=list(Verification).index)
    return f"derived from {weakest}" if derived or len(read) < len(levels) else str(weakest)


class SourceRef(Record):
    """Points from a value to the document it was read in."""

    ref: Key
    """Key of an entry in `sources`."""
    locator: Text
    """Where in the document: abstract, table, figure, page, registry field."""
    derivation: Text | None = None
    """The arithmetic, if the value was computed. Makes the value `derived`."""
    also: tuple[Key, ...] = ()
    """Further documents the value or its arithmetic rests on; the weakest one counts."""
    confirmed_in: tuple[Key, ...] = ()
    """Documents that show the same value; it does not rest on them."""


class Sourced(Record):
    """A part of a record whose values all come from `source`, save those in `field_sources`."""

    source: SourceRef
    """Where the values of this part come from."""
    field_sources: dict[Text, SourceRef] = Field(default_factory=dict)
    """Sources of single fields of this part that come from elsewhere."""


class Note(Record):
    """Something a reader of the record must know, such as sources that contradict each other."""

    about: Text
    """What the note is about: a field or outcome of this record."""
    text: Text
    """The note, in our own words."""
    contradiction: bool = False
    """True where sources disagree and the record keeps both."""
    refs: tuple[Key, ...] = ()
    """Keys of the documents involved, where they are listed in `sources`."""


class Missing(Record):
    """Something a study reports, or should, that nobody has extracted yet."""

    what: Text
    """The value or table that is missing."""
    where: Text
    """Where it can be found."""
