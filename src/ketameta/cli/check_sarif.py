"""What `ketameta check` found as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ketameta.cli.checked import Checked, WaivedProblem, one_line
from ketameta.cli.machine_formats import to_json
from ketameta.cli.output import printable
from ketameta.records.problems import Problem
from ketameta.records.rules import RULES, Rule

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST = 25_000
"""Results that code scanning takes; errors come first."""
_ROOT = "%SRCROOT%"
_LINK = re.compile(r"https://\S+|doi:(\S+)")


def as_sarif(checked: Checked, version: str) -> str:
    """One run with every rule, the findings, and waived findings as suppressed."""
    codes = list(RULES)
    seen: Counter[str] = Counter()
    ranked: list[tuple[Problem, WaivedProblem | None]] = [
        *((problem, None) for problem in (*checked.errors, *checked.warnings, *checked.notes)),
        *((waived.problem, waived) for waived in checked.waived),
    ]
    driver = {"name": "ketameta", "version": version, "rules": [_rule(r) for r in RULES.values()]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "Where ketameta check was run."}}},
        "results": [_result(p, w, codes, seen) for p, w in ranked[:MOST]],
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    told = {
        "id": rule.code,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary} Reference: {rule.reference}."},
        "help": {"text": f"Reference: {rule.reference}. More: ketameta explain {rule.code}"},
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {"waivable": rule.waivable},
    }
    if link := _LINK.search(rule.reference):
        told["helpUri"] = f"https://doi.org/{link[1]}" if link[1] else link[0]
    return told


def _result(
    problem: Problem, waived: WaivedProblem | None, codes: list[str], seen: Counter[str]
) -> dict[str, Any]:
    place = problem.path.as_posix()
    identity = "|".join((problem.code, place, problem.field))
    seen[identity] += 1
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": str(problem.severity),
        "message": {"text": _text(one_line(problem))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(problem.path),
                    "region": {"startLine": problem.line, "startColumn": problem.column},
                }
            }
        ],
        # Neither line nor message: the finding stays the same when the file grows above it.
        "partialFingerprints": {"ketameta/v1": _digest(f"{identity}|{seen[identity]}")},
    }
    if waived is not None:
        said = _text(f"{waived.reason} ({waived.by}, {waived.date})")
        result["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": said}]
    return result


def _artifact(path: Path) -> dict[str, str]:
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": _ROOT}


def _text(text: str) -> str:
    return printable(" ".join(text.splitlines()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
