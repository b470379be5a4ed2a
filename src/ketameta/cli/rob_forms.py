"""Risk of bias in every form that `ketameta rob` offers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ketameta.appraisal.risk_of_bias.overview import (
    Assessments,
    assessments_in,
    assessments_of,
)
from ketameta.cli.document import Block
from ketameta.cli.output import Output
from ketameta.cli.saving import output_to
from ketameta.cli.signing import write_signature
from ketameta.cli.table_delivery import deliver_table, table_blocks
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError
from ketameta.records.places import study_files
from ketameta.records.study import Study
from ketameta.synthesis.answer import Answer
from ketameta.tables.risk_of_bias import (
    answers_tables,
    disagreement_table,
    published_table,
    rob_list,
    rob_tables,
)
from ketameta.tables.table import Table

if TYPE_CHECKING:
    from ketameta.figures.picture import Picture

Asked = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class RiskOfBias:
    """What was asked for: some studies, their assessments, and the answer that uses them."""

    studies: tuple[Study, ...]
    shown: Assessments
    answer: Answer | None
    output: Output
    palette: str
    one: bool = False

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        asked: Asked,
        review_file: Path | None,
        output: Output,
        palette: str,
    ) -> RiskOfBias:
        """Read the records, and answer the question where one is named."""
        evidence = workspace.evidence(output)
        study, question = asked
        if study is not None:
            found = evidence.get(study).study
            return cls((found,), assessments_of((found,), found.label), None, output, palette, True)
        if question is None:
            shown = assessments_of(evidence.studies, "All assessed results")
            return cls(evidence.studies, shown, None, output, palette)
        from ketameta.appraisal.answers import answer_question
        from ketameta.questions.loading import find_question

        review = workspace.review(review_file)
        answer = answer_question(find_question(review, question), review, evidence, brief=True)
        shown = assessments_in(answer.main, evidence, answer.question.title)
        used = dict.fromkeys(row.study for row in answer.main.rows)
        studies = tuple(evidence.get(name).study for name in used)
        return cls(studies, shown, answer, output, palette)

    def write(self, style: str, out: Path | None, *, disagreements: bool, force: bool) -> None:
        """Tables for reading; one list of all judgements for programs."""
        output = output_to(out, style, None, force=force)
        if disagreements:
            deliver_table(disagreement_table(self.studies), style, output)
        elif style in ("json", "csv"):
            deliver_table(rob_list(self.studies), style, output)
        else:
            self._read(self._tables(), style, output)

    def sign(self, signer: str, workspace: Workspace) -> None:
        """Write a person's name under every assessment of the one study.

        Raises
        ------
        UsageError
            Where there is none.
        """
        (study,) = self.studies
        if not study.risk_of_bias:
            raise UsageError(f"{study.id}: no result was assessed, so there is nothing to sign.")
        path = next(p for p in study_files(workspace.folder) if p.stem == study.id)
        places = [("risk_of_bias", i) for i in range(len(study.risk_of_bias))]
        write_signature(workspace, path, places, signer, self.output)

    def _tables(self) -> tuple[Table, ...]:
        tables = answers_tables(self.studies[0]) if self.one else rob_tables(self.shown)
        published = published_table(self.studies)
        return (*tables, published) if published.rows else tables

    def _read(self, tables: tuple[Table, ...], style: str, output: Output) -> None:
        if not tables:
            raise UsageError(
                f"{self.shown.title}: no result was assessed. Add `risk_of_bias` to a record; "
                "ketameta explain RoB2 says how."
            )
        if style == "md":
            from ketameta.tables.markdown import to_markdown

            output.result("\n".join(to_markdown(table) for table in tables))
            return
        from ketameta.cli.terminal import to_terminal

        blocks: list[Block] = []
        for table in tables:
            blocks += table_blocks(table, output.width)
        output.result(to_terminal(blocks, output))
        output.say("What a domain asks: ketameta explain D1. One study: ketameta rob STUDY")

    def draw(self, out: Path, *, bars: bool, force: bool) -> None:
        """The traffic lights, or the bars of weight."""
        from ketameta.cli.plot_files import save_drawn

        picture = save_drawn(lambda: self._picture(bars=bars), out, force=force, output=self.output)
        self.output.result(str(out))
        self.output.say(picture.alt)

    def _picture(self, *, bars: bool) -> Picture:
        from ketameta.figures.risk_of_bias import traffic_light_figure, weighted_bars_figure

        if bars and self.answer is not None:
            title = self.answer.question.title
            return weighted_bars_figure(self.answer.main, title, palette=self.palette)
        return traffic_light_figure(self.shown, palette=self.palette)
