"""Help of the formats below `import` and `export`: examples that parse, nothing heavy loaded."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import click
import pytest

from ketameta.cli.export_group import EXPORTS
from ketameta.cli.import_group import IMPORTS
from ketameta.cli.lazy_group import Entry
from ketameta.cli.new_group import NEW

GROUPS: Mapping[str, Mapping[str, Entry]] = {"import": IMPORTS, "export": EXPORTS, "new": NEW}
FORMATS = [(group, name) for group, table in GROUPS.items() for name in table]
HEAVY = ("numpy", "pandas", "pydantic", "ruamel", "openpyxl", "pyreadstat", "pyarrow", "lxml")


def command(group: str, name: str) -> click.Command:
    entry = GROUPS[group][name]
    found = getattr(import_module(entry.module), entry.function)
    assert isinstance(found, click.Command)
    return found


@pytest.mark.parametrize(("group", "name"), FORMATS)
def test_every_format_has_a_summary_examples_that_parse_and_options_explained(
    group: str, name: str
) -> None:
    found = command(group, name)
    assert found.name == name
    assert GROUPS[group][name].summary.endswith(".")
    lines = [line.strip() for line in (found.epilog or "").splitlines()]
    examples = [line for line in lines if line.startswith("ketameta ")]
    assert examples
    for example in examples:
        words = shlex.split(example)
        assert words[1:3] == [group, name]
        found.make_context(name, words[3:])
    for parameter in found.params:
        if isinstance(parameter, click.Option):
            assert parameter.help
            assert parameter.help.endswith((".", "]"))


@pytest.mark.parametrize(("group", "name"), FORMATS)
def test_help_fits_in_80_columns(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, group: str, name: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run(group, name, "--help").stdout.splitlines()
    assert max(map(len, lines)) <= 80


def test_help_loads_nothing_heavy() -> None:
    runs = [[group, name, "--help"] for group, name in FORMATS]
    program = (
        "import sys\nfrom ketameta.cli.app import cli\n"
        f"for words in {runs!r}:\n"
        "    try:\n        cli(words, prog_name='ketameta')\n    except SystemExit:\n        pass\n"
        f"print('LOADED', sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "LOADED []", done.stderr


@pytest.mark.parametrize("group", GROUPS)
def test_an_unknown_format_gets_the_nearest(run: Callable[..., Any], group: str) -> None:
    name = next(iter(GROUPS[group]))
    done = run(group, f"{name}s")
    assert done.exit_code == 2
    assert f"Did you mean {name}?" in done.stderr
    assert run(group).exit_code == 2
