"""What a record says about itself, and what all records of the project have in common."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from tests.records import real
from tests.records.makers import PAPER, study

from ketameta.records.vocabulary import Status


def citation(author: str, year: int | None, **more: object) -> dict[str, object]:
    return {"authors": [author], "year": year, "title": "A trial", "source": PAPER, **more}


@pytest.mark.parametrize(
    ("author", "year", "label"),
    [
        ("Doe J", 2020, "Doe 2020"),
        ("van den Brink W", 1999, "van den Brink 1999"),
        ("Pereira RCSS", 2021, "Pereira 2021"),
        ("Roe-Poe A-B", 2021, "Roe-Poe 2021"),
        ("Prekupec", 2017, "Prekupec 2017"),
        ("University of Somewhere", None, "University of Somewhere (no date)"),
    ],
)
def test_the_label_is_the_family_name_and_the_year(
    author: str, year: int | None, label: str
) -> None:
    assert study(citation=citation(author, year)).label == label


def test_a_trial_known_by_its_number_or_by_a_name_of_its_own_is_called_so() -> None:
    numbers = [
        {"registry": "EudraCT", "id": "2001-000001-11"},
        {"registry": "UMIN", "id": "UMIN 7"},
    ]
    other = {"registrations": numbers, "id": "umin-7"}
    assert study(citation=citation("Doe J", 2020), **other).label == "UMIN 7"
    named = citation("Doe J", 2020, short_label="The pilot")
    assert study(citation=named, **other).label == "The pilot"


def test_a_record_never_changes() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        study().status = Status.ONGOING


def test_the_records_of_the_project_have_no_problem() -> None:
    assert [str(problem) for problem in real.evidence().problems] == []
    assert len(real.evidence().studies) > 50
    assert len(real.evidence().excluded) > 20


def test_no_two_studies_that_may_be_pooled_have_the_same_label() -> None:
    labels = [s.label for s in real.evidence().studies if s.status is Status.INCLUDED]
    assert len(set(labels)) == len(labels)
