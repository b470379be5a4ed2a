"""What was found: the overview for readers and every analysis for files."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import pytest
from tests.figures.builders import Trial, answer, flags, ketamine_answer, two_by_two

from ketameta.notation.numbers import DASH
from ketameta.synthesis.answer import Answer, LeftOut
from ketameta.tables.csv import to_csv
from ketameta.tables.findings import analyses, flag_cell, overview, pooled
from ketameta.tables.html import to_html
from ketameta.tables.markdown import to_markdown
from ketameta.tables.table import Table


def read(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(table))))


def test_every_analysis_is_there_once_the_main_one_first() -> None:
    found = [(kind, analysis.title) for kind, analysis in analyses(ketamine_answer())]
    assert found[0][0] == "main"
    assert [kind for kind, _ in found] == ["main", *["subgroup"] * 4, *["sensitivity"] * 4]


def test_files_hold_what_metafor_computes() -> None:
    main = read(pooled([ketamine_answer()]))[0]
    assert float(main["estimate_shown"]) == pytest.approx(3.5261, abs=5e-5)
    assert float(main["ci_low_shown"]) == pytest.approx(1.4005, abs=5e-5)
    assert float(main["ci_high_shown"]) == pytest.approx(8.8775, abs=5e-5)
    assert float(main["tau2"]) == pytest.approx(0.319451, abs=5e-7)
    assert float(main["i2"]) == pytest.approx(53.2728, abs=5e-5)
    assert float(main["q"]) == pytest.approx(8.787857, abs=5e-7)
    assert math.exp(float(main["estimate"])) == pytest.approx(float(main["estimate_shown"]))
    assert main["people"] == str(111 + 100 + 17 + 23 + 48 + 48 + 26 + 27 + 27 + 28)
    assert main["k"] == "5"
    assert main["studies"] == "study-0 study-1 study-2 study-3 study-4"


def test_an_analysis_without_studies_has_empty_numbers() -> None:
    empty = read(pooled([ketamine_answer()]))[-1]
    assert empty["k"] == "0"
    assert {empty[key] for key in ("estimate", "tau2", "level", "flags")} == {""}


def test_the_overview_says_for_each_question_what_there_is() -> None:
    left = (
        LeftOut("a", "A", "alcohol", "no usable number", "only words", "Table 2"),
        LeftOut("b", "B", "alcohol", "awaiting data", "not read", None),
    )
    none = answer([])
    none = replace(none, main=replace(none.main, left_out=left))
    one = answer([two_by_two("Doe 2020", 13, 27, 3, 28)])
    rows = overview([ketamine_answer(), one, none]).for_readers().rows
    texts = [[cell.text for cell in row.cells] for row in rows]
    assert texts[0][1:6] == ["5", "455", "OR 3.53 (1.40 to 8.88)", "0.57 to 21.78", "53%"]
    assert texts[1][1:6] == ["1", "55", "OR 7.74 (1.88 to 31.87)", DASH, DASH]
    assert rows[1].cells[3].detail == "one study, not pooled; above 1 favours ketamine"
    assert texts[2][1:6] == ["0", DASH, "No usable study", DASH, DASH]
    assert rows[2].cells[3].detail == "1 without a usable number, 1 more not read yet"
    assert rows[0].cells[0].href == "#question-abstinence"


def guarded_trials() -> Answer:
    """Two studies with y of 0.3 and 0.5 and a standard error of 0.4: factor 0.35, tau² 0.

    The mean is 0.4 and its plain SE 0.4 / sqrt(2) = 0.282843; t on 1 df is 12.7062; so the
    safeguarded limits are 0.4 -+ 3.593862 and those used 0.4 -+ 12.7062 * 0.1 = 1.27062.
    """
    return answer([Trial("A 2000", 0.3, 0.4), Trial("B 2000", 0.5, 0.4)], measure="MD")


def test_a_shortened_interval_has_the_safeguarded_one_below_it() -> None:
    # Equal variances and tau² above 0: tau² is the rest of the variance, the factor exactly 1.
    apart = answer([Trial("A 2000", -1.7, 0.4), Trial("B 2000", 2.1, 0.4)], measure="MD")
    table = overview([guarded_trials(), apart])
    result = table.for_readers().rows[0].cells[3]
    assert result.text == "MD 0.40 (−0.87 to 1.67)"
    said = "never narrower than the plain SE: −3.19 to 3.99"
    assert result.detail == f"{said}; above 0 favours ketamine"
    assert f"<br><sub>{said}" in to_markdown(table)
    assert said in to_html(table)
    assert "never narrower" not in table.for_readers().rows[1].cells[3].detail
    first, second = read(table)
    assert float(first["guarded_low"]) == pytest.approx(-3.193862, abs=5e-6)
    assert float(first["guarded_high"]) == pytest.approx(3.993862, abs=5e-6)
    assert (second["guarded_low"], second["guarded_high"]) == ("", "")


def test_flags_stand_with_the_weightiest_first_and_otherwise_in_order() -> None:
    cell = flag_cell(flags("SM", "AP", "NP", "SC", "NR"))
    assert cell.text == "NP NR SM AP SC"
    assert [mark.severity for mark in cell.marks] == [
        "serious",
        "serious",
        "caution",
        "info",
        "info",
    ]
