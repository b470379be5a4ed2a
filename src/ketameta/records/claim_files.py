"""The claims of a studies folder: read, and checked against the records they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ketameta.records.claim_tests import (
    CitationTest,
    ComparisonsTest,
    ContrastTest,
    DocumentsTest,
    FigureTest,
)
from ketameta.records.claims import Claim, Part
from ketameta.records.loading import load
from ketameta.records.problems import Problem, did_you_mean
from ketameta.records.rules import Finding, located
from ketameta.records.store import Evidence
from ketameta.records.study import Study
from ketameta.records.yaml_reader import Document, Path_

FOLDER = "claims"


@dataclass(frozen=True, slots=True)
class LoadedClaim:
    """A claim together with the file it came from."""

    claim: Claim
    document: Document

    @property
    def file(self) -> str:
        """The file, as the records' own place."""
        return f"{FOLDER}/{self.claim.id}.yaml"


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a folder by number, and every problem of their files."""

    loaded: tuple[LoadedClaim, ...]
    problems: tuple[Problem, ...]


def claim_files(folder: Path) -> tuple[Path, ...]:
    """The claim files of a folder of study records, sorted."""
    return tuple(sorted((folder / FOLDER).glob("*.yaml")))


def load_claims(evidence: Evidence, *, shown: Path | None = None) -> Claims:
    """Every claim beside some records.

    Parameters
    ----------
    evidence
        The records; what a claim names must be among them.
    shown
        The folder as problems print it.

    Returns
    -------
    Claims that can be tested; one with a problem is left out and its problems are listed.
    """
    studies = {study.id: study for study in evidence.studies}
    loaded: list[LoadedClaim] = []
    problems: list[Problem] = []
    for path in claim_files(evidence.folder):
        place = (shown or evidence.folder) / FOLDER / path.name
        claim, document = load(path, Claim, shown_as=place)
        problems += document.problems
        if claim is not None:
            found = [located(f, document) for f in _findings(claim, path, studies)]
            problems += found
            if not found:
                loaded.append(LoadedClaim(claim, document))
    return Claims(tuple(loaded), tuple(sorted(problems)))


def _findings(claim: Claim, path: Path, studies: Mapping[str, Study]) -> Iterator[Finding]:
    if claim.id != path.stem:
        hint = "Give both the same name."
        yield Finding("R090", ("id",), f"the file is called {path.name}.", hint)
    yield from _sources(claim)
    for i, part in enumerate(claim.parts):
        yield from _part(claim, part, ("parts", i, "test"), studies)


def _sources(claim: Claim) -> Iterator[Finding]:
    """References to sources that do not exist, and ids of facts that occur twice."""
    places: list[tuple[Path_, str]] = []
    for i, fact in enumerate(claim.facts):
        keys = (fact.source.ref, *fact.source.also, *fact.source.confirmed_in)
        places += [(("facts", i, "source", "ref"), key) for key in keys]
        if fact.id in [other.id for other in claim.facts[:i]]:
            yield Finding("R090", ("facts", i, "id"), f"{fact.id} stands twice.", "Rename one.")
    for i, part in enumerate(claim.parts):
        if isinstance(part.test, FigureTest):
            for j, figure in enumerate(part.test.published):
                place = ("parts", i, "test", "published", j, "source", "ref")
                places.append((place, figure.source.ref))
    for where, key in places:
        if key not in claim.sources:
            hint = did_you_mean(key, claim.sources)
            yield Finding("R090", where, f'"{key}" is not among `sources`.', hint)


def _part(
    claim: Claim, part: Part, where: Path_, studies: Mapping[str, Study]
) -> Iterator[Finding]:
    test = part.test
    if isinstance(test, DocumentsTest):
        known = [fact.id for fact in claim.facts]
        for i, name in enumerate(test.facts):
            if name not in known:
                hint = did_you_mean(name, known)
                yield Finding("R090", (*where, "facts", i), f'"{name}" is not a fact.', hint)
    elif isinstance(test, ComparisonsTest):
        for field in ("studies", "inferred"):
            for i, name in enumerate(getattr(test, field)):
                if name not in studies:
                    yield _unknown((*where, field, i), name, studies)
    elif isinstance(test, ContrastTest | CitationTest):
        if test.study not in studies:
            yield _unknown((*where, "study"), test.study, studies)
        elif isinstance(test, ContrastTest):
            yield from _contrast(test, where, studies[test.study])


def _contrast(test: ContrastTest, where: Path_, study: Study) -> Iterator[Finding]:
    outcomes = [outcome.id for outcome in study.outcomes]
    if test.outcome not in outcomes:
        hint = did_you_mean(test.outcome, outcomes)
        message = f'{study.id} has no outcome "{test.outcome}".'
        yield Finding("R091", (*where, "outcome"), message, hint)
    arms = [arm.id for arm in study.arms]
    for side in ("experimental", "control"):
        for i, name in enumerate(getattr(test, side)):
            if name not in arms:
                message = f'{study.id} has no arm "{name}".'
                yield Finding("R091", (*where, side, i), message, did_you_mean(name, arms))


def _unknown(where: Path_, name: str, studies: Mapping[str, Study]) -> Finding:
    return Finding("R091", where, f'there is no study "{name}".', did_you_mean(name, studies))
