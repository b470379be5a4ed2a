"""The decision tables: every way through the questions, monotony, and cases of the guidance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ketameta.appraisal.risk_of_bias.assessed import proposed
from ketameta.appraisal.risk_of_bias.tool import NA, Domain, Tool, holds, level_of
from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.records.vocabulary import RiskOfBiasTool, Signal

DOMAINS = [(tool, domain) for tool in TOOLS.values() for domain in tool.domains]
ALL_ANSWERS_IN_ORDER = ("RoB 2", "RoB 2 crossover", "RoB 2 cluster")
"""Tools whose algorithm treats no information as an answer between good and bad throughout."""


def named(case: tuple[Tool, Domain]) -> str:
    return f"{case[0].name} {case[1].id}"


def test_the_tools_are_those_that_records_can_name() -> None:
    assert list(TOOLS) == [str(word) for word in RiskOfBiasTool]


@pytest.mark.parametrize("case", DOMAINS, ids=named)
def test_every_combination_of_answers_gives_a_level_and_every_line_decides_something(
    case: tuple[Tool, Domain],
) -> None:
    tool, domain = case
    seen = set()
    deciding: list[set[int]] = [set() for _ in domain.tables]
    for answers in domain.walks():
        for table, used in zip(domain.tables, deciding, strict=True):
            level = level_of(table, answers)
            assert level in tool.levels
            seen.add(level)
            used.add(next(i for i, rule in enumerate(table) if holds(rule.condition, answers)))
    assert tool.levels[0] in seen
    assert len(seen) > 1
    for table, used in zip(domain.tables, deciding, strict=True):
        assert used == set(range(len(table))), [table[i] for i in set(range(len(table))) - used]


def _plain(tool: Tool, domain: Domain) -> Domain:
    """RoB 2 treats probably as certainly: its domains with three answers to each question."""
    if tool.name not in ALL_ANSWERS_IN_ORDER:
        return domain
    conditions = [rule.condition for table in domain.tables for rule in table]
    conditions += [condition for question in domain.questions for condition in question.asked]
    for allowed in (part.split("=")[1].split("/") for c in conditions for part in c.split()):
        assert ("Y" in allowed) == ("PY" in allowed)
        assert ("N" in allowed) == ("PN" in allowed)
    return replace(
        domain,
        questions=tuple(
            replace(q, answers=tuple(a for a in q.answers if a in ("Y", "NI", "N")))
            for q in domain.questions
        ),
    )


@pytest.mark.parametrize("case", DOMAINS, ids=named)
def test_a_worse_answer_never_improves_the_level(case: tuple[Tool, Domain]) -> None:
    tool, domain = case[0], _plain(*case)
    compared = 0
    for answers in domain.walks():
        if tool.name not in ALL_ANSWERS_IN_ORDER and "NI" in answers.values():
            continue
        before = tool.rank(proposed(tool, domain, answers))
        for question in domain.questions:
            if answers[question.id] == NA:
                continue
            for worse in _worse(tool, question.id, answers[question.id], domain):
                after = {**answers, question.id: worse}
                # A question that only now arises has no answer yet: all of them are tried.
                ranks = [tool.rank(level) for level in _completed(tool, domain, after)]
                assert min(ranks) >= before, (answers, question.id, worse)
                compared += 1
    assert compared > 0


def _worse(tool: Tool, question_id: str, answer: str, domain: Domain) -> list[str]:
    question = next(q for q in domain.questions if q.id == question_id)
    allowed = [a for a in question.answers if question.worry(a) > question.worry(answer)]
    if tool.name in ALL_ANSWERS_IN_ORDER:
        return allowed
    return [a for a in allowed if "NI" not in (a, answer)]


def _completed(tool: Tool, domain: Domain, given: dict[str, str]) -> list[str]:
    """Levels of all ways through the questions that agree with the answers already given."""
    ways: list[dict[str, str]] = [{}]
    for question in domain.questions:
        longer = []
        for sofar in ways:
            if not question.arises(sofar):
                answers: tuple[str, ...] = (NA,)
            elif given[question.id] != NA:
                answers = (given[question.id],)
            else:
                answers = question.answers
            longer += [{**sofar, question.id: answer} for answer in answers]
        ways = longer
    return [proposed(tool, domain, way) for way in ways]


def levels(tool: str, domain: str, *cases: tuple[str, str]) -> list[tuple[str, str]]:
    found = TOOLS[tool].domain(domain)
    assert found is not None
    return [
        (text, proposed(TOOLS[tool], found, dict(part.split("=") for part in text.split())))
        for text, _ in cases
    ]


# Read off the flow charts of the guidance of 22 August 2019, one case per end of a path.
CASES: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("RoB 2", "D1"): [
        ("1.1=Y 1.2=Y 1.3=N", "low"),
        ("1.1=NI 1.2=PY 1.3=NI", "low"),
        ("1.1=Y 1.2=Y 1.3=Y", "some concerns"),
        ("1.1=N 1.2=Y 1.3=N", "some concerns"),
        ("1.1=Y 1.2=NI 1.3=N", "some concerns"),
        ("1.1=Y 1.2=NI 1.3=PY", "high"),
        ("1.1=Y 1.2=PN 1.3=N", "high"),
    ],
    ("RoB 2", "D2"): [
        ("2.1=N 2.2=PN 2.6=Y", "low"),
        ("2.1=Y 2.2=Y 2.3=N 2.6=Y", "low"),
        ("2.1=Y 2.2=Y 2.3=NI 2.6=Y", "some concerns"),
        ("2.1=N 2.2=Y 2.3=Y 2.4=N 2.6=Y", "some concerns"),
        ("2.1=Y 2.2=N 2.3=PY 2.4=NI 2.5=Y 2.6=Y", "some concerns"),
        ("2.1=Y 2.2=Y 2.3=Y 2.4=Y 2.5=NI 2.6=Y", "high"),
        ("2.1=N 2.2=N 2.6=NI 2.7=N", "some concerns"),
        ("2.1=N 2.2=N 2.6=N 2.7=NI", "high"),
    ],
    ("RoB 2", "D3"): [
        ("3.1=PY", "low"),
        ("3.1=N 3.2=PY", "low"),
        ("3.1=NI 3.2=N 3.3=PN", "low"),
        ("3.1=N 3.2=N 3.3=Y 3.4=N", "some concerns"),
        ("3.1=N 3.2=PN 3.3=NI 3.4=NI", "high"),
    ],
    ("RoB 2", "D4"): [
        ("4.1=N 4.2=N 4.3=N", "low"),
        ("4.1=N 4.2=N 4.3=Y 4.4=PN", "low"),
        ("4.1=N 4.2=PN 4.3=NI 4.4=NI 4.5=N", "some concerns"),
        ("4.1=N 4.2=N 4.3=Y 4.4=Y 4.5=PY", "high"),
        ("4.1=NI 4.2=NI 4.3=N", "some concerns"),
        ("4.1=N 4.2=NI 4.3=Y 4.4=N", "some concerns"),
        ("4.1=N 4.2=NI 4.3=Y 4.4=Y 4.5=NI", "high"),
        ("4.1=N 4.2=Y", "high"),
        ("4.1=PY 4.2=N", "high"),
    ],
    ("RoB 2", "D5"): [
        ("5.1=Y 5.2=N 5.3=PN", "low"),
        ("5.1=NI 5.2=N 5.3=N", "some concerns"),
        ("5.1=N 5.2=PN 5.3=PN", "some concerns"),
        ("5.1=Y 5.2=NI 5.3=N", "some concerns"),
        ("5.1=Y 5.2=NI 5.3=PY", "high"),
    ],
    ("RoB 2 crossover", "DS"): [
        ("S.1=Y S.3=Y", "low"),
        ("S.1=N S.2=PY S.3=Y", "low"),
        ("S.1=NI S.2=NI S.3=Y", "some concerns"),
        ("S.1=Y S.3=NI", "some concerns"),
        ("S.1=Y S.3=PN", "high"),
    ],
    ("RoB 2 crossover", "D5"): [
        ("5.1=Y 5.2=N 5.3=N 5.4=N", "low"),
        ("5.1=Y 5.2=N 5.3=N 5.4=Y", "high"),
    ],
    ("RoB 2 cluster", "D1b"): [
        ("1b.1=Y 1b.3=NI", "low"),
        ("1b.1=PY 1b.3=Y", "low"),
        ("1b.1=N 1b.2=PN 1b.3=Y", "some concerns"),
        ("1b.1=N 1b.2=NI 1b.3=N", "some concerns"),
        ("1b.1=NI 1b.2=NI 1b.3=Y", "high"),
        ("1b.1=N 1b.2=Y 1b.3=N", "high"),
    ],
    ("RoB 2 cluster", "D4"): [
        ("4.1=N 4.2=N 4.3a=N", "low"),
        ("4.1=N 4.2=N 4.3a=Y 4.3b=Y 4.4=Y 4.5=NI", "high"),
    ],
    ("ROBINS-I", "D1"): [
        ("1.1=N", "low"),
        ("1.1=Y 1.2=N 1.4=Y 1.5=PY 1.6=N", "moderate"),
        ("1.1=Y 1.2=N 1.4=Y 1.5=Y 1.6=Y", "serious"),
        ("1.1=Y 1.2=NI 1.4=NI 1.6=NI", "no information"),
        ("1.1=PY 1.2=N 1.4=N 1.6=N", "serious"),
        ("1.1=Y 1.2=Y 1.3=Y 1.7=Y 1.8=Y", "moderate"),
        ("1.1=Y 1.2=Y 1.3=Y 1.7=N", "serious"),
    ],
    ("ROBINS-I", "D2"): [
        ("2.1=N 2.4=Y", "low"),
        ("2.1=N 2.4=N 2.5=Y", "moderate"),
        ("2.1=Y 2.2=Y 2.3=Y 2.4=Y 2.5=N", "serious"),
        ("2.1=NI 2.4=Y", "no information"),
    ],
    ("ROBINS-I", "D5"): [
        ("5.1=Y 5.2=N 5.3=N", "low"),
        ("5.1=N 5.2=N 5.3=N 5.4=Y 5.5=Y", "low"),
        ("5.1=N 5.2=N 5.3=N 5.4=Y 5.5=N", "low"),
        ("5.1=N 5.2=N 5.3=N 5.4=N 5.5=Y", "low"),
        ("5.1=N 5.2=N 5.3=N 5.4=N 5.5=N", "serious"),
        ("5.1=NI 5.2=N 5.3=N", "no information"),
    ],
    ("ROBINS-I", "D6"): [
        ("6.1=N 6.2=Y 6.3=Y 6.4=N", "low"),
        ("6.1=PN 6.2=Y 6.3=Y 6.4=N", "moderate"),
        ("6.1=Y 6.2=Y 6.3=Y 6.4=N", "serious"),
        ("6.1=Y 6.2=NI 6.3=Y 6.4=N", "no information"),
    ],
    ("ROBINS-I", "D7"): [
        ("7.1=N 7.2=N 7.3=N", "low"),
        ("7.1=N 7.2=PN 7.3=N", "moderate"),
        ("7.1=N 7.2=NI 7.3=N", "no information"),
        ("7.1=N 7.2=NI 7.3=PY", "serious"),
    ],
    ("single-arm checklist", "D3"): [
        ("3.1=Y 3.2=Y", "low"),
        ("3.1=N 3.2=Y", "high"),
        ("3.1=NI 3.2=Y", "no information"),
    ],
}


@pytest.mark.parametrize("where", CASES, ids=" ".join)
def test_cases_of_the_guidance(where: tuple[str, str]) -> None:
    assert levels(*where, *CASES[where]) == CASES[where]


@pytest.mark.parametrize(
    ("tool", "domains", "expected"),
    [
        ("RoB 2", ("low",) * 5, "low"),
        ("RoB 2", ("low", "some concerns", "low", "low", "low"), "some concerns"),
        ("RoB 2", ("low", "some concerns", "high", "low", "low"), "high"),
        ("ROBINS-I", ("low",) * 7, "low"),
        ("ROBINS-I", ("low", "moderate", "no information"), "no information"),
        ("ROBINS-I", ("serious", "moderate", "no information"), "serious"),
        ("ROBINS-I", ("serious", "critical", "no information"), "critical"),
    ],
)
def test_the_worst_domain_decides(tool: str, domains: tuple[str, ...], expected: str) -> None:
    assert TOOLS[tool].worst(domains) == expected


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_tools_are_well_formed(tool: Tool) -> None:
    ids = [question.id for question in tool.questions]
    assert len(set(ids)) == len(ids)
    assert "doi:10." in tool.reference
    known = {str(signal) for signal in Signal}
    for domain in tool.domains:
        seen: set[str] = set()
        for question in domain.questions:
            assert question.text.endswith("?")
            assert set(question.answers) <= known
            for condition in question.asked:
                assert {part.split("=")[0] for part in condition.split()} <= seen
            seen.add(question.id)
        for table in domain.tables:
            named_here = {p.split("=")[0] for rule in table for p in rule.condition.split()}
            assert named_here <= seen


def test_an_answer_that_is_missing_gives_no_proposal() -> None:
    domain = TOOLS["RoB 2"].domain("D1")
    assert domain is not None
    assert proposed(TOOLS["RoB 2"], domain, {"1.1": "Y", "1.3": "N"}) == ""
