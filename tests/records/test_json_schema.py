"""The JSON Schemas that editors use: they accept every committed record and refuse broken ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.records.real import REVIEW, STUDIES
from tests.records.test_loading import GOOD

from ketameta.appraisal.prisma.items import ITEMS
from ketameta.cli.schemas import NAMES, stale
from ketameta.records.claim_files import claim_files
from ketameta.records.json_schema import SCHEMAS, schema_text, stale_schemas
from ketameta.records.store import EXCLUDED, VOCABULARY, study_files
from ketameta.records.vocabulary import Status
from ketameta.records.yaml_reader import read_yaml

TEAM = {
    REVIEW: "review.schema.json",
    REVIEW.parent / "certainty.yaml": "certainty.schema.json",
    REVIEW.parent / "prisma.yaml": "prisma.schema.json",
}
"""Of a review."""
FILES = {
    **TEAM,
    **dict.fromkeys(study_files(STUDIES), "study.schema.json"),
    **dict.fromkeys(claim_files(STUDIES), "claim.schema.json"),
    STUDIES / EXCLUDED: "excluded.schema.json",
    STUDIES / VOCABULARY: "vocabulary.schema.json",
}
COMMITTED = sorted(set(FILES.values()))
PLAIN_WORDS = {
    *("longest", "end of treatment", "substance", "control type", "randomised"),
    *("better", "worse", "experimental", "control", "rare", "occurs"),
    *("depression", "psychotherapy"),
    *("low", "high"),
}
"""Of a review, its certainty and claims: the field that offers them says what they do."""


@cache
def validator(name: str) -> Draft202012Validator:
    """A validator that takes the committed schema, and lists as arrays, decimals as numbers."""
    schema = json.loads((STUDIES / "schema" / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_committed_file_fits_its_schema(path: Path) -> None:
    document = read_yaml(path)
    assert document.problems == []
    errors = [error.message for error in validator(FILES[path]).iter_errors(plain(document.data))]
    assert errors == []


@pytest.fixture
def good(tmp_path: Path) -> Any:
    path = tmp_path / "doe-2020.yaml"
    path.write_text(GOOD)
    return plain(read_yaml(path).data)


BREAKS: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "unknown field": (("design", "sample"), 3),
    "unknown word": (("design", "type"), "paralel"),
    "negative count": (("outcomes", 0, "results", 0, "data", "arms", "ket", "events"), -1),
    "a count in quotes": (("outcomes", 0, "results", 0, "data", "arms", "ket", "events"), "13"),
    "part of a person": (("arms", 0, "n_randomised"), 30.5),
    "negative standard deviation": (("outcomes", 1, "results", 0, "data", "arms", "ket", "sd"), -2),
    "negative time": (("outcomes", 0, "results", 0, "time", "weeks"), -1),
    "a confidence level as a fraction": (("outcomes", 0, "results", 1, "data", "ci_level"), 0.95),
    "text for a number": (("outcomes", 1, "results", 0, "data", "arms", "ket", "mean"), "14.3"),
    "unknown kind of data": (("outcomes", 0, "results", 0, "data", "kind"), "event"),
    "an address without a scheme": (("sources", "paper", "url"), "example.org"),
    "an id with a capital": (("id",), "Doe-2020"),
    "no author": (("citation", "authors"), []),
    "a year in text": (("citation", "year"), "2020"),
}


@pytest.mark.parametrize(("where", "value"), BREAKS.values(), ids=BREAKS.keys())
def test_what_a_record_may_not_say_is_refused(
    good: Any, where: tuple[str | int, ...], value: Any
) -> None:
    study = validator("study.schema.json")
    assert study.is_valid(good)
    part = good
    for step in where[:-1]:
        part = part[step]
    part[where[-1]] = value
    assert not study.is_valid(good)


@pytest.mark.parametrize("field", ["id", "status", "substance", "citation", "sources", "arms"])
def test_what_a_record_must_say_is_asked_for(good: Any, field: str) -> None:
    del good[field]
    assert not validator("study.schema.json").is_valid(good)


def test_every_word_is_offered_with_its_meaning() -> None:
    status = json.loads(schema_text("study.schema.json"))["$defs"]["Status"]
    assert status["enum"] == [str(word) for word in Status]
    assert status["markdownEnumDescriptions"] == [word.meaning for word in Status]


def test_no_bound_stands_under_a_name_that_validators_do_not_know() -> None:
    for name in SCHEMAS:
        text = schema_text(name)
        assert not any(f'"{bound}":' in text for bound in ("ge", "gt", "le", "lt"))


def test_a_stale_schema_is_named(tmp_path: Path) -> None:
    assert stale_schemas(tmp_path) == list(SCHEMAS)
    for name in SCHEMAS:
        (tmp_path / name).write_text(schema_text(name), encoding="utf-8")
    assert stale_schemas(tmp_path) == []
    (tmp_path / "study.schema.json").write_text(schema_text("study.schema.json") + " ")
    assert stale_schemas(tmp_path) == ["study.schema.json"]


def parts(name: str) -> dict[str, Any]:
    """The schema and its definitions by name."""
    schema = json.loads((STUDIES / "schema" / name).read_text(encoding="utf-8"))
    return {name: schema, **schema["$defs"]}


@pytest.mark.parametrize("name", COMMITTED)
def test_every_field_says_what_it_is(name: str) -> None:
    for part, schema in parts(name).items():
        assert schema.get("description"), part
        for field, entry in schema.get("properties", {}).items():
            assert len(entry.get("description", "")) >= 5, f"{part}.{field}"


def enumerations(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "enum" in node:
            yield node
        for item in node.values():
            yield from enumerations(item)
    elif isinstance(node, list):
        for item in node:
            yield from enumerations(item)


@pytest.mark.parametrize("name", COMMITTED)
def test_every_allowed_word_is_explained(name: str) -> None:
    for enumeration in enumerations(parts(name)[name]):
        meanings = enumeration.get("markdownEnumDescriptions", [])
        if set(enumeration["enum"]) <= PLAIN_WORDS:
            continue
        assert len(meanings) == len(enumeration["enum"]), enumeration
        assert all(len(meaning) > 3 for meaning in meanings)


def test_the_first_line_of_a_record_leads_to_its_schema() -> None:
    for path in (*study_files(STUDIES), *claim_files(STUDIES), *TEAM):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert found, path
        target = (path.parent / found[1]).resolve()
        assert target == (STUDIES / "schema" / FILES[path]).resolve()


def test_the_schema_of_a_review_accepts_ours_and_refuses_unknown_methods() -> None:
    review = plain(read_yaml(REVIEW).data)
    check = validator("review.schema.json")
    assert [error.message for error in check.iter_errors(review)] == []
    for field, good, bad in (
        ("tau2", "dersimonian-laird", "REMI"),
        ("interval", "HKSJ", "hksk"),
        ("prediction", "T(K-1)", "t(k-9)"),
        ("zero_cells", "only0:variance", "only1"),
    ):
        assert check.is_valid({**review, "choices": {field: good}}), field
        assert not check.is_valid({**review, "choices": {field: bad}}), field
    question = review["questions"][0]
    assert check.is_valid({**review, "questions": [{**question, "measure": "or"}]})
    assert not check.is_valid({**review, "questions": [{**question, "measure": "ORR"}]})


def test_levels_are_offered_by_domain() -> None:
    certainty = plain(read_yaml(REVIEW.parent / "certainty.yaml").data)
    check = validator("certainty.schema.json")
    (judged, *_) = (q for q in certainty["questions"] if q.get("judgements"))
    for domain, level, fits in (
        ("imprecision", "very serious", True),
        ("imprecision", "two levels up", False),
        ("large effect", "two levels up", True),
        ("large effect", "not serious", False),
        ("dose response", "one level up", True),
        ("dose response", "two levels up", False),
    ):
        judged["judgements"] = [{"domain": domain, "level": level}]
        assert check.is_valid(certainty) is fits, (domain, level)


def test_every_item_of_prisma_is_offered_and_no_other() -> None:
    check = validator("prisma.schema.json")
    numbers = parts("prisma.schema.json")["prisma.schema.json"]["properties"]["statements"]
    assert list(numbers["properties"]) == [item.number for item in ITEMS]
    assert check.is_valid({"statements": {"24a": {"text": "Not registered."}}})
    assert not check.is_valid({"statements": {"24z": {"text": "Not registered."}}})
    assert not check.is_valid({"statements": {"24a": {"words": "Not registered."}}})
    assert not check.is_valid({"flow": {"duplicates": -1}})


def test_every_committed_schema_is_the_one_of_today() -> None:
    assert stale(STUDIES / "schema") == []
    committed = {path.name for path in (STUDIES / "schema").iterdir()}
    assert committed == set(NAMES) == set(COMMITTED) | {"correction.schema.json"}
