"""What the page can show for each way of ticking, pooled by the engine when the page is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ketameta.appraisal.answers import flag_analysis
from ketameta.errors import KetametaError
from ketameta.pooling.catalog import interval_method, tau2_method
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.reports.explorer.universe import Universe
from ketameta.synthesis.answer import Analysis
from ketameta.synthesis.row_pooling import pool_rows, pooling_choices

MOST_FOR_EVERY_SUBSET = 12
"""Up to so many results every subset is pooled under the review's own model: 4095 of them."""
ESTIMATORS = ("REML", "DL", "PM", "ML", "EB", "SJ", "HE", "HS", "EE")
INTERVALS = ("hksj", "hksj-guarded", "wald")


@dataclass(frozen=True, slots=True)
class Model:
    """An estimator of tau2 with an interval of the mean, by their codes."""

    tau2: str
    interval: str

    @property
    def key(self) -> str:
        """Both codes in one word."""
        return f"{self.tau2}|{self.interval}"


def own_model(review: Review) -> Model:
    """The model that the review uses."""
    return Model(
        tau2_method(review.choices.tau2).code, interval_method(review.choices.interval).code
    )


def models(review: Review) -> tuple[Model, ...]:
    """The review's own model first, then every other that the page offers."""
    own = own_model(review)
    offered = [Model(t, i) for t in dict.fromkeys((own.tau2, *ESTIMATORS)) for i in _intervals(own)]
    return (own, *(model for model in offered if model != own))


def _intervals(own: Model) -> tuple[str, ...]:
    return tuple(dict.fromkeys((own.interval, *INTERVALS)))


def masks(universe: Universe, *, every: bool) -> Iterator[int]:
    """The ways of ticking that are pooled, each once, none with the same people twice.

    Parameters
    ----------
    every
        All subsets where there are few enough results; otherwise, and beyond that, the named
        sets and the main analysis without each study in turn.
    """
    k = len(universe.rows)
    if every and k <= MOST_FOR_EVERY_SUBSET:
        yield from (mask for mask in range(1, 1 << k) if universe.allowed(mask))
        return
    main = universe.main.mask
    wanted = [s.mask for s in universe.sets]
    wanted += [main & ~(1 << i) for i in universe.members(main)]
    wanted += [1 << i for i in range(k)]
    yield from (mask for mask in dict.fromkeys(wanted) if mask and universe.allowed(mask))


@dataclass(frozen=True, slots=True)
class Pooler:
    """Pools any ticked rows of a universe, with flags, as the report does."""

    universe: Universe
    review: Review
    evidence: Evidence

    def analysis(self, mask: int, model: Model) -> Analysis | None:
        """The ticked rows, pooled and flagged; None where the model does not suit them.

        Rows without any event are pooled from their counts, the same under every model.
        """
        rows = tuple(self.universe.rows[i] for i in self.universe.members(mask))
        measure = self.universe.answer.question.measure
        own = pooling_choices(self.review.choices)
        choices = replace(own, tau2=model.tau2, interval=model.interval)
        try:
            pooled = pool_rows(rows, measure, choices)
        except KetametaError:
            return None
        bare = Analysis("ticked", "Ticked studies", rows, pooled)
        return flag_analysis(bare, self.evidence, self.review.thresholds)
