"""The map counts what the records hold: by hand for small records, by sums for the real ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from tests.records.makers import contrast, events, outcome, result, study
from tests.reports.real_report import real_inputs

from ketameta.appraisal.availability import NOT_RECORDED, POOLED, STATES, availability
from ketameta.appraisal.evidence_map import (
    COMPARED,
    CONTROLS,
    NO_CONTROL,
    NOT_STATED,
    ONE_ARM,
    ONGOING,
    OTHER,
    PLACEBO,
    WORDS,
    evidence_map,
    map_entries,
)
from ketameta.appraisal.map_certainty import CellCertainty, GradedBody, ResultPlace, cell_certainty
from ketameta.appraisal.map_marks import marks
from ketameta.tables.availability import availability_table
from ketameta.tables.evidence_map import evidence_map_list, evidence_map_table

INPUTS = real_inputs()
MAP = evidence_map(INPUTS.evidence)
COUNTS = events(ketamine=(13, 30), saline=(6, 30))
STATED = {"kind": "statement", "direction": "neither side said to do better", "text": "So."}
SINGLE = {"kind": "single events", "arm": "ketamine", "events": 3, "n": 30}


def kinds(*outcomes: object, **more: object) -> dict[tuple[str, str], str]:
    made = study(*outcomes, **more)  # type: ignore[arg-type]
    return {(e.outcome, e.control): e.kind for e in map_entries(made)}


def shown(substance: str, outcome_: str, control: str) -> str:
    return " ".join(marks(MAP.cell(substance, outcome_, control))).replace("\u00a0", " ")


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
    assert {e.kind for e in entries if e.status == "ongoing"} == {ONGOING}
    assert {e.status for e in entries if e.kind == ONGOING} == {"ongoing"}
    assert any(e.outcome == NOT_STATED for e in entries)


def test_methamphetamine_has_no_controlled_result_and_the_map_says_so() -> None:
    assert any(s.startswith("Methamphetamine: no controlled result.") for s in MAP.silences)
    assert not [c for c in MAP.cells if c.substance == "methamphetamine" and c.kind == COMPARED]


def test_alcohol_against_placebo_by_hand() -> None:
    cell = MAP.cell("alcohol", "abstinence", PLACEBO)
    assert (cell.entries[0].label, cell.entries[0].kind) == ("Dakwar 2020", COMPARED)
    assert (cell.people_of(COMPARED), cell.people_of(WORDS)) == (40, 96 + 65)
    assert shown("alcohol", "abstinence", PLACEBO) == "■ 1 (40) □ 2 (161)"
    assert shown("alcohol", "abstinence", OTHER) == "■ 1 (211) ? 1"
    assert shown("alcohol", "consumption", PLACEBO) == "□ 2 (118) ▷ 1"


def test_no_study_vanishes_where_more_is_known() -> None:
    """Each study of a cell is in the count of one of its marks."""
    for cell in MAP.cells:
        counts = [int(mark.split()[1]) for mark in marks(cell)]
        assert sum(counts) == len(cell.entries) == len({e.study for e in cell.entries})


def test_people_that_no_source_counts_are_not_none() -> None:
    """Kolp 2006 does not say how many; a number beside it is only part of them."""
    (entry,) = (cell := MAP.cell("alcohol", "abstinence", NO_CONTROL)).entries
    assert (entry.study, cell.people_of(ONE_ARM), cell.size_unknown(ONE_ARM)) == (
        "kolp-2006", None, 1)  # fmt: skip
    assert shown("alcohol", "abstinence", NO_CONTROL) == "▫ 1"
    known = replace(entry, study="other", people=22)
    assert marks(replace(cell, entries=(entry, known))) == ("▫\u00a02\u00a0(≥\u00a022)",)
    assert MAP.cell("cannabis", "abstinence", PLACEBO).people_of(ONE_ARM) == 0


def test_a_place_that_is_not_on_the_map() -> None:
    with pytest.raises(KeyError):
        MAP.cell("coffee", "abstinence", PLACEBO)


def body(question: str, certainty: str, *results: tuple[str, str, str, str]) -> GradedBody:
    return GradedBody(question, certainty, frozenset(ResultPlace(*one) for one in results))


HERE = ("alcohol", "abstinence", PLACEBO)


def test_a_cell_takes_the_certainty_of_the_narrowest_question_over_all_its_studies() -> None:
    own = body("own", "low", ("a", *HERE))
    wide = body("wide", "high", ("a", *HERE), ("b", *HERE), ("c", "cocaine", "relapse", OTHER))
    middle = body("middle", "moderate", ("a", *HERE), ("b", "cocaine", "abstinence", PLACEBO))
    said = cell_certainty((wide, middle, own), {"a"}, HERE)
    assert said == CellCertainty("low", "own")
    assert str(said) == "low, of the question own"
    assert cell_certainty((wide, middle), {"a"}, HERE) == CellCertainty(
        "moderate", "middle", "2 substances"
    )
    assert str(cell_certainty((wide, middle, own), {"a", "b"}, HERE)) == (
        "high, of the question wide, over 2 substances, 2 outcomes, 2 kinds of control"
    )


def test_a_question_over_part_of_a_cell_or_over_another_control_says_nothing_of_it() -> None:
    part = body("part", "low", ("a", *HERE))
    assert cell_certainty((part,), {"a", "b"}, HERE) is None
    assert cell_certainty((part,), {"a"}, ("alcohol", "abstinence", OTHER)) is None
    assert cell_certainty((part,), set(), HERE) is None


def test_certainty_stands_in_files_with_the_question_it_belongs_to() -> None:
    graded = evidence_map(
        INPUTS.evidence,
        (body("q", "very low", ("dakwar-2020", *HERE), ("x", "cocaine", "abstinence", PLACEBO)),),
    )
    listed = evidence_map_list(graded)
    keys = [column.key for column in listed.columns]
    rows = [dict(zip(keys, (c.stored for c in row.cells), strict=True)) for row in listed.rows]
    (told,) = [row for row in rows if row["certainty"] != "not graded"]
    assert (told["certainty"], told["certainty_question"], told["certainty_over"]) == (
        "very low", "q", "2 substances")  # fmt: skip
    assert (told["people_compared"], told["people_words"], told["size_unknown"]) == (40, 161, 0)
    assert marks(graded.cell(*HERE))[1] == "⊕○○○*"


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
