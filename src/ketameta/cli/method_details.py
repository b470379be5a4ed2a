"""What only some methods of pooling say, for reading: tests of tables, correlations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ketameta.cli.document import Block, Heading, fields
from ketameta.cli.reading import NUMBERS, number_text

_TESTS = {
    "cmh": "Cochran-Mantel-Haenszel",
    "breslow_day": "Breslow-Day",
    "tarone": "Tarone",
}


def method_details(further: Mapping[str, Any]) -> Iterator[Block]:
    """A heading and what there is to say; nothing where the method says no more."""
    found = fields(*_pairs(further))
    if found.fields:
        yield Heading("Further results of the method")
        yield found


def _pairs(further: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, name in _TESTS.items():
        test = further.get(key)
        if test is not None and test["df"] is not None:
            text = f"χ² {number_text(test['statistic'])} on {test['df']} df"
            yield name, f"{text}, {NUMBERS.p_value(test['p_value'])}"
    if further.get("probabilities"):
        shown = ", ".join(NUMBERS.percent(100 * p, 1) for p in further["probabilities"])
        yield "Mean probability", f"{shown} (group by group)"
        p_value = NUMBERS.p_value(further["correlation_lrt_p"])
        yield "Correlation", f"{number_text(further['correlation'])}; of it being 0, {p_value}"
    if further.get("sigma2") is not None:
        yield "Variance of intercepts", number_text(further["sigma2"])
    for key, name in (("q_wald", "One effect for all, Wald"), ("tau2_lrt", "τ² = 0, likelihood")):
        if further.get(key) is not None:
            p_value = NUMBERS.p_value(further[f"{key}_p"])
            yield name, f"χ² {number_text(further[key])}, {p_value}"
    if further.get("threshold") is not None:
        chance = further["new_study_above"]
        why = f"not estimable: {further['new_study_reason']}"
        told = why if chance is None else NUMBERS.percent(100 * chance, 0)
        where = f"{number_text(further['threshold'])} (analysis scale)"
        yield "New study's effect above", f"{where}: {told}"
        if further.get("threshold_meaning"):
            yield "That is", further["threshold_meaning"]
    if further.get("q_centre") == "MH":
        yield "Q", "around the Mantel-Haenszel estimate"
