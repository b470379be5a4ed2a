"""Answers: the real ones hold what they must, and small ones show each part at work."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.records import real
from tests.records.makers import contrast, events, evidence, outcome, question, result, study
from tests.records.test_loading import GOOD, evidence_folder
from tests.synthesis.real_answers import analyses, answers

from ketameta.appraisal.answers import answer_review
from ketameta.errors import UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.questions.question import Question, Review
from ketameta.records.store import load_evidence
from ketameta.records.study import Study
from ketameta.synthesis.answer import Analysis, Answer
from ketameta.synthesis.answering import answer
from ketameta.synthesis.json_codec import to_json, to_plain

QUESTIONS = [q.id for q in real.review().questions]
by_question = pytest.mark.parametrize("name", QUESTIONS)


def sensitivity(found: Answer, name: str) -> Analysis:
    return next(analysis for analysis in found.sensitivity if analysis.id == name)


def test_all_contrasts_of_long_abstinence_are_five_studies() -> None:
    """Numbers of metafor 3.8-1: rma(yi, vi, test="knha"), predict(transf=exp), tight control."""
    analysis = sensitivity(answers()["abstinence-longest"], "all-contrasts")
    assert {row.study for row in analysis.rows} == {
        "krupitsky-1997",
        "krupitsky-2007",
        "dakwar-2019",
        "dakwar-2020",
        "grabski-2022",
    }
    pooled = analysis.pooled
    assert pooled is not None
    spread, ahead = pooled.heterogeneity, pooled.prediction
    assert round(math.exp(pooled.estimate), 4) == 3.5261
    assert round(math.exp(pooled.interval.low or 0), 4) == 1.4005
    assert round(math.exp(pooled.interval.high or 0), 4) == 8.8775
    assert round(spread.tau2 or 0, 6) == 0.319451
    assert round(spread.i2 or 0, 4) == 53.2728
    assert round(spread.q, 6) == 8.787857
    assert round(math.exp(ahead.low or 0), 2) == 0.57
    assert round(math.exp(ahead.high or 0), 1) == 21.8


def test_the_five_rows_from_the_printed_numbers() -> None:
    """Log odds ratios and variances by hand from counts, or from the interval that was printed."""
    counts = {
        "krupitsky-1997": (73, 111, 24, 100),
        "dakwar-2019": (13, 27, 3, 28),
        "dakwar-2020": (14, 17, 15, 23),
        "krupitsky-2007": (13, 26, 6, 27),
    }
    analysis = sensitivity(answers()["abstinence-longest"], "all-contrasts")
    rows = {row.study: row for row in analysis.rows}
    for name, (a, n1, c, n2) in counts.items():
        b, d = n1 - a, n2 - c
        assert rows[name].y == pytest.approx(math.log(a * d / (b * c)), rel=1e-12)
        assert rows[name].v == pytest.approx(1 / a + 1 / b + 1 / c + 1 / d, rel=1e-12)
    grabski = rows["grabski-2022"]  # relapse 0.80 (0.31 to 2.10), turned round
    assert grabski.y == pytest.approx(-math.log(0.80), rel=1e-12)
    half = math.log(2.10 / 0.31) / (2 * 1.959963984540054)
    assert grabski.v == pytest.approx(half**2, rel=1e-12)


def test_the_main_analysis_leaves_out_the_comparison_of_sessions() -> None:
    main = answers()["abstinence-longest"].main
    assert [row.study for row in main.rows] == [
        "krupitsky-1997",
        "dakwar-2019",
        "dakwar-2020",
        "grabski-2022",
    ]
    left = {entry.study: entry for entry in main.left_out}
    assert left["krupitsky-2007"].status == "criteria"
    assert "session comparison" in left["krupitsky-2007"].reason


@by_question
def test_an_answer_survives_json(name: str) -> None:
    found = answers()[name]
    text = to_json(found)
    again = json.loads(text)
    assert again == to_plain(found)
    if found.main.pooled is not None:
        assert np.array_equal(again["main"]["pooled"]["weights"], found.main.pooled.weights)


@by_question
def test_each_study_stands_on_exactly_one_side_of_every_analysis(name: str) -> None:
    every = sorted(s.id for s in real.evidence().studies)
    found = answers()[name]
    for analysis in (found.main, *found.sensitivity):
        rows = [row.study for row in analysis.rows]
        assert sorted(rows + [entry.study for entry in analysis.left_out]) == every
        assert (analysis.pooled is None) == (analysis.k == 0)
        if analysis.pooled is not None:
            assert analysis.pooled.labels == tuple(row.label for row in analysis.rows)
            assert analysis.pooled.measure == found.question.measure


@by_question
def test_subgroups_part_the_main_analysis_and_one_study_is_missing_in_turn(name: str) -> None:
    found = answers()[name]
    everyone = sorted(row.study for row in found.main.rows)
    if found.subgroup_test is not None:
        members = [row.study for group in found.subgroups for row in group.analysis.rows]
        assert sorted(members) == everyone
    assert len(found.leave_one_out) == (found.main.k if found.main.k > 2 else 0)
    for row, analysis in zip(found.main.rows, found.leave_one_out, strict=False):
        rest = sorted(other.study for other in analysis.rows)
        assert sorted([*rest, row.study]) == everyone
        assert analysis.title == f"Without {row.label}"


@by_question
def test_every_number_leads_to_its_line_in_a_record(name: str) -> None:
    found = answers()[name]
    for analysis in analyses(found):
        for row in analysis.rows:
            lines = (real.ROOT / row.source.file).read_text(encoding="utf-8").splitlines()
            here = lines[row.source.line - 1]
            assert here.lstrip().startswith(("- ", "id:", "time:")) or ": " in here
            assert row.time_label in "\n".join(lines[row.source.line - 1 :][:4])


@by_question
def test_intervals_of_studies_are_those_of_the_review_and_lie_around_the_estimate(
    name: str,
) -> None:
    for analysis in analyses(answers()[name]):
        for row in analysis.rows:
            if row.y == 0 and not row.experimental.events:
                assert row.low < 0 < row.high
                continue
            half = 1.959963984540054 * math.sqrt(row.v)
            assert (row.low, row.high) == pytest.approx((row.y - half, row.y + half), rel=1e-12)


def test_the_order_of_the_files_changes_nothing() -> None:
    shuffled = list(real.evidence().loaded)
    random.Random(1).shuffle(shuffled)
    other = replace(real.evidence(), loaded=tuple(shuffled))
    for found in answer_review(real.review(), other):
        assert to_json(found) == to_json(answers()[found.question.id])


def test_where_one_stands_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = evidence_folder(tmp_path, {"alcohol/doe-2020.yaml": GOOD})
    wanted = question()
    texts = []
    for here in (tmp_path, folder / "alcohol", tmp_path.parent):
        monkeypatch.chdir(here)
        found = answer(wanted, small_review(wanted), load_evidence(folder))
        assert found.main.rows[0].source.file == "studies/alcohol/doe-2020.yaml"
        texts.append(to_json(found))
    assert len(set(texts)) == 1


# ---- small answers -------------------------------------------------------------------------


def trial(name: str, a: int, c: int, n: int = 30, **more: Any) -> Study:
    counts = events(ketamine=(a, n), saline=(c, n))
    return study(outcome("abstinence", result(counts)), name=name, **more)


TRIALS = (
    trial("doe-2018", 13, 6),
    trial("roe-2019", 9, 7, substance="opioid"),
    trial("poe-2020", 20, 8, substance="opioid"),
    trial(
        "coe-2021",
        4,
        5,
        substance="cocaine",
        design={
            "randomised": "no",
            "type": "before-after",
            "country": "Norway",
            "blinded": ["nobody"],
            "source": {"ref": "paper", "locator": "x"},
        },
    ),
)


def small_review(wanted: Question, **choices: Any) -> Review:
    dump = real.review().model_dump(exclude={"questions", "choices", "criteria"})
    randomised = {"id": "randomised", "title": "Randomised", "why": "x"}
    randomised["criteria"] = {"randomised": ["yes"]}  # type: ignore[assignment]
    return Review.model_validate(
        {**dump, "sets": [randomised], "questions": [wanted.model_dump(by_alias=True)]}
        | ({"choices": choices} if choices else {})
    )


def small(*studies: Study, choices: Any = None, **more: Any) -> Answer:
    wanted = question(**more)
    return answer(wanted, small_review(wanted, **(choices or {})), evidence(*studies))


def pooled_log_odds(*tables: tuple[int, int], n: int = 30) -> Any:
    y = [math.log(a * (n - c) / ((n - a) * c)) for a, c in tables]
    v = [1 / a + 1 / (n - a) + 1 / c + 1 / (n - c) for a, c in tables]
    return pool(
        EffectEstimates.from_arrays("OR", y, v), PoolingChoices("REML", "hksj", "t(k-1)", 0.95)
    )


def test_what_is_pooled_are_the_rows() -> None:
    found = small(*TRIALS)
    expected = pooled_log_odds((13, 6), (9, 7), (20, 8), (4, 5))
    assert found.main.pooled is not None
    assert found.main.pooled.estimate == pytest.approx(expected.estimate, rel=1e-12)
    assert found.main.pooled.interval == expected.interval
    without = pooled_log_odds((13, 6), (9, 7), (4, 5))
    assert found.leave_one_out[2].id == "without-poe-2020"
    assert found.leave_one_out[2].pooled is not None
    assert found.leave_one_out[2].pooled.estimate == pytest.approx(without.estimate, rel=1e-12)


def test_groups_that_are_expected_stand_first_even_where_they_are_empty() -> None:
    found = small(*TRIALS, subgroups="substance", expected_subgroups=["tobacco", "opioid"])
    assert [(g.name, g.analysis.k) for g in found.subgroups] == [
        ("tobacco", 0),
        ("opioid", 2),
        ("alcohol", 1),
        ("cocaine", 1),
    ]
    assert found.subgroups[0].analysis.pooled is None
    opioid = found.subgroups[1].analysis.pooled
    assert opioid is not None
    assert opioid.estimate == pytest.approx(pooled_log_odds((9, 7), (20, 8)).estimate, rel=1e-12)
    assert found.subgroup_test is not None
    assert found.subgroup_test.p_value is None
    assert [c.code for c in found.subgroup_test.cautions] == ["single_study_group"]


def test_subgroups_by_randomisation_and_by_control() -> None:
    found = small(*TRIALS, subgroups="randomised")
    assert [(g.name, g.analysis.k) for g in found.subgroups] == [
        ("randomised: yes", 3),
        ("randomised: no", 1),
    ]
    found = small(*TRIALS, subgroups="control type")
    assert [(g.name, g.analysis.k) for g in found.subgroups] == [("inert placebo", 4)]


def test_a_question_that_no_study_answers() -> None:
    found = small(*TRIALS[:0], subgroups="substance", expected_subgroups=["opioid"])
    assert found.main.pooled is None
    assert [(g.name, g.analysis.pooled) for g in found.subgroups] == [("opioid", None)]
    assert found.subgroup_test is not None
    assert found.subgroup_test.q is None
    assert found.leave_one_out == ()
    assert json.loads(to_json(found)) == to_plain(found)


def test_a_sensitivity_set_changes_only_what_it_says() -> None:
    found = small(*TRIALS, sensitivity=["randomised"])
    (analysis,) = found.sensitivity
    assert (analysis.id, analysis.title) == ("randomised", "Randomised")
    assert [row.study for row in analysis.rows] == ["doe-2018", "roe-2019", "poe-2020"]
    assert [(e.study, e.reason) for e in analysis.left_out] == [("coe-2021", "Randomised: no.")]


def test_a_study_without_information_is_left_out_with_its_reason() -> None:
    found = small(*TRIALS, trial("zoe-2022", 0, 0))
    assert found.main.k == 4
    (entry,) = found.main.left_out
    assert (entry.study, entry.status) == ("zoe-2022", "no usable number")
    assert entry.reason == (
        "week 12: no events in either group: no information about the odds ratio."
    )


def test_what_was_done_about_a_zero_cell_is_said() -> None:
    found = small(*TRIALS, trial("zoe-2022", 3, 0))
    assert found.main.pooled is not None
    (caution,) = [c for c in found.main.pooled.cautions if c.code == "zero_cell_correction"]
    assert caution.message.endswith("touched: Zoe 2022.")


def test_zero_cells_of_several_studies_are_one_caution() -> None:
    found = small(*TRIALS, trial("zoe-2022", 3, 0), trial("moe-2023", 4, 0))
    assert found.main.pooled is not None
    (caution,) = [c for c in found.main.pooled.cautions if c.code == "zero_cell_correction"]
    assert caution.message.count("zero cells") == 1
    assert caution.message.endswith(
        ("touched: Zoe 2022, Moe 2023.", "touched: Moe 2023, Zoe 2022.")
    )


def test_the_choices_of_the_review_are_used() -> None:
    found = small(*TRIALS, choices={"tau2": "DL", "interval": "wald", "level": 90})
    pooled = found.main.pooled
    assert pooled is not None
    assert (pooled.tau2_method, pooled.interval_method, pooled.level) == ("DL", "wald", 0.9)
    row = found.main.rows[0]
    assert row.high - row.y == pytest.approx(1.6448536269514722 * math.sqrt(row.v), rel=1e-12)


@pytest.mark.parametrize(
    ("more", "choices", "message"),
    [
        ({"measure": "ODR"}, {}, "no measure 'ODR'"),
        ({}, {"tau2": "RELM"}, "RELM"),
        ({}, {"interval": "hskj"}, "hskj"),
        ({}, {"zero_cells": "only"}, "no rule 'only'"),
    ],
)
def test_a_name_that_does_not_exist_is_an_error(more: Any, choices: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        small(*TRIALS, choices=choices, **more)


def test_the_line_of_the_question() -> None:
    window = {"minimum": 4, "maximum": 26}
    found = small(*TRIALS, time=window, control_label="Saline").question
    assert found.outcome == "abstinence or no relapse"
    assert found.time == "weeks 4 to 26"
    assert (found.favours_experimental, found.favours_control) == (
        "Favours ketamine",
        "Favours saline",
    )


SOURCES = {
    "the level of the document": ({"ref": "paper"}, "primary abstract", "The paper"),
    "the weakest of several": (
        {"ref": "paper", "also": ["news", "review"]},
        "press",
        "The paper; A news item; A review",
    ),
    "what was derived": (
        {"ref": "review", "derivation": "1 + 1"},
        "derived from secondary review",
        "A review",
    ),
    "a derived document beside the press": (
        {"ref": "sum", "derivation": "1 + 1", "also": ["news"]},
        "derived from press",
        "Arithmetic; A news item",
    ),
    "a derived document alone": (
        {"ref": "sum", "derivation": "1 + 1"},
        "derived",
        "Arithmetic",
    ),
}


@pytest.mark.parametrize(("ref", "level", "document"), SOURCES.values(), ids=SOURCES.keys())
def test_the_source_of_a_row(ref: dict[str, Any], level: str, document: str) -> None:
    counts = events(ketamine=(13, 30), saline=(6, 30))
    made = study(outcome("abstinence", result(counts, source={"locator": "x", **ref})))
    source = small(made).main.rows[0].source
    assert (source.verification, source.document) == (level, document)
    assert (source.locator, source.file) == ("x", "studies/alcohol/doe-2020.yaml")


def test_a_source_of_a_single_number_counts() -> None:
    counts = events(ketamine=(13, 30), saline=(6, 30))
    fields = {"data.arms.ketamine.n": {"ref": "news", "locator": "x"}}
    made = study(outcome("abstinence", result(counts, field_sources=fields)))
    assert small(made).main.rows[0].source.verification == "press"


def test_the_address_is_that_of_the_document_or_of_its_doi() -> None:
    counts = events(ketamine=(13, 30), saline=(6, 30))
    addresses = []
    for ref in ("paper", "registry", "review"):
        made = study(outcome("abstinence", result(counts, source={"ref": ref, "locator": "x"})))
        addresses.append(small(made).main.rows[0].source.address)
    assert addresses == ["https://doi.org/10.1000/xyz123", "https://example.org/registry", None]


def test_a_contrast_is_pooled_beside_counts() -> None:
    reported = study(outcome("abstinence", result(contrast("OR", 2.0, 1.0, 4.0))), name="moe-2022")
    found = small(TRIALS[0], reported)
    assert [row.experimental.events for row in found.main.rows] == [13, None]
    assert found.main.rows[1].assessment == "not stated"
    assert found.main.k == 2
