"""Claim files: what they may say, and where a mistake in one stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.records.real import STUDIES
from tests.records.test_loading import GOOD, evidence_folder

from ketameta.records.claim_files import Claims, load_claims
from ketameta.records.store import load_evidence, study_files

CLAIM = """\
id: K01
title: A claim
claim: Ketamine helps.
found_in: [A]
kinds: [outcome]
needs: A trial.
parts:
  - says: It was a trial of alcohol.
    test: {kind: citation, study: doe-2020, substances: [alcohol]}
  - says: More are abstinent.
    test:
      kind: contrast
      study: doe-2020
      outcome: abstinence
      experimental: [ket]
      control: [sal]
  - says: A report says so.
    test: {kind: documents, facts: [fact]}
sources:
  report: {document: A report, level: press}
facts:
  - id: fact
    text: It says so.
    bearing: supports
    source: {ref: report, locator: Page 1}
"""


def claims(tmp_path: Path, text: str, name: str = "K01.yaml") -> Claims:
    """The claims of a folder with one good record and one claim."""
    folder = evidence_folder(tmp_path, {"alcohol/doe-2020.yaml": GOOD, f"claims/{name}": text})
    return load_claims(load_evidence(folder))


def test_a_good_claim_is_read(tmp_path: Path) -> None:
    found = claims(tmp_path, CLAIM)
    assert found.problems == ()
    assert [item.claim.id for item in found.loaded] == ["K01"]
    assert found.loaded[0].file == "claims/K01.yaml"


def test_claims_are_not_taken_for_studies(tmp_path: Path) -> None:
    folder = evidence_folder(tmp_path, {"alcohol/doe-2020.yaml": GOOD, "claims/K01.yaml": CLAIM})
    assert [path.name for path in study_files(folder)] == ["doe-2020.yaml"]
    assert load_evidence(folder).problems == ()


BROKEN = [
    ("id: K01", "id: K02", "R090", "id", "the file is called K01.yaml."),
    ("ref: report", "ref: letter", "R090", "facts.0.source.ref", '"letter" is not among'),
    ("facts: [fact]", "facts: [fict]", "R090", "parts.2.test.facts.0", 'Did you mean "fact"?'),
    ("study: doe-2020, sub", "study: doe-2021, sub", "R091", "parts.0.test.study", "no study"),
    ("outcome: abst", "outcome: obst", "R091", "parts.1.test.outcome", "has no outcome"),
    ("control: [sal]", "control: [sol]", "R091", "parts.1.test.control.0", 'no arm "sol"'),
    ("kinds: [outcome]", "kinds: [outcom]", "R001", "kinds.0", 'Did you mean "outcome"?'),
    ("kind: citation", "kind: cite", "R001", "parts.0.test.kind", "is not a kind of data"),
    ("needs: A trial.", "needed: A trial.", "R001", "needed", "unknown field"),
    ("found_in: [A]", "found_in: [F]", "R001", "found_in.0", '"F" is not an allowed word'),
]


@pytest.mark.parametrize(("before", "after", "code", "field", "words"), BROKEN)
def test_a_mistake_has_its_place_and_leaves_the_claim_out(
    tmp_path: Path, before: str, after: str, code: str, field: str, words: str
) -> None:
    assert CLAIM.count(before) == 1
    text = CLAIM.replace(before, after)
    found = claims(tmp_path, text)
    assert found.loaded == ()
    problem = next(p for p in found.problems if p.field == field)
    assert problem.code == code
    assert words in str(problem)
    assert problem.path.name == "K01.yaml"
    assert after.split(":")[-1].strip(" []").split(",")[0] in text.splitlines()[problem.line - 1]


def test_the_same_fact_twice_is_named(tmp_path: Path) -> None:
    fact = CLAIM[CLAIM.index("  - id: fact") :]
    found = claims(tmp_path, CLAIM + fact)
    assert [(p.code, p.field) for p in found.problems] == [("R090", "facts.1.id")]


def test_a_folder_without_claims_has_none(tmp_path: Path) -> None:
    folder = evidence_folder(tmp_path, {"alcohol/doe-2020.yaml": GOOD})
    assert load_claims(load_evidence(folder)) == Claims((), ())


def test_our_own_28_claims_have_no_problem(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(STUDIES, tmp_path / "studies"))
    found = load_claims(load_evidence(folder))
    assert found.problems == ()
    assert len(found.loaded) == 28


def test_every_number_of_a_claim_has_a_source_with_its_level() -> None:
    for item in load_claims(load_evidence(STUDIES)).loaded:
        for fact in item.claim.facts:
            source = item.claim.sources[fact.source.ref]
            assert source.url or source.doi, (item.claim.id, fact.id)
            assert fact.source.locator
