"""What `ketameta check` found, for GitHub Actions: annotations, the log and the step summary.

GitHub drops without a word what goes beyond ten errors, ten warnings or ten notices of a step, and
nobody reads thirty: the worst ten in all become annotations, errors first, then warnings, then
notices, and everything stands in the log. What a record says is never understood as a command: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from ketameta.cli.check_text import summary
from ketameta.cli.checked import Checked, one_line
from ketameta.cli.document import Block, Column, Grid, Heading, Line, Paragraph
from ketameta.cli.markdown import to_markdown
from ketameta.cli.output import printable
from ketameta.records.problems import Problem

ANNOTATIONS = 10
"""In all: never more than GitHub shows of one severity."""
SUMMARY_ROWS = 200
"""In the step summary, which may have 1 MiB."""
_LONGEST = 4000
"""Characters of a message in an annotation or a cell."""


def as_github(checked: Checked) -> str:
    """Annotations first, then the whole list in a group of the log."""
    worst_first = (*checked.errors, *checked.warnings, *checked.notes)
    log = [printable(" ".join(str(problem).splitlines())) for problem in checked.problems]
    parts = [_annotation(problem) for problem in worst_first[:ANNOTATIONS]]
    if log:
        token = hashlib.sha256("\n".join(log).encode()).hexdigest()  # no record can know its own
        title = f"::group::All {len(log)} findings of ketameta check"
        parts += [title, f"::stop-commands::{token}", *log, f"::{token}::", "::endgroup::"]
    return "\n".join([*parts, summary(checked)]) + "\n"


def as_summary(checked: Checked) -> str:
    """A Markdown page with a table of the findings, errors first."""
    ranked = (*checked.errors, *checked.warnings, *checked.notes)
    blocks: list[Block] = [Heading("ketameta check", level=2), Paragraph(summary(checked))]
    if ranked:
        titles = ("Severity", "Rule", "Place", "Finding")
        rows = tuple(Line(_cells(problem)) for problem in ranked[:SUMMARY_ROWS])
        blocks.append(Grid(tuple(Column(title) for title in titles), rows))
    if len(ranked) > SUMMARY_ROWS:
        blocks.append(Paragraph(f"{len(ranked) - SUMMARY_ROWS} more stand in the log."))
    return to_markdown(blocks)


def summary_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where GitHub Actions takes the step summary from; None elsewhere."""
    name = environment.get("GITHUB_STEP_SUMMARY", "")
    return Path(name) if name and environment.get("GITHUB_ACTIONS") == "true" else None


def _annotation(problem: Problem) -> str:
    level = "notice" if problem.severity == "note" else str(problem.severity)
    properties = {
        "file": problem.path.as_posix(),
        "line": str(problem.line),
        "col": str(problem.column),
        "title": f"ketameta {problem.code}",
    }
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {said}::{_data(one_line(problem)[:_LONGEST])}"


def _data(text: str) -> str:
    plain = printable(" ".join(text.splitlines()))
    return plain.replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cells(problem: Problem) -> tuple[str, ...]:
    place = f"{problem.path.as_posix()}:{problem.line}:{problem.column}"
    words = (str(problem.severity), problem.code, place, one_line(problem)[:_LONGEST])
    # A name after @ would be told of it.
    return tuple(printable(word).replace("@", "@\u200b").replace("&", "&amp;") for word in words)
