"""Certainty from levels, decisions over proposals, and decisions whose inputs moved."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.appraisal.grade.made import alike, body, decided, trial
from tests.records.makers import question
from tests.reports.real_report import real_inputs

from ketameta.appraisal.grade.draft import draft
from ketameta.appraisal.grade.grading import grade, grade_review, graded_bodies
from ketameta.appraisal.grade.rating import CERTAINTIES, QuestionGrade, domain_grade
from ketameta.appraisal.grade.signs import certainty_text, domain_sign
from ketameta.appraisal.grade.stale import (
    SIGNIFICANCE,
    STALE,
    UNDECIDED,
    UNREASONED,
    decision_problems,
)
from ketameta.appraisal.grade.wording import certainty_sentences, out_of_1000
from ketameta.errors import DataError
from ketameta.questions.certainty import (
    UPGRADES,
    Certainty,
    Domain,
    GradedQuestion,
    load_certainty,
)
from ketameta.tables.grade import (
    decisions_words,
    grade_details,
    grade_disagreements,
    grade_overview,
)

LOW_RISK = {"low": 100.0}
INPUTS = real_inputs()
DECIDED = load_certainty(INPUTS.review_folder, INPUTS.review)
GRADES = grade_review(INPUTS.answers, INPUTS.review, INPUTS.evidence, DECIDED)


SOUND = body(alike(3, (800, 2000), (400, 2000)))
"""Randomised, alike, precise and long: nothing to take off."""


def sound(entry: dict[str, Any] | None = None) -> QuestionGrade:
    asked = GradedQuestion.model_validate(entry or decided())
    return grade(replace(SOUND, asked=asked), LOW_RISK)


def decision(domain: str, level: str, **more: Any) -> dict[str, Any]:
    return {"domain": domain, "level": level, **more}


def test_nothing_taken_off_is_high() -> None:
    assert (sound().certainty, sound().symbol) == ("high", "⊕⊕⊕⊕")


@pytest.mark.parametrize(
    ("levels", "certainty"),
    [
        (("serious",), "moderate"),
        (("very serious",), "low"),
        (("serious", "serious"), "low"),
        (("extremely serious",), "very low"),
        (("very serious", "very serious"), "very low"),
        (("not judged",), "high"),
    ],
)
def test_levels_add_up_and_stop_at_very_low(levels: tuple[str, ...], certainty: str) -> None:
    domains = ("imprecision", "risk of bias")
    entry = decided(*(decision(d, lv) for d, lv in zip(domains, levels, strict=False)))
    found = sound(entry)
    assert found.certainty == certainty
    assert found.proposed == "high"
    assert found.provisional == ("not judged" in levels)


def test_certainty_never_rises_with_more_doubts() -> None:
    steps = ("not serious", "serious", "very serious", "extremely serious")
    for first, second in product(range(3), repeat=2):
        pairs = [(steps[first], steps[second]), (steps[first + 1], steps[second])]
        ranks = [
            CERTAINTIES.index(
                sound(decided(decision("imprecision", a), decision("inconsistency", b))).certainty
            )
            for a, b in pairs
        ]
        assert ranks[1] <= ranks[0]


def test_nothing_is_raised_after_a_downgrade() -> None:
    design = {"type": "non-randomised controlled", "randomised": "no"}
    studies = [trial("ash-2020", (1100, 2000), (700, 2000), design=design)]
    up = decision("large effect", "two levels up")
    assert grade(body(studies, decided(up)), LOW_RISK).certainty == "high"
    down = decision("imprecision", "serious")
    assert grade(body(studies, decided(up, down)), LOW_RISK).certainty == "very low"


@pytest.mark.parametrize(
    ("risk", "other", "certainty"),
    [
        # Start high, for ROBINS-I: high less two for serious risk of bias, and one up.
        ("serious", "not serious", "moderate"),
        ("moderate", "not serious", "high"),
        ("serious", "serious", "very low"),
        ("critical", "not serious", "very low"),
        ("not assessed", "not serious", "high"),
    ],
)
def test_confounding_that_robins_i_counts_does_not_stand_against_raising(
    risk: str, other: str, certainty: str
) -> None:
    """GRADE guidelines 18: raising is to be considered with ROBINS-I as well."""
    design = {"type": "non-randomised controlled", "randomised": "no"}
    studies = [trial("ash-2020", (1100, 2000), (700, 2000), design=design)]
    up, doubt = decision("dose response", "one level up"), decision("indirectness", other)
    found = grade(body(studies, decided(up, doubt), non_randomised_start="high"), {risk: 100.0})
    assert found.start is not None
    assert found.start.level == "high"
    assert found.certainty == certainty


def test_a_large_effect_is_the_same_from_either_start() -> None:
    """Risk ratio 4: low and one up, or high, two off for serious risk of bias, and one up."""
    design = {"type": "non-randomised controlled", "randomised": "no"}
    studies = [trial("ash-2020", (1600, 2000), (400, 2000), design=design)]
    for begin in ("low", "high"):
        found = grade(body(studies, non_randomised_start=begin), {"serious": 100.0})
        assert found.proposed == "moderate"
        raised = found.domain("large effect")
        assert raised is not None
        assert str(raised.level) == "one level up"


def test_no_study_is_no_evidence() -> None:
    found = grade(body([]), {})
    assert (found.certainty, found.symbol, found.domains) == ("no evidence", "", ())
    assert "no study gives a usable number" in found.statement


def test_a_decision_on_the_inputs_of_today_is_not_stale_and_on_others_is() -> None:
    seen = dict(sound().domain("imprecision").proposal.seen)  # type: ignore[union-attr]
    fresh = sound(decided(decision("imprecision", "not serious", seen=seen)))
    assert fresh.stale == ()
    old = sound(decided(decision("imprecision", "not serious", seen={**seen, "people": "11999"})))
    assert [d.domain for d in old.stale] == ["imprecision"]
    assert old.stale[0].moved_text == "people: 11999 then, 12000 now"
    assert domain_sign(old.stale[0]) == "0!"
    assert "rests on inputs that have moved" in certainty_sentences(old)


@pytest.mark.parametrize(
    ("reason", "objected"),
    [
        ("The effect is not significant.", True),
        ("Nonsignificant.", True),
        ("P = 0.2 in the largest trial.", True),
        ("The significance of the finding.", True),
        ("The interval holds harm and benefit.", False),
        ("People signified consent; the group = all.", False),
    ],
)
def test_reasons_that_argue_with_significance(reason: str, objected: bool) -> None:
    graded = sound(decided(decision("imprecision", "serious", reason=reason)))
    kinds = {problem.kind for problem in decision_problems([graded])}
    assert (SIGNIFICANCE in kinds) == objected


def test_what_is_not_judged_is_an_upper_bound_in_every_word() -> None:
    graded = grade(SOUND, {"not assessed": 100.0})
    assert graded.statement.endswith("which nobody has judged yet.")
    assert certainty_text(graded) == "⊕⊕⊕⊕ at most high"
    assert "at most high" in certainty_sentences(graded)


def test_inputs_that_come_or_go_are_moves() -> None:
    entry = decided(decision("inconsistency", "not serious", seen={"weather": "fine"}))
    moved = {name: (then, now) for name, then, now in sound(entry).stale[0].moved}
    assert moved["weather"] == ("fine", "not there")
    assert moved["k"] == ("not there", "3")


FIRST: dict[str, Any] = {"by": "AB", "date": "2026-12-01"}
SECOND: dict[str, Any] = {"by": "CD", "date": "2026-12-03"}
DISSENT: dict[str, Any] = {
    **SECOND,
    "otherwise": [
        {"domain": "imprecision", "level": "serious", "reason": "The interval is wide."},
    ],
}


PAD = "          - domain: "
"""A domain that a signature departs from."""


def signed_grade(*signed: dict[str, Any]) -> QuestionGrade:
    """One decision on the inputs of today, with signatures under it."""
    proposal = sound().domain("imprecision")
    assert proposal is not None
    made = decision("imprecision", "not serious", seen=dict(proposal.proposal.seen))
    return sound(decided(made, signed=list(signed)))


def test_a_decision_is_a_draft_until_people_sign() -> None:
    """Nothing stands there that the file does not carry."""
    words = [
        signed_grade(*signed).confirmations[0].words
        for signed in ((), (FIRST,), (FIRST, SECOND), (FIRST, DISSENT))
    ]
    assert words == [
        "drafted on 22 November 2026; not yet confirmed by a person",
        "drafted on 22 November 2026; confirmed by AB on 1 December 2026, not yet by a second "
        "person",
        "drafted on 22 November 2026; confirmed by AB on 1 December 2026 and by CD on 3 December "
        "2026",
        "drafted on 22 November 2026; confirmed by AB on 1 December 2026; CD would decide "
        "otherwise: serious (The interval is wide)",
    ]
    assert sound().confirmations == ()
    assert decisions_words([sound()]) == ""
    assert decisions_words([signed_grade()]) == (
        "The decision is drafted in the records; no person has confirmed it yet. What the rules "
        "propose stands throughout."
    )


def test_where_people_differ_is_listed() -> None:
    (row,) = grade_disagreements([signed_grade(FIRST, DISSENT)]).rows
    assert [cell.text for cell in row.cells[1:]] == [
        *("imprecision", "not serious", "CD", "serious", "The interval is wide.", "2026-12-03"),
    ]
    assert grade_disagreements([signed_grade(FIRST, SECOND)]).rows == ()


def test_signatures_stay_in_a_draft_until_an_input_moves(tmp_path: Path) -> None:
    text = draft([signed_grade(FIRST, DISSENT)], Certainty())
    review = INPUTS.review.model_copy(update={"questions": (SOUND.question,)})
    (tmp_path / "certainty.yaml").write_text(text, encoding="utf-8")
    read = load_certainty(tmp_path, review).of("a-question")
    assert read is not None
    assert [(one.by, one.date, len(one.otherwise)) for one in read.signed] == [
        ("AB", "2026-12-01", 0),
        ("CD", "2026-12-03", 1),
    ]
    moved = decision("imprecision", "not serious", seen={"people": "1"})
    assert "    signed:" not in draft([sound(decided(moved, signed=[FIRST]))], Certainty())
    for wrong, message in (
        (text.replace('"CD"', '"AB"'), "each person signs once"),
        (text.replace("2026-12-01", "2026-11-01"), "older than the decision"),
        (text.replace("level: serious", "level: not serious"), "is what stands"),
        (text.replace("level: serious", "level: none"), "is no level of imprecision"),
        (text.replace(f"{PAD}imprecision", f"{PAD}dose response"), "no decision on dose"),
    ):
        (tmp_path / "certainty.yaml").write_text(wrong, encoding="utf-8")
        with pytest.raises(DataError, match=message):
            load_certainty(tmp_path, review)


def test_raising_is_said_to_be_for_evidence_that_is_not_randomised() -> None:
    """Nobody is to think that the three upgrades were forgotten."""
    randomised = [g for g in GRADES if g.start is not None and g.start.high]
    assert randomised
    for graded in (*randomised, next(g for g in GRADES if g.id == "abstinence-longest")):
        rows = [[cell.text for cell in row.cells] for row in grade_details([graded]).rows]
        (last,) = (row for row in rows if row[1].startswith("large effect"))
        assert last[2] == "not considered"
        assert "10.1016/j.jclinepi.2011.06.004" in last[5]
    other = next(g for g in GRADES if g.id == "intubation")
    assert [d.domain for d in other.domains if d.domain in UPGRADES] == list(map(str, UPGRADES))
    assert not [r for r in grade_details([other]).rows if "not considered" in r.cells[2].text]
    assert any("10.1016/j.jclinepi.2011.06.004" in note for note in grade_overview(GRADES).notes)


def test_nobody_affected_is_said_in_words_and_harms_nobody() -> None:
    removal = next(graded for graded in GRADES if graded.id == "adverse-event-removal")
    assert removal.statement.endswith("nobody was affected in either group (0 of 44 and 0 of 51).")
    assert "nobody" not in next(g for g in GRADES if g.id == "abstinence-longest").statement
    firm = [decision(str(d), "not serious") for d in Domain if d not in UPGRADES]
    entry = decided(*firm, outcome="the harm")
    harm = question("RD", "abstinence", better="lower")
    made = grade(body(alike(2, (0, 2000), (0, 2000)), entry, question=harm), LOW_RISK)
    assert made.statement == (
        "Nobody was affected in either group (0 of 4000 and 0 of 4000). Ketamine changes the harm "
        "by little, if at all."
    )


def test_problems_of_decisions() -> None:
    changed = sound(decided(decision("imprecision", "serious", seen={"people": "1"})))
    kinds = {problem.kind for problem in decision_problems([changed])}
    assert kinds == {STALE, UNREASONED, UNDECIDED}
    assert domain_sign(changed.domain("imprecision")) == "−1*!"  # type: ignore[arg-type]


def rated(ketamine: tuple[int, int], control: tuple[int, int], certainty: str) -> QuestionGrade:
    """Three like trials, with as many levels off as lead to the certainty."""
    level = {
        "high": "not serious",
        "moderate": "serious",
        "low": "very serious",
        "very low": "extremely serious",
    }[certainty]
    others = ("risk of bias", "inconsistency", "indirectness", "publication bias")
    entry = decided(
        decision("imprecision", level),
        *(decision(domain, "not serious") for domain in others),
        outcome="craving",
    )
    return grade(body(alike(3, ketamine, control), entry), LOW_RISK)


@pytest.mark.parametrize(
    ("certainty", "words"),
    [
        ("high", "Ketamine increases craving."),
        ("moderate", "Ketamine probably increases craving."),
        ("low", "Ketamine may increase craving."),
        ("very low", "We are very uncertain about what ketamine does to craving."),
    ],
)
def test_a_sentence_is_as_firm_as_the_certainty(certainty: str, words: str) -> None:
    assert rated((700, 2000), (400, 2000), certainty).statement == words


def test_a_sentence_says_how_large_the_effect_is() -> None:
    """+5 of 1000, +300 of 1000, and the same the other way."""
    cases = {
        (402, 400): "Ketamine may change craving by little, if at all.",
        (1000, 400): "Ketamine may increase craving by a large amount.",
        (400, 1000): "Ketamine may reduce craving by a large amount.",
    }
    for (with_it, without), words in cases.items():
        assert rated((with_it, 2000), (without, 2000), "low").statement == words


def test_people_out_of_1000() -> None:
    """Odds ratio 2.667 at 20% is 400 of 1000."""
    graded = grade(body(alike(1, (80, 200), (40, 200))), LOW_RISK)
    text = out_of_1000(graded, graded.baselines[0])
    assert text == "Of 1000 people, 200 without ketamine and 400 (95% CI 299 to 510) with it."


def test_every_answer_of_the_review_is_decided_on_today() -> None:
    assert list(decision_problems(GRADES)) == []
    rated = [graded for graded in GRADES if graded.answer.main.k]
    assert all(graded.certainty == "very low" for graded in rated)
    assert {g.certainty for g in GRADES if not g.answer.main.k} == {"no evidence"}


def test_no_sentence_speaks_of_significance() -> None:
    texts = [text for g in GRADES for text in (g.statement, certainty_sentences(g))]
    texts += [d.proposal.reason for g in GRADES for d in g.domains]
    for text in texts:
        assert "significan" not in text.lower()
        assert "no effect" not in text.lower()


def test_the_map_knows_what_each_graded_question_pools() -> None:
    """By hand: the longest follow-up pools three trials of abstinence and one of relapse."""
    bodies = {body.question: body for body in graded_bodies(GRADES, INPUTS.evidence)}
    assert {(r.study, r.outcome, r.control) for r in bodies["abstinence-longest"].results} == {
        ("krupitsky-1997", "abstinence", "other control"),
        ("dakwar-2019", "abstinence", "placebo"),
        ("dakwar-2020", "abstinence", "placebo"),
        ("grabski-2022", "relapse", "placebo"),
    }
    assert bodies["abstinence-longest"].spread == (2, 2, 2)
    assert bodies["days-abstinent"].spread == (1, 1, 1)
    assert {body.certainty for body in bodies.values()} == {"very low"}
    assert "craving" not in bodies


def test_a_domain_without_a_decision_keeps_its_proposal() -> None:
    proposal = sound().domains[0].proposal
    found = domain_grade(proposal, None)
    assert (found.level, found.changed, found.stale) == (proposal.level, False, False)
