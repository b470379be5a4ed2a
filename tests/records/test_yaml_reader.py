"""The YAML reader beside ruamel, and what it says about YAML that would surprise."""

from __future__ import annotations

import time
from decimal import Decimal
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ketameta.records.yaml_reader import Document, read_yaml


def read(text: str) -> Document:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_bytes(text.encode())
        return read_yaml(path, shown_as=Path("x.yaml"))


printable = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]))
numbers = st.integers(-(10**17), 10**17) | st.floats(
    allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15, allow_subnormal=False
).filter(lambda x: x == 0 or abs(x) > 1e-15)
leaves = st.none() | st.booleans() | printable | numbers
keys = st.from_regex(r"[a-z][a-z_-]{0,8}", fullmatch=True).filter(lambda k: k not in RESERVED)
RESERVED = {"null", "true", "false"}
documents = st.dictionaries(
    keys,
    st.recursive(leaves, lambda x: st.lists(x, max_size=3) | st.dictionaries(keys, x, max_size=3)),
    min_size=1,
    max_size=4,
)


def floats(value: Any) -> Any:
    """The same with decimals as floats, and no difference between 1.0 and 1."""
    if isinstance(value, dict):
        return {key: floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


@settings(max_examples=50, deadline=None)
@given(documents, st.booleans())
def test_ordinary_documents_are_read_as_ruamel_reads_them(data: Any, flow: bool) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    yaml.allow_unicode = True
    written = StringIO()
    yaml.dump(data, written)
    assume(YAML(typ="safe", pure=True).load(written.getvalue()) == data)  # it misquotes "?0"
    document = read(written.getvalue())
    assert document.problems == []
    assert floats(document.data) == data


@given(
    st.from_regex(r"-?(0|[1-9][0-9]{0,7})\.[0-9]{1,6}", fullmatch=True),
    st.from_regex(r"-?(0|[1-9][0-9]{0,12})", fullmatch=True).filter(lambda t: t != "-0"),
)
def test_the_digits_of_a_number_are_kept(decimal: str, whole: str) -> None:
    data = read(f"a: {decimal}\nb: [{whole}]\n").data
    assert (str(data["a"]), str(data["b"][0])) == (decimal, whole)
    assert isinstance(data["a"], Decimal)
    assert isinstance(data["b"][0], int)


@settings(max_examples=30, deadline=None)
@given(documents)
def test_every_value_has_its_position(data: Any) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    written = StringIO()
    yaml.dump(data, written)
    lines = written.getvalue().split("\n")
    document = read(written.getvalue())
    for path, (line, column) in document.keys.items():
        assert lines[line - 1][column - 1 :].startswith(str(path[-1]))
    assert set(document.keys) <= set(document.positions)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 060", "1:4: a: 060 has a leading zero. Write 60, or put it in quotes"),
        ("a: -012", "1:4: a: -012 has a leading zero. Write -12, or put it in quotes"),
        ("a: 014.30", "1:4: a: 014.30 has a leading zero. Write 14.30, or put it in quotes"),
        ("a: 00", "1:4: a: 00 has a leading zero. Write 0, or put it in quotes"),
        ("a: [1, .inf]", "1:8: a.1: .inf is not a number to keep."),
        ("a: 1e400", "1:4: a: the number is too long."),
        ("a: 1e99999999999999999999", "1:4: a: the number is too long."),
        ("a: 1234567890123456789", "1:4: a: the number is too long."),
        ("a: !!str 5", "1:4: a: tags (!) are not allowed."),
        ("a: !secret 5", "1:4: a: tags (!) are not allowed."),
        ("a: !!map {b: 1}", "1:4: a: tags (!) are not allowed."),
        ("a: &x {b: 1}", "1:4: a: anchors (&) are not allowed."),
        ("a: 1\na: 2", '2:1: a: the key "a" stands twice (first on line 1).'),
        ("a: {b: 1, b: 2}", '1:11: a.b: the key "b" stands twice (first on line 1).'),
        ("a: 1\n---\nb: 2", "not valid YAML: but found another document."),
        ("a: " + "[" * 60 + "]" * 60, "nested too deeply."),
    ],
)
def test_yaml_that_would_surprise_is_refused(text: str, problem: str) -> None:
    (found, *_) = read(text).problems
    assert problem in str(found)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'!x'", "!x"),
        ("'&x'", "&x"),
        ("0", 0),
        ("0.5", Decimal("0.5")),
        (".5", Decimal("0.5")),
        ("0.05e1", Decimal("0.5")),
        ("2001-02-03", "2001-02-03"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        (">-\n  two\n  lines", "two lines"),
    ],
)
def test_what_looks_odd_but_is_plain(text: str, value: object) -> None:
    document = read(f"a: {text}")
    assert document.problems == []
    assert document.data == {"a": value}


def test_a_field_left_empty_is_reported_where_its_name_stands() -> None:
    document = read("a:\n  b:\n  c: 1\nd:\n")
    assert document.data == {"a": {"b": None, "c": 1}, "d": None}
    assert document.locate(("a", "b")) == (2, 3)
    assert document.locate(("d",)) == (4, 1)


def test_a_place_that_does_not_exist_is_that_of_its_closest_parent() -> None:
    document = read("a:\n  b: {c: 1}\n")
    assert document.locate(("a", "b", "x", "y")) == (2, 6)
    assert document.locate(("a", "b", "c"), key=True) == (2, 7)
    assert document.locate(("z",)) == (1, 1)


def test_a_file_that_is_far_too_large_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: " + "x" * 2_000_000)
    (problem,) = read_yaml(path, shown_as=Path("x.yaml")).problems
    assert str(problem) == "x.yaml:1:1: the file has 2,000,003 bytes. A record is far smaller."


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = "a: 1.50\nb:\n  - c\n"
    marked = read("\ufeff" + text.replace("\n", "\r\n"))
    assert marked.data == read(text).data
    assert marked.positions == read(text).positions


HOSTILE = {
    "brackets": "[" * 500_000,
    "closed brackets": "a: " + "[" * 20_000 + "]" * 20_000,
    "mappings": "{a: " * 300_000,
    "questions": "? " * 400_000,
    "dashes": "- " * 200_000 + "a",
    "stairs": "\n".join(" " * i + "a:" for i in range(1500)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_would_take_a_parser_for_ever_is_refused_soon(text: str) -> None:
    start = time.process_time()
    (problem,) = read(text).problems
    assert problem.message == "nested too deeply."
    assert time.process_time() - start < 10


def test_a_mistake_at_the_end_of_a_long_file_is_found_soon() -> None:
    text = "".join(f"k{i}: {i}\n" for i in range(100_000)) + "x: [\n"
    start = time.process_time()
    (problem,) = read(text).problems
    assert problem.message.startswith("not valid YAML: ")
    assert problem.line >= 100_001
    assert time.process_time() - start < 10
