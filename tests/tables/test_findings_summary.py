"""The summary of findings: numbers by hand, and what stands where."""

from __future__ import annotations

from typing import Any

import pytest
from tests.appraisal.grade.made import alike, body, decided, trial
from tests.reports.real_report import real_inputs

from ketameta.appraisal.grade.grading import grade, grade_review
from ketameta.questions.certainty import Certainty, load_certainty
from ketameta.tables.findings_summary import NOTE, findings_summary, in_words, main_findings
from ketameta.tables.formatting import AnswerText
from ketameta.tables.grade import grade_details, grade_overview
from ketameta.tables.table import Table

INPUTS = real_inputs()
DECIDED = load_certainty(INPUTS.review_folder, INPUTS.review)
GRADES = grade_review(INPUTS.answers, INPUTS.review, INPUTS.evidence, DECIDED)
LOW_RISK = {"low": 100.0}


def rows(table: Table) -> list[dict[str, Any]]:
    shown = table.for_files()
    keys = [column.key for column in shown.columns]
    return [dict(zip(keys, (c.stored for c in row.cells), strict=True)) for row in shown.rows]


def test_one_trial_by_hand() -> None:
    """80 of 200 against 40 of 200: odds ratio 8/3, limits 1.7049 and 4.1709 times odds of 1/4."""
    table = findings_summary([grade(body([trial("ash-2020", (80, 200), (40, 200))]), LOW_RISK)])
    (row,) = rows(table)
    assert row["effect"] == "OR 2.67 (1.70 to 4.17)"
    assert row["people"] == "400 (1 study)"
    assert row["without"] == pytest.approx(200)
    assert row["with"] == pytest.approx(400)
    assert row["risk_low"] == pytest.approx(298.9, abs=0.1)
    assert row["risk_high"] == pytest.approx(510.5, abs=0.1)
    assert row["difference"] == pytest.approx(200)
    assert row["nnt"] == pytest.approx(5)
    assert row["nnt_low"] == pytest.approx(1000 / 310.5, abs=0.01)
    assert row["nnt_high"] == pytest.approx(1000 / 98.9, abs=0.02)
    cells = table.for_readers().rows[0].cells
    assert (cells[1].text, cells[2].text) == ("200", "400 (299 to 510)")
    assert cells[2].detail == "200 more (99 to 310); NNTB 5 (NNTB 4 to NNTB 11)"


def test_an_interval_with_no_difference_runs_over_infinity() -> None:
    """20 of 100 against 16 of 100 at 16%: more and fewer."""
    table = findings_summary([grade(body([trial("ash-2020", (20, 100), (16, 100))]), LOW_RISK)])
    detail = table.for_readers().rows[0].cells[2].detail
    assert "fewer to" in detail
    assert "to ∞ to NNTH" in detail


def test_nobody_affected_has_no_more_and_no_number_needed() -> None:
    """Limits of the harms section: -7.2 to 8.2 points, and -19 to 23."""
    table = findings_summary(main_findings(GRADES, DECIDED))
    by_id = {row["question"]: row for row in rows(table)}
    shown = {row.cells[0].stored: row.cells for row in table.for_readers().rows}
    detail = shown["adverse-event-removal"][2].detail
    assert detail == (
        "nobody was affected in either group (0 of 44 and 0 of 51); the interval runs from 72 "
        "fewer to 82 more"
    )
    assert shown["serious-adverse-event"][2].detail.endswith("from 189 fewer to 234 more")
    for name in ("adverse-event-removal", "serious-adverse-event"):
        row = by_id[name]
        assert (row["nnt"], row["nnt_low"], row["nnt_high"]) == ("", "", "")
        assert (row["without"], row["with"], row["difference"]) == (0, 0, 0)
        assert row["difference_low"] < 0 < row["difference_high"]
    assert "NNT" not in detail


def test_a_mixed_body_says_what_its_randomised_studies_say() -> None:
    table = findings_summary(main_findings(GRADES, DECIDED))
    (note,) = [text for text in table.notes if "Randomised trials alone" in text]
    assert "34% of the weight is not randomised, so that the body starts low" in note
    assert "Randomised trials alone (3 studies, 191 people): OR 2.63 (0.26 to 26.84)" in note
    randomised = next(
        a for a in INPUTS.answers[0].sensitivity if a.title == "Randomised trials only"
    )
    assert AnswerText.of(INPUTS.answers[0]).estimate(randomised) == "2.63 (0.26 to 26.84)"


