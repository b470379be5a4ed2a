"""What `ketameta lint-text` found, in every form."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ketameta.cli.machine_formats import to_json
from ketameta.cli.output import Output, printable
from ketameta.counting import counted
from ketameta.errors import DataError, UsageError
from ketameta.manuscript.overclaims.documents import TextDocument, document, read_document
from ketameta.manuscript.overclaims.linting import Overclaim, lint

STDIN = "standard input"


@dataclass(frozen=True, slots=True)
class LintForms:
    """What was found in some texts."""

    found: tuple[Overclaim, ...]
    files: int
    output: Output

    @classmethod
    def of(cls, files: Sequence[str], output: Output) -> LintForms:
        """Read and look at every text.

        Raises
        ------
        UsageError
            Without a file, or for one that cannot be read.
        """
        if not files:
            raise UsageError('lint-text: no file. Name one, or "-" for standard input.')
        texts = [_read(name) for name in dict.fromkeys(files)]
        found = tuple(overclaim for text in texts for overclaim in lint(text))
        return cls(found, len(texts), output)

    def deliver(self, style: str) -> bool:
        """Write the findings; whether there are any."""
        if style == "json":
            self.output.result(to_json([asdict(one) for one in self.found]))
        else:
            lines = self._github() if style == "github" else self._text()
            self.output.result("\n".join(lines) + "\n")
        return bool(self.found)

    def _text(self) -> Iterator[str]:
        for one in self.found:
            said = f"{one.code} {one.title}: {one.text}"
            yield printable(f"{one.file}:{one.line}:{one.column}: {said}")
            advice = f"{one.why} {one.suggestion}" + (
                f" [{one.reference}]" if one.reference else ""
            )
            yield textwrap.fill(
                advice, self.output.prose, initial_indent="    ", subsequent_indent="    "
            )
        yield self._summary()

    def _github(self) -> Iterator[str]:
        for one in self.found:
            place = f"file={_value(one.file)},line={one.line},col={one.column}"
            title = _value(f"ketameta {one.code}")
            said = _message(f"{one.title}: {one.text}. {one.why} {one.suggestion}")
            yield f"::warning {place},title={title}::{said}"
        yield self._summary()

    def _summary(self) -> str:
        return f"{counted(len(self.found), 'finding')} in {counted(self.files, 'text')}."


def _read(name: str) -> TextDocument:
    if name != "-":
        return read_document(Path(name))
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{STDIN}: is not UTF-8 text. Convert it first.") from None
    return document(text, STDIN)


def _message(text: str) -> str:
    return printable(" ".join(text.split())).replace("%", "%25")


def _value(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
