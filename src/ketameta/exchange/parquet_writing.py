"""Data sets as Parquet files, with labels of columns and notes in the metadata."""

from __future__ import annotations

import io
import json
from typing import Any

from ketameta.exchange.data_set import DataSet, Variable
from ketameta.exchange.parquet import LABEL
from ketameta.exchange.statistical_writing import Encoded


def to_parquet(data: DataSet) -> Encoded:
    """A Parquet file; categories are dictionaries, and nothing is lost in precision."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [
        pa.field(v.name, _type(v), metadata={LABEL: v.label.encode()}) for v in data.variables
    ]
    about = {"made_by": "ketameta", "label": data.label, "notes": json.dumps(list(data.notes))}
    arrays = [
        pa.array(_values(variable), field.type)
        for variable, field in zip(data.variables, fields, strict=True)
    ]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=about)), out)
    return Encoded(out.getvalue())


def _type(variable: Variable) -> Any:
    import pyarrow as pa

    kinds = {"number": pa.float64(), "whole": pa.int64(), "text": pa.string()}
    return kinds.get(variable.kind, pa.dictionary(pa.int32(), pa.string()))


def _values(variable: Variable) -> list[Any]:
    if variable.kind == "whole":
        return [None if value is None else int(value) for value in variable.values]
    if variable.kind == "number":
        return [None if value is None else float(value) for value in variable.values]
    return [None if value is None else str(value) for value in variable.values]
