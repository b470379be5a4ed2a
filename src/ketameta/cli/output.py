"""`Output`: the one place that decides colour, width and where text goes."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from dataclasses import dataclass
from typing import TextIO
from unicodedata import category

_COMMANDING = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Unicode categories of control characters, of overrides of the writing direction, and alike."""

NARROW, WIDE = 60, 160
PIPED = 100
PROSE = 92
"""Lines of running text are never longer: the eye loses its place."""

_PLAIN = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "—": "-",
        "─": "-",
        "━": "-",
        "·": "*",
        "…": "...",
        "²": "2",
        "τ": "tau",
        "χ": "chi",
        "×": "x",
        "≥": ">=",
        "≤": "<=",
        "“": '"',
        "”": '"',
        "’": "'",
        "\u2007": " ",
        "\u2008": " ",
        "\u2009": " ",
        "\u00a0": " ",
    }
)


@dataclass(frozen=True, slots=True)
class Output:
    """Where results and talk go, whether in colour, and how wide.

    Results go to standard output and everything said about them to standard error, so that a
    result can be piped on.
    """

    colour: bool
    width: int

    @classmethod
    def here(cls) -> Output:
        """As the environment and the terminal ask for it."""
        return cls(_colour(sys.stdout), _width(sys.stdout))

    @property
    def prose(self) -> int:
        """Width of running text."""
        return min(self.width, PROSE)

    def result(self, text: str) -> None:
        """Write a result to standard output.

        Raises
        ------
        OSError
            When it is closed, or on a disk that is full.
        """
        text = text if text.endswith("\n") else f"{text}\n"
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed", STDOUT)
        try:
            _write(sys.stdout, text)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OSError(error.errno, error.strerror, STDOUT) from error

    def say(self, text: str) -> None:
        """Tell the user something that is not the result."""
        _write(sys.stderr, f"{printable(text)}\n")


STDOUT = "standard output"


def printable(text: str) -> str:
    """The text without anything that could command a terminal; line feeds stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c == "\n" or category(c) not in _COMMANDING else _blank(c) for c in text)


def _blank(character: str) -> str:
    return " " if character.isspace() else ""


def _write(stream: TextIO, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        text = text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    stream.write(text)
    stream.flush()


def _colour(stream: TextIO | None) -> bool:
    """Colour on a terminal only; NO_COLOR beats FORCE_COLOR (no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM", "") != "dumb"


def _width(stream: TextIO | None) -> int:
    if (stream is not None and stream.isatty()) or os.environ.get("COLUMNS"):
        return max(NARROW, min(WIDE, shutil.get_terminal_size().columns))
    return PIPED
