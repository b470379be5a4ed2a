"""Waivers: what a rule objects to and a record keeps, with who decided that and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ketameta.records.loading import LoadedStudy
from ketameta.records.problems import Problem, did_you_mean
from ketameta.records.rules import RULES, Finding, located
from ketameta.records.study import Study, Waiver
from ketameta.records.yaml_reader import Document, Path_


@dataclass(frozen=True, slots=True)
class Waived:
    """A problem that a waiver of the same record covers."""

    problem: Problem
    waiver: Waiver
    study_id: str


def waive(problems: Sequence[Problem], study: Study) -> tuple[list[Problem], list[Waived]]:
    """The problems of a record that stand, and those that its waivers cover."""
    standing, covered = [], []
    for problem in problems:
        waiver = next((w for w in study.waivers if _covers(w, problem)), None)
        if waiver is None:
            standing.append(problem)
        else:
            covered.append(Waived(problem, waiver, study.id))
    return standing, covered


def waive_between(
    problems: Sequence[Problem], loaded: Sequence[LoadedStudy]
) -> tuple[list[Problem], list[Waived]]:
    """The same for problems between records, each of which stands in one of them."""
    studies = {item.document.path: item.study for item in loaded}
    standing: list[Problem] = []
    covered: list[Waived] = []
    for problem in problems:
        kept, waived = waive([problem], studies[problem.path])
        standing += kept
        covered += waived
    return standing, covered


def unused(study: Study, document: Document, waived: Sequence[Waived]) -> Iterator[Problem]:
    """Waivers of a record that cover nothing any more."""
    used = [found.waiver for found in waived if found.study_id == study.id]
    for i, waiver in enumerate(study.waivers):
        if waiver not in used and _refusal(waiver.rule) is None:
            place = f" at {waiver.at}" if waiver.at else ""
            message = f"{waiver.rule} finds nothing{place} to waive."
            hint = "Remove the waiver, or correct `at`."
            yield located(Finding("R061", ("waivers", i), message, hint), document)


def misnamed(codes: Iterable[tuple[Path_, str]]) -> Iterator[Finding]:
    """Waivers of rules that do not exist or must not be waived; each code with its place."""
    for where, code in codes:
        if refusal := _refusal(code):
            yield Finding("R060", where, *refusal)


def _refusal(code: str) -> tuple[str, str] | None:
    rule = RULES.get(code)
    if rule is None:
        waivable = [code for code, known in RULES.items() if known.waivable]
        return f'there is no rule "{code}".', did_you_mean(code, waivable)
    if not rule.waivable:
        return f"{code} cannot be waived.", "Correct what it objects to."
    return None


def _covers(waiver: Waiver, problem: Problem) -> bool:
    if waiver.rule != problem.code or not RULES[problem.code].waivable:
        return False
    at = waiver.at
    return at is None or problem.field == at or problem.field.startswith(f"{at}.")
