"""The evidence map and the matrix of results in every form that `ketameta map` offers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from ketameta.appraisal.evidence_map import EvidenceMap, evidence_map
from ketameta.cli.output import Output
from ketameta.cli.saving import check_target, output_to, save
from ketameta.cli.table_delivery import deliver_table
from ketameta.cli.workspace import Workspace
from ketameta.errors import UsageError
from ketameta.tables.evidence_map import evidence_map_list, evidence_map_table
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
        matrix = None
        if results:
            from ketameta.appraisal.answers import answer_review
            from ketameta.appraisal.availability import availability
            from ketameta.tables.availability import availability_table

            answers = answer_review(workspace.review(review_file), evidence)
            matrix = availability_table(availability(answers, evidence))
        return cls(evidence_map(evidence), matrix, output)

    def write(self, style: str, out: Path | None, *, force: bool) -> None:
        """A table; files and programs get one row per combination, gaps included."""
        output = output_to(out, style, None, force=force)
        if self.matrix is not None:
            deliver_table(
                _numbered(self.matrix) if style == "table" else self.matrix, style, output
            )
        elif style in ("json", "csv"):
            deliver_table(evidence_map_list(self.found), style, output)
        else:
            table = evidence_map_table(self.found)
            deliver_table(_signs_only(table) if style == "table" else table, style, output)

    def draw(self, out: Path, *, force: bool) -> None:
        """The map as a figure."""
        from ketameta.cli.plot_files import check_picture_target
        from ketameta.figures.evidence_map import evidence_map_figure
        from ketameta.figures.saving import save_picture

        if self.matrix is not None:
            raise UsageError(
                "map: --results is a table. Write it as .csv, .json, .md or .html, or leave "
                "--results out to draw the map."
            )
        check_picture_target(out, None, force=force)
        picture = evidence_map_figure(self.found)
        save_picture(picture, out)
        self.output.say(f"Written: {out}\n{picture.legend}")

    def page(self, out: Path, *, force: bool) -> None:
        """The table as a page of its own."""
        from ketameta.tables.html import SCROLL, to_html

        check_target(out, mark=b'class="table scroll', force=force)
        table = self.matrix or evidence_map_table(self.found)
        save(out, _PAGE.format(title=escape(table.caption), table=to_html(table, narrow=SCROLL)))
        self.output.say(f"Written: {out}")


def _signs_only(table: Table) -> Table:
    """Without the second lines, for which a terminal has no room."""
    rows = tuple(
        replace(row, cells=tuple(replace(cell, detail="") for cell in row.cells))
        for row in table.rows
    )
    return replace(table, rows=rows)


def _numbered(table: Table) -> Table:
    """Questions as numbers, explained below: their titles are wider than their columns."""
    first, rest = table.columns[:2], table.columns[2:]
    numbered = tuple(replace(column, title=str(i)) for i, column in enumerate(rest, start=1))
    key = "; ".join(f"{i} {column.title}" for i, column in enumerate(rest, start=1))
    return replace(table, columns=(*first, *numbered), notes=(f"{key}.", *table.notes))


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
.table {{ overflow-x: auto; }}
table {{ border-collapse: collapse; }}
caption {{ text-align: left; font-weight: 600; padding-bottom: 0.5rem; }}
th, td {{ text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }}
.detail {{ display: block; font-size: 0.85em; opacity: 0.8; }}
</style>
</head>
<body>
<main>
{table}
</main>
</body>
</html>
"""
