"""`ketameta correct`: change one value of a record, with the reason kept beside the records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.options import everywhere, format_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.cli.correct_steps import Wish

NEEDED = ("reason", "source", "by")


@click.command(
    epilog="""\b
Examples:
  ketameta correct
  ketameta correct --apply studies/corrections/doe-2020-mean.yaml
"""
)
@click.argument("study", required=False)
@click.argument("path", required=False)
@click.argument("value", required=False)
@click.option(
    "--apply", "file", type=click.Path(path_type=Path), metavar="FILE", help="Apply a correction."
)
@click.option("--expected", metavar="VALUE", help="What stands there now; left out: nothing does.")
@click.option("--remove", is_flag=True, help="Remove the field instead of giving it a value.")
@click.option("--reason", help="What was wrong, and how it was found.")
@click.option("--source", help="Document and place that show what is right.")
@click.option("--by", help="Who decided it.")
@click.option("--date", metavar="DAY", help="When, as 2026-11-20.  [default: today]")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@format_option("text", "json")
@everywhere
@click.pass_context
def correct(
    ctx: click.Context,
    *,
    study: str | None,
    path: str | None,
    value: str | None,
    file: Path | None,
    expected: str | None,
    remove: bool,
    reason: str | None,
    source: str | None,
    by: str | None,
    date: str | None,
    dry_run: bool,
    style: str,
) -> int:
    """Correct values of a record, and keep why.

    A correction is a file in studies/corrections: which record, which fields, what must stand
    there before, what is right, why, on what source, by whom and when. It is applied only if the
    record still says what is expected, to the digit; otherwise nothing is written and the exit
    code is 1. The rest of the record stays to the character. ketameta check then sees to it that
    what was corrected still stands.

    STUDY PATH VALUE writes such a file and applies it:

    \b
      ketameta correct doe-2020 design.centres 2 --expected 1 \\
          --reason "Misread" --source "Methods, page 3" --by AB

    Without anything, corrections are listed with their state. PATH is as ketameta check prints it;
    ids may stand for positions, as in arms.ketamine.n_randomised.
    """
    from ketameta.cli.correct_steps import Wish, apply_file, listed

    output, workspace = Output.here(), Workspace.of(ctx)
    if file is not None:
        if study is not None:
            raise UsageError("correct: --apply FILE says everything. Leave the other words out.")
        return apply_file(workspace, file, output, dry_run=dry_run)
    if study is None:
        return listed(workspace, style, output)
    said = {"reason": reason, "source": source, "by": by}
    lacking = [f"--{name}" for name in NEEDED if not said[name]]
    if path is None or (value is None) is not remove:
        raise UsageError("correct: say STUDY PATH VALUE, or STUDY PATH --remove.")
    if lacking:
        raise UsageError(f"correct: say {', '.join(lacking)}, so that others can judge it.")
    known = {name: str(words) for name, words in said.items()}
    wish = Wish(study, path, None if remove else value, expected, {**known, "date": day_of(date)})
    return _make(workspace, wish, output, dry_run=dry_run)


def _make(workspace: Workspace, wish: Wish, output: Output, *, dry_run: bool) -> int:
    from ketameta.cli.correct_steps import make_and_apply

    return make_and_apply(workspace, wish, output, dry_run=dry_run)


def day_of(said: str | None) -> str:
    """A day of the command line; today where none is said."""
    from datetime import date

    if said is None:
        return date.today().isoformat()
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        raise UsageError(f'--date: "{said}" is no day. Write it as 2026-11-20.') from None
