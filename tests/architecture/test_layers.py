"""The layers of the design, held by import-linter; and no import cycle anywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]


def test_import_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_no_module_imports_itself_through_others_not_even_inside_functions() -> None:
    graph = grimp.build_graph("ketameta", cache_dir=None)
    colour: dict[str, str] = {}

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert colour.get(module) != "open", f"import cycle: {' > '.join((*trail, module))}"
        if module in colour:
            return
        colour[module] = "open"
        for upstream in sorted(graph.find_modules_directly_imported_by(module)):
            visit(upstream, (*trail, module))
        colour[module] = "done"

    for module in sorted(graph.modules):
        visit(module, ())
    assert len(colour) > 40
