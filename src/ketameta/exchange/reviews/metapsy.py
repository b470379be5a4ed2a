"""Metapsy's wide format: one row per comparison of two arms, outcome and time.

Written from the standard at https://docs.metapsy.org/data-preparation/format. Only one group of
data may be filled per row: endpoint means, change scores, events, or a finished effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ketameta.errors import DataError, UsageError
from ketameta.exchange.data_set import DataSet, Value, Variable
from ketameta.exchange.reviews.arm_pairs import ArmPair
from ketameta.exchange.table import Cell, Table, numbers

CHANGE = "change scores"
_WORDS = (
    ("study", "Study"),
    ("condition_arm1", "Condition of the first arm"),
    ("condition_arm2", "Condition of the second arm"),
    ("multi_arm1", "Further name of the first arm, in studies of several arms"),
    ("multi_arm2", "Further name of the second arm, in studies of several arms"),
    ("outcome_type", "Kind of outcome: msd, change, response, ..."),
    ("instrument", "Instrument"),
    ("time", "Time of measurement: post, fu"),
    ("rating", "Who rated"),
)
_GROUPS: Mapping[str, Mapping[str, str]] = {
    "means": {
        **{f"mean_arm{i}": f"mean_{i}" for i in (1, 2)},
        **{f"sd_arm{i}": f"sd_{i}" for i in (1, 2)},
        **{f"n_arm{i}": f"n_{i}" for i in (1, 2)},
    },
    "changes": {
        **{f"mean_change_arm{i}": f"mean_{i}" for i in (1, 2)},
        **{f"sd_change_arm{i}": f"sd_{i}" for i in (1, 2)},
        **{f"n_change_arm{i}": f"n_{i}" for i in (1, 2)},
    },
    "events": {
        **{f"event_arm{i}": f"events_{i}" for i in (1, 2)},
        **{f"totaln_arm{i}": f"n_{i}" for i in (1, 2)},
    },
    "g": {"precalc_g": "yi", "precalc_g_se": "sei"},
    "log_rr": {"precalc_log_rr": "yi", "precalc_log_rr_se": "sei"},
}
_MEASURES = {"g": "SMD", "log_rr": "RR"}
_NUMBERS = ("time_weeks", *dict.fromkeys(n for group in _GROUPS.values() for n in group))


def from_metapsy(table: Table) -> tuple[Table, list[str]]:
    """A Metapsy table under the project's names, and sentences about rows without data.

    Rows keep their lines. Finished effects become yi and sei with their measure.

    Raises
    ------
    UsageError
        When it is no Metapsy table.
    DataError
        When a row fills more than one group of data, or a cell is no number.
    """
    missing = [n for n in ("study", "condition_arm1", "condition_arm2") if n not in table.columns]
    if missing:
        raise UsageError(
            f"{table.head}: is no Metapsy table: there is no column {', '.join(missing)}."
        )
    read = numbers(table, [name for name in _NUMBERS if name in table.columns])
    filled, told, problems = [], [], []
    for row in range(table.size):
        kinds = [kind for kind in _GROUPS if _is_filled(kind, read, row)]
        if len(kinds) > 1:
            problems.append(
                f"{table.where(row)}: {' and '.join(kinds)} are filled. A row holds one group of "
                "data; split it."
            )
        elif not kinds:
            told.append(f"{table.where(row)}: no complete group of data. The row was left out.")
        else:
            filled.append((row, kinds[0]))
    if problems:
        raise DataError("\n".join(problems[:20]))
    return _renamed(table, read, filled), told


def _is_filled(kind: str, read: Mapping[str, Sequence[float]], row: int) -> bool:
    names = _GROUPS[kind]
    return all(name in read and read[name][row] == read[name][row] for name in names)


def _renamed(
    table: Table, read: Mapping[str, Sequence[float]], filled: Sequence[tuple[int, str]]
) -> Table:
    columns: dict[str, list[Cell]] = {}

    def put(name: str, at: int, value: Cell) -> None:
        columns.setdefault(name, [None] * len(filled))[at] = value

    texts = {
        ours: table.text(theirs)
        for ours, theirs in (
            ("study", "study"),
            ("year", "year"),
            ("doi", "doi"),
            ("instrument_name", "instrument"),
            ("time_label", "time"),
        )
        if theirs in table.columns
    }
    for at, (row, kind) in enumerate(filled):
        for name, cells in texts.items():
            put(name, at, cells[row] or None)
        for i in (1, 2):
            further = table.text(f"multi_arm{i}")[row] if f"multi_arm{i}" in table.columns else ""
            condition = table.text(f"condition_arm{i}")[row]
            put(f"arm_{i}", at, " ".join(dict.fromkeys(n for n in (condition, further) if n)))
        outcome = (table.text("outcome_type")[row] if "outcome_type" in table.columns else "") or ""
        instrument = texts.get("instrument_name", ("",) * table.size)[row]
        put("outcome", at, instrument or outcome or "outcome")
        if "time_weeks" in read:
            put("weeks", at, _cell(read["time_weeks"][row]))
        for theirs, ours in _GROUPS[kind].items():
            put(ours, at, _cell(read[theirs][row]))
        put("measure", at, _MEASURES.get(kind))
        put("data_kind", at, kind)
        put("locator", at, CHANGE if kind == "changes" else None)
    lines = tuple(table.lines[row] for row, _ in filled)
    kept = {
        name: tuple(cells) for name, cells in columns.items() if any(c is not None for c in cells)
    }
    return Table(
        table.source,
        kept,
        lines,
        counted=table.counted,
        sheet=table.sheet,
        header_line=table.header_line,
    )


def _cell(value: float) -> Cell:
    return None if value != value else value


def to_metapsy(pairs: Sequence[ArmPair]) -> tuple[DataSet, list[str]]:
    """Comparisons as a Metapsy table, and sentences about those that it has no column for."""
    rows: list[dict[str, Value]] = []
    told = []
    for pair in pairs:
        data = _data(pair)
        if data is None:
            told.append(
                f"{pair.study.id}: {pair.outcome.id}: a reported {pair.measure} has no column in "
                "the Metapsy format (only g and log RR have)."
            )
            continue
        rows.append({**_described(pair), **data})
    names = [(name, label) for name, label in (*_WORDS, ("year", "Year"), ("doi", "DOI"))]
    variables = [
        Variable(name, label, "text", tuple(row.get(name) for row in rows)) for name, label in names
    ]
    variables += [
        Variable(name, name.replace("_", " "), "number", tuple(row.get(name) for row in rows))
        for name in _NUMBERS
    ]
    return DataSet("metapsy", "Comparisons in the Metapsy format", tuple(variables)), told


def _described(pair: ArmPair) -> dict[str, Value]:
    several = len(pair.study.arms) > 2
    weeks = pair.result.time.weeks
    return {
        "study": pair.study.label,
        "condition_arm1": pair.first.drug,
        "condition_arm2": pair.second.drug,
        "multi_arm1": pair.first.label if several else None,
        "multi_arm2": pair.second.label if several else None,
        "outcome_type": {"means": "msd", "changes": "change"}.get(
            pair.kind, str(pair.outcome.construct_)
        ),
        "instrument": pair.outcome.instrument or pair.outcome.id,
        "time": pair.result.time.label,
        "time_weeks": None if weeks is None else float(weeks),
        "rating": "; ".join(str(word) for word in pair.outcome.ascertainment),
        "year": None if pair.study.citation.year is None else str(pair.study.citation.year),
        "doi": pair.study.citation.doi,
    }


def _data(pair: ArmPair) -> dict[str, Value] | None:
    if pair.kind in _GROUPS:
        return {theirs: pair.numbers[ours] for theirs, ours in _GROUPS[pair.kind].items()}
    kind = {"SMD": "g", "RR": "log_rr"}.get(pair.measure)
    if kind is None:
        return None
    return {f"precalc_{kind}": pair.numbers["estimate"], f"precalc_{kind}_se": pair.numbers["se"]}
