"""Every package that numbers are computed with stands among the versions."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import ketameta
from ketameta.manuscript.software import versions
from ketameta.reports.provenance import PACKAGES, software_versions

COMPUTING = ("measures", "pooling", "sensitivity", "synthesis", "appraisal")
NO_NUMBERS = {"pydantic", "pandas", "formulaic", "numba"}
"""They hold, read or speed up what others compute."""


def imported(folder: Path) -> set[str]:
    """The packages that the modules of a folder import, wherever in them."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names)


def test_every_computing_package_is_named_with_its_version() -> None:
    root = Path(ketameta.__file__).parent
    used = set().union(*(imported(root / name) for name in COMPUTING)) - NO_NUMBERS
    assert "statsmodels" in used
    assert used <= set(PACKAGES)
    assert set(PACKAGES) <= dict(software_versions()).keys()


def test_every_engine_is_cited() -> None:
    cited = {name: works for name, _, works in versions()}
    assert [work.doi for work in cited["statsmodels"]] == ["10.25080/Majora-92bf1922-011"]
    assert all(cited[name] for name in PACKAGES if name != "ketameta")
