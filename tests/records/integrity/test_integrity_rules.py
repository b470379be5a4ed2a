"""Every rule from R100 on: what breaks it, and what comes close without breaking it.

Expected values are worked out beside each case.
"""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest
from tests.records.makers import (
    PAPER,
    SOURCES,
    arm,
    contrast,
    events,
    means,
    outcome,
    result,
    study,
)

from ketameta.records import integrity
from ketameta.records.findings import Finding
from ketameta.records.problems import Severity
from ketameta.records.rules import RULES
from ketameta.records.study import Study, Vocabulary

SCALE = {"name": "Scale", "minimum": 0, "maximum": 20, "better": "lower", "source": "a paper"}
VOCABULARY = Vocabulary.model_validate(
    {
        "instruments": {
            "sum": {**SCALE, "steps_per_point": 1},
            "analogue": SCALE,
            "familiar": {**SCALE, "usual_sd": 6},
            "answer": {**SCALE, "maximum": 1, "steps_per_point": 1},
        }
    }
)
BETWEEN = {"R150", "R151", "R152"}
"""Of records beside each other: test_between.py."""


def found(record: Study) -> list[Finding]:
    return list(integrity.check(record, VOCABULARY))


def of(*results: dict[str, Any], **more: Any) -> Study:
    """A trial with one outcome, craving unless said otherwise."""
    return study(outcome(more.pop("construct", "craving"), *results, **more))


def scored(instrument: str, **ketamine: Any) -> Study:
    """Summary of the ketamine arm on a scale."""
    return of(result(means(ketamine=ketamine)), instrument=instrument)


def single(**parts: Any) -> Study:
    return of(result({"kind": "single means", "arm": "ketamine", **parts}))


def paired(**more: Any) -> Study:
    data = {"kind": "paired", "experimental": "ketamine", "control": "saline", "n": 16, **more}
    return of(result(data))


def said(text: str, p: str | None = None, direction: str = "change within group") -> dict[str, Any]:
    return result({"kind": "statement", "direction": direction, "text": text, "p": p})


def baselines(*pairs: tuple[Any, Any], randomised: str = "yes") -> Study:
    """A baseline of 30 people per arm for each pair of means, all with the SD 2.00."""
    parts = [
        outcome(
            "other",
            result(
                means(**{a: {"n": 30, "mean": m, "sd": D("2.00")} for a, m in both}),
                phase="baseline",
            ),
            id=f"v{i}",
        )
        for i, pair in enumerate(pairs)
        for both in [list(zip(("ketamine", "saline"), pair, strict=True))]
    ]
    return study(*parts, design={"randomised": randomised})


def aged(**age: Any) -> Study:
    """Sixty people of this age."""
    population = {"diagnosis": "D", "treatment_seeking": "yes", "source": PAPER, "age": age}
    return study(population=population, design={"enrolled_n": 60})


def beside(data: dict[str, Any], other: dict[str, Any]) -> Study:
    return of(result(data, id="a"), result(other, id="b", secondary_to="a"))


def derived(text: str, **arms: tuple[int, int]) -> Study:
    """Relapses with the arithmetic behind them."""
    source = {**PAPER, "derivation": text}
    return of(result(events(**arms), source=source), construct="relapse")


