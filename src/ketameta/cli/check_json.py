"""What `ketameta check` found, for programs."""

from __future__ import annotations

from ketameta.cli.checked import Checked, problem_values, rules_broken, waived_values
from ketameta.cli.machine_formats import to_json

SCHEMA = "ketameta.check/1"
"""Changes when a key goes or means something else; new keys may come."""


def as_json(checked: Checked, fail_on: str) -> str:
    """`ok` is false when the exit code is 1."""
    return to_json(
        {
            "schema": SCHEMA,
            "ok": not checked.failing(fail_on),
            "fail_on": fail_on,
            "summary": {
                "files": len(checked.files),
                "errors": len(checked.errors),
                "warnings": len(checked.warnings),
                "notes": len(checked.notes),
                "waived": len(checked.waived),
                "rules": rules_broken(checked.problems),
            },
            "findings": [problem_values(problem) for problem in checked.problems],
            "waived": [waived_values(waived) for waived in checked.waived],
        }
    )
