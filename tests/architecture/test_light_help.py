"""Help costs no more than click: none of the heavy packages is imported for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ketameta.cli.app import COMMANDS

HEAVY = (
    *("numpy", "pandas", "scipy", "statsmodels", "seaborn", "matplotlib"),
    *("pydantic", "ruamel", "yaml", "filelock", "rich", "jinja2", "pyreadstat"),
)
PROGRAM = """
import sys
from ketameta.cli.app import cli
try:
    cli({words!r}, prog_name="ketameta")
except SystemExit as end:
    assert end.code == {code}, end.code
loaded = sorted(set({heavy!r}) & {{name.partition(".")[0] for name in sys.modules}})
commands = sorted(name for name in sys.modules if name in {modules!r})
print("LOADED", loaded, commands)
"""


def modules_after(words: list[str], code: int = 0) -> str:
    """The last line of a fresh Python that ran the words: heavy packages and command modules."""
    modules = [entry.module for entry in COMMANDS.values()]
    program = PROGRAM.format(words=words, code=code, heavy=HEAVY, modules=modules)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "code"), [(["--help"], 0), (["--version"], 0), ([], 2), (["chek"], 2)]
)
def test_the_group_imports_no_command_and_nothing_heavy(words: list[str], code: int) -> None:
    assert modules_after(words, code) == "LOADED [] []"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_imports_that_command_and_nothing_heavy(name: str) -> None:
    assert modules_after([name, "--help"]) == f"LOADED [] ['{COMMANDS[name].module}']"


def test_importing_the_package_imports_nothing_else() -> None:
    program = (
        "import sys; before = set(sys.modules); import ketameta; "
        "print(sorted(n for n in set(sys.modules) - before if n.startswith('ketameta.')), "
        f"sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[] []"
