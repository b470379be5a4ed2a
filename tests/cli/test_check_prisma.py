"""`check` looks at what a team states for PRISMA, for the report would stop at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

STATED = Path("reports/ketamine/prisma.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("flow: [", ":1:8: not valid YAML: "),
        ("flow: {database: 3}\n", ':1:8: flow.database: unknown field. Did you mean "databases"?'),
        (
            "statements: {'24z': {text: x}}\n",
            ":1:21: statements.24z: PRISMA 2020 has no such item.",
        ),
        ("statements: {'24a': {}}\n", ":1:21: statements.24a.text: is required but missing."),
    ],
)
@pytest.mark.parametrize("words", [(), ("--no-cache",), (STATED,)])
def test_what_is_wrong_is_named(
    run: Run, small_root: Path, text: str, said: str, words: tuple[str, ...]
) -> None:
    assert run("check").exit_code == 0
    STATED.write_text(text)
    done = run("check", *words)
    assert done.exit_code == 1
    assert f"{STATED}{said}" in done.stdout
    assert "R089" in done.stderr


def test_what_is_right_is_counted_among_the_files(run: Run, small_root: Path) -> None:
    before = int(run("check").stderr.split()[0])
    STATED.write_text("statements: {'24a': {text: Not registered., done: false}}\n")
    done = run("check")
    assert done.exit_code == 0
    assert int(done.stderr.split()[0]) == before + 1
