"""Writing imported records where they belong, and saying what is still wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.counting import counted

if TYPE_CHECKING:
    from ketameta.exchange.record_reading import ImportedRecord

Function = TypeVar("Function", bound=Callable[..., Any])


def write_and_tell(
    ctx: click.Context, records: Sequence[ImportedRecord], to: Path | None, output: Output
) -> int:
    """Write the records, print their files, and say what check finds; the number of findings."""
    from ketameta.exchange.record_files import write_records
    from ketameta.records.loading import load
    from ketameta.records.store import VOCABULARY
    from ketameta.records.study import Vocabulary

    workspace = Workspace.of(ctx)
    workspace.refuse_borrowed(to, option="--to DIR")
    vocabulary, _ = load(workspace.folder / VOCABULARY, Vocabulary)
    written = write_records(records, shown((to or workspace.folder).resolve()), vocabulary)
    for record in written:
        output.result(str(shown(record.path)))
        if record.unchanged:
            output.say(f"Unchanged: {shown(record.path)}")
    problems = [problem for record in written for problem in record.problems]
    for sentence in _together(problems):
        output.say(sentence)
    if problems:
        are = "is" if len(problems) == 1 else "are"
        things = f"{counted(len(problems), 'thing')} {are} missing or wrong"
        output.say(f"{things}. Complete the records, then: ketameta check")
    return len(problems)


def _together(problems: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Each problem with its place; one that several records share is said once, for all."""
    places: dict[str, list[str]] = {}
    for place, said in problems:
        places.setdefault(said, []).append(place)
    for said, where in places.items():
        more = f" (and in {counted(len(where) - 1, 'more place')})" if len(where) > 1 else ""
        yield f"{where[0]}: {said}{more}"
