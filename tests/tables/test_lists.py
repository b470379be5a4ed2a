"""Studies left out, flags and their key, effects, sources and characteristics."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from tests.figures.builders import answer, ketamine_answer
from tests.records.real import evidence, review

from ketameta.appraisal.catalog import FLAGS
from ketameta.records.vocabulary import Status
from ketameta.synthesis.answer import ArmNumbers, Flag, LeftOut
from ketameta.tables.characteristics import by_status, characteristics
from ketameta.tables.csv import to_csv
from ketameta.tables.effects import arm_text, effects
from ketameta.tables.exclusions import GROUPS, excluded_reports, grouped, left_out
from ketameta.tables.flags import by_severity, flag_key, flags_raised, study_flags_table
from ketameta.tables.sources import sources
from ketameta.tables.table import Table


def read(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(table))))


def missing(study: str, status: str) -> LeftOut:
    return LeftOut(study, study.title(), "alcohol", status, "because", None)


def test_left_out_studies_stand_in_exactly_one_group() -> None:
    statuses = [status for status, _ in GROUPS] + ["a new reason"]
    items = [missing(f"s{i}", status) for i, status in enumerate(statuses * 2)]
    groups = list(grouped(items))
    assert sorted(item.study for _, members in groups for item in members) == sorted(
        item.study for item in items
    )
    assert len(groups) == len(statuses)
    assert groups[0][0] == "The number is missing or cannot be used"
    assert groups[-1][0] == "A new reason"


def test_files_list_who_is_left_out_and_what_a_set_leaves_out_besides() -> None:
    found = ketamine_answer()
    everywhere, here = missing("always", "ongoing"), missing("only-here", "criteria")
    found = replace(
        found,
        main=replace(found.main, left_out=(everywhere,)),
        sensitivity=(replace(found.sensitivity[0], left_out=(everywhere, here)),),
    )
    assert [(row["kind"], row["study"]) for row in read(left_out([found]))] == [
        ("main", "always"),
        ("sensitivity", "only-here"),
    ]


def test_the_key_has_every_flag_with_the_thresholds_of_the_review() -> None:
    table = flag_key(review().thresholds)
    assert [row.cells[0].text for row in table.rows] == list(FLAGS)
    assert [row.anchor for row in table.rows] == [f"flag-{code}" for code in FLAGS]
    small = next(row for row in table.rows if row.cells[0].text == "SM")
    limit = review().thresholds.small_arm
    assert small.cells[4].detail == f"Threshold: {limit.value}. {limit.source}"


def test_flags_in_files_are_those_of_studies_and_pools() -> None:
    found = ketamine_answer()
    pool_flag = Flag("PK", "serious", "5 studies.")
    found = replace(found, main=replace(found.main, flags=(pool_flag,)), sensitivity=())
    rows = [row for row in read(flags_raised([found])) if row["kind"] == "main"]
    assert rows[0] | {"found": ""} == {
        "question": "abstinence",
        "kind": "main",
        "analysis": "All",
        "scope": "pool",
        "study": "",
        "code": "PK",
        "severity": "serious",
        "found": "",
    }
    raised = [(row.study, flag.code) for row in found.main.rows for flag in row.flags]
    assert [(row["study"], row["code"]) for row in rows[1:]] == raised


def test_flags_of_studies_are_spelled_out_the_weightiest_first() -> None:
    found = ketamine_answer()
    rows = study_flags_table(found).rows
    assert len(rows) == sum(len(row.flags) for row in found.main.rows)
    ordered = by_severity(found.main.rows[3].flags)
    assert [flag.code for flag in ordered] == ["LD", "NP", "OL", "SM", "UV", "SC"]


def test_effects_carry_numbers_and_where_they_were_read() -> None:
    found = ketamine_answer()
    rows = read(effects([found]))
    assert len(rows) == 5
    first, source = rows[0], found.main.rows[0].source
    assert float(first["y"]) == found.main.rows[0].y
    assert float(first["weight_percent"]) == float(found.main.pooled.weights[0])  # type: ignore[union-attr]
    assert (first["experimental_events"], first["experimental_n"]) == ("73", "111")
    assert (first["document"], first["file"], first["line"]) == (
        source.document,
        source.file,
        str(source.line),
    )
    assert effects([answer([])]).rows == ()


def test_what_an_arm_contributed() -> None:
    assert arm_text(ArmNumbers("K", events=13, n=27)) == "13/27"
    assert arm_text(ArmNumbers("K", n=20, mean=4.126, sd=2.0)) == "4.13 (SD 2.00), n 20"
    assert arm_text(ArmNumbers("K", n=48)) == "n 48"
    assert arm_text(ArmNumbers("K")) == "—"


def test_every_study_of_the_records_has_one_row_whatever_its_status() -> None:
    studies = evidence().studies
    tables = by_status(studies, {})
    assert sum(len(table.rows) for table in tables) == len(studies)
    assert tables[0].id == "characteristics-included"
    included = {s.id for s in studies if s.status is Status.INCLUDED}
    assert {row.cells[0].text for row in tables[0].rows} == included
    assert {row["id"] for row in read(characteristics(studies, {}))} == {s.id for s in studies}


def test_a_row_says_what_the_record_says() -> None:
    studies = evidence().studies
    row = next(r for r in read(characteristics(studies, {})) if r["id"] == "dakwar-2019")
    assert row["control"] == "active placebo"
    assert row["ketamine"] == "ketamine, 0.5 mg/kg, intravenous, once"
    assert (row["people"], row["planned"], row["weeks"]) == ("55", "60", "26")


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (
            "engeriser-2026",
            "ketamine, 10 mg, intramuscular, once, then buprenorphine 8 mg under the tongue 30 "
            "minutes later",
        ),
        (
            "yoon-2019",
            "ketamine, 0.5 mg/kg, intravenous, 4 times, with extended-release naltrexone",
        ),
    ],
)
def test_the_dose_stands_beside_its_drug(study: str, words: str) -> None:
    rows = read(characteristics(evidence().studies, {}))
    assert next(row for row in rows if row["id"] == study)["ketamine"] == words


def test_every_document_read_is_listed() -> None:
    studies = evidence().studies
    rows = read(sources(studies))
    assert len(rows) == sum(len(study.sources) for study in studies)


def test_reports_left_out_lead_to_their_papers() -> None:
    reports = evidence().excluded
    table = excluded_reports(reports)
    assert len(table.rows) == len(reports) > 0
    for row, item in zip(table.rows, reports, strict=True):
        assert row.cells[3].text == item.reason
        if item.doi:
            assert row.cells[1].href == f"https://doi.org/{item.doi}"
