"""Study records to complete, from the analyses of a review."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ketameta.errors import DataError
from ketameta.exchange.columns_map import ColumnsMap
from ketameta.exchange.import_fields import FIELDS
from ketameta.exchange.record_reading import ImportedRecord
from ketameta.exchange.reviews.analyses import Judgement, ReviewAnalysis, analysis_table
from ketameta.exchange.reviews.finished_effects import as_printed
from ketameta.exchange.table import Cell, Table
from ketameta.exchange.table_records import SOURCE, table_records


def review_records(
    analyses: Sequence[ReviewAnalysis],
    source: str,
    constants: Mapping[str, str],
    judgements: Sequence[Judgement] = (),
) -> tuple[list[ImportedRecord], list[str]]:
    """A record per study with a result per analysis, and sentences about what was left out.

    Finished effects become reported contrasts on the natural scale with their 95 % limits.
    Published judgements of risk of bias stand under `published_risk_of_bias`.

    Raises
    ------
    UsageError, DataError
        As `table_records`; DataError where no analysis holds numbers.
    """
    told = [f"{a.id}: {a.title}: data in words were not imported." for a in analyses if not a.rows]
    with_rows = [analysis for analysis in analyses if analysis.rows]
    if not with_rows:
        raise DataError(f"{source}: no analysis holds numbers of studies. Nothing was imported.")
    table = as_printed(_joined([_measured(analysis, source) for analysis in with_rows], source))
    fields = {name: name for name in table.columns if name in FIELDS}
    records, more = table_records(table, ColumnsMap(fields, constants))
    _judge(records, judgements, Path(source).name)
    return records, told + more


def _measured(analysis: ReviewAnalysis, source: str) -> Table:
    """The table of an analysis, with the measure beside finished effects."""
    table = analysis_table(analysis, source)
    if "yi" not in table.columns:
        return table
    measure = "OR" if analysis.measure == "PETO" else analysis.measure
    return replace(table, columns={**table.columns, "measure": (measure,) * table.size})


def _joined(tables: Sequence[Table], source: str) -> Table:
    names = [*dict.fromkeys(name for table in tables for name in table.columns)]
    columns: dict[str, list[Cell]] = {name: [] for name in names}
    for table in tables:
        for name in names:
            columns[name] += table.columns.get(name, (None,) * table.size)
    joined = {name: tuple(cells) for name, cells in columns.items()}
    return Table(source, joined, tuple(range(1, len(joined["study"]) + 1)), counted="row")


def _judge(records: Sequence[ImportedRecord], judgements: Sequence[Judgement], name: str) -> None:
    for record in records:
        year = record.data["citation"].get("year")
        for item in judgements:
            words = "-".join(re.findall(r"[a-z0-9]+", item.study.lower()))
            if record.study not in (words, f"{words}-{year}"):
                continue
            entries = record.data.setdefault("published_risk_of_bias", [])
            entry = {
                "tool": "Cochrane risk-of-bias tool",
                "domain": item.domain,
                "judgement": item.judgement,
                "source": {"ref": SOURCE, "locator": "Risk of bias"},
            }
            record.put(("published_risk_of_bias", len(entries)), entry, f"{name}: {item.study}")
