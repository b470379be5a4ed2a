"""Made-up reviews of a given number of results, as pages on which they can be ticked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.special import stdtrit
from tests.reports.small_review import Trial, write_root

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.result import Interval
from ketameta.reports.document import document
from ketameta.reports.explorer.universe import universe
from ketameta.reports.html import html_report
from ketameta.reports.inputs import ReportInputs, read_inputs
from ketameta.sensitivity.subsets import subsets
from ketameta.tables.formatting import AnswerText

NAMES = ("adams", "brown", "clark", "davis", "evans", "ford", "green", "hall", "irwin", "jones",
         "king", "lewis", "moore")  # fmt: skip


@dataclass(frozen=True)
class ExplorerPage:
    """A page, and what it was made of."""

    inputs: ReportInputs
    html: str

    @property
    def k(self) -> int:
        """Results that can be ticked."""
        return len(universe(self.inputs.answers[0]).rows)


@cache
def explorer_page(k: int) -> ExplorerPage:
    """The report of a review of k two-armed trials."""
    trials = tuple(
        Trial(
            f"{NAMES[i]}-{2001 + i}",
            (8 + i % 5 + i // 2, 28 + i % 3, 5 + 3 * i % 7, 25 + i % 6),
            randomised="no" if i % 3 == 1 else "yes",
        )
        for i in range(k)
    )
    with TemporaryDirectory() as folder:
        inputs = read_inputs(write_root(Path(folder), trials))
    return ExplorerPage(inputs, html_report(document(inputs)))


def every_subset(page: ExplorerPage) -> dict[int, str]:
    """Estimate and interval of every two or more results by REML and Hartung-Knapp, as text.

    From the engine's batch of all subsets, with the interval worked out here
    (Hartung and Knapp 2001, doi:10.1002/sim.1009): another way than that of the page.
    """
    answer = page.inputs.answers[0]
    rows = universe(answer).rows
    y, v = np.array([row.y for row in rows]), np.array([row.v for row in rows])
    found = subsets(EffectEstimates.from_arrays(answer.question.measure, y, v), tau2="REML")
    inside = np.unpackbits(found.packed, axis=1, count=len(rows)).astype(bool)
    text, texts = AnswerText.of(answer), {}
    for members, mean, tau2 in zip(inside, found.estimate, found.tau2, strict=True):
        k = int(members.sum())
        if k < 2:
            continue
        weights = 1 / (v[members] + tau2)
        spread = np.sum(weights * (y[members] - mean) ** 2) / ((k - 1) * weights.sum())
        half = float(stdtrit(k - 1, 0.975) * np.sqrt(spread))
        mask = sum(1 << int(i) for i in np.flatnonzero(members))
        limits = Interval(float(mean) - half, float(mean) + half)
        texts[mask] = text.with_interval(float(mean), limits)
    return texts
