"""The cache of records: never wrong, never in the way, and nothing in it is trusted unseen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records.test_loading import GOOD, evidence_folder, with_other_numbers

from ketameta.records import kept, record_cache, store
from ketameta.records.kept import FOLDER, digest, keep, read_kept, to_text
from ketameta.records.store import Evidence, load_evidence

decimals = st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(
    lambda d: abs(d.adjusted()) < 90
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=8) | decimals,
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=4), x, max_size=3),
)


def same(a: Any, b: Any) -> bool:
    """Equal in type and in the digits of decimals as well."""
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and str(a) == str(b)


@given(values)
def test_what_is_kept_comes_back_with_its_types_and_digits(value: Any) -> None:
    assert same(json.loads(to_text(value), parse_float=Decimal), value)


@pytest.mark.parametrize("text", ["14.30", "5.", ".5", "-0", "1e-3", "1E+5", "0.0000001"])
def test_digits_as_printed_come_back(text: str) -> None:
    number = Decimal(text)
    back = json.loads(to_text(number), parse_float=Decimal)
    assert isinstance(back, Decimal)
    assert back.as_tuple() == number.as_tuple()


LOPSIDED = GOOD.replace("ci_high: 6.25", "ci_high: 5.25")
BROKEN = GOOD.replace("type: parallel", "type: paralel").replace("doe-2020", "roe-2021")
WAIVING = with_other_numbers(LOPSIDED).replace("doe-2020", "poe-2022") + (
    "waivers:\n  - {rule: R035, reason: So printed, by: AB, date: 2026-11-20}\n"
)
OTHER_DOI = ("10.1000/xyz123", "10.1000/abc")
FILES = {
    "alcohol/doe-2020.yaml": LOPSIDED,
    "alcohol/roe-2021.yaml": BROKEN,
    "alcohol/poe-2022.yaml": WAIVING.replace(*OTHER_DOI),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return evidence_folder(tmp_path, FILES)


def without_cache(folder: Path) -> Evidence:
    return load_evidence(folder)


def assert_same(found: Evidence, expected: Evidence) -> None:
    assert found.studies == expected.studies
    assert found.problems == expected.problems
    assert found.waived == expected.waived
    for item, other in zip(found.loaded, expected.loaded, strict=True):
        assert same(item.document.data, other.document.data)
        for place in (("outcomes", 1, "results", 0, "data", "arms", "ket", "mean"), ("nowhere",)):
            assert item.document.locate(place) == other.document.locate(place)


def test_the_second_time_says_the_same_without_reading_yaml(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = without_cache(folder)
    assert len(expected.problems) == 2
    assert len(expected.waived) == 1
    assert not (folder.parent / FOLDER).exists()
    assert_same(load_evidence(folder, cached=True), expected)
    with monkeypatch.context() as patch:
        patch.setattr(store, "parse", lambda *_: pytest.fail("read again"))
        again = load_evidence(folder, cached=True)
    assert_same(again, expected)
    assert (folder.parent / FOLDER / ".gitignore").read_text().endswith("\n*\n")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("alcohol/doe-2020.yaml", "mean: 14.30", "mean: 24.30"),
        ("alcohol/doe-2020.yaml", "ci_high: 5.25", "ci_high: 6.25"),
        ("alcohol/roe-2021.yaml", "paralel", "parallel"),
        ("vocabulary.yaml", "maximum: 20", "maximum: 14"),
    ],
)
def test_a_change_is_seen_at_once(folder: Path, name: str, before: str, after: str) -> None:
    load_evidence(folder, cached=True)
    text = (folder / name).read_text()
    assert before in text
    (folder / name).write_text(text.replace(before, after))
    expected = without_cache(folder)
    assert_same(load_evidence(folder, cached=True), expected)
    assert_same(load_evidence(folder, cached=True), expected)


def test_a_file_that_is_renamed_is_checked_under_its_new_name(folder: Path) -> None:
    load_evidence(folder, cached=True)
    (folder / "alcohol/doe-2020.yaml").rename(folder / "alcohol/zoe-2020.yaml")
    found = load_evidence(folder, cached=True)
    assert [p.code for p in found.problems if p.path.name == "zoe-2020.yaml"] == ["R035", "R010"][
        ::-1
    ]


def spoiled(raw: bytes) -> list[bytes]:
    head, _, body = raw.partition(b"\n")
    entries = json.loads(body, parse_float=Decimal)
    name = "alcohol/doe-2020.yaml"
    forged = to_text({**entries, name: {**entries[name], "data": {"id": "doe-2020"}}}).encode()
    return [
        b"",
        raw[: len(raw) // 2],
        raw.replace(b"14.30", b"15.30"),
        b"\x80\x04" + raw,
        head + b"\n[]",
        head.replace(b"ketameta ", b"ketameta 0") + b"\n" + body,
        kept._head(head.split()[1].decode(), forged) + b"\n" + forged,
        *(
            kept._head(head.split()[1].decode(), text) + b"\n" + text
            for text in (b"[]", b"7", b"x")
        ),
    ]


def test_a_spoiled_cache_is_as_good_as_none(folder: Path) -> None:
    expected = without_cache(folder)
    load_evidence(folder, cached=True)
    (file,) = (folder.parent / FOLDER).glob("records-*.json")
    raw = file.read_bytes()
    for bad in spoiled(raw):
        file.write_bytes(bad)
        assert_same(load_evidence(folder, cached=True), expected)
        assert file.read_bytes() == raw


def test_another_version_starts_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_evidence(folder, cached=True)
    monkeypatch.setattr(record_cache, "stamp_of_code", lambda *_: "other")
    cache = record_cache.RecordCache(folder)
    assert cache._old == {}


def test_records_that_are_gone_are_forgotten(folder: Path) -> None:
    load_evidence(folder, cached=True)
    (folder / "alcohol/doe-2020.yaml").unlink()
    load_evidence(folder, cached=True)
    (file,) = (folder.parent / FOLDER).glob("records-*.json")
    assert b"doe-2020" not in file.read_bytes()


def test_where_nothing_can_be_written_everything_works(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    expected = without_cache(folder)
    monkeypatch.setattr(kept, "replace_quickly", refuse)
    assert_same(load_evidence(folder, cached=True), expected)
    (folder.parent / FOLDER).rmdir()
    (folder.parent / FOLDER).write_text("a file in the place of the folder")
    assert_same(load_evidence(folder, cached=True), expected)


LOADS = """
import sys
from pathlib import Path
from ketameta.records.store import load_evidence
for _ in range(15):
    assert len(load_evidence(Path(sys.argv[1]), cached=True).studies) == 2
    for file in (Path(sys.argv[1]).parent / ".ketameta-cache").glob("records-*"):
        file.unlink(missing_ok=True)
"""


def test_processes_that_write_and_delete_the_cache_do_not_disturb_each_other(folder: Path) -> None:
    words = [sys.executable, "-c", LOADS, str(folder)]
    running = [subprocess.Popen(words) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert [n for n in os.listdir(folder.parent / FOLDER) if n.endswith(".part")] == []


def test_a_digest_shows_where_its_parts_begin() -> None:
    assert digest(b"ab", b"c") != digest(b"a", b"bc") != digest(b"abc")


def test_no_stamp_no_value(tmp_path: Path) -> None:
    path = tmp_path / FOLDER / "x.json"
    assert keep(path, "a", {"n": Decimal("1.50")})
    assert str(read_kept(path, "a")["n"]) == "1.50"
    assert read_kept(path, "b") is None
    assert read_kept(tmp_path / "none.json", "a") is None
    assert not keep(path, "a", {"n": float("nan")})
