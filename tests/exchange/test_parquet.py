"""Parquet files: plain columns, labels, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ketameta.errors import DataError
from ketameta.exchange.tabular import numbers, read_table

PACKAGED = Path(pa.__file__).parent / "tests" / "data" / "parquet"


def test_plain_columns_are_read(tmp_path: Path) -> None:
    table = pa.table(
        {
            "study": pa.array(["A", None]).dictionary_encode(),
            "events": pa.array([3, None], pa.int8()),
            "yi": [0.25, float("nan")],
            "dose": pa.array([Decimal("0.50"), None]),
            "done": [True, False],
            "day": [date(2020, 1, 31), None],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    read = read_table(tmp_path / "t.parquet")
    assert read.columns == {
        "study": ("A", None),
        "events": (3.0, None),
        "yi": (0.25, None),
        "dose": (0.5, None),
        "done": ("TRUE", "FALSE"),
        "day": ("2020-01-31", None),
    }
    assert read.cell(1, "yi").endswith("t.parquet:row 2: column yi")


def test_columns_of_lists_records_or_bytes_are_refused(tmp_path: Path) -> None:
    for value in ([1, 2], {"a": 1}, b"\x80\x04pickle"):
        pq.write_table(pa.table({"study": ["A"], "x": [value]}), tmp_path / "t.parquet")
        with pytest.raises(DataError, match=r"t\.parquet: column x: holds .*not plain values"):
            read_table(tmp_path / "t.parquet")


@pytest.mark.parametrize("raw", [b"", b"PAR1", b"PAR1" * 40, b"study,yi\nA,1\n"])
def test_what_is_no_parquet_file_is_refused_in_one_sentence(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"t\.parquet: ") as caught:
        read_table(path)
    assert "\n" not in str(caught.value)


def test_files_without_rows_or_with_a_name_twice_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"x": pa.array([], pa.float64())}), path)
    with pytest.raises(DataError, match="no rows"):
        read_table(path)
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "x"])
    pq.write_table(twice, path)
    with pytest.raises(DataError, match='two columns are called "x"'):
        read_table(path)


def test_a_file_written_years_ago_by_pandas_is_read() -> None:
    path = PACKAGED / "v0.7.1.parquet"
    if not path.exists():
        pytest.skip("pyarrow came without its test files")
    table = read_table(path)
    expected = pq.read_table(path).to_pandas()
    assert table.size == len(expected) > 0
    assert numbers(table, ["carat"])["carat"] == expected["carat"].tolist()
    assert table.text("cut") == tuple(expected["cut"])
