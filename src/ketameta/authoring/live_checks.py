"""What `ketameta check` would say of one value of a record that is not finished."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ketameta.exchange.record_paths import Path_
from ketameta.records import checks_numbers, checks_references, checks_written
from ketameta.records.loading import fitted
from ketameta.records.problems import Problem
from ketameta.records.rules import Finding, located
from ketameta.records.study import Study, Vocabulary
from ketameta.records.yaml_reader import Document

ROLE_RULE = "R022"
"""That a control arm has a type is asked for after its role."""
MISSING = "is required but missing."
_REF = {"ref": "unfinished", "locator": "not asked yet"}
_SOURCE = {"document": "Not asked yet", "level": "unverified recollection"}
_ARM = {
    "id": "unfinished",
    "label": "Unfinished",
    "role": "other",
    "drug": "unfinished",
    "enantiomer": "not stated",
    "route": "not stated",
    "psychotherapy": {"type": "none"},
}
_PARTS: dict[str, dict[str, Any]] = {
    "citation": {"authors": ["Unfinished A"], "year": None, "title": "Unfinished"},
    "design": {
        "type": "parallel",
        "country": "unfinished",
        "randomised": "not stated",
        "blinded": ["not stated"],
    },
    "population": {"diagnosis": "Unfinished", "treatment_seeking": "not stated"},
}


def form_problems(data: Mapping[str, Any], path: Path | None = None) -> list[Problem]:
    """Problems of form of a record that may be unfinished: what is missing is none."""
    document = Document(path or Path("record"))
    document.data = dict(data)
    fitted(document, Study)
    return [problem for problem in document.problems if problem.message != MISSING]


def objection(data: Mapping[str, Any], path: Path_, vocabulary: Vocabulary | None) -> str:
    """What is wrong with the value at a path, in the words of `ketameta check`; "" if nothing.

    Parameters
    ----------
    data
        The record so far, the value in it.
    path
        Where the value stands.
    vocabulary
        The instruments that outcomes may name.
    """
    where = ".".join(str(step) for step in path)
    found = [p for p in form_problems(data) if p.field == where or p.field.startswith(f"{where}.")]
    if not found:
        found = [p for p in _sense_problems(data, vocabulary) if p.field == where]
        found = [p for p in found if p.code != ROLE_RULE or not where.endswith("role")]
    return "" if not found else f"{found[0].message} {found[0].hint}".strip()


def _sense_problems(data: Mapping[str, Any], vocabulary: Vocabulary | None) -> Iterator[Problem]:
    """Findings of the rules about a record whose gaps are filled with what no rule objects to."""
    whole = completed(data)
    try:
        study = Study.model_validate(whole)
    except ValidationError:  # gaps in a result, which is not finished
        return
    document = Document(Path("record"))
    document.data = whole
    findings: list[Finding] = [*checks_written.check(whole)]
    findings += checks_references.check(study, vocabulary)
    findings += checks_numbers.check(study, vocabulary)
    for finding in findings:
        yield located(finding, document)


def completed(data: Mapping[str, Any]) -> dict[str, Any]:
    """A record with every required field; results that are not finished are left out."""
    whole = deepcopy(dict(data))
    first = {"id": "unfinished", "status": "awaiting data", "status_reason": "Unfinished"}
    whole = {**first, "substance": "mixed", **whole}
    whole["sources"] = {**whole.get("sources", {}), "unfinished": _SOURCE}
    for name, needed in _PARTS.items():
        whole[name] = {**needed, **whole.get(name, {}), "source": _REF}
    whole["arms"] = [{**_ARM, **arm, "source": _REF} for arm in whole.get("arms", [{}])]
    for arm in whole["arms"]:
        if "dose" in arm:
            arm["dose"] = {"amount": 1, "unit": "mg", **arm["dose"]}
    for key, source in whole["sources"].items():
        whole["sources"][key] = {**_SOURCE, **source}
    whole["outcomes"] = [_outcome(outcome) for outcome in whole.get("outcomes", ())]
    if "funding" in whole:
        needed = {"conflict_of_interest": "not stated", "source": _REF}
        whole["funding"] = {**needed, **whole["funding"], "source": _REF}
    return whole


def _outcome(outcome: Mapping[str, Any]) -> dict[str, Any]:
    nothing = {"kind": "statement", "direction": "not reported", "text": "Unfinished"}
    needed = {"id": "unfinished", "construct": "other", "definition": "?", "better": "lower"}
    results: list[dict[str, Any]] = []
    given: Sequence[Mapping[str, Any]] = outcome.get("results", ()) or ({},)
    for result in given:
        time = {"label": "unfinished", "phase": "follow-up", **result.get("time", {})}
        results.append({"data": nothing, **result, "time": time, "source": _REF})
    return {**needed, **outcome, "results": results}
