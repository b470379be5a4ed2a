"""A click group that imports a command only when it is run, and ends every run the same way."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from ketameta.cli.failures import BROKEN_PIPE, FINE, USAGE, failure
from ketameta.cli.output import STDOUT, printable

NAME = "ketameta"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the command table: where the command is, and its summary."""

    module: str
    function: str
    summary: str


class LazyGroup(click.Group):
    """Commands from a table; `--help` imports none of them."""

    table: Mapping[str, Entry] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table, which is the order of use."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = getattr(import_module(entry.module), entry.function)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named first; an unknown name gets the nearest one."""
        refuse_unknown(ctx, args, self.table, "command")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their summaries, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.table.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run; errors become one message on standard error and an exit code."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode, **extra)
        words = list(sys.argv[1:] if args is None else args)
        command = " ".join([NAME, *[word for word in words if word in self.table][:1]])
        try:
            code = super().main(args, prog_name or NAME, complete_var, False, **extra)
        except PipeClosedError:
            _let_go_of_stdout()
            code = BROKEN_PIPE
        except Exception as error:
            if "--debug" in words:
                import traceback

                click.echo(traceback.format_exc(), err=True, nl=False)
            if isinstance(error, OSError) and error.filename in (None, STDOUT):
                _let_go_of_stdout()
            found = failure(error, command)
            click.echo(printable(found.message), err=True)
            code = found.code
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click would turn a closed pipe into exit code 1, which has a meaning."""
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except BrokenPipeError:
            raise PipeClosedError from None
        return result


def refuse_unknown(
    ctx: click.Context, args: Sequence[str], known: Collection[str], what: str
) -> None:
    """UsageError with the nearest name where the first word is none of those known."""
    if not args or args[0].startswith("-") or args[0] in known:
        return
    import difflib

    near = difflib.get_close_matches(args[0].lower(), known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
    raise click.UsageError(f'there is no {what} "{args[0]}". {hint}', ctx)


def help_where_alone(ctx: click.Context) -> int:
    """The group's help on standard error and exit code 2 where no command of it was named."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(USAGE)
    return FINE


class PipeClosedError(Exception):
    """The reader of our output went away, as `head` does."""


def _let_go_of_stdout() -> None:
    """Keep the interpreter from complaining at exit that it cannot flush."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return
