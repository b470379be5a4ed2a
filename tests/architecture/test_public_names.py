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
    assert dir(ketameta) == sorted(ketameta.__all__)


@pytest.mark.parametrize("name", ketameta.__all__)
def test_every_name_can_be_fetched_and_is_kept(name: str) -> None:
    value = getattr(ketameta, name)
    assert value is not None
    assert vars(ketameta)[name] is value


def _imported_for_type_checkers() -> dict[str, str]:
    """Public name to place, as the imports under TYPE_CHECKING say."""
    tree = ast.parse(Path(str(ketameta.__file__)).read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name: f"{str(node.module).removeprefix('ketameta.')}:{alias.name}"
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_names_for_type_checkers_are_those_fetched() -> None:
    """What stands under TYPE_CHECKING and what `__getattr__` fetches must be the same."""
    assert _imported_for_type_checkers() == ketameta._PLACES


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'ketameta' has no attribute 'pol'"):
        _ = ketameta.pol  # type: ignore[attr-defined]


def test_python_m_ketameta_is_ketameta() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ketameta", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"ketameta {ketameta.__version__}\n"
