"""Flow diagram, its sums, and the checklist: by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tests.records.real import ROOT
from tests.reports.real_report import real_inputs

from ketameta.appraisal.prisma.checklist import checklist, counted_states
from ketameta.appraisal.prisma.flow import ASSESSED_TOO, IN_REVIEW, FlowDiagram, flow_diagram
from ketameta.appraisal.prisma.items import ITEMS, NUMBERS
from ketameta.appraisal.prisma.sums import check_sums
from ketameta.errors import DataError
from ketameta.questions.prisma import Flow, Prisma, load_prisma

EVIDENCE = real_inputs().evidence
STUDIES = sum(study.status in IN_REVIEW for study in EVIDENCE.studies)
REPORTS = sum(1 + len(s.reports) for s in EVIDENCE.studies if s.status in IN_REVIEW)
LEFT_OUT = len(EVIDENCE.excluded)

# 500 + 100 found, 150 + 20 + 5 removed, 425 screened, 300 excluded, 125 sought, 5 not got, 120
# assessed, so many excluded that the reports of studies included, described or awaited remain; the
# other column gives the 4 last ones.
BESIDE = sum(1 + len(s.reports) for s in EVIDENCE.studies if s.status in ASSESSED_TOO)
ASSESSED = REPORTS + BESIDE - 4 + LEFT_OUT - 2
FLOW: dict[str, Any] = {
    "databases": [{"name": "MEDLINE", "n": 500}],
    "registers": [{"name": "CENTRAL", "n": 100}],
    "websites": [{"name": "Company pages", "n": 7}],
    "duplicates": 150,
    "automation": 20,
    "removed_otherwise": 5,
    "databases_and_registers": {
        "screened": 425,
        "excluded": 425 - ASSESSED - 5,
        "sought": ASSESSED + 5,
        "not_retrieved": 5,
        "assessed": ASSESSED,
        "reasons": [{"reason": "No treatment", "n": LEFT_OUT - 2}],
    },
    "other_methods": {
        "sought": 7,
        "not_retrieved": 1,
        "assessed": 6,
        "reasons": [{"reason": "Other drug", "n": 2}],
    },
}


def diagram(flow: dict[str, Any] = FLOW, pooled: int = 9) -> FlowDiagram:
    return flow_diagram(Flow.model_validate(flow), EVIDENCE, pooled)


def states(found: FlowDiagram) -> dict[str, str]:
    return {check.code: check.state for check in check_sums(found)}


def test_sums_that_hold() -> None:
    assert set(states(diagram()).values()) == {"holds"}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"duplicates": 151}, {"screened"}),
        ({"databases_and_registers": {"excluded": 1}}, {"databases-sought"}),
        ({"databases_and_registers": {"not_retrieved": 6}}, {"databases-assessed"}),
        ({"websites": [{"name": "Company pages", "n": 8}]}, {"other-sought"}),
        ({"other_methods": {"not_retrieved": 2}}, {"other-assessed"}),
        ({"new_studies": STUDIES + 1}, {"records"}),
        ({"new_reports": REPORTS + 1}, {"reports"}),
        ({"total_studies": STUDIES + 1}, {"total"}),
        ({"total_reports": REPORTS + 1}, {"total-reports"}),
        ({"previous_studies": 3, "total_studies": STUDIES}, {"total"}),
        (
            {"other_methods": {"reasons": [{"reason": "Other drug", "n": 7}]}},
            {"other-excluded", "reports", "excluded-listed"},
        ),
    ],
)
def test_each_broken_sum_is_a_finding_of_its_own(change: dict[str, Any], broken: set[str]) -> None:
    merged = {
        key: {**value, **change.get(key, {})} if isinstance(value, dict) else change.get(key, value)
        for key, value in (FLOW | {k: v for k, v in change.items() if k not in FLOW}).items()
    }
    found = states(diagram(merged))
    assert {code for code, state in found.items() if state == "broken"} == broken


def test_more_pooled_studies_than_included_ones() -> None:
    assert states(diagram(pooled=STUDIES + 1))["pooled"] == "broken"


def test_more_studies_than_reports() -> None:
    assert states(diagram(FLOW | {"new_reports": STUDIES - 1}))["studies"] == "broken"


def test_what_nobody_counted_is_said_and_not_guessed() -> None:
    found = check_sums(diagram({}))
    assert {c.state for c in found} == {"holds", "cannot be checked"}
    screened = next(c for c in found if c.code == "screened")
    assert screened.message.startswith("Not recorded: ")


def test_the_reviews_own_flow_has_no_broken_sum() -> None:
    stated = load_prisma(ROOT / "reports" / "ketamine-addiction")
    pooled = {row.study for a in real_inputs().answers for row in a.main.rows}
    found = check_sums(flow_diagram(stated.flow, EVIDENCE, len(pooled)))
    assert [c for c in found if c.state == "broken"] == []
    assert next(c for c in found if c.code == "excluded-listed").state == "holds"


def test_every_item_of_the_statement_is_there_once() -> None:
    assert len(ITEMS) == len(set(NUMBERS)) == 42
    assert {n.rstrip("abcdef") for n in NUMBERS} == {str(i) for i in range(1, 28)}


def test_a_statement_answers_its_item_and_the_rest_says_what_to_do() -> None:
    stated = Prisma.model_validate({"statements": {"24a": {"text": "CRD1", "where": "p. 2"}}})
    found = {
        c.item.number: c for c in checklist(stated, {"12": "Odds ratios."}, places=["methods"])
    }
    assert (found["24a"].state, found["24a"].text, found["24a"].where) == ("done", "CRD1", "p. 2")
    assert (found["12"].state, found["12"].where) == ("done", "#methods")
    assert found["7"].text.endswith("State it in prisma.yaml.")
    assert found["1"].text.endswith("Write it in the manuscript.")
    assert found["18"].text.endswith("The records do not hold it yet.")


def test_an_item_that_does_not_exist_is_refused() -> None:
    stated = Prisma.model_validate({"statements": {"24d": {"text": "x"}}})
    with pytest.raises(DataError, match=r"has no item '24d'\. Did you mean 24"):
        checklist(stated, {})


def test_total_counts_earlier_studies_too() -> None:
    found = diagram(FLOW | {"previous_studies": 3, "previous_reports": 4})
    assert (found.total_studies, found.total_reports) == (STUDIES + 3, REPORTS + 4)
    assert set(states(found).values()) == {"holds"}
    assert states(replace(found, total_studies=1))["total"] == "broken"


def test_the_box_counts_studies_with_the_status_included_and_names_the_others() -> None:
    """Described studies, and those whose numbers nobody has, were once counted as included."""
    statuses = Counter(str(study.status) for study in EVIDENCE.studies)
    found = diagram({})
    assert found.new_studies == found.counted_studies == statuses["included"]
    assert dict(found.apart) == {
        "Described only, never pooled": statuses["narrative"],
        "Finished, usable numbers not extracted": statuses["awaiting data"],
        "Ongoing, or no results seen": statuses["ongoing"],
    }
    assert found.new_studies + sum(dict(found.apart).values()) == len(EVIDENCE.studies)
    message = next(c.message for c in check_sums(found) if c.code == "records")
    assert "status included" in message


def test_what_was_not_done_is_no_answered_item() -> None:
    stated = Prisma.model_validate(
        {"statements": {"7": {"text": "Nothing was kept.", "done": False}, "24a": {"text": "No."}}}
    )
    items = checklist(stated, {})
    assert {c.item.number: c.state for c in items if c.item.number in ("7", "24a")} == {
        "7": "stated: not done",
        "24a": "done",
    }
    assert counted_states(items) == "1 of 42 items answered, 1 stated as not done, 40 missing"


def test_the_reviews_own_checklist_says_what_was_not_done() -> None:
    items = checklist(load_prisma(ROOT / "reports" / "ketamine-addiction"), {})
    undone = {c.item.number for c in items if c.state == "stated: not done"}
    assert undone == {"7", "8", "9"}
