"""Rows of a user's table as networks of treatments: which columns, which rows, which contrasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ketameta.cli.data_options import DataRequest
from ketameta.cli.data_samples import Sample, unused_row
from ketameta.cli.table_reading import (
    group_title,
    requested_measure,
    requested_table,
    require_column,
    row_groups,
)
from ketameta.errors import DataError, UsageError
from ketameta.exchange.tabular import Table, numbers
from ketameta.measures.catalog import Measure
from ketameta.measures.columns import LABEL_NAMES
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.network import ContrastRows, contrast_rows, contrasts_from_arms

TEXTS = {
    "study": (*LABEL_NAMES, "studlab"),
    "treatment_1": ("treatment_1", "treat1", "t1"),
    "treatment_2": ("treatment_2", "treat2", "t2"),
    "treatment": ("treatment", "treat", "arm"),
}
CONTRAST_NUMBERS = {"yi": ("yi", "y", "te"), "vi": ("vi", "v"), "sei": ("sei", "se", "sete")}
ARM_NUMBERS = {
    "events": ("events", "xi"),
    "n": ("n", "ni"),
    "mean": ("mean", "mi"),
    "sd": ("sd", "sdi"),
    "time": ("time", "ti"),
}


@dataclass(frozen=True, slots=True)
class NetworkPlace:
    """Rows of a table that make one network.

    `columns` holds headers of the table by the names of the columns that matter; `key` is the
    value of the column `--by`.
    """

    table: Table
    columns: Mapping[str, str]
    entry: Measure
    key: str | None
    title: str
    lines: tuple[int, ...]

    @property
    def source(self) -> str:
        """What messages begin with: the table, and the group where it has several."""
        table = self.table.source
        return table if self.title == table else f"{table}: {self.title}"

    def where(self, row: int) -> str:
        """`file:line` of a row, counted within these."""
        return self.table.where(self.lines[row])


def network_places(request: DataRequest) -> tuple[NetworkPlace, ...]:
    """One network, or one for each value of `--by`.

    Raises
    ------
    UsageError
        For a file, column or measure that does not exist.
    DataError
        For a file that cannot be read as a table.
    """
    table = requested_table(request.file)
    columns = _columns(table, request.study)
    entry = requested_measure(request, table, finished="treatment_1" in columns)
    return tuple(
        NetworkPlace(table, columns, entry, key, group_title(table, request.by, key), lines)
        for key, lines in row_groups(table, request.by).items()
    )


def _columns(table: Table, study: str | None) -> dict[str, str]:
    """Headers of the table by the names of the columns that matter."""
    found: dict[str, str] = {}
    known = {**TEXTS, **CONTRAST_NUMBERS, **ARM_NUMBERS}
    for name, names in known.items():
        fitting = [h for h in table.columns if h.strip().lower().replace(" ", "_") in names]
        if name == "study":
            fitting = fitting[:1] if study is None else [study]
        if len(fitting) > 1:
            raise UsageError(
                f'{table.head}: the columns "{fitting[0]}" and "{fitting[1]}" are two names '
                f"for {name}. Remove one."
            )
        if fitting:
            found[name] = fitting[0]
    if study is not None:
        require_column(table, study)
    if "treatment_1" not in found and "treatment" not in found:
        raise UsageError(
            f"{table.head}: there is no column of treatments. Give treatment, one row per arm; "
            f"or treatment_1 and treatment_2. The file has: {', '.join(table.columns)}."
        )
    if "study" not in found:
        raise UsageError(
            f"{table.head}: there is no column study, which says what rows belong together. "
            "Add it, or name the one there is with --study."
        )
    return found


def place_contrasts(place: NetworkPlace) -> ContrastRows:
    """Contrasts of the rows, from arms or as given.

    Raises
    ------
    UsageError
        When the measure needs a column that is not there.
    DataError
        For a value that cannot be, with its place; where no study gives a contrast, with the
        reason for each.
    """
    found = _contrasts(place)
    if not found.study:
        reasons = "\n".join(f"{place.where(x.row)}: {x.label}: {x.reason}." for x in found.excluded)
        raise DataError(
            f"{place.source}: no study can be analysed as {place.entry.code}.\n{reasons}"
        )
    return found


def _contrasts(place: NetworkPlace) -> ContrastRows:
    columns = place.columns
    by_arm = "treatment_1" not in columns
    texts = ("study", "treatment") if by_arm else ("study", "treatment_1", "treatment_2")
    wanted = ARM_NUMBERS if by_arm else CONTRAST_NUMBERS
    table = place.table
    given: dict[str, list[Any]] = {}
    for name in (name for name in texts if name in columns):
        cells = table.text(columns[name])
        given[name] = [cells[line] for line in place.lines]
        gap = next((row for row, cell in enumerate(given[name]) if not cell), None)
        if gap is not None:
            raise DataError(f"{place.where(gap)}: column {columns[name]} is empty. Fill it in.")
    read = numbers(table, [columns[name] for name in wanted if name in columns])
    for name in (name for name in wanted if name in columns):
        given[name] = [read[columns[name]][line] for line in place.lines]
    try:
        if by_arm:
            return contrasts_from_arms(place.entry.code, given)
        return contrast_rows(given, measure=place.entry.code)
    except UsageError as error:
        raise UsageError(f"{table.head}: {error}") from None
    except DataError as error:
        raise _placed(place, given, error, by_arm=by_arm) from None


def _placed(
    place: NetworkPlace, given: Mapping[str, list[Any]], error: DataError, *, by_arm: bool
) -> DataError:
    """The error with `file:line`, if one row by itself shows it."""
    for row in range(0 if by_arm else len(place.lines)):
        study = given["study"][row]
        try:
            contrast_rows({name: [cells[row]] for name, cells in given.items()})
        except DataError as single:
            text = str(single).removeprefix(f"contrasts, row 1 ({study}): ")
            return DataError(f"{place.where(row)}: {study}: {text}")
    return DataError(f"{place.table.source}: {error}")


def contrast_labels(rows: ContrastRows) -> tuple[str, ...]:
    """Each contrast by its study and treatments."""
    return tuple(
        f"{study}: {a}, {b}"
        for study, a, b in zip(rows.study, rows.treatment_1, rows.treatment_2, strict=True)
    )


def contrast_sample(place: NetworkPlace, rows: ContrastRows) -> Sample:
    """The contrasts as a sample, with the studies that gave none."""
    left_out = tuple(
        unused_row(item.label, item.reason, place.where(item.row)) for item in rows.excluded
    )
    kept = EffectEstimates(place.entry.code, rows.y, rows.v, contrast_labels(rows))
    return Sample(place.key, place.title, place.entry, kept, left_out)
