"""The CSV of the PRISMA2020 package: its columns and rows, both ways."""

from __future__ import annotations

import csv
import io

import pytest
from tests.appraisal.prisma.test_flow import FLOW, diagram

from ketameta.errors import DataError
from ketameta.exchange.prisma_csv import COLUMNS, prisma_csv, read_prisma_csv

TEXT = prisma_csv(diagram())


def rows(text: str) -> dict[str, dict[str, str]]:
    return {row["data"]: row for row in csv.DictReader(io.StringIO(text))}


def test_columns_boxes_and_nodes_are_those_of_the_package() -> None:
    assert TEXT.splitlines()[0] == "data,node,box,description,boxtext,tooltips,url,n"
    found = rows(TEXT)
    assert found["records_screened"]["box"] == "box4"
    assert found["dbr_excluded"]["node"] == "node14"
    assert found["total_studies"]["node"] == "node22"
    assert len(list(csv.reader(io.StringIO(TEXT)))) == 31


def test_numbers_and_reasons() -> None:
    found = rows(TEXT)
    assert found["database_results"]["n"] == "500"
    assert found["register_results"]["n"] == "100"
    assert found["other_excluded"]["n"] == "Other drug, 2"
    assert found["organisation_results"]["n"] == "NA"


def test_reading_gives_what_was_written() -> None:
    again = read_prisma_csv(TEXT, "flow.csv")
    assert again.databases_and_registers.model_dump() == {
        "screened": 425,
        "excluded": FLOW["databases_and_registers"]["excluded"],
        "sought": FLOW["databases_and_registers"]["sought"],
        "not_retrieved": 5,
        "assessed": FLOW["databases_and_registers"]["assessed"],
        "reasons": (
            {"reason": "No treatment", "n": FLOW["databases_and_registers"]["reasons"][0]["n"]},
        ),
    }
    assert (again.duplicates, again.automation, again.removed_otherwise) == (150, 20, 5)
    assert again.websites[0].n == 7
    assert again.organisations[0].n is None


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
