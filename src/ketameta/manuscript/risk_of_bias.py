"""Risk of bias of the results behind the answers: a paragraph, and a table per tool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.manuscript.phrases import listed
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.text_blocks import Sentence, TextBlock
from ketameta.notation.numbers import DASH
from ketameta.synthesis.answer import RowRiskOfBias, StudyRow
from ketameta.tables.formatting import counted
from ketameta.tables.table import Cell, Column, Row, Table

Results = dict[tuple[str, str], StudyRow]


def results_used(subject: SubjectMatter) -> Results:
    """Each result of a main analysis once, by study and outcome."""
    return {
        (row.study, row.outcome_id): row for answer in subject.answers for row in answer.main.rows
    }


def risk_of_bias(subject: SubjectMatter) -> Iterator[TextBlock]:
    """How many results were judged how; nothing where no analysis has a study."""
    used = results_used(subject)
    if not used:
        return
    judged = [row.risk_of_bias for row in used.values() if row.risk_of_bias is not None]

    def sentences() -> Iterator[Sentence]:
        if not judged:
            yield Sentence(
                f"Risk of bias has not been judged for any of {counted(len(used), 'result')} in "
                "the main analyses."
            )
            return
        yield Sentence(
            f"Risk of bias was judged for {len(judged)} of {counted(len(used), 'result')} in the "
            "main analyses."
        )
        for tool, found in by_tool(judged).items():
            counts = Counter(one.overall or "not finished" for one in found)
            said = listed([f"{level} in {count}" for level, count in counts.items()])
            yield Sentence(f"By {tool}, the overall judgement was {said}.")
        if all(one.status == "one rater" for one in judged):
            yield Sentence("Each judgement is that of one rater.")

    yield TextBlock("results.risk-of-bias", "Risk of bias", tuple(sentences()), ("18",))


def by_tool(judged: list[RowRiskOfBias]) -> dict[str, list[RowRiskOfBias]]:
    """Judgements gathered by tool, in the order in which the tools occur."""
    found: dict[str, list[RowRiskOfBias]] = {}
    for one in judged:
        found.setdefault(one.tool, []).append(one)
    return found


def risk_of_bias_tables(subject: SubjectMatter) -> tuple[Table, ...]:
    """One table per tool: a row per result, a column per domain."""
    used = results_used(subject)
    tools = by_tool([row.risk_of_bias for row in used.values() if row.risk_of_bias is not None])
    return tuple(_table(tool, found[0], used) for tool, found in tools.items())


def _table(tool: str, first: RowRiskOfBias, used: Results) -> Table:
    columns = (
        Column("study", "Study"),
        Column("outcome", "Outcome"),
        *(Column(f"domain_{i}", name) for i, (name, _) in enumerate(first.domains, start=1)),
        Column("overall", "Overall"),
        Column("status", "Who judged"),
    )
    rows = tuple(
        Row(
            (
                Cell(row.label),
                Cell(row.outcome),
                *(Cell(level or DASH) for _, level in judged.domains),
                Cell(judged.overall or DASH),
                Cell(judged.status),
            )
        )
        for row in used.values()
        if (judged := row.risk_of_bias) is not None and judged.tool == tool
    )
    caption = f"Risk of bias by {tool}, result by result"
    return Table(f"risk-of-bias-{tool}", caption, columns, rows, tuple(_key(tool)))


def _key(tool: str) -> Iterator[str]:
    """What the domains are, where the tool is one of the catalog."""
    if known := TOOLS.get(tool):
        yield "; ".join(f"{domain.id}, {domain.title}" for domain in known.domains) + "."
        yield f"Tool: {known.reference}."
