"""The names at the top of the package: each exists, is listed, and is the one it says."""

from __future__ import annotations

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


@pytest.mark.parametrize("name", sorted(ketameta._PLACES))
def test_names_for_type_checkers_are_those_fetched(name: str) -> None:
    """What stands under TYPE_CHECKING and what `__getattr__` fetches must be the same."""
    source = Path(str(ketameta.__file__)).read_text(encoding="utf-8")
    module, attribute = ketameta._PLACES[name].split(":")
    lines = [x for x in source.splitlines() if x.startswith(f"    from ketameta.{module} ")]
    imported = {words.strip() for x in lines for words in x.split(" import ")[1].split(",")}
    assert (name if name == attribute else f"{attribute} as {name}") in imported


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'ketameta' has no attribute 'pol'"):
        _ = ketameta.pol  # type: ignore[attr-defined]


def test_python_m_ketameta_is_ketameta() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ketameta", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"ketameta {ketameta.__version__}\n"
