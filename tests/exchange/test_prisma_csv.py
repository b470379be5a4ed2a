"""The CSV of the PRISMA2020 package: its columns and rows, both ways."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from tests.appraisal.prisma.test_flow import FLOW, diagram

from ketameta.errors import DataError
from ketameta.exchange.prisma_csv import COLUMNS, prisma_csv, read_prisma_csv
from ketameta.questions.prisma import Flow

TEXT = prisma_csv(diagram())


def rows(text: str) -> dict[str, dict[str, str]]:
    return {row["data"]: row for row in csv.DictReader(io.StringIO(text))}


def test_columns_boxes_and_nodes_are_those_of_the_package() -> None:
    assert TEXT.splitlines()[0] == "data,node,box,description,boxtext,tooltips,url,n"
    found = rows(TEXT)
    assert found["records_screened"]["box"] == "box4"
    assert found["dbr_excluded"]["node"] == "node14"
    assert found["total_studies"]["node"] == "node22"
    assert len(list(csv.reader(io.StringIO(TEXT)))) == 34, "33 of the package, one of ours"


def test_numbers_and_reasons() -> None:
    found = rows(TEXT)
    assert found["database_results"]["n"] == "500"
    assert found["register_results"]["n"] == "100"
    assert found["other_excluded"]["n"] == "Other drug, 2"
    assert found["organisation_results"]["n"] == "NA"


WHOLE: dict[str, Any] = FLOW | {
    "previous_studies": 3,
    "previous_reports": 4,
    "databases": [
        {"name": "PubMed", "n": 300},
        {"name": "Web of Science, Core Collection", "n": 200},
    ],
    "registers": [{"name": "ClinicalTrials.gov", "n": 60}, {"name": "ICTRP"}],
    "websites": [{"name": "Company pages", "n": 5}, {"name": "University pages", "n": 2}],
    "organisations": [{"name": "A foundation"}],
    "citations": 11,
    "new_studies": 12,
    "new_reports": 13,
    "total_studies": 15,
    "total_reports": 17,
}
"""Every number of a flow diagram, and places with and without one."""


@pytest.mark.parametrize("flow", [FLOW, WHOLE])
def test_reading_gives_what_was_written(flow: dict[str, Any]) -> None:
    """All of it but days of searches and why numbers are missing, which the CSV has no line for."""
    found = diagram(flow)
    again = read_prisma_csv(prisma_csv(found), "flow.csv")
    counted = {
        key: getattr(found, key)
        for key in ("new_studies", "new_reports", "total_studies", "total_reports")
    }
    assert again == Flow.model_validate(flow | counted)
    assert set(WHOLE) | {"not_kept"} == set(Flow.model_fields), "a new number belongs into WHOLE"


def test_names_stand_in_lines_of_their_own() -> None:
    found = rows(prisma_csv(diagram(WHOLE)))
    assert found["database_results"]["n"] == "500"
    names = "PubMed, 300; Web of Science, Core Collection, 200"
    assert found["database_specific_results"]["n"] == names
    assert found["database_specific_results"]["box"] == "box2"
    assert found["register_results"]["n"] == "NA"
    assert found["register_specific_results"]["n"] == "ClinicalTrials.gov, 60; ICTRP, NA"
    assert "organisation_specific_results" not in rows(TEXT), "no name, no line of ours"


@pytest.mark.parametrize(
    ("names", "total", "places"),
    [
        ("PubMed, 300; Embase, 200", "500", [("PubMed", 300), ("Embase", 200)]),
        ("PubMed, 300; Embase, 200", "NA", [("PubMed", 300), ("Embase", 200)]),
        ("PubMed, 300; Embase, 200", "450", [("PubMed, 300; Embase, 200", 450)]),
        ("PubMed, 300; Embase, NA", "500", [("PubMed, 300; Embase, NA", 500)]),
        ("PubMed; Embase", "500", [("PubMed; Embase", 500)]),
        ("Database1, xxx; Database2, NA", "500", [("Databases", 500)]),
        ("Database1, 500", "500", [("Database1", 500)]),
        ("0", "0", [("Databases", 0)]),
        ("NA", "NA", []),
    ],
)
def test_no_name_of_a_database_is_lost(
    names: str, total: str, places: list[tuple[str, int | None]]
) -> None:
    text = f'data,n\ndatabase_results,{total}\ndatabase_specific_results,"{names}"\n'
    found = read_prisma_csv(text, "flow.csv").databases
    assert [(place.name, place.n) for place in found] == places


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "flow.csv:1: no columns data and n"),
        ("a,b\n1,2\n", "flow.csv:1: no columns data and n"),
        ("data,n\nduplicates\n", "flow.csv:2: too few cells"),
        ("data,n\nduplicates,many\n", 'flow.csv:2: duplicates is "many"'),
        ("data,n\nduplicates,-3\n", 'flow.csv:2: duplicates is "-3"'),
        ("data,n\nduplicates,99999999999\n", "flow.csv:2: duplicates"),
        ('data,n\ndbr_excluded,"No number"\n', 'flow.csv:2: "No number" is not "reason, number"'),
    ],
)
def test_what_cannot_be_read_says_where(text: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        read_prisma_csv(text, "flow.csv")
    assert said in str(caught.value)


def test_the_template_of_the_package_with_its_placeholders_is_read() -> None:
    text = (
        "\ufeffdata,node,box,description,boxtext,tooltips,url,n\n"
        "NA,node4,prevstud,Grey title box,Previous studies,NA,prevstud.html,0\n"
        "previous_studies,node5,box1,Studies,Studies,NA,NA,xxx\n"
        'dbr_excluded,node14,box9,Reports,Reports,NA,NA,"Reason1, NA; Reason2, 5"\n'
        "extra,NA,NA,NA,NA,NA,NA,whatever\n"
    )
    found = read_prisma_csv(text, "flow.csv")
    assert found.previous_studies is None
    assert [(r.reason, r.n) for r in found.databases_and_registers.reasons] == [("Reason2", 5)]


def test_a_semicolon_in_a_reason_does_not_split_it() -> None:
    flow = FLOW | {"other_methods": {"reasons": [{"reason": "a; b", "n": 2}]}}
    again = read_prisma_csv(prisma_csv(diagram(flow)), "flow.csv")
    assert [(r.reason, r.n) for r in again.other_methods.reasons] == [("a, b", 2)]
    assert len(COLUMNS) == 8
