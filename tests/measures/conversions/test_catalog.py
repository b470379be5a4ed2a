"""Every conversion is within reach of `ketameta convert`, or it is said why not, and is tested."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketameta.cli import conversion_table, conversions
from ketameta.measures import conversions as package

TESTS = Path(__file__).parent
SOURCE = inspect.getsource(conversions)
# Functions that make a converted value but stand behind no command of their own.
NOT_COMMANDS = {
    "shared_control_contrasts": "gives a covariance matrix, for multi-arm records; for a table "
    "there are `convert split` and `convert combine`",
}


def converters() -> dict[str, Callable[..., Any]]:
    """Public functions of the package that return a `Converted` value."""
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(package.__path__):
        loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            returned = str(inspect.signature(function).return_annotation)
            here = function.__module__ == loaded.__name__ and not name.startswith("_")
            if here and returned.startswith("Converted["):
                found[name] = function
    return found


@pytest.mark.parametrize("name", sorted(converters()))
def test_conversion_is_within_reach(name: str) -> None:
    assert bool(re.search(rf"\b{name}\b", SOURCE)) != (name in NOT_COMMANDS)


@pytest.mark.parametrize("name", sorted(converters()))
def test_conversion_is_tested(name: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py")]
    assert any(name in text for text in texts if "def converters" not in text)


def test_every_conversion_of_the_table_has_its_adapter() -> None:
    assert set(conversion_table.CONVERSIONS) == set(conversions._ADAPTERS)
