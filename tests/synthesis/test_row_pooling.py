"""Answers in which nobody, or everybody, had the event: from the counts, never from added halves.

Without an event the likeliest risks under a difference d > 0 are d and 0, so that the variance is
d (1 - d) / n1 with the factor N / (N - 1): the upper limit is s1 / (1 + s1) with
s1 = z² Σ w² N / (n1 (N - 1)), the lower one the same with n2. The tests work that out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from tests.appraisal.grade.made import trial
from tests.records import real
from tests.records.makers import evidence, question
from tests.synthesis.real_answers import answers

from ketameta.errors import DataError
from ketameta.measures.arms import Counts
from ketameta.pooling.common_effect import Tables
from ketameta.pooling.score_difference import pool_without_contrast
from ketameta.records.study import Study
from ketameta.reports.explorer.pools import Pooler, models
from ketameta.reports.explorer.universe import universe
from ketameta.synthesis.answer import Answer
from ketameta.synthesis.answering import answer
from ketameta.synthesis.json_codec import to_json, to_plain
from ketameta.synthesis.safety import safety
from ketameta.synthesis.study_columns import study_columns

Z2 = 1.959963984540054**2


def by_hand(people: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Limits of the common difference where nobody had the event."""
    weights = [n1 * n2 / (n1 + n2) for n1, n2 in people]
    shares = [w / sum(weights) for w in weights]

    def limit(arm: int) -> float:
        terms = zip(shares, people, strict=True)
        s = Z2 * sum(w * w * sum(n) / (n[arm] * (sum(n) - 1)) for w, n in terms)
        return s / (1 + s)

    return -limit(1), limit(0)


def asked(*studies: Study, measure: str = "RD", **more: str) -> Answer:
    return answer(question(measure, "abstinence", **more), real.review(), evidence(*studies))


def test_nobody_affected_is_no_difference_with_the_interval_of_the_harms() -> None:
    removal = answers()["adverse-event-removal"].main
    pooled = removal.pooled
    assert pooled is not None
    assert [(r.experimental.events, r.control.events) for r in removal.rows] == [(0, 0), (0, 0)]
    people = [(r.experimental.n or 0, r.control.n or 0) for r in removal.rows]
    limits = (pooled.interval.low, pooled.interval.high)
    assert limits == pytest.approx(by_hand(people), abs=1e-12)
    harm = next(
        harm
        for harm in safety(real.evidence(), real.review()).harms
        if harm.construct == "removal because of an adverse event"
    )
    told = next(pool for pool in harm.pools if pool.estimate is not None)
    assert (pooled.estimate, *limits) == (told.estimate, told.low, told.high)
    assert (pooled.statistic, pooled.p_value, pooled.hksj_factor) == (None, None, None)
    assert (pooled.prediction.low, pooled.heterogeneity.tau2, pooled.heterogeneity.q_df) == (
        None,
        None,
        0,
    )
    assert "Nobody in either group had the event (0 of 44 and 0 of 51)" in " ".join(
        caution.message for caution in pooled.cautions
    )
    assert answers()["adverse-event-removal"].further is None


def test_one_study_without_an_event_has_its_score_interval() -> None:
    found = answers()["serious-adverse-event"]
    row, pooled = found.main.rows[0], found.main.pooled
    assert pooled is not None
    assert (row.y, row.low, row.high) == pytest.approx((0, *by_hand([(13, 17)])), abs=1e-12)
    assert (pooled.estimate, pooled.interval.low, pooled.interval.high) == pytest.approx(
        (row.y, row.low, row.high), abs=1e-12
    )


def test_everybody_turns_the_limits_round() -> None:
    nobody = Tables.from_counts(Counts([0, 0], [27, 17]), Counts([0, 0], [28, 23]))
    everybody = Tables.from_counts(Counts([27, 17], [27, 17]), Counts([28, 23], [28, 23]))
    one, other = pool_without_contrast(nobody), pool_without_contrast(everybody)
    assert (other.interval.low, other.interval.high) == pytest.approx(
        (-(one.interval.high or 0), -(one.interval.low or 0)), abs=1e-12
    )
    assert other.cautions[0].message.startswith("Everybody in either group")
    mixed = Tables.from_counts(Counts([0, 1], [27, 17]), Counts([0, 0], [28, 23]))
    with pytest.raises(DataError, match="2: some people had the event"):
        pool_without_contrast(mixed)


