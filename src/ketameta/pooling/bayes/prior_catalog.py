"""Every prior of tau by its code, and priors from text such as "half-normal:0.5"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ketameta.errors import UsageError
from ketameta.pooling.bayes.hierarchy import NormalPrior
from ketameta.pooling.bayes.log_priors import LogNormalTau2, LogTTau2
from ketameta.pooling.bayes.priors import (
    Exponential,
    HalfNormal,
    HalfT,
    Lomax,
    TauPrior,
    Uniform,
    UniformRoot,
)
from ketameta.pooling.bayes.published_priors import rhodes, turner
from ketameta.pooling.bayes.study_priors import (
    berger_deely,
    conventional,
    dumouchel,
    jeffreys,
    overall_jeffreys,
    shrinkage,
    uniform_i2,
)
from ketameta.pooling.look_up import look_up


@dataclass(frozen=True, slots=True)
class PriorEntry:
    """One line of the catalog of priors.

    Attributes
    ----------
    usage
        How to write it, with its arguments.
    function
        Makes the prior from the arguments: numbers, or words where `words` is true.
    counts
        Numbers of arguments that may be given.
    """

    code: str
    name: str
    usage: str
    summary: str
    reference: str
    doi: str
    function: Callable[..., TauPrior]
    counts: tuple[int, ...]
    words: bool = False
    aliases: tuple[str, ...] = ()


def half_cauchy(scale: float) -> HalfT:
    """|scale * Cauchy|: allows values of tau that are rarely plausible.

    References
    ----------
    Polson NG, Scott JG. Bayesian Analysis 2012;7:887-902. doi:10.1214/12-BA730.
    """
    return HalfT(scale, 1.0)


_ROEVER = ("Roever and colleagues 2021", "10.1002/jrsm.1475")
_ROEVER_2020 = ("Roever 2020", "10.18637/jss.v093.i06")
_GELMAN = ("Gelman 2006", "10.1214/06-BA117A")

PRIORS: Mapping[str, PriorEntry] = {
    entry.code: entry
    for entry in (
        PriorEntry(
            "half-normal",
            "half-normal",
            "half-normal:SCALE",
            "The default with scale 0.5 for log ratios and standardised mean differences.",
            *_ROEVER,
            HalfNormal,
            (1,),
            aliases=("halfnormal", "hn"),
        ),
        PriorEntry(
            "half-cauchy",
            "half-Cauchy",
            "half-cauchy:SCALE",
            "Heavy tail; allows values of tau that are rarely plausible.",
            "Polson and Scott 2012",
            "10.1214/12-BA730",
            half_cauchy,
            (1,),
            aliases=("halfcauchy", "hc"),
        ),
        PriorEntry(
            "half-t",
            "half-Student-t",
            "half-t:SCALE,DF",
            "Between the half-normal and the half-Cauchy.",
            *_GELMAN,
            HalfT,
            (2,),
            aliases=("halft",),
        ),
        PriorEntry(
            "exponential",
            "exponential",
            "exponential:MEAN",
            "Heavier tail than the half-normal; one parameter, its mean.",
            *_ROEVER,
            Exponential,
            (1,),
            aliases=("exp",),
        ),
        PriorEntry(
            "lomax",
            "Lomax (Pareto from 0)",
            "lomax:SHAPE,SCALE",
            "Heavy tail of adjustable weight.",
            *_ROEVER,
            Lomax,
            (2,),
        ),
        PriorEntry(
            "uniform",
            "uniform on tau",
            "uniform:UPPER, or uniform without an end",
            "Without an end it is improper and needs three studies; favours large values of tau.",
            *_GELMAN,
            Uniform,
            (0, 1),
            aliases=("flat",),
        ),
        PriorEntry(
            "sqrt",
            "uniform on the root of tau",
            "sqrt",
            "Improper; between the flat prior and Jeffreys's.",
            *_ROEVER_2020,
            UniformRoot,
            (0,),
            aliases=("uniform-sqrt",),
        ),
        PriorEntry(
            "jeffreys",
            "Jeffreys",
            "jeffreys",
            "From the standard errors, by rule; improper, needs two studies.",
            *_ROEVER_2020,
            jeffreys,
            (0,),
            aliases=("jeffreys1",),
        ),
        PriorEntry(
            "overall-jeffreys",
            "Jeffreys for mean and tau together",
            "overall-jeffreys",
            "From the standard errors, by rule; lighter tail than Jeffreys for tau alone.",
            *_ROEVER_2020,
            overall_jeffreys,
            (0,),
            aliases=("overalljeffreys", "jeffreys2"),
        ),
        PriorEntry(
            "berger-deely",
            "Berger-Deely",
            "berger-deely",
            "From the standard errors, by rule; improper, needs two studies.",
            "Berger and Deely 1988",
            "10.1080/01621459.1988.10478606",
            berger_deely,
            (0,),
            aliases=("bergerdeely",),
        ),
        PriorEntry(
            "conventional",
            "conventional",
            "conventional",
            "From the standard errors, by rule; a proper variant of Berger and Deely's.",
            *_ROEVER_2020,
            conventional,
            (0,),
            aliases=(),
        ),
        PriorEntry(
            "dumouchel",
            "DuMouchel",
            "dumouchel",
            "Median at the root of the harmonic mean of the sampling variances; heavy tail.",
            *_ROEVER_2020,
            dumouchel,
            (0,),
            aliases=(),
        ),
        PriorEntry(
            "shrinkage",
            "uniform shrinkage",
            "shrinkage",
            "The average shrinkage of a study is uniform between none and all.",
            "Daniels 1999",
            "10.2307/3316112",
            shrinkage,
            (0,),
            aliases=("uniform-shrinkage",),
        ),
        PriorEntry(
            "i2",
            "uniform on I2",
            "i2",
            "I2 is uniform between 0 and 100 %; needs two studies.",
            *_ROEVER_2020,
            uniform_i2,
            (0,),
            aliases=("i-squared",),
        ),
        PriorEntry(
            "lognormal",
            "log-normal on tau2",
            "lognormal:LOCATION,SCALE (both of log tau2)",
            "For published predictive distributions of tau2.",
            "Turner and colleagues 2015",
            "10.1002/sim.6381",
            LogNormalTau2,
            (2,),
            aliases=("log-normal",),
        ),
        PriorEntry(
            "log-t",
            "log-t on tau2",
            "log-t:LOCATION,SCALE[,DF] (of log tau2; DF 5)",
            "For published predictive distributions of tau2.",
            "Rhodes and colleagues 2015",
            "10.1016/j.jclinepi.2014.08.012",
            LogTTau2,
            (2, 3),
            aliases=("logt",),
        ),
        PriorEntry(
            "turner",
            "Turner's predictive distributions for log odds ratios",
            "turner:OUTCOME[,COMPARISON], e.g. turner:mental-health,drug-drug",
            "What tau2 was in thousands of Cochrane meta-analyses of binary outcomes.",
            "Turner and colleagues 2015",
            "10.1002/sim.6381",
            turner,
            (0, 1, 2),
            words=True,
        ),
        PriorEntry(
            "rhodes",
            "Rhodes's predictive distributions for standardised mean differences",
            "rhodes:OUTCOME[,COMPARISON], e.g. rhodes:mental-health",
            "What tau2 was in thousands of Cochrane meta-analyses of continuous outcomes.",
            "Rhodes and colleagues 2015",
            "10.1016/j.jclinepi.2014.08.012",
            rhodes,
            (0, 1, 2),
            words=True,
        ),
    )
}

# Measures on which 0.5 is a large but possible tau: log ratios and standardised differences.
UNITLESS = frozenset(
    {"OR", "RR", "PETO", "HR", "IRR", "MPOR", "MPORC", "PLO", "SMD", "SMDH", "SMD1", "SMD1H"}
    | {"SMCC", "SMCR", "SMCRH", "XSMD", "DPPC2", "PBIT", "OR2DN", "OR2DL", "D2ORN", "D2ORL"}
    | {"MPRR", "MPPETO", "MPORM"}
)


def default_prior(measure: str) -> TauPrior:
    """Half-normal with scale 0.5, for measures on which that is a large but possible tau.

    Raises
    ------
    UsageError
        For measures in units of their own, such as mean differences.
    """
    if measure.strip().upper() in UNITLESS:
        return HalfNormal(0.5)
    raise UsageError(
        f"prior: {measure} is measured in units of its own, so there is no default prior for tau. "
        "Give one, for example half-normal:SCALE with a SCALE that would be a large but still "
        "possible standard deviation of true effects between studies."
    )


def parse_prior(text: str) -> TauPrior:
    """The prior that `text` describes: a code of `PRIORS`, a colon, and its arguments.

    Examples: "half-normal:0.5", "half-cauchy:0.5", "lognormal:-2.56,1.74", "turner:any",
    "rhodes:mental-health,drug-drug", "uniform:10", "uniform", "jeffreys", "shrinkage".

    Raises
    ------
    UsageError
        For an unknown prior or arguments that do not fit it.
    """
    name, _, rest = _colon(text).partition(":")
    entry = _entry(name)
    arguments = [part.strip() for part in rest.split(",")] if rest.strip() else []
    if entry.code == "uniform" and len(arguments) == 2 and arguments[0] in ("0", "0.0"):
        del arguments[0]  # uniform:0,5, from and to
    if len(arguments) not in entry.counts:
        raise UsageError(f"prior {text!r}: it is written {entry.usage}.")
    if entry.words:
        return entry.function(*(argument.casefold() for argument in arguments))
    return entry.function(*_numbers(text, arguments, entry.usage))


def _colon(text: str) -> str:
    """half-normal(0.5), as results print a prior, written half-normal:0.5."""
    said = text.strip()
    if said.endswith(")") and ":" not in said:
        return said[:-1].replace("(", ":", 1)
    return said


def parse_mean_prior(text: str) -> NormalPrior | None:
    """The prior of the mean effect: "flat" (None), or "normal:MEAN,SD", also "MEAN,SD"."""
    if ":" not in _colon(text) and "," in text:
        text = f"normal:{text}"
    name, _, rest = _colon(text).casefold().partition(":")
    if name == "flat" and not rest:
        return None
    usage = "flat, or normal:MEAN,SD on the analysis scale, for example normal:0,2"
    parts = rest.split(",")
    if name != "normal" or len(parts) != 2:
        raise UsageError(f"prior of the mean {text!r}: it is written {usage}.")
    return NormalPrior(*_numbers(text, parts, usage))


def _entry(name: str) -> PriorEntry:
    return look_up(PRIORS, name, "prior")


def _numbers(text: str, parts: list[str], usage: str) -> list[float]:
    try:
        return [float(part) for part in parts]
    except ValueError:
        raise UsageError(f"prior {text!r}: not a number. It is written {usage}.") from None
