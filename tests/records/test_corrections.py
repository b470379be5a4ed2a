"""Where a correction points: by position, by id, and through names with a dot."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ketameta.records.corrections import NOTHING, place_of, same, standing, told

DATA = {
    "population": {"age": {"mean": 1}, "field_sources": {"age.mean": {"ref": "paper"}}},
    "arms": [{"id": "ket", "n": 3}, {"id": "sal"}],
    "authors": ["Doe J", "Roe K"],
}


@pytest.mark.parametrize(
    ("path", "place", "value"),
    [
        ("population.age.mean", ("population", "age", "mean"), 1),
        (
            "population.field_sources.age.mean.ref",
            ("population", "field_sources", "age.mean", "ref"),
            "paper",
        ),
        ("arms.ket.n", ("arms", 0, "n"), 3),
        ("arms.1.id", ("arms", 1, "id"), "sal"),
        ("arms.sal.n", ("arms", 1, "n"), NOTHING),
        ("authors.1", ("authors", 1), "Roe K"),
        ("title", ("title",), NOTHING),
    ],
)
def test_places_and_what_stands_there(
    path: str, place: tuple[str | int, ...], value: object
) -> None:
    assert place_of(DATA, path) == place
    assert standing(DATA, place) is value or standing(DATA, place) == value


@pytest.mark.parametrize("path", ["arms.x.n", "arms.2.n", "populaton.age", "arms.ket.n.x", "", "."])
def test_places_that_are_none(path: str) -> None:
    if path == "":
        assert standing(DATA, place_of(DATA, path)) is NOTHING
        return
    with pytest.raises(KeyError) as caught:
        place_of(DATA, path)
    assert caught.value.args[0].startswith("there is no ")


def test_values_are_the_same_to_the_digit() -> None:
    assert same(Decimal("14.30"), Decimal("14.30"))
    for one, other in (
        (Decimal("14.30"), Decimal("14.3")),
        (1, True),
        ("14", 14),
        (None, NOTHING),
        (["a"], "a"),
    ):
        assert not same(one, other)
    assert [told(v) for v in (NOTHING, "a", Decimal("1.50"))] == ["nothing", '"a"', "1.50"]
