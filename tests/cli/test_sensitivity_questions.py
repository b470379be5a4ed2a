"""Kinds of sensitivity that work on counts, for questions of the review."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.reports.real_report import real_inputs

from ketameta.cli.app import cli
from ketameta.sensitivity.fragility import fragility_index

ROWS = real_inputs().answers[0].main.rows


@pytest.mark.parametrize("kind", ["fragility", "labbe"])
def test_studies_with_counts_are_shown_and_the_others_named(kind: str) -> None:
    line = ["sensitivity", "abstinence-longest", "--kind", kind, "--format", "json"]
    found = CliRunner().invoke(cli, line)
    assert found.exit_code == 0, found.stderr
    counted = [row for row in ROWS if row.experimental.events is not None]
    for row in ROWS:
        if row not in counted:
            assert f"{row.label}: reports an estimate without counts" in found.stderr
    assert all(row.label in found.stdout for row in counted)


def test_the_fragility_of_each_trial_is_the_engines() -> None:
    line = ["sensitivity", "abstinence-longest", "--kind", "fragility", "--format", "json"]
    text = CliRunner().invoke(cli, line).stdout
    for row in ROWS:
        a, c = row.experimental, row.control
        if None in (a.events, a.n, c.events, c.n):
            continue
        direct = fragility_index((a.events, a.n), (c.events, c.n), alpha=0.05)  # type: ignore[arg-type]
        trial = next(t for t in _trials(json.loads(text)) if t["study"] == row.label)
        assert trial["index"] == direct.index


def _trials(found: object) -> list[dict[str, object]]:
    """The list of trials, wherever it stands."""
    if not isinstance(found, dict):
        return []
    for value in found.values():
        rows = value if isinstance(value, list) else []
        if rows and isinstance(rows[0], dict) and "index" in rows[0]:
            return rows
        if nested := _trials(value):
            return nested
    return []
