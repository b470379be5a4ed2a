"""Values as R source: text that stays text, numbers that stay themselves to the last bit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

_PLAIN = re.compile(r"[ !#-\[\]-~]*")
_WIDTH = 96


def r_text(text: str) -> str:
    r"""A string in quotation marks; all but plain ASCII is escaped, so nothing can end it early.

    R has no character with the code 0: it is written as the two characters \0.
    """
    if _PLAIN.fullmatch(text):
        return f'"{text}"'
    return '"' + "".join(_character(sign) for sign in text) + '"'


def r_number(value: float | None) -> str:
    """The shortest text that R reads as the same double; NA for what is missing."""
    if value is None or math.isnan(value):
        return "NA"
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def r_vector(values: Sequence[str] | Sequence[float | None], *, indent: int = 4) -> str:
    """`c(...)`, broken into lines."""
    items = [r_text(v) if isinstance(v, str) else r_number(v) for v in values]
    if not items:
        return "c()"
    pad = " " * indent
    lines, line = [], ""
    for i, item in enumerate(items):
        piece = item + ("," if i < len(items) - 1 else "")
        if line and len(pad) + len(line) + len(piece) + 1 > _WIDTH:
            lines.append(line)
            line = ""
        line = f"{line} {piece}" if line else piece
    lines.append(line)
    if len(lines) == 1 and len(lines[0]) + indent < _WIDTH:
        return f"c({lines[0]})"
    return "c(\n" + "\n".join(pad + text for text in lines) + ")"


def r_comment(text: str) -> str:
    """Lines that begin with `# `; what could end a line is a space in them."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split()).split(" ")
    lines, line = [], "#"
    for word in words:
        if len(line) + len(word) + 1 > _WIDTH and line != "#":
            lines.append(line)
            line = "#"
        line += f" {word}"
    return "\n".join([*lines, line])


def _character(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    code = ord(sign)
    if code == 0:
        return "\\\\0"
    if 32 <= code < 127:
        return sign
    if 0xD800 <= code < 0xE000:  # half of a pair, which is no character
        return "\\uFFFD"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
