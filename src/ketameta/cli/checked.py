"""What `ketameta check` found, as plain values: for printing, and for keeping between runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.records.problems import Problem, Severity


@dataclass(frozen=True, slots=True, order=True)
class WaivedProblem:
    """A problem that a record keeps, with the waiver that says why."""

    problem: Problem
    reason: str
    by: str
    date: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Problems and waived problems, sorted by place, and the files looked at, as shown."""

    problems: tuple[Problem, ...]
    waived: tuple[WaivedProblem, ...]
    files: tuple[str, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make something unusable."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that ask for a look."""
        return tuple(p for p in self.problems if p.severity is Severity.WARNING)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What is only for information."""
        return tuple(p for p in self.problems if p.severity is Severity.NOTE)

    def failing(self, fail_on: str) -> tuple[Problem, ...]:
        """Those that `--fail-on` counts: error, warning or never."""
        if fail_on == "never":
            return ()
        if fail_on == "error":
            return self.errors
        return tuple(p for p in self.problems if p.severity is not Severity.NOTE)


def merged(parts: Sequence[Checked]) -> Checked:
    """Everything that the parts say, once."""
    return Checked(
        tuple(sorted({problem for part in parts for problem in part.problems})),
        tuple(sorted({waived for part in parts for waived in part.waived})),
        tuple(name for part in parts for name in part.files),
    )


def problem_values(problem: Problem) -> dict[str, Any]:
    """A problem for programs."""
    return {
        "rule": problem.code,
        "severity": str(problem.severity),
        "file": problem.path.as_posix(),
        "line": problem.line,
        "column": problem.column,
        "field": problem.field,
        "message": problem.message,
        "hint": problem.hint,
    }


def waived_values(waived: WaivedProblem) -> dict[str, Any]:
    """A waived problem for programs."""
    excuse = {"reason": waived.reason, "by": waived.by, "date": waived.date}
    return {**problem_values(waived.problem), "waiver": excuse}


def problem_of(values: Mapping[str, Any]) -> Problem:
    """The problem that `problem_values` describes."""
    return Problem(
        Path(values["file"]),
        int(values["line"]),
        int(values["column"]),
        str(values["field"]),
        str(values["message"]),
        str(values["hint"]),
        str(values["rule"]),
        Severity(values["severity"]),
    )


def waived_of(values: Mapping[str, Any]) -> WaivedProblem:
    """The waived problem that `waived_values` describes."""
    excuse = values["waiver"]
    return WaivedProblem(
        problem_of(values), str(excuse["reason"]), str(excuse["by"]), str(excuse["date"])
    )


def one_line(problem: Problem) -> str:
    """What is wrong and what to do, without the place."""
    field = f"{problem.field}: " if problem.field else ""
    hint = f" {problem.hint}" if problem.hint else ""
    return f"{field}{problem.message}{hint}"


def rules_broken(problems: Sequence[Problem]) -> dict[str, int]:
    """How often each rule is broken, by code."""
    codes = [problem.code for problem in problems]
    return {code: codes.count(code) for code in sorted(set(codes))}
