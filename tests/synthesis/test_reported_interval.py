"""Where an interval rebuilt from its standard error is not the printed one, both are told."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from tests.synthesis.real_answers import answers

from ketameta.measures.catalog import measure
from ketameta.reports.wording import lead
from ketameta.synthesis.answer import PrintedContrast, StudyRow
from ketameta.synthesis.reported_interval import recomputed, recomputed_alone
from ketameta.tables.findings import overview

BASE = answers()["days-abstinent"].main.rows[0]


def row(low: float, high: float, printed: PrintedContrast | None) -> StudyRow:
    return replace(BASE, y=(low + high) / 2, low=low, high=high, printed=printed)


@pytest.mark.parametrize(
    ("limits", "printed", "said"),
    [
        ((1.15, 19.05), ("1.1", "19.0"), "1.1 to 19.0"),
        ((-5.575, -0.085), ("-5.58", "-0.089"), "−5.58 to −0.089"),
        ((1.12, 19.04), ("1.1", "19.0"), ""),
        ((1.12, 19.04), ("", ""), ""),
    ],
)
def test_a_difference_is_told_when_it_shows_in_the_digits_printed(
    limits: tuple[float, float], printed: tuple[str, str], said: str
) -> None:
    found = recomputed(row(*limits, PrintedContrast("MD", "10", *printed, "95")), measure("MD"))
    expected = f"interval recomputed from its standard error; the source prints {said}"
    assert found == (expected if said else "")


def test_ratios_are_compared_as_ratios_and_turned_ones_in_their_own_direction() -> None:
    printed = PrintedContrast("OR", "0.80", "0.31", "2.10", "95", turned=True)
    assert recomputed(row(-math.log(2.1), -math.log(0.31), printed), measure("OR")) == ""
    found = recomputed(row(-math.log(2.08), -math.log(0.31), printed), measure("OR"))
    assert found.endswith("the source prints 0.31 to 2.10 for the opposite outcome")


def test_numbers_of_each_group_have_no_printed_interval() -> None:
    assert recomputed(row(1.0, 2.0, None), measure("MD")) == ""


def test_the_sentence_and_the_table_of_questions_tell_it_alike() -> None:
    answer = answers()["days-abstinent"]
    note = recomputed_alone(answer.main, measure("MD"))
    assert note.endswith("the source prints 1.1 to 19.0")
    assert f"10.10 (95% CI 1.15 to 19.05; {note})" in lead(answer)
    assert note in overview([answer]).rows[0].cells[3].detail
    same = answers()["intubation"]
    assert recomputed_alone(same.main, measure("OR")) == ""
