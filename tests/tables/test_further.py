"""Other looks in tables and words: every study and prior, with the numbers of the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.reports.real_report import real_inputs

from ketameta.synthesis.answer import Answer, SmallStudyLine
from ketameta.tables.formatting import AnswerText
from ketameta.tables.further import (
    bayes_table,
    influence_table,
    multiverse_words,
    small_study_words,
)

ANSWERS = real_inputs().answers
MAIN = ANSWERS[0]


def test_the_bayesian_rows_stand_below_the_main_analysis() -> None:
    table = bayes_table(MAIN)
    assert table is not None
    assert MAIN.further is not None
    assert len(table.rows) == 1 + len(MAIN.further.bayes)
    text = AnswerText.of(MAIN)
    assert MAIN.main.pooled is not None
    assert table.rows[0].cells[1].text == text.with_interval(
        MAIN.main.pooled.estimate, MAIN.main.pooled.interval
    )
    assert table.rows[1].cells[0].text == "Half-normal (0.5)"
    assert table.rows[1].cells[1].text.startswith(text.point(MAIN.further.bayes[0].median))


def test_the_influence_table_has_every_study() -> None:
    table = influence_table(MAIN)
    assert table is not None
    assert [row.cells[0].text for row in table.rows] == [row.label for row in MAIN.main.rows]


def test_the_multiverse_in_words_names_its_ends() -> None:
    assert MAIN.further is not None
    text, words = AnswerText.of(MAIN), multiverse_words(MAIN)
    estimates = [line.estimate for line in MAIN.further.universes]
    assert f"Under {len(estimates)} combinations" in words
    assert f"between {text.point(min(estimates))} and {text.point(max(estimates))}" in words
    outside = sum(
        line.low is not None and line.high is not None and (line.low > 0 or line.high < 0)
        for line in MAIN.further.universes
    )
    assert f"{outside} of the {len(estimates)} intervals do not hold 1" in words


def test_small_studies_are_said_not_to_be_tested_with_the_reason_and_the_line() -> None:
    words = small_study_words(MAIN)
    assert words.startswith("Small-study effects were not tested. With 4 studies")
    assert words.endswith(f"ketameta bias {MAIN.question.id}.")


def test_small_studies_that_were_tested_have_their_p_values() -> None:
    assert MAIN.further is not None
    tested = replace(
        MAIN.further, small_studies=(SmallStudyLine("egger", "Egger's regression", 2.0, 0.03),)
    )
    words = small_study_words(replace(MAIN, further=tested))
    assert words.startswith("Egger's regression: P = 0.03")


@pytest.mark.parametrize(
    "answer", [a for a in ANSWERS if a.main.k < 2], ids=lambda a: a.question.id
)
def test_below_two_studies_there_is_nothing(answer: Answer) -> None:
    assert bayes_table(answer) is None
    assert influence_table(answer) is None
    assert multiverse_words(answer) == small_study_words(answer) == ""
