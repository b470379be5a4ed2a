"""EPPI-Reviewer JSON: references with their codes in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ketameta.cli.app import cli
from ketameta.errors import DataError
from ketameta.exchange.references.eppi import Code, read_eppi

ROOT = Path(__file__).resolve().parents[3]


def code(identity: int, name: str, *below: dict[str, Any]) -> dict[str, Any]:
    node: dict[str, Any] = {"AttributeId": identity, "AttributeName": name}
    return {**node, "Attributes": {"AttributesList": list(below)}} if below else node


REVIEW: dict[str, Any] = {
    "CodeSets": [
        {
            "SetName": "Screening",
            "Attributes": {
                "AttributesList": [
                    code(1, "Include", code(11, "Ketamine")),
                    code(2, "Exclude on design"),
                ]
            },
        }
    ],
    "References": [
        {
            "ItemId": 99,
            "TypeName": "Journal, Article",
            "Title": "Adjunctive ketamine",
            "Authors": "Grabski Meryem ; McAndrew A ;",
            "Year": "2022",
            "ParentTitle": "American Journal of Psychiatry",
            "DOI": "https://doi.org/10.1176/appi.ajp.2021.21030277",
            "Codes": [{"AttributeId": 11, "AdditionalText": "page 3"}, {"AttributeId": 77}],
        },
        {"Title": "=New", "Codes": None},
        "not a reference",
    ],
}


def written(path: Path, value: Any, mark: str = "\ufeff") -> Path:
    path.write_text(mark + (value if isinstance(value, str) else json.dumps(value)))
    return path


def test_references_and_codes(tmp_path: Path) -> None:
    review = read_eppi(written(tmp_path / "a.json", REVIEW))
    first, second = review.references
    assert first.reference.authors == ("Grabski, Meryem", "McAndrew, A")
    assert (first.reference.doi, first.reference.place) == (
        "10.1176/appi.ajp.2021.21030277",
        "reference 1 (item 99)",
    )
    assert first.codes == (
        Code(("Screening", "Include", "Ketamine"), "page 3"),
        Code(("77",)),
    )
    assert second.codes == ()
    assert [note.split(": ", 1)[1][:9] for note in review.notes] == ["1 entries", "codes tha"]


def test_the_command(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", REVIEW)
    done = CliRunner().invoke(
        cli,
        ["import", "eppi", str(path), "--studies", str(ROOT / "studies"), "--format", "csv"],
    )
    assert done.exit_code == 1, done.stderr
    assert "study record,grabski-2022" in done.stdout
    assert "Screening > Include > Ketamine: page 3; 77" in done.stdout
    assert "'=New" in done.stdout
    assert "2 references, 1 of them new." in done.stderr


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    path, out = written(tmp_path / "a.json", REVIEW), tmp_path / "codes.tab"
    words = ["import", "eppi", str(path), "--studies", str(ROOT / "studies"), "-o"]
    done = CliRunner().invoke(cli, [*words, str(out)])
    assert (done.exit_code, done.stdout) == (1, ""), done.stderr
    assert out.read_text().splitlines()[1].startswith("study record\tgrabski-2022\t")
    assert CliRunner().invoke(cli, [*words, str(path), "--format", "csv"]).exit_code == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[1]", "no EPPI-Reviewer file"),
        ('{"References": 7}', "no EPPI-Reviewer file"),
        ("[" * 200_000, "nested too deeply"),
        ('{"References": [{"Title": ', "not JSON"),
    ],
)
def test_hostile_files(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_eppi(written(tmp_path / "a.json", text))


def test_a_bottomless_tree_of_codes_ends(tmp_path: Path) -> None:
    node = code(1000, "last")
    for number in range(300):
        node = code(number, "x", node)
    review = {"CodeSets": [{"Attributes": {"AttributesList": [node]}}], "References": []}
    assert read_eppi(written(tmp_path / "a.json", review)).references == ()


def test_what_is_no_doi_is_named(tmp_path: Path) -> None:
    item = {"Title": "T", "Authors": "Doe J", "DOI": "not-a-doi"}
    path = written(tmp_path / "bad.json", {"References": [item]})
    (note,) = read_eppi(path).notes
    assert '"not-a-doi" is no DOI and was not taken over.' in note
