"""The map counts what the records hold: by hand for small records, by sums for the real ones."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.records.makers import contrast, events, outcome, result, study
from tests.reports.real_report import real_inputs

from ketameta.appraisal.availability import NOT_RECORDED, POOLED, STATES, availability
from ketameta.appraisal.evidence_map import (
    AWAITED,
    COMPARED,
    CONTROLS,
    NO_CONTROL,
    NOT_STATED,
    ONE_ARM,
    OTHER,
    PLACEBO,
    WORDS,
    evidence_map,
    map_entries,
)
from ketameta.tables.availability import availability_table
from ketameta.tables.evidence_map import evidence_map_list, evidence_map_table, signs

INPUTS = real_inputs()
MAP = evidence_map(INPUTS.evidence)
COUNTS = events(ketamine=(13, 30), saline=(6, 30))
STATED = {"kind": "statement", "direction": "neither side said to do better", "text": "So."}
SINGLE = {"kind": "single events", "arm": "ketamine", "events": 3, "n": 30}


def kinds(*outcomes: object, **more: object) -> dict[tuple[str, str], str]:
    made = study(*outcomes, **more)  # type: ignore[arg-type]
    return {(e.outcome, e.control): e.kind for e in map_entries(made)}


def test_the_most_useful_result_of_an_outcome_counts() -> None:
    found = kinds(outcome("abstinence", result(STATED, weeks=4), result(COUNTS, weeks=26)))
    assert found == {("abstinence", PLACEBO): COMPARED}


def test_words_are_less_than_numbers_and_one_group_is_no_comparison() -> None:
    found = kinds(outcome("abstinence", result(STATED)), outcome("relapse", result(SINGLE)))
    assert found == {("abstinence", PLACEBO): WORDS, ("relapse", NO_CONTROL): ONE_ARM}


def test_a_p_value_alone_is_no_number_that_compares() -> None:
    """Dakwar 2014 tells how many people and P = 0.012, and neither a mean nor a direction."""
    bare = {"kind": "paired", "experimental": "ketamine", "control": "saline", "n": 8, "p": "0.012"}
    assert set(kinds(outcome("craving", result(bare))).values()) == {WORDS}
    told = bare | {"mean_difference": -3.9}
    assert set(kinds(outcome("craving", result(told))).values()) == {COMPARED}
    sides = {"ketamine": {"n": 8, "mean": 2.0}, "saline": {"n": 8, "mean": 4.0}}
    both = bare | {"conditions": sides}
    assert set(kinds(outcome("craving", result(both))).values()) == {COMPARED}
    entries = {(e.study, c.outcome): e.kind for c in MAP.cells for e in c.entries
               if c.control == PLACEBO}  # fmt: skip
    assert (
        entries["dakwar-2014", "craving"] == entries["dakwar-2014", "motivation to quit"] == (WORDS)
    )


def test_a_contrast_with_an_arm_without_a_control_type_is_against_another_control() -> None:
    estimate = contrast("OR", 3.0, 1.0, 9.0)
    found = kinds(outcome("abstinence", result(estimate)))
    assert set(found.values()) == {COMPARED}


def test_every_study_of_an_analysis_is_in_the_map_with_numbers() -> None:
    compared = {
        (entry.study, cell.outcome)
        for cell in MAP.cells
        for entry in cell.of(COMPARED)
        if cell.control != NO_CONTROL
    }
    for row in INPUTS.answers[0].main.rows:
        assert (row.study, "abstinence") in compared or (row.study, "relapse") in compared


def test_every_study_with_a_result_or_without_any_yet_stands_somewhere() -> None:
    shown = {entry.study for cell in MAP.cells for entry in cell.entries}
    for item in INPUTS.evidence.studies:
        expected = bool(item.outcomes) or str(item.status) in ("ongoing", "awaiting data")
        assert (item.id in shown) >= expected, item.id


def test_unfinished_trials_have_nothing_but_plans() -> None:
    entries = [entry for cell in MAP.cells for entry in cell.entries]
    assert {e.kind for e in entries if e.status == "ongoing"} == {AWAITED}
    assert any(e.outcome == NOT_STATED for e in entries)


def test_methamphetamine_has_no_controlled_result_and_the_map_says_so() -> None:
    assert any(s.startswith("Methamphetamine: no controlled result.") for s in MAP.silences)
    assert not [c for c in MAP.cells if c.substance == "methamphetamine" and c.kind == COMPARED]


def test_alcohol_against_placebo_by_hand() -> None:
    cell = MAP.cell("alcohol", "abstinence", PLACEBO)
    assert (cell.entries[0].label, cell.entries[0].kind) == ("Dakwar 2020", COMPARED)
    assert cell.people == 40 + 96 + 65
    assert signs(cell) == "■ 1 □ 2"
    assert MAP.cell("alcohol", "abstinence", OTHER).people == 211


def test_a_place_that_is_not_on_the_map() -> None:
    with pytest.raises(KeyError):
        MAP.cell("coffee", "abstinence", PLACEBO)


def test_certainty_is_shown_only_where_arms_were_compared() -> None:
    graded = evidence_map(
        INPUTS.evidence,
        {("alcohol", "abstinence"): "very low", ("methamphetamine", "consumption"): "high"},
    )
    shown = {(c.substance, c.control) for c in graded.cells if c.certainty}
    assert ("alcohol", PLACEBO) in shown
    assert not [place for place in shown if place[0] == "methamphetamine"]


def test_the_tables_hold_every_cell_and_every_silence() -> None:
    listed = evidence_map_list(MAP)
    assert len(listed.rows) == len(MAP.substances) * len(MAP.outcomes) * len(CONTROLS)
    read = evidence_map_table(MAP)
    assert set(MAP.silences) <= set(read.notes)
    places = Counter((r.cells[0].text, r.cells[1].text) for r in read.rows)
    assert max(places.values()) == 1


def test_every_study_has_a_state_for_every_question_and_pooled_ones_are_the_rows() -> None:
    matrix = availability(INPUTS.answers, INPUTS.evidence)
    assert len(matrix.studies) == len(INPUTS.evidence.studies)
    for i, answer in enumerate(INPUTS.answers):
        pooled = {s.study for s in matrix.studies if s.states[i] == POOLED}
        assert pooled == {row.study for row in answer.main.rows}
    for line in matrix.studies:
        assert set(line.states) <= set(STATES)
        for state, reason in zip(line.states, line.reasons, strict=True):
            assert reason or state in (POOLED, NOT_RECORDED)
    table = availability_table(matrix)
    assert all(len(row.cells) == 2 + len(INPUTS.answers) for row in table.rows)
