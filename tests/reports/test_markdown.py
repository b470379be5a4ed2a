"""The summary: as GitHub reads it, and the same everywhere."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from tests.records.real import ROOT
from tests.reports.real_report import real_document
from tests.reports.small_review import TRIALS, Trial, write_root

from ketameta.reports.acceptance import accept, summary_is_current
from ketameta.reports.build import committed_summary
from ketameta.reports.document import Document, document
from ketameta.reports.inputs import read_inputs
from ketameta.reports.markdown import summary

FIGURES = {"abstinence": "figures/abstinence.svg"}


@pytest.fixture(scope="module")
def real() -> Document:
    return real_document()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Document:
    trial = Trial("adams-2001", title="<img src=x onerror=alert(1)> | {{7*7}}")
    root = write_root(tmp_path_factory.mktemp("small"), (trial, *TRIALS[1:]))
    review = root / "reports" / "small" / "review.yaml"
    text = review.read_text(encoding="utf-8")
    text = text.replace("title: Abstinence\n", "title: '<script>alert(1)</script> | *a*'\n")
    review.write_text(text, encoding="utf-8")
    return document(read_inputs(root))


def tables(text: str) -> list[list[str]]:
    found, rows = [], []
    for line in [*text.split("\n"), ""]:
        if line.startswith("|"):
            rows.append(line)
        elif rows:
            found.append(rows)
            rows = []
    return found


def test_tables_are_rectangles(real: Document) -> None:
    found = tables(summary(real, figures={}))
    assert len(found) > 10
    for rows in found:
        widths = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
        assert len(widths) == 1, rows[0]


def test_blocks_are_apart_and_headings_do_not_skip(real: Document) -> None:
    text = summary(real, figures={})
    assert "\n\n\n" not in text
    levels = [len(m.group(1)) for m in re.finditer(r"^(#+) ", text, re.M)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(now - before <= 1 for before, now in pairwise(levels))


def test_hostile_titles_are_text(small: Document) -> None:
    text = summary(small, figures=FIGURES)
    assert "<script" not in text
    assert "<img" not in text
    assert "### &lt;script&gt;alert(1)&lt;/script&gt; \\| \\*a\\*" in text


def test_figures_are_shown_where_they_lie_and_described(small: Document) -> None:
    text = summary(small, figures=FIGURES)
    assert (
        len(
            re.findall(
                r"!\[[^\n]*random-effects meta-analysis of 3 studies[^\n]*\]"
                r"\(figures/abstinence\.svg\)",
                text,
            )
        )
        == 1
    )
    assert "![" not in summary(small, figures={})


def test_the_summary_names_no_machine(real: Document) -> None:
    text = summary(real, figures={})
    assert str(ROOT) not in text
    for name, version in real.provenance.versions:
        assert name == "ketameta" or version not in text


def test_what_is_accepted_is_current_until_a_record_moves(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root = write_root(tmp_path_factory.mktemp("accepted"))
    inputs = read_inputs(root)
    assert not summary_is_current(inputs)
    written = [path.name for path in accept(inputs)]
    assert written == ["results.lock.json", "summary.md", "forest.svg"]
    assert summary_is_current(inputs)
    assert "](forest.svg)" in committed_summary(inputs)
    (root / "studies" / TRIALS[0].path).write_text(Trial("adams-2001").text + "# a comment\n")
    assert summary_is_current(read_inputs(root))
    (root / "studies" / TRIALS[0].path).write_text(Trial("adams-2001", (14, 30, 6, 30)).text)
    assert not summary_is_current(read_inputs(root))
