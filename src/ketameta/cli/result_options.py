"""Options on the form of a result and where it goes: `--format`, `-o` and `--force`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from ketameta.cli.options import format_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.table_files import TABLE_FILES
from ketameta.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., Any])
FORMATS = ("table", "json", "csv", "md")
FORM_OF = {
    ".json": "json",
    ".csv": "csv",
    ".md": "md",
    ".txt": "table",
    **dict.fromkeys(TABLE_FILES, "csv"),
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """In which form a result is wanted, and in which file (None: standard output)."""

    style: str
    out: Path | None = None
    force: bool = False

    def output(self, data: Path | None = None) -> Output:
        """Where the result goes; `data` is the table that is read, which is never overwritten.

        Raises
        ------
        UsageError
            For the table itself, and for places where no file can be written.
        """
        from ketameta.cli.saving import output_to

        return output_to(self.out, self.style, data, force=self.force)


def result_options(*formats: str) -> Callable[[Function], Callable[..., Any]]:
    """`--format`, `-o` and `--force`, handed on as one `delivery`.

    Where `--format` is not said, the name of the file decides.
    """

    def decorate(function: Function) -> Callable[..., Any]:
        @format_option(*formats)
        @saving_options
        @wraps(function)
        def with_delivery(
            *args: Any, style: str, out: Path | None, force: bool, **rest: Any
        ) -> Any:
            delivery = Delivery(form_of(style, out, formats), out, force)
            return function(*args, delivery=delivery, **rest)

        return with_delivery

    return decorate


def form_of(
    style: str,
    out: Path | None,
    formats: tuple[str, ...] = FORMATS,
    *,
    others: tuple[str, ...] = (),
    endings: Mapping[str, str] = FORM_OF,
) -> str:
    """The form of a result: as said with `--format`, or by the name of the file.

    Endings in `others` are written as well, but are no form of `--format`: figures, pages.

    Raises
    ------
    UsageError
        For a name that says none of the forms.
    """
    source = click.get_current_context().get_parameter_source("style")
    suffix = "" if out is None else out.suffix.lower()
    if not suffix or source is not click.core.ParameterSource.DEFAULT:
        return style
    form = endings.get(suffix)
    if form not in formats:
        known = ", ".join(
            (*(ending for ending, name in endings.items() if name in formats), *others)
        )
        raise UsageError(
            f"{out}: results are not written as {suffix}. Use one of {known}, or say --format."
        )
    return form
