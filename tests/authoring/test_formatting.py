"""Formatting keeps what a file says, its comments included, and is stable."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketameta.authoring.formatting import formatted
from ketameta.errors import DataError
from ketameta.records.yaml_reader import Document, parse

ROOT = Path(__file__).resolve().parents[2]
UNTIDY = b"""\xef\xbb\xbf# the study\r
id:   doe-2020   # short\r
authors:\r
- Doe J\r
-  "Roe, K"\r
mean: 14.30\r
p: "<0.05"\r
wide: 1.50e3\r
flow: {a: 1,   b: [x,y]}\r
long: 'over\r
    two lines'\r
plain: over\r
  two lines # and a comment\r
text: >-\r
  first line\r
  second line\r
\r
nested:\r
    deep:\r
        - id: one\r
          yes: no\r
    # at the end   \r
"""
TIDY = """# the study
id: doe-2020     # short
authors:
  - Doe J
  - "Roe, K"
mean: 14.30
p: "<0.05"
wide: 1.50e3
flow: {a: 1, b: [x, y]}
long: 'over
    two lines'
plain: over
  two lines # and a comment
text: >-
  first line
  second line

nested:
  deep:
    - id: one
      yes: no
    # at the end
"""


def data(text: str) -> object:
    document = Document(Path("x.yaml"))
    parse(text.encode(), document)
    assert not document.problems
    return document.data


def test_indentation_spaces_and_line_ends_are_made_alike_and_nothing_else() -> None:
    assert formatted(UNTIDY, Path("x.yaml")) == TIDY
    assert formatted(TIDY.encode(), Path("x.yaml")) == TIDY


@pytest.mark.parametrize(
    "path",
    [
        *sorted(ROOT.glob("studies/*.yaml")),
        *sorted(ROOT.glob("studies/alcohol/*.yaml")),
        *sorted(ROOT.glob("studies/claims/*.yaml")),
        *sorted(ROOT.glob("reports/*/review.yaml")),
    ],
    ids=lambda path: path.stem,
)
def test_the_records_of_this_project_have_the_form(path: Path) -> None:
    raw = path.read_bytes()
    assert formatted(raw, path).encode() == raw


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a: 1\na: 2\n", "stands twice"),
        (b"a: &x 1\n", "anchors"),
        (b"a: [1, 2\n", "not valid YAML"),
        (b"", "the file is empty"),
        (b"a: \xff\n", "not UTF-8"),
        (b"a: 010\n", "leading zero"),
        (b"[" * 5000, "nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_not_formatted(text: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        formatted(text, Path("x.yaml"))


def test_lines_that_cannot_stay_are_joined() -> None:
    text = b"a:\n- x: one\n   two\n"  # below the dash two is too far left
    assert formatted(text, Path("x.yaml")) == "a:\n  - x: one two\n"


SCALARS = st.one_of(
    st.integers(-999, 999),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=999, min_value=-999),
    st.sampled_from(
        ["yes", "no", "12:30", "a: b", "# x", "", " lead", "it's", "—", "x\ty", "a\nb"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "b c", "d-e", "f"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@given(VALUES)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_content_is_kept_and_the_form_is_stable(value: object) -> None:
    from ketameta.exchange.record_yaml import record_text

    text = record_text({"id": value, "notes": [{"about": value}]})
    once = formatted(text.encode(), Path("x.yaml"))
    assert data(once) == data(text)
    assert formatted(once.encode(), Path("x.yaml")) == once
