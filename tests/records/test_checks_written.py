"""A record that is not finished: what is missing and what is wrong in the rest, at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.records.test_loading import GOOD, evidence_folder

from ketameta.cli.checking_records import check_record_alone
from ketameta.records.store import load_evidence

RECORD = "alcohol/doe-2020.yaml"
OUTCOMES = GOOD[GOOD.index("outcomes:\n") :]
UNFINISHED = GOOD.removesuffix(OUTCOMES).replace("  diagnosis: alcohol use disorder\n", "")
"""The good record before anybody came to its results, and without the diagnosis."""


def found(root: Path, text: str, *, cached: bool = False) -> list[tuple[str, str]]:
    folder = root / "studies"
    if not folder.exists():
        folder = evidence_folder(root, {RECORD: text})
    return [(p.code, p.field) for p in load_evidence(folder, cached=cached).problems]


REGISTERED = "registrations: [{registry: ISRCTN, id: ISRCTN1}]\n"
WAIVED = "waivers: [{rule: R999, reason: x, by: AB, date: 2026-13-20}]\n"
NO_DAY = ("R001", "waivers.0.date")
MISSING = ("R001", "population.diagnosis")


@pytest.mark.parametrize(
    ("before", "after", "also"),
    [
        ("", "", []),
        ("  doi: 10.", "  doi: doi.org/10.", [("R040", "citation.doi")]),
        ("citation:\n", f"{REGISTERED}citation:\n", [("R040", "registrations.0.id")]),
        ("id: doe-2020", "id: doe-2021", [("R010", "id")]),
        ("status: included", "status: ongoing", [("R012", "status")]),
        ("id: sal\n", "id: ket\n", [("R021", "arms.1.id")]),
        ("    control_type: inert placebo\n", "", [("R022", "arms.1.role")]),
        ("source: {ref: paper", "source: {ref: papre", [("R020", "citation.source.ref")]),
        (
            "design:\n",
            f"{WAIVED}design:\n",
            [("R060", "waivers.0.rule"), ("R001", "waivers.0.date")],
        ),
        # What the form already objects to is not said twice in other words.
        ("status: included", "status: includes", [("R001", "status")]),
        ("substance: alcohol", "substance: alcohl", [("R001", "substance")]),
        ("id: doe-2020", "id: Doe 2020", [("R001", "id")]),
    ],
)
def test_what_is_written_is_judged_although_something_is_missing(
    tmp_path: Path, before: str, after: str, also: list[tuple[str, str]]
) -> None:
    text = UNFINISHED.replace(before, after, 1)
    assert sorted(found(tmp_path, text)) == sorted([MISSING, *also])


def test_what_was_kept_says_the_same_again(tmp_path: Path) -> None:
    text = UNFINISHED.replace("  doi: 10.", "  doi: doi.org/10.", 1)
    first = found(tmp_path, text, cached=True)
    assert ("R040", "citation.doi") in first
    assert found(tmp_path, text, cached=True) == first
    assert found(tmp_path, text) == first


def test_a_record_outside_the_folder_is_judged_alike(tmp_path: Path) -> None:
    folder = evidence_folder(tmp_path, {})
    alone = tmp_path / "alcohol/doe-2020.yaml"
    alone.parent.mkdir()
    alone.write_text(UNFINISHED.replace("  doi: 10.", "  doi: doi.org/10.", 1))
    codes = [(p.code, p.field) for p in check_record_alone(alone, folder).problems]
    assert sorted(codes) == sorted([MISSING, ("R040", "citation.doi")])


@pytest.mark.parametrize(
    "broken",
    [
        *("arms: 3", "arms: [1, x]", "sources: []", "sources: {a: 1}", "citation: text"),
        *("registrations: [{registry: [1], id: 3}]", "outcomes: [{id: [a], results: {}}]"),
        *("notes: [{refs: x}]", "reports: {a: b}", "status: [a]", "id: {a: b}", "substance: 3"),
    ],
)
def test_parts_of_another_form_are_passed_over(tmp_path: Path, broken: str) -> None:
    text = f"{GOOD.splitlines()[0]}\n{broken}\n"
    codes = {code for code, _ in found(tmp_path, text)}
    assert "R001" in codes
