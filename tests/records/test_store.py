"""Where records are found, and what a folder of them amounts to."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.records import real
from tests.records.test_loading import GOOD, VOCABULARY, evidence_folder, with_other_numbers

from ketameta.errors import DataError, UsageError
from ketameta.records import places
from ketameta.records.store import find_root, load_evidence, study_files


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with one study, and beside it a folder without any."""
    evidence_folder(tmp_path / "checkout", {"alcohol/doe-2020.yaml": GOOD})
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "checkout"


@pytest.mark.parametrize("inside", [".", "studies", "studies/alcohol"])
def test_the_working_directory_or_a_folder_above_it(
    checkout: Path, inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout / inside)
    assert find_root() == checkout


def test_an_explicit_folder_wins_over_the_working_directory(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine" / "my-records"
    mine.mkdir(parents=True)
    (mine / "vocabulary.yaml").write_text(VOCABULARY)
    monkeypatch.chdir(checkout)
    assert find_root(mine) == tmp_path / "mine"
    monkeypatch.chdir(mine.parent)
    assert find_root(Path("my-records")) == tmp_path / "mine"


def test_an_explicit_folder_without_records_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no vocabulary\.yaml here\. Point --studies at"):
        find_root(tmp_path)


def test_elsewhere_the_packaged_evidence_is_used_and_then_the_checkout(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout.parent / "elsewhere")
    packaged = tmp_path / "site-packages" / "ketameta" / "evidence"
    evidence_folder(packaged, {})
    monkeypatch.setattr(places, "CHECKOUT", checkout)
    monkeypatch.setattr(places, "PACKAGED", packaged)
    assert find_root() == packaged
    monkeypatch.setattr(places, "PACKAGED", tmp_path / "nowhere")
    assert find_root() == checkout
    monkeypatch.setattr(places, "CHECKOUT", tmp_path / "nowhere")
    with pytest.raises(DataError, match="no study records found"):
        find_root()


def test_an_editable_install_finds_its_checkout_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_root() == real.ROOT
    assert places.PACKAGED == real.ROOT / "src" / "ketameta" / "evidence"


def test_study_files_are_sorted_and_leave_out_what_is_no_study(tmp_path: Path) -> None:
    names = ["opioid/b-2001.yaml", "alcohol/z-2001.yaml", "alcohol/a-2001.yaml"]
    folder = evidence_folder(
        tmp_path, {**dict.fromkeys(names, ""), "schema/x.yaml": "", "claims/c.yaml": ""}
    )
    (folder / "alcohol" / "notes.txt").write_text("")
    assert [p.relative_to(folder).as_posix() for p in study_files(folder)] == sorted(names)


def test_evidence_is_sorted_by_id_and_found_by_id(tmp_path: Path) -> None:
    files = {
        "opioid/abe-2021.yaml": GOOD.replace("doe-2020", "abe-2021")
        .replace("substance: alcohol", "substance: opioid")
        .replace("xyz123", "abc"),
        "alcohol/doe-2020.yaml": with_other_numbers(GOOD),
    }
    found = load_evidence(evidence_folder(tmp_path, files))
    assert [s.id for s in found.studies] == ["abe-2021", "doe-2020"]
    assert found.problems == ()
    assert found.get("doe-2020").study.label == "Doe 2020b"
    with pytest.raises(
        UsageError, match=r'no study has the id "doe-2021"\. Did you mean "doe-2020"'
    ):
        found.get("doe-2021")


def test_a_file_with_an_error_is_left_out_and_one_with_a_warning_stays(tmp_path: Path) -> None:
    files = {
        "alcohol/doe-2020.yaml": GOOD.replace("enrolled_n: 60", "enrolled_n: 61"),
        "alcohol/roe-2021.yaml": GOOD.replace("doe-2020", "roe-2021")
        .replace("xyz123", "abc")
        .replace("events: 13, n: 30", "events: 31, n: 30"),
    }
    found = load_evidence(evidence_folder(tmp_path, files))
    assert [s.id for s in found.studies] == ["doe-2020"]
    assert [p.code for p in found.problems] == ["R032", "R030"]
    assert [p.code for p in found.errors] == ["R030"]


def test_the_second_record_of_the_same_participants_or_id_is_left_out(tmp_path: Path) -> None:
    opioid = GOOD.replace("substance: alcohol", "substance: opioid")
    files = {
        "alcohol/doe-2020.yaml": GOOD,
        "alcohol/roe-2021.yaml": GOOD.replace("doe-2020", "roe-2021"),
        "opioid/doe-2020.yaml": opioid.replace("xyz123", "abc"),
    }
    found = load_evidence(evidence_folder(tmp_path, files))
    assert [(p.path.as_posix(), p.code) for p in found.problems] == [
        ("studies/alcohol/roe-2021.yaml", "R051"),
        ("studies/opioid/doe-2020.yaml", "R050"),
    ]
    assert [(s.id, s.substance) for s in found.studies] == [("doe-2020", "alcohol")]


def test_a_narrative_record_may_share_a_report_with_an_included_one(tmp_path: Path) -> None:
    second = GOOD.replace("doe-2020", "roe-2021").replace(
        "status: included", "status: narrative\nstatus_reason: A series within the trial."
    )
    files = {"alcohol/doe-2020.yaml": GOOD, "alcohol/roe-2021.yaml": second}
    found = load_evidence(evidence_folder(tmp_path, files))
    assert [p.code for p in found.problems] == ["R150"]
    assert len(found.studies) == 2


EXCLUDED = """\
excluded:
  - id: poe-2019
    citation: Poe J 2019
    substance: alcohol
    reason: A review.
    doi: 10.1000/poe
"""


def excluded_problems(root: Path, text: str) -> list[str]:
    folder = evidence_folder(root, {"alcohol/doe-2020.yaml": GOOD, "excluded.yaml": text})
    return [str(p) for p in load_evidence(folder).problems]


def test_the_excluded_reports_are_read(tmp_path: Path) -> None:
    folder = evidence_folder(tmp_path, {"alcohol/doe-2020.yaml": GOOD, "excluded.yaml": EXCLUDED})
    found = load_evidence(folder)
    assert found.problems == ()
    assert [(r.id, r.reason) for r in found.excluded] == [("poe-2019", "A review.")]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "id: poe-2019",
            "id: doe-2020",
            "2:9: excluded.0.id: doe-2020 has a record in studies/alcohol/doe-2020.yaml. Keep one "
            "of them.",
        ),
        (
            "doi: 10.1000/poe",
            "doi: 10.1000/XYZ123",
            "6:10: excluded.0.doi: DOI 10.1000/xyz123 has a record in "
            "studies/alcohol/doe-2020.yaml. Keep one of them.",
        ),
        (
            "doi: 10.1000/poe",
            "pmid: PMC1",
            '6:11: excluded.0.pmid: "PMC1" is not a PMID.',
        ),
        (
            "reason: A review.",
            "reason:",
            "5:5: excluded.0.reason: is empty. Fill it in, or leave the field out.",
        ),
    ],
)
def test_problems_of_the_excluded_reports(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    assert before in EXCLUDED
    (found,) = excluded_problems(tmp_path, EXCLUDED.replace(before, after))
    assert found == f"studies/excluded.yaml:{message}"


def test_a_report_that_is_excluded_twice(tmp_path: Path) -> None:
    twice = EXCLUDED + EXCLUDED.removeprefix("excluded:\n").replace("10.1000/poe", "10.1000/poe2")
    (found,) = excluded_problems(tmp_path, twice)
    assert found == "studies/excluded.yaml:7:9: excluded.1.id: poe-2019 is listed twice."


def test_without_a_vocabulary_everything_else_is_still_read(tmp_path: Path) -> None:
    folder = evidence_folder(tmp_path, {"alcohol/doe-2020.yaml": GOOD})
    (folder / "vocabulary.yaml").unlink()
    found = load_evidence(folder)
    assert [str(p) for p in found.problems] == [
        "studies/vocabulary.yaml:1:1: cannot read the file (No such file or directory)."
    ]
    assert [s.id for s in found.studies] == ["doe-2020"]


def test_paths_are_shown_as_the_user_would_write_them(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = checkout / "studies"
    shown = {".": "studies/alcohol", "studies": "alcohol", "studies/alcohol": "studies/alcohol"}
    for inside, expected in shown.items():
        monkeypatch.chdir(checkout / inside)
        (loaded,) = load_evidence(folder).loaded
        assert loaded.document.path == Path(expected) / "doe-2020.yaml"
