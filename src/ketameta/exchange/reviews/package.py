"""Cochrane data packages (version 1, until September 2024, and the columns that version 2 added).

A zip archive with CSV files of analyses (settings and overall estimates, rows, subgroups) and of
studies (information, risk of bias), and references by status as RIS. Fields that are not used hold
0.0, so that only `Data type` says which columns count. Documented at
https://documentation.cochrane.org/revman-kb, "Data package specification".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ketameta.errors import DataError
from ketameta.exchange.delimited import read_delimited
from ketameta.exchange.reviews.analyses import (
    COUNTS,
    MEANS,
    Judgement,
    ReviewAnalysis,
    Stated,
    StudyData,
    swapped_counts,
)
from ketameta.exchange.reviews.rm5 import measure_code, plain_number
from ketameta.exchange.reviews.zip_reading import read_zip

_OVERALL, _ROWS = "overall-estimates-and-settings", "data-rows"
_SUBGROUPS = "subgroup-estimates"
_STATED = {
    "mean": "effect",
    "ci start": "low",
    "ci end": "high",
    "weight": "weight",
    "heterogeneity tau2": "tau2",
    "heterogeneity chi2": "chi2",
    "heterogeneity df": "df",
    "heterogeneity i2": "i2",
    "effect z": "z",
    "subgroup chi2": "q_subgroups",
    "subgroup i2": "i2_subgroups",
}
_DATA = {
    "experimental cases": "events_1",
    "experimental n": "n_1",
    "control cases": "events_2",
    "control n": "n_2",
    "experimental mean": "mean_1",
    "experimental sd": "sd_1",
    "control mean": "mean_2",
    "control sd": "sd_2",
    "giv mean": "yi",
    "giv se": "sei",
    "o e": "o_e",
    "variance": "variance",
}
_USED = {
    "counts": COUNTS,
    "means": MEANS,
    "finished": ("yi", "sei", "n_1", "n_2"),
    "o-e": ("o_e", "variance", "n_1", "n_2"),
}
_RISK = re.compile(r"(.+?) \((judgement|support)\):? ?(.*)", re.IGNORECASE)
_Line = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DataPackage:
    """What a data package holds; `references` are RIS files by name."""

    title: str
    analyses: tuple[ReviewAnalysis, ...]
    judgements: tuple[Judgement, ...] = ()
    references: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_package(path: Path) -> DataPackage:
    """A Cochrane data package.

    Raises
    ------
    UsageError
        When there is no such file.
    DataError
        When it is no archive, unsafe, or holds no analyses.
    """
    files = read_zip(path, endings=(".csv", ".ris"))
    notes: list[str] = []

    def lines(part: str) -> list[_Line]:
        found: list[_Line] = []
        for name, raw in files.items():
            if part in name.lower() and name.lower().endswith(".csv"):
                found += _lines(raw, f"{path}:{name}", notes)
        return found

    settings = lines(_OVERALL)
    if not settings:
        raise DataError(
            f"{path}: is no Cochrane data package: there is no file {_OVERALL}.csv in it."
        )
    rows, groups = lines(_ROWS), lines(_SUBGROUPS)
    analyses = tuple(_analysis(line, rows, groups, notes) for line in settings)
    judgements = tuple(item for line in lines("risk-of-bias") for item in _judgements(line))
    references = {n: raw for n, raw in files.items() if n.lower().endswith(".ris")}
    return DataPackage(path.stem, analyses, judgements, references, tuple(notes))


def _lines(raw: bytes, source: str, notes: list[str]) -> Iterator[_Line]:
    """Rows of a CSV by plain header; a file with a header only has none."""
    if len(raw.strip().splitlines()) < 2:
        return
    table = read_delimited(raw, source)
    notes.extend(table.notes)
    names = {name: _plain(name) for name in table.columns}
    for row in range(table.size):
        yield {plain: str(table.columns[name][row] or "") for name, plain in names.items()}


def _plain(header: str) -> str:
    """A header in lower case without signs: "Heterogeneity I²" is "heterogeneity i2"."""
    text = unicodedata.normalize("NFKC", header).lower()
    if _RISK.fullmatch(header.strip()):
        return header.strip()
    return " ".join(re.findall(r"[a-z0-9]+", text))


def _key(line: _Line) -> tuple[str, str]:
    return line.get("analysis group", ""), line.get("analysis number", "")


def _analysis(
    line: _Line, rows: list[_Line], groups: list[_Line], notes: list[str]
) -> ReviewAnalysis:
    where = ".".join(_key(line))
    measure = measure_code(line.get("effect measure", ""))
    kind = _kind(line, measure)
    method = _method(line.get("statistical method", ""))
    swapped = _true(line.get("swap event and non event", ""))
    if kind == "finished" and not _true(line.get("log scale data", "")) and _ratio(measure):
        notes.append(f"{where}: a ratio that was not analysed on the log scale; read as it stands.")
        measure = "GEN"
    if method == "PETO" and kind == "counts":
        measure = "PETO"
    random = line.get("analysis model", "").lower().startswith("random")
    return ReviewAnalysis(
        id=where,
        title=line.get("analysis name", "") or where,
        comparison=line.get("analysis group name", ""),
        kind=kind,
        measure=measure,
        method=method,
        random=random,
        estimator=_estimator(line.get("heterogeneity estimator", "")),
        interval=_interval(line),
        level=_level(line.get("estimate ci", "") or line.get("ci pi level", "")),
        study_level=_level(line.get("study ci", "") or line.get("ci pi level", "")),
        groups=(line.get("experimental group label", ""), line.get("control group label", "")),
        totals=_totals(line),
        swapped=swapped,
        rows=tuple(_row(r, kind, swapped, where) for r in rows if _key(r) == _key(line)),
        overall=_stated(line),
        subgroups={g.get("subgroup", ""): _stated(g) for g in groups if _key(g) == _key(line)},
    )


def _kind(line: _Line, measure: str) -> str:
    said = line.get("data type", "").lower()
    for words, kind in (
        (("dichotom", "binary"), "counts"),
        (("continuous",), "means"),
        (("o-e", "expected", "o - e"), "o-e"),
        (("contrast", "inverse", "generic", "giv"), "finished"),
        (("other", "text"), "text"),
    ):
        if any(word in said for word in words):
            return kind
    return {"MD": "means", "SMD": "means", "ROM": "means"}.get(measure, "counts")


def _method(text: str) -> str:
    plain = text.lower()
    if plain.startswith("peto"):
        return "PETO"
    return "MH" if plain.startswith(("mantel", "mh", "m-h")) else "IV"


def _estimator(text: str) -> str:
    plain = text.lower()
    return "REML" if "reml" in plain or "restricted" in plain else "DL"


def _interval(line: _Line) -> str:
    said = " ".join(v.lower() for k, v in line.items() if "ci method" in k or "summary ci" in k)
    return "hksj" if "hksj" in said or "hartung" in said else "wald"


def _totals(line: _Line) -> str:
    if _true(line.get("overall estimates", "true")):
        return "all"
    return "subgroups" if _true(line.get("subgroup estimates", "")) else "none"


def _row(line: _Line, kind: str, swapped: bool, where: str) -> StudyData:
    data: dict[str, float] = {}
    for header, name in _DATA.items():
        if name in _USED.get(kind, ()):
            data[name] = plain_number(line.get(header, ""), f"{where}: {line.get('study', '')}")
    if kind == "counts" and swapped:
        data = swapped_counts(data)
    year = line.get("study year", "").removesuffix(".0")
    subgroup = line.get("subgroup", "")
    stated = _stated(line)
    return StudyData(line.get("study", ""), year if year.isdigit() else "", subgroup, data, stated)


def _stated(line: _Line) -> Stated:
    values = {ours: line[theirs] for theirs, ours in _STATED.items() if line.get(theirs)}
    if abs(Stated({"t": line.get("effect t", "")}).number("t")) > 0:
        values["z"] = line["effect t"]  # version 2, where the interval is Hartung and Knapp's
    return Stated(values)


def _level(text: str) -> float:
    found = re.search(r"[0-9]+(\.[0-9]+)?", text)
    value = float(found[0]) / 100 if found else 0.95
    return value if 0.5 <= value < 1 else 0.95


def _true(text: str) -> bool:
    return text.strip().lower() in ("true", "yes", "1")


def _ratio(measure: str) -> bool:
    return measure in ("OR", "RR", "HR", "IRR", "PETO")


def _judgements(line: _Line) -> Iterator[Judgement]:
    """Columns `Domain (judgement): name`, in pairs with `Domain (support): name`."""
    study = line.get("study", "") or line.get("study id", "")
    supports = {
        (found[1], found[3]): value
        for header, value in line.items()
        if (found := _RISK.fullmatch(header)) and found[2].lower() == "support"
    }
    for header, value in line.items():
        found = _RISK.fullmatch(header)
        if found and found[2].lower() == "judgement" and value:
            domain = (found[3] or found[1]).removesuffix(": All outcomes")
            yield Judgement(study, domain, value, supports.get((found[1], found[3]), ""))
