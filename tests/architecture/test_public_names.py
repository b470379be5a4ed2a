"""The names at the top of the package: each exists, is listed, and is the one it says."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ketameta


def test_the_list_is_the_table() -> None:
    assert set(ketameta.__all__) == {*ketameta._PLACES, "__version__"}
    assert len(ketameta.__all__) == len(set(ketameta.__all__))
    assert dir(ketameta) == sorted(ketameta.__all__)


@pytest.mark.parametrize("name", ketameta.__all__)
def test_every_name_can_be_fetched_and_is_kept(name: str) -> None:
    value = getattr(ketameta, name)
    assert value is not None
    assert vars(ketameta)[name] is value


def test_names_for_type_checkers_are_those_fetched() -> None:
    """What the stub imports and what `__getattr__` fetches must be the same."""
    stub = ast.parse(Path(str(ketameta.__file__)).with_suffix(".pyi").read_text(encoding="utf-8"))
    imported = {
        str(alias.asname): f"{str(node.module).removeprefix('ketameta.')}:{alias.name}"
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in stub.body:  # a stub exports a name only as it is, so others are given theirs
        if isinstance(node, ast.Assign):
            assert isinstance(node.targets[0], ast.Name)
            assert isinstance(node.value, ast.Name)
            imported[node.targets[0].id] = imported.pop(node.value.id)
    assert imported == ketameta._PLACES


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'ketameta' has no attribute 'pol'"):
        _ = ketameta.pol  # type: ignore[attr-defined]


def test_python_m_ketameta_is_ketameta() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ketameta", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"ketameta {ketameta.__version__}\n"
