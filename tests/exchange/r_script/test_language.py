"""R source made of foreign text and of numbers."""

from __future__ import annotations

import math

import pytest

from ketameta.exchange.r_script.language import r_comment, r_number, r_text, r_vector


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Krupitsky 1997", '"Krupitsky 1997"'),
        ('"); system("id"); c("', '"\\"); system(\\"id\\"); c(\\""'),
        ("a\\", '"a\\\\"'),
        ("two\nlines\x00", '"two\\u000Alines\\\\0"'),
        ("Müller 😀\u2028", '"M\\u00FCller \\U0001F600\\u2028"'),
    ],
)
def test_text_cannot_end_early(text: str, written: str) -> None:
    assert r_text(text) == written


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-300, 123456789.0, -5e22, 2.0**-1074])
def test_numbers_keep_every_bit(value: float) -> None:
    assert float(r_number(value)) == value


def test_missing_numbers_and_long_vectors() -> None:
    assert r_vector([1.0, None, math.nan, math.inf]) == "c(1, NA, NA, Inf)"
    assert r_vector([]) == "c()"
    assert max(map(len, r_vector([1 / 3] * 50).splitlines())) <= 100


def test_a_comment_is_never_code() -> None:
    made = r_comment("title\nsystem('id')\r\u2028quit()\x85 " + "word " * 40)
    assert all(line.startswith("#") for line in made.splitlines())
