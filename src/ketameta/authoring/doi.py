"""The DOI of a study that is entered: its form, and whether a record has it already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from ketameta.errors import UsageError
from ketameta.records.checks_written import DOI
from ketameta.records.places import study_files

_ADDRESS = r"(?:https?://(?:dx\.|www\.)?doi\.org/|(?:dx\.)?doi\.org/|doi:? *)"


def typed_doi(text: str, where: str) -> str:
    """A DOI as somebody typed it, without an address in front and in lower case.

    Parameters
    ----------
    where
        The option or field that it was given to, for the message.

    Raises
    ------
    UsageError
        For what has not the form of a DOI.
    """
    bare = re.sub(f"^{_ADDRESS}", "", text.strip(), flags=re.IGNORECASE)
    plain = (bare if bare == text.strip() else unquote(bare)).lower()
    if not DOI.fullmatch(plain):
        raise UsageError(
            f'{where}: "{text.strip()[:80]}" is no DOI. Write it as it stands in the paper, as in '
            "10.1000/abc.123."
        )
    return plain


def record_with_doi(folder: Path, doi: str) -> str | None:
    """The file in which a DOI already stands: a record or the list of excluded reports."""
    wanted = re.escape(doi.lower())
    line = rf"doi: *[\"']?{_ADDRESS}?{wanted}[\"']?\s*(?:[,}}#]|$)"
    for path in (*study_files(folder), *_lists(folder)):
        try:
            text = path.read_text(encoding="utf-8", errors="replace").lower()
        except OSError:
            continue
        if re.search(line, text, re.MULTILINE):
            return str(path)
    return None


def _lists(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.yaml"))