COUNTS = events(ketamine=(2, 13), saline=(7, 17))  # risks 0.154 and 0.412, ratio 0.374
MEANS = means(
    ketamine={"n": 20, "mean": 12.0, "sd": 3.0}, saline={"n": 25, "mean": 10.0, "sd": 5.0}
)
FAVOURS = {"kind": "statement", "text": "So it says.", "direction": "favours experimental"}
BROKEN: dict[str, list[Study]] = {
    # 28 people: 5.179 and 5.214.
    "R100": [
        scored("sum", n=28, mean=D("5.19")),
        of(
            result(
                {"kind": "single means", "arm": "ketamine", "value": {"n": 28, "mean": D("5.19")}}
            ),
            steps_per_point=1,
        ),
    ],
    # 3 people with the total 9: squares 27, 29, 33; a variance of 2 needs 31.
    "R101": [scored("sum", n=3, mean=D("3.00"), sd=D("1.41"))],
    "R102": [scored("answer", n=20, mean=D("0.30"), sd=D("0.46"))],
    # At most sqrt(4 * 16 * 30 / 29) = 8.14 with the mean 4, reached with 6 of 30 at the top.
    "R110": [
        scored("analogue", n=30, mean=D("4.00"), sd=D("8.20")),
        scored("analogue", n=30, mean=D("4.00"), se=D("1.50")),  # as SD: 8.2158
        aged(mean=D("66"), sd=D("9.0"), minimum=18, maximum=65),
        # At most sqrt(26 * 21 * 60 / 59) = 23.6.
        aged(mean=D("44.0"), sd=D("23.8"), minimum=18, maximum=65),
        # Two of 10 at 0 and 18: at least 18 / sqrt(2 * 9) = 4.24.
        scored("analogue", n=10, mean=D("9.0"), sd=D("4.1"), minimum=0, maximum=18),
    ],
    # 0.9 * sqrt(25) = 4.5; 1.9 is less than a third of 6.
    "R111": [
        of(
            result(
                means(
                    ketamine={"n": 25, "mean": 5, "sd": 0.9}, saline={"mean": 5, "sd": 4.4, "n": 25}
                )
            )
        ),
        scored("familiar", n=30, mean=D("8.0"), sd=D("1.9")),
    ],
    # 4 / sqrt(16) = 1; the interval is then 2 * 1.96 to 2 * 2.13 wide.
    "R112": [
        scored("analogue", n=16, mean=D("8.0"), sd=D("4.00"), se=D("1.20")),
        scored("analogue", n=16, mean=D("8.0"), sd=D("4.00"), ci_low=D("5.0"), ci_high=D("11.0")),
        paired(
            conditions={
                "ketamine": {"mean": 3, "sd": D("2.0")},
                "saline": {"mean": 5, "sd": D("2.5")},
            },
            mean_difference=-2,
            sd_difference=D("4.7"),
        ),
    ],
    "R120": [
        of(result(contrast("OR", 0.5, None, None, p=".000"))),
        of(result(contrast("OR", 0.5, None, None, p="0"))),
        of(result(contrast("OR", 0.5, None, None, p="1.2"))),
        of(said("It fell.", p="0.000")),
    ],
    # ln 5.7 over (ln 25.1 - ln 1.3) / 3.92: z = 2.30, P = 0.021.
    "R121": [
        of(result(contrast("OR", 5.7, 1.3, 25.1, p="0.04"))),
        of(result(contrast("MD", 2.0, None, None, se=0.9, p="0.001"))),  # z = 2.2
        of(said("It fell, t(20) = 2.53.", p="0.03")),  # R: 2 * pt(-2.53, 20) = 0.0199
        of(said("It fell, F(1, 24) = 5.1, p = 0.013")),  # R: 0.0333
        of(said("It fell, chi2(1, N = 40) = 6.63, p = 0.02")),  # R: 0.0100
        paired(t=D("2.50"), p="0.04"),  # R: 2 * pt(-2.5, 15) = 0.0245
        single(
            value={"n": 16}, change={"n": 16, "mean": D("-2.00"), "sd": D("3.00")}, p="0.04"
        ),  # t = 2.67, R: 0.0176
    ],
    "R122": [
        of(result(contrast("OR", 5.7, 1.3, 25.1, p="0.08"))),
        of(result(contrast("RR", 0.80, 0.55, 1.16, p="0.03"))),  # P = 0.24
        of(said("It fell, t = 2.029 with 20 degrees of freedom.", p="0.03")),  # R: 0.0560
        beside(COUNTS, contrast("RR", 0.37, None, None, p="0.02")),  # all tests 0.10 to 0.26
        beside(MEANS, contrast("MD", 2.0, None, None, p="0.02")),  # R: 0.12 and 0.10
    ],
    "R123": [
        beside(COUNTS, contrast("RR", 0.47, None, None)),
        beside(COUNTS, contrast("OR", 0.37, None, None)),  # 20 / 77 = 0.26
        beside(
            COUNTS, contrast("OR", D("0.29"), None, None)
        ),  # more than a conditional one differs
        beside(COUNTS, contrast("RD", -0.21, None, None)),
    ],
    "R124": [
        beside(MEANS, contrast("MD", -2.0, None, None)),
        beside(MEANS, contrast("SMD", 1.1, None, None)),  # 2 / 4.24 = 0.47; 0.40 to 0.67
        paired(conditions={"ketamine": {"mean": 3}, "saline": {"mean": 5}}, mean_difference=2),
        paired(mean_difference=D("-2.0"), sd_difference=D("4.0"), t=D("-3.0")),  # 2 / (4 / 4) = 2
        single(
            value={"n": 9, "mean": D("4.0")},
            baseline={"n": 9, "mean": D("6.5")},
            change={"n": 9, "mean": D("-3.5")},
        ),
    ],
    "R125": [
        of(result(contrast("MD", 2.0, 0.0, 4.0, se=2.0))),  # 4 / 3.92 = 1.02
        of(result(contrast("OR", 5.7, 1.3, 25.1, se=4.3))),  # not of the logarithm: 0.755
    ],
    "R130": [
        of(said("Of the ketamine group 14 of 17 (83 %) stayed.")),  # 82.35
        of(said("65.3 % (15/23) stayed.")),  # 65.217
        of(said("Of the women 48.2 % of 27 stayed.")),  # 13/27 = 48.148, 14/27 = 51.85
        of(result(COUNTS, notes="Printed as 7/17 = 42 %.")),  # 41.2
        study(notes=[{"about": "design", "text": "So 9 of 20 people (40 %) dropped out."}]),
    ],
    "R131": [
        study(
            outcome("relapse", result(events(ketamine=(2, 14), saline=(7, 17)))),
            arms=(arm("ketamine", None), arm("saline", None, control="inert placebo")),
            design={"enrolled_n": 30},
        ),
    ],
    # The percentages of dakwar-2020: 14/17 = 82.4 %, 15/23 = 65.2 %.
    "R132": [
        derived("82 % of 17 = 14/17 and 65 % of 23 = 15/23", ketamine=(12, 17), saline=(15, 23)),
        derived("82 % of 17 = 14", ketamine=(12, 17), saline=(15, 23)),
        derived("none, so 0 of 17", ketamine=(1, 17)),
        of(
            result(
                {"kind": "single events", "arm": "ketamine", "events": 13, "n": 17},
                field_sources={"data.events": {**PAPER, "derivation": "82 %: 14/17"}},
            )
        ),
    ],
    # t = 4.5 / 0.516 = 8.7; R: P far below 0.001.
    "R140": [
        baselines((D("14.30"), D("9.80"))),
        study(
            outcome(
                "abstinence", result(events(ketamine=(25, 30), saline=(5, 30)), phase="baseline")
            )
        ),
    ],
    # Differences of 0.005 at most: P above 0.98 six times over.
    "R141": [baselines(*[(D("9.80"), D("9.80"))] * 6)],
    "R145": [
        of(result(COUNTS), result(FAVOURS)),
        of(result(COUNTS), result({**FAVOURS, "direction": "favours control"}), better="lower"),
        of(
            result(contrast("MD", -2.0, -3.0, -1.0)),
            result({**FAVOURS, "experimental": ["ketamine"], "control": ["saline"]}),
        ),
        of(result(MEANS), result({**FAVOURS, "direction": "favours control"})),
        of(
            result(contrast("MD", 2, 1, 3)),
            result({**FAVOURS, "direction": "neither side said to do better"}),
        ),
    ],
    "R153": [
        study(
            outcome(
                "relapse",
                result(contrast("RR", 0.5, None, None, experimental=["low"])),
                result(contrast("RR", 0.6, None, None)),
            ),
            arms=(arm("low"), arm("ketamine"), arm("saline", control="inert placebo")),
        )
    ],
    "R155": [
        study(registrations=[{"registry": "the registry", "id": "NCT01234567"}]),
        study(
            sources={
                **SOURCES,
                "b": {
                    "document": "B",
                    "level": "press",
                    "doi": "10.1000/b",
                    "url": "https://doi.org/10.1000/c",
                },
            }
        ),
        study(reports=[{"citation": "C", "relation": "Letter.", "doi": "10.1000/b."}]),
        study(reports=[{"citation": "C", "relation": "Letter.", "doi": "10.1000/b)"}]),
        study(
            reports=[
                {
                    "citation": "C",
                    "relation": "Letter.",
                    "pmid": "123",
                    "url": "https://pubmed.ncbi.nlm.nih.gov/124/",
                }
            ]
        ),
    ],
    # 4.5 / 2.05 = 2.2.
    "R160": [
        of(
            result(
                means(
                    ketamine={"n": 30, "mean": 9.8, "sd": 2.1},
                    saline={"n": 30, "mean": 14.3, "sd": 2.0},
                )
            )
        ),
        of(result(contrast("SMD", -1.7, None, None)), construct="depression"),
    ],
}

