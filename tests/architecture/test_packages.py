"""The packages that this project is built with are used, not only installed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ketameta

SOURCE = Path(str(ketameta.__file__)).parent


def imported() -> set[str]:
    """Names of the packages that any module imports, at its top or within a function."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("name", ["statsmodels", "pandas", "pyreadstat", "seaborn", "click"])
def test_every_package_of_the_brief_is_imported(name: str) -> None:
    assert name in imported()
