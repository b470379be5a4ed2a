"""Every combination of answers against decision tables written from the published guidance.

The tables here are not those of the package: they were written line by line from public
statements of the guidance, and each line stands alone (no line decides because it comes first).
In them Y stands for Y or PY, N for N or PN, - for a question that does not arise, * for anything.

- RoB 2 of 22 August 2019, tables 3 to 14 (Sterne et al. 2019, doi:10.1136/bmj.l4898), as
  transcribed in github.com/ychan-git/rob2-rocket and github.com/InfinityBowman/corates; domain 1
  also by the criteria in PMC8191126, table 2.
- Crossover variant of 18 March 2021, figures 2 and 7, as transcribed in
  github.com/ychan-git/rob2-rocket.
- Cluster variant of 18 March 2021, as transcribed in github.com/ProgramDoc/TheRubricGenerator,
  but for 2.4, where the main tool is followed.
- ROBINS-I of 2016 (doi:10.1136/bmj.i4919): its descriptions of the levels and its template, as
  transcribed in github.com/ProgramDoc/TheRubricGenerator; those of low and moderate in domains 1
  to 3 also as printed in PMC6353237.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import product

import pytest

from ketameta.appraisal.risk_of_bias.assessed import proposed
from ketameta.appraisal.risk_of_bias.tools import TOOLS

Answers = Mapping[str, str]
ANY = ("Y", "PY", "PN", "N", "NI")
LOW, SOME, HIGH = "low", "some concerns", "high"
RANK = {LOW: 0, SOME: 1, HIGH: 2}

DOMAIN_1 = """
    1.1  1.2  1.3
    Y|NI Y    N|NI = low
    Y|NI Y    Y    = some concerns
    N    Y    *    = some concerns
    *    NI   N|NI = some concerns
    *    NI   Y    = high
    *    N    *    = high
"""
DOMAIN_2_AWARE = """
    2.1  2.2  2.3 2.4  2.5
    N    N    -   -    -    = low
    Y|NI *    N   -    -    = low
    *    Y|NI N   -    -    = low
    Y|NI *    NI  -    -    = some concerns
    *    Y|NI NI  -    -    = some concerns
    Y|NI *    Y   N    -    = some concerns
    *    Y|NI Y   N    -    = some concerns
    Y|NI *    Y   Y|NI Y    = some concerns
    *    Y|NI Y   Y|NI Y    = some concerns
    Y|NI *    Y   Y|NI N|NI = high
    *    Y|NI Y   Y|NI N|NI = high
"""
DOMAIN_2_AWARE_IN_CLUSTERS = """
    2.1a 2.1b 2.2  2.3 2.4  2.5
    N    -    N    -   -    -    = low
    Y|NI N    N    -   -    -    = low
    N    -    Y|NI N   -    -    = low
    Y|NI Y|NI *    N   -    -    = low
    Y|NI N    Y|NI N   -    -    = low
    N    -    Y|NI NI  -    -    = some concerns
    Y|NI Y|NI *    NI  -    -    = some concerns
    Y|NI N    Y|NI NI  -    -    = some concerns
    N    -    Y|NI Y   N    -    = some concerns
    Y|NI Y|NI *    Y   N    -    = some concerns
    Y|NI N    Y|NI Y   N    -    = some concerns
    N    -    Y|NI Y   Y|NI Y    = some concerns
    Y|NI Y|NI *    Y   Y|NI Y    = some concerns
    Y|NI N    Y|NI Y   Y|NI Y    = some concerns
    N    -    Y|NI Y   Y|NI N|NI = high
    Y|NI Y|NI *    Y   Y|NI N|NI = high
    Y|NI N    Y|NI Y   Y|NI N|NI = high
"""
DOMAIN_2_ANALYSIS = """
    2.6  2.7
    Y    -    = low
    N|NI N    = some concerns
    N|NI Y|NI = high
