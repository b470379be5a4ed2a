"""`LintRule`: a way of claiming more than the numbers do, and how it is recognised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CLAUSE_END = re.compile(
    r"[;:]|,\s+(?:but|and|so|yet|while|whereas)\b|"
    r"\A(?:because|since|as|given|although|though|while)\b[^,]*,",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LintRule:
    """One rule.

    Attributes
    ----------
    code, title
        As printed, and in a few words.
    pattern
        What is looked for in a sentence.
    why, suggestion
        What is wrong with it, and what to write instead.
    reference
        Literature; "" where the rule is ours.
    requires
        Must be in the sentence as well.
    unless
        Makes the sentence fine: a denial, a question, the number that was missing.
    near
        Makes a match fine where it covers or touches the match.
    before
        Makes a match fine where it stands earlier in the same clause: a denial or a question.
    """

    code: str
    title: str
    pattern: re.Pattern[str]
    why: str
    suggestion: str
    reference: str = ""
    requires: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    near: re.Pattern[str] | None = None
    before: re.Pattern[str] | None = None

    def found(self, sentence: str) -> Iterator[re.Match[str]]:
        """Every place of the sentence that the rule objects to."""
        if self.requires is not None and not self.requires.search(sentence):
            return
        if self.unless is not None and self.unless.search(sentence):
            return
        fine = [] if self.near is None else [m.span() for m in self.near.finditer(sentence)]
        for match in self.pattern.finditer(sentence):
            touched = any(start <= match.end() and match.start() <= end for start, end in fine)
            if not touched and not self._led(sentence[: match.start()]):
                yield match

    def _led(self, so_far: str) -> bool:
        if self.before is None:
            return False
        return self.before.search(_CLAUSE_END.split(so_far)[-1]) is not None


def words(pattern: str) -> re.Pattern[str]:
    """A pattern in any case, in which a space stands for any white space, " ?" for that or none."""
    spaced = pattern.replace(" ?", r"\s*").replace(" ", r"\s+")
    return re.compile(spaced, re.IGNORECASE)
