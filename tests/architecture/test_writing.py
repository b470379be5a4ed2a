"""Files are written through `ketameta.whole_files`, so that none is ever half there or lost."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "ketameta"
ALLOWED = {
    "whole_files.py": "the one place",
    "reports/replacement.py": "moves whole folders into place",
    "reports/build.py": "fills a folder that is put into place when it is finished",
    "cli/lazy_group.py": "to the null device",
    "exchange/statistical.py": "a copy in a temporary folder, for a library that reads paths only",
}
"""Modules that write by other means, and why that is safe."""
METHODS = frozenset({"write_text", "write_bytes", "touch", "rename", "symlink_to", "hardlink_to"})
OF_MODULES = {
    "os": {"replace", "rename", "link", "symlink", "fdopen", "truncate"},
    "shutil": {"copy", "copy2", "copyfile", "copytree", "move", "rmtree"},
    "tempfile": {"mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile"},
}


def writes(source: str) -> Iterator[tuple[int, str]]:
    """Lines that write, rename or copy files by other means than `whole_files`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id == "open" and _for_writing(node, 1):
            yield node.lineno, "open"
        if not isinstance(function, ast.Attribute):
            continue
        name, owner = function.attr, getattr(function.value, "id", "")
        if name in OF_MODULES.get(owner, ()):
            yield node.lineno, f"{owner}.{name}"
        elif name in METHODS and owner not in OF_MODULES:
            yield node.lineno, name
        elif name == "open" and _opened_for_writing(node, owner):
            yield node.lineno, "open"


def _opened_for_writing(call: ast.Call, owner: str) -> bool:
    if owner in ("os", "io", "gzip"):
        return _for_writing(call, 1)
    return _for_writing(call, 0, only_words=True)


def _for_writing(call: ast.Call, position: int, *, only_words: bool = False) -> bool:
    """Whether the mode is one; a mode that is not written out counts, but for `archive.open(x)`."""
    given = [k.value for k in call.keywords if k.arg == "mode"]
    given += call.args[position : position + 1]
    return any(
        set(str(mode.value)) <= set("rwaxbt+") and bool(set(str(mode.value)) & set("wax+"))
        if isinstance(mode, ast.Constant)
        else not only_words
        for mode in given
    )


def test_no_other_module_writes_files() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix(): list(writes(path.read_text(encoding="utf-8")))
        for path in PACKAGE.rglob("*.py")
    }
    elsewhere = {name: lines for name, lines in found.items() if lines and name not in ALLOWED}
    assert elsewhere == {}, "write through ketameta.whole_files"
    assert {name for name in ALLOWED if not found[name]} == set(), "no longer needed here"


@pytest.mark.parametrize(
    "line",
    [
        "open(p, 'w')",
        "open(p, mode='ab')",
        "open(p, m)",
        "p.open('w')",
        "p.open(mode='r+')",
        "p.write_text(t)",
        "os.rename(a, b)",
        "shutil.copy(a, b)",
        "Path(p).touch()",
    ],
)
def test_a_line_that_writes_is_seen(line: str) -> None:
    assert len(list(writes(line))) == 1


@pytest.mark.parametrize(
    "line", ["open(p)", "p.open('rb')", "p.open()", "p.read_text()", "z.open(x)"]
)
def test_a_line_that_reads_is_not(line: str) -> None:
    assert list(writes(line)) == []
