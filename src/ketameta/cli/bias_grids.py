"""Methods for small-study effects for reading: one grid for each kind of method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ketameta.cli.data_samples import Sample
from ketameta.cli.document import Block, Heading, Paragraph, fields
from ketameta.cli.reading import (
    NUMBERS,
    effect_texts,
    effect_title,
    number_text,
    statistics_grid,
    whole,
)
from ketameta.sensitivity.bias.copas_search import LARGEST_RHO
from ketameta.sensitivity.bias.names import ASYMMETRY, FAIL_SAFE

Row = Mapping[str, Any]
# A tau2 below this share of the typical variance stands at the edge of the search.
AS_GOOD_AS_NONE = 1e-8
NAMES = {"pet": "PET", "peese": "PEESE", "pet-peese": "PET-PEESE", "waap": "WAAP"}
ASYMMETRY_TITLES = {
    "test": "Test",
    "k": "k",
    "predictor": "Regressed on",
    "statistic": "Statistic",
    "df": "df",
    "p_value": "P",
    "slope": "Slope",
    "limit": "At the limit",
}


def bias_blocks(sample: Sample, tests: Sequence[Row], level: float) -> Iterator[Block]:
    """What was found, under a heading for each kind where there are several kinds."""
    kinds = [(title, blocks) for title, blocks in _kinds(sample, tests, level) if blocks]
    for title, blocks in kinds:
        if len(kinds) > 1:
            yield Heading(title)
        yield from blocks


def _kinds(
    sample: Sample, tests: Sequence[Row], level: float
) -> Iterator[tuple[str, Sequence[Block]]]:
    yield "Is the funnel plot asymmetric?", _asymmetry([t for t in tests if t["test"] in ASYMMETRY])
    means = [t for t in tests if t["test"] in (*NAMES, "limit") or t["test"] == "copas"]
    yield "The mean, adjusted", _means(sample, means, level)
    for test in tests:
        if test["test"] == "copas":
            yield "Copas model: the more selection supposed", _copas(sample, test, level)
        elif test["test"] == "limit":
            yield "Limit meta-analysis: what the line takes up", _limit(test)
        elif test["test"] == "p-curve":
            yield "P-curve", _p_curve(test)
        elif test["test"] == "excess":
            yield "More small P values than the studies' power allows?", _excess(test)
        elif test["test"] == "contours":
            yield "Studies between the contours of the funnel plot", _contours(test)
    yield "Fail-safe N", _fail_safe([t for t in tests if t["test"] in FAIL_SAFE])


def _asymmetry(tests: Sequence[Row]) -> list[Block]:
    if not tests:
        return []
    kept = {
        name: title
        for name, title in ASYMMETRY_TITLES.items()
        if name == "test" or any(test.get(name) is not None for test in tests)
    }
    rows = [{**test, "df": whole(test.get("df"))} for test in tests]
    return [statistics_grid(rows, kept, text=("test", "predictor"))]


def _means(sample: Sample, tests: Sequence[Row], level: float) -> list[Block]:
    if not tests:
        return []
    triples = [(t["estimate"], t["ci_low"], t["ci_high"]) for t in tests]
    effects = effect_texts(sample.measure, level, triples)
    rows = [
        {**test, "name": _name(test), "effect": effects[i], "note": _note(test)}
        for i, test in enumerate(tests)
    ]
    titles = {
        "name": "Method",
        "k": "k",
        "effect": effect_title(sample.measure, level),
        "p_value": "P",
        "note": "",
    }
    return [statistics_grid(rows, titles, text=("name", "effect", "note"))]


def _name(test: Row) -> str:
    other = {"limit": "limit meta-analysis", "copas": "Copas model"}
    return NAMES.get(test["test"]) or other[test["test"]]


def _note(test: Row) -> str:
    if test["test"] == "pet-peese":
        return "" if test["chosen"] is None else f"{test['chosen']} by the rule"
    if test["test"] == "waap":
        powered = len(test["powered"])
        return f"{powered} powered" if test["method"] == "WAAP" else "all studies, hardly any power"
    if test["test"] == "limit":
        return f"tau2 {number_text(test['tau2'])}"
    if test["test"] == "copas":
        chance = test["chance_smallest"]
        return "no row leaves no asymmetry" if chance is None else f"chance {chance:g}"
    return f"slope {number_text(test['slope'])}"


def _copas(sample: Sample, test: Row, level: float) -> list[Block]:
    triples = [(r["estimate"], r["ci_low"], r["ci_high"]) for r in test["rows"]]
    effects = effect_texts(sample.measure, level, triples)
    least = AS_GOOD_AS_NONE * float(np.median(sample.estimates.v))
    rows = [
        {**row, "effect": effects[i], "tau2": 0.0 if row["tau2"] < least else row["tau2"]}
        for i, row in enumerate(test["rows"])
    ]
    titles = {
        "chance_smallest": "Chance",
        "effect": effect_title(sample.measure, level),
        "tau2": "tau2",
        "rho": "rho",
        "unpublished": "Unpublished",
        "residual_p": "P of asymmetry left",
    }
    text = (
        "Chance: that the least precise study was published. The first row whose P of asymmetry "
        "left is above 0.1 is the adjusted mean."
    )
    if any(abs(row["rho"]) >= LARGEST_RHO for row in rows):
        text += " Where rho stands at its bound it is taken as known: the interval is too narrow."
    return [statistics_grid(rows, titles, text=("effect",)), Paragraph(text, tone="quiet")]


def _limit(test: Row) -> list[Block]:
    rows = [
        {"what": "all", "q": test["q"], "df": test["k"] - 1, "p": None},
        {"what": "small-study effects", "q": test["q_small"], "df": 1, "p": test["q_small_p"]},
        {
            "what": "left beside them",
            "q": test["q_residual"],
            "df": test["k"] - 2,
            "p": test["q_residual_p"],
        },
    ]
    titles = {"what": "Heterogeneity", "q": "Q", "df": "df", "p": "P"}
    return [statistics_grid(rows, titles, text=("what",))]


def _p_curve(test: Row) -> list[Block]:
    if test["right_skew"] is None:
        return [Paragraph(f"None of {test['k']} P values is below 0.05.")]
    rows = [
        _p_row("P below 0.05, uniform?", test["right_skew"]),
        _p_row("P below 0.025, uniform?", test["right_skew_half"]),
        {"what": "as many below 0.025 by chance?", "p_value": test["right_skew_binomial"]},
        _p_row("P below 0.05, flatter than power 1/3?", test["flatness"]),
        _p_row("P below 0.025, flatter than power 1/3?", test["flatness_half"]),
        {"what": "as few below 0.025 with power 1/3?", "p_value": test["flatness_binomial"]},
    ]
    titles = {"what": "Question", "k": "k", "z": "z", "p_value": "P"}
    power = [test[name] for name in ("power", "power_ci_low", "power_ci_high")]
    said = [NUMBERS.percent(100 * value, 0) for value in power if value is not None]
    return [
        statistics_grid(rows, titles, text=("what",)),
        fields(
            ("Evidential value", "yes" if test["evidential_value"] else "not shown"),
            ("Inadequate", "yes" if test["inadequate"] else "not shown"),
            ("Average power", f"{said[0]} (90 % interval {said[1]} to {said[2]})"),
        ),
    ]


def _p_row(what: str, found: Row | None) -> dict[str, Any]:
    return {"what": what, **(found or {})}


def _excess(test: Row) -> list[Block]:
    titles = {
        "k": "k",
        "observed": "P < 0.05",
        "expected": "Expected",
        "p_value": "P",
        "excess_test": "Test",
        "theta": "Effect supposed",
        "limit_theta": "Effect at P = 0.1",
    }
    return [statistics_grid([test], titles, text=("excess_test",))]


def _contours(test: Row) -> list[Block]:
    if not test["bands"]:
        return [Paragraph("The measure has no value of no difference, so no contours.")]
    rows = [
        {
            "band": f"{band['p_from']:g} to {band['p_to']:g}",
            "count": band["count"],
            "share": NUMBERS.percent(100 * band["share"], 0),
        }
        for band in test["bands"]
    ]
    return [
        statistics_grid(
            rows, {"band": "P of the study", "count": "Studies", "share": "Share"}, text=("band",)
        )
    ]


def _fail_safe(tests: Sequence[Row]) -> list[Block]:
    if not tests:
        return []
    titles = {
        "test": "Method",
        "k": "k",
        "n": "Fail-safe N",
        "tolerance": "Doubtful below",
        "p_value": "P to undo",
        "mean": "Mean",
        "target": "Target",
    }
    kept = {
        n: t
        for n, t in titles.items()
        if n in ("test", "n") or any(x[n] is not None for x in tests)
    }
    return [statistics_grid(tests, kept, text=("test",))]
