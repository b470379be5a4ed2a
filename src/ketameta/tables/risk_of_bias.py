"""Risk of bias as tables: traffic lights per tool, every judgement, answers, disagreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ketameta.appraisal.risk_of_bias.assessed import Judged, assessments
from ketameta.appraisal.risk_of_bias.overview import Assessments, caveats
from ketameta.appraisal.risk_of_bias.raters import Pair, agreement, disagreements, rated_twice
from ketameta.appraisal.risk_of_bias.results import ResultJudgement, confirmation
from ketameta.appraisal.risk_of_bias.tool import Tool
from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.notation.risk_of_bias import level_mark
from ketameta.records.risk_of_bias import SignallingAnswer
from ketameta.records.study import Study
from ketameta.tables.table import FILES, Cell, Column, Row, Table

SIGN = "Signs: + low, ! some concerns or moderate, − high or serious, × critical, ? no information."

JUDGEMENT_KEYS = (
    *("study", "label", "outcomes", "tool", "rater", "date", "consensus", "confirmation"),
    *("domain", "title", "proposal", "judgement", "stands", "reason", "note"),
)
DISAGREEMENT_KEYS = (
    *("study", "outcome", "tool", "domain"),
    *("rater_1", "judgement_1", "rater_2", "judgement_2", "consensus"),
)


def rob_tables(shown: Assessments) -> tuple[Table, ...]:
    """Traffic lights: a table per tool, a row per result, a column per domain.

    Who assessed and confirmed them is said once, below the last.
    """
    tables = tuple(_lights(tool, found, shown.title) for tool, found in shown.by_tool())
    if not tables:
        return ()
    return (*tables[:-1], replace(tables[-1], notes=(*tables[-1].notes, *caveats(shown))))


def _lights(tool: Tool, found: tuple[ResultJudgement, ...], title: str) -> Table:
    columns = (
        Column("study", "Study"),
        Column("outcome", "Result"),
        *(Column(domain.id, domain.id, "number") for domain in tool.domains),
        Column("overall", "Overall", "number"),
        Column("state", "State"),
    )
    rows = tuple(
        Row(
            (
                Cell(one.label),
                Cell(one.outcome),
                *(_light(level) for _, level in one.domains),
                Cell(
                    f"{level_mark(one.overall).glyph} {one.overall or 'not settled'}",
                    level=one.overall,
                ),
                Cell(one.state, one.confirmation.words),
            )
        )
        for one in found
    )
    domains = "; ".join(f"{domain.id} {domain.short}" for domain in tool.domains)
    notes = (f"{domains}.", SIGN, f"Tool: {tool.reference}.")
    name = "-".join(tool.name.lower().replace("-", " ").split())
    return Table(f"risk-of-bias-{name}", f"{title} ({tool.name})", columns, rows, notes)


def _light(level: str) -> Cell:
    return Cell(level_mark(level).glyph if level else "", level, level=level)


def rob_list(studies: Sequence[Study]) -> Table:
    """Every judgement of every rater, with what the tool proposes; for files."""
    columns = tuple(Column(name, name.capitalize()) for name in JUDGEMENT_KEYS)
    rows = []
    for study in studies:
        for one in assessments(study):
            titles = {domain.id: domain.title for domain in one.tool.domains}
            start = (
                study.id,
                study.label,
                "; ".join(one.assessment.outcomes),
                one.tool.name,
                one.assessment.rater,
                one.assessment.date,
                "yes" if one.assessment.consensus else "no",
                confirmation((one,)).people,
            )
            for name, judged in (*one.domains, ("overall", one.overall)):
                said = (*start, name, titles.get(name, "Overall"), *_said(judged))
                rows.append(Row(tuple(map(Cell, (*said, one.assessment.note or "")))))
    return Table("risk-of-bias-judgements", "Every judgement", columns, tuple(rows))


def _said(judged: Judged) -> tuple[str, str, str, str]:
    return judged.proposal, judged.human, judged.level, judged.reason


def answers_tables(study: Study) -> tuple[Table, ...]:
    """One table per assessment of a study: each question with its answer, support and source."""
    return tuple(
        _answers(study, i, {item.question: item for item in one.assessment.answers})
        for i, one in enumerate(assessments(study))
    )


def _answers(study: Study, index: int, given: dict[str, SignallingAnswer]) -> Table:
    one = assessments(study)[index]
    columns = (
        Column("question", "No."),
        Column("text", "Question or judgement"),
        Column("answer", "Answer"),
        Column("support", "Support"),
        Column("source", "Source"),
        Column("locator", "Locator", audience=FILES),
    )
    rows: list[Row] = []
    for domain in one.tool.domains:
        judged = dict(one.domains)[domain.id]
        rows += [
            _answer(question.text, given[question.id])
            for question in domain.questions
            if question.id in given
        ]
        rows.append(_judgement(domain.id, domain.title, judged))
    rows.append(_judgement("All", "Overall", one.overall))
    about = ", ".join(one.assessment.outcomes)
    notes = tuple(note for note in (one.assessment.note, f"About {one.tool.about}.") if note)
    several = len({item.rater for item in study.risk_of_bias}) > 1
    rater = f"rating by {one.assessment.rater}, " if several else ""
    caption = f"{study.label}, {about}: {one.tool.name}, {rater}{confirmation((one,)).words}"
    return Table(f"risk-of-bias-{study.id}-{index + 1}", caption, columns, tuple(rows), notes)


def _answer(text: str, item: SignallingAnswer) -> Row:
    source = "" if item.source is None else item.source.ref
    locator = "" if item.source is None else item.source.locator
    cells = (item.question, text, str(item.answer), item.support or "", source, locator)
    return Row(tuple(map(Cell, cells)))


def _judgement(name: str, title: str, judged: Judged) -> Row:
    reason = judged.reason
    if judged.changed:
        reason = f"Proposed: {judged.proposal}. {reason}"
    elif not judged.human:
        reason = "Proposed by the rules of the tool."
    level = judged.level or "not settled"
    cells = (name, title, f"{level_mark(level).glyph} {level}", reason, "", "")
    return Row(tuple(map(Cell, cells)), kind="main")


def disagreement_table(studies: Sequence[Study]) -> Table:
    """Where two raters judged differently, with their agreement by tool in the notes."""
    pairs = rated_twice(studies)
    columns = tuple(Column(k, k.replace("_", " ").capitalize()) for k in DISAGREEMENT_KEYS)
    rows = tuple(Row(tuple(map(Cell, _pair(pair)))) for pair in disagreements(pairs))
    return Table(
        "risk-of-bias-disagreements",
        "Judgements on which raters differ",
        columns,
        rows,
        _agreement_notes(pairs) or ("No result has been assessed twice.",),
    )


def _pair(pair: Pair) -> tuple[str, ...]:
    first, second = zip(pair.raters, pair.levels, strict=True)
    return (pair.label, pair.outcome, pair.tool, pair.domain, *first, *second, pair.settled)


def _agreement_notes(pairs: Sequence[Pair]) -> tuple[str, ...]:
    notes = []
    for tool in TOOLS.values():
        found = agreement([pair for pair in pairs if pair.tool == tool.name], tool.levels)
        if found is not None:
            kappa = "not defined" if found.kappa is None else f"{found.kappa:.2f}"
            notes.append(
                f"{tool.name}: {found.alike} of {found.pairs} judgements alike, linearly weighted "
                f"kappa {kappa}."
            )
    return tuple(notes)


def published_table(studies: Sequence[Study]) -> Table:
    """What others have published about the same studies, in their own words."""
    names = ("study", "tool", "domain", "judgement", "source", "locator")
    columns = tuple(Column(name, name.capitalize()) for name in names)
    rows = []
    for study in studies:
        for item in study.published_risk_of_bias:
            document = study.sources[item.source.ref].document
            cells = (study.label, item.tool, item.domain, item.judgement, document)
            rows.append(Row(tuple(map(Cell, (*cells, item.source.locator)))))
    caption = "Judgements that others have published"
    return Table("risk-of-bias-published", caption, columns, tuple(rows))
