"""Options that name a table of trial results and say how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from ketameta.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class DataRequest:
    """A table and what to do with it; `file` None where none is given, "-" for standard input."""

    file: Path | None = None
    measure: str | None = None
    by: str | None = None
    study: str | None = None

    def refuse_without_file(self) -> None:
        """UsageError if an option was given that only makes sense with a table."""
        for option in ("measure", "by", "study"):
            if getattr(self, option) is not None:
                raise UsageError(
                    f"--{option}: goes with --data. The questions of a review say themselves what "
                    "is compared."
                )


def data_options(function: Function) -> Callable[..., Any]:
    """`--data`, `--measure`, `--by` and `--study`, handed on as one `request`."""

    @click.option(
        "--data",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Table of trial results: .csv, .tsv, .xlsx (a sheet: FILE#SHEET), .sav, .dta, .xpt, "
        ".sas7bdat, .parquet; - reads CSV from standard input.",
    )
    @click.option(
        "--measure",
        metavar="CODE",
        help="Effect measure of the table: OR, RR, RD, HR, MD, SMD, ROM, ..., or GEN for yi as "
        "it is. All: ketameta explain.",
    )
    @click.option("--by", metavar="COLUMN", help="One meta-analysis for each value of this column.")
    @click.option("--study", metavar="COLUMN", help="Column of row labels.  [default: study]")
    @wraps(function)
    def with_request(
        *args: Any,
        data: Path | None,
        measure: str | None,
        by: str | None,
        study: str | None,
        **rest: Any,
    ) -> Any:
        return function(*args, request=DataRequest(data, measure, by, study), **rest)

    return with_request
