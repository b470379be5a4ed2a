"""Any text that a record can hold is read back as it was written, wherever it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ketameta.exchange.record_yaml import flow, record_text
from ketameta.records.yaml_reader import Document, parse

# Everything that some step of reading treats as special: ends of lines, quotes, what begins a
# comment, a list, a tag, a document, a number or a word, and characters that YAML does not print.
ODD = (
    "\x00\x07\x1b\x7f\x80\x85\x9f\xa0\u2028\u2029\ufeff\ufffe\uffff\U0001f600\t\r\n \"'\\#:-?!"
    "&*%@`|>{}[],=~<.+e0123456789nulltruefalseyesno/\u0301"
)
TEXTS = st.one_of(st.text(max_size=30), st.text(alphabet=ODD, max_size=12))


def read(text: str) -> Any:
    document = Document(Path("x.yaml"))
    parse(text.encode("utf-8"), document)
    assert document.problems == [], (text, document.problems)
    return document.data


@given(TEXTS)
@settings(max_examples=200, deadline=None)
@example("\x7f")
@example("\u2028")
@example("a\u2029b\x85c")
@example("\ufeff")
@example("<<")
@example("---")
@example("a: b #c")
@example("1e5")
@example("010")
def test_text_is_read_back_as_it_was_written(text: str) -> None:
    data = {
        "id": text,
        "source": {"ref": text, "locator": "p. 3"},  # on one line, in braces
        "blinded": [text, "x"],
        "notes": [{"about": text, "text": {"inner": text}}],
        "further": {"-" if text == "<<" else text: text},  # no merge keys in a record
    }
    assert read(record_text(data)) == data
    assert read(f"x: {flow([text, {'k': text}])}\n") == {"x": [text, {"k": text}]}


@pytest.mark.parametrize("text", ["\x7f", "\x80", "\x85", "\u2028", "\u2029", "\ufeff", "\uffff"])
def test_what_cannot_be_printed_is_escaped(text: str) -> None:
    assert flow(f"a{text}b") == f'"a\\u{ord(text):04x}b"'
