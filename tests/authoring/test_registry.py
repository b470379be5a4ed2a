"""ClinicalTrials.gov entries: every value from the registry, nothing guessed, nothing trusted."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ketameta.authoring.new_record import begun, write_record
from ketameta.authoring.registry import registry_record
from ketameta.authoring.registry_json import Node, read_registry
from ketameta.authoring.registry_results import weeks_of
from ketameta.errors import DataError, KetametaError
from ketameta.records.yaml_reader import read_yaml

MADE_UP = Path(__file__).parent / "registry" / "made-up.json"


@pytest.fixture
def record() -> dict[str, Any]:
    return registry_record(read_registry(MADE_UP))


def test_design_people_and_flow(record: dict[str, Any]) -> None:
    design = record["design"]
    assert (design["type"], design["randomised"]) == ("parallel", "yes")
    assert design["blinded"] == ["participants", "outcome assessors"]
    assert (design["enrolled_n"], design["centres"], design["country"]) == (41, 2, "Norway")
    assert (design["stopped_early"], "planned_n" in design) == ("yes", False)
    assert [arm["n_randomised"] for arm in record["arms"]] == [21, 20]
    assert [arm.get("control_type") for arm in record["arms"]] == [None, "active placebo"]
    age = record["population"]["age"]
    assert {name: str(value) for name, value in age.items()} == {
        "mean": "45.20",
        "sd": "9.8",
        "minimum": "18",
        "maximum": "65",
    }
    assert record["population"]["female"] == {"count": 19, "of": 41}


def test_results_keep_their_digits_and_lack_what_needs_a_judgement(record: dict[str, Any]) -> None:
    relapse, craving, completed, serious = record["outcomes"]
    assert completed["results"][0]["data"]["arms"] == {
        "ketamine": {"events": 18, "n": 21},
        "midazolam": {"events": 15, "n": 20},
    }
    assert any("the statistical analysis" in gap["what"] for gap in record["missing"])
    assert relapse["results"][0]["data"] == {
        "kind": "events",
        "arms": {"ketamine": {"events": 6, "n": 21}, "midazolam": {"events": 11, "n": 20}},
    }
    numbers = craving["results"][0]["data"]
    assert numbers["kind"] == "changes"
    assert str(numbers["arms"]["ketamine"]["mean"]) == "-10.50"
    assert numbers["arms"]["midazolam"] == {"mean": Decimal("-3.1"), "n": 18}
    assert craving["results"][0]["time"] == {"label": "Baseline to day 28", "weeks": 4}
    assert "better" not in relapse
    assert serious["results"][0]["data"]["arms"]["midazolam"] == {"events": 0, "n": 20}
    assert any("Kind of Drink" in gap["what"] for gap in record["missing"])


def test_every_source_is_the_registry_with_its_module(record: dict[str, Any]) -> None:
    assert record["sources"]["registry"]["level"] == "registry"
    found = list(sources(record))
    assert len(found) > 10
    assert {source["ref"] for source in found} == {"registry"}
    assert all("Module" in source["locator"] for source in found)


def sources(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "ref" in node:
            yield node
        for value in node.values():
            yield from sources(value)
    elif isinstance(node, list):
        for value in node:
            yield from sources(value)


@pytest.mark.parametrize(
    ("frame", "weeks"),
    [
        ("12 weeks", 12),
        ("Week 4", 4),
        ("Baseline to day 28", 4),
        ("day 10", None),
        ("3 months", None),
        ("weeks 1-4", None),
        ("baseline, 4 weeks and 8 weeks", None),
        ("", None),
    ],
)
def test_only_a_single_time_becomes_weeks(frame: str, weeks: int | None) -> None:
    assert weeks_of(frame) == weeks


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe{}", "is not JSON"),
        (b"[1, 2", "is not JSON"),
        (b'{"a": NaN}', "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"{}", "is no study of ClinicalTrials.gov"),
        (b'{"studies": [{}, {}]}', "holds 2 studies"),
        (b'{"protocolSection": {"identificationModule": {"nctId": "../../x"}}}', "is no study"),
        (b'{"protocolSection": 1e99999}', "is no study"),
    ],
)
def test_files_that_are_no_entry(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        read_registry(path)


JUNK: tuple[Any, ...] = (
    *(None, True, 10**30, -1, "", "NA", "\x1b[31mred\x07", "a: b # c", "'\"{[", "x" * 5000),
    *([], {}, [[]], {"value": {}}, [None, 3], "{{7*7}}", "=cmd()", "\u202e", "- item\nkey: 1"),
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items: Any = ()
    if isinstance(node, dict | list):
        items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield from places(value, (*path, key))


@pytest.mark.parametrize("seed", range(80))
def test_any_part_may_be_anything(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    study = copy.deepcopy(json.loads(MADE_UP.read_text()))
    for _ in range(chance.randint(1, 6)):
        where = chance.choice([path for path in places(study) if path])
        node: Any = study
        for step in where[:-1]:
            node = node[step]
        node[where[-1]] = chance.choice(JUNK)
    number = Node(study).text("protocolSection", "identificationModule", "nctId")
    made = begun("nct99999999", {**registry_record(Node(study)), "substance": "alcohol"})
    try:
        path = write_record(made, tmp_path)
    except KetametaError:
        return
    document = read_yaml(path)
    assert not document.problems, (number, document.problems)
    assert document.data == made
