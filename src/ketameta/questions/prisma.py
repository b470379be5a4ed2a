"""`prisma.yaml`: what the review team states for PRISMA 2020 that no record can show."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from ketameta.errors import DataError
from ketameta.records.loading import load
from ketameta.records.provenance import Count, Day, Record, Text


class Reason(Record):
    """Reports left out for one reason."""

    reason: Text
    """Why they were left out."""
    n: Count
    """How many reports."""


class Identified(Record):
    """Records found in one place."""

    name: Text
    """Database, register, website or organisation."""
    n: Count | None = None
    """Records found there; null where no count was kept."""
    searched: Day | None = None
    """When it was last searched."""


class Screening(Record):
    """One column of the flow diagram, from what was sought to what was assessed."""

    screened: Count | None = None
    """Records screened by title and abstract."""
    excluded: Count | None = None
    """Records excluded by title and abstract."""
    sought: Count | None = None
    """Reports sought for retrieval."""
    not_retrieved: Count | None = None
    """Reports not retrieved."""
    assessed: Count | None = None
    """Reports assessed for eligibility."""
    reasons: tuple[Reason, ...] = ()
    """Reports excluded after assessment, by reason."""


class Flow(Record):
    """The numbers of the flow diagram; a number that nobody kept is null and `not_kept` says so."""

    previous_studies: Count | None = None
    """Studies of an earlier version of the review."""
    previous_reports: Count | None = None
    """Reports of these studies."""
    databases: tuple[Identified, ...] = ()
    """Records found in each bibliographic database."""
    registers: tuple[Identified, ...] = ()
    """Records found in each trial register."""
    websites: tuple[Identified, ...] = ()
    """Records found on each website."""
    organisations: tuple[Identified, ...] = ()
    """Records found at each organisation."""
    citations: Count | None = None
    """Records found by citation searching."""
    duplicates: Count | None = None
    """Duplicate records removed before screening."""
    automation: Count | None = None
    """Records removed by automation tools before screening."""
    removed_otherwise: Count | None = None
    """Records removed for other reasons before screening."""
    databases_and_registers: Screening = Screening()
    """What became of records from databases and registers."""
    other_methods: Screening = Screening()
    """What became of records from websites, organisations and citations."""
    new_studies: Count | None = None
    """New studies included; null: counted from the records."""
    new_reports: Count | None = None
    """Reports of new studies; null: counted from the records."""
    total_studies: Count | None = None
    """Studies included in all; null: earlier and new ones together."""
    total_reports: Count | None = None
    """Reports of studies included in all; null: earlier and new ones together."""
    not_kept: Text | None = None
    """Why numbers are missing, where they are."""


class Statement(Record):
    """What the team states on one item of the checklist."""

    text: Text
    """What was done, in the words of the team."""
    done: bool = True
    """False where the text says that it was not done; such items are counted apart."""
    where: Text | None = None
    """Where the manuscript reports it, e.g. "Methods, page 4"."""


class Prisma(Record):
    """`prisma.yaml`, beside `review.yaml`."""

    flow: Flow = Flow()
    """The numbers of the flow diagram."""
    statements: dict[str, Statement] = Field(default_factory=dict)
    """By number of the item, e.g. "24a"; only items of PRISMA 2020."""


FILE = "prisma.yaml"


def load_prisma(folder: Path, *, shown_as: Path | None = None) -> Prisma:
    """The statements beside a review; empty ones where there is no such file.

    Raises
    ------
    DataError
        With every problem and its place.
    """
    path = folder / FILE
    if not path.is_file():
        return Prisma()
    found, document = load(path, Prisma, shown_as=shown_as)
    if found is None or document.problems:
        raise DataError("\n".join(str(problem) for problem in document.problems))
    return found
