"""A risk-of-bias tool as data: domains, signalling questions, and tables from answers to levels.

Conditions are written as text, so that a table reads like the guidance it restates:
"1.2=Y/PY 1.3=N/PN/NI" holds where question 1.2 was answered Y or PY, and 1.3 one of N, PN, NI.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from ketameta.errors import DataError

LOW, CONCERNS, HIGH = "low", "some concerns", "high"
MODERATE, SERIOUS, CRITICAL = "moderate", "serious", "critical"
NO_INFORMATION = "no information"
NA = "NA"
ANY_ANSWER = ("Y", "PY", "PN", "N", "NI")
DEFINITE = ("Y", "PY", "PN", "N")

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A signalling question.

    Attributes
    ----------
    id, text
        Number in the tool, and the question in our own words.
    good
        "Y" or "N": the answer that raises no worry; "" where the answer only chooses the way.
    asked
        Conditions of which one must hold for the question to arise; none: it always does.
    answers
        What may be answered.
    """

    id: str
    text: str
    good: str = "Y"
    asked: tuple[str, ...] = ()
    answers: tuple[str, ...] = ANY_ANSWER

    def arises(self, answers: Answers) -> bool:
        """Whether the question is asked after the answers before it."""
        return not self.asked or any(holds(condition, answers) for condition in self.asked)

    def worry(self, answer: str) -> int:
        """0 for the good answers, 1 for no information, 2 for the bad ones."""
        if answer == "NI":
            return 1
        return 0 if answer.endswith(self.good) else 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a decision table: this level, where the condition holds."""

    level: str
    condition: str


Table = tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of a tool.

    Attributes
    ----------
    id, title, short
        "D1", what can go wrong, and the same in a word or two for legends.
    questions
        In the order in which they are asked.
    tables
        Decision tables, the first line that holds deciding; where there are several, each looks
        at one part of the domain and the worst part decides.
    """

    id: str
    title: str
    short: str
    questions: tuple[Question, ...]
    tables: tuple[Table, ...]

    def reworded(self, texts: Mapping[str, str]) -> Domain:
        """The same domain with other words for some questions, as a variant of a tool asks them."""
        questions = tuple(replace(q, text=texts.get(q.id, q.text)) for q in self.questions)
        return replace(self, questions=questions)

    def walks(self) -> Iterator[dict[str, str]]:
        """Every way through the questions; questions that do not arise are NA."""
        yield from self._walk(0, {})

    def _walk(self, index: int, sofar: dict[str, str]) -> Iterator[dict[str, str]]:
        if index == len(self.questions):
            yield dict(sofar)
            return
        question = self.questions[index]
        for answer in question.answers if question.arises(sofar) else (NA,):
            yield from self._walk(index + 1, {**sofar, question.id: answer})

    def settled(self, given: Answers) -> dict[str, str]:
        """The answers with NA where a question does not arise; others without one are left out."""
        found: dict[str, str] = {}
        for question in self.questions:
            if not question.arises(found):
                found[question.id] = NA
            elif given.get(question.id) in question.answers:
                found[question.id] = given[question.id]
        return found


@dataclass(frozen=True, slots=True)
class Tool:
    """A risk-of-bias tool.

    Attributes
    ----------
    name, title, about
        As records name it, in full, and what its judgement is about.
    levels
        From the best to the worst: a domain or result is as good as its worst part.
    overall_rule
        How the overall proposal follows from the domains, in words.
    note
        Where this restatement had to choose.
    reference
        The published tool, with DOI.
    """

    name: str
    title: str
    about: str
    levels: tuple[str, ...]
    domains: tuple[Domain, ...]
    overall_rule: str
    reference: str
    note: str = ""

    def rank(self, level: str) -> int:
        """Place of a level, 0 being the best."""
        return self.levels.index(level)

    def worst(self, levels: tuple[str, ...]) -> str:
        """The worst of some levels."""
        return max(levels, key=self.rank)

    def domain(self, domain_id: str) -> Domain | None:
        """The domain with this id, if there is one."""
        return next((domain for domain in self.domains if domain.id == domain_id), None)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in order."""
        return tuple(question for domain in self.domains for question in domain.questions)


def holds(condition: str, answers: Answers) -> bool:
    """Whether a condition such as "1.2=Y/PY 1.3=N/PN" is met."""
    return all(answers.get(name) in allowed for name, allowed in _parts(condition))


@cache
def _parts(condition: str) -> tuple[tuple[str, frozenset[str]], ...]:
    pairs = (part.partition("=") for part in condition.split())
    return tuple((name, frozenset(allowed.split("/"))) for name, _, allowed in pairs)


def level_of(table: Table, answers: Answers) -> str:
    """The level of the first line of a table that holds.

    Raises
    ------
    DataError
        Where none does; the tests walk every table, so that this cannot happen.
    """
    for rule in table:
        if holds(rule.condition, answers):
            return rule.level
    raise DataError(f"risk of bias: no line of the table covers {dict(answers)}. Report this.")


def any_of(level: str, *conditions: str) -> Table:
    """Lines with the same level, one per condition."""
    return tuple(Rule(level, condition) for condition in conditions)
