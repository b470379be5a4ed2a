"""Where every part of a record was read, in words, with its line."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.records.loading import LoadedStudy
from ketameta.records.provenance import SourceRef
from ketameta.records.study import Sourced
from ketameta.records.yaml_reader import Path_
from ketameta.reports.number_lines import SourceText, source_text


def source_words(source: SourceText) -> str:
    """Document, locator, verification level and arithmetic."""
    text = f"{source.document}, {source.locator} ({source.level})"
    if source.derivation:
        text += f"; worked out: {source.derivation}"
    if source.also:
        text += f"; also: {', '.join(source.also)}"
    return text


def part_sources(loaded: LoadedStudy) -> Iterator[tuple[str, str]]:
    """For citation, design, population, funding and arms: the part, and where it was read."""
    study = loaded.study
    yield "citation", _placed(loaded, ("citation", "source"), study.citation.source)
    parts: list[tuple[str, Path_, Sourced | None]] = [
        ("funding", ("funding",), study.funding),
        ("design", ("design",), study.design),
        ("population", ("population",), study.population),
        *((f"arm {arm.id}", ("arms", i), arm) for i, arm in enumerate(study.arms)),
    ]
    for name, where, part in parts:
        if part is None:
            continue
        yield name, _placed(loaded, (*where, "source"), part.source)
        for field, ref in part.field_sources.items():
            place: Path_ = (*where, "field_sources", field)
            yield (
                f"{name}, {field.replace('_', ' ').replace('.', ', ')}",
                _placed(loaded, place, ref),
            )


def result_sources(loaded: LoadedStudy) -> Iterator[tuple[str, tuple[str, ...]]]:
    """For each result, by its place in the file: sources of single numbers from elsewhere."""
    for i, outcome in enumerate(loaded.study.outcomes):
        for j, result in enumerate(outcome.results):
            where: Path_ = ("outcomes", i, "results", j)
            line, _ = loaded.document.locate(where)
            yield (
                f"{loaded.document.path.as_posix()}:{line}",
                tuple(
                    f"{field}: {_placed(loaded, (*where, 'field_sources', field), ref)}"
                    for field, ref in result.field_sources.items()
                ),
            )


def _placed(loaded: LoadedStudy, where: Path_, ref: SourceRef) -> str:
    line, _ = loaded.document.locate(where)
    return f"{source_words(source_text(loaded.study, ref))} [line {line}]"
