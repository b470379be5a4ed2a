"""The README of a kit says what waits for people."""

from __future__ import annotations

from tests.reports.real_report import real_inputs

from ketameta.appraisal.confirmation import confirmations_words
from ketameta.manuscript.kit_readme import readme
from ketameta.manuscript.subject_matter import subject_matter
from ketameta.manuscript.texts import manuscript_texts


def test_what_nobody_has_confirmed_stands_among_what_is_to_be_done() -> None:
    subject = subject_matter(real_inputs())
    text = readme(subject, manuscript_texts(real_inputs()), (), ())
    todo = text.partition("## Before you submit")[2].partition("## Tables")[0]
    states = [one.state for graded in subject.grades for one in graded.confirmations]
    said = confirmations_words(states, "decision")
    assert f"{len(states)} decisions" in said
    assert f"- Certainty: {said} Two people confirm them: `ketameta grade" in todo
    assert "- Risk of bias: " in todo
