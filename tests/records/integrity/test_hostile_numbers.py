"""No number, however odd, makes a rule fail or hang."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.records.integrity.test_integrity_rules import VOCABULARY
from tests.records.makers import contrast, events, means, outcome, result, study

from ketameta.records import integrity
from ketameta.records.yaml_scalars import MAX_EXPONENT

EXTREMES = [
    *("0", "-0", "0.000", "1", "-1", "1e-5", "14.30", "0.5", "20", "100", "3e8"),
    *(f"1e{MAX_EXPONENT}", f"-9.99e{MAX_EXPONENT}", f"1e-{MAX_EXPONENT}", "123456789012345678"),
]
numbers = st.sampled_from([Decimal(text) for text in EXTREMES])
sizes = st.sampled_from([Decimal(t) for t in EXTREMES if not t.startswith("-")])
people = st.sampled_from([1, 2, 3, 17, 400, 10**6, 10**15])
some = st.none()
p_values = st.none() | st.sampled_from(
    ["0", "<.001", "0.05", "1e-400", "n.s.", "1" * 4000, ">1", ""]
)
summaries = st.fixed_dictionaries(
    {"n": people | some},
    optional={
        **dict.fromkeys(("mean", "ci_low", "ci_high", "minimum", "maximum"), numbers),
        **dict.fromkeys(("sd", "se"), sizes),
    },
)
pairs = st.tuples(people, people).map(lambda pair: (min(pair), max(pair)))
instruments = st.sampled_from(["sum", "analogue", "familiar", "answer"])
FAST = settings(
    max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def check(*data: dict[str, Any], instrument: str = "sum", phase: str = "baseline") -> None:
    results = [result(part, phase=phase) for part in data]
    said = {"kind": "statement", "text": "So.", "direction": "neither side said to do better"}
    record = study(outcome("craving", *results, result(said, phase=phase), instrument=instrument))
    for finding in integrity.check(record, VOCABULARY):
        assert finding.message.endswith(".")


@FAST
@given(summaries, summaries, numbers, numbers, p_values, instruments)
def test_means_and_a_contrast(
    first: dict[str, Any],
    second: dict[str, Any],
    estimate: Decimal,
    high: Decimal,
    p: str | None,
    instrument: str,
) -> None:
    levels = means(ketamine=first, saline=second)
    reported = contrast("MD", estimate, estimate - 1, high, p=p or None, se=Decimal("1e-9"))
    check(levels, reported, {**reported, "measure": "SMD"}, instrument=instrument)
    single = {"kind": "single means", "arm": "ketamine", "value": first, "baseline": second}
    check({**single, "change": first, "p": p or None}, instrument=instrument)
    both = {"ketamine": first, "saline": second}
    crossed = {"kind": "paired", "experimental": "ketamine", "control": "saline", "n": 3}
    check({**crossed, "conditions": both, "mean_difference": estimate, "p": p or None, "t": high})


@FAST
@given(pairs, pairs, sizes, sizes, p_values)
def test_counts_and_a_ratio(
    first: tuple[int, int], second: tuple[int, int], low: Decimal, high: Decimal, p: str | None
) -> None:
    counts = events(ketamine=first, saline=second)
    for measure in ("OR", "RR", "HR", "RD"):
        check(counts, contrast(measure, low, low / 2, high, p=p or None, se=high or None))


def test_texts_of_digits_and_brackets_take_no_time() -> None:
    for text in (
        "1" * 50_000,
        "1 of " * 20_000,
        "t(" * 20_000,
        "12 % (" * 20_000,
        "F(1, 2) = " * 9000,
    ):
        said = {"kind": "statement", "text": text, "direction": "not reported", "p": "0.05"}
        record = study(outcome("craving", result(said)), notes=[{"about": "design", "text": text}])
        assert list(integrity.check(record, VOCABULARY)) == []
