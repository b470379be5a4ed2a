"""`ketameta check`: every problem of every record, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ketameta.cli.failures import FINDINGS, FINE
from ketameta.cli.machine_formats import to_json
from ketameta.cli.options import everywhere, format_option
from ketameta.cli.output import Output, printable
from ketameta.cli.workspace import Workspace

if TYPE_CHECKING:
    from ketameta.cli.checking import Checked
    from ketameta.records.problems import Problem

_LEVELS = {"error": ("error",), "warning": ("error", "warning"), "never": ()}


@click.command(
    epilog="""\b
Examples:
  ketameta check
  ketameta check studies/alcohol/dakwar-2020.yaml
  ketameta check --format json --fail-on warning
"""
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@format_option("text", "json")
@click.option(
    "--fail-on",
    type=click.Choice(list(_LEVELS)),
    default="error",
    show_default=True,
    help="Which problems make the exit code 1.",
)
@everywhere
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], style: str, fail_on: str) -> int:
    """Check every study record and review.

    Each problem is one line, `path:line:column: field: problem. hint [rule severity]`, which
    editors and CI systems turn into a link. `ketameta explain RULE` explains a rule. PATHS, files
    or folders, restrict what is shown; a record outside the studies folder is checked by itself.
    """
    from ketameta.cli.checking import check_all

    output = Output.here()
    checked = check_all(Workspace.of(ctx), paths)
    if style == "json":
        output.result(to_json(_as_json(checked, fail_on)))
    else:
        for problem in checked.problems:
            output.result(_line(problem, output))
        output.say(_summary(checked))
    return FINDINGS if _failing(checked.problems, fail_on) else FINE


def _failing(problems: Sequence[Problem], fail_on: str) -> bool:
    return any(problem.severity in _LEVELS[fail_on] for problem in problems)


def _line(problem: Problem, output: Output) -> str:
    mark = f"[{problem.code} {problem.severity}]"
    if not output.colour:
        return printable(f"{problem} {mark}")
    place = f"{problem.path}:{problem.line}:{problem.column}:"
    rest = printable(str(problem).removeprefix(place))
    colour = "red" if problem.severity == "error" else "yellow"
    return f"{click.style(place, bold=True)}{rest} {click.style(mark, fg=colour)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _summary(checked: Checked) -> str:
    errors = sum(problem.severity == "error" for problem in checked.problems)
    warnings = len(checked.problems) - errors
    looked = _count(checked.files, "file")
    if not checked.problems:
        return f"{looked} checked: no problem found."
    return (
        f"{looked} checked: {_count(errors, 'error')}, {_count(warnings, 'warning')}. "
        f"To understand a rule: ketameta explain {checked.problems[0].code}"
    )


def _as_json(checked: Checked, fail_on: str) -> dict[str, Any]:
    errors = sum(problem.severity == "error" for problem in checked.problems)
    return {
        "ok": not _failing(checked.problems, fail_on),
        "files": checked.files,
        "errors": errors,
        "warnings": len(checked.problems) - errors,
        "problems": [
            {
                "file": problem.path.as_posix(),
                "line": problem.line,
                "column": problem.column,
                "field": problem.field,
                "message": problem.message,
                "hint": problem.hint,
                "rule": problem.code,
                "severity": str(problem.severity),
            }
            for problem in checked.problems
        ],
    }
