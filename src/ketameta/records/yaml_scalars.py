"""What a YAML scalar without quotes stands for: exact numbers, no implicit booleans or dates."""

from __future__ import annotations

import re
from decimal import Decimal

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
_LEADING_ZERO = re.compile(r"([-+]?)0+([0-9][0-9.]*([eE][-+]?[0-9]+)?)$")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)$|\.(nan|NaN|NAN)$")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC = frozenset("0123456789.+-")
"""What a number can begin with; most scalars are words."""
MAX_DIGITS = 18
"""Of a whole number; more is an identifier that somebody forgot to quote."""
MAX_DECIMAL = 40
"""Characters of a decimal number; float64 has 17 digits."""
MAX_EXPONENT = 99
"""Beyond it float64 arithmetic on ratios and squares may overflow; no measurement comes near."""

Scalar = str | int | Decimal | bool | None


class RefusedScalarError(ValueError):
    """A scalar that nobody should have to guess about: what is wrong, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def plain_scalar(text: str) -> Scalar:
    """The value of a scalar that stands without quotes.

    Raises
    ------
    RefusedScalarError
        For a leading zero, a number that is not finite, and one that is far too long.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if leading := _LEADING_ZERO.match(text):
        hint = f"Write {leading[1]}{leading[2]}, or put it in quotes if it is a name."
        raise RefusedScalarError(f"{text} has a leading zero.", hint)
    if _NOT_FINITE.match(text):
        hint = "Leave the field out and list the value under `missing`."
        raise RefusedScalarError(f"{text} is not a number to keep.", hint)
    whole = _INTEGER.match(text) is not None
    return _number(text, whole=whole) if whole or _DECIMAL.match(text) else text


def _number(text: str, *, whole: bool) -> int | Decimal:
    exponent = text.lower().partition("e")[2].lstrip("+-") or "0"
    too_long = len(text.lstrip("+-")) > (MAX_DIGITS if whole else MAX_DECIMAL)
    if too_long or len(exponent) > 4 or int(exponent) > MAX_EXPONENT:
        raise RefusedScalarError("the number is too long.", "Quote it if it is a name.")
    return int(text) if whole else Decimal(text)
