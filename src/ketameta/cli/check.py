"""`ketameta check`: every problem of every record, with its place."""

from __future__ import annotations

from collections import Counter
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

    Each problem is one line, `path:line:column: field: problem. hint`, which editors and CI
    systems turn into a link. The last line, on standard error, counts errors and warnings and
    names the rules; `ketameta explain RULE` explains one. PATHS, files or folders, restrict what
    is shown; a record outside the studies folder is checked by itself.
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
    if not output.colour:
        return printable(str(problem))
    place = f"{problem.path}:{problem.line}:{problem.column}:"
    rest = printable(str(problem).removeprefix(place))
    colour = "red" if problem.severity == "error" else "yellow"
    return f"{click.style(place, bold=True)}{click.style(rest, fg=colour)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _summary(checked: Checked) -> str:
    errors = sum(problem.severity == "error" for problem in checked.problems)
    warnings = len(checked.problems) - errors
    looked = _count(checked.files, "file")
    if not checked.problems:
        return f"{looked} checked: no problem found."
    return (
        f"{looked} checked: {_count(errors, 'error')}{_rules(checked, 'error')}, "
        f"{_count(warnings, 'warning')}{_rules(checked, 'warning')}. "
        f"To understand a rule: ketameta explain {checked.problems[0].code}"
    )


def _rules(checked: Checked, severity: str) -> str:
    """The rules broken, as ` (R001, R030 2 times)`."""
    codes = Counter(p.code for p in checked.problems if p.severity == severity)
    named = [code if n == 1 else f"{code} {n} times" for code, n in sorted(codes.items())]
    return f" ({', '.join(named)})" if named else ""


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
