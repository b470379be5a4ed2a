"""`Claim`: what a public text says about ketamine, and what it is tested against."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ketameta.records.claim_tests import Test
from ketameta.records.claim_words import Bearing, ClaimKind, ClaimText, Verdict
from ketameta.records.provenance import Day, Key, Record, Slug, Source, SourceRef, Text
from ketameta.records.signature import Signature, check_signatures

CLAIM_ID = r"^K[0-9]{2,3}$"
ClaimId = Annotated[str, Field(pattern=CLAIM_ID)]


class Fact(Record):
    """Something a document states that bears on the claim."""

    id: Key
    """Short name, used by tests."""
    text: Text
    """What it states, in our own words."""
    bearing: Bearing
    """What that means for the claim."""
    source: SourceRef
    """Where it stands."""


class Part(Record):
    """One thing the claim asserts, with the test that answers it."""

    says: Text
    """The assertion, in our own words."""
    test: Test
    """What it is tested against."""
    decides: bool = True
    """False for a part that is shown beside the verdict without entering it."""


class VerdictSignature(Signature):
    """A person who has looked at claim, tests and numbers, and agrees or would decide otherwise."""

    otherwise: Verdict | None = None
    """The verdict that this person would give; left out by who agrees."""
    reason: Text | None = None
    """Why; given with `otherwise`."""

    @model_validator(mode="after")
    def _reasoned(self) -> VerdictSignature:
        if (self.otherwise is None) != (self.reason is None):
            raise PydanticCustomError(
                "half_a_dissent", "`otherwise` and `reason` are given together"
            )
        return self


class Entry(Record):
    """A verdict as it was drafted, what the evidence was then, and who has confirmed it since."""

    verdict: Verdict
    """The verdict."""
    reason: Text
    """Why; where it is not the computed one, why not."""
    by: Text
    """Who drafted it."""
    date: Day
    """When."""
    signed: tuple[VerdictSignature, ...] = ()
    """People who have looked at it since, each once; a first and a second person."""
    proposed: Verdict
    """What was computed then."""
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    """Fingerprint of claim, tests and numbers then; printed by `ketameta claims ID --enter`."""
    numbers: dict[Text, Text] = Field(default_factory=dict)
    """The numbers then, rounded, by part and name."""

    @model_validator(mode="after")
    def _signatures(self) -> Entry:
        check_signatures(self.signed, self.date)
        for one in self.signed:
            if one.otherwise is self.verdict:
                raise PydanticCustomError(
                    "no_dissent", "`otherwise` is the verdict that stands; leave it out"
                )
        return self


class Claim(Record):
    """A claim that is put on trial."""

    id: ClaimId
    """K and a number, the same as the file name."""
    title: Text
    """The claim in a few words."""
    claim: Text
    """The claim in our own words."""
    found_in: tuple[ClaimText, ...] = Field(min_length=1)
    """Kinds of text in which it was met."""
    kinds: tuple[ClaimKind, ...] = Field(min_length=1)
    """What sort of claim it is."""
    questions: tuple[Slug, ...] = ()
    """Ids of the review's questions that it needs."""
    needs: Text
    """What evidence would answer it, in a sentence."""
    parts: tuple[Part, ...] = Field(min_length=1)
    """What it asserts, one by one, with the tests."""
    sources: dict[Key, Source] = Field(default_factory=dict)
    """Documents that facts and figures were read in, by key."""
    facts: tuple[Fact, ...] = ()
    """What documents state."""
    notes: tuple[Text, ...] = ()
    """What a fair reader should know besides."""
    entered: Entry | None = None
    """The verdict as it was drafted; without it only the computed one is shown."""
