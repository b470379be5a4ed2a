"""Data sets as files of SPSS, Stata and SAS, through pyreadstat, with labels and missing codes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ketameta.counting import counted
from ketameta.errors import DataError
from ketameta.exchange.data_set import DataSet, Variable
from ketameta.exchange.sas_program import sas_program
from ketameta.exchange.stata_notes import with_notes
from ketameta.exchange.transport_missing import with_special_missing
from ketameta.exchange.undated import undated
from ketameta.exchange.variable_names import NameRule, allowed_names, renamed

if TYPE_CHECKING:
    import pandas as pd

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A file's bytes, and what a user should know about how the data set was fitted into it.

    `beside` are texts that belong to it, each by the ending that takes the place of its own, and
    made from its name.
    """

    content: bytes
    notes: tuple[str, ...] = ()
    beside: Mapping[str, Callable[[str], str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Limits:
    """What a format can hold: bytes of a text, of a label and of the label of the file.

    `magnitude` are the smallest and largest numbers apart from 0.
    """

    program: str
    names: NameRule
    text: int
    label: int
    file_label: int
    codes: bool = False
    ascii: bool = False
    magnitude: tuple[float, float] = (0.0, 1.79e308)


_IBM = (5.4e-79, 7.2e75)
"""SAS transport files hold numbers as IBM mainframes did, in powers of 16."""
_STATA_MAX = (0.0, 8.988e307)
_SPSS = _Limits("SPSS", NameRule(32), 32_767, 255, 64, codes=True)
_POR = _Limits("SPSS portable", NameRule(8, capitals=True), 255, 255, 20, ascii=True)
_STATA = _Limits("Stata", NameRule(32), 2_045, 80, 80, codes=True, magnitude=_STATA_MAX)
_SAS_5 = _Limits("SAS transport 5", NameRule(8), 200, 40, 40, magnitude=_IBM)
_SAS_8 = _Limits("SAS transport 8", NameRule(32), 32_767, 255, 40, magnitude=_IBM)


def to_sav(data: DataSet) -> Encoded:
    """An SPSS file: value labels, declared missing values, notes; names of at most 32 letters."""
    return _sav(data, compress=False)


def to_zsav(data: DataSet) -> Encoded:
    """An SPSS file, compressed; see `to_sav`."""
    return _sav(data, compress=True)


def to_por(data: DataSet) -> Encoded:
    """A portable SPSS file: names of eight capitals, ASCII text only, no codes and no notes."""
    frame, names, notes = _frame(data, _POR)
    for name, column in frame.items():
        if column.dtype == object:  # PSPP fills short texts with what the cell before them held
            frame[name] = column.str.pad(int(column.str.len().max()), side="right")

    def write(write_por: Any, path: str) -> None:
        labels = _labels(data, names, _POR)
        write_por(frame, path, file_label=_cut(data.label, 20), column_labels=labels)

    return Encoded(_written(write, "write_por", ".por"), (*notes, *_left_out_of_por(data)))


def _left_out_of_por(data: DataSet) -> tuple[str, ...]:
    absent = sum(len(variable.absent) for variable in data.variables)
    lost = [
        *(["the notes"] if data.notes else []),
        *([f"why {counted(absent, 'number')} are missing"] if absent else []),
    ]
    if not lost:
        return ()
    return (f"Portable files do not hold {' and '.join(lost)}. Write .sav for all of it.",)


def to_dta(data: DataSet) -> Encoded:
    """A Stata file (version 118): value labels, .a and .b for missing, notes.

    Names have at most 32 letters.
    """
    frame, names, notes = _frame(data, _STATA)
    missing: dict[str, list[str]] = {}
    labels: dict[str, dict[Any, str]] = {}
    for variable in data.variables:
        name = names[variable.name]
        if variable.kind == "category":
            labels[name] = _codes(variable)
        if variable.absent:
            letters = _missing_letters(variable)
            missing[name] = list(letters.values())
            labels[name] = {letter: variable.reasons[code] for code, letter in letters.items()}
            column = frame[name].astype(object)
            for row, reason in variable.absent.items():
                column.iloc[row] = letters[reason]
            frame[name] = column

    def write(write_dta: Any, path: str) -> None:
        write_dta(
            frame,
            path,
            version=14,  # 118, which every edition of Stata 14 and later opens; 15 is for MP only
            file_label=_cut(data.label, _STATA.file_label),
            column_labels=_labels(data, names, _STATA),
            variable_value_labels=labels,
            missing_user_values=missing or None,
        )

    return Encoded(with_notes(_written(write, "write_dta", ".dta"), data.notes), notes)


def to_xpt(data: DataSet) -> Encoded:
    """A SAS transport file: version 5 where the texts fit its 200 bytes, else version 8.

    Neither version holds value labels or notes, so categories are written as text, and a program
    beside the file gives the missing values .A and .B their labels and tells the notes.
    """
    fits = all(
        len(value.encode()) <= _SAS_5.text
        for variable in data.variables
        for value in variable.values
        if isinstance(value, str)
    )
    limits, version = (_SAS_5, 5) if fits else (_SAS_8, 8)
    frame, names, notes = _frame(data, limits)
    member = allowed_names([data.name], NameRule(8))[data.name].upper()

    def write(write_xport: Any, path: str) -> None:
        write_xport(
            frame,
            path,
            file_label=_cut(data.label, limits.file_label),
            column_labels=_labels(data, names, limits),
            table_name=member,
            file_format_version=version,
        )

    told = [*notes]
    if version == 8:
        told.append("Texts are longer than 200 bytes, so this is version 8: read it with %XPT2LOC.")
    marks = {
        column: {row: letters[reason].upper() for row, reason in variable.absent.items()}
        for column, variable in enumerate(data.variables)
        if (letters := _missing_letters(variable)) and variable.absent
    }
    content = with_special_missing(_written(write, "write_xport", ".xpt"), marks)
    if not (marks or data.notes):
        return Encoded(content, tuple(told))
    program = partial(sas_program, data, names, member=member, version=version)
    return Encoded(content, tuple(told), {".sas": program})


def _sav(data: DataSet, *, compress: bool) -> Encoded:
    frame, names, notes = _frame(data, _SPSS)
    labels: dict[str, dict[Any, str]] = {}
    ranges: dict[str, list[Any]] = {}
    for variable in data.variables:
        name = names[variable.name]
        if variable.kind == "category":
            labels[name] = _codes(variable)
        if variable.reasons and not variable.signed:
            labels[name] = {float(code): text for code, text in variable.reasons.items()}
            ranges[name] = [float(code) for code in variable.reasons]
            for row, reason in variable.absent.items():
                frame.loc[row, name] = float(reason)

    def write(write_sav: Any, path: str) -> None:
        write_sav(
            frame,
            path,
            file_label=_cut(data.label, _SPSS.file_label),
            column_labels=_labels(data, names, _SPSS),
            compress=compress,
            note=[_cut(line, 80) for note in data.notes for line in _lines(note)],
            variable_value_labels=labels,
            missing_ranges=ranges,
            variable_measure={names[v.name]: _MEASURES[v.kind] for v in data.variables},
            variable_format={
                names[v.name]: _SHOWN[v.kind] for v in data.variables if v.kind in _SHOWN
            },
        )

    return Encoded(_written(write, "write_sav", ".sav"), notes)


_SHOWN = {"number": "F10.4", "whole": "F8.0", "category": "F8.0"}
"""What SPSS shows of a number; all its digits are in the file."""
_MEASURES = {"number": "scale", "whole": "scale", "text": "nominal", "category": "nominal"}


def _frame(data: DataSet, limits: _Limits) -> tuple[pd.DataFrame, dict[str, str], tuple[str, ...]]:
    """The cells under the names that the format allows, and what was changed."""
    import pandas as pd

    names = allowed_names([variable.name for variable in data.variables], limits.names)
    columns = {
        names[variable.name]: _column(variable, limits, data.name) for variable in data.variables
    }
    notes = []
    if changed := renamed(names):
        notes.append(
            f"Names of {limits.program} have at most {limits.names.longest} letters: {changed}."
        )
    short = [v.name for v in data.variables if len(v.label.encode()) > limits.label]
    if short:
        notes.append(f"Labels were shortened to {limits.label} bytes: {', '.join(short)}.")
    return pd.DataFrame(columns), names, tuple(notes)


def _column(variable: Variable, limits: _Limits, source: str) -> pd.Series[Any]:
    import pandas as pd

    if variable.kind == "category" and limits.codes:
        codes = {text: code for code, text in _codes(variable).items()}
        numbers = [float("nan") if v is None else codes[str(v)] for v in variable.values]
        return pd.Series(numbers, dtype="float64")
    if variable.kind in ("text", "category"):
        texts = ["" if value is None else str(value) for value in variable.values]
        _refuse_texts(texts, variable, limits, source)
        return pd.Series(texts, dtype="object")
    numbers = [float("nan") if value is None else float(value) for value in variable.values]
    _refuse_numbers(numbers, variable, limits, source)
    return pd.Series(numbers, dtype="float64")


def _refuse_texts(texts: list[str], variable: Variable, limits: _Limits, source: str) -> None:
    for row, text in enumerate(texts, start=1):
        where = f"{source}: column {variable.name}, row {row}"
        size = len(text.encode())
        if size > limits.text:
            raise DataError(
                f"{where}: {size:,} bytes of text, but {limits.program} holds {limits.text:,}. "
                "Write .csv, .xlsx or .parquet."
            )
        if limits.ascii and not text.isascii():
            raise DataError(
                f'{where}: "{_cut(text, 40)}" has letters that a portable file cannot hold. Write '
                ".sav instead."
            )
        if "\x00" in text:
            raise DataError(f"{where}: holds a null character. Remove it.")


def _refuse_numbers(values: list[float], variable: Variable, limits: _Limits, source: str) -> None:
    low, high = limits.magnitude
    for row, value in enumerate(values, start=1):
        if value and value == value and not low <= abs(value) <= high:
            raise DataError(
                f"{source}: column {variable.name}, row {row}: {value} lies beyond the numbers "
                f"that {limits.program} holds. Change the unit, or write .csv, .xlsx or .parquet."
            )


def _codes(variable: Variable) -> dict[Any, str]:
    return {float(code): text for code, text in enumerate(variable.categories, start=1)}


def _missing_letters(variable: Variable) -> dict[int, str]:
    """For Stata and SAS: .a for the first reason, .b for the next."""
    return dict(zip(variable.reasons, _LETTERS, strict=False))


def _labels(data: DataSet, names: Mapping[str, str], limits: _Limits) -> dict[str, str | None]:
    return {names[v.name]: _cut(v.label, limits.label) or None for v in data.variables}


def _cut(text: str, size: int) -> str:
    """The text, or as much of it as fits into `size` bytes, never half a letter."""
    raw = text.encode()
    return text if len(raw) <= size else raw[:size].decode("utf-8", "ignore").rstrip()


def _lines(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 70) or [""]


def _written(write: Callable[[Any, str], None], function: str, extension: str) -> bytes:
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{extension}"
        write(getattr(pyreadstat, function), str(path))
        return undated(path.read_bytes(), extension)
