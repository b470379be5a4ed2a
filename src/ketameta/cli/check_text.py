"""What `ketameta check` found, for people: one line per problem, and a summary."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ketameta.cli.checked import Checked, WaivedProblem, rules_broken
from ketameta.cli.output import Output, printable
from ketameta.counting import counted
from ketameta.records.problems import Problem


def lines(checked: Checked, output: Output, *, verbose: bool) -> list[str]:
    """The problems, and with `verbose` what was waived."""
    shown = [_line(problem, output) for problem in checked.problems]
    return shown + [_waived(waived) for waived in checked.waived if verbose]


def summary(checked: Checked) -> str:
    """How many files, errors, warnings and notes, by which rules, and how to understand one."""
    looked = counted(len(checked.files), "file")
    waived = f", {len(checked.waived)} waived (-v lists them)" if checked.waived else ""
    if not checked.problems:
        return f"{looked} checked: no problem found{waived}."
    errors, warnings, notes = checked.errors, checked.warnings, checked.notes
    noted = f", {counted(len(notes), 'note')}{_rules(notes)}" if notes else ""
    return (
        f"{looked} checked: {counted(len(errors), 'error')}{_rules(errors)}, "
        f"{counted(len(warnings), 'warning')}{_rules(warnings)}{noted}{waived}. "
        f"To understand a rule: ketameta explain {checked.problems[0].code}"
    )


def _line(problem: Problem, output: Output) -> str:
    if not output.colour:
        return printable(_flat(problem))
    place = f"{problem.path}:{problem.line}:{problem.column}:"
    rest = printable(_flat(problem).removeprefix(place))
    colour = {"error": "red", "warning": "yellow"}.get(problem.severity, "cyan")
    return f"{click.style(printable(place), bold=True)}{click.style(rest, fg=colour)}"


def _waived(waived: WaivedProblem) -> str:
    reason = " ".join(waived.reason.split())
    said = f"{_flat(waived.problem)} [{waived.problem.code} waived by {waived.by}, {waived.date}: "
    return printable(f"{said}{reason}]")


def _flat(problem: Problem) -> str:
    return " ".join(str(problem).splitlines())


def _rules(problems: Sequence[Problem]) -> str:
    """The rules broken, as ` (R001, R030 2 times)`."""
    counts = rules_broken(problems)
    named = [code if n == 1 else f"{code} {n} times" for code, n in counts.items()]
    return f" ({', '.join(named)})" if named else ""
