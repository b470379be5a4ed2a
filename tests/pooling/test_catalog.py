"""Every method has a name, a sentence and a reference; unknown ones get a suggestion."""

from __future__ import annotations

import pytest

from ketameta.errors import UsageError
from ketameta.pooling.catalog import (
    COMMON_EFFECT_METHODS,
    COMMON_RATE_METHODS,
    INTERVAL_METHODS,
    PREDICTION_METHODS,
    TAU2_INTERVAL_METHODS,
    TAU2_METHODS,
    Method,
    interval_method,
    prediction_method,
    tau2_method,
)

CATALOGS = [
    TAU2_METHODS,
    TAU2_INTERVAL_METHODS,
    INTERVAL_METHODS,
    PREDICTION_METHODS,
    COMMON_EFFECT_METHODS,
    COMMON_RATE_METHODS,
]
ALL = [method for catalog in CATALOGS for method in catalog.values()]


@pytest.mark.parametrize("method", ALL, ids=lambda method: method.code)
def test_every_entry_is_complete(method: Method) -> None:
    assert method.name
    assert method.summary.endswith(".")
    assert method.reference[-4:].isdigit()
    assert method.doi.startswith("10.")
    assert method.function.__doc__


@pytest.mark.parametrize("code", ["reml", "REML", " Reml "])
def test_case_and_blanks_do_not_matter(code: str) -> None:
    assert tau2_method(code).code == "REML"


def test_aliases() -> None:
    assert tau2_method("fe").code == "EE"
    assert interval_method("knha").code == "hksj"
    assert prediction_method("T(K - 1)").code == "t(k-1)"


def test_codes_and_aliases_are_unambiguous() -> None:
    for catalog in CATALOGS:
        names = [n.casefold() for m in catalog.values() for n in (m.code, *m.aliases)]
        assert len(names) == len(set(names))


def test_a_misspelling_gets_a_suggestion() -> None:
    with pytest.raises(UsageError, match=r"'RELM'\. Did you mean REML"):
        tau2_method("RELM")
    with pytest.raises(UsageError, match="Known are"):
        interval_method("qqq")
