"""Begg's test where one study has all the weight."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from ketameta.measures.effects import effects
from ketameta.sensitivity.bias.begg import begg


def test_a_study_with_all_the_weight_has_a_rank() -> None:
    found = begg(effects("GEN", {"yi": [-0.2, 1.09, 0.34], "vi": [1e-300, 1e16, 0.0093]}).estimates)
    assert found.tau is not None
    assert math.isfinite(found.tau)


@pytest.mark.parametrize("span", [1e-6, 1e-9, 1e-12, 1e-14])
def test_ranks_are_those_of_exact_arithmetic(span: float) -> None:
    y, v = [0.3, 0.31, 0.5, 0.1, -0.2], [span, 0.5, 0.25, 2.0, 1.0]
    w = [1 / Fraction(x) for x in v]
    mean = sum(a * Fraction(b) for a, b in zip(w, y, strict=True)) / sum(w)
    exact = [
        (Fraction(b) - mean) * abs(Fraction(b) - mean) / (Fraction(x) - 1 / sum(w))
        for b, x in zip(y, v, strict=True)
    ]
    score = sum(
        int(np.sign(float(exact[j] - exact[i]))) * int(np.sign(v[j] - v[i]))
        for i in range(5)
        for j in range(i + 1, 5)
    )
    assert begg(effects("GEN", {"yi": y, "vi": v}).estimates).score == score