def test_the_interval_is_no_shorter_where_the_groups_are_alike() -> None:
    """The artefact: with 1/2 added, equal groups made the factor 0 and the interval shorter."""
    alike = asked(*(trial(n, (0, 20), (0, 20)) for n in ("ash-2020", "elm-2020"))).main.pooled
    uneven = asked(
        trial("ash-2020", (0, 10), (0, 30)), trial("elm-2020", (0, 30), (0, 10))
    ).main.pooled
    assert alike is not None
    assert uneven is not None
    assert (alike.estimate, uneven.estimate) == (0.0, 0.0)
    assert (alike.interval.high or 0) < (uneven.interval.high or 0) < 0.25


def test_every_subset_of_a_question_without_events_is_pooled_alike() -> None:
    arms = [(10, 30), (25, 20), (18, 18)]
    names = ("ash-2020", "elm-2020", "fir-2020")
    studies = [trial(n, (0, a), (0, b)) for n, (a, b) in zip(names, arms, strict=True)]
    found = asked(*studies, subgroups="control type")
    seen = universe(found)
    pooler = Pooler(seen, real.review(), evidence(*studies))
    for model in models(real.review()):
        for mask in range(1, 8):
            analysis = pooler.analysis(mask, model)
            assert analysis is not None
            assert analysis.pooled is not None
            limits = analysis.pooled.interval
            people = [(r.experimental.n or 0, r.control.n or 0) for r in analysis.rows]
            assert (limits.low, limits.high) == pytest.approx(by_hand(people), abs=1e-12)
    assert [a.pooled.interval_method for a in found.leave_one_out if a.pooled] == ["score"] * 3
    group = found.subgroups[0].analysis.pooled
    assert found.main.pooled is not None
    assert group is not None
    assert group.interval == found.main.pooled.interval
    assert found.subgroup_test is not None
    assert found.subgroup_test.q is None
    assert json.loads(to_json(found)) == to_plain(found)


def test_one_event_is_enough_for_variances() -> None:
    studies = [trial("ash-2020", (0, 20), (0, 30)), trial("elm-2020", (3, 20), (1, 20))]
    found = asked(*studies)
    assert found.main.pooled is not None
    assert found.main.pooled.interval_method == "hksj"
    silent = next(row for row in found.main.rows if row.study == "ash-2020")
    # With 1/2 in every cell: 0.5 * 20.5 / 21^3 + 0.5 * 30.5 / 31^3; the difference stays 0.
    assert silent.v == pytest.approx(0.5 * 20.5 / 21**3 + 0.5 * 30.5 / 31**3, rel=1e-12)
    assert (silent.y, silent.low) == pytest.approx((0, by_hand([(20, 30)])[0]), abs=1e-12)
    columns = study_columns(found.main.rows, "RD", "only0")
    assert columns["events_1"] == [row.experimental.events for row in found.main.rows]
    assert np.isnan(columns["yi"]).all()


@pytest.mark.parametrize("measure", ["OR", "RR"])
@pytest.mark.parametrize("events", [(0, 0), (20, 30)])
def test_a_ratio_without_a_contrast_is_not_made_up(measure: str, events: tuple[int, int]) -> None:
    found = asked(trial("ash-2020", (events[0], 20), (events[1], 30)), measure=measure)
    assert (found.main.k, found.main.pooled) == (0, None)
    told = [left.reason for left in found.main.left_out if left.study == "ash-2020"]
    assert len(told) == 1
    assert "no information about the" in told[0]


def test_a_reported_difference_of_zero_keeps_its_own_interval() -> None:
    """Counts decide, not the estimate: 3 of 20 in both groups is no case for this."""
    found = asked(trial("ash-2020", (3, 20), (3, 20))).main
    row = found.rows[0]
    assert row.y == 0
    assert (row.high - row.low) == pytest.approx(2 * 1.959963984540054 * row.v**0.5, rel=1e-12)
