"""How to cite this program and the evidence it carries; CITATION.cff is the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ketameta.errors import DataError
from ketameta.manuscript.literature import NUMPY, SCIPY, STATSMODELS
from ketameta.manuscript.works import DATASET, SOFTWARE, Work
from ketameta.questions.question import Review
from ketameta.records.places import CHECKOUT, PACKAGED
from ketameta.reports.provenance import ketameta_version, software_versions

CITATION = "CITATION.cff"
ENGINE = {"numpy": NUMPY, "scipy": SCIPY, "statsmodels": STATSMODELS}
"""Packages that the numbers depend on, and how their makers ask to be cited."""


def citation_file() -> Path:
    """The CITATION.cff of this program: that of the checkout, or the one it was installed with.

    Raises
    ------
    DataError
        When neither is there.
    """
    for folder in (CHECKOUT, PACKAGED):
        if (folder / CITATION).is_file():
            return folder / CITATION
    raise DataError(f"{CITATION}: did not come with this installation. Install ketameta again.")


def software_work(path: Path | None = None) -> Work:
    """This program as CITATION.cff asks to be cited, in the version that runs."""
    said = _read(path or citation_file())
    return Work(
        key="ketameta",
        kind=SOFTWARE,
        authors=tuple(_authors(said.get("authors") or ())),
        title=str(said.get("title", "ketameta")),
        year=_year(said),
        doi=str(said.get("doi", "")),
        url=str(said.get("repository-code") or said.get("url") or ""),
        version=ketameta_version(),
    )


def evidence_work(review: Review, digest: str, path: Path | None = None) -> Work:
    """The records and the review as a data set: when they were last brought up to date, and hash.

    Parameters
    ----------
    digest
        The hash of every file of the review and the records.
    """
    program = software_work(path)
    words = review.search_date.split()
    year = int(words[-1]) if words and words[-1].isdigit() else None
    return Work(
        key=f"{review.id}-records",
        kind=DATASET,
        authors=program.authors,
        title=f"{review.title}: study records and review",
        year=year,
        url=program.url,
        version=f"{review.search_date}, SHA-256 {digest[:12]}",
    )


def licence(path: Path | None = None) -> str:
    """The licence of the program and its records."""
    return str(_read(path or citation_file()).get("license", ""))


def versions() -> tuple[tuple[str, str, tuple[Work, ...]], ...]:
    """What the numbers depend on: name, version, and the works to cite for it."""
    return tuple(
        (name, version, (ENGINE[name],) if name in ENGINE else ())
        for name, version in software_versions()
        if name != "ketameta"
    )


def _read(path: Path) -> Mapping[str, Any]:
    import yaml

    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DataError(f"{path}: is not YAML ({error}). Mend it.") from None
    if not isinstance(said, dict):
        raise DataError(f"{path}: holds no citation. See citation-file-format.github.io.")
    return said


def _authors(people: Any) -> Iterator[str]:
    for person in people:
        if name := person.get("name"):
            yield str(name)
        elif family := person.get("family-names"):
            given = str(person.get("given-names", "")).replace("-", " ").split()
            yield f"{family} {''.join(word[0] for word in given)}".strip()


def _year(said: Mapping[str, Any]) -> int | None:
    released = str(said.get("date-released", ""))[:4]
    return int(released) if released.isdigit() else None
