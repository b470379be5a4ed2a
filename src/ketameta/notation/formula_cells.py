"""Text that a spreadsheet would run as a formula: made harmless when written, given back when read.

Such text gets an apostrophe in front, and so does text that already looks like a treated one;
therefore reading takes exactly one apostrophe away and gets back what was written. Numbers are
never touched. See OWASP, CSV Injection.
"""

from __future__ import annotations

import re

_RISKY = re.compile(r"'*[=+\-@\t\r]")
_TREATED = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")


def neutralised(text: str) -> str:
    """Text for a cell, with an apostrophe in front if a spreadsheet might run it.

    Risky is what begins with = + - @, a tab or a carriage return and is not simply a number.
    """
    if not _RISKY.match(text) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def restored(text: str) -> str:
    """The text that `neutralised` was given."""
    return text[1:] if _TREATED.match(text) else text