SOUND: dict[str, Study] = {
    "the smallest spread there is": scored(
        "analogue", n=10, mean=D("9.0"), sd=D("4.2"), minimum=0, maximum=18
    ),
    "a difference and its t": paired(
        mean_difference=D("-2.0"), sd_difference=D("4.0"), t=D("-2.0"), p="0.06"
    ),
    "a percentage below its count": of(said("7.4 % of 27 people")),  # 2/27 = 7.407
    "an arm above enrolment is for R032 alone": study(
        outcome("relapse", result(events(ketamine=(2, 14), saline=(7, 17)))),
        arms=(arm("ketamine", 31), arm("saline", None, control="inert placebo")),
        design={"enrolled_n": 30},
    ),
    "baselines alike in coarse digits": baselines(*[(D("10"), D("10"))] * 6),
    "baselines unlike in coarse digits": baselines((D("10"), D("12"))),
    "words and a good that is low": of(result(COUNTS), result(FAVOURS), better="lower"),
    "a mean that whole numbers have": scored("sum", n=28, mean=D("5.18"), sd=D("1.19")),
    "any mean on an analogue scale": scored("analogue", n=28, mean=D("5.19")),
    "the largest spread there is": scored("analogue", n=30, mean=D("4.00"), sd=D("8.14")),
    "an age within the limits": aged(mean=D("44.0"), sd=D("23.5"), minimum=18, maximum=65),
    "a third of the usual spread": scored("familiar", n=30, mean=D("8.0"), sd=D("2.0")),
    "arms with different spreads": of(
        result(
            means(
                ketamine={"n": 25, "mean": 5, "sd": D("1.5")},
                saline={"n": 25, "mean": 5, "sd": D("4.4")},
            )
        )
    ),
    "a standard error beside its deviation": scored(
        "analogue",
        n=16,
        mean=D("8.0"),
        sd=D("4.00"),
        se=D("1.0"),
        ci_low=D("5.9"),
        ci_high=D("10.1"),
    ),
    "P of words": of(result(contrast("OR", 5.7, 1.3, 25.1, p="n.s."))),
    "P as rounded": of(result(contrast("OR", 5.7, 1.3, 25.1, p="0.02"))),
    "P with more digits": of(result(contrast("OR", 5.7, 1.3, 25.1, p="0.021"))),
    "P below a limit": of(result(contrast("OR", 5.7, 1.3, 25.1, p="<0.05"))),
    "P above a limit": of(result(contrast("RR", 0.80, 0.55, 1.16, p="> 0.05"))),
    # R: 2 * pt(-2.029, 20) = 0.0560 and 2 * pt(-6.533, 23) = 1.1e-6
    "t in words": of(said("It fell, t = 2.029 with 20 degrees of freedom.", p="0.056")),
    "t in a paper's form": of(
        said("It fell, t(23) = 6.533, p < .001, and later t(20) = 2.029, p = .06")
    ),
    "t of a crossover": paired(t=D("2.50"), p="0.02"),
    "a ratio of the counts": beside(COUNTS, contrast("RR", D("0.37"), None, None, p="0.17")),
    "a conditional odds ratio": beside(COUNTS, contrast("OR", D("0.27"), None, None)),
    "a difference in percent": beside(COUNTS, contrast("RD", D("-25.8"), None, None)),
    "an adjusted ratio": beside(COUNTS, contrast("RR", D("0.47"), None, None, adjusted=True)),
    "a ratio of other people": beside(
        COUNTS, contrast("RR", D("0.47"), None, None, n={"ketamine": 12, "saline": 17})
    ),
    "a difference of the means": beside(MEANS, contrast("MD", D("2.0"), None, None, p="0.11")),
    "a standardised difference": beside(MEANS, contrast("SMD", D("0.47"), None, None)),
    "a standard error of a logarithm": of(result(contrast("OR", 5.7, 1.3, 25.1, se=D("0.76")))),
    "counts as derived": derived(
        "82 % of 17 = 14/17 and 65 % of 23 = 15/23", ketamine=(14, 17), saline=(15, 23)
    ),
    "counts of other people in the derivation": derived("3/20 before", ketamine=(14, 17)),
    "the rest of a derived count": derived("3 of 17 relapsed, 17 - 3 = 14", ketamine=(14, 17)),
    "days in a derivation": derived("24 h / 168 = 0.14", ketamine=(14, 17)),
    "percentages of counts": of(
        said("14 of 17 (82 %), 15/23 (65.2 %) and 21 % (3/14); 1/8 = 12.5 %.")
    ),
    "percentages of what is not counted": of(said("48.2 % of 27 days, 51.9 % of 27 people.")),
    "one value less than enrolled": study(
        outcome("relapse", result(events(ketamine=(2, 13), saline=(7, 17)))),
        arms=(arm("ketamine", None), arm("saline", None, control="inert placebo")),
        design={"enrolled_n": 30},
    ),
    "baselines that differ by chance": baselines((D("9.80"), D("10.60")), (D("9.1"), D("8.3"))),
    "unlike groups that nobody randomised": baselines((D("14.30"), D("9.80")), randomised="no"),
    "a few baselines alike": baselines(*[(D("9.80"), D("9.80"))] * 3),
    "many baselines as chance has them": baselines(
        *[(D("9.80"), D("9.80") + D(i) / 10) for i in range(8)]
    ),
    "words that fit the numbers": of(
        result(COUNTS), result({**FAVOURS, "direction": "favours control"})
    ),
    "words about another time": of(result(COUNTS), result(FAVOURS, weeks=4)),
    "one arm in contrasts that stand behind each other": study(
        outcome(
            "relapse",
            result(contrast("RR", 0.6, None, None), id="a"),
            result(contrast("RR", 0.5, None, None, experimental=["low"]), secondary_to="a"),
        ),
        arms=(arm("low"), arm("ketamine"), arm("saline", control="inert placebo")),
    ),
    "identifiers that agree": study(
        reports=[
            {
                "citation": "C",
                "relation": "Letter.",
                "doi": "10.1016/S0006-3223(99)00230-9",
                "url": "https://doi.org/10.1016/s0006-3223(99)00230-9",
            }
        ]
    ),
    "a large difference of no reference": of(
        result(contrast("SMD", -2.7, None, None)), construct="other"
    ),
}
ONE_BY_ONE = [(code, record) for code, records in BROKEN.items() for record in records]


