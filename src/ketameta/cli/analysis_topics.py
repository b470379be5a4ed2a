"""Topics of `ketameta explain` for analyses beyond pooling: sensitivity, bias, regression, ..."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ketameta.cli.topic import Topic, prose
from ketameta.pooling.bayes.prior_catalog import PRIORS
from ketameta.pooling.glmm.models import GLMM_MODELS
from ketameta.pooling.multilevel_choices import MULTILEVEL_TESTS
from ketameta.pooling.multilevel_correlation import STRUCTURES as CORRELATIONS
from ketameta.pooling.multilevel_structures import STRUCTURES
from ketameta.pooling.network.splitting import SPLITS
from ketameta.pooling.regression_choices import COEFFICIENT_TESTS
from ketameta.pooling.regression_multiplicity import ADJUSTMENTS
from ketameta.pooling.robust_catalog import SANDWICHES
from ketameta.sensitivity.catalog import METHODS

KINDS = {
    "influence": "sensitivity analysis",
    "choices": "sensitivity analysis",
    "data": "sensitivity analysis",
    "bias": "method for small-study effects",
    "plot": "data of a plot",
}
CATALOGS: tuple[tuple[Any, str, str], ...] = (
    (COEFFICIENT_TESTS, "test of coefficients", "ketameta regress --ci {}"),
    (ADJUSTMENTS, "adjustment for several tests", "ketameta regress --adjust {}"),
    (MULTILEVEL_TESTS, "test in multilevel models", "ketameta multilevel --test {}"),
    (SANDWICHES, "cluster-robust variance", "ketameta multilevel --robust {}"),
    (STRUCTURES, "structure of outcomes", "ketameta multilevel --outcome COLUMN --structure {}"),
)
"""Catalogs of methods, what they hold in words, and how one is asked for."""


def analysis_topics() -> Iterator[Topic]:
    """Every sensitivity analysis, method for bias, and method of the larger models."""
    yield from _sensitivity()
    for catalog, kind, command in CATALOGS:
        for method in catalog.values():
            facts = (
                ("Also called", ", ".join(method.aliases)),
                ("Chosen by", command.format(method.code)),
                ("Reference", _source(method)),
            )
            yield Topic(
                kind, method.code, method.name, (method.summary,), facts, aliases=method.aliases
            )
    yield from _errors()
    yield from _models()
    yield from _priors()
    for code, meaning in SPLITS.items():
        text = f"{meaning[:1].upper()}{meaning[1:]}."
        chosen = (("Chosen by", f"ketameta network --split {code}"),)
        yield Topic("direct against indirect evidence", code, "", (text,), chosen)


def _errors() -> Iterator[Topic]:
    """How sampling errors of one cluster correlate."""
    chosen = {
        "CS": "--rho",
        "CAR": "--phi and --time",
        "CS+CAR": "--rho, --phi and --time",
        "CS*CAR": "--rho, --phi, --time and --outcome",
    }
    for code, option in chosen.items():
        text = f"{CORRELATIONS[code][:1].upper()}{CORRELATIONS[code][1:]}."
        facts = (("Chosen by", f"ketameta multilevel or aggregate {option}"),)
        yield Topic("correlation of sampling errors", code, "", (text,), facts)


def _sensitivity() -> Iterator[Topic]:
    for method in METHODS.values():
        facts = (("Run by", f"ketameta {method.command}"), ("Reference", _source(method)))
        meaning = (method.summary, *prose(method.compute()))
        name = "" if method.name.casefold() == method.code.casefold() else method.name
        # "bias --test ruecker", "sensitivity --kind qq": the short name is known as well.
        words = method.command.split()
        short = tuple(word for word in words[2:3] if word != method.code)
        yield Topic(KINDS[method.kind], method.code, name, meaning, facts, aliases=short)


def _models() -> Iterator[Topic]:
    for model in GLMM_MODELS.values():
        paired = {"OR", "IRR"} & set(model.measures)
        chosen = f"--method glmm:{model.code.lower()}" if paired else "in Python: glmm"
        facts = (
            ("Measures", ", ".join(model.measures)),
            ("Chosen by", chosen),
            ("In metafor", model.metafor),
            ("Reference", _source(model)),
        )
        aliases = tuple(name for name in model.aliases if name not in model.measures)
        yield Topic("mixed model", model.code, model.name, (model.summary,), facts, aliases=aliases)


def _priors() -> Iterator[Topic]:
    for prior in PRIORS.values():
        facts = (
            ("Written", prior.usage),
            ("Chosen by", "ketameta bayes --prior"),
            ("Reference", _source(prior)),
        )
        meaning = (prior.summary,)
        yield Topic("prior of tau", prior.code, prior.name, meaning, facts, aliases=prior.aliases)


def _source(entry: Any) -> str:
    return f"{entry.reference}, doi:{entry.doi}" if entry.doi else str(entry.reference)
