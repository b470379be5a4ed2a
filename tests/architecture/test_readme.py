"""The README says what the catalogs say, and every catalog entry can be understood."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from ketameta.appraisal.catalog import FLAGS
from ketameta.cli.app import COMMANDS
from ketameta.figures.catalog import FIGURES
from ketameta.measures.catalog import MEASURES
from ketameta.pooling.catalog import INTERVAL_METHODS, PREDICTION_METHODS, TAU2_METHODS
from ketameta.records.rules import RULES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
spec = importlib.util.spec_from_file_location("readme_tables", HERE / "readme_tables.py")
assert spec is not None
assert spec.loader is not None
readme_tables = importlib.util.module_from_spec(spec)
spec.loader.exec_module(readme_tables)

METHODS = [*TAU2_METHODS.values(), *INTERVAL_METHODS.values(), *PREDICTION_METHODS.values()]


def test_the_tables_are_fresh() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme_tables.filled(text) == text, "run `make docs`"


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.code)
def test_every_method_has_a_name_a_summary_and_a_reference(method: object) -> None:
    for part in ("code", "name", "summary", "reference"):
        assert str(getattr(method, part)).strip(), part
    assert getattr(method, "function").__doc__  # noqa: B009


@pytest.mark.parametrize("entry", MEASURES.values(), ids=lambda m: m.code)
def test_every_measure_has_its_parts(entry: object) -> None:
    for part in ("name", "summary", "reference", "label", "analysis_label"):
        assert str(getattr(entry, part)).strip(), part


@pytest.mark.parametrize("kind", FLAGS.values(), ids=lambda f: f.code)
def test_every_flag_has_its_parts(kind: object) -> None:
    for part in ("title", "meaning", "reference", "severity"):
        assert str(getattr(kind, part)).strip(), part


def test_every_rule_figure_and_command_is_described() -> None:
    assert all(rule.summary for rule in RULES.values())
    assert all(kind.summary and kind.reference for kind in FIGURES.values())
    assert all(entry.summary for entry in COMMANDS.values())


def test_the_two_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    readme, makefile = ((ROOT / n).read_text(encoding="utf-8") for n in ("README.md", "Makefile"))
    for target in ("report", "test"):
        assert f"make {target} " in readme
        assert f"\n{target}:" in makefile


def test_links_of_the_documents_lead_somewhere() -> None:
    import re

    for name in ("README.md", "CONTRIBUTING.md", "studies/README.md", "reports/README.md"):
        path = ROOT / name
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{name}: {target}"
