"""PRISMA 2020 in a report: the flow diagram, its sums, and the checklist."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ketameta.appraisal.prisma.checklist import CheckedItem, checklist
from ketameta.appraisal.prisma.flow import FlowDiagram, flow_diagram
from ketameta.appraisal.prisma.sums import HOLDS, OPEN, SumCheck, check_sums
from ketameta.counting import counted
from ketameta.questions.prisma import Prisma
from ketameta.records.store import Evidence
from ketameta.reports.methods_text import MethodsParagraph
from ketameta.synthesis.answer import Answer

PARAGRAPHS = {
    "10a": ("Which result of a study counts",),
    "12": ("Effect sizes",),
    "13a": ("Which result of a study counts",),
    "13b": ("Effect sizes",),
    "13d": ("Pooling",),
    "13e": ("Heterogeneity", "Subgroups and sensitivity"),
    "13f": ("Subgroups and sensitivity",),
}
"""Which paragraphs of the methods answer an item."""


@dataclass(frozen=True, slots=True)
class PrismaPart:
    """What a report says about PRISMA 2020."""

    diagram: FlowDiagram
    sums: tuple[SumCheck, ...]
    items: tuple[CheckedItem, ...]

    @property
    def broken(self) -> tuple[SumCheck, ...]:
        """Sums that do not hold."""
        return tuple(check for check in self.sums if check.state == "broken")


def prisma_part(
    prisma: Prisma,
    evidence: Evidence,
    answers: Sequence[Answer],
    methods: Sequence[MethodsParagraph],
    *,
    places: Collection[str] = (),
) -> PrismaPart:
    """Flow, sums and checklist of a review.

    Parameters
    ----------
    methods
        The methods in words.
    places
        Anchors that the report has.

    Raises
    ------
    DataError
        For a statement on an item that does not exist.
    """
    pooled = {row.study for answer in answers for row in answer.main.rows}
    diagram = flow_diagram(prisma.flow, evidence, len(pooled))
    sums = check_sums(diagram)
    filled = _filled(evidence, answers, methods, places)
    filled["16a"] = _flow_words(sums)
    return PrismaPart(diagram, sums, checklist(prisma, filled, places=places))


def _flow_words(sums: Sequence[SumCheck]) -> str:
    """What the checklist says of the diagram: how many of its sums hold."""
    held, open_ = (sum(check.state == state for check in sums) for state in (HOLDS, OPEN))
    said = f"Flow diagram; {held} of its {counted(len(sums), 'sum')} hold"
    return f"{said}, {open_} cannot be checked for want of numbers." if open_ else f"{said}."


def _filled(
    evidence: Evidence,
    answers: Sequence[Answer],
    methods: Sequence[MethodsParagraph],
    places: Collection[str],
) -> dict[str, str]:
    words = {paragraph.heading: paragraph.text for paragraph in methods}
    filled = {
        item: " ".join(words[name] for name in names if name in words)
        for item, names in PARAGRAPHS.items()
    }
    studies, questions = counted(len(evidence.studies), "study"), counted(len(answers), "question")
    pooled = counted(sum(answer.main.k > 1 for answer in answers), "pooled answer")
    filled |= {
        "10b": f"Design, funding, participants, arms, doses and settings of {studies}, each value "
        "with its source; what is not stated is called so.",
        "13c": "Forest plots, tables and an evidence map; single studies are not called pooled.",
        "14": "A matrix of which study has which result, in the sense of ROB-ME; tests of "
        "small-study effects from ten studies on.",
        "16b": f"{counted(len(evidence.excluded), 'report')} left out, each with its reason, and "
        "for each question every study that it does not use.",
        "17": f"Tables of characteristics and a card for each of {studies}.",
        "19": f"Forest plots and source lines for each of {questions}.",
        "20a": f"Studies, participants, control types and flags for each of {pooled}.",
        "20b": "Estimate, confidence interval, prediction interval, tau² and I² for each of "
        f"{pooled}.",
        "20c": "Subgroups with their test, and moderators, as far as there are enough studies.",
        "20d": "Other sets of studies, other methods, each study left out, a Bayesian model, and "
        "every combination of choices.",
        "21": "The evidence map and the matrix of missing results.",
        "27": "All records, the review file, the code and every result as CSV and JSON, with the "
        "hash of each file.",
    }
    if "risk-of-bias" in places:
        filled["18"] = "Judgements per result with their reasons, as a table and a figure."
    if "certainty" in places:
        filled["22"] = "Summary of findings with the reasons for every step."
    return filled