"""
DOMAIN_3 = """
    3.1  3.2 3.3  3.4
    Y    -   -    -    = low
    N|NI Y   -    -    = low
    N|NI N   N    -    = low
    N|NI N   Y|NI N    = some concerns
    N|NI N   Y|NI Y|NI = high
"""
DOMAIN_3_IN_CLUSTERS = """
    3.1a 3.1b 3.2 3.3  3.4
    Y    Y    -   -    -    = low
    N|NI *    Y   -    -    = low
    Y    N|NI Y   -    -    = low
    N|NI *    N   N    -    = low
    Y    N|NI N   N    -    = low
    N|NI *    N   Y|NI N    = some concerns
    Y    N|NI N   Y|NI N    = some concerns
    N|NI *    N   Y|NI Y|NI = high
    Y    N|NI N   Y|NI Y|NI = high
"""
DOMAIN_4 = """
    4.1  4.2 4.3  4.4  4.5
    N|NI N   N    -    -    = low
    N|NI N   Y|NI N    -    = low
    N|NI N   Y|NI Y|NI N    = some concerns
    N|NI N   Y|NI Y|NI Y|NI = high
    N|NI NI  N    -    -    = some concerns
    N|NI NI  Y|NI N    -    = some concerns
    N|NI NI  Y|NI Y|NI N    = some concerns
    N|NI NI  Y|NI Y|NI Y|NI = high
    Y    *   -    -    -    = high
    *    Y   -    -    -    = high
"""
DOMAIN_4_IN_CLUSTERS = """
    4.1  4.2 4.3a 4.3b 4.4  4.5
    N|NI N   N    -    -    -    = low
    N|NI N   Y|NI N    -    -    = low
    N|NI N   Y|NI Y|NI N    -    = low
    N|NI NI  N    -    -    -    = some concerns
    N|NI NI  Y|NI N    -    -    = some concerns
    N|NI NI  Y|NI Y|NI N    -    = some concerns
    N|NI *   Y|NI Y|NI Y|NI N    = some concerns
    N|NI *   Y|NI Y|NI Y|NI Y|NI = high
    Y    *   -    -    -    -    = high
    *    Y   -    -    -    -    = high
"""
DOMAIN_5 = """
    5.1  5.2  5.3
    Y    N    N    = low
    N|NI N    N    = some concerns
    *    N    NI   = some concerns
    *    NI   N    = some concerns
    *    NI   NI   = some concerns
    *    Y    *    = high
    *    *    Y    = high
"""
DOMAIN_5_CROSSOVER = """
    5.1  5.2  5.3  5.4
    Y    N    N    N    = low
    N|NI N    N    N    = some concerns
    *    NI   N|NI N|NI = some concerns
    *    N|NI NI   N|NI = some concerns
    *    N|NI N|NI NI   = some concerns
    *    Y    *    *    = high
    *    *    Y    *    = high
    *    *    *    Y    = high
"""
DOMAIN_S = """
    S.1  S.2  S.3
    *    *    N    = high
    *    *    NI   = some concerns
    Y    -    Y    = low
    N|NI Y    Y    = low
    N|NI N|NI Y    = some concerns
"""
DOMAIN_1B = """
    1b.1 1b.2 1b.3
    Y    -    *    = low
    N|NI N    N|NI = low
    N|NI N    Y    = some concerns
    N|NI NI   N|NI = some concerns
    N|NI NI   Y    = high
    N|NI Y    *    = high
