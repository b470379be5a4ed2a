"""An analysis of a published review: its data, its settings, and the results it states."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ketameta.exchange.table import Table

COUNTS, MEANS = (
    ("events_1", "n_1", "events_2", "n_2"),
    (
        *("mean_1", "sd_1", "n_1"),
        *("mean_2", "sd_2", "n_2"),
    ),
)
O_E = ("o_e", "variance")
FINISHED = ("yi", "sei")
LOG_MEASURES = ("OR", "RR", "HR", "IRR", "ROM", "PETO")


@dataclass(frozen=True, slots=True)
class Stated:
    """Results as the file states them, by name; text, so that its digits are known.

    Names: effect, low, high, weight, tau2, chi2, df, i2, z; of the test for subgroup differences
    q_subgroups and i2_subgroups. Effects are on the natural scale (an odds ratio, not its
    logarithm).
    """

    values: Mapping[str, str] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """A stated number; NaN where there is none."""
        try:
            return float(self.values.get(name, "nan"))
        except ValueError:
            return math.nan

    @property
    def stale(self) -> bool:
        """Whether effect and interval are all 0: never computed, which RevMan exports as zeros."""
        return all(self.number(name) == 0 for name in ("effect", "low", "high"))


@dataclass(frozen=True, slots=True)
class StudyData:
    """One study in an analysis.

    `data` holds the columns of `COUNTS`, `MEANS`, `O_E` (beside numbers of people) or `FINISHED`
    (on the analysis scale: logarithms for ratios).
    """

    study: str
    year: str
    subgroup: str
    data: Mapping[str, float]
    stated: Stated = Stated()
    place: str = ""


@dataclass(frozen=True, slots=True)
class ReviewAnalysis:
    """One analysis (comparison and outcome) of a review.

    Attributes
    ----------
    id, title, comparison
        "1.2", the outcome, and what is compared.
    kind
        "counts", "means", "finished", "o-e", or "text" for data in words.
    measure
        Code of the measure; "GEN" where the file's own name for it is not known.
    method
        "MH", "IV" or "PETO".
    random
        Whether the model has random effects.
    estimator, interval
        Codes of the catalogs of pooling, for random effects.
    level, study_level
        Coverage of the pooled interval and of those of the studies, between 0 and 1.
    groups
        Names of the two groups.
    totals
        Which totals the review shows: "all", "subgroups" or "none".
    swapped
        Whether RevMan was told to swap events and non-events; the data here are swapped already.
    rows, overall, subgroups
        The studies, the overall result, and that of each subgroup by name.
    """

    id: str
    title: str
    comparison: str
    kind: str
    measure: str
    method: str = "IV"
    random: bool = False
    estimator: str = "DL"
    interval: str = "wald"
    level: float = 0.95
    study_level: float = 0.95
    groups: tuple[str, str] = ("", "")
    totals: str = "all"
    swapped: bool = False
    rows: tuple[StudyData, ...] = ()
    overall: Stated = Stated()
    subgroups: Mapping[str, Stated] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def is_ratio(self) -> bool:
        """Whether the natural scale is the exponential of the analysis scale."""
        return self.measure in LOG_MEASURES

    @property
    def model(self) -> str:
        """The method in words: "MH, fixed"."""
        return f"{self.method}, {'random' if self.random else 'fixed'}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement of risk of bias as the review publishes it."""

    study: str
    domain: str
    judgement: str
    support: str = ""


def swapped_counts(data: Mapping[str, float]) -> dict[str, float]:
    """People without the event in place of those with it."""
    return {
        **data,
        "events_1": data["n_1"] - data["events_1"],
        "events_2": data["n_2"] - data["events_2"],
    }


def analysis_table(analysis: ReviewAnalysis, source: str) -> Table:
    """The data of an analysis as a table for `--data`, `--by subgroup` and for study records.

    Observed minus expected and its variance become yi = (O - E) / V and vi = 1 / V, the log of the
    Peto odds ratio or the hazard ratio.
    """
    names = [*dict.fromkeys(key for row in analysis.rows for key in _columns(row))]
    columns: dict[str, tuple[str | float | None, ...]] = {
        "study": tuple(row.study for row in analysis.rows),
        "year": tuple(row.year or None for row in analysis.rows),
    }
    if any(row.subgroup for row in analysis.rows):
        columns["subgroup"] = tuple(row.subgroup for row in analysis.rows)
    for name in names:
        columns[name] = tuple(_columns(row).get(name) for row in analysis.rows)
    columns |= {
        "outcome": (analysis.title,) * len(analysis.rows),
        "arm_1": (analysis.groups[0] or "Experimental",) * len(analysis.rows),
        "arm_2": (analysis.groups[1] or "Control",) * len(analysis.rows),
        "locator": tuple(f"Analysis {analysis.id}" for _ in analysis.rows),
    }
    return Table(source, columns, tuple(range(1, len(analysis.rows) + 1)), counted="row")


def _columns(row: StudyData) -> dict[str, float]:
    data = dict(row.data)
    if "o_e" in data:
        o_e, variance = data.pop("o_e"), data.pop("variance")
        if variance > 0:
            data = {"yi": o_e / variance, "vi": 1 / variance, **data}
    return data


def groups_of(analysis: ReviewAnalysis) -> Iterator[tuple[str, tuple[StudyData, ...], Stated]]:
    """Every subgroup with its rows and what is stated about it."""
    for name, stated in analysis.subgroups.items():
        yield name, tuple(row for row in analysis.rows if row.subgroup == name), stated
