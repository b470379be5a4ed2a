"""A report on disk: complete, repeatable, and never half of one."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from pathlib import Path

import pytest
from tests.reports.small_review import TRIALS, Trial, write_root

from ketameta.errors import DataError, UsageError
from ketameta.reports import build as build_module
from ketameta.reports.build import BuiltReport, build_report, results
from ketameta.reports.inputs import only_review, read_inputs
from ketameta.synthesis.json_codec import to_plain


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_root(tmp_path_factory.mktemp("review"))


@pytest.fixture(scope="module")
def built(root: Path) -> BuiltReport:
    return build_report(root, root / "out")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures without drawing, for tests of everything around them."""

    def write(_: object, path: Path, **__: object) -> Path:
        path.write_bytes(b"figure")
        return path

    monkeypatch.setattr(build_module, "save", write)
    monkeypatch.setattr(build_module, "save_picture", write)


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_form_is_there_and_only_answers_with_studies_have_figures(built: BuiltReport) -> None:
    files = set(built.files)
    assert {"index.html", "summary.md", "results.json"} <= files
    assert {f"figures/abstinence.{kind}" for kind in ("pdf", "png", "svg")} <= files
    for name in ("funnel", "multiverse", "gosh", "influence"):
        assert {f"figures/abstinence-{name}.svg", f"figures/abstinence-{name}.png"} <= files
    for name in ("map", "prisma-flow", "grade"):
        assert {f"figures/{name}.svg", f"figures/{name}.png"} <= files
    of_questions = {f.split("/")[1].split(".")[0].split("-")[0] for f in files if "figures/" in f}
    assert "craving" not in of_questions
    tables = {f.removeprefix("tables/").removesuffix(".csv") for f in files if "tables/" in f}
    assert {
        *("characteristics", "effects", "excluded", "flags", "left-out", "pooled", "sources"),
        *("summary-of-findings", "certainty", "certainty-reasons", "evidence-map-cells"),
        *("availability", "waivers", "safety-risks"),
    } <= tables
    assert built.page.is_file()


def test_the_headline_is_the_first_answer_in_words(built: BuiltReport) -> None:
    # log OR: ln(13*24/(17*6)), ln(10*22/(20*8)), ln(20*21/(10*9)), pooled in test_wording
    assert built.headline.startswith("Pooled odds ratio for abstinence, at the longest follow-up: ")
    assert "3 studies, 180 people" in built.headline
    assert "Randomised trials only: 2 of 3 studies" in built.headline


def test_results_hold_every_number_and_come_back_equal(built: BuiltReport) -> None:
    text = (built.folder / "results.json").read_text(encoding="utf-8")
    plain = json.loads(text)
    assert plain == to_plain(results(built.inputs))
    assert plain["answers"][0]["main"]["pooled"]["estimate"] == (
        built.answers[0].main.pooled.estimate  # type: ignore[union-attr]
    )


