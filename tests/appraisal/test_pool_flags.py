"""Every flag on a pool: what raises it, what comes close, and the threshold that moves it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from tests.records import real
from tests.synthesis.real_answers import analyses, answers

from ketameta.appraisal.catalog import FLAGS
from ketameta.appraisal.information_size import required_size
from ketameta.appraisal.pool_flags import JUDGES, pool_flags
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.questions.question import InformationSize, Threshold, Thresholds
from ketameta.synthesis.answer import Analysis, ArmNumbers, Flag, SourceLine, StudyRow

SOURCE = SourceLine("A paper", "table 2", None, "registry", None, "studies/alcohol/x.yaml", 1)
HKSJ = PoolingChoices("REML", "hksj", "t(k-1)", 0.95)


def row(i: int, y: float, v: float, n: int | None, kind: str, codes: str) -> StudyRow:
    side = ArmNumbers("An arm")
    flags = tuple(Flag(code, FLAGS[code].severity, "Because.") for code in codes.split())
    return StudyRow(
        study=f"doe-{2000 + i}",
        label=f"Doe {2000 + i}",
        substance="alcohol",
        design="parallel",
        randomised="yes",
        contrast_class="ketamine versus control",
        control_type=kind,
        time_label="week 12",
        weeks=12.0,
        outcome="abstinence",
        experimental=side,
        control=side,
        how="By hand.",
        y=y,
        v=v,
        low=y - 1,
        high=y + 1,
        n=n,
        source=SOURCE,
        flags=flags,
    )


def analysis(
    y: list[float],
    v: list[float] | None = None,
    *,
    n: Any = 200,
    kinds: list[str] | None = None,
    codes: list[str] | None = None,
    measure: str = "OR",
    tau2: str = "REML",
) -> Analysis:
    """An analysis of effects y with variances v; sizes, controls and flags of its studies."""
    k = len(y)
    v = v or [0.1] * k
    sizes = n if isinstance(n, list) else [n] * k
    kinds, codes = kinds or ["inert placebo"] * k, codes or [""] * k
    rows = tuple(
        row(i, *parts) for i, parts in enumerate(zip(y, v, sizes, kinds, codes, strict=True))
    )
    choices = replace(HKSJ, tau2=tau2, interval="wald" if tau2 == "EE" else "hksj")
    estimates = EffectEstimates.from_arrays(measure, y, v, labels=[r.label for r in rows])
    return Analysis("main", "Main", rows, pool(estimates, choices))


def flags_of(found: Analysis, **thresholds: float) -> dict[str, str]:
    limits: Thresholds = real.review().thresholds
    changed = {
        n: Threshold.model_validate({"value": x, "source": "x"}) for n, x in thresholds.items()
    }
    limits = limits.model_copy(update=changed)
    return {flag.code: flag.message for flag in pool_flags(found, limits)}


# Five studies whose effects differ beyond chance, all on one side of no difference.
SOUND = analysis([2.0, 2.6, 1.8, 2.9, 2.2], [0.02] * 5)
EQUAL = [1.0] * 5
RAISED: dict[str, list[tuple[Analysis, str]]] = {
    "PK": [
        (analysis([1.0] * 4), "4 studies (threshold 5)."),
        (analysis([1.0]), "1 study (threshold 5)."),
    ],
    "PH": [
        (analysis([1.0]), "One study: heterogeneity cannot be estimated."),
        (analysis([1.0, 2.0]), "2 studies: tau² is little more than a guess."),
        (analysis([1.0, 2.0, 9.0]), "3 studies: tau² is little more than a guess."),
        (analysis([1.0, 1.1, 0.9, 1.05]), "tau² is estimated as 0, which 4 studies cannot show."),
    ],
    "PP": [
        (
            analysis([1.0, -1.6, 0.8, 2.9, 1.2]),
            "The prediction interval reaches from benefit to harm.",
        )
    ],
    "PD": [
        # 1/0.01 against twice 1/0.1: 100 of 120 parts under equal effects.
        (analysis(EQUAL[:3], [0.1, 0.01, 0.1], tau2="EE"), "Doe 2001 carries 83% of the weight.")
    ],
    "PW": [
        (
            analysis(
                EQUAL, [0.1, 0.1, 0.1, 0.1, 0.4], codes=["NP", "", "NP SM", "", ""], tau2="EE"
            ),
            "47% of the weight.",  # 20 of 42.5 parts
        )
    ],
    "PS": [
        (
            analysis(
                EQUAL, [0.1, 0.1, 0.1, 0.1, 0.4], codes=["SM", "", "", "", "NP SM"], tau2="EE"
            ),
            "29% of the weight.",  # 12.5 of 42.5 parts
        )
    ],
    "PI": [
        (
            analysis(EQUAL, n=60),
            "300 people; the yardstick of the review for every question is about 304 (an odds "
            "ratio of 2 at a control risk of 25%).",
        ),
        (
            analysis(EQUAL, n=[60, 60, None, None, 60]),
            "180 people, 2 without a stated number; the yardstick of the review for every question "
            "is about 304 (an odds ratio of 2 at a control risk of 25%).",
        ),
    ],
    "PC": [
        (
            analysis(EQUAL, kinds=["usual care", "inert placebo"] * 2 + ["usual care"]),
            "Compared with usual care, inert placebo.",
        )
    ],
}
QUIET: dict[str, list[Analysis]] = {
    "PK": [SOUND],
    "PH": [SOUND, analysis(EQUAL, tau2="EE")],
    "PP": [SOUND, analysis([-2.0, -2.6, -1.8, -2.9, -2.2], [0.02] * 5), analysis([0.1])],
    "PD": [SOUND, analysis([1.0]), analysis([1.0, 1.0], [0.1, 0.1])],
    "PW": [SOUND, analysis(EQUAL, codes=["SM", "", "", "", ""])],
    "PS": [SOUND, analysis(EQUAL, codes=["NP", "", "", "", ""])],
    "PI": [
        SOUND,
        analysis(EQUAL, n=[61, 61, 61, 61, 60]),
        analysis(EQUAL, n=None),
        analysis(EQUAL, n=10, measure="MD"),
        analysis(EQUAL, n=10, measure="HR"),
    ],
    "PC": [SOUND],
}
POOL_FLAGS = [kind.code for kind in FLAGS.values() if kind.scope == "pool"]
RAISED_ONE_BY_ONE = [(c, a, m) for c, cases in RAISED.items() for a, m in cases]
QUIET_ONE_BY_ONE = [(c, a) for c, cases in QUIET.items() for a in cases]


def test_every_flag_is_judged_and_tested_both_ways() -> None:
    assert list(JUDGES) == list(RAISED) == list(QUIET) == POOL_FLAGS


@pytest.mark.parametrize(("code", "found", "message"), RAISED_ONE_BY_ONE)
def test_a_flag_is_raised_and_says_why(code: str, found: Analysis, message: str) -> None:
    assert flags_of(found).get(code) == message


@pytest.mark.parametrize(("code", "found"), QUIET_ONE_BY_ONE)
def test_a_flag_is_not_raised_without_its_reason(code: str, found: Analysis) -> None:
    assert code not in flags_of(found)


def test_a_sound_pool_has_no_flag() -> None:
    assert flags_of(SOUND) == {}


def test_nothing_pooled_has_no_flag() -> None:
    assert pool_flags(Analysis("main", "Main", (), None), real.review().thresholds) == ()


HEAVY = analysis([1.0] * 5, [0.1, 0.1, 0.1, 0.1, 0.01], tau2="EE")  # 100 of 140 parts: 71.4 %


@pytest.mark.parametrize(
    ("code", "name", "quiet", "loud", "found"),
    [
        ("PK", "small_k", 5, 6, SOUND),
        ("PD", "dominant_weight_percent", 71.5, 71.4, HEAVY),
    ],
)
def test_thresholds_are_those_of_the_review(
    code: str, name: str, quiet: float, loud: float, found: Analysis
) -> None:
    assert code not in flags_of(found, **{name: quiet})
    assert code in flags_of(found, **{name: loud})


def test_shares_of_weight_add_up_in_every_real_analysis() -> None:
    seen = 0
    for answer in answers().values():
        for found in analyses(answer):
            messages = {f.code: f.message for f in found.flags}
            for code, studies in (("PW", "NP"), ("PS", "SM")):
                if found.pooled is None:
                    continue
                flagged = [any(f.code == studies for f in r.flags) for r in found.rows]
                assert (code in messages) == any(flagged)
                if all(flagged):
                    assert messages[code] == "100% of the weight."
                seen += any(flagged)
    assert seen > 20


# ---- information size ----------------------------------------------------------------------


def size(**more: Any) -> InformationSize:
    base = {"power": 0.8, "alpha": 0.05, "control_risk": 0.25, "odds_ratio": 2, "smd": 0.5}
    return InformationSize.model_validate({**base, **more, "source": "x"})


def test_the_information_size_of_proportions_by_hand() -> None:
    """An odds of 1/3 doubled is 2/3, a risk of 0.4; R: power.prop.test(p1 = 0.25, p2 = 0.4)."""
    test, power = 1.959963984540054, 0.8416212335729143
    null, own = math.sqrt(2 * 0.325 * 0.675), math.sqrt(0.25 * 0.75 + 0.4 * 0.6)
    per_arm = ((test * null + power * own) / 0.15) ** 2
    assert per_arm == pytest.approx(151.87, abs=0.01)
    for measure in ("OR", "RR", "RD"):
        assert required_size(measure, size()) == 2 * math.ceil(per_arm) == 304


def test_the_information_size_of_a_standardised_difference() -> None:
    """Cohen 1988, table 2.4.1: 64 per group for d = 0.5, 26 for 0.8, power 80 %, alpha 5 %."""
    assert required_size("SMD", size()) == 128
    assert required_size("SMD", size(smd=0.8)) == 52
    assert required_size("SMD", size(smd=0.5, power=0.9)) == 2 * 86


def test_more_is_needed_for_smaller_effects_and_more_power() -> None:
    assert required_size("OR", size(odds_ratio=1.5)) > 304  # type: ignore[operator]
    assert required_size("OR", size(power=0.9)) > 304  # type: ignore[operator]
    assert required_size("OR", size(alpha=0.01)) > 304  # type: ignore[operator]


def test_without_a_unit_there_is_no_information_size() -> None:
    assert required_size("MD", size()) is None
    assert required_size("HR", size()) is None


def test_the_information_size_is_a_threshold_too() -> None:
    limits = real.review().thresholds
    small = limits.model_copy(update={"information_size": size(odds_ratio=3)})
    found = analysis(EQUAL, n=60)
    assert "PI" in {f.code for f in pool_flags(found, limits)}
    assert "PI" not in {f.code for f in pool_flags(found, small)}
