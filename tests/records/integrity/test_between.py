"""The same report, numbers or control group in two records, and the same numbers twice in one."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from tests.records.makers import PAPER, arm, events, means, outcome, result, study

from ketameta.records import integrity
from ketameta.records.loading import LoadedStudy
from ketameta.records.study import Study
from ketameta.records.yaml_reader import Document

LEVELS = means(
    ketamine={"n": 30, "mean": D("14.30"), "sd": D("2.01")},
    saline={"n": 30, "mean": D("9.84"), "sd": D("2.13")},
)
COUNTS = events(ketamine=(13, 30), saline=(7, 30))


def cited(name: str, *outcomes: dict[str, Any], doi: str = "", **more: Any) -> Study:
    """A study of its own team, with a DOI made of its name unless one is given."""
    author, _, year = name.partition("-")
    citation = {"authors": [f"{author} J"], "year": int(year), "title": "T", "source": PAPER}
    citation["doi"] = doi or f"10.1000/{name}"
    return study(*outcomes, name=name, citation=citation, **more)


def found(*studies: Study) -> list[tuple[str, str, str]]:
    """Rule, study and place of everything found between records."""
    loaded = [
        LoadedStudy(item, Document(Path(f"studies/{item.substance}/{item.id}.yaml"), {}))
        for item in studies
    ]
    return [
        (finding.code, item.study.id, ".".join(map(str, finding.where)))
        for item, finding in integrity.check_between(loaded)
    ]


ONGOING = {"status": "ongoing", "status_reason": "Recruiting."}


def test_a_registration_of_an_unfinished_trial_in_an_included_record() -> None:
    number = {"registrations": [{"registry": "ClinicalTrials.gov", "id": "NCT01234567"}]}
    first, second = cited("doe-2020", **number), cited("roe-2021", **number, **ONGOING)
    assert found(first, second) == [("R150", "roe-2021", "registrations.0.id")]
    assert found(first, cited("roe-2021", **ONGOING)) == []


def test_two_included_records_of_one_report_are_left_to_r051() -> None:
    first = cited("doe-2020", outcome("relapse", result(COUNTS)))
    assert (
        found(first, cited("roe-2021", outcome("relapse", result(COUNTS)), doi="10.1000/doe-2020"))
        == []
    )


@pytest.mark.parametrize("data", [LEVELS, COUNTS])
def test_the_numbers_of_all_arms_in_two_records(data: dict[str, Any]) -> None:
    first = cited("doe-2020", outcome("relapse", result(data)))
    second = cited("roe-2021", outcome("craving", result(data, weeks=4)))
    assert found(first, second) == [("R151", "roe-2021", "outcomes.0.results.0.data")]


def test_the_same_numbers_twice_in_a_record() -> None:
    twice = cited(
        "doe-2020", outcome("relapse", result(LEVELS)), outcome("craving", result(LEVELS))
    )
    assert found(twice) == [("R151", "doe-2020", "outcomes.1.results.0.data")]
    meant = outcome("craving", result(LEVELS, id="a"), result(LEVELS, secondary_to="a"))
    assert found(cited("doe-2020", meant)) == []


@pytest.mark.parametrize(
    "other",
    [
        events(ketamine=(13, 30), saline=(8, 30)),
        events(ketamine=(13, 31), saline=(7, 30)),
        means(
            ketamine={"n": 30, "mean": D("14.3"), "sd": D("2.01")},
            saline={"n": 30, "mean": D("9.84"), "sd": D("2.13")},
        ),
    ],
    ids=["other events", "other people", "other digits"],
)
def test_numbers_that_differ_in_one(other: dict[str, Any]) -> None:
    first = cited("doe-2020", outcome("relapse", result(COUNTS), result(LEVELS, weeks=4)))
    assert found(first, cited("roe-2021", outcome("relapse", result(other)))) == []


@pytest.mark.parametrize(
    "data",
    [
        events(ketamine=(0, 30), saline=(0, 30)),  # nobody: so in many trials
        events(ketamine=(2, 10), saline=(3, 10)),  # few people
        means(ketamine={"n": 30, "mean": 9, "sd": 2}, saline={"n": 30, "mean": 8, "sd": 2}),
        means(ketamine={"n": 30, "mean": D("14.30")}, saline={"n": 30, "mean": D("9.84")}),
    ],
)
def test_numbers_that_many_trials_share(data: dict[str, Any]) -> None:
    pair = [cited(name, outcome("relapse", result(data))) for name in ("doe-2020", "roe-2021")]
    assert found(*pair) == []


def test_a_control_group_of_one_team_in_two_records() -> None:
    other = events(ketamine=(20, 40), saline=(7, 50))
    first = cited("doe-2020", outcome("relapse", result(events(ketamine=(13, 30), saline=(7, 50)))))
    third = cited("poe-2022", outcome("relapse", result(other)))
    arms = (arm("ketamine", 40), arm("saline", 50, control="inert placebo"))
    same_team = cited("doe-2022", outcome("relapse", result(other)), arms=arms)
    assert found(first, same_team) == [
        ("R152", "doe-2022", "outcomes.0.results.0.data.arms.saline")
    ]
    assert found(first, third) == []  # by other people
