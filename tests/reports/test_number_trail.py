"""Every number leads to its own trail, and the trail says how it was made."""

from __future__ import annotations

import math
import re
from html import unescape
from statistics import NormalDist

import pytest
from tests.reports.real_report import real_inputs, real_page

from ketameta.notation.numbers import MINUS
from ketameta.reports.durability_part import durability_part
from ketameta.reports.explorer.page_data import explorer_data
from ketameta.reports.moderators_part import moderators_part
from ketameta.reports.number_trail import NumberTrail, number_trail
from ketameta.reports.safety_part import safety_part
from ketameta.tables.further import influence_table

STEP = re.compile(r'<li id="(number-[^"]+)"><p>.*?<span class="value">([^<]*)</span>', re.DOTALL)
WORKED = re.compile(r"SE = \((ln )?(\S+) − (?:ln )?\(?([^ )]+)\)?\) / \(2 × (\S+)\) = (\S+);")
TRAILS = {a.question.id: one for a in real_inputs().answers if (one := number_trail(a))}


def trail(question: str) -> NumberTrail:
    return TRAILS[question]


def test_every_where_from_leads_to_the_number_of_its_row() -> None:
    steps = STEP.findall(real_page())
    opened = dict(steps)
    assert len(opened) == len(steps)
    links = [
        (f"number-{question['id']}-{row['id']}", f"{question['measure']} {row['effect']}")
        for question in explorer_data(real_inputs())["questions"]
        for row in question["rows"]
    ]
    assert len(dict(links)) == len(links) > 10
    for anchor, effect in links:
        assert unescape(opened[anchor]) == effect


def test_two_results_of_a_study_have_trails_of_their_own() -> None:
    found = {s.time: s for s in trail("abstinence-longest").steps if s.label == "Dakwar 2019"}
    assert {time: step.effect for time, step in found.items()} == {
        "week 5": "OR 7.74 (1.88 to 31.87)",
        "6 months": "OR 45.97 (2.55 to 830.09)",
    }
    assert found["6 months"].anchor.endswith("dakwar-2019-abstinence-w26")


# As the sources print them.
PRINTED = {
    ("abstinence-longest", "grabski-2022"): ("0.80", "0.31", "2.10"),
    ("days-abstinent", "grabski-2022"): ("10.1", "1.1", "19.0"),
    ("intubation", "pizon-2018"): ("0.14", "0.04", "0.49"),
    ("intensive-care-days", "pizon-2018"): ("−2.83", "−5.58", "−0.089"),
    ("relapse-hazard", "dakwar-2019"): ("0.47", "0.24", "0.92"),
}


@pytest.mark.parametrize("key", PRINTED, ids=lambda key: key[0])
def test_the_step_of_a_reported_estimate_can_be_redone(key: tuple[str, str]) -> None:
    question, study = key
    estimate, low, high = PRINTED[key]
    step = next(s for s in trail(question).steps if f"-{study}-" in s.anchor)
    assert f" {estimate} (95% CI {low} to {high})" in step.how
    worked = WORKED.search(step.how)
    assert worked is not None
    log, upper, lower, z, se = worked.groups()
    assert (lower, upper) == (low, high)
    ends = [float(text.replace(MINUS, "-")) for text in (lower, upper)]
    if log:
        ends = [math.log(end) for end in ends]
    redone = (ends[1] - ends[0]) / (2 * NormalDist().inv_cdf(0.975))
    assert float(se) == pytest.approx(redone, rel=2e-4)
    assert float(z) == pytest.approx(NormalDist().inv_cdf(0.975), abs=5e-4)
    assert float(step.analysis.partition("v = ")[2]) == pytest.approx(redone**2, rel=1e-5)
    said = next(line for line in trail(question).formulas if "reported" in line.name)
    assert said.formula.startswith("y = ln(estimate)" if log else "y = estimate")


@pytest.mark.parametrize("question", ["days-abstinent", "intubation", "intensive-care-days"])
def test_formulas_that_made_no_row_are_not_shown(question: str) -> None:
    shown = " ".join(line.formula for line in trail(question).formulas)
    assert "a d / (b c)" not in shown
    assert "m₁ − m₂" not in shown


def test_a_pool_of_counts_and_a_reported_estimate_shows_both_formulas() -> None:
    names = [line.name for line in trail("abstinence-longest").formulas]
    assert names[:2] == ["Odds ratio (OR)", "OR reported with its interval"]
    assert "OR reported with its interval" not in str(trail("abstinence-end-of-treatment"))


def test_studies_named_in_tables_of_numbers_lead_to_their_cards() -> None:
    inputs, page = real_inputs(), real_page()
    harms = safety_part(inputs.evidence, inputs.review).tables
    tables = [harms["risks"], harms["compared"]]
    for question in inputs.review.questions:
        found = durability_part(question, inputs.review, inputs.evidence).tables
        tables += [found["compared"], found["shares"], found["words"]]
    for part in moderators_part(inputs.answers, inputs.evidence, inputs.review):
        tables.append(part.tables["studies"])
    tables += [table for a in inputs.answers if (table := influence_table(a)) is not None]
    seen = 0
    for table in tables:
        place = next(i for i, c in enumerate(table.columns) if c.title == "Study")
        for row in table.rows:
            target = row.cells[place].href
            assert target.startswith("#study-")
            assert f'id="{target[1:]}"' in page
            seen += 1
    assert seen > 50


def test_every_question_with_a_number_leads_to_its_trail() -> None:
    page = real_page()
    assert len(TRAILS) > 5
    for question in TRAILS:
        assert page.count(f'href="#trail-{question}"') == page.count(f'id="trail-{question}"') == 1
