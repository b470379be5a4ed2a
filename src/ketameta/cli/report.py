"""`ketameta report`: the whole review as a page, tables and figures, and its lock."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import OUT, everywhere, review_option
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import UsageError

if TYPE_CHECKING:
    from ketameta.reports.inputs import ReportInputs


@click.command(
    epilog="""\b
Examples:
  ketameta report
  ketameta report --out ~/ketamine-report
  ketameta report --check
"""
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a number has moved.")
@click.option("--write-lock", is_flag=True, help="Accept the present numbers as expected.")
@click.option(
    *OUT,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the report; by default `output` beside the review.",
)
@click.option(
    "--force", is_flag=True, help="Overwrite files of an earlier report that were edited."
)
@review_option
@everywhere
@click.pass_context
def report(
    ctx: click.Context,
    out: Path | None,
    force: bool,
    check: bool,
    write_lock: bool,
    review_file: Path | None,
) -> int:
    """Build the whole report, or check its lock.

    The report is one HTML page that needs no network, a summary in Markdown, every number as JSON
    and CSV, and every forest plot. The lock, results.lock.json beside the review, holds every
    number as last accepted: --check compares the present records and engine with it. A later report
    replaces an earlier one, unless a file of it was edited (files.json has their hashes).
    """
    if check and (write_lock or force or out is not None):
        raise UsageError("report: --check writes nothing. Leave out --out, --force, --write-lock.")
    output = Output.here()
    workspace = Workspace.of(ctx)
    path = workspace.review_file(review_file)
    if workspace.folder != workspace.root / "studies":
        raise UsageError(f"{shown(workspace.folder)}: a report needs a folder called studies.")
    if check:
        return _check(workspace, path, output)
    if write_lock:
        workspace.refuse_borrowed(review_file, found=path, option="--review FILE")
    folder = out or workspace.beside_review(review_file, "output", elsewhere="ketameta-report")
    return _build(workspace, (path, folder), force=force, write_lock=write_lock, output=output)


def _build(
    workspace: Workspace,
    places: tuple[Path, Path],
    *,
    force: bool,
    write_lock: bool,
    output: Output,
) -> int:
    from ketameta.reports.build import build_report

    path, folder = places
    output.say(f"Building the report of {shown(path)} ...")
    built = build_report(workspace.root, folder, review_path=path, force=force)
    if write_lock:
        _accept(built.inputs, output)
    output.result(str(shown(built.page)))
    for sentence in built.headline.splitlines():
        output.result(textwrap.fill(sentence, output.prose))
    return FINE


def _accept(inputs: ReportInputs, output: Output) -> None:
    """Write what is committed beside the review: the lock, the summary and its figure."""
    from ketameta.reports.acceptance import accept

    output.say(f"Written: {', '.join(str(shown(path)) for path in accept(inputs))}")


def _check(workspace: Workspace, path: Path, output: Output) -> int:
    from ketameta.reports.inputs import read_inputs
    from ketameta.reports.lock import check_lock

    checked = check_lock(read_inputs(workspace.root, path))
    output.result(checked.text)
    return FINE if checked.ok else FINDINGS
