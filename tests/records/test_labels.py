"""Labels of studies that were read together: no two are the same."""

from __future__ import annotations

from pathlib import Path

from tests.records import real
from tests.records.makers import PAPER, study
from tests.records.test_loading import GOOD, evidence_folder, with_other_numbers

from ketameta.records.labels import distinct
from ketameta.records.store import load_evidence
from ketameta.records.study import Study


def by(author: str, year: int | None = 2020, **more: object) -> Study:
    return study(
        citation={"authors": [author], "year": year, "title": "A trial", "source": PAPER, **more}
    )


def labels(*studies: Study) -> list[str]:
    return [named.label for named in distinct(studies)]


def test_studies_of_one_author_and_year_get_letters_and_the_others_keep_their_label() -> None:
    found = labels(by("Doe J"), by("Roe J"), by("Doe K"), by("Doe J", 2021), by("Doe L"))
    assert found == ["Doe 2020a", "Roe 2020", "Doe 2020b", "Doe 2021", "Doe 2020c"]


def test_a_letter_is_kept_apart_from_a_word() -> None:
    assert labels(by("Doe J", None), by("Doe K", None)) == ["Doe (no date) a", "Doe (no date) b"]


def test_a_label_that_a_study_has_of_its_own_is_passed_over() -> None:
    own = by("Poe J", short_label="Doe 2020a")
    assert labels(by("Doe J"), own, by("Doe K")) == ["Doe 2020b", "Doe 2020a", "Doe 2020c"]


def test_after_z_there_are_two_letters() -> None:
    found = labels(*(by("Doe J") for _ in range(28)))
    assert found[25:] == ["Doe 2020z", "Doe 2020aa", "Doe 2020ab"]


def test_what_a_record_says_does_not_change() -> None:
    one, two = by("Doe J"), by("Doe J")
    named = distinct((one, two))
    assert [study.model_dump() for study in named] == [one.model_dump(), two.model_dump()]
    assert one.label == "Doe 2020"


def test_the_studies_of_a_folder_can_be_told_apart(tmp_path: Path) -> None:
    other = with_other_numbers(GOOD).replace("id: doe-2020\n", "id: doe-2020-b\n")
    other = other.replace("10.1000/xyz123", "10.1000/xyz124")
    folder = evidence_folder(
        tmp_path, {"alcohol/doe-2020.yaml": GOOD, "alcohol/doe-2020-b.yaml": other}
    )
    evidence = load_evidence(folder)
    assert [(s.id, s.label) for s in evidence.studies] == [
        ("doe-2020", "Doe 2020a"),
        ("doe-2020-b", "Doe 2020b"),
    ]


def test_no_study_of_the_project_needs_a_letter() -> None:
    for one in real.evidence().studies:
        assert one.label == Study.model_validate(one.model_dump(by_alias=True)).label
