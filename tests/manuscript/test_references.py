"""References: read back by other people's programs, and checked against printed ones."""

from __future__ import annotations

import json
from pathlib import Path

import bibtexparser
import pytest
import rispy

from ketameta.errors import DataError
from ketameta.exchange.references.formats import read_references
from ketameta.manuscript import software as software_module
from ketameta.manuscript.literature import HANDBOOK, LITERATURE, PRISMA, SAFEGUARD, cited
from ketameta.manuscript.reference_styles import apa, short, vancouver
from ketameta.manuscript.references import references_text
from ketameta.manuscript.software import citation_file, software_work
from ketameta.manuscript.works import ARTICLE, Work, key_of, split_name
from ketameta.measures.catalog import MEASURES
from ketameta.pooling.catalog import INTERVAL_METHODS, PREDICTION_METHODS, TAU2_METHODS

WOOLF = LITERATURE["10.1111/j.1469-1809.1955.tb01348.x"]
NASTY = Work(
    key="nasty-2001",
    kind=ARTICLE,
    authors=("O'Brien-Smith JK", "The 50% & Co {Group}"),
    title="A {title} with 50% \\input{x} & _more_\nER  - \nTY  - JOUR $1 #2 ~ ^",
    year=2001,
    container="Journal of <b>Tests</b>",
    pages="1-9",
    authors_complete=False,
)


def test_vancouver_is_that_of_the_icmje() -> None:
    assert vancouver(WOOLF) == (
        "Woolf B. On estimating the relation between blood group and disease. Annals of Human "
        "Genetics. 1955;19(4):251-253. doi:10.1111/j.1469-1809.1955.tb01348.x"
    )
    assert vancouver(PRISMA).startswith(
        "Page MJ, McKenzie JE, Bossuyt PM, Boutron I, Hoffmann TC, Mulrow CD, et al. The PRISMA"
    )


def test_apa_is_that_of_the_seventh_edition() -> None:
    assert apa(SAFEGUARD) == (
        "Röver, C., Knapp, G., & Friede, T. (2015). Hartung-Knapp-Sidik-Jonkman approach and its "
        "modification for random-effects meta-analysis with few studies. BMC Medical Research "
        "Methodology, 15, 99. https://doi.org/10.1186/s12874-015-0091-1"
    )


def test_names_in_running_text() -> None:
    assert [short(work) for work in (WOOLF, SAFEGUARD, PRISMA)] == [
        "Woolf 1955",
        "Röver et al. 2015",
        "Page et al. 2021",
    ]
    assert split_name("van der Walt SJ") == ("van der Walt", "SJ")
    assert split_name("The ketameta authors") == ("The ketameta authors", "")
    assert key_of("Röver C", 2015) == "rover-2015"


def test_bibtex_is_read_back_by_another_program() -> None:
    library = bibtexparser.parse_string(references_text([*LITERATURE.values(), NASTY], "bibtex"))
    assert not library.failed_blocks
    assert len(library.entries) == len(LITERATURE) + 1
    woolf = library.entries_dict[WOOLF.key]
    assert woolf["title"] == f"{{{WOOLF.title}}}"
    assert (woolf["journal"], woolf["pages"]) == (WOOLF.container, "251--253")
    nasty = library.entries_dict["nasty-2001"]
    assert nasty["author"] == r"O'Brien-Smith, J. K. and {The 50\% \& Co \{Group\}} and others"
    assert r"\textbackslash{}input\{x\}" in nasty["title"]


def test_ris_is_read_back_by_another_program() -> None:
    read = rispy.loads(references_text([*LITERATURE.values(), NASTY], "ris"))
    assert len(read) == len(LITERATURE) + 1
    by_key = {record["id"]: record for record in read}
    assert by_key[WOOLF.key]["authors"] == ["Woolf, B"]
    assert by_key[WOOLF.key]["end_page"] == "253"
    assert by_key["nasty-2001"]["title"] == (
        "A {title} with 50% \\input{x} & _more_ ER - TY - JOUR $1 #2 ~ ^"
    )


