"""One field changes in its place; every other character stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ketameta.authoring.splicing import spliced
from ketameta.errors import DataError
from ketameta.exchange.record_paths import at, leaves
from ketameta.records.corrections import NOTHING
from ketameta.records.yaml_reader import Document, parse

ROOT = Path(__file__).resolve().parents[2]
TEXT = """\
# a study
id: doe-2020  # short
citation:
  authors: [Doe J, Roe K]
  year: 2020
  title: >-
    A title
    on two lines
design:
  country: NO
  blinded:
    - participants
  source: {ref: paper, locator: "Table 1, page 3"}
arms:
  - id: ket
    dose: {amount: 0.80, unit: mg/kg}
    # after
"""


def changed(place: tuple[str | int, ...], value: Any) -> str:
    return spliced(TEXT, place, value, Path("x.yaml"))


@pytest.mark.parametrize(
    ("place", "value", "old", "new"),
    [
        (("citation", "year"), 2021, "year: 2020", "year: 2021"),
        (("id",), "roe: 1", "id: doe-2020  #", 'id: "roe: 1"  #'),
        (("citation", "authors"), ["Poe L"], "[Doe J, Roe K]", "[Poe L]"),
        (("citation", "authors", 1), "Poe, L", "Roe K]", '"Poe, L"]'),
        (("citation", "title"), "B", ">-\n    A title\n    on two lines\n", "B\n"),
        (("arms", 0, "dose", "amount"), 1, "amount: 0.80", "amount: 1"),
        (("arms", 0, "dose", "maximum"), 2, "mg/kg}", "mg/kg, maximum: 2}"),
        (("arms", 0, "dose", "unit"), NOTHING, ", unit: mg/kg}", "}"),
        (("arms", 0, "dose", "amount"), NOTHING, "amount: 0.80, ", ""),
        (("citation", "year"), NOTHING, "  year: 2020\n", ""),
        (("design", "type"), "parallel", "  country: NO", "  type: parallel\n  country: NO"),
        (("design", "centres"), 3, "  source: {", "  centres: 3\n  source: {"),
        (("arms", 0, "label"), "K", "    dose:", "    label: K\n    dose:"),
    ],
)
def test_what_changes_and_what_stays(
    place: tuple[str | int, ...], value: Any, old: str, new: str
) -> None:
    assert TEXT.count(old) == 1
    assert changed(place, value) == TEXT.replace(old, new)


@pytest.mark.parametrize(
    ("place", "value"),
    [(("design",), "x"), (("design", "blinded"), ["nobody"]), (("arms", 0, "id"), NOTHING)],
)
def test_what_cannot_be_changed_safely_is_refused(place: tuple[str | int, ...], value: Any) -> None:
    with pytest.raises(DataError, match=r"by hand|each of them"):
        changed(place, value)


def fields() -> Iterator[tuple[Path, tuple[str | int, ...]]]:
    for path in sorted(ROOT.glob("studies/*/*-20*.yaml"))[::6]:
        document = Document(path)
        parse(path.read_bytes(), document)
        places = [place for place, value in leaves(document.data) if not isinstance(value, list)]
        yield from ((path, place) for place in places[:: max(1, len(places) // 8)])


@pytest.mark.parametrize(
    ("path", "place"),
    list(fields()),
    ids=lambda x: x.stem if isinstance(x, Path) else ".".join(map(str, x)),
)
def test_any_field_of_a_record_can_be_changed(path: Path, place: tuple[str | int, ...]) -> None:
    text = path.read_text(encoding="utf-8")
    new = spliced(text, place, "changed: it", path)
    document = Document(path)
    parse(new.encode(), document)
    assert at(document.data, place) == "changed: it"
    pairs = zip(text.splitlines(), new.splitlines(), strict=True)
    assert sum(one != other for one, other in pairs) == 1
