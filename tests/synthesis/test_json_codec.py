"""Dataclasses as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketameta.measures.estimates import FloatArray
from ketameta.synthesis.json_codec import to_json


@dataclass(frozen=True)
class Inner:
    text: str
    value: float | None = None


@dataclass(frozen=True)
class Outer:
    number: float
    whole: int
    inner: Inner
    several: tuple[Inner, ...] = ()
    perhaps: Inner | None = None
    yes: bool = True


inner = st.builds(Inner, st.text(), st.none() | st.floats(allow_nan=False, allow_infinity=False))
outer = st.builds(
    Outer,
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(),
    inner,
    st.lists(inner, max_size=3).map(tuple),
    st.none() | inner,
    st.booleans(),
)


@given(outer)
def test_nothing_is_lost(value: Outer) -> None:
    expected = asdict(value)
    expected["several"] = list(expected["several"])
    assert json.loads(to_json(value)) == expected


@dataclass(frozen=True)
class WithArray:
    values: FloatArray


def test_arrays_are_lists_of_floats_of_full_precision() -> None:
    written = to_json(WithArray(np.array([0.1, 1 / 3, 1e-300])))
    assert json.loads(written) == {"values": [0.1, 1 / 3, 1e-300]}


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        to_json(Inner("x", bad))


def test_numpy_scalars_become_plain_and_fields_keep_their_order() -> None:
    made = Outer(np.float64(0.5), np.int64(3), Inner("ä"))  # type: ignore[arg-type]
    text = to_json(made)
    assert text.index('"number": 0.5') < text.index('"whole": 3') < text.index('"text": "ä"')
