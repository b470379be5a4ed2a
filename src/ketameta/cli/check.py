"""`ketameta check`: every problem of every record, with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.options import everywhere, format_option, saving_options
from ketameta.cli.output import Output
from ketameta.cli.result_options import form_of
from ketameta.cli.workspace import Workspace

if TYPE_CHECKING:
    from ketameta.cli.checked import Checked

FORMATS = ("text", "json", "github", "sarif", "junit")
ENDINGS = {".txt": "text", ".json": "json", ".sarif": "sarif", ".xml": "junit"}


@click.command(
    epilog="""\b
Examples:
  ketameta check
  ketameta check studies/alcohol/dakwar-2020.yaml
  ketameta check --format json --fail-on warning
  ketameta check --format sarif -o check.sarif --fail-on never
"""
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@format_option(*FORMATS)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="Which problems make the exit code 1.",
)
@click.option("-v", "--verbose", is_flag=True, help="List waived problems as well.")
@click.option("--no-cache", is_flag=True, help="Read and check every file again.")
@saving_options
@everywhere
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[Path, ...],
    *,
    style: str,
    fail_on: str,
    verbose: bool,
    no_cache: bool,
    out: Path | None,
    force: bool,
) -> int:
    """Check every study record and review.

    Each problem is one line, `path:line:column: field: problem. hint`, which editors and CI
    systems turn into a link. The last line, on standard error, counts errors and warnings and
    names the rules; `ketameta explain RULE` explains one. PATHS, files or folders, restrict what
    is shown; a record outside the studies folder is checked by itself. A record may waive a rule,
    with a reason: -v lists what was waived. Files that did not change are not checked again.

    For machines: json, github (annotations, the log and the step summary of a workflow), sarif
    (code scanning) and junit (GitLab, Jenkins). The exit code follows --fail-on in every form.
    """
    from ketameta.cli.check_cache import checked_all
    from ketameta.cli.check_text import summary
    from ketameta.cli.saving import check_place, save

    output = Output.here()
    style = form_of(style, out, FORMATS, endings=ENDINGS)
    if out is not None:
        check_place(out)
        output = replace(output, colour=False)
    checked = checked_all(Workspace.of(ctx), paths, cached=not no_cache)
    _write_step_summary(checked, output)
    text = _text(checked, style, fail_on, verbose=verbose, output=output)
    told = summary(checked)
    if out is not None:
        whole = text if style != "text" else f"{text}ketameta check: {told}\n"
        output.say(save(out, whole, force=force))
    elif text:
        output.result(text)
    if style == "text" or out is not None:
        output.say(told)
    return FINDINGS if checked.failing(fail_on) else FINE


def _text(checked: Checked, style: str, fail_on: str, *, verbose: bool, output: Output) -> str:
    if style == "json":
        from ketameta.cli.check_json import as_json

        return as_json(checked, fail_on)
    if style == "github":
        from ketameta.cli.check_github import as_github

        return as_github(checked)
    if style == "sarif":
        from ketameta import __version__
        from ketameta.cli.check_sarif import as_sarif

        return as_sarif(checked, __version__)
    if style == "junit":
        from ketameta.cli.check_junit import as_junit

        return as_junit(checked, fail_on)
    from ketameta.cli.check_text import lines

    return "".join(f"{line}\n" for line in lines(checked, output, verbose=verbose))


def _write_step_summary(checked: Checked, output: Output) -> None:
    """In GitHub Actions, whatever the format; that it cannot be written is no reason to fail."""
    from ketameta.cli.check_github import as_summary, summary_file
    from ketameta.whole_files import update_whole

    path = summary_file()
    if path is None:
        return
    try:
        update_whole(path, lambda old: old + as_summary(checked).encode("utf-8"))
    except OSError as error:
        output.say(f"{path}: the step summary cannot be written ({error.strerror}).")
