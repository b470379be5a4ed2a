"""Certainty in a report: the same ratings everywhere, and a section of the page."""

from __future__ import annotations

from tests.reports.real_report import real_inputs

from ketameta.appraisal.evidence_map import COMPARED, evidence_map
from ketameta.reports.certainty_part import certainty_part, certainty_section
from ketameta.reports.section import Fold, Shown
from ketameta.tables.grade import decisions_words
from ketameta.tables.table import Table

INPUTS = real_inputs()
PART = certainty_part(INPUTS.review, INPUTS.evidence, INPUTS.answers, INPUTS.review_folder)


def test_the_sentence_beside_an_answer_says_how_certain_and_why() -> None:
    said = PART.sentences("abstinence-longest")
    assert said.startswith("The certainty of this answer is very low (⊕○○○, GRADE): it starts low ")
    assert "because 34% of the weight is not randomised; one level off each for risk" in said
    assert "risk of bias" in said
    assert "We are very uncertain" in said
    assert PART.sentences("craving").endswith("no study gives a usable number.")
    assert "decisions" in said.rpartition("follow-up. ")[2]  # drafted, or who confirmed them
    assert "starts low because chance did not decide" in PART.sentences("intubation")


def test_the_section_has_summary_figure_and_reasons() -> None:
    section = certainty_section(PART)
    kinds = [type(piece) for piece in section.pieces]
    assert kinds == [str, Table, Shown, Fold, Fold]
    assert section.anchor == "certainty"
    assert len(PART.overview.rows) == len(INPUTS.answers)
    assert PART.problems == ()
    said = str(section.pieces[0])
    assert decisions_words(PART.grades) in said
    states = {one.state for graded in PART.grades for one in graded.confirmations}
    assert ("no person has confirmed any yet" in said) == (states == {"drafted"})
    assert "a person confirmed" not in said


def test_the_map_shows_certainty_where_arms_are_compared() -> None:
    cells = evidence_map(INPUTS.evidence, PART.bodies).cells
    graded = [cell for cell in cells if cell.certainty]
    assert {cell.certainty.level for cell in graded if cell.certainty} == {"very low"}
    assert all(cell.kind == COMPARED for cell in graded)
    assert {"alcohol", "cocaine"} == {c.substance for c in graded if c.outcome == "abstinence"}
