"""Sentences about answers: what they say, and what they never say."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest
from tests.figures.builders import Trial, answer, flags, ketamine_answer, two_by_two
from tests.records.real import review

from ketameta.reports.headline import headline, pool_flag_lines, study_flag_lines
from ketameta.reports.question_section import (
    heterogeneity_table,
    question_section,
    safeguard_words,
    subgroup_test_words,
)
from ketameta.reports.wording import (
    absolute_sentence,
    basis,
    heterogeneity_words,
    lead,
    readings,
    restricted_sentence,
    restricting_sets,
)
from ketameta.synthesis.answer import Answer, Flag, SubgroupTest

FORBIDDEN = re.compile(r"signific|no effect|no difference|proves|\bnan\b|\bNone\b|\binf\b", re.I)


def far(shift: float, *, se: float = 0.1, measure: str = "OR", better: str = "higher") -> Answer:
    """Three studies that agree closely, `shift` from the null value."""
    trials = [Trial(f"S{i} 2000", shift + d, se) for i, d in enumerate((-0.05, 0.0, 0.05))]
    return answer(trials, measure=measure, better=better)


def test_the_lead_gives_estimate_interval_direction_studies_and_people() -> None:
    assert lead(ketamine_answer()) == (
        "Pooled odds ratio for abstinence, at the longest follow-up: 3.53 (95% CI 1.40 to 8.88; "
        "never narrower than the plain SE: 1.32 to 9.44); above 1 favours ketamine. "
        "5 studies, 455 people."
    )


def test_the_lead_does_not_hide_that_the_factor_shortened_the_interval() -> None:
    # t on 1 df is 12.7062: 0.4 -+ 12.7062 * 0.1, and with the plain SE of 0.282843 -+ 3.593862.
    close = answer([Trial("A 2000", 0.3, 0.4), Trial("B 2000", 0.5, 0.4)], measure="MD")
    assert (
        "0.40 (95% CI −0.87 to 1.67; never narrower than the plain SE: −3.19 to 3.99); above 0"
    ) in lead(close)


def test_one_study_is_not_called_pooled() -> None:
    one = answer([two_by_two("Doe 2020", 13, 27, 3, 28)])
    assert lead(one) == (
        "One study, not pooled (Doe 2020, 55 people): odds ratio of abstinence, at the longest "
        "follow-up: 7.74 (95% CI 1.88 to 31.87); above 1 favours ketamine."
    )
    assert basis(one.main) == (
        "The study is randomised, the control was an inert placebo, and its numbers were read at "
        "the primary source."
    )
    assert heterogeneity_words(one) == ("Heterogeneity cannot be estimated from one study.",)


def test_no_study_says_so_and_nothing_more() -> None:
    none = answer([])
    expected = "No usable study: nothing can be said about abstinence at the longest follow-up."
    assert lead(none) == expected
    assert (readings(none), basis(none.main), heterogeneity_words(none)) == ((), "", ())


def test_an_interval_across_the_null_leaves_the_direction_open() -> None:
    interval, prediction = readings(far(0.02))
    assert interval == (
        "The interval reaches from the side that favours control to the side that favours "
        "ketamine: the direction is open."
    )
    assert prediction.endswith("(95% prediction interval): benefit and harm are both within it.")


@pytest.mark.parametrize(
    ("shift", "better", "side"),
    [
        (2.0, "higher", "ketamine"),
        (-2.0, "higher", "control"),
        (2.0, "lower", "control"),
        (-2.0, "lower", "ketamine"),
    ],
)
def test_the_side_of_an_interval_follows_the_question(shift: float, better: str, side: str) -> None:
    interval, prediction = readings(far(shift, better=better))
    assert interval == f"The whole interval lies on the side that favours {side}."
    assert prediction.endswith(f"; all of it lies on the side that favours {side}.")


def test_an_interval_too_wide_to_use_is_called_that() -> None:
    two = answer([two_by_two("A 2000", 13, 27, 3, 28), two_by_two("B 2001", 10, 48, 9, 48)])
    assert readings(two)[0].endswith("It is so wide that it says next to nothing about the size.")


def test_the_basis_counts_randomised_placebo_and_verified() -> None:
    rows = ketamine_answer().main.rows
    main = replace(
        ketamine_answer().main,
        rows=(replace(rows[0], randomised="no"), *rows[1:]),
    )
    # controls: usual care, active placebo, inert placebo, fewer sessions, active placebo; one UV
    assert basis(main) == (
        "Of the 5 studies, 4 are randomised, 3 are placebo-controlled (inert or active), and the "
        "numbers of 4 were read at the primary source."
    )


def test_sets_that_only_leave_studies_out_are_told_apart_from_others() -> None:
    found = ketamine_answer()
    other = replace(found.sensitivity[0].rows[0], y=9.0)
    changed = replace(found.sensitivity[0], title="Other numbers", rows=(other,))
    found = replace(found, sensitivity=(*found.sensitivity, changed))
    titles = [analysis.title for analysis in restricting_sets(found)]
    assert "Randomised only" in titles
    assert "Other numbers" not in titles


def test_what_remains_when_only_some_studies_count() -> None:
    found = ketamine_answer()
    several, _, single, none = found.sensitivity
    assert restricted_sentence(found, several).startswith("4 of 5 studies: OR 2.")
    assert restricted_sentence(found, single) == (
        "1 of 5 studies (Dakwar 2019), not pooled: OR 7.74 (1.88 to 31.87)"
    )
    assert restricted_sentence(found, none) == "none of the 5 studies is left"
    assert restricted_sentence(found, found.main) == "all 5 studies; the result stays as it is"


def test_odds_are_put_as_people_out_of_100() -> None:
    # 25 of 100 are odds of 1/3; 3.5261/3 = 1.1754 -> 54; 1.4005/3 -> 32; 8.8775/3 -> 75
    assert absolute_sentence(ketamine_answer(), 0.25) == (
        "Odds are not chances: if 25 of 100 people have the good outcome without ketamine, this "
        "odds ratio means 54 of 100 with it (95% CI 32 to 75)."
    )
    assert absolute_sentence(far(0.5, measure="SMD"), 0.25) == ""
    assert absolute_sentence(far(0.5, better="lower"), 0.25) == ""


def test_heterogeneity_estimated_as_0_is_not_called_agreement() -> None:
    words = " ".join(heterogeneity_words(far(0.5)))
    assert "estimated as 0. That does not show that the studies agree." in words
    assert "With 3 studies this is poorly known." in words


def test_heterogeneity_is_put_in_the_readers_units() -> None:
    words = heterogeneity_words(ketamine_answer())
    assert words[0] == (
        "The true effects are estimated to differ between studies: one standard deviation between "
        f"studies multiplies or divides the odds ratio by {math.exp(math.sqrt(0.319451)):.2f}."
    )


def test_both_i2_are_labelled() -> None:
    table = heterogeneity_table(ketamine_answer())
    assert table is not None
    lines = {row.cells[0].text: row.cells[1].text for row in table.rows}
    # from Q: 100 (8.787857 - 4)/8.787857 = 54.48 %
    assert lines == {
        "tau² (restricted maximum likelihood)": "0.319",
        "I² from tau²": "53%",
        "I² from Q": "54%",
        "Q": "8.79, df 4, P = 0.07",
    }


def test_a_factor_below_1_is_explained_and_one_above_changes_nothing() -> None:
    close, apart = far(0.5), answer([Trial("A 1", 0.0, 0.1), Trial("B 2", 1.0, 0.1)])
    assert "below 1" in safeguard_words(close)
    assert "With the factor kept at 1 it is" in safeguard_words(close)
    pooled = apart.main.pooled
    assert pooled is not None
    raised = replace(apart, main=replace(apart.main, pooled=replace(pooled, hksj_factor=1.2)))
    assert safeguard_words(raised).endswith("so that its safeguard changes nothing.")
    assert safeguard_words(answer([])) == ""


def test_the_test_of_subgroups_gives_its_reason_where_there_is_none() -> None:
    found = ketamine_answer()
    assert "Q = 1.23, df 2, P = 0.54" in subgroup_test_words(found)
    without = replace(found, subgroup_test=SubgroupTest("substance", None, None, None))
    assert subgroup_test_words(without) == "Differences by substance cannot be tested."
    assert subgroup_test_words(answer([])) == ""


def test_flags_of_the_pool_come_weightiest_first_and_those_of_studies_are_gathered() -> None:
    found = ketamine_answer()
    main = replace(found.main, flags=(*flags("PH"), Flag("PK", "serious", "5 studies.")))
    assert [line.code for line in pool_flag_lines(main)] == ["PK", "PH"]
    gathered = {line.code: line for line in study_flag_lines(main)}
    assert gathered["SM"].found == "3 of 5"
    assert [label for _, label in gathered["SM"].studies] == [
        "Dakwar 2020",
        "Krupitsky 2007",
        "Dakwar 2019",
    ]
    severities = [line.severity for line in study_flag_lines(main)]
    assert severities == sorted(severities, key=["serious", "caution", "info"].index)


@pytest.mark.parametrize("measure", ["OR", "RR", "HR", "RD", "MD", "SMD"])
@pytest.mark.parametrize("shift", [-1.0, 0.0, 1.0])
def test_no_sentence_claims_significance_or_absence_of_effect(measure: str, shift: float) -> None:
    for found in (
        far(shift, measure=measure),
        answer([Trial("Doe 2020", shift, 0.4)], measure=measure),
        answer([], measure=measure),
    ):
        section = question_section(found, review(), certainty="")
        words = [headline(found, review(), "").text, section.lead, *section.sentences]
        words += [*section.heterogeneity, section.safeguard, section.subgroup_test]
        for table in section.robustness:
            words += [cell.text for row in table.rows for cell in row.cells]
        for text in words:
            assert not FORBIDDEN.search(text), text
