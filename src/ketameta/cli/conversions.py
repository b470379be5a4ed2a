"""From the options of `ketameta convert` to the functions that convert."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ketameta.cli.conversion_table import CONVERSIONS, Parameter
from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts, Means
from ketameta.measures.continuous import small_sample_factor
from ketameta.measures.conversions import (
    Assumption,
    Converted,
    groups,
    percentages,
    scales,
    standardised,
    two_by_two,
)
from ketameta.measures.conversions import dispersion as spread
from ketameta.measures.conversions.assumption import supposed
from ketameta.measures.conversions.box_cox import box_cox_mean_sd
from ketameta.measures.conversions.change import (
    correlation_from_sds,
    correlation_from_t,
    sd_of_change,
)
from ketameta.measures.conversions.clusters import (
    design_effect,
    effective_counts,
    effective_means,
    inflated_variance,
    usual_range,
)
from ketameta.measures.conversions.fitted_quantiles import fitted_mean_sd
from ketameta.measures.conversions.log_normal import (
    log_normal_mean_sd,
    log_scale_mean_sd,
    raw_scale_mean_sd,
)
from ketameta.measures.conversions.normal_quantiles import normal_mean_sd
from ketameta.measures.conversions.summaries import QuantileSummary, skewness_test
from ketameta.measures.generic import difference_from_interval, log_ratio_from_interval
from ketameta.nearest import nearest_hint
from ketameta.pooling.presets import preset
from ketameta.sensitivity.preset_estimates import preset_effects

Values = Mapping[str, Any]


class Result(NamedTuple):
    """Values by name, and what they rest on."""

    values: dict[str, Any]
    assumptions: tuple[Assumption, ...] = ()


def convert(code: str, given: Values) -> Result:
    """Run one conversion of `conversion_table.CONVERSIONS`.

    Parameters
    ----------
    code
        Its name, as in `ketameta convert NAME`: "median", "percent", "sd", ...
    given
        Numbers and words by the names of its parameters; those left out have the defaults of the
        command.

    Raises
    ------
    UsageError
        When there is no such conversion, something is missing, or too much is given.
    DataError
        When the numbers cannot be.
    """
    if code not in _ADAPTERS:
        hint = nearest_hint(code, _ADAPTERS, listing="ketameta convert lists them all.")
        raise UsageError(f"convert: there is no conversion {code!r}. {hint}")
    known = {parameter.name: _default(parameter) for parameter in CONVERSIONS[code].parameters}
    _demand_numbers(code, given)
    unknown = [name for name in given if name not in known]
    if unknown:
        hint = nearest_hint(unknown[0], known, listing=f"Known are {', '.join(known)}.")
        raise UsageError(f"convert {code}: there is no option {unknown[0]!r}. {hint}")
    return _ADAPTERS[code]({**known, **given})


def _demand_numbers(code: str, given: Values) -> None:
    """DataError for a word where a conversion takes a number, or a number that is none."""
    for parameter in CONVERSIONS[code].parameters:
        value = given.get(parameter.name)
        if value is None or parameter.text or parameter.choices or parameter.flag:
            continue
        try:
            for one in value if parameter.repeated and not isinstance(value, str) else (value,):
                float(one)
                if isinstance(one, str):
                    raise TypeError
        except (TypeError, ValueError):
            many = " for each group, in a list" if parameter.repeated else ""
            raise DataError(
                f"convert {code}: {parameter.name} is {value!r}. Give a number{many}."
            ) from None


def _default(parameter: Parameter) -> float | str | None:
    """What the command line would hand on if the option is not said."""
    word = parameter.text or bool(parameter.choices)
    return parameter.default if word or parameter.default is None else float(parameter.default)


def _needs(given: Values, *names: str) -> tuple[Any, ...]:
    missing = [name for name in names if given.get(name) is None]
    if missing:
        raise UsageError(f"missing: {', '.join(missing)}.")
    return tuple(given[name] for name in names)


def _one_of(given: Values, *names: str) -> str:
    """The one of these that is given."""
    found = [name for name in names if given.get(name) is not None]
    if len(found) != 1:
        said = "none is given" if not found else f"{' and '.join(found)} are given"
        raise UsageError(f"give one of {', '.join(names)}: {said}.")
    return found[0]


def _whole(value: float, name: str) -> int:
    if not math.isfinite(value) or value != int(value):
        raise DataError(f"{name} is {value:g}. Give a whole number.")
    return int(value)


def _level(given: Values) -> float:
    level = float(given["ci_level"])
    return level / 100 if level > 1 else level


def _scalar(converted: Converted[Any], *names: str) -> Result:
    value = converted.value
    parts = value if isinstance(value, tuple) else (value,)
    numbers = (float(part) for part in parts)
    return Result(dict(zip(names, numbers, strict=True)), converted.assumptions)


def _summary(given: Values) -> QuantileSummary:
    median, n = _needs(given, "median", "n")
    ends = {"q1": given["q1"], "q3": given["q3"], "low": given["min"], "high": given["max"]}
    return QuantileSummary(float(median), _whole(n, "n"), **ends)


def _median(given: Values) -> Result:
    summary = _summary(given)
    skewed = {"qe": fitted_mean_sd, "bc": box_cox_mean_sd, "lognormal": log_normal_mean_sd}
    if given["method"] in skewed:
        return _scalar(skewed[given["method"]](summary), "mean", "sd")
    converted = normal_mean_sd(
        summary,
        mean=given["method"],
        sd=given["sd_method"],
        allow_skew=bool(given["allow_skew"]),
    )
    return _scalar(converted, "mean", "sd")


def _skewness(given: Values) -> Result:
    test = skewness_test(_summary(given))
    return Result({"statistic": test.statistic, "critical": test.critical, "skewed": test.skewed})


def _logarithms(given: Values) -> Result:
    if _one_of(given, "mean", "log_mean") == "mean":
        mean, sd = _needs(given, "mean", "sd")
        return _scalar(log_scale_mean_sd(mean, sd), "log_mean", "log_sd")
    log_mean, log_sd = _needs(given, "log_mean", "log_sd")
    return _scalar(raw_scale_mean_sd(log_mean, log_sd), "mean", "sd")


def _sd(given: Values) -> Result:
    (n,) = _needs(given, "n")
    if _one_of(given, "se", "ci_low") == "se":
        return _scalar(spread.sd_from_standard_error(given["se"], n), "sd")
    low, high = _needs(given, "ci_low", "ci_high")
    converted = spread.sd_from_mean_interval(
        low, high, n, level=_level(given), quantile=given["quantile"]
    )
    return _scalar(converted, "sd")


def _sd_pooled(given: Values) -> Result:
    sizes = _needs(given, "n1", "n2")
    way = _one_of(given, "t", "f", "p", "se", "ci_low")
    if way == "se":
        return _scalar(spread.sd_from_difference_error(given["se"], sizes), "sd")
    if way == "ci_low":
        low, high = _needs(given, "ci_low", "ci_high")
        converted = spread.sd_from_difference_interval(
            low, high, sizes, level=_level(given), quantile=given["quantile"]
        )
        return _scalar(converted, "sd")
    (difference,) = _needs(given, "difference")
    function = {"t": spread.sd_from_t, "f": spread.sd_from_f, "p": spread.sd_from_p}[way]
    return _scalar(function(difference, given[way], sizes), "sd")


def _se(given: Values) -> Result:
    (estimate,) = _needs(given, "estimate")
    ratio = bool(given["ratio"])
    if _one_of(given, "p", "ci_low") == "p":
        if ratio and estimate <= 0:
            raise DataError("estimate: a ratio must be above 0.")
        y = math.log(estimate) if ratio else float(estimate)
        converted = spread.se_from_p(y, given["p"])
        return Result({"yi": y, "sei": float(converted.value)}, converted.assumptions)
    y, v = _from_interval(given, estimate, ratio=ratio)
    return Result({"yi": y, "sei": math.sqrt(v)}, (_NORMAL_INTERVAL,))


_NORMAL_INTERVAL = supposed(
    "normal_interval",
    "The interval is a normal one on the analysis scale.",
    "Cochrane Handbook 6.5, section 6.3.2",
)


def _from_interval(given: Values, estimate: float, *, ratio: bool) -> tuple[float, float]:
    low, high = _needs(given, "ci_low", "ci_high")
    function = log_ratio_from_interval if ratio else difference_from_interval
    y, v = (float(x) for x in function(estimate, low, high, level=_level(given)))
    if not (math.isfinite(y) and math.isfinite(v)):
        raise DataError(
            f"interval {low:g} to {high:g}: the estimate {estimate:g} does not lie in it, or a "
            "ratio is not above 0. Check the numbers."
        )
    return y, v


def _smd(given: Values) -> Result:
    found = _standardised(given)
    if given["preset"] is None:
        return found
    # Two groups of SD 1 as far apart as the statistic says, made into g as the program does.
    program, sizes = preset(given["preset"]), (given["n1"], given["n2"])
    apart = found.values["yi"] / float(small_sample_factor(sum(sizes) - 2))
    columns = {"mean_1": apart, "sd_1": 1.0, "n_1": sizes[0], "mean_2": 0.0, "sd_2": 1.0}
    made = preset_effects(
        "SMD", {name: [x] for name, x in {**columns, "n_2": sizes[1]}.items()}, program
    ).estimates
    return Result({"yi": float(made.y[0]), "vi": float(made.v[0])}, found.assumptions)


def _standardised(given: Values) -> Result:
    sizes = _needs(given, "n1", "n2")
    way = _one_of(given, "t", "f", "p", "chi2", "r")
    if way == "t":
        return _scalar(standardised.smd_from_t(given["t"], sizes), "yi", "vi")
    if way == "r":
        return _scalar(standardised.smd_from_correlation(given["r"], sizes), "yi", "vi")
    (sign,) = _needs(given, "sign")
    functions: dict[str, Callable[..., Converted[Any]]] = {
        "f": standardised.smd_from_f,
        "p": standardised.smd_from_p,
        "chi2": standardised.smd_from_chi2,
    }
    return _scalar(functions[way](given[way], sizes, sign=_whole(sign, "sign")), "yi", "vi")


def _or_smd(given: Values) -> Result:
    if _one_of(given, "odds_ratio", "yi") == "yi":
        y, v = _needs(given, "yi", "vi")
        return _scalar(scales.odds_ratio_to_smd(y, v, method=given["method"]), "yi", "vi")
    y, v = _from_interval(given, given["odds_ratio"], ratio=True)
    found = _scalar(scales.odds_ratio_to_smd(y, v, method=given["method"]), "yi", "vi")
    return Result(found.values, (_NORMAL_INTERVAL, *found.assumptions))


def _smd_or(given: Values) -> Result:
    y, v = _needs(given, "yi", "vi")
    return _scalar(scales.smd_to_odds_ratio(y, v, method=given["method"]), "yi", "vi")


def _table(given: Values) -> Result:
    sizes = _needs(given, "n1", "n2", "events")
    margins = two_by_two.Margins(
        *(_whole(x, name) for x, name in zip(sizes, ("n1", "n2", "events"), strict=True))
    )
    if _one_of(given, "odds_ratio", "chi2") == "odds_ratio":
        converted = two_by_two.table_from_odds_ratio(float(given["odds_ratio"]), margins)
    else:
        (sign,) = _needs(given, "sign")
        converted = two_by_two.table_from_chi2(
            float(given["chi2"]), margins, more_in_1=sign > 0, yates=bool(given["yates"])
        )
    cells = dict(zip(("a", "b", "c", "d"), (int(cell) for cell in converted.value), strict=True))
    return Result(cells, converted.assumptions)


def _percent(given: Values) -> Result:
    percent, n = _needs(given, "percent", "n")
    decimals = given["decimals"]
    converted = percentages.counts_from_percentage(
        str(percent),
        _whole(n, "n"),
        decimals=None if decimals is None else _whole(decimals, "decimals"),
    )
    return Result({"events": list(converted.value)}, converted.assumptions)


def _combine(given: Values) -> Result:
    way = _one_of(given, "mean", "events")
    names = ("mean", "sd", "n") if way == "mean" else ("events", "n")
    columns: Sequence[Sequence[float]] = _needs(given, *names)
    counts = {name: len(column) for name, column in zip(names, columns, strict=True)}
    if len(set(counts.values())) > 1:
        said = ", ".join(f"{count} of {name}" for name, count in counts.items())
        raise UsageError(f"there are {said}. Give each once per group.")
    each = list(zip(*columns, strict=True))
    together: tuple[Any, ...] = (
        groups.combined_means(*(Means(*row) for row in each))
        if way == "mean"
        else groups.combined_counts(*(Counts(*row) for row in each))
    )
    return Result(dict(zip(names, (float(x) for x in together), strict=True)))


def _split(given: Values) -> Result:
    (parts,) = _needs(given, "parts")
    if _one_of(given, "mean", "events") == "mean":
        means = Means(*_needs(given, "mean", "sd", "n"))
        converted = groups.split_means(means, _whole(parts, "parts"))
        return _scalar(_as_tuple(converted), "mean", "sd", "n")
    counts = Counts(*_needs(given, "events", "n"))
    return _scalar(_as_tuple(groups.split_counts(counts, _whole(parts, "parts"))), "events", "n")


def _as_tuple(converted: Converted[Any]) -> Converted[Any]:
    return Converted(tuple(converted.value), converted.assumptions)


def _change(given: Values) -> Result:
    sd1, sd2 = _needs(given, "sd1", "sd2")
    way = _one_of(given, "r", "sd_change", "t")
    if way == "r":
        plausible = (float(given["r_low"]), float(given["r_high"]))
        r = float(given["r"])
        plausible = (min(plausible[0], r), max(plausible[1], r))
        return _scalar(sd_of_change(sd1, sd2, r, plausible=plausible), "sd_change")
    if way == "sd_change":
        return Result({"r": float(correlation_from_sds(sd1, sd2, given["sd_change"]))})
    difference, t, n = _needs(given, "difference", "t", "n")
    return Result({"r": float(correlation_from_t(difference, t, sd1, sd2, n))})


def _cluster(given: Values) -> Result:
    size, icc = _needs(given, "size", "icc")
    usual = usual_range(float(icc))
    low, high = (
        usual[i] if given[name] is None else float(given[name])
        for i, name in enumerate(("icc_low", "icc_high"))
    )
    effect = design_effect(size, float(icc), plausible=(low, high))
    values: dict[str, Any] = {"design_effect": float(effect.value)}
    if given["mean"] is not None or given["sd"] is not None:
        means = effective_means(Means(*_needs(given, "mean", "sd", "n")), effect)
        values |= _scalar(_as_tuple(means), *Means._fields).values
    elif given["n"] is not None or given["events"] is not None:
        (n,) = _needs(given, "n")
        counts = effective_counts(Counts(given["events"] or 0.0, n), effect)
        values |= _scalar(_as_tuple(counts), *Counts._fields).values
        if given["events"] is None:
            del values["events"]
    if given["vi"] is not None:
        values["vi"] = float(inflated_variance(given["vi"], effect).value)
    return Result(values, effect.assumptions)


_ADAPTERS: Mapping[str, Callable[[Values], Result]] = {
    "median": _median,
    "skewness": _skewness,
    "logarithms": _logarithms,
    "sd": _sd,
    "sd-pooled": _sd_pooled,
    "se": _se,
    "smd": _smd,
    "or-smd": _or_smd,
    "smd-or": _smd_or,
    "table": _table,
    "percent": _percent,
    "combine": _combine,
    "split": _split,
    "change": _change,
    "cluster": _cluster,
}
