"""P values as papers print them, and whether they fit what was computed again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ketameta.records.findings import Finding
from ketameta.records.integrity.printed import Span, shown_span, span
from ketameta.records.yaml_reader import Path_

ALPHA = 0.05
_NUMBER = r"(?:\d{1,6}(?:\.\d{0,60})?|\.\d{1,60})(?:[eE][-+]?\d{1,3})?"
_FORM = re.compile(rf"\s*[Pp]?\s*([<>=≤≥]?)\s*({_NUMBER})\s*")


@dataclass(frozen=True, slots=True)
class PrintedP:
    """`relation` is "=", "<" or ">"."""

    relation: str
    value: Decimal
    text: str

    def __str__(self) -> str:
        return f"P {self.relation} {self.value:f}"

    def fits(self, computed: Span) -> bool:
        """Whether a value in the computed span would print like this."""
        if self.relation == "<":
            return computed.low <= float(self.value)
        if self.relation == ">":
            return computed.high >= float(self.value)
        return span(self.value).meets(computed)

    def claims_below(self, alpha: float) -> bool | None:
        """Whether it says to be below a threshold; None where it leaves that open."""
        value = float(self.value)
        if self.relation == "<":
            return True if value <= alpha else None
        if self.relation == ">":
            return False if value >= alpha else None
        return value < alpha if value != alpha else None


def printed_p(text: str | None) -> PrintedP | None:
    """A P value from its text; None for words such as "n.s." and for what is not a P value."""
    found = _FORM.fullmatch(text or "")
    if found is None:
        return None
    relation = {"≤": "<", "≥": ">", "": "="}.get(found[1], found[1])
    return PrintedP(relation, Decimal(found[2]), str(text))


def possible(text: str | None, where: Path_) -> Iterator[Finding]:
    """A P value of exactly 0, or above 1."""
    p = printed_p(text)
    if p is None:
        return
    if p.value == 0 and p.relation in "=<":
        digits = max(0, -int(p.value.as_tuple().exponent))
        limit = Decimal(1).scaleb(-digits) if digits else Decimal("0.001")
        message = f'"{p.text}" is not possible: no P value is 0.'
        yield Finding("R120", (*where, "p"), message, f'Write "<{limit:f}".')
    elif p.value > 1:
        yield Finding("R120", (*where, "p"), f'"{p.text}" is above 1.', "Check the digits.")


def compared(p: PrintedP, computed: Span, basis: str, where: Path_) -> Iterator[Finding]:
    """The printed against the computed P value: on the other side of 0.05, or merely another.

    Parameters
    ----------
    computed
        All values that the basis allows, with its rounding and every usual test.
    basis
        What it was computed from, in words that end the sentence "... does not fit ...".
    """
    if p.fits(computed):
        return
    below = p.claims_below(ALPHA)
    crossed = (below is True and computed.low >= ALPHA) or (
        below is False and computed.high < ALPHA
    )
    code, side = ("R122", " on the other side of 0.05") if crossed else ("R121", "")
    message = f"{p} does not fit {basis}, which gives {shown_span(computed)}{side}."
    one_sided = p.fits(computed.times(0.5))
    hint = (
        "A one-sided test would fit; if it was one, waive the rule."
        if one_sided
        else "Check the printed numbers, and whether both belong to the same analysis."
    )
    yield Finding(code, (*where, "p"), message, hint)
