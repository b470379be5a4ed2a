"""What libraries for statistical files leave out: notes of Stata, missing codes of SAS and SPSS.

Notes in Stata files, reasons for missing numbers in transport files with the SAS program beside
them, declared missing values in portable SPSS files.
"""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.exchange.test_writing import DATA

from ketameta.exchange.data_set import DataSet, Variable
from ketameta.exchange.portable_missing import declared_missing
from ketameta.exchange.stata_notes import with_notes
from ketameta.exchange.tabular import read_table
from ketameta.exchange.transport_missing import special_missing, with_special_missing
from ketameta.exchange.writing import write_table

MISSING = Path(__file__).parent / "data" / "missing"
LONG = replace(
    DATA, variables=(replace(DATA.variables[0], values=("x" * 201, *"bcde")), *DATA.variables[1:])
)


def test_stata_lists_the_notes(tmp_path: Path) -> None:
    import pyreadstat

    write_table(DATA, tmp_path / "t.dta")
    assert pyreadstat.read_dta(str(tmp_path / "t.dta"))[1].notes == list(DATA.notes)


def test_notes_stand_where_the_map_of_a_stata_file_says(tmp_path: Path) -> None:
    """By the description of version 118 in Stata's manual (help dta), without a library."""
    write_table(DATA, tmp_path / "t.dta")
    raw = (tmp_path / "t.dta").read_bytes()
    assert raw.startswith(b"<stata_dta><header><release>118<")  # 119 opens in Stata/MP only
    tags = (
        *("stata_dta", "map", "variable_types", "varnames", "sortlist", "formats"),
        *("value_label_names", "variable_labels", "characteristics", "data", "strls"),
        *("value_labels", "/stata_dta"),
    )
    places = struct.unpack_from("<14q", raw, raw.index(b"<map>") + 5)
    for tag, place in zip(tags, places, strict=False):
        assert raw.startswith(f"<{tag}>".encode(), place)
    assert places[13] == len(raw)
    section = raw[places[8] + len("<characteristics>") : places[9] - len("</characteristics>")]
    found: list[tuple[str, ...]] = []
    while section:
        (length,) = struct.unpack_from("<I", section, 4)
        body = section[8 : 8 + length]
        assert section[:4] == b"<ch>"
        assert section[8 + length : 13 + length] == b"</ch>"
        parts = (body[:129], body[129:258], body[258:])
        found.append(tuple(part.split(b"\0")[0].decode() for part in parts))
        assert body.endswith(b"\0")
        section = section[13 + length :]
    texts = ["2", *DATA.notes]
    assert found == [("_dta", f"note{i}", text) for i, text in enumerate(texts)]


def test_a_note_beyond_what_stata_holds_is_cut_between_letters(tmp_path: Path) -> None:
    import pyreadstat

    write_table(replace(DATA, notes=("a" + "ø" * 40_000, "b")), tmp_path / "t.dta")
    first, second = pyreadstat.read_dta(str(tmp_path / "t.dta"))[1].notes
    assert (first, second) == ("a" + "ø" * 33_891, "b")
    assert pd.read_stata(tmp_path / "t.dta")["yi"].size == DATA.size


def test_notes_are_not_put_into_a_file_that_has_some(tmp_path: Path) -> None:
    write_table(DATA, tmp_path / "t.dta")
    raw = (tmp_path / "t.dta").read_bytes()
    assert with_notes(raw, ()) == raw
    with pytest.raises(ValueError, match="no Stata file of version 118 without"):
        with_notes(raw, ("again",))


@pytest.mark.parametrize("data", [DATA, LONG], ids=["version 5", "version 8"])
def test_reasons_for_missing_numbers_come_back_from_transport_files(
    tmp_path: Path, data: DataSet
) -> None:
    write_table(data, tmp_path / "t.xpt")
    table = read_table(tmp_path / "t.xpt")
    absent = {name: dict(said.absent) for name, said in table.coding.items() if said.absent}
    assert list(absent.values()) == [{1: ".A", 3: ".B"}]
    assert list(table.columns.values())[2] == (3, None, 0, None, 7)
    assert table.notes == (
        f"{tmp_path / 't.xpt'}: values declared missing were left out in events_1: 1 x .A, 1 x .B.",
    )


@pytest.mark.parametrize("version", [5, 8])
def test_special_missing_values_that_haven_wrote(version: int) -> None:
    table = read_table(MISSING / f"tagged{version}.xpt")
    assert table.columns == {
        "study": ("A", "B", "C", "D"),
        "events": (3, None, None, None),
        "mean": (1.5, 2, None, None),
    }
    absent = [dict(table.coding[name].absent) for name in table.columns]
    assert absent == [{}, {1: ".A", 3: ".Z"}, {2: ".B"}]


def test_a_value_is_never_turned_into_a_missing_one() -> None:
    raw = (MISSING / "tagged5.xpt").read_bytes()
    with pytest.raises(ValueError, match="column 1, row 0: a value stands there"):
        with_special_missing(raw, {1: {0: "A"}})
    assert special_missing(b"HEADER RECORD", 3) == {}
    names = raw.index(b"HEADER RECORD*******OBS")
    assert special_missing(raw[: 560 + 80 + 140] + raw[names : names + 80], 3) == {}


