"""The files around the code: pinned without addresses, schemas fresh, nothing of one machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

from ketameta.records.json_schema import stale_schemas

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 500


def tracked_text() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    names = [n for n in listed if n and (ROOT / n).is_file()]
    if not names:  # a source archive without git
        names = [str(p.relative_to(ROOT)) for p in (ROOT / "src").rglob("*.py")]
    found = {}
    for name in names:
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_constraints_pin_every_line_to_one_version_without_an_address() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert len(pins) > 20
    for line in pins:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!-]+( ; .+)?", line), line


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[<>=!~\[ ;]", item)[0].lower() for item in wanted}
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
    }
    assert names <= pinned


def test_no_file_names_a_path_of_one_machine() -> None:
    here = re.escape(str(ROOT))
    home = re.compile(rf"{here}|(?<!\w)(/home/[a-z]+/|/Users/[a-z]+/|/root/)")
    named = {n for n, text in tracked_text().items() if home.search(text)}
    assert named <= {"tests/architecture/test_project_files.py"}


def test_committed_schemas_are_those_of_the_models() -> None:
    assert stale_schemas(ROOT / "studies" / "schema") == []


def test_source_files_can_be_read_at_one_sitting() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "src").rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_no_file_is_named_for_nothing() -> None:
    nameless = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert not [p for p in (ROOT / "src").rglob("*.py") if p.name in nameless]
