"""`--sign NAME`: a person stands behind a drafted decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.exchange.record_paths import Path_

Function = TypeVar("Function", bound=Callable[..., Any])


def sign_option(what: str) -> Callable[[Function], Function]:
    """`--sign NAME` of a command; `what` is signed, for one: "the drafted verdict on ID"."""
    return click.option(
        "--sign",
        "signer",
        metavar="NAME",
        help=f"Confirm {what}: write your own name and today's date under it.",
    )


def write_signature(
    workspace: Workspace, path: Path, places: Sequence[Path_], signer: str, output: Output
) -> None:
    """Sign decisions in one file, and say so.

    Raises
    ------
    UsageError
        Without a name, without a decision to sign, or where the records are borrowed.
    DataError
        Where this person has signed already.
    """
    from datetime import date

    from ketameta.authoring.signing import signed_text
    from ketameta.whole_files import update_whole

    name = " ".join(signer.split())
    if not name:
        raise UsageError("--sign needs a name. Give your own.")
    workspace.refuse_borrowed(found=path)
    signature = {"by": name, "date": date.today().isoformat()}
    update_whole(path, lambda now: signed_text(now.decode("utf-8"), places, signature, shown(path)))
    what = "decision" if len(places) == 1 else f"{len(places)} decisions"
    output.say(f"{shown(path)}: {name} has signed the {what}.")