def test_the_program_beside_a_transport_file(tmp_path: Path) -> None:
    hard = Variable(
        "sd_1", "SD", "number", (None, 1.0, None), {0: -9, 2: -8}, {-9: "it's 5 %", -8: "&no"}
    )
    notes = ("ends here */ data _null_;", "two\nlines")
    write_table(DataSet("data", "Label", (hard,), notes), tmp_path / "a b.xpt")
    assert (tmp_path / "a b.sas").read_text() == (
        "/* Label */\n"
        "/* ends here * / data _null_; */\n"
        "/* two lines */\n"
        "\n"
        "/* Unless SAS runs in the folder of this file, put the folder in front of its name. */\n"
        "libname given xport 'a b.xpt';\n"
        "proc copy in=given out=work;\n"
        "run;\n"
        "\n"
        "proc format;\n"
        "  value absent_a\n"
        "    .A = 'it''s 5 %'\n"
        "    .B = '&no';\n"
        "run;\n"
        "\n"
        "proc datasets library=work nolist;\n"
        "  modify DATA;\n"
        "  format sd_1 absent_a.;\n"
        "quit;\n"
    )
    write_table(LONG, tmp_path / "long.xpt")
    assert "%xpt2loc(libref=work, memlist=_all_, filespec='long.xpt');" in (
        tmp_path / "long.sas"
    ).read_text().split("\n")


def test_no_program_where_there_is_nothing_to_say(tmp_path: Path) -> None:
    write_table([{"yi": 1.0}], tmp_path / "t.xpt")
    assert [path.name for path in tmp_path.iterdir()] == ["t.xpt"]


def test_names_in_the_program_are_those_in_the_file(tmp_path: Path) -> None:
    reasons: dict[str, Any] = {"absent": {0: -9}, "reasons": {-9: "not given"}}
    names = ("experimental_n", "experimental_events", "how")
    variables = tuple(Variable(name, "", "number", (None, 1.0), **reasons) for name in names)
    write_table(DataSet("t", "", variables), tmp_path / "t.xpt")
    program = (tmp_path / "t.sas").read_text()
    (said,) = re.findall(r"format (.*) absent_a\.;", program)
    assert said.split() == list(read_table(tmp_path / "t.xpt").columns)


SCORES = (10, 12, 99, 14, 20, 95, 24, None, 22)
"""The library blanks the single value -7, which stands in the eighth row."""
HIGHEST = "AA9E17IR6IG+6J/"
"""PSPP's "90 thru hi": the tag A for "from", and the highest number in the place of 90."""


def declaring(ranges: str) -> bytes:
    """The file of PSPP with another declaration, broken into lines of 80 again."""
    lines = (MISSING / "ranges.por").read_text(encoding="ascii").split("\n")
    text = "".join(line.ljust(80) for line in lines)
    assert text.count(HIGHEST) == 1
    text = text.replace(HIGHEST, ranges)
    return "\r\n".join(text[i : i + 80] for i in range(0, len(text), 80)).encode()


@pytest.mark.parametrize(
    ("ranges", "absent"),
    [
        ("A30/", {2: "99", 5: "95"}),  # from 90, which is 3 * 30
        ("935/", {0: "10", 1: "12", 3: "14", 4: "20", 5: "95", 6: "24", 8: "22"}),  # up to 95
        ("B30/35/", {5: "95"}),  # from 90 to 95
        ("9D.F/", {0: "10", 1: "12"}),  # up to 13.5
    ],
)
def test_ranges_of_a_portable_file_are_respected(
    tmp_path: Path, ranges: str, absent: dict[int, str]
) -> None:
    path = tmp_path / "t.por"
    path.write_bytes(declaring(ranges))
    table = read_table(path)
    assert dict(table.coding["score"].absent) == {**absent, 7: "-7"}
    left = [None if row in absent else value for row, value in enumerate(SCORES)]
    assert list(table.columns["score"]) == left
    assert not any("without saying" in note for note in table.notes)


def test_codes_of_a_portable_file_come_with_their_labels() -> None:
    table, other = read_table(MISSING / "ranges.por"), read_table(MISSING / "ranges.sav")
    for name in ("g", "rel"):
        assert table.columns[name] == other.columns[name]
        assert table.coding[name].absent == other.coding[name].absent
    assert table.coding["g"].absent == {8: "3 (Left before)"}
    assert table.notes[0].endswith(
        "declares a range of missing values in score without saying where it begins. Save the "
        "file as .sav, or give the values with --missing."
    )


def test_what_is_no_portable_file_declares_nothing() -> None:
    raw = (MISSING / "ranges.por").read_bytes()
    whole = declared_missing(raw)
    assert set(whole.limits) == {"G", "SCORE", "REL"}
    for end in range(0, len(raw), 7):
        assert set(declared_missing(raw[:end]).limits) <= set(whole.limits)
    assert declared_missing(b"\xff" * 900).limits == {}


def test_why_means_are_missing_is_told_where_no_code_could_be_one(tmp_path: Path) -> None:
    means = Variable(
        "mean_1", "Mean", "number", (-9.0, None), {1: -9}, {-9: "not given"}, signed=True
    )
    data = DataSet("t", "", (means,))
    for ending, absent in ((".sav", {}), (".dta", {1: ".a (not given)"}), (".xpt", {1: ".A"})):
        write_table(data, tmp_path / f"t{ending}")
        table = read_table(tmp_path / f"t{ending}")
        assert table.columns["mean_1"] == (-9, None)
        assert table.coding["mean_1"].absent == absent


def test_a_portable_file_says_what_it_leaves_out(tmp_path: Path) -> None:
    plain = replace(
        DATA, variables=(replace(DATA.variables[0], values=("A",) * 5), *DATA.variables[1:])
    )
    assert write_table(plain, tmp_path / "t.por") == (
        "Portable files do not hold the notes and why 2 numbers are missing. Write .sav for all "
        "of it.",
    )
