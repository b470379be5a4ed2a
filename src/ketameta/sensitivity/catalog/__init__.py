"""Every sensitivity analysis and every method for small-study effects, with its reference.

Importing it loads no numpy; functions are looked up when they are wanted.
"""

from __future__ import annotations

from collections.abc import Mapping

from ketameta.sensitivity.catalog.influence import CHOICES, INFLUENCE
from ketameta.sensitivity.catalog.method import SensitivityMethod
from ketameta.sensitivity.catalog.outcomes import OUTCOMES
from ketameta.sensitivity.catalog.plots import PLOTS
from ketameta.sensitivity.catalog.small_studies import BIAS

__all__ = ["METHODS", "SensitivityMethod"]

METHODS: Mapping[str, SensitivityMethod] = {
    method.code: method for method in (*INFLUENCE, *CHOICES, *OUTCOMES, *BIAS, *PLOTS)
}