def test_tables_agree_with_the_answers(built: BuiltReport) -> None:
    with (built.folder / "tables" / "pooled.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    main = rows[0]
    pooled = built.answers[0].main.pooled
    assert pooled is not None
    assert float(main["estimate"]) == pooled.estimate
    assert float(main["tau2_ci_high"]) == pooled.heterogeneity.tau2_interval.high


def test_two_runs_give_the_same_bytes_from_wherever_they_start(
    built: BuiltReport, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprints(built.folder)
    monkeypatch.chdir(root.parent)
    again = build_report(Path(root.name), tmp_path / "elsewhere")
    assert fingerprints(again.folder) == before


@pytest.mark.usefixtures("quick")
def test_a_failure_leaves_the_older_report_whole_and_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_root(tmp_path)
    out = tmp_path / "site" / "out"
    build_report(root, out)
    before = fingerprints(out)

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(build_module, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        build_report(root, out)
    assert fingerprints(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["out"]


@pytest.mark.usefixtures("quick")
def test_a_failed_swap_brings_the_older_report_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, out = write_root(tmp_path), tmp_path / "site" / "out"
    build_report(root, out)
    before = fingerprints(out)
    replace, calls = os.replace, []

    def fail_once(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise OSError("locked")
        replace(source, target)

    monkeypatch.setattr("ketameta.reports.replacement.exchanged", lambda *_: False)
    monkeypatch.setattr("ketameta.reports.replacement.os.replace", fail_once)
    with pytest.raises(OSError, match="locked"):
        build_report(root, out)
    assert fingerprints(out) == before


@pytest.mark.usefixtures("quick")
def test_a_new_report_replaces_all_of_the_old_one(tmp_path: Path) -> None:
    root, out = write_root(tmp_path), tmp_path / "out"
    build_report(root, out)
    older = out / "figures" / "of-an-older-question.svg"
    older.write_text("old")
    record = json.loads((out / "files.json").read_text())
    record["files"][f"figures/{older.name}"] = hashlib.sha256(b"old").hexdigest()
    (out / "files.json").write_text(json.dumps(record))
    build_report(root, out)
    assert not older.exists()


@pytest.mark.usefixtures("quick")
def test_an_edit_is_overwritten_on_demand_only_and_an_added_file_never(tmp_path: Path) -> None:
    root, out = write_root(tmp_path), tmp_path / "out"
    build_report(root, out)
    record = json.loads((out / "files.json").read_text())
    assert record["files"] == {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name != "files.json"
    }
    page = (out / "summary.md").read_text(encoding="utf-8")
    (out / "summary.md").write_text("by hand", encoding="utf-8")
    with pytest.raises(UsageError, match=r"summary\.md changed since the report was written"):
        build_report(root, out)
    assert (out / "summary.md").read_text(encoding="utf-8") == "by hand"
    build_report(root, out, force=True)
    assert (out / "summary.md").read_text(encoding="utf-8") == page
    (out / "tables" / "mine.csv").write_text("mine")
    for force in (False, True):
        with pytest.raises(UsageError, match=r"holds other files \(tables/mine\.csv\)"):
            build_report(root, out, force=force)
    (out / "tables" / "mine.csv").unlink()
    (out / "files.json").unlink()
    (out / "summary.md").write_text("by hand")
    with pytest.raises(UsageError, match=r"a report without files\.json"):
        build_report(root, out)
    assert (out / "summary.md").read_text(encoding="utf-8") == "by hand"
    build_report(root, out, force=True)
    assert (out / "summary.md").read_text(encoding="utf-8") == page


def test_a_folder_with_other_files_is_not_touched(tmp_path: Path) -> None:
    root, out = write_root(tmp_path), tmp_path / "documents"
    out.mkdir()
    (out / "thesis.docx").write_text("years of work")
    with pytest.raises(UsageError, match=r"documents: holds other files \(thesis.docx\)"):
        build_report(root, out)
    assert (out / "thesis.docx").read_text() == "years of work"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    root, out = write_root(tmp_path), tmp_path / "out"
    out.write_text("text")
    with pytest.raises(UsageError, match="this is a file"):
        build_report(root, out)


def test_no_report_is_built_on_a_broken_record(tmp_path: Path) -> None:
    broken = Trial("adams-2001", (31, 30, 6, 30))
    root = write_root(tmp_path, (broken, *TRIALS[1:]))
    with pytest.raises(DataError, match=r"(?s)1 problem in the study records.*adams-2001\.yaml:"):
        build_report(root, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_review_is_found_only_if_there_is_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no review\.yaml in any folder"):
        only_review(tmp_path)
    root = write_root(tmp_path)
    assert only_review(root).parent.name == "small"
    other = root / "reports" / "other"
    other.mkdir()
    (other / "review.yaml").write_text("x")
    with pytest.raises(UsageError, match=r"several reviews \(reports/other/review\.yaml, "):
        only_review(root)


def test_hashes_do_not_depend_on_line_ends(tmp_path: Path) -> None:
    root = write_root(tmp_path)
    before = read_inputs(root)
    for path in (root / "studies").rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    after = read_inputs(root)
    assert after.hashes == before.hashes
    assert after.digest == before.digest
    assert sorted(before.hashes) == [
        "reports/small/review.yaml",
        *(f"studies/{trial.path}" for trial in TRIALS),
        "studies/vocabulary.yaml",
    ]
