"""The catalog of generalised linear mixed models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ketameta.errors import UsageError
from ketameta.pooling.look_up import look_up


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model.

    Attributes
    ----------
    measures
        What it can estimate: OR and PLO from counts, IRR and IRLN from rates.
    metafor
        The call of `rma.glmm` that fits the same model; "" where there is none.
    """

    code: str
    name: str
    summary: str
    reference: str
    doi: str
    measures: tuple[str, ...]
    metafor: str
    aliases: tuple[str, ...] = ()


_JACKSON = ("Jackson and colleagues 2018", "10.1002/sim.7588")
_STIJNEN = ("Stijnen and colleagues 2010", "10.1002/sim.4040")

GLMM_MODELS: Mapping[str, ModelEntry] = {
    entry.code: entry
    for entry in (
        ModelEntry(
            "CM.EL",
            "conditional model, exact likelihood",
            "The default: given the total of events each table is non-central hypergeometric "
            "(rates: binomial), so that no study intercepts are needed and single zeros do no "
            "harm.",
            *_STIJNEN,
            ("OR", "IRR"),
            'rma.glmm(measure = "OR", model = "CM.EL")',
            ("cmel", "exact", "hypergeometric-normal"),
        ),
        ModelEntry(
            "CM.AL",
            "conditional model, approximate likelihood",
            "The same with a binomial instead of the hypergeometric distribution: good where "
            "events are rare, and quick with large tables.",
            *_STIJNEN,
            ("OR",),
            'rma.glmm(measure = "OR", model = "CM.AL")',
            ("cmal", "approximate"),
        ),
        ModelEntry(
            "UM.FS",
            "unconditional model, fixed study effects",
            "Logistic (rates: Poisson) regression with one intercept per study and random "
            "treatment effects of -1/2 and +1/2 in the two groups.",
            *_JACKSON,
            ("OR", "IRR"),
            'rma.glmm(measure = "OR", model = "UM.FS")',
            ("umfs",),
        ),
        ModelEntry(
            "UM.RS",
            "unconditional model, random study effects",
            "The same with normally distributed intercepts, independent of the treatment effects.",
            *_JACKSON,
            ("OR", "IRR"),
            'rma.glmm(measure = "OR", model = "UM.RS")',
            ("umrs",),
        ),
        ModelEntry(
            "LOGIT-NORMAL",
            "binomial-normal model of one group",
            "Log odds of an event in a single group, normally distributed between studies.",
            "Hamza and colleagues 2008",
            "10.1016/j.jclinepi.2007.03.016",
            ("PLO",),
            'rma.glmm(measure = "PLO")',
            ("binomial-normal", "PLO"),
        ),
        ModelEntry(
            "POISSON-NORMAL",
            "Poisson-normal model of one group",
            "Log rate of events in a single group, normally distributed between studies.",
            *_STIJNEN,
            ("IRLN",),
            'rma.glmm(measure = "IRLN")',
            ("IRLN",),
        ),
    )
}


def glmm_model(code: str, measure: str) -> ModelEntry:
    """The model of that code, in any case, if it can estimate the measure.

    Raises
    ------
    UsageError
        When there is none, or none for these data.
    """
    entry = look_up(GLMM_MODELS, code, "mixed model")
    if measure not in entry.measures:
        fitting = [other.code for other in GLMM_MODELS.values() if measure in other.measures]
        raise UsageError(
            f"mixed model: {entry.code} does not estimate {measure}. Use {' or '.join(fitting)}."
        )
    return entry