def test_every_question_says_by_which_rule_it_starts() -> None:
    found = [row for row in rows(grade_details(GRADES)) if row["domain"] == "start"]
    assert [row["question"] for row in found] == [g.id for g in GRADES if g.start]
    assert all(row["proposal_reason"] for row in found)
    said = {row["decided_by"] for row in rows(grade_details(GRADES)) if row["domain"] != "start"}
    assert "drafted on 22 November 2026; not yet confirmed by a person" in said


def test_one_row_per_risk_and_the_outcome_once() -> None:
    baseline = [
        {"label": "Low", "risk": 0.1, "source": "A."},
        {"label": "High", "risk": 0.5, "source": "B."},
    ]
    found = grade(body(alike(2, (80, 200), (40, 200)), decided(baseline=baseline)), LOW_RISK)
    table = findings_summary([found])
    assert [row["without"] for row in rows(table)] == [pytest.approx(100), pytest.approx(500)]
    assert [row.cells[0].text for row in table.rows] == ["A question", ""]
    assert [row["question"] for row in rows(table)] == ["a-question"] * 2
    assert any("Low risk: A." in note for note in table.notes)


def test_every_step_has_its_reason_below() -> None:
    table = findings_summary(main_findings(GRADES, DECIDED))
    letters = {note.split(".")[0] for note in table.notes if note != NOTE}
    for row in table.rows:
        shown = row.cells[-2].text
        if "(" in shown:
            assert set(shown.split("(")[1].rstrip(")").split(", ")) <= letters
    assert len(letters) == len(table.notes) - 1


def test_the_table_says_how_far_its_decisions_are_confirmed() -> None:
    main = main_findings(GRADES, DECIDED)
    decided = sum(len(graded.confirmations) for graded in main)
    assert decided > 1
    counted = (f"All {decided} decisions are drafted", f"Of {decided} decisions: ")
    assert sum(note.startswith(counted) for note in findings_summary(main).notes) == 1
    for row, graded in zip(rows(grade_overview(GRADES)), GRADES, strict=True):
        assert bool(row["state"]) is bool(graded.confirmations)
        assert row["state"] in ("", *(one.state for one in graded.confirmations))


def test_main_outcomes_stand_in_their_order_and_are_at_most_seven() -> None:
    assert [graded.id for graded in main_findings(GRADES, DECIDED)] == list(DECIDED.main_outcomes)
    assert len(main_findings(GRADES, Certainty())) == 7


def test_measures_in_units_have_a_difference_and_no_risk() -> None:
    table = findings_summary([g for g in GRADES if g.id == "days-abstinent"])
    (row,) = rows(table)
    assert row["without"] == ""
    assert row["difference"] == pytest.approx(10.1)
    assert row["difference_low"] == pytest.approx(1.15)
    assert "percentage points" in table.for_readers().rows[0].cells[2].text


def test_no_evidence_has_a_row() -> None:
    table = findings_summary([g for g in GRADES if g.id == "craving"])
    (row,) = rows(table)
    assert (row["people"], row["certainty"]) == ("no study", "no evidence")


def test_levels_and_reasons_agree() -> None:
    levels = {(row["question"], row["domain"]): row["level"] for row in rows(grade_details(GRADES))}
    for row in rows(grade_overview(GRADES)):
        for domain in ("risk of bias", "imprecision", "publication bias"):
            key = domain.replace(" ", "_")
            assert row[key] == levels.get((row["question"], domain), "")


def test_a_standardised_difference_in_words_and_on_a_known_scale() -> None:
    """Means 20 and 25 with SD 10, 50 each: d = -0.5, g = -0.5 (1 - 3/391); 8 points per SD."""
    from tests.records.makers import means, outcome, question, result, study

    arms = {"ketamine": {"mean": 20, "sd": 10, "n": 50}, "saline": {"mean": 25, "sd": 10, "n": 50}}
    craving = outcome("craving", result(means(**arms)), better="lower")
    important = {"smallest": 0.2, "large": 0.8, "unit": "SD", "source": "For this test."}
    units = {"name": "points", "sd": 8, "source": "For this test."}
    made = body(
        [study(craving)],
        decided(important=important, units=units),
        question=question("SMD", "craving", better="lower"),
    )
    table = findings_summary([grade(made, LOW_RISK)])
    text = table.for_readers().rows[0].cells[2].text
    assert text.startswith("difference −0.50 (")
    assert "SD, small; −4.0 (" in text
    assert text.endswith("points")
    assert rows(table)[0]["difference"] == pytest.approx(-0.5 * (1 - 3 / 391), rel=1e-3)


@pytest.mark.parametrize(
    ("smd", "name"),
    [(0.1, "very small"), (-0.3, "small"), (0.5, "moderate"), (-0.79, "moderate"), (0.8, "large")],
)
def test_standardised_differences_have_names(smd: float, name: str) -> None:
    assert in_words(smd) == name
