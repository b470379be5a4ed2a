"""Tables of risk of bias from the real records."""

from __future__ import annotations

from tests.records import real

from ketameta.appraisal.risk_of_bias.overview import assessments_of
from ketameta.tables.html import to_html
from ketameta.tables.markdown import to_markdown
from ketameta.tables.risk_of_bias import (
    answers_tables,
    disagreement_table,
    published_table,
    rob_list,
    rob_tables,
)

STUDIES = real.evidence().studies
SHOWN = assessments_of(STUDIES, "All")


def test_every_result_is_a_row_of_the_table_of_its_tool() -> None:
    tables = rob_tables(SHOWN)
    assert sum(len(table.rows) for table in tables) == len(SHOWN.results)
    assert len({table.id for table in tables}) == len(tables)
    for table in tables:
        assert to_markdown(table)
        assert to_html(table)


def test_the_list_keeps_proposal_and_judgement_of_every_domain() -> None:
    table = rob_list(STUDIES)
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, (c.text for c in row.cells), strict=True)) for row in table.rows]
    mine = [r for r in rows if r["study"] == "nct04177706"]
    assert [r["domain"] for r in mine] == ["D1", "D2", "D3", "D4", "D5", "overall"]
    assert {r["judgement"] for r in rows} == {""}
    assert all(r["proposal"] == r["stands"] != "" for r in rows)


def test_answers_show_what_supports_them_and_where_it_was_read() -> None:
    study = real.evidence().get("krupitsky-2007").study
    (table,) = answers_tables(study)
    cells = {row.cells[0].text: [cell.text for cell in row.cells] for row in table.rows}
    assert cells["3.1"][2:5] == [
        "N", "53 of 59 are analysed; the arm of the other six is not stated.", "abstract",
    ]  # fmt: skip
    assert cells["1.1"][2:] == ["NI", "", "", ""]
    assert cells["D3"][2] == "− high"


def test_without_a_second_rater_that_is_said() -> None:
    table = disagreement_table(STUDIES)
    assert table.rows == ()
    assert table.notes == ("No result has been assessed twice.",)


def test_published_judgements_stay_as_published() -> None:
    rows = [[cell.text for cell in row.cells] for row in published_table(STUDIES).rows]
    study = real.evidence().get("jovaisa-2006").study
    assert [row[2:4] for row in rows] == [
        [item.domain, item.judgement] for item in study.published_risk_of_bias
    ]