def test_csl_json_has_names_in_parts() -> None:
    woolf, nasty = json.loads(references_text([WOOLF, NASTY], "csl-json"))
    assert woolf["author"] == [{"family": "Woolf", "given": "B"}]
    assert woolf["issued"] == {"date-parts": [[1955]]}
    assert nasty["author"][1] == {"literal": "The 50% & Co {Group}"}
    assert nasty["note"]


def test_keys_and_dois_are_unique() -> None:
    assert len({work.key for work in LITERATURE.values()}) == len(LITERATURE)
    assert all(work.title and work.year and work.container for work in LITERATURE.values())


@pytest.mark.parametrize("code", ["OR", "RR", "RD", "MD", "SMD", "HR"])
def test_every_reference_of_a_measure_becomes_works(code: str) -> None:
    works = cited(MEASURES[code].reference)
    assert works
    assert all(work.title or (work.authors and work.year) for work in works)


def test_two_works_in_one_reference_and_a_chapter_of_the_handbook() -> None:
    parmar, tierney = cited(MEASURES["HR"].reference)
    assert (parmar.year, tierney.year) == (1998, 2007)
    assert parmar.doi.endswith("CO;2-8")
    assert cited("Cochrane Handbook 6.5, section 6.5.1") == (HANDBOOK,)


def test_methods_that_the_library_knows_agree_with_the_catalogs_on_the_year() -> None:
    known = 0
    for catalog in (TAU2_METHODS, INTERVAL_METHODS, PREDICTION_METHODS):
        for method in catalog.values():
            work = LITERATURE.get(method.doi.lower())
            if work is not None:
                assert str(work.year) in method.reference
                assert split_name(work.authors[0])[0].split("-")[0][:5] in method.reference
                known += 1
    assert known >= 5


def test_a_method_without_an_entry_keeps_what_the_catalog_says() -> None:
    (work,) = cited("Hunter and Schmidt 2004", "10.1234/unknown")
    assert (work.authors, work.year, work.doi) == (("Hunter", "Schmidt"), 2004, "10.1234/unknown")
    assert "[title to be looked up]" in vancouver(work)


def test_the_program_is_cited_as_its_citation_file_asks(tmp_path: Path) -> None:
    assert citation_file().name == "CITATION.cff"
    own = tmp_path / "CITATION.cff"
    own.write_text(
        "title: Made up\nauthors:\n  - {family-names: Doe, given-names: Jane Ann}\n"
        "  - name: A Group\ndate-released: 2025-03-01\nlicense: MIT\ndoi: 10.1/x\n"
    )
    work = software_work(own)
    assert (work.title, work.authors, work.year, work.doi) == (
        "Made up",
        ("Doe JA", "A Group"),
        2025,
        "10.1/x",
    )


def test_an_installation_brings_its_citation_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = tmp_path / "evidence"
    packaged.mkdir()
    monkeypatch.setattr(software_module, "CHECKOUT", tmp_path / "nowhere")
    monkeypatch.setattr(software_module, "PACKAGED", packaged)
    with pytest.raises(DataError, match="did not come with this installation"):
        citation_file()
    (packaged / "CITATION.cff").write_text("- no mapping\n")
    with pytest.raises(DataError, match="holds no citation"):
        software_work()
    (packaged / "CITATION.cff").write_text("title: [broken\n")
    with pytest.raises(DataError, match="is not YAML"):
        software_work()


@pytest.mark.parametrize("ending", [".bib", ".ris", ".json"])
def test_what_is_written_is_what_import_references_reads(tmp_path: Path, ending: str) -> None:
    works = list(LITERATURE.values())
    forms = {".bib": "bibtex", ".ris": "ris", ".json": "csl-json"}
    path = tmp_path / f"references{ending}"
    path.write_text(references_text(works, forms[ending]), encoding="utf-8")
    read = read_references(path).references
    assert [(one.title, one.year, one.volume, one.pages) for one in read] == [
        (work.title, str(work.year), work.volume, work.pages) for work in works
    ]
    assert [one.doi for one in read] == [work.doi.lower() for work in works]
    assert [one.authors[0].split(",")[0] for one in read] == [
        split_name(work.authors[0])[0] for work in works
    ]
