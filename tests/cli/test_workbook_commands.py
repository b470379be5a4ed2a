"""`ketameta template`, `export workbook` and `import workbook`, run as a user would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

Run = Callable[..., Any]


def test_a_template_is_written(run: Run, in_folder: Path) -> None:
    done = run("template", "xlsx", "-o", "form.xlsx")
    assert (done.exit_code, done.stdout) == (
        0,
        "form.xlsx: fill it in, then: ketameta import workbook form.xlsx\n",
    )
    assert load_workbook("form.xlsx").sheetnames[:3] == ["Instructions", "Studies", "Sources"]
    assert run("template", "xlsx", "-o", "form.csv").exit_code == 2


def test_export_and_import_give_the_same_records(run: Run, small_root: Path) -> None:
    done = run("export", "workbook", "-o", "all.xlsx")
    assert done.exit_code == 0, done.stderr
    first = run("import", "workbook", "all.xlsx", "--to", "one")
    assert first.exit_code == 0, first.stderr
    (Path("one") / "vocabulary.yaml").write_bytes(Path("studies/vocabulary.yaml").read_bytes())
    assert run("export", "workbook", "-o", "two.xlsx", "--studies", "one").exit_code == 0
    assert run("import", "workbook", "two.xlsx", "--to", "two").exit_code == 0
    names = sorted(path.relative_to("one") for path in Path("one").glob("*/*.yaml"))
    assert len(names) == len(list(Path("studies").glob("*/*.yaml"))) > 0
    for name in names:
        assert (Path("two") / name).read_bytes() == (Path("one") / name).read_bytes()


def test_importing_over_records_is_refused(run: Run, small_root: Path) -> None:
    assert run("export", "workbook", "-o", "all.xlsx").exit_code == 0
    (Path("studies") / "alcohol" / "ash-2020.yaml").write_text("mine")
    before = {path: path.read_bytes() for path in Path("studies").rglob("*.yaml")}
    done = run("import", "workbook", "all.xlsx")
    assert done.exit_code == 2
    assert "exist, and imports overwrite nothing." in done.stderr
    assert {path: path.read_bytes() for path in Path("studies").rglob("*.yaml")} == before


def test_a_wrong_cell_is_named_and_the_exit_code_is_1(run: Run, small_root: Path) -> None:
    assert run("export", "workbook", "-o", "all.xlsx").exit_code == 0
    book = load_workbook("all.xlsx")
    book["Arms"]["D2"] = "kontrol"
    book.save("all.xlsx")
    done = run("import", "workbook", "all.xlsx", "--to", "new")
    assert done.exit_code == 1
    assert "all.xlsx:Arms!D2: column role: new/" in done.stderr
    assert '"kontrol" is not an allowed word. Did you mean "control"?' in done.stderr


def test_what_a_record_waives_is_not_said_again(run: Run, small_root: Path) -> None:
    record = Path("studies/alcohol/cedar-2021.yaml")
    line = "  enrolled_n: 40\n"
    text = record.read_text().replace("  type: single arm\n", f"  type: single arm\n{line}")
    assert line in text
    arm = "    psychotherapy: {type: none}\n"
    text = text.replace(arm, f"{arm}    n_randomised: 7\n", 1)
    record.write_text(text)
    assert "R032" in run("check", str(record)).stderr
    assert run("export", "workbook", "-o", "all.xlsx").exit_code == 0
    assert run("import", "workbook", "all.xlsx", "--to", "one").exit_code == 1
    waiver = "  - {rule: R032, reason: The paper says so., by: AB, date: 2026-11-20}\n"
    record.write_text(f"{text}waivers:\n{waiver}")
    assert run("export", "workbook", "-o", "two.xlsx").exit_code == 0
    done = run("import", "workbook", "two.xlsx", "--to", "two")
    assert done.exit_code == 0, done.stderr
