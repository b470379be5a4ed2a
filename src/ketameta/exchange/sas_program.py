"""A SAS program beside a transport file: what that format cannot hold.

It copies the data set to WORK and gives the missing values .A, .B ... the labels of their reasons;
the notes are its comments.
"""

from __future__ import annotations

from collections.abc import Mapping

from ketameta.exchange.data_set import DataSet

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def sas_program(
    data: DataSet, names: Mapping[str, str], file: str, *, member: str, version: int
) -> str:
    """The program for a data set that stands in a transport file.

    Parameters
    ----------
    data
        The data set; reasons for missing values count as .A, .B in the order of `Variable.reasons`.
    names
        The name in the file of each variable.
    file
        The name of the transport file.
    member
        The name in the file of the data set.
    version
        5, which the XPORT engine reads, or 8, which %XPT2LOC reads.
    """
    formats = _formats(data, names)
    lines = [
        *(f"/* {_comment(note)} */" for note in (data.label, *data.notes)),
        "",
        "/* Unless SAS runs in the folder of this file, put the folder in front of its name. */",
        *_copied(file, version),
    ]
    if formats:
        lines += ["", "proc format;", *_values(formats), "run;"]
        lines += ["", "proc datasets library=work nolist;", f"  modify {member};"]
        lines += [
            f"  format {' '.join(variables)} {_format(number)}.;"
            for number, variables in enumerate(formats.values())
        ]
        lines += ["quit;"]
    return "\n".join(lines) + "\n"


_Reasons = tuple[str, ...]


def _formats(data: DataSet, names: Mapping[str, str]) -> dict[_Reasons, list[str]]:
    """The variables by the reasons that their missing values have."""
    found: dict[_Reasons, list[str]] = {}
    for variable in data.variables:
        if variable.absent:
            found.setdefault(tuple(variable.reasons.values()), []).append(names[variable.name])
    return found


def _copied(file: str, version: int) -> list[str]:
    if version == 8:
        return [f"%xpt2loc(libref=work, memlist=_all_, filespec={_quoted(file)});"]
    return [f"libname given xport {_quoted(file)};", "proc copy in=given out=work;", "run;"]


def _values(formats: Mapping[_Reasons, list[str]]) -> list[str]:
    lines: list[str] = []
    for number, reasons in enumerate(formats):
        lines.append(f"  value {_format(number)}")
        lines += [
            f"    .{letter} = {_quoted(reason)}"
            for letter, reason in zip(_LETTERS, reasons, strict=False)
        ]
        lines[-1] += ";"
    return lines


def _format(number: int) -> str:
    """absent_a, absent_b: names of formats end in a letter."""
    return f"absent_{_LETTERS[number].lower()}"


def _quoted(text: str) -> str:
    """A literal in which no macro runs."""
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def _comment(text: str) -> str:
    return " ".join(text.split()).replace("*/", "* /")
