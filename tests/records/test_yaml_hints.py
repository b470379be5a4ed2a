"""The commonest mistakes in YAML: each hint says what to write, and on which line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.records.test_loading import GOOD

from ketameta.records.yaml_hints import GENERAL
from ketameta.records.yaml_reader import Document, parse

TITLE = "  title: A trial\n"
CASES = {
    "a colon in a title": (
        TITLE,
        "  title: Ketamine: a trial\n",
        'A colon within a text needs quotes around it: `title: "Ketamine: a trial"`.',
    ),
    "a colon in a title with quotes": (
        TITLE,
        '  title: Ketamine: a "trial"\n',
        "A colon within a text needs quotes around it: `title: 'Ketamine: a \"trial\"'`.",
    ),
    "curly quotes": (
        TITLE,
        "  title: \u201cKetamine: a trial\u201d\n",
        'Line 8: write straight quotes, `title: "..."`; curly ones are letters.',
    ),
    "no space after a colon": (
        "  year: 2020\n",
        "  year:2020\n",
        "Line 7: write `year: 2020`, with a space after the colon.",
    ),
    "no space after the last colon of a part": (
        "  enrolled_n: 60\n  source: {ref: paper, locator: Methods}\npopulation",
        "  source: {ref: paper, locator: Methods}\n  enrolled_n:60\npopulation",
        "Line 19: write `enrolled_n: 60`, with a space after the colon.",
    ),
    "a quote that is never closed": (
        "locator: Table 3}\n",
        'locator: Table 3}\n    notes: "A note\n',
        'The quote opened on line 83 is not closed there: add ".',
    ),
    "a quote that the next one closes": (
        "  title: A trial\n  doi: 10.1000/xyz123\n",
        '  title: "A trial\n  doi: "10.1000/xyz123"\n',
        'The quote opened on line 8 is not closed there: add ".',
    ),
    "an apostrophe within single quotes": (
        TITLE,
        "  title: 'Doe's trial'\n",
        "The quote opened on line 8 closes before the text ends: put the text in double quotes, "
        "or write '' for a quote within it.",
    ),
    "a merge conflict": (
        "  year: 2020\n",
        "<<<<<<< HEAD\n  year: 2020\n=======\n  year: 2021\n>>>>>>> theirs\n",
        "Line 7 is a mark of a merge conflict: keep one of the two versions, and remove the lines "
        "that begin with <<<<<<<, ======= and >>>>>>>.",
    ),
    "a tab": (
        "  year: 2020\n",
        "\tyear: 2020\n",
        "Line 7 is indented with a tab: use spaces.",
    ),
    "a character that means something else": (
        TITLE,
        "  title: @home\n",
        'A text that begins with @ needs quotes: `title: "@home"`.',
    ),
    "a line too far in": (
        "  year: 2020\n" + TITLE,
        "  year: 2020\n   title: A trial\n",
        "Line 8 is indented further than line 7 above it: align them.",
    ),
    "something else": ("authors: [Doe J]", "authors: [Doe J", GENERAL),
    # A text over several lines in quotes is no mistake, and none is said to be there.
    "a long text before the mistake": (
        TITLE + "  doi: 10.1000/xyz123\n",
        '  title: "A long\n    trial"\n  doi: [a\n',
        GENERAL,
    ),
}


@pytest.mark.parametrize(("before", "after", "hint"), CASES.values(), ids=CASES.keys())
def test_a_mistake_in_the_good_record_is_named(before: str, after: str, hint: str) -> None:
    assert GOOD.count(before) >= 1
    document = Document(Path("x.yaml"))
    parse(GOOD.replace(before, after, 1).encode(), document)
    (problem,) = document.problems
    assert problem.message.startswith("not valid YAML: ")
    assert problem.hint == hint
