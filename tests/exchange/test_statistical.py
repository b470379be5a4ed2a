"""SPSS, Stata and SAS files give the numbers that a CSV of the same table gives."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from ketameta.errors import DataError
from ketameta.exchange.tabular import numbers, read_table

FRAME = pd.DataFrame(
    {
        "study": ["Krupitsky 1997", "Dakwar 2020", "Ærø 2007"],
        "events_1": [73.0, 14.0, 13.0],
        "n_1": [111.0, 17.0, 26.0],
        "events_2": [24.0, 15.0, None],
        "n_2": [100.0, 23.0, 27.0],
        "yi": [1.8055, 0.1, -2.5e-7],
    }
)
WRITERS = {
    ".sav": lambda frame, path: pyreadstat.write_sav(frame, path),
    ".zsav": lambda frame, path: pyreadstat.write_sav(frame, path, compress=True),
    ".dta": lambda frame, path: pyreadstat.write_dta(frame, path),
    ".por": lambda frame, path: pyreadstat.write_por(frame, path),
    ".xpt": lambda frame, path: pyreadstat.write_xport(frame, path, file_format_version=8),
}


@pytest.mark.parametrize("extension", WRITERS)
def test_the_numbers_come_back(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"trials{extension}"
    frame = FRAME
    if extension == ".por":  # a format of capital letters and ASCII
        frame = FRAME.rename(columns=str.upper).replace("Ærø 2007", "Aero 2007")
    WRITERS[extension](frame, str(path))
    table = read_table(path)
    name = {str(c).lower(): c for c in table.columns}
    assert table.text(name["study"]) == tuple(frame.iloc[:, 0])
    wanted = [name[c] for c in ("events_1", "n_1", "events_2", "n_2", "yi")]
    for column, values in numbers(table, wanted).items():
        expected = FRAME[str(column).lower()].tolist()
        assert values == pytest.approx(expected, rel=1e-15, nan_ok=True)


def test_names_of_a_portable_file_are_in_lower_case(tmp_path: Path) -> None:
    path = tmp_path / "trials.por"
    pyreadstat.write_por(pd.DataFrame({"QUESTION": ["a"], "YI": [0.5]}), str(path))
    assert list(read_table(path).columns) == ["question", "yi"]


def test_values_declared_missing_are_missing_and_codes_stay_codes(tmp_path: Path) -> None:
    path = tmp_path / "coded.sav"
    frame = pd.DataFrame({"yi": [0.5, -9.0, 0.2], "arm": [1.0, 2.0, 1.0]})
    pyreadstat.write_sav(
        frame,
        str(path),
        missing_ranges={"yi": [-9]},
        variable_value_labels={"arm": {1.0: "ketamine", 2.0: "saline"}},
    )
    table = read_table(path)
    assert table.columns["yi"] == (0.5, None, 0.2)
    assert table.columns["arm"] == (1.0, 2.0, 1.0)
    assert table.text("arm") == ("ketamine", "saline", "ketamine")
    assert [note.removeprefix(f"{path}: ") for note in table.notes] == [
        "values declared missing were left out in yi: 1 x -9.",
        "numbers are codes, not their labels, in arm; labels name groups and rows.",
    ]


@pytest.mark.parametrize("extension", [*WRITERS, ".sas7bdat"])
@pytest.mark.parametrize("raw", [b"", b"\x00\x01 not a data file", b"study,yi\na,1\n"])
def test_what_is_no_such_file_is_refused_in_one_sentence(
    tmp_path: Path, extension: str, raw: bytes
) -> None:
    path = tmp_path / f"broken{extension}"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"broken.*: (cannot be read|the file is empty)") as error:
        read_table(path)
    assert str(tmp_path / "table") not in str(error.value)
