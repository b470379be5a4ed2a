"""What a rule of `ketameta check` is, and what it is to break one."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.records.problems import Severity
from ketameta.records.yaml_reader import Path_


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that `ketameta check` applies.

    Attributes
    ----------
    code
        Never reused, for waivers and other programs refer to it.
    severity
        An error leaves the record out of every synthesis, a warning asks for a look, a note is for
        information.
    summary
        What holds where the rule is kept, in a sentence.
    reference
        Where the rule comes from.
    waivable
        Whether a record may keep what the rule objects to, with a reason. An error that makes a
        record unusable cannot be waived.
    """

    code: str
    severity: Severity
    summary: str
    reference: str
    waivable: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule broken at a path of a document."""

    code: str
    where: Path_
    message: str
    hint: str = ""


def error(code: str, summary: str, reference: str, *, waivable: bool = False) -> Rule:
    """A rule that a record must keep to be used."""
    return Rule(code, Severity.ERROR, summary, reference, waivable)


def warning(code: str, summary: str, reference: str, *, waivable: bool = True) -> Rule:
    """A rule that is broken for good reasons now and then."""
    return Rule(code, Severity.WARNING, summary, reference, waivable)


def note(code: str, summary: str, reference: str) -> Rule:
    """A comparison with a reference that need not hold here."""
    return Rule(code, Severity.NOTE, summary, reference, waivable=True)
