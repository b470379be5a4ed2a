"""RevMan 5 files (.rm5): the analyses with their data, settings and stated results.

There is no public schema. What is read here was seen in files of RevMan 5.0 to 5.4: outcomes
(`DICH_OUTCOME`, `CONT_OUTCOME`, `IV_OUTCOME`, `IPD_OUTCOME`, `OTHER_OUTCOME`) with subgroups and
studies below comparisons, and all numbers in attributes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from ketameta.errors import DataError, UsageError
from ketameta.exchange.header import MAX_BYTES
from ketameta.exchange.reviews.analyses import (
    Judgement,
    ReviewAnalysis,
    Stated,
    StudyData,
    swapped_counts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS = {
    "DICH": ("counts", {"EVENTS": "events", "TOTAL": "n"}),
    "CONT": ("means", {"MEAN": "mean", "SD": "sd", "TOTAL": "n"}),
    "IV": ("finished", {"TOTAL": "n"}),
    "IPD": ("o-e", {"EVENTS": "events", "TOTAL": "n"}),
    "OTHER": ("text", {}),
}
_STATED = {
    "EFFECT_SIZE": "effect",
    "CI_START": "low",
    "CI_END": "high",
    "WEIGHT": "weight",
    "TAU2": "tau2",
    "CHI2": "chi2",
    "DF": "df",
    "I2": "i2",
    "Z": "z",
    "Q": "q_subgroups",
    "I2_Q": "i2_subgroups",
}
_MEASURES = {
    "OR": "OR",
    "RR": "RR",
    "RD": "RD",
    "MD": "MD",
    "WMD": "MD",
    "SMD": "SMD",
    "PETO_OR": "PETO",
    "HR": "HR",
}
_NAMES = {
    "odds ratio": "OR",
    "risk ratio": "RR",
    "relative risk": "RR",
    "rate ratio": "IRR",
    "hazard ratio": "HR",
    "risk difference": "RD",
    "mean difference": "MD",
    "std mean difference": "SMD",
    "standardised mean difference": "SMD",
    "standardized mean difference": "SMD",
    "peto odds ratio": "PETO",
}
_RISKS = {"YES": "Low risk", "NO": "High risk", "UNKNOWN": "Unclear risk"}
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|-?Infinity")
_ESCAPED = re.compile(r"_x([0-9a-fA-F]{4})_")


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """A review as a file holds it: its title, analyses, and judgements of risk of bias."""

    title: str
    analyses: tuple[ReviewAnalysis, ...]
    judgements: tuple[Judgement, ...] = ()


def measure_code(name: str) -> str:
    """The code of a measure by RevMan's abbreviation or words; GEN for any other."""
    plain = re.sub(r"[^a-z ]", "", name.lower().split("(")[0]).strip()
    return _MEASURES.get(name.strip().upper().replace(" ", "_")) or _NAMES.get(plain, "GEN")


def read_rm5(path: Path) -> ReviewFile:
    """The analyses of a RevMan 5 file.

    Raises
    ------
    UsageError
        When there is no such file.
    DataError
        When it is no RevMan file, or XML that declares entities.
    """
    root = _root(path)
    studies = {
        study.get("ID", ""): (study.get("NAME", ""), study.get("YEAR", ""))
        for study in root.iter("STUDY")
    }
    analyses: list[ReviewAnalysis] = []
    for number, comparison in enumerate(root.iter("COMPARISON"), start=1):
        for outcome in comparison:
            kind, _, rest = outcome.tag.partition("_")
            if rest == "OUTCOME" and kind in _KINDS:
                reader = _Outcome(outcome, kind, studies, str(path))
                analyses.append(reader.analysis(comparison, number))
    title = root.findtext("COVER_SHEET/TITLE") or path.stem
    judgements = tuple(_judgements(root, studies))
    return ReviewFile(" ".join(title.split()), tuple(analyses), judgements)


def _judgements(root: Element, studies: Mapping[str, tuple[str, str]]) -> Iterator[Judgement]:
    """Judgements of the first Cochrane tool; an item that was never filled in is none."""
    for item in root.iter("QUALITY_ITEM"):
        domain = _text(item, "NAME")
        for entry in item.iter("QUALITY_ITEM_DATA_ENTRY"):
            said, support = entry.get("RESULT", ""), _text(entry, "DESCRIPTION")
            study = studies.get(entry.get("STUDY_ID", ""))
            if study is not None and said in _RISKS and (said != "UNKNOWN" or support):
                yield Judgement(study[0], domain, _RISKS[said], support)


