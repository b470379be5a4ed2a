"""What `ketameta grade` writes, in every form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketameta.appraisal.answers import answer_question, answer_review
from ketameta.appraisal.grade.draft import draft
from ketameta.appraisal.grade.grading import grade_review
from ketameta.appraisal.grade.rating import DomainGrade, QuestionGrade
from ketameta.appraisal.grade.signs import certainty_text
from ketameta.appraisal.grade.stale import decision_problems
from ketameta.appraisal.grade.upgrades import NOT_CONSIDERED, may_rise
from ketameta.appraisal.grade.wording import out_of_1000
from ketameta.cli.document import Block, Column, Grid, Heading, Line, Paragraph, fields
from ketameta.cli.output import Output
from ketameta.cli.result_options import FORM_OF, form_of
from ketameta.cli.saving import output_to
from ketameta.cli.signing import write_signature
from ketameta.cli.table_delivery import deliver_table
from ketameta.cli.terminal import to_terminal
from ketameta.cli.workspace import Workspace, shown
from ketameta.counting import counted
from ketameta.errors import UsageError
from ketameta.figures.figure_kind import ENDINGS
from ketameta.questions.certainty import FILE, UPGRADES, Certainty, load_certainty
from ketameta.questions.loading import find_question
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.synthesis.answer import Answer
from ketameta.tables.findings_summary import findings_summary, main_findings
from ketameta.tables.formatting import AnswerText, people_text
from ketameta.tables.grade import (
    decisions_words,
    grade_details,
    grade_overview,
    randomised_words,
)
from ketameta.tables.table import Table

NARROW = {
    "question": "Question",
    "k": "k",
    "start": "Start",
    "risk_of_bias": "Bias",
    "inconsistency": "Incons",
    "indirectness": "Indir",
    "imprecision": "Imprec",
    "publication_bias": "Publ",
    "raised": "Up",
    "certainty": "Certainty",
}
DRAFT_FILES = {".yaml": "table", ".yml": "table"}
SUMMARY = {
    "question": "Outcome",
    "people": "People (studies)",
    "effect": "Effect (95% CI)",
    "baseline": "Risk without",
    "treated": "With, of 1000",
    "certainty": "Certainty",
}
"""Columns for which a terminal has room, and short titles of them."""


@dataclass(frozen=True, slots=True)
class GradeForms:
    """The ratings asked for; `single` where one question was named."""

    grades: tuple[QuestionGrade, ...]
    certainty: Certainty
    single: bool
    output: Output

    @classmethod
    def of(
        cls, workspace: Workspace, review_file: Path | None, question: str | None, output: Output
    ) -> GradeForms:
        """Read, answer and rate."""
        evidence, review = workspace.evidence(output), workspace.review(review_file)
        folder = workspace.review_file(review_file).parent
        certainty = load_certainty(folder, review, shown_as=shown(folder / FILE))
        answers = _answers(question, review, evidence)
        grades = grade_review(answers, review, evidence, certainty)
        return cls(grades, certainty, question is not None, output)

    def deliver(self, style: str, out: Path | None, *, force: bool, part: str) -> None:
        """Write ratings, summary or draft, or draw the ratings; then say what is stale."""
        suffix = "" if out is None else out.suffix.lower()
        if out is not None and suffix in ENDINGS:
            self._draw(out, force=force, part=part)
        elif part == "draft":
            if form_of(style, out, endings=FORM_OF | DRAFT_FILES) != "table":
                raise UsageError(
                    "grade: --draft is certainty.yaml, which is YAML. Leave --format out; for the "
                    "ratings as JSON, CSV or Markdown leave --draft out."
                )
            entries = draft(self.grades, self.certainty)
            output_to(out, "yaml", None, force=force).result(entries)
        else:
            form = form_of(style, out, others=ENDINGS)
            output = output_to(out, form, None, force=force)
            if form == "table":
                output.result(to_terminal(list(self._blocks(part)), output))
            else:
                deliver_table(self._table(part), form, output)
        self._tell()

    def sign(self, signer: str, workspace: Workspace, folder: Path) -> None:
        """Write a person's name under the drafted decisions on the one question.

        Raises
        ------
        UsageError
            Where there are no decisions, not on every domain, or inputs moved.
        """
        (graded,) = self.grades
        asked = graded.asked
        if asked is None or graded.undecided or graded.stale or not graded.domains:
            raise UsageError(
                f"{graded.id}: {_unsigned(graded)}. Draft the decisions first: ketameta grade "
                f"{graded.id} --draft"
            )
        place = ("questions", self.certainty.questions.index(asked))
        write_signature(workspace, folder / FILE, [place], signer, self.output)
        levels = "; ".join(f"{domain.domain} {domain.level}" for domain in graded.domains)
        self.output.say(f"{graded.id}: {certainty_text(graded)} ({levels}).")

    def _table(self, part: str) -> Table:
        if part == "summary":
            asked = self.grades if self.single else main_findings(self.grades, self.certainty)
            return findings_summary(asked)
        return grade_details(self.grades) if self.single else grade_overview(self.grades)

    def _blocks(self, part: str) -> Iterator[Block]:
        if part == "summary":
            yield from _summary_blocks(self._table(part))
        elif not self.single:
            yield from _overview_blocks(self._table(part))
        else:
            for graded in self.grades:
                yield from _question_blocks(graded)

    def _draw(self, out: Path, *, force: bool, part: str) -> None:
        from ketameta.cli.plot_files import save_drawn
        from ketameta.figures.grade import grade_figure

        if part != "ratings":
            raise UsageError(
                f"{out}: only the ratings are drawn. Leave --sof or --draft out, or name a file "
                "that ends in .md, .csv or .json."
            )
        picture = save_drawn(
            lambda: grade_figure(self.grades), out, force=force, output=self.output
        )
        self.output.say(picture.legend)

    def _tell(self) -> None:
        found = list(decision_problems(self.grades))
        for problem in found:
            self.output.say(f"{problem.question}: {problem.message}")
        if found:
            self.output.say(
                f"{counted(len(found), 'decision')} to look at. ketameta grade --draft prints the "
                "entries with the inputs of today."
            )


def _unsigned(graded: QuestionGrade) -> str:
    """Why nobody can sign."""
    if graded.stale:
        return f"{', '.join(d.domain for d in graded.stale)} rests on inputs that moved"
    if graded.undecided:
        return f"nothing is decided on {', '.join(d.domain for d in graded.undecided)}"
    return "there is nothing to sign"


def _answers(question: str | None, review: Review, evidence: Evidence) -> Sequence[Answer]:
    if question is None:
        return answer_review(review, evidence, brief=True)
    return (answer_question(find_question(review, question), review, evidence, brief=True),)


def _question_blocks(graded: QuestionGrade) -> Iterator[Block]:
    answer, text = graded.answer, AnswerText.of(graded.answer)
    main = answer.main
    yield Heading(answer.question.title, certainty_text(graded), level=1)
    yield Paragraph(graded.statement)
    if graded.start is None or graded.scale is None:
        return
    people = f"{people_text(main)} in {counted(main.k, 'study')}"
    proposed = "" if graded.proposed == graded.certainty else f"proposed: {graded.proposed}"
    yield fields(
        ("Effect", f"{text.short} {text.estimate(main)}"),
        ("People", people),
        ("Start", f"{graded.start.reason} {randomised_words(graded)}".strip()),
        ("By the rules", proposed),
    )
    lines = [
        (f"{b.label} {100 * b.risk:.0f}%", f"{out_of_1000(graded, b)} {b.source}.")
        for b in graded.baselines
    ]
    if lines:
        yield Heading(f"At several risks without {graded.treatment}")
        yield fields(*lines)
    for domain in graded.domains:
        yield from _domain_blocks(domain)
    if not may_rise(graded.start):
        yield Paragraph(NOT_CONSIDERED, "quiet")
    if graded.confirmations:
        yield Paragraph(decisions_words((graded,)), "quiet")
        for who in dict.fromkeys(one.words for one in graded.confirmations):
            yield Paragraph(f"{who[:1].upper()}{who[1:]}.", "quiet")
    if graded.asked is not None and graded.asked.note:
        yield Paragraph(graded.asked.note, "quiet")


def _domain_blocks(domain: DomainGrade) -> Iterator[Block]:
    steps = f"{domain.steps:+d}" if domain.steps else "0"
    yield Heading(domain.domain.capitalize(), f"{domain.level} ({steps})")
    yield Paragraph(domain.proposal.reason)
    if domain.changed:
        own = domain.decision.reason if domain.decision else None
        yield Paragraph(f"Proposed: {domain.proposal.level}. Decided: {own or 'no reason given'}")
    elif domain.decision is not None and domain.decision.reason:
        yield Paragraph(f"Adopted: {domain.decision.reason}")
    elif domain.decision is None and domain.domain not in UPGRADES:
        yield Paragraph("Proposed only; no decision has been drafted.", "caution")
    if domain.stale:
        yield Paragraph(f"Stale: {domain.moved_text}.", "serious")


def _overview_blocks(table: Table) -> Iterator[Block]:
    """The overview with short titles, without what a terminal has no room for."""
    yield Heading(table.caption, level=1)
    yield _grid(table, NARROW)
    yield Paragraph(
        "Bias: risk of bias; Incons: inconsistency; Indir: indirectness; Imprec: imprecision; "
        "Publ: publication bias; Up: levels added.",
        "quiet",
    )
    for note in table.notes:
        yield Paragraph(note, "quiet")


def _summary_blocks(table: Table) -> Iterator[Block]:
    """The summary without second lines; what it means stands below."""
    yield Heading(table.caption, level=1)
    yield _without_repeats(_grid(table, SUMMARY))
    for row in table.rows:
        if row.cells[0].text:
            yield Paragraph(f"{row.cells[0].text}: {row.cells[-1].text}")
    for note in table.notes:
        yield Paragraph(note, "quiet")


def _without_repeats(grid: Grid) -> Grid:
    """People and effect once per outcome."""
    lines = tuple(
        line if line.cells[0] else Line(("", "", "", *line.cells[3:])) for line in grid.lines
    )
    return Grid(grid.columns, lines)


def _grid(table: Table, titles: dict[str, str]) -> Grid:
    """Some columns under short titles; only the first may be broken."""
    places = [i for i, column in enumerate(table.columns) if column.key in titles]
    columns = tuple(
        Column(titles[key], right=align == "right", firm=number > 0, least=0 if number else 12)
        for number, (key, align) in enumerate(
            (table.columns[i].key, table.columns[i].align) for i in places
        )
    )
    lines = tuple(Line(tuple(row.cells[i].text for i in places)) for row in table.rows)
    return Grid(columns, lines)
