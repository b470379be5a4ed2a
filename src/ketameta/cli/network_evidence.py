"""What a network rests on and where its designs disagree, for reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ketameta.cli.document import Block, Heading, Paragraph
from ketameta.cli.reading import NUMBERS, statistics_grid

NAMED = 3
"""Sources of an estimate that are named; the rest stand in JSON."""


def design_blocks(values: Mapping[str, Any]) -> Iterator[Block]:
    """Each design: disagreement within it, and between designs once it is set free."""
    designs = values["designs"]
    if len(designs) < 2 or not values["q_between"]["df"]:
        return
    rows = [
        {
            "design": one["design"],
            "k": len(one["studies"]),
            "within": one["within"]["q"] if one["within"]["df"] else None,
            "q": one["between_without"]["q"],
            "df": one["between_without"]["df"],
            "p": one["between_without"]["p"],
        }
        for one in designs
    ]
    yield Heading("Designs", "Q between designs once each is set free")
    titles = {
        "design": "Design",
        "k": "k",
        "within": "Q within",
        "q": "Q without it",
        "df": "df",
        "p": "P",
    }
    yield statistics_grid(rows, titles, text=("design",))
    yield from _hottest(values["net_heat"])


def _hottest(heat: Mapping[str, Any]) -> Iterator[Block]:
    """The pair of designs whose disagreement falls most when one of them is set free."""
    falls = [
        (change, heat["designs"][j], heat["designs"][i])
        for i, row in enumerate(heat["change"])
        for j, change in enumerate(row)
        if i != j and change > 0.0
    ]
    if falls:
        change, freed, other = max(falls)
        text = (
            f"Net heat: setting {freed} free lowers the disagreement of {other} most "
            f"(Q lower by {change:.2f})."
        )
        yield Paragraph(text, tone="quiet")


def contribution_blocks(values: Mapping[str, Any], reference: str) -> Iterator[Block]:
    """Where the estimates against the reference come from: comparisons, and studies."""
    found = values["contributions"]
    if found is None or len(values["treatments"]) < 3:
        return
    rows = []
    for i, (first, second) in enumerate(found["comparisons"]):
        if reference not in (first, second):
            continue
        other = second if first == reference else first
        direct = [" vs ".join(pair) for pair in found["direct"]]
        rows.append(
            {
                "comparison": f"{other} vs {reference}",
                "direct": _largest(direct, found["shares"][i]),
                "studies": _largest(found["studies"], found["study_shares"][i]),
            }
        )
    yield Heading("Where the estimates come from")
    titles = {"comparison": "Comparison", "direct": "Direct comparisons", "studies": "Studies"}
    yield statistics_grid(rows, titles, text=tuple(titles))


def _largest(names: Sequence[str], shares: Sequence[float]) -> str:
    order = sorted(range(len(names)), key=lambda i: -shares[i])
    kept = [i for i in order[:NAMED] if shares[i] >= 0.005]
    said = [f"{names[i]} {NUMBERS.percent(100 * shares[i], 0)}" for i in kept]
    left = sum(1 for share in shares if share >= 0.005) - len(kept)
    return "; ".join([*said, *([f"{left} more"] if left else [])])
