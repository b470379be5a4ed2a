"""`lint`: every overclaim of a text that is not waived, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketameta.manuscript.overclaims.documents import TextDocument
from ketameta.manuscript.overclaims.rules import LINT_RULES, WAIVER_RULE
from ketameta.manuscript.overclaims.sentences import sentences
from ketameta.manuscript.overclaims.waivers import LintWaiver, lint_waivers


@dataclass(frozen=True, slots=True)
class Overclaim:
    """One finding.

    Attributes
    ----------
    file, line, column
        Where; in Word files the line is the number of the paragraph.
    code, title
        The rule.
    text
        The words it objects to.
    why, suggestion, reference
        What is wrong with them, what to write instead, and literature.
    """

    file: str
    line: int
    column: int
    code: str
    title: str
    text: str
    why: str
    suggestion: str
    reference: str = ""


def lint(document: TextDocument) -> tuple[Overclaim, ...]:
    """Every overclaim that is not waived, and every waiver without a reason or a use, in order."""
    waivers = list(lint_waivers(document.raw))
    used: set[int] = set()
    found = []
    for offset, overclaim in _matches(document):
        covering = [w.offset for w in waivers if w.covers(overclaim.code, offset)]
        used.update(covering)
        if not covering:
            found.append(overclaim)
    found += [_broken(document, waiver) for waiver in waivers if waiver.offset not in used]
    return tuple(sorted(found, key=lambda one: (one.line, one.column, one.code)))


def _matches(document: TextDocument) -> Iterator[tuple[int, Overclaim]]:
    for sentence in sentences(document.prose):
        for rule in LINT_RULES.values():
            for match in rule.found(sentence.text):
                offset = sentence.start + match.start()
                line, column = document.place(offset)
                said = " ".join(match[0].split())
                yield (
                    offset,
                    Overclaim(
                        document.name,
                        line,
                        column,
                        rule.code,
                        rule.title,
                        said,
                        rule.why,
                        rule.suggestion,
                        rule.reference,
                    ),
                )


def _broken(document: TextDocument, waiver: LintWaiver) -> Overclaim:
    line, column = document.place(waiver.offset)
    if waiver.code not in LINT_RULES:
        why, todo = f"There is no rule {waiver.code}.", "See ketameta explain L01 and the next."
    elif not waiver.reason:
        why, todo = "The waiver gives no reason.", "Say behind the code why the words are right."
    else:
        why, todo = f"Nothing here is objected to by {waiver.code}.", "Remove the waiver."
    return Overclaim(
        document.name, line, column, WAIVER_RULE, "waiver", f"allow {waiver.code}", why, todo
    )