def test_every_rule_has_a_test_that_breaks_it() -> None:
    assert set(BROKEN) == {code for code in RULES if code >= "R100"} - BETWEEN


@pytest.mark.parametrize(("code", "record"), ONE_BY_ONE)
def test_a_broken_rule_is_named_with_its_place(code: str, record: Study) -> None:
    broken = found(record)
    assert {finding.code for finding in broken} == {code}, broken
    for finding in broken:
        assert finding.where
        assert finding.message.endswith(".")
        assert finding.hint.endswith(".")


@pytest.mark.parametrize("record", SOUND.values(), ids=SOUND.keys())
def test_what_comes_close_is_no_finding(record: Study) -> None:
    assert found(record) == []


def test_findings_ask_for_a_look_and_none_makes_a_record_unusable_but_an_impossible_p() -> None:
    severities = {code: RULES[code].severity for code in RULES if code >= "R100"}
    assert [c for c, s in severities.items() if s is Severity.ERROR] == ["R120"]
    assert [c for c, s in severities.items() if s is Severity.NOTE] == ["R160"]
    assert all(RULES[code].waivable for code in severities if code != "R120")


def test_a_finding_says_the_numbers_and_what_to_do() -> None:
    """R: the likelihood ratio test gives 0.1172, Yates' correction 0.2603."""
    (finding,) = found(beside(COUNTS, contrast("RR", D("0.37"), None, None, p="0.02")))
    assert finding.where == ("outcomes", 0, "results", 1, "data", "p")
    assert finding.message == (
        "P = 0.02 does not fit 2/13 and 7/17, which gives 0.117 to 0.26 on the other side of 0.05."
    )
