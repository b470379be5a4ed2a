"""From domains to a rating: the proposal, what people decided, and what no longer holds."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from ketameta.appraisal.confirmation import Confirmation, agreed_by
from ketameta.appraisal.grade.decision_scale import Baseline, DecisionScale
from ketameta.appraisal.grade.design import Start
from ketameta.appraisal.grade.proposal import Proposal
from ketameta.appraisal.grade.upgrades import bars_raising
from ketameta.questions.certainty import UPGRADES, GradedQuestion, Judgement, Level
from ketameta.synthesis.answer import Answer

HIGH, MODERATE, LOW, VERY_LOW = "high", "moderate", "low", "very low"
NO_EVIDENCE = "no evidence"
CERTAINTIES = (VERY_LOW, LOW, MODERATE, HIGH)
SYMBOLS = MappingProxyType(
    {HIGH: "⊕⊕⊕⊕", MODERATE: "⊕⊕⊕○", LOW: "⊕⊕○○", VERY_LOW: "⊕○○○", NO_EVIDENCE: ""}
)
MEANINGS = MappingProxyType(
    {
        HIGH: "The true effect is very probably close to the estimate.",
        MODERATE: "The true effect is probably close to the estimate.",
        LOW: "The true effect may well be different from the estimate.",
        VERY_LOW: "The true effect is probably quite different from the estimate.",
        NO_EVIDENCE: "No study gives a number that can be used.",
    }
)
STEPS = MappingProxyType(
    {
        Level.NOT_JUDGED: 0,
        Level.NOT_SERIOUS: 0,
        Level.SERIOUS: -1,
        Level.VERY_SERIOUS: -2,
        Level.EXTREMELY_SERIOUS: -3,
        Level.NONE: 0,
        Level.ONE_UP: 1,
        Level.TWO_UP: 2,
    }
)


@dataclass(frozen=True, slots=True)
class DomainGrade:
    """One domain: the proposal, the decision on it, and the inputs that moved since.

    Attributes
    ----------
    decision
        None where nobody has decided; then the proposal stands.
    moved
        Inputs that are not what they were when it was decided: name, then, now.
    """

    proposal: Proposal
    decision: Judgement | None = None
    moved: tuple[tuple[str, str, str], ...] = ()

    @property
    def domain(self) -> str:
        """Its name."""
        return str(self.proposal.domain)

    @property
    def level(self) -> Level:
        """What stands."""
        return self.proposal.level if self.decision is None else self.decision.level

    @property
    def reason(self) -> str:
        """Why: the person's reason, where there is one."""
        own = self.decision.reason if self.decision is not None else None
        return own or self.proposal.reason

    @property
    def steps(self) -> int:
        """Levels taken off (negative) or added."""
        return STEPS[self.level]

    @property
    def changed(self) -> bool:
        """Whether a person decided otherwise than proposed."""
        return self.decision is not None and self.decision.level is not self.proposal.level

    @property
    def stale(self) -> bool:
        """Whether an input moved since it was decided."""
        return bool(self.moved)

    @property
    def moved_text(self) -> str:
        """What moved, in words: "I2: 64% then, 12% now"."""
        return "; ".join(f"{name}: {then} then, {now} now" for name, then, now in self.moved)


def domain_grade(proposal: Proposal, asked: GradedQuestion | None) -> DomainGrade:
    """A proposal with the decision on it."""
    decision = None if asked is None else asked.judgement(proposal.domain)
    if decision is None:
        return DomainGrade(proposal)
    now = dict(proposal.seen)
    names = dict.fromkeys((*decision.seen, *now))
    moved = tuple(
        (name, decision.seen.get(name, "not there"), now.get(name, "not there"))
        for name in names
        if decision.seen.get(name) != now.get(name)
    )
    return DomainGrade(proposal, decision, moved)


