"""A question on the terminal, and what is said where nobody is there to answer it."""

from __future__ import annotations

import click

from ketameta.cli.output import printable
from ketameta.errors import UsageError


class NobodyAnswersError(UsageError):
    """The input ended at a question: there is no terminal, or the lines sent to it are used up."""


def asked(question: str, *, instead: str, default: str | None = None, err: bool = True) -> str:
    """What was typed, without spaces around it.

    Parameters
    ----------
    instead
        What to do where nobody answers: "say it with --title".
    default
        What an empty line stands for; None where it is no answer.
    err
        Whether the question goes to standard error.

    Raises
    ------
    NobodyAnswersError
        At the end of the input.
    click.Abort
        On Ctrl-C.
    """
    try:
        text: str = click.prompt(
            printable(question), default=default, show_default=False, err=err, type=str
        )
    except click.Abort as stopped:
        if not isinstance(stopped.__context__, EOFError):
            raise
        click.echo(err=True)
        raise NobodyAnswersError(
            f"{question.split(' [')[0]}: there is no terminal to ask, and the input has ended. "
            f"{instead[:1].upper()}{instead[1:]}."
        ) from None
    return text.strip()
