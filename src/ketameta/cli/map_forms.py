"""The evidence map and the matrix of results in every form that `ketameta map` offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ketameta.appraisal.answers import answer_review
from ketameta.appraisal.availability import availability
from ketameta.appraisal.evidence_map import EvidenceMap, evidence_map
from ketameta.appraisal.grade.grading import grade_review, graded_bodies
from ketameta.appraisal.map_certainty import GradedBody
from ketameta.appraisal.map_marks import map_key
from ketameta.cli.map_grids import map_blocks
from ketameta.cli.output import Output
from ketameta.cli.saving import check_place, output_to, save
from ketameta.cli.table_delivery import deliver_table
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError
from ketameta.questions.certainty import load_certainty
from ketameta.questions.question import Review
from ketameta.tables.availability import availability_table, numbered
from ketameta.tables.evidence_map import (
    evidence_map_by_control,
    evidence_map_list,
    evidence_map_table,
)
from ketameta.tables.table import Table


@dataclass(frozen=True, slots=True)
class EvidenceMaps:
    """What was asked for: the map, or the matrix where `matrix` is there."""

    found: EvidenceMap
    matrix: Table | None
    output: Output

    @classmethod
    def of(
        cls, workspace: Workspace, review_file: Path | None, output: Output, *, results: bool
    ) -> EvidenceMaps:
        """Read the records, and answer the review's questions where their results are wanted."""
        evidence = workspace.evidence(output)
        review = _review(workspace, review_file, needed=results)
        answers = () if review is None else answer_review(review, evidence, brief=True)
        matrix = availability_table(availability(answers, evidence)) if results else None
        graded: tuple[GradedBody, ...] = ()
        if review is not None:
            decided = load_certainty(workspace.review_file(review_file).parent, review)
            graded = graded_bodies(grade_review(answers, review, evidence, decided), evidence)
        return cls(evidence_map(evidence, graded), matrix, output)

    def write(self, style: str, out: Path | None, *, force: bool) -> None:
        """A table; files and programs get one row per combination, gaps included."""
        output = output_to(out, style, None, force=force)
        if self.matrix is not None:
            deliver_table(numbered(self.matrix) if style == "table" else self.matrix, style, output)
        elif style in ("json", "csv"):
            deliver_table(evidence_map_list(self.found), style, output)
        elif style == "table":
            from ketameta.cli.terminal import to_terminal

            caption = evidence_map_table(self.found).caption
            blocks = map_blocks(self.found, caption, output.width)
            output.result(to_terminal(list(blocks), output))
        else:
            deliver_table(evidence_map_table(self.found), style, output)

    def draw(self, out: Path, *, force: bool) -> None:
        """The map as a figure."""
        from ketameta.cli.plot_files import save_drawn
        from ketameta.figures.evidence_map import evidence_map_figure

        if self.matrix is not None:
            raise UsageError(
                "map: --results is a table. Write it as .csv, .json, .md or .html, or leave "
                "--results out to draw the map."
            )
        picture = save_drawn(
            lambda: evidence_map_figure(self.found), out, force=force, output=self.output
        )
        self.output.say(picture.legend)

    def page(self, out: Path, *, force: bool) -> None:
        """The matrix, or a table per kind of control with what the marks mean, as a page."""
        from ketameta.tables.html import SCROLL, to_html

        check_place(out)
        if self.matrix is None:
            title = evidence_map_table(self.found).caption
            tables = evidence_map_by_control(self.found, details=True)
            before = f"<h1>{escape(title)}</h1>\n{_paragraphs(map_key(self.found))}"
            after = _paragraphs(self.found.silences)
        else:
            title, tables, before, after = self.matrix.caption, (self.matrix,), "", ""
        body = "\n".join(to_html(table, narrow=SCROLL) for table in tables)
        page = _PAGE.format(title=escape(title), body=f"{before}{body}\n{after}")
        self.output.say(save(out, page, force=force))


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>\n" for text in texts)


def _review(workspace: Workspace, review_file: Path | None, *, needed: bool) -> Review | None:
    """The review; None where there is not one to choose, and none is needed."""
    chosen = review_file is not None or len(workspace.review_files()) == 1
    return workspace.review(review_file) if chosen or needed else None


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="ketameta">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 0.9rem/1.4 system-ui, sans-serif; margin: 1.5rem; }}
h1 {{ font-size: 1.3rem; }}
p {{ max-width: 50rem; }}
.table {{ overflow-x: auto; }}
table {{ border-collapse: collapse; }}
caption {{ text-align: left; font-weight: 600; padding: 1rem 0 0.5rem; }}
th, td {{ text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }}
.detail {{ display: block; font-size: 0.85em; opacity: 0.8; }}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
