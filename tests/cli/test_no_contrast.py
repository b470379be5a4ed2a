"""A question in which nobody had the event: nothing is made of variances that were added to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.synthesis.real_answers import answers

from ketameta.cli.app import cli
from ketameta.cli.plot_kinds import FROM_VARIANCES as DRAWN
from ketameta.cli.sensitivity_findings import FROM_VARIANCES as VARIED

REMOVAL = "adverse-event-removal"
SAID = "has no meaning here. Nobody, or everybody, in all groups had the event:"


@pytest.mark.parametrize("kind", VARIED)
def test_a_kind_that_rests_on_variances_says_so(kind: str) -> None:
    done = CliRunner().invoke(cli, ["sensitivity", REMOVAL, "--kind", kind])
    assert (done.exit_code, done.stdout) == (3, "")
    assert f"--kind {kind} {SAID}" in done.stderr


@pytest.mark.parametrize("kind", [kind for kind in DRAWN if kind != "bubble"])
def test_a_figure_that_rests_on_variances_says_so(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "f.svg"
    done = CliRunner().invoke(cli, ["plot", kind, REMOVAL, "-o", str(out)])
    assert (done.exit_code, done.stdout) == (3, "")
    assert f"plot {kind} {SAID}" in done.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("bias", "--test", "egger"),
        ("trim-fill",),
        ("selection",),
        ("bayes", "--prior", "uniform:2"),
    ],
    ids=lambda words: words[0],
)
def test_other_commands_that_rest_on_variances_say_so(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli, [words[0], REMOVAL, *words[1:]])
    assert (done.exit_code, done.stdout) == (3, "")
    assert SAID in done.stderr


def test_the_other_kinds_pool_the_counts() -> None:
    """Each study alone, when the other is left out, has its own score interval."""
    done = CliRunner().invoke(
        cli, ["sensitivity", REMOVAL, "--kind", "leave-one-out", "--format", "json"]
    )
    rows = json.loads(done.stdout)["rows"]
    studies = answers()[REMOVAL].main.rows
    assert len(rows) == len(studies) == 2
    for row, other in zip(rows, reversed(studies), strict=True):
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((other.low, other.high), rel=1e-6)


def test_under_a_program_its_own_variances_are_used() -> None:
    words = ["sensitivity", REMOVAL, "--kind", "influence", "--preset", "metafor"]
    assert CliRunner().invoke(cli, words).exit_code == 0
