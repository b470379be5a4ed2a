"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

OUT = ("-o", "--output", "--out", "out")
"""Names of the option that says where to write, the same for every command."""


def state(ctx: click.Context) -> MutableMapping[str, Any]:
    """What was said anywhere on the command line, for the whole run."""
    said: MutableMapping[str, Any] = ctx.find_root().ensure_object(dict)
    return said


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    if value is not None and value is not False:
        state(ctx)[str(param.name)] = value


def studies_option(*, hidden: bool) -> Callable[[Function], Function]:
    """`--studies DIR`, before or after the command."""
    return click.option(
        "--studies",
        type=click.Path(path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_remember,
        hidden=hidden,
        help="Folder of study records; by default ./studies, then the records that came with "
        "ketameta. May also follow the command.",
    )


def debug_option(*, hidden: bool) -> Callable[[Function], Function]:
    """`--debug`, before or after the command."""
    return click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        hidden=hidden,
        help="Show Python's traceback when something goes wrong.",
    )


def everywhere(function: Function) -> Function:
    """The group's options, accepted after the command as well."""
    return studies_option(hidden=True)(debug_option(hidden=True)(function))


def format_option(*formats: str) -> Callable[[Function], Function]:
    """`--format`, the first one given being the default."""
    return click.option(
        "--format",
        "style",
        type=click.Choice(formats, case_sensitive=False),
        default=formats[0],
        show_default=True,
        help="Form of the result.",
    )


def review_option(function: Function) -> Function:
    """`--review FILE`."""
    return click.option(
        "--review",
        "review_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The review.yaml to use; needed only where there are several.",
    )(function)


def part_option(names: str) -> Callable[[Function], Function]:
    """`--table NAME`, one of several tables that a command has, as `table_name`."""
    return click.option(
        "--table",
        "table_name",
        default="all",
        show_default=True,
        metavar="NAME",
        help=f"Only this table: {names}.",
    )


def saving_options(function: Function) -> Function:
    """`-o FILE` and `--force`, as `out` and `force`."""
    out = click.option(
        *OUT,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the result to this file instead of standard output; its ending says the form.",
    )
    force = click.option("--force", is_flag=True, help="Replace FILE if it exists.")
    return out(force(function))