def _root(path: Path) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    parse: Callable[..., Element] = fromstring
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"{path}: has more than {MAX_BYTES:,} bytes, which no review needs.")
        root = parse(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file. Check the path.") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be opened ({error.strerror}). Check the path.") from None
    except DefusedXmlException:
        raise DataError(
            f"{path}: declares entities, which a RevMan file never does. It was not read."
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise DataError(
            f"{path}: is not XML that can be read ({error}). Export it again from RevMan 5 as .rm5."
        ) from None
    if root.tag != "COCHRANE_REVIEW":
        raise DataError(f"{path}: is not a RevMan 5 file: the root is {root.tag[:60]}.")
    return root


class _Outcome:
    """Reads one outcome element."""

    def __init__(
        self,
        element: Element,
        kind: str,
        studies: Mapping[str, tuple[str, str]],
        source: str,
    ) -> None:
        self.element = element
        self.kind = kind
        self.studies = studies
        self.source = source
        self.swapped = element.get("SWAP_EVENTS") == "YES"
        self.measure = measure_code(element.get("EFFECT_MEASURE", ""))
        self.notes: list[str] = []

    def analysis(self, comparison: Element, number: int) -> ReviewAnalysis:
        element = self.element
        groups = list(element.findall(f"{self.kind}_SUBGROUP"))
        rows = [*self._rows(element, "")]
        names: dict[str, Stated] = {}
        for group in groups:
            name = _text(group, "NAME") or f"subgroup {group.get('NO', len(names) + 1)}"
            name = name if name not in names else f"{name} ({len(names) + 1})"
            names[name] = _stated(group)
            rows += self._rows(group, name)
        where = f"{comparison.get('NO') or number}.{element.get('NO') or '?'}"
        method = element.get("METHOD", "IV").upper()
        totals = {"NO": "none", "SUB": "subgroups"}.get(element.get("TOTALS", "YES"), "all")
        return ReviewAnalysis(
            id=where,
            title=_text(element, "NAME") or where,
            comparison=_text(comparison, "NAME"),
            kind=_KINDS[self.kind][0],
            measure="PETO" if method == "PETO" and self.kind == "DICH" else self.measure,
            method=method,
            random=element.get("RANDOM") == "YES",
            level=_level(element.get("CI_TOTAL")),
            study_level=_level(element.get("CI_STUDY")),
            groups=(_text(element, "GROUP_LABEL_1"), _text(element, "GROUP_LABEL_2")),
            totals=totals,
            swapped=self.swapped,
            rows=tuple(rows),
            overall=_stated(element),
            subgroups=names,
            notes=tuple(self.notes),
        )

    def _rows(self, parent: Element, subgroup: str) -> Iterator[StudyData]:
        for item in parent.findall(f"{self.kind}_DATA"):
            key = item.get("STUDY_ID", "")
            name, year = self.studies.get(key, (_unescaped(key.removeprefix("STD-")), ""))
            yield StudyData(
                study=name,
                year=year if year.isdigit() else "",
                subgroup=subgroup,
                data=self._data(item, name),
                stated=Stated() if item.get("ESTIMABLE") == "NO" else _stated(item),
            )

    def _data(self, item: Element, study: str) -> dict[str, float]:
        data: dict[str, float] = {}
        for attribute, column in _KINDS[self.kind][1].items():
            for group in (1, 2):
                value = item.get(f"{attribute}_{group}")
                if value is not None:
                    data[f"{column}_{group}"] = self._number(value, study)
        if self.kind == "IPD":
            data = {"o_e": self._number(item.get("O_E", "0"), study), **data}
            data["variance"] = self._number(item.get("VAR", "0"), study)
        if self.kind == "IV":
            data = {"yi": self._number(item.get("ESTIMATE", "nan"), study), **data}
            data["sei"] = self._number(item.get("SE", "nan"), study)
        return swapped_counts(data) if self.swapped and self.kind == "DICH" else data

    def _number(self, text: str, study: str) -> float:
        return plain_number(text, f"{self.source}: {study}")


def plain_number(text: str, where: str) -> float:
    """A number as RevMan writes it; NaN for empty text.

    Raises
    ------
    DataError
        For anything else.
    """
    if not text.strip() or text.strip().lower() == "nan":
        return math.nan
    if _NUMBER.fullmatch(text.strip()) is None:
        raise DataError(f'{where}: "{text[:40]}" is not a number.')
    return float(text)


def _stated(element: Element) -> Stated:
    return Stated(
        {ours: element.get(name, "") for name, ours in _STATED.items() if name in element.attrib}
    )


def _level(text: str | None) -> float:
    try:
        value = float(text or 95) / 100
    except ValueError:
        return 0.95
    return value if 0.5 <= value < 1 else 0.95


def _text(element: Element, name: str) -> str:
    child = element.find(name)
    return "" if child is None else " ".join("".join(child.itertext()).split())


def _unescaped(text: str) -> str:
    """RevMan's ids as text: `MRC_x002d_1` is MRC-1."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
