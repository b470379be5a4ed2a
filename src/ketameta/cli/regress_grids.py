"""Meta-regressions for reading: coefficients, terms, contrasts, predictions and scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ketameta.cli.coefficients import coefficient_grid
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
from ketameta.pooling.regression_result import RegressionResult

EXTRAS = {"p_adjusted": "Adjusted", "p_permutation": "By permutation"}
RESIDUALS = {
    "study": "Study",
    "yi": "yi",
    "fitted": "Fitted",
    "residual": "Residual",
    "rstandard": "Standardised",
    "rstudent": "Studentised",
    "cooks_distance": "Cook's distance",
    "hat": "Leverage",
}
COLLINEAR = 5.0
"""A variance inflation factor above it is commonly called high."""


def _p_values(rows: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """The P values of several tests beside each other, where some were adjusted or permuted."""
    extra = {name: title for name, title in EXTRAS.items() if any(name in row for row in rows)}
    if extra:
        yield Heading("P values")
        titles = {"name": "Coefficient", "p_value": "As above", **extra}
        yield statistics_grid(rows, titles, text=("name",))


def permutation_text(found: Mapping[str, Any] | None) -> str:
    """The permutation test of all moderators, in words."""
    if found is None:
        return ""
    how = "all" if found["exact"] else "random"
    p = NUMBERS.p_value(found["omnibus_p"])
    return (
        f"{p} of all moderators, {how} {found['arrangements']} arrangements (smallest possible P "
        f"{number_text(found['smallest_p'])})"
    )


def further_blocks(
    sample: Sample, found: RegressionResult, values: Mapping[str, Any]
) -> Iterator[Block]:
    """Terms where there are several, contrasts, predictions, the scale model, residuals."""
    contrasts = [] if values["contrasts"] is None else values["contrasts"]["rows"]
    if contrasts:
        yield Heading("Contrasts")
        yield coefficient_grid(contrasts)
    yield from _p_values([*values["coefficients"], *contrasts])
    yield from _terms(values["terms"])
    if values["predictions"]:
        new = "" if found.tau2_method == "EE" else "New study"
        yield from prediction_blocks(sample, values["predictions"], found.level, new)
    if values["scale"] is not None:
        yield from _scale(values["scale"])
    if values["studies"] and "residual" in values["studies"][0]:
        yield Heading("Residuals")
        yield statistics_grid(values["studies"], RESIDUALS, text=("study",))


def _terms(rows: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    if len(rows) < 2:
        return
    yield Heading("Terms")
    shown = [{**row, "df_denominator": whole(row.get("df_denominator"))} for row in rows]
    titles = {
        "term": "Term",
        "statistic": "F or chi²",
        "df": "df",
        "df_denominator": "of",
        "p_value": "P",
        "vif": "VIF",
    }
    yield statistics_grid(shown, titles, text=("term",))
    if any((row["vif"] or 0.0) > COLLINEAR for row in rows):
        text = "Terms with a variance inflation factor (VIF) above 5 can hardly be told apart."
        yield Paragraph(text, tone="caution")


def prediction_blocks(
    sample: Sample, rows: Sequence[Mapping[str, Any]], level: float, new_title: str
) -> Iterator[Block]:
    """Predicted effects; intervals for what is new under `new_title`, none where it is empty."""
    means = [(row["estimate"], row["ci_low"], row["ci_high"]) for row in rows]
    ahead = [(row["estimate"], row["pi_low"], row["pi_high"]) for row in rows]
    mean, new = (effect_texts(sample.measure, level, triples) for triples in (means, ahead))
    shown = [
        {"at": _place(row["at"]), "mean": mean[i], "new": new[i].partition("[")[2].join(("[", ""))}
        for i, row in enumerate(rows)
    ]
    titles = {"at": "At", "mean": effect_title(sample.measure, level), "new": new_title}
    if not new_title:
        del titles["new"]
    yield Heading("Predicted effects")
    yield statistics_grid(shown, titles, text=tuple(titles))
    far = [_place(row["at"]) for row in rows if (row["leverage"] or 0.0) > 1.0]
    if far:
        text = f"Further out than any study, so an extrapolation: {'; '.join(far)}."
        yield Paragraph(text, tone="caution")


def _place(at: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in at.items()
    )


def _scale(values: Mapping[str, Any]) -> Iterator[Block]:
    yield Heading("Location-scale model", values["method"])
    yield Paragraph(f"Mean effect, allowing for differences in τ² by {values['formula']}:")
    yield coefficient_grid(values["location"])
    yield Paragraph("Logarithm of τ²:")
    yield coefficient_grid(values["coefficients"])
    same = values["homogeneity"]
    sizes = [row["tau2"] for row in values["tau2"]]
    yield fields(
        (
            "One τ² for all?",
            None
            if same is None
            else f"chi² = {number_text(same['statistic'])} on {same['df']} df, "
            f"{NUMBERS.p_value(same['p_value'])}",
        ),
        ("τ² of studies", f"{number_text(min(sizes))} to {number_text(max(sizes))}"),
    )
    for warning in values["warnings"]:
        yield Paragraph(warning["message"], tone="caution")