@dataclass(frozen=True, slots=True)
class QuestionGrade:
    """The certainty of one answer.

    Attributes
    ----------
    answer
        What is graded.
    asked
        The decisions on the question; None where there are none.
    start, scale, baselines
        Where it starts, the decision scale, risks without treatment; None and empty without a
        study.
    domains
        The five that lower, then those that raise; empty without a study.
    statement
        The finding in plain words.
    randomised_alone
        The randomised studies of a mixed body, graded by the rules alone; otherwise None.
    """

    answer: Answer
    asked: GradedQuestion | None
    start: Start | None = None
    scale: DecisionScale | None = None
    baselines: tuple[Baseline, ...] = ()
    domains: tuple[DomainGrade, ...] = ()
    statement: str = ""
    randomised_alone: QuestionGrade | None = None

    @property
    def id(self) -> str:
        """Id of the question."""
        return self.answer.question.id

    @property
    def outcome(self) -> str:
        """The outcome as it stands in a sentence."""
        title = self.answer.question.title
        return self.asked.outcome if self.asked else f"{title[:1].lower()}{title[1:]}"

    @property
    def treatment(self) -> str:
        """What is tested, within a sentence: "ketamine"."""
        label = self.answer.question.favours_experimental.removeprefix("Favours ")
        return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"

    @property
    def proposed(self) -> str:
        """What the rules alone make of it."""
        return self._rated([(d.domain, d.proposal.level) for d in self.domains])

    @property
    def certainty(self) -> str:
        """What stands after the decisions: high, moderate, low, very low or no evidence."""
        return self._rated([(domain.domain, domain.level) for domain in self.domains])

    @property
    def symbol(self) -> str:
        """The certainty as symbols, "⊕⊕○○"."""
        return SYMBOLS[self.certainty]

    @property
    def provisional(self) -> bool:
        """Whether a domain is not judged yet, so that the certainty may still fall."""
        unjudged = any(domain.level is Level.NOT_JUDGED for domain in self.domains)
        return unjudged and self.certainty != VERY_LOW

    @property
    def stale(self) -> tuple[DomainGrade, ...]:
        """Domains whose decision rests on inputs that moved."""
        return tuple(domain for domain in self.domains if domain.stale)

    @property
    def undecided(self) -> tuple[DomainGrade, ...]:
        """Domains that lower and that nobody has decided on."""
        return tuple(d for d in self.domains if d.decision is None and d.domain not in UPGRADES)

    def confirmation(self, domain: DomainGrade) -> Confirmation | None:
        """Who stands behind the decision on a domain; None without a decision.

        What is not recorded is not said: a decision is a draft until a person has signed it.
        """
        asked = self.asked
        if asked is None or domain.decision is None:
            return None
        others = {
            one.by: f"{other.level} ({other.reason.rstrip('.')})"
            for one in asked.signed
            for other in one.otherwise
            if other.domain == domain.domain
        }
        agreed = agreed_by(one for one in asked.signed if one.by not in others)
        return Confirmation(asked.date or "", agreed, tuple(others.items()))

    @property
    def confirmations(self) -> tuple[Confirmation, ...]:
        """That of every decision, in the order of the domains."""
        found = (self.confirmation(domain) for domain in self.domains)
        return tuple(one for one in found if one is not None)

    def domain(self, name: str) -> DomainGrade | None:
        """One domain, or None."""
        return next((domain for domain in self.domains if domain.domain == name), None)

    def _rated(self, levels: list[tuple[str, Level]]) -> str:
        begins = self.start
        if begins is None:
            return NO_EVIDENCE
        doubts = [(domain, level) for domain, level in levels if STEPS[level] < 0]
        barred = any(bars_raising(begins, domain, level) for domain, level in doubts)
        down = sum(STEPS[level] for _, level in doubts)
        up = 0 if barred else sum(max(0, STEPS[level]) for _, level in levels)
        first = CERTAINTIES.index(HIGH if begins.high else LOW)
        return CERTAINTIES[max(0, min(len(CERTAINTIES) - 1, first + down + up))]
