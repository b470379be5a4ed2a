"""Every sensitivity analysis and every method for small-study effects, with its reference.

Importing it loads no numpy; functions are looked up when they are wanted.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from ketameta.errors import UsageError
from ketameta.sensitivity.catalog.influence import CHOICES, INFLUENCE
from ketameta.sensitivity.catalog.method import SensitivityMethod
from ketameta.sensitivity.catalog.outcomes import OUTCOMES
from ketameta.sensitivity.catalog.plots import PLOTS
from ketameta.sensitivity.catalog.small_studies import BIAS

__all__ = ["METHODS", "SensitivityMethod", "sensitivity_method"]

METHODS: Mapping[str, SensitivityMethod] = {
    method.code: method for method in (*INFLUENCE, *CHOICES, *OUTCOMES, *BIAS, *PLOTS)
}


def sensitivity_method(code: str) -> SensitivityMethod:
    """The method with this code, in any case; `UsageError` with a suggestion otherwise."""
    key = code.casefold().strip()
    if key in METHODS:
        return METHODS[key]
    near = difflib.get_close_matches(key, METHODS, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"sensitivity method: there is none called {code!r}. {hint}Known are {', '.join(METHODS)}."
    )
