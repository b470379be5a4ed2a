"""RIS, BibTeX and CSL-JSON: there and back, and files that mean harm."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketameta.errors import DataError, UsageError
from ketameta.exchange.references.formats import FORMATS, read_references
from ketameta.exchange.references.reference import Reference, inverted, record_author

FULL = Reference(
    kind="article",
    authors=("Müller, JP", "O'Neil, Ana María", "van den Berg, T", "World Health Organization"),
    year="2022",
    title="Ketamine & alcohol: 50% {of} $5_doses #1 ~ ^ \\today in “Österreich” – a trial",
    journal="Addiction & Biology",
    volume="12",
    issue="3",
    pages="152-162",
    doi="10.1016/s0006-3223(99)00230-9",
    pmid="10686270",
    url="https://example.org/a?b=1&c=2",
    note="Study record x: included",
)
SPARSE = Reference(kind="other", title="Only a title", year="")
PARTIAL = Reference(
    kind="software",
    authors=("Doe, JM",),
    year="2020",
    title="A program",
    journal="Zenodo",
    note="As run",
    authors_complete=False,
)
CHAPTER = Reference("chapter", ("Doe, J",), "1999", "In a book", "The Book", pages="e12")


def there_and_back(tmp_path: Path, form: str, *items: Reference) -> tuple[Reference, ...]:
    path = tmp_path / f"library{FORMATS[form].endings[0]}"
    path.write_text(FORMATS[form].write(items), encoding="utf-8")
    found = read_references(path)
    assert found.notes == ()
    return tuple(replace(item, place="") for item in found.references)


@pytest.mark.parametrize("form", FORMATS)
def test_there_and_back(tmp_path: Path, form: str) -> None:
    found = there_and_back(tmp_path, form, FULL, SPARSE, CHAPTER, PARTIAL)
    expected = [FULL, SPARSE, CHAPTER, PARTIAL]
    if form == "bibtex":  # it has no kind for programs
        expected[-1] = replace(PARTIAL, kind="other")
    if form == "bibtex":  # braces only group letters there, and dashes join
        found = (replace(found[0], title=found[0].title.replace("–", "-")), *found[1:])
        plain = FULL.title.replace("–", "-").replace("{of}", "of")
        assert found[0].title.replace("{of}", "of") == plain
        found, expected = found[1:], expected[1:]
    assert found == tuple(expected)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40).map(
    lambda text: " ".join(text.split())
)


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT)
@pytest.mark.parametrize("form", ["ris", "csl-json"])
def test_any_title_comes_back(form: str, title: str, note: str) -> None:
    item = Reference(title=title or "x", note=note)
    (again,), told = FORMATS[form].read(FORMATS[form].write([item]))
    assert (again.title, again.note, told) == (item.title, item.note, [])


@settings(max_examples=60, deadline=None)
@given(TEXT)
def test_any_title_is_one_entry_of_bibtex(title: str) -> None:
    library = [Reference(title=title or "x", year="2000"), Reference(title="After", year="2001")]
    found, told = FORMATS["bibtex"].read(FORMATS["bibtex"].write(library))
    assert [item.year for item in found] == ["2000", "2001"]
    assert told == []


def test_what_is_only_written_has_its_place() -> None:
    item = replace(PARTIAL, key="doe-2020", version="1.2", pages="3-4")
    bib, ris, csl = (FORMATS[form].write([item]) for form in ("bibtex", "ris", "csl-json"))
    assert bib.startswith("@misc{doe-2020,\n  author = {Doe, J. M. and others},\n")
    assert "  title = {{A program}},\n  howpublished = {Zenodo},\n" in bib
    assert "  pages = {3--4},\n  note = {Version 1.2. As run}\n}" in bib
    lines = ris.split("\r\n")
    assert lines[:3] == ["TY  - COMP", "ID  - doe-2020", "AU  - Doe, JM"]
    assert {"PB  - Zenodo", "SP  - 3", "EP  - 4", "ET  - 1.2"} <= set(lines)
    (entry,) = json.loads(csl)
    assert (entry["id"], entry["version"], entry["type"]) == ("doe-2020", "1.2", "software")
    assert entry["note"] == "As run; Not all authors are named in this record."


def test_keys_are_never_given_twice() -> None:
    items = [Reference(authors=("Doe, J",), year="2020"), Reference(title="b", key="doe2020")]
    assert FORMATS["bibtex"].write(items).count("@article{doe2020,") == 1


def test_a_line_break_cannot_become_a_tag() -> None:
    item = Reference(title="a\nER  - \nTY  - JOUR\nTI  - smuggled")
    found, _ = FORMATS["ris"].read(FORMATS["ris"].write([item]))
    assert [item.title for item in found] == ["a ER - TY - JOUR TI - smuggled"]


def test_what_other_programs_write(tmp_path: Path) -> None:
    ris = tmp_path / "a.ris"
    ris.write_text(
        "TY  - JOUR\nA1  - Grabski, Meryem\nT1  - Adjunctive ketamine\nJO  - Am J Psychiatry\n"
        "Y1  - 2022/02/01\nUR  - https://doi.org/10.1176/APPI.ajp.2021\nAN  - 34872333\n"
        "DB  - PubMed\nER  - \nTY  - JOUR\nAN  - 2012345678\nDB  - Embase\nTI  - b\nER  - \n"
    )
    first, second = read_references(ris).references
    assert (first.authors, first.year, first.doi) == (
        ("Grabski, Meryem",),
        "2022",
        "10.1176/appi.ajp.2021",
    )
    assert (first.journal, first.pmid, second.pmid) == ("Am J Psychiatry", "34872333", "")
    bib = tmp_path / "a.bib"
    bib.write_text(
        "@article{x, author = {M{\\\"u}ller, J. and Ana Garc{\\'\\i}a and {WHO Group}},\n"
        ' title = "The {DNA} of \\textit{K} \\& 5\\%", pages = {1--5}, date = {2020-01-01}}\n'
    )
    (only,) = read_references(bib).references
    assert only.authors == (
        "Müller, J",
        "García, Ana",
        "WHO Group",
    )  # initials as records have them
    assert (only.title, only.pages, only.year) == ("The DNA of K & 5%", "1-5", "2020")
    csl = tmp_path / "a.json"
    csl.write_text(json.dumps({"items": [{"title": "t", "author": [{"family": "Doe"}]}, 7]}))
    found = read_references(csl)
    assert found.references[0].authors == ("Doe",)
    assert "1 entries are no references" in found.notes[0]
    csl.write_text(json.dumps([{"title": "t"}, {"References": 5}]))
    assert len(read_references(csl).references) == 1
    csl.write_text(json.dumps({"References": 5}))
    with pytest.raises(DataError, match="no reference could be read as CSL-JSON"):
        read_references(csl)


def test_encodings(tmp_path: Path) -> None:
    text = "TY  - JOUR\nTI  - Größe\nER  - \n"
    path = tmp_path / "a.ris"
    for raw, notes in (
        (b"\xef\xbb\xbf" + text.encode(), 0),
        (text.encode("utf-16"), 0),
        (text.replace("\n", "\r\n").encode("latin-1"), 1),
    ):
        path.write_bytes(raw)
        found = read_references(path)
        assert [item.title for item in found.references] == ["Größe"]
        assert len(found.notes) == notes


def test_what_is_lost_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.ris"
    path.write_text("TY  - JOUR\nTI  - a\nER  - \nTY  - JOUR\nTI  - no end\n")
    assert "1 of 2 references have no end" in read_references(path).notes[0]
    path = tmp_path / "a.bib"
    path.write_text("@article{a, title={A}}\n@article{b, title={never closed}\n")
    found = read_references(path)
    assert [item.title for item in found.references] == ["A"]
    assert "1 entries could not be read (lines 2)" in found.notes[0]


HOSTILE = {
    "empty.ris": b"",
    "binary.ris": b"\x00\xff" * 100,
    "nothing.ris": b"no reference here\n",
    "long.ris": b"TY  - JOUR\nTI  - " + b"x" * 10_000_000 + b"\nER  - \n",
    "long.bib": b"@article{a, title={" + b"{" * 10_000_000 + b"}}",
    "open.bib": b"@article{a, title={" * 2000,
    "entries.bib": b"@a{" * 50_000,
    "words.json": b'"text"',
    "broken.json": b'[{"title": ',
    "deep.json": b"[" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_at_once(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    begun = time.perf_counter()
    with pytest.raises(DataError, match=name):
        read_references(path)
    assert time.perf_counter() - begun < 5
    assert capfd.readouterr() == ("", "")


def test_latex_is_never_run(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tex"
    secret.write_text("SECRET")
    path = tmp_path / "a.bib"
    path.write_text(
        f"@article{{a, title={{x \\input{{{secret}}} \\write18{{touch owned}} y}}}}\n"
        "@article{b, title={" + "{" * 5000 + "z" + "}" * 5000 + "}}\n"
    )
    found = read_references(path)
    assert "1 entries could not be read (lines 2)" in found.notes[0]
    assert "SECRET" not in found.references[0].title
    assert not (tmp_path / "owned").exists()


def test_files_that_are_not_there_or_unknown(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_references(tmp_path / "a.ris")
    with pytest.raises(UsageError, match=r"no format for this ending\. Known: \.ris"):
        read_references(tmp_path / "a.enl")


@pytest.mark.parametrize(
    ("record", "reference", "back"),
    [
        ("Grabski M", "Grabski, M", "Grabski M"),
        ("van den Berg JP", "van den Berg, JP", "van den Berg JP"),
        ("World Health Organization", "World Health Organization", "World Health Organization"),
        ("Lee J-H", "Lee, J-H", "Lee JH"),
    ],
)
def test_names_of_authors(record: str, reference: str, back: str) -> None:
    assert inverted(record) == reference
    assert record_author(reference) == back
    assert record_author("Grabski, Meryem Jane") == "Grabski MJ"


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.ris", "TY  - JOUR\nTI  - T\nDO  - 10.1/x\nER  - \n", "reference 1"),
        ("a.bib", "@article{k, title={T}, doi={10.1/x}}", "reference 1"),
        ("a.json", '[{"type": "article-journal", "title": "T", "DOI": "10.1/x"}]', "reference 1"),
        ("a.csv", 'Title,Authors,Covidence #,DOI\nT,"Doe, J",#7,10.1/x\n', "Covidence #7"),
    ],
)
def test_what_is_no_doi_is_named(tmp_path: Path, name: str, content: str, place: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    found = read_references(path)
    (note,) = found.notes
    assert found.references[0].doi == ""
    assert note.startswith(f"{path}: {place} (")
    assert '"10.1/x" is no DOI and was not taken over. Correct it in the file' in note
