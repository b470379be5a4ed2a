"""Hooks, the workflow and the snippets of the README: well formed, and every command exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from ketameta.cli.app import cli

ROOT = Path(__file__).resolve().parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
WORKFLOW = ROOT / ".github" / "workflows" / "ketameta.yml"
README = ROOT / "README.md"
BLOCK = re.compile(r"```[a-z]*\n(.*?)```", re.DOTALL)


def read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def parse(line: str) -> None:
    """Parse a command line as the program would; a usage error fails the test."""
    words = shlex.split(line, comments=True)
    while words and words[0] in ("&&", "|"):
        words = words[1:]
    assert words[0] == "ketameta", line
    words = words[: next((i for i, w in enumerate(words) if w in (">", "|")), len(words))]
    group: click.Group = cli
    context = click.Context(cli, info_name="ketameta")
    name, rest = words[1], words[2:]
    while True:
        found = group.get_command(context, name)
        assert found is not None, f"{line}: no command {name}"
        if not isinstance(found, click.Group) or not rest:
            break
        context = click.Context(found, parent=context, info_name=name)
        group, name, rest = found, rest[0], rest[1:]
    found.make_context(name, list(rest), parent=context)


def steps() -> list[dict[str, Any]]:
    return [step for job in read(WORKFLOW)["jobs"].values() for step in job["steps"]]


def test_the_workflow_has_the_form_of_one() -> None:
    workflow = read(WORKFLOW)
    assert {"push", "pull_request"} <= set(workflow["on"])
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["runs-on"] == "ubuntu-latest"
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert ("uses" in step) is not ("run" in step), step
            if "uses" in step:
                assert re.fullmatch(r"[a-z-]+/[a-z-]+(/[a-z-]+)?@v[0-9]+", step["uses"])
            else:
                assert step["name"]


def test_the_workflow_does_what_a_change_must_pass() -> None:
    runs = [step["run"] for step in steps() if "run" in step]
    commands = [run for run in runs if run.startswith("ketameta ")]
    for run in commands:
        parse(run)
    said = "\n".join(runs)
    wanted = ("fmt --check", "check --format github", "check --format sarif", "report --check")
    for part in (*wanted, "pytest", "-c constraints.txt"):
        assert part in said
    assert "ketameta diff" in said
    assert "GITHUB_STEP_SUMMARY" in said
    kept = next(s for s in steps() if s.get("with", {}).get("name") == "report")
    built = next(run for run in commands if "report --out" in run)
    assert built.split()[-1] == kept["with"]["path"]
    written = next(run for run in commands if "sarif" in run)
    sent = next(step for step in steps() if "upload-sarif" in step.get("uses", ""))
    assert sent["with"]["sarif_file"] in written.split()


def test_no_text_of_others_is_run_by_the_shell() -> None:
    for step in steps():
        assert "${{" not in step.get("run", ""), "pass it through an environment variable"


def test_the_hooks_have_the_form_of_hooks() -> None:
    hooks = {hook["id"]: hook for hook in read(HOOKS)}
    assert list(hooks) == ["ketameta-check", "ketameta-fmt"]
    for hook in hooks.values():
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        assert hook["language"] == "python"
        parse(hook["entry"])
    formatted, checked = (re.compile(hooks[f"ketameta-{n}"]["files"]) for n in ("fmt", "check"))
    real = [p.relative_to(ROOT).as_posix() for p in ROOT.glob("studies/**/*.yaml")]
    for name in (*real, "reports/ketamine-addiction/review.yaml"):
        if "/.drafts/" not in name:
            assert formatted.search(name), name
            assert checked.search(name), name
    for name in ("studies/.drafts/x.yaml", "studies/schema/study.schema.json", "pyproject.toml"):
        assert not formatted.search(name)


def blocks() -> list[str]:
    return [block for block in BLOCK.findall(README.read_text("utf-8")) if "ketameta " in block]


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.split("\n")[0][:40])
def test_every_command_of_the_readme_exists(block: str) -> None:
    lines = block.replace("\\\n", " ").splitlines()
    for line in (line.strip() for line in lines):
        if line.startswith("ketameta "):
            parse(re.split(r"\s{3,}", line)[0])


def test_the_readme_tells_of_the_hooks_by_their_ids() -> None:
    text = README.read_text("utf-8")
    for hook in read(HOOKS):
        assert f"id: {hook['id']}" in text
