"""References to the literature: a DOI is whole, and says the same wherever it is cited."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "ketameta"
DOI = re.compile(r"10\.\d{4,9}/[^\s\"'`,|]+")
CITED = re.compile(
    r"(?P<year>(?:18|19|20)\d\d);(?P<volume>\d+)(?:\(\d+\))?:(?P<pages>[A-Za-z]?\d+)"
)
YEAR = re.compile(r"(?<![\d/.-])(?:18|19|20)\d\d(?![\d-])")
EXAMPLES = {"10.5281/zenodo.0000000"}
# DOIs that hold a year, in a group of the pattern; papers appear up to two years after it.
DATED = (
    r"10\.1002/\(SICI\)1097-0258\((\d{4})",
    r"10\.1002/1097-0258\((\d{4})",
    r"10\.1111/j\.[0-9xX-]+\.(\d{4})\.",
    r"10\.1080/(?:01621459|00031305)\.(\d{4})\.",
    r"10\.1016/j\.jclinepi\.(\d{4})\.",
)


def plain(text: str) -> str:
    """A DOI without the signs of the sentence around it."""
    text = re.split(r"[;)](?=\s|$)", text)[0] if "(" not in text else text
    text = text.rstrip(".:;*\\")
    while text.endswith(")") and text.count("(") < text.count(")"):
        text = text[:-1].rstrip(".:;")
    return text


@cache
def mentions() -> tuple[tuple[str, str, str], ...]:
    """File, DOI and the words in front of it, back to the DOI before."""
    return tuple(_mentions())


def _mentions() -> Iterator[tuple[str, str, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text, start = " ".join(node.value.split()), 0
                for found in DOI.finditer(text):
                    before = text[start : found.start()].removesuffix("doi:")
                    yield path.name, plain(found[0]), before[-120:]
                    start = found.end()


def test_dois_are_whole() -> None:
    assert len({doi for _, doi, _ in mentions()}) > 200
    for file, doi, _ in mentions():
        assert doi.count("(") == doi.count(")"), (file, doi)
        if "SICI" in doi or "1097-0258(" in doi:
            assert re.search(r"\(\d{8}\)\d+:\d+<\d+::AID-[A-Z]+\d+>3\.0\.CO;2-[0-9A-Z]$", doi), doi


def test_a_paper_has_one_doi_and_a_doi_one_paper() -> None:
    papers: dict[tuple[str, ...], set[str]] = defaultdict(set)
    dois: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for _, doi, before in mentions():
        cited = list(CITED.finditer(before))
        if cited:
            papers[cited[-1].groups()].add(doi.lower())
            dois[doi.lower()].add(cited[-1].groups())
    assert len(papers) > 100
    assert {paper: found for paper, found in papers.items() if len(found) > 1} == {}
    assert {doi: found for doi, found in dois.items() if len(found) > 1} == {}


def test_a_doi_is_cited_with_one_year() -> None:
    years: dict[str, set[str]] = defaultdict(set)
    for _, doi, before in mentions():
        found = YEAR.findall(before.replace("PRISMA 2020", ""))
        if found and doi not in EXAMPLES:
            years[doi.lower()].add(found[-1])
    assert len(years) > 150
    assert {doi: found for doi, found in years.items() if len(found) > 1} == {}


@pytest.mark.parametrize("pattern", DATED)
def test_years_within_dois_are_those_cited(pattern: str) -> None:
    found = 0
    for file, doi, before in mentions():
        dated, years = re.match(pattern, doi), YEAR.findall(before)
        if dated and years:
            found += 1
            assert -1 <= int(years[-1]) - int(dated[1]) <= 2, (file, doi, before)
    assert found
