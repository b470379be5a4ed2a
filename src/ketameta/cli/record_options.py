"""Options on the records that are made of other people's files: `--records`, `--set` and `--to`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from ketameta.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., Any])


def record_options(function: Function) -> Function:
    """`--records`, `--set` and `--to`: records to complete, and where."""
    found: Any = set_option("With --records: a value")(to_option(function))
    flag = click.option("--records", is_flag=True, help="Make study records to complete.")
    wrapped: Function = flag(found)
    return wrapped


def to_option(function: Function) -> Function:
    """`--to DIR`."""
    return click.option(
        "--to",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Folder of study records to write into.  [default: that of --studies]",
    )(function)


def set_option(what: str) -> Callable[[Function], Function]:
    """`--set FIELD=VALUE`."""
    return click.option(
        "--set",
        "constants",
        multiple=True,
        metavar="FIELD=VALUE",
        help=f"{what} for every study, as in substance=alcohol.",
    )


def check_chosen(
    out: Path | None, constants: Sequence[str], to: Path | None, *, records: bool
) -> None:
    """Refuse a table and records at once, and what goes with records where none are made.

    Raises
    ------
    UsageError
        With the option that does not fit.
    """
    if records and out is not None:
        raise UsageError("--out: writes a table, --records makes records. Choose one of them.")
    for name, said in (("--set", bool(constants)), ("--to", to is not None)):
        if said and not records:
            raise UsageError(f"{name}: is for records. Add --records, or leave {name} out.")


def constants_of(texts: Sequence[str]) -> Mapping[str, str]:
    """`FIELD=VALUE` texts as a mapping; UsageError for fields that do not exist."""
    from ketameta.exchange.import_fields import FIELDS
    from ketameta.records.problems import did_you_mean

    found = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark or not value.strip():
            raise UsageError(f'--set: "{text}" is not FIELD=VALUE, as in substance=alcohol.')
        if name.strip() not in FIELDS:
            raise UsageError(f'--set: no field "{name}". {did_you_mean(name, FIELDS)}')
        found[name.strip()] = value.strip()
    return found