"""
ASKED_ONLY_AFTER = {
    # question: the answers before it after which it is asked, as the templates print them
    "2.1b": ("Y|NI to 2.1a",),
    "2.3": ("Y|NI to 2.1", "Y|NI to 2.1b", "Y|NI to 2.2"),
    "2.4": ("Y to 2.3",),
    "2.5": ("Y|NI to 2.4",),
    "2.7": ("N|NI to 2.6",),
    "3.2": ("N|NI to 3.1", "N|NI to 3.1a", "N|NI to 3.1b"),
    "3.3": ("N to 3.2",),
    "3.4": ("Y|NI to 3.3",),
    "4.3": ("N|NI to 4.1 and 4.2",),
    "4.3a": ("N|NI to 4.1 and 4.2",),
    "4.3b": ("Y|NI to 4.3a",),
    "4.4": ("Y|NI to 4.3", "Y|NI to 4.3b"),
    "4.5": ("Y|NI to 4.4",),
    "S.2": ("N|NI to S.1",),
    "1b.2": ("N|NI to 1b.1",),
}
WITHOUT_NO_INFORMATION = {"RoB 2": {"3.2"}, "ROBINS-I": {"1.1"}}

RANDOMISED = [
    ("RoB 2", "D1", (DOMAIN_1,)),
    ("RoB 2", "D2", (DOMAIN_2_AWARE, DOMAIN_2_ANALYSIS)),
    ("RoB 2", "D3", (DOMAIN_3,)),
    ("RoB 2", "D4", (DOMAIN_4,)),
    ("RoB 2", "D5", (DOMAIN_5,)),
    ("RoB 2 crossover", "D1", (DOMAIN_1,)),
    ("RoB 2 crossover", "DS", (DOMAIN_S,)),
    ("RoB 2 crossover", "D2", (DOMAIN_2_AWARE, DOMAIN_2_ANALYSIS)),
    ("RoB 2 crossover", "D3", (DOMAIN_3,)),
    ("RoB 2 crossover", "D4", (DOMAIN_4,)),
    ("RoB 2 crossover", "D5", (DOMAIN_5_CROSSOVER,)),
    ("RoB 2 cluster", "D1a", (re.sub(r"\b1\.(\d)", r"1a.\1", DOMAIN_1),)),
    ("RoB 2 cluster", "D1b", (DOMAIN_1B,)),
    ("RoB 2 cluster", "D2", (DOMAIN_2_AWARE_IN_CLUSTERS, DOMAIN_2_ANALYSIS)),
    ("RoB 2 cluster", "D3", (DOMAIN_3_IN_CLUSTERS,)),
    ("RoB 2 cluster", "D4", (DOMAIN_4_IN_CLUSTERS,)),
    ("RoB 2 cluster", "D5", (DOMAIN_5,)),
]


def is_one_of(answer: str, allowed: str) -> bool:
    """Whether an answer is among those of a cell of a table."""
    return allowed == "*" or GROUPS.get(answer, answer) in allowed.split("|")


GROUPS = {"PY": "Y", "PN": "N", "NA": "-"}


@cache
def lines(table: str) -> tuple[tuple[dict[str, str], str], ...]:
    """What each line of a table wants, and its level."""
    head, *rest = (line.partition("=") for line in table.strip().splitlines())
    names = head[0].split()
    return tuple((dict(zip(names, c.split(), strict=True)), words.strip()) for c, _, words in rest)


def level(table: str, answers: Answers) -> str:
    """What a table says; every line that holds must say the same."""
    found = {
        words
        for wanted, words in lines(table)
        if all(is_one_of(answers[name], allowed) for name, allowed in wanted.items())
    }
    assert len(found) == 1, (found, dict(answers))
    return found.pop()


def asked(question: str, answers: Answers) -> bool:
    """Whether the template asks a question after the answers before it."""
    conditions = ASKED_ONLY_AFTER.get(question)
    if conditions is None:
        return True
    for condition in conditions:
        allowed, _, names = condition.partition(" to ")
        if all(is_one_of(answers.get(n, "none"), allowed) for n in names.split(" and ")):
            return True
    return False


def ways(names: list[str]) -> list[dict[str, str]]:
    """Every way through questions by the conditions of the templates."""
    found: list[dict[str, str]] = [{}]
    for name in names:
        options = tuple(a for a in ANY if a != "NI" or name not in WITHOUT_NO_INFORMATION["RoB 2"])
        found = [
            {**sofar, name: answer}
            for sofar in found
            for answer in (options if asked(name, sofar) else ("NA",))
        ]
    return found


@pytest.mark.parametrize(("tool", "domain", "tables"), RANDOMISED)
def test_every_way_through_a_domain_of_rob2_ends_where_the_guidance_ends(
    tool: str, domain: str, tables: tuple[str, ...]
) -> None:
    found = TOOLS[tool].domain(domain)
    assert found is not None
    names = [name for table in tables for name in table.strip().splitlines()[0].split()]
    assert [question.id for question in found.questions] == names
    expected = ways(names)
    assert sorted(map(str, found.walks())) == sorted(map(str, expected))
    for answers in expected:
        worst = max((level(table, answers) for table in tables), key=RANK.__getitem__)
        assert proposed(TOOLS[tool], found, dict(answers)) == worst, answers


@pytest.mark.parametrize("tool", ["RoB 2", "RoB 2 crossover", "RoB 2 cluster"])
def test_the_overall_proposal_of_rob2_is_that_of_table_1(tool: str) -> None:
    """Low: every domain low. High: any high. Otherwise some concerns, which a rater may raise."""
    of = TOOLS[tool]
    for levels in product((LOW, SOME, HIGH), repeat=len(of.domains)):
        expected = HIGH if HIGH in levels else LOW if set(levels) == {LOW} else SOME
        assert of.worst(levels) == expected


def test_the_numbers_of_the_questions_are_those_of_the_templates() -> None:
    assert [d.id for d in TOOLS["RoB 2 crossover"].domains] == ["D1", "DS", "D2", "D3", "D4", "D5"]
    assert [d.id for d in TOOLS["RoB 2 cluster"].domains] == ["D1a", "D1b", "D2", "D3", "D4", "D5"]
    counts = {"RoB 2": 22, "RoB 2 crossover": 26, "RoB 2 cluster": 28, "ROBINS-I": 30}
    assert {name: len(TOOLS[name].questions) for name in counts} == counts
    per_domain = [len(domain.questions) for domain in TOOLS["ROBINS-I"].domains]
    # 34 in the template, less 4.3 to 4.6, which are for the effect of adhering.
    assert per_domain == [8, 5, 3, 2, 5, 4, 3]


# ROBINS-I: what each level means, in the words of the tool, as predicates.
ROBINS_ASKED: dict[str, Callable[[Answers], bool]] = {
    "1.2": lambda a: yes(a, "1.1"),
    "1.3": lambda a: yes(a, "1.2"),
    "1.4": lambda a: no(a, "1.2") or no(a, "1.3"),
    "1.5": lambda a: yes(a, "1.4"),
    "1.6": lambda a: no(a, "1.2") or no(a, "1.3"),
    "1.7": lambda a: yes(a, "1.3"),
    "1.8": lambda a: yes(a, "1.7"),
    "2.2": lambda a: yes(a, "2.1"),
    "2.3": lambda a: yes(a, "2.2"),
    "2.5": lambda a: (yes(a, "2.2") and yes(a, "2.3")) or no(a, "2.4"),
    "4.2": lambda a: yes(a, "4.1"),
    "5.4": lambda a: incomplete(a),
    "5.5": lambda a: incomplete(a),
}


def yes(answers: Answers, name: str) -> bool:
    return answers.get(name) in ("Y", "PY")


def no(answers: Answers, name: str) -> bool:
    return answers.get(name) in ("N", "PN")


def always(_: Answers) -> bool:
    return True


def incomplete(a: Answers) -> bool:
    return no(a, "5.1") or yes(a, "5.2") or yes(a, "5.3")


def confounding(a: Answers) -> str:
    if no(a, "1.1"):
        return "low"  # no confounding expected
    controlled, measured = ("1.7", "1.8") if yes(a, "1.3") else ("1.4", "1.5")
    if yes(a, controlled) and yes(a, measured) and not yes(a, "1.6"):
        return "moderate"  # all important domains measured and controlled for
    return "serious"  # one not controlled for, or measured too badly


def selection(a: Answers) -> str:
    related = yes(a, "2.2") and yes(a, "2.3")
    if not related and yes(a, "2.4"):
        return "low"
    return "moderate" if yes(a, "2.5") else "serious"


def classification(a: Answers) -> str:
    if no(a, "3.1") or yes(a, "3.3"):
        return "serious"  # not well defined, or possibly affected by the outcome
    return "low" if yes(a, "3.2") else "moderate"  # determined in retrospect


def deviations(a: Answers) -> str:
    if no(a, "4.1"):
        return "low"
    return "serious" if yes(a, "4.2") else "moderate"


def missing(a: Answers) -> str:
    complete, similar, removed = not incomplete(a), yes(a, "5.4"), yes(a, "5.5")
    return "low" if complete or similar or removed else "serious"


def measurement(a: Answers) -> str:
    comparable, unrelated = yes(a, "6.3"), no(a, "6.4")
    objective, slight, unaware = a["6.1"] == "N", a["6.1"] == "PN", no(a, "6.2")
    if not comparable or not unrelated:
        return "serious"
    if objective or unaware:
        return "low"
    return "moderate" if slight else "serious"


def reported(a: Answers) -> str:
    if any(yes(a, name) for name in ("7.1", "7.2", "7.3")):
        return "serious"
    return "low" if {a["7.1"], a["7.2"], a["7.3"]} == {"N"} else "moderate"


ROBINS = {
    "D1": confounding,
    "D2": selection,
    "D3": classification,
    "D4": deviations,
    "D5": missing,
    "D6": measurement,
    "D7": reported,
}


def ends(names: list[str], known: Answers) -> list[dict[str, str]]:
    """Every way through the questions of a domain, without "no information", from what is known."""
    found: list[dict[str, str]] = [{}]
    for name in names:
        arises = ROBINS_ASKED.get(name, always)
        told = known.get(name, "NI")
        options = ("Y", "PY", "PN", "N") if told in ("NI", "NA") else (told,)
        found = [
            {**sofar, name: answer}
            for sofar in found
            for answer in (options if arises(sofar) else ("NA",))
        ]
    return found


@pytest.mark.parametrize("domain", ROBINS)
def test_the_levels_of_robins_i_are_those_its_words_describe(domain: str) -> None:
    tool = TOOLS["ROBINS-I"]
    found = tool.domain(domain)
    assert found is not None
    for question in found.questions:
        assert ("NI" in question.answers) == (question.id not in WITHOUT_NO_INFORMATION["ROBINS-I"])
    for answers in ends([question.id for question in found.questions], {}):
        assert found.settled(answers) == answers
        assert proposed(tool, found, answers) == ROBINS[domain](answers), answers


@pytest.mark.parametrize("domain", ROBINS)
def test_no_information_in_robins_i_is_where_the_level_hangs_on_it(domain: str) -> None:
    """Our reading: the level, if it is the same whatever the unknown answers are."""
    tool = TOOLS["ROBINS-I"]
    found = tool.domain(domain)
    assert found is not None
    names = [question.id for question in found.questions]
    seen = set()
    for answers in found.walks():
        # Whether time was split is read as a no where nobody says so.
        known = {
            name: "N" if name in ("1.2", "1.3") and answer == "NI" else answer
            for name, answer in answers.items()
        }
        levels = {ROBINS[domain](end) for end in ends(names, known)}
        expected = levels.pop() if len(levels) == 1 else "no information"
        seen.add(expected)
        assert proposed(tool, found, answers) == expected, answers
    assert "no information" in seen


def test_the_overall_proposal_of_robins_i_is_that_of_its_table_3() -> None:
    tool = TOOLS["ROBINS-I"]
    for levels in product(tool.levels, repeat=3):
        if "critical" in levels:
            expected = "critical"
        elif "serious" in levels:
            expected = "serious"
        elif "no information" in levels:
            expected = "no information"
        else:
            expected = "moderate" if "moderate" in levels else "low"
        assert tool.worst(levels) == expected
