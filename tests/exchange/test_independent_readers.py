"""What we write is read the same by programs that share no code with us or with pyreadstat.

SPSS files and SAS transport files by the R package foreign (whose reader of SPSS files is that of
PSPP), Stata and SAS files by pandas. pandas is no judge of transport files: it reads 0 as 5e-79
and drops a last row with a blank text.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.io.stata import StataReader
from tests.exchange.test_writing import DATA, REASONS

from ketameta.errors import DataError
from ketameta.exchange.data_set import DataSet
from ketameta.exchange.tabular import read_table
from ketameta.exchange.writing import write_table

IRIS = Path(__file__).parent / "data" / "iris"
PLAIN = replace(
    DATA,
    variables=(
        replace(DATA.variables[0], values=("Aero 2007", *DATA.variables[0].values[1:])),
        *DATA.variables[1:],
    ),
)
LABELS = [variable.label for variable in DATA.variables]
FOREIGN = """
suppressPackageStartupMessages(library(foreign))
path <- commandArgs(TRUE)[1]
if (grepl("xpt$", path)) {
  x <- read.xport(path)
  about <- lookup.xport(path)[[1]]
  found <- list(names = about$name, labels = about$label)
} else {
  quiet <- function(e) suppressWarnings(suppressMessages(e))
  x <- quiet(read.spss(path, use.value.labels = FALSE, use.missings = FALSE, reencode = "UTF-8"))
  none <- function(v) if (is.null(v)) list() else as.list(v)
  found <- list(
    names = names(x), labels = unname(attr(x, "variable.labels")),
    values = lapply(attr(x, "label.table"), none), missings = attr(x, "missings"))
}
found$columns <- lapply(as.list(x), function(v) {
  if (is.character(v)) trimws(v, "right") else ifelse(is.na(v), NA, sprintf("%.17g", v))
})
found$numeric <- vapply(as.list(x), is.numeric, TRUE, USE.NAMES = FALSE)
cat(jsonlite::toJSON(found, auto_unbox = TRUE, na = "null", null = "null"))
"""


@pytest.fixture(scope="module")
def foreign() -> Callable[[Path], Any]:
    """Read a file with the R package foreign."""
    program = shutil.which("Rscript")
    ready = (
        program is not None
        and not subprocess.run(
            [program, "-e", "library(foreign); library(jsonlite)"], capture_output=True, check=False
        ).returncode
    )
    if not ready:
        reason = "R with foreign and jsonlite is not installed (apt install r-cran-foreign)"
        if os.environ.get("KETAMETA_REQUIRE_R") == "1":
            pytest.fail(reason)
        pytest.skip(reason)

    def read(path: Path) -> Any:
        done = subprocess.run(
            [str(program), "-e", FOREIGN, str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        for (name, values), numeric in zip(found["columns"].items(), found["numeric"], strict=True):
            if numeric:
                found["columns"][name] = [None if v is None else float(v) for v in values]
        return found

    return read


def cells(data: DataSet) -> list[list[Any]]:
    """The values that any program should show: texts, and numbers or None."""
    return [
        ["" if value is None else value for value in variable.values]
        if variable.kind in ("text", "category")
        else list(variable.values)
        for variable in data.variables
    ]


def plain(values: list[Any]) -> list[Any]:
    return [None if isinstance(v, float) and math.isnan(v) else v for v in values]


@pytest.mark.r
def test_spss_files_in_foreign(foreign: Callable[[Path], Any], tmp_path: Path) -> None:
    write_table(DATA, tmp_path / "t.sav")
    found = foreign(tmp_path / "t.sav")
    assert (found["names"], found["labels"]) == ([v.name for v in DATA.variables], LABELS)
    study, arm, events, effect = found["columns"].values()
    expected = cells(DATA)
    assert (study, effect) == (expected[0], expected[3])
    assert arm == [1, 2, 1, None, 3]
    assert found["values"]["arm"] == {"ketamine": "1", "saline": "2", "+x": "3"}
    # Codes and not blanks, declared missing, with their meaning.
    assert events == [3, -9, 0, -8, 7]
    assert found["missings"]["events_1"] == {"type": "two", "value": [-9, -8]}
    assert found["values"]["events_1"] == {text: str(code) for code, text in REASONS.items()}
    assert found["missings"]["yi"] == {"type": "none"}


@pytest.mark.r
@pytest.mark.parametrize("extension", [".por", ".xpt"])
def test_portable_and_transport_files_in_foreign(
    foreign: Callable[[Path], Any], tmp_path: Path, extension: str
) -> None:
    data = PLAIN if extension == ".por" else DATA
    write_table(data, tmp_path / f"t{extension}")
    found = foreign(tmp_path / f"t{extension}")
    assert [name.lower() for name in found["names"]] == [v.name for v in data.variables]
    assert found["labels"] == LABELS
    study, arm, events, effect = found["columns"].values()
    expected = cells(data)
    assert [study, arm, events] == expected[:3]
    # Portable files hold numbers in base 30: the last bit of 1/3 is that of the reader's sums.
    close = 2e-16 if extension == ".por" else 0.0
    for value, wanted in zip(effect, expected[3], strict=True):
        assert value == (None if wanted is None else pytest.approx(wanted, rel=close, abs=0))


def test_stata_files_in_pandas(tmp_path: Path) -> None:
    write_table(DATA, tmp_path / "t.dta")
    with StataReader(tmp_path / "t.dta", convert_categoricals=False) as reader:
        assert list(reader.variable_labels().values()) == LABELS
        labels = reader.value_labels()
        assert reader.data_label == DATA.label
    frame = pd.read_stata(tmp_path / "t.dta")
    expected = cells(DATA)
    assert frame["study"].tolist() == expected[0]
    assert frame["arm"].astype(object).where(frame["arm"].notna(), "").tolist() == expected[1]
    assert plain(frame["events_1"].tolist()) == expected[2]
    assert plain(frame["yi"].tolist()) == expected[3]
    assert {1: "ketamine", 2: "saline", 3: "+x"} in labels.values()
    coded = pd.read_stata(tmp_path / "t.dta", convert_missing=True, convert_categoricals=False)
    assert [str(value) for value in coded["events_1"]] == ["3.0", ".a", "0.0", ".b", "7.0"]


def test_files_that_sas_spss_and_stata_wrote() -> None:
    sas, spss, stata = (read_table(IRIS / f"iris{end}") for end in (".sas7bdat", ".sav", ".dta"))
    by_pandas = pd.read_sas(IRIS / "iris.sas7bdat", encoding="latin-1")
    assert sas.size == 150
    for i, name in enumerate(sas.columns):
        assert list(sas.columns[name]) == by_pandas[name].tolist()
        others = [list(table.columns)[i] for table in (spss, stata)]
        if name != "Species":
            assert spss.columns[others[0]] == sas.columns[name] == stata.columns[others[1]]
    species = spss.text("Species")
    assert stata.text("species") == species
    assert sas.text("Species") == tuple(name[:6] for name in species)  # $6 in that file
    assert [species.count(s) for s in ("setosa", "versicolor", "virginica")] == [50, 50, 50]
    assert spss.coding["Species"].values == {1.0: "setosa", 2.0: "versicolor", 3.0: "virginica"}


@pytest.mark.r
def test_files_of_foreign_are_read_as_foreign_reads_them(foreign: Callable[[Path], Any]) -> None:
    folder = subprocess.run(
        ["Rscript", "-e", 'cat(system.file("files", package = "foreign"))'],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    path = Path(folder) / "electric.sav"
    theirs, ours = foreign(path), read_table(path)
    assert list(ours.columns) == theirs["names"]
    assert [ours.coding[name].label for name in ours.columns] == theirs["labels"]
    for name, values in theirs["columns"].items():
        # 130 days of the week are 9, which the file declares missing: told, not used.
        gone = set(ours.coding[name].absent)
        assert len(gone) == (130 if name == "DAYOFWK" else 0)
        kept = [None if row in gone else value for row, value in enumerate(values)]
        assert list(ours.columns[name]) == kept
        coded = dict(theirs["values"][name] or {})
        mine = {str(code).removesuffix(".0"): t for code, t in ours.coding[name].values.items()}
        assert {code.strip(): text for text, code in coded.items()} == mine


def test_a_transport_file_of_two_data_sets_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xpt"
    write_table(DATA, path)
    raw = path.read_bytes()
    path.write_bytes(raw + raw[240:])  # after the header of the library a second member
    with pytest.raises(DataError, match="holds 2 data sets"):
        read_table(path)


def test_compressed_spss_files_hold_the_rows_of_plain_ones(tmp_path: Path) -> None:
    """No other reader of .zsav is at hand here: unpacked by the description of the format."""
    write_table(DATA, tmp_path / "t.sav")
    write_table(DATA, tmp_path / "t.zsav")
    rows = 5 * 8 * (3 + 3)  # a text of 18 bytes takes three words of 8, the others one each
    packed = (tmp_path / "t.zsav").read_bytes()
    start = packed.index(b"\xe7\x03\x00\x00\x00\x00\x00\x00") + 8  # record 999 ends the dictionary
    at, _, _ = struct.unpack("<3q", packed[start : start + 24])
    assert at == start
    words = unpacked_words(zlib.decompressobj().decompress(packed[start + 24 :]))
    plain_words = (tmp_path / "t.sav").read_bytes()[-rows:]
    assert len(words) == rows
    assert words[:-1] == plain_words[:-1]  # the last bit is the sign of -0.0, which packs as 0


def unpacked_words(data: bytes) -> bytes:
    """Words of 8 bytes from eight codes at a time, each followed by the words that it announces."""
    out, at = b"", 0
    while at < len(data):
        codes, at = data[at : at + 8], at + 8
        for code in codes:
            if code == 253:
                out, at = out + data[at : at + 8], at + 8
            elif code == 254:
                out += b" " * 8
            elif code == 255:
                out += struct.pack("<d", -1.7976931348623157e308)
            elif 0 < code < 252:
                out += struct.pack("<d", code - 100)
    return out
