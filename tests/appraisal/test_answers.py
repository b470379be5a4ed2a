"""Answers with their flags, on the real records."""

from __future__ import annotations

from dataclasses import replace

from tests.records import real
from tests.synthesis.real_answers import analyses, answers

from ketameta.appraisal.answers import flagged
from ketameta.appraisal.catalog import FLAGS
from ketameta.synthesis.answer import Analysis
from ketameta.synthesis.answering import answer


def test_flags_are_added_and_nothing_else_is_changed() -> None:
    for wanted in real.review().questions:
        plain = answer(wanted, real.review(), real.evidence())
        full = answers()[wanted.id]
        assert [a.id for a in analyses(plain)] == [a.id for a in analyses(full)]
        for before, after in zip(analyses(plain), analyses(full), strict=True):
            assert all(row.flags == () and row.risk_of_bias is None for row in before.rows)
            bare = tuple(replace(row, flags=(), risk_of_bias=None) for row in after.rows)
            assert bare == before.rows
            assert after.left_out == before.left_out


def test_every_result_that_an_answer_uses_has_its_risk_of_bias() -> None:
    for found in answers().values():
        for analysis in analyses(found):
            for row in analysis.rows:
                assert row.risk_of_bias is not None, (row.study, row.outcome_id)
                assert row.risk_of_bias.overall


def test_flagging_twice_is_flagging_once() -> None:
    wanted = answers()["abstinence-longest"]
    again = flagged(wanted, real.evidence(), real.review().thresholds)
    for before, after in zip(analyses(wanted), analyses(again), strict=True):
        assert (after.rows, after.flags) == (before.rows, before.flags)


def test_every_flag_of_an_answer_is_in_the_catalog_with_its_severity() -> None:
    for found in answers().values():
        for analysis in analyses(found):
            for flag in (*analysis.flags, *(f for row in analysis.rows for f in row.flags)):
                assert FLAGS[flag.code].severity == flag.severity
                assert flag.message.endswith(".")


def codes(analysis: Analysis, study: str) -> set[str]:
    return {f.code for row in analysis.rows if row.study == study for f in row.flags}


def test_a_team_is_held_against_a_study_only_beside_its_other_study() -> None:
    """The two trials of one team in the main analysis; alone, only its one centre remains."""
    found = answers()["abstinence-longest"]
    assert "SC" in codes(found.main, "dakwar-2019")
    alone = next(a for a in found.leave_one_out if a.id == "without-dakwar-2020")
    assert "SC" not in codes(alone, "dakwar-2019")
    alone = next(a for a in found.leave_one_out if a.id == "without-dakwar-2019")
    assert "SC" in codes(alone, "dakwar-2020")


def test_the_main_question_says_what_stands_against_it() -> None:
    """What a reader must know about the four studies of long abstinence, read off the records."""
    main = answers()["abstinence-longest"].main
    assert {f.code for f in main.flags} >= {"PK", "PP", "PW", "PS", "PC"}
    assert {"NP", "NR", "OL"} <= codes(main, "krupitsky-1997")
    assert {"SM", "AP", "SF", "SE", "UV", "DC"} <= codes(main, "dakwar-2019")
    assert {"SM", "IP", "CI"} <= codes(main, "grabski-2022")
    assert not {"NP", "NR", "OL", "HA"} & codes(main, "dakwar-2019")
