"""What libyaml accepts, ruamel reads alike: data, places and problems are the same for both."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.records.real import STUDIES
from tests.records.test_loading import GOOD

from ketameta.records import yaml_events, yaml_reader
from ketameta.records.store import study_files
from ketameta.records.yaml_reader import Document

if yaml_events.CParser is None:
    pytest.skip("PyYAML was built without libyaml", allow_module_level=True)


def by(parser: yaml_events.Events, text: str) -> Document:
    document = Document(Path("x.yaml"))
    with patch.object(yaml_reader, "parsers", lambda _: (parser,)):
        yaml_reader.parse(text.encode(), document)
    return document


def read(text: str) -> Document:
    document = Document(Path("x.yaml"))
    yaml_reader.parse(text.encode(), document)
    return document


def assert_alike(text: str) -> None:
    """Accepted by libyaml: read alike. Refused by it as YAML: ruamel decides. Else both refuse."""
    if len(yaml_events.parsers(text)) == 1:  # what libyaml is known to let pass
        return
    quick = by(yaml_events._by_libyaml, text)
    strict = by(yaml_events._by_ruamel, text)
    if quick.problems:
        assert strict.problems or "not valid YAML" in quick.problems[0].message
    else:
        assert quick == strict


@pytest.mark.parametrize("path", list(study_files(STUDIES))[::6], ids=lambda p: p.stem)
def test_every_record_is_read_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    quick = by(yaml_events._by_libyaml, text)
    assert quick.problems == []
    assert len(quick.positions) > 50
    assert quick == by(yaml_events._by_ruamel, text)


ODD = [
    "a: {b:1}",
    'a: {"b":1}',
    "a: [b:c, :x, y:]",
    "a: {x:}",
    "a: 'x\r\n  y'",
    'a: "\\x41\\u0042\\/"',
    "a: >2\n    x",
    "a: |+\n x\n\n",
    "a: x#c #d",
    "? a\n: b",
    "? [a, b]\n: c",
    "{a, b: c}",
    "a:\n- b\n-\n- c",
    "a: ~\nb:\n",
    "a: !\nb: ! x",
    "!x a: 1\n&y b: 2",
    "a: &x {b: 1}\nc: *x\nd: !!str 5",
    "<<: {a: 1}\n'<<': 2",
    "a: 1\n---\nb: 2",
    "---\na: 1\n...\n",
    "%YAML 1.1\n---\na: yes",
    "a: [\n b\n]",
    "a: x\n y\n  z\n",
    "a: \U0001f600 b\nc: d",
    "a: ?\nb: [?0]",
    "a: {? }",
    "a: {b: 1, ? : 2}",
    "a: {?\n}",
    "a: 1\n...\n...\nb: 2",
    "\ufeffa: 1",
    "- [a, b]: c",
    "x" * 1100 + ": 1",
    "",
    "# c",
    "--- |\n x",
    "a: " + "[" * 60 + "]" * 60 + "\nb: {c: 1, c: 2}",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_yaml_is_read_alike(text: str) -> None:
    assert_alike(text)


PIECES = ["\n", "  ", "- ", ": ", ":", "[", "]", "{", "}", ",", "#", " #", "&a ", "*a", "!", "'"]
PIECES += ['"', "|", ">", "?", "? ", "@", "`", "%", "---\n", "...\n", "\\", "\u00e9", "x", "0", "~"]
SNIPPET = GOOD[: GOOD.index("population:")]


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(SNIPPET)),
    st.integers(0, 12),
    st.lists(st.sampled_from(PIECES), max_size=4).map("".join),
)
@example(60, 0, "\t")
def test_a_record_with_a_slip_of_the_hand_is_read_alike(at: int, cut: int, put: str) -> None:
    assert_alike(SNIPPET[:at] + put + SNIPPET[at + cut :])


def test_without_libyaml_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = by(yaml_events._by_libyaml, GOOD)
    monkeypatch.setattr(yaml_events, "CParser", None)
    without = read(GOOD)
    assert without == with_it
    assert without.problems == []


@pytest.mark.parametrize("text", ["a:\tb", "a: b\tc", "a: |#c\n  x", "a: >-2#c\n    x"])
def test_what_libyaml_alone_lets_pass_is_left_to_ruamel(text: str) -> None:
    assert by(yaml_events._by_libyaml, text).problems == []
    (problem,) = read(text).problems
    assert "not valid YAML" in problem.message


@pytest.mark.parametrize("text", ["a: [1, 2", "a: b: c", "a: @x", "a: 1\n...\nb", 'a: "\\q"'])
def test_messages_do_not_depend_on_the_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    both = read(text)
    monkeypatch.setattr(yaml_events, "CParser", None)
    without = read(text)
    assert [str(p) for p in both.problems] == [str(p) for p in without.problems]
    assert "not valid YAML" in str(both.problems[0])
