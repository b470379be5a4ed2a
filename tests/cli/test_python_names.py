"""Every command has its functions at the top of the package, with the same numbers as its JSON."""

from __future__ import annotations

import csv
import dataclasses
import inspect
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest

import ketameta as km
from ketameta.cli.app import COMMANDS, cli
from ketameta.cli.conversion_table import CONVERSIONS
from ketameta.cli.json_keys import JSON_KEYS

RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

TEXT = """study,events_1,n_1,events_2,n_2,dose,lab,missing_1,missing_2
A,13,27,3,28,1,x,2,0
B,4,17,5,23,2,x,1,1
C,9,50,4,50,1,y,0,3
D,33,69,17,80,3,y,4,4
E,12,40,9,41,2,z,0,1
"""
ARMS = """study,treatment,events,n
A,x,3,20
A,y,5,21
B,y,4,19
B,z,9,22
C,x,2,18
C,z,8,17
"""
COLUMNS: dict[str, Any] = {
    name: list(values)
    for name, values in zip(
        TEXT.splitlines()[0].split(","),
        zip(*(line.split(",") for line in TEXT.splitlines()[1:]), strict=True),
        strict=True,
    )
}
for _name in COLUMNS:
    if _name not in ("study", "lab"):
        COLUMNS[_name] = [float(cell) for cell in COLUMNS[_name]]
KINDS = (
    *("leave-one-out", "cumulative", "influence", "baujat", "subsets", "permutation"),
    *("fragility", "missing-outcomes"),
)
FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "effects": ("effects", "preset_effects"),
    "convert": ("convert",),
    "pool": (
        "pool",
        "probability_above",
        "pool_preset",
        "pool_tables",
        "pool_rates",
        "beta_binomial",
        "glmm",
    ),
    "bayes": ("bayes", "parse_prior", "prior_sensitivity"),
    "regress": ("regress",),
    "multilevel": (
        *("multilevel", "multivariate", "robust", "robust_test", "joint_test"),
        *(
            "variance_intervals",
            "outcome_intervals",
            "component_test",
            "random_effects",
            "impute_covariance",
        ),
    ),
    "aggregate": ("aggregate",),
    "network": ("network", "contrast_rows", "contrasts_from_arms", "league_table"),
    "bias": (
        "bias",
        "egger",
        "begg",
        "harbord",
        "peters",
        "macaskill",
        "deeks",
        "pet_peese",
        "copas",
    ),
    "trim-fill": ("trim_fill",),
    "selection": ("selection",),
    "sensitivity": (
        *("sensitivity", "leave_one_out", "leave_cluster_out", "cumulative", "influence"),
        *("baujat", "subgroups", "subsets"),
        *("permutation_test", "fragility_index", "pooled_fragility", "missing_outcome_bounds"),
    ),
    "multiverse": ("multiverse", "multiverse_of_estimates"),
    "reconcile": ("reconcile",),
}


def made() -> km.EffectTable:
    return km.effects("OR", COLUMNS)


def estimates() -> km.EffectEstimates:
    return made().estimates


def groups() -> tuple[km.Counts, km.Counts]:
    return (
        km.Counts(COLUMNS["events_1"], COLUMNS["n_1"]),
        km.Counts(COLUMNS["events_2"], COLUMNS["n_2"]),
    )


@pytest.fixture
def found(run_json: RunJson, table: Write) -> Callable[..., Any]:
    """The JSON of a command on the table."""

    def ask(command: str, *words: str, table_text: str = TEXT) -> Any:
        return run_json(command, "--data", table(table_text), "--measure", "OR", *words)

    return ask


def test_every_command_on_a_table_has_its_functions() -> None:
    assert set(FUNCTIONS) == set(JSON_KEYS)
    assert set(FUNCTIONS) <= set(COMMANDS)
    public = set(km.__all__)
    for command, names in FUNCTIONS.items():
        assert set(names) <= public, command
        assert all(callable(getattr(km, name)) for name in names)
        assert all(getattr(km, name).__doc__ for name in names)


def test_effects(found: Callable[..., Any]) -> None:
    value = found("effects")
    assert [s["yi"] for s in value["studies"]] == estimates().y.tolist()
    assert [s["vi"] for s in value["studies"]] == estimates().v.tolist()


def test_convert(run_json: RunJson) -> None:
    value = run_json("convert", "median", "--median", "12", "--q1", "8", "--q3", "17", "--n", "40")
    same = km.convert("median", {"median": 12, "q1": 8, "q3": 17, "n": 40})
    assert {name: value[name] for name in ("mean", "sd")} == same.values
    # Numbers that the command supposes are supposed here too.
    words = ("--ci-low", "1", "--ci-high", "3", "--n1", "30", "--n2", "32")
    value = run_json("convert", "sd-pooled", *words)
    same = km.convert("sd-pooled", {"ci_low": 1, "ci_high": 3, "n1": 30, "n2": 32})
    assert value["sd"] == same.values["sd"]
    with pytest.raises(km.UsageError, match=r"no conversion 'medan'\. Did you mean median\?"):
        km.convert("medan", {})
    with pytest.raises(km.UsageError, match=r"no option 'medan'\. Did you mean median\?"):
        km.convert("median", {"medan": 3})


@pytest.mark.parametrize("level", [0.95, 0.9])
def test_pool(found: Callable[..., Any], level: float) -> None:
    words = ("--tau2", "PM", "--ci", "t", "--prediction", "t(k-2)", "--level", str(level))
    value = found("pool", *words)
    same = km.pool(estimates(), tau2="PM", interval="t", prediction="t(k-2)", level=level)
    assert (value["estimate"], value["se"]) == (same.estimate, same.se)
    assert (value["ci_low"], value["pi_high"]) == (same.interval.low, same.prediction.high)
    assert value["tau2"] == same.heterogeneity.tau2
    assert value["weights"] == same.weights.tolist()


def test_chance_of_an_effect_beyond_a_threshold(found: Callable[..., Any]) -> None:
    value = found("pool", "--threshold", "0.2")
    assert value["threshold"] == 0.2
    assert value["new_study_above"] == km.probability_above(km.pool(estimates()), 0.2)
    at_limit = found("pool", "--threshold", repr(value["pi_high"]))
    assert at_limit["new_study_above"] == pytest.approx(0.025, rel=1e-9)


def test_pool_under_a_preset(found: Callable[..., Any]) -> None:
    program = km.preset("revman-5")
    same = km.pool_preset(km.preset_effects("OR", COLUMNS, program), program)
    value = found("pool", "--preset", "revman-5")
    assert (value["estimate"], value["q"]) == (same.pooled.estimate, same.pooled.heterogeneity.q)
    assert value["i2"] == same.i2


def test_pool_from_counts(found: Callable[..., Any]) -> None:
    tables = km.Tables.from_counts(*groups())
    assert found("pool", "--method", "mh")["estimate"] == km.pool_tables(tables).estimate
    peto = km.pool_tables(tables, method="Peto-OR")
    assert found("pool", "--method", "peto")["estimate"] == peto.estimate
    model = km.glmm(*groups(), model="um.fs")
    assert found("pool", "--method", "glmm:um.fs")["estimate"] == model.estimate
    kuss = km.beta_binomial(*groups())
    assert found("pool", "--method", "beta-binomial")["estimate"] == kuss.estimate


def test_pool_rates(run_json: RunJson, table: Write) -> None:
    text = "study,events_1,time_1,events_2,time_2\nA,4,100,9,98\nB,2,80,2,83\n"
    words = ("--measure", "IRR", "--method", "mh")
    value = run_json("pool", "--data", table(text), *words)
    rates = km.RateTables.from_rates(km.Rates([4, 2], [100, 80]), km.Rates([9, 2], [98, 83]))
    assert value["estimate"] == km.pool_rates(rates).estimate


def test_bayes(found: Callable[..., Any]) -> None:
    value = found("bayes", "--prior", "half-normal:1", "--threshold", "0.1")
    same = km.bayes(estimates(), prior=km.parse_prior("half-normal:1"), threshold=0.1)
    assert value["mu"]["median"] == same.mu.median
    assert value["tau"]["ci_high"] == same.tau.shortest.high
    assert value["mu_above"] == same.mu_above


def test_regress(found: Callable[..., Any]) -> None:
    value = found("regress", "--formula", "~ dose", "--tau2", "DL")
    same = km.regress(estimates(), "~ dose", COLUMNS, km.RegressionChoices(tau2="DL"))
    assert [c["estimate"] for c in value["coefficients"]] == [c.estimate for c in same.coefficients]
    assert value["tau2"] == same.heterogeneity.tau2


def test_multilevel(found: Callable[..., Any]) -> None:
    value = found("multilevel", "--cluster", "lab", "--rho", "0.4", "--method", "ML")
    choices = km.MultilevelChoices(method="ML")
    same = km.multilevel(estimates(), COLUMNS["lab"], covariance=0.4, choices=choices)
    assert value["coefficients"][0]["estimate"] == same.coefficients[0].estimate
    assert [c["sigma2"] for c in value["components"]] == [c.sigma2 for c in same.components]
    robust = km.robust(same, kind="CR2").coefficients[0]
    assert value["robust"]["coefficients"][0]["se"] == robust.se


def test_multivariate_with_tests_of_coefficients(found: Callable[..., Any]) -> None:
    words = ("--cluster", "lab", "--outcome", "scale", "--rho", "0.3", "--structure", "DIAG")
    text = TEXT.replace(",lab,", ",lab,scale,").replace(",x,", ",x,s,").replace(",y,", ",y,s,")
    text = text.replace(",z,", ",z,s,").replace("B,4,17,5,23,2,x,s", "B,4,17,5,23,2,x,t")
    text = text.replace("D,33,69,17,80,3,y,s", "D,33,69,17,80,3,y,t")
    value = found("multilevel", *words, "--test-coefficients", "s - t", table_text=text)
    scale = ["s", "t", "s", "t", "s"]
    same = km.multivariate(estimates(), COLUMNS["lab"], scale, structure="DIAG", covariance=0.3)
    assert [one["tau2"] for one in value["outcomes"]] == same.tau2.tolist()
    test = km.joint_test(same, [[1.0, -1.0]])
    assert value["tests"][0]["model"]["statistic"] == test.statistic
    htz = km.robust_test(km.robust(same), [[1.0, -1.0]])
    assert value["tests"][0]["robust"]["p_value"] == htz.p_value


def test_aggregate(found: Callable[..., Any]) -> None:
    value = found("aggregate", "--cluster", "lab", "--rho", "0.4")
    same = km.aggregate(estimates(), COLUMNS["lab"], 0.4)
    assert [one["study"] for one in value["studies"]] == list(same.labels)
    assert [one["yi"] for one in value["studies"]] == same.y.tolist()
    assert [one["vi"] for one in value["studies"]] == same.v.tolist()


def test_network(run_json: RunJson, table: Write) -> None:
    value = run_json("network", "--data", table(ARMS), "--measure", "OR", "--tau2", "EE")
    rows = list(csv.DictReader(io.StringIO(ARMS)))
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    for name in ("events", "n"):
        columns[name] = [float(cell) for cell in columns[name]]
    same = km.network(km.contrasts_from_arms("OR", columns), km.PoolingChoices(tau2="EE"))
    assert value["treatments"] == list(same.treatments)
    assert np.array(value["estimates"]).tolist() == np.asarray(same.estimate).tolist()


def test_bias(found: Callable[..., Any]) -> None:
    tests = {one["test"]: one for one in found("bias", "--test", "egger,begg,harbord")["tests"]}
    assert tests["egger"]["p_value"] == km.egger(estimates()).p_value
    assert tests["begg"]["p_value"] == km.begg(estimates()).p_value
    assert tests["harbord"]["p_value"] == km.harbord(*groups()).p_value


def test_bias_by_name(found: Callable[..., Any]) -> None:
    words = ("--model", "additive", "--tau2", "DL")
    value = found("bias", "--test", "all", *words, "--predictor", "v")
    names = [one["test"] for one in value["tests"]]
    assert len(names) > 15
    choices = km.BiasChoices(model="additive", tau2="DL")
    same = km.bias(made(), names, choices, predictor="v")
    assert list(same) == names
    compared = 0
    for one in value["tests"]:
        if one["test"] in ("pet", "peese"):  # lines, read off where the predictor is 0
            assert one["estimate"] == same[one["test"]].limit
            continue
        for key in ("p_value", "estimate", "limit", "n"):
            if one.get(key) is not None and hasattr(same[one["test"]], key):
                assert one[key] == getattr(same[one["test"]], key), one["test"]
                compared += 1
    assert compared > 15
    assert list(km.bias(estimates())) == ["egger", "begg"]


def test_trim_fill(found: Callable[..., Any]) -> None:
    value = found("trim-fill", "--estimator", "R0", "--side", "left", "--tau2", "DL")
    same = km.trim_fill(estimates(), km.PoolingChoices(tau2="DL"), km.TrimFillChoices("R0", "left"))
    assert value["missing"] == same.missing
    assert value["adjusted"]["estimate"] == same.adjusted.estimate


def test_selection(found: Callable[..., Any]) -> None:
    value = found("selection", "--type", "step", "--steps", ".05", "--alternative", "greater")
    choices = km.SelectionChoices(model="step", steps=(0.05,), alternative="greater")
    same = km.selection(estimates(), choices)
    assert (value["estimate"], value["tau2"]) == (same.estimate, same.tau2)
    assert value["weights"][1]["value"] == same.weights[1].value


def test_multiverse(found: Callable[..., Any]) -> None:
    value = found("multiverse", "--tau2", "DL,EE", "--ci", "wald", "--without", "lab")
    choices = km.MultiverseChoices(tau2=("DL", "EE"), intervals=("wald",))
    rules = km.inclusion_by_group({"lab": COLUMNS["lab"]})
    columns = {name: COLUMNS[name] for name in ("events_1", "n_1", "events_2", "n_2")}
    same = km.multiverse(columns, ["OR"], rules, choices=choices)
    assert [(u["inclusion"], u["estimate"]) for u in value["universes"]] == [
        (u.inclusion, u.estimate) for u in same.rows
    ]


def test_reconcile(found: Callable[..., Any]) -> None:
    rows = found("reconcile")["rows"]
    same = km.reconcile(COLUMNS, "OR")
    assert [(r["preset"], r["estimate"], r["ci_high"], r["i2"]) for r in rows] == [
        (r.preset, r.estimate, r.interval.high, r.i2) for r in same
    ]


def test_sensitivity(found: Callable[..., Any]) -> None:
    """One function for each kind."""
    asked = {kind: found("sensitivity", "--kind", kind) for kind in KINDS}
    rows = {kind: value["rows"] for kind, value in asked.items()}
    data, choices = estimates(), km.PoolingChoices()
    without = km.leave_one_out(data, choices)
    assert [r["estimate"] for r in rows["leave-one-out"]] == [r.estimate for _, r in without]
    steps = km.cumulative(data, choices)
    assert [r["tau2"] for r in rows["cumulative"]] == [
        step.result.heterogeneity.tau2 for step in steps
    ]
    assert [r["hat"] for r in rows["influence"]] == km.influence(data, choices).hat.tolist()
    points = km.baujat(data)
    assert [r["influence"] for r in rows["baujat"]] == points.influence.tolist()
    assert [r["estimate"] for r in rows["subsets"]] == km.subsets(data).estimate.tolist()
    test = km.permutation_test(data, choices)
    assert asked["permutation"]["p_value"] == test.p_value
    assert asked["fragility"]["pooled"]["index"] == km.pooled_fragility(*groups()).index
    first = km.fragility_index((13, 27), (3, 28))
    assert rows["fragility"][0]["index"] == first.index
    one, two = (
        km.Outcomes(
            COLUMNS[f"events_{g}"],
            np.subtract(COLUMNS[f"n_{g}"], COLUMNS[f"events_{g}"]),
            COLUMNS[f"missing_{g}"],
        )
        for g in (1, 2)
    )
    bounds = km.missing_outcome_bounds(one, two)
    kept = [r["estimate"] for r in rows["missing-outcomes"]]
    assert [bound.result.estimate for bound in bounds] == kept[: len(bounds)]


def test_sensitivity_by_kind(found: Callable[..., Any]) -> None:
    """The package of that name is called as the command is."""
    choices = km.PoolingChoices(tau2="DL")
    rows = found("sensitivity", "--kind", "leave-one-out", "--tau2", "DL")["rows"]
    same = km.sensitivity(estimates(), "leave-one-out", choices)
    assert [r["estimate"] for r in rows] == [r.estimate for _, r in same]
    rows = found("sensitivity", "--kind", "leave-one-out", "--cluster", "lab")["rows"]
    wish = km.SensitivityChoices(cluster=COLUMNS["lab"])
    same = km.sensitivity(estimates(), "leave-one-out", choices=wish)
    assert [r["estimate"] for r in rows] == [r.estimate for _, r in same]
    fragile = found("sensitivity", "--kind", "fragility")["pooled"]["index"]
    assert fragile == km.sensitivity(made(), "fragility").index
    rows = found("sensitivity", "--kind", "missing-outcomes")["rows"]
    lost = km.SensitivityChoices(missing=(COLUMNS["missing_1"], COLUMNS["missing_2"]))
    bounds = km.sensitivity(made(), "missing-outcomes", choices=lost)
    assert [b.result.estimate for b in bounds] == [r["estimate"] for r in rows[: len(bounds)]]
    for kind in ("cumulative", "influence", "baujat", "subsets", "permutation"):
        assert km.sensitivity(estimates(), kind=kind) is not None
    with pytest.raises(km.UsageError, match=r"no kind 'nothing'\. .*Known are"):
        km.sensitivity(estimates(), "nothing")
    for kind in ("fragility", "missing-outcomes"):
        with pytest.raises(km.UsageError, match="needs events_1"):
            km.sensitivity(estimates(), kind)
    with pytest.raises(km.UsageError, match="harbord needs events_1"):
        km.bias(estimates(), "harbord")
    with pytest.raises(km.UsageError, match=r"none called 'eger'\. .* Did you mean egger"):
        km.bias(estimates(), "eger")


def test_the_package_stays_a_package() -> None:
    import ketameta.sensitivity.cumulative as module

    assert module.cumulative is km.cumulative
    assert km.sensitivity.__name__ == "ketameta.sensitivity"


TERMINAL = {"data", "by", "study", "format", "o", "force", "review", "studies", "debug"}
"""Where the data are and where the answer goes."""
ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    "every": {
        "measure": "effects.code",
        "preset": "preset_effects.preset",
        "zero_cells": "effects.zero_cells",
    },
    "effects": {"add": "effects.zero_cells", "level": ""},  # level: of intervals that are printed
    "pool": {"set": "answer_question", "without": "answer_question"},  # of the review's questions
    "bayes": {"sensitivity": "prior_sensitivity"},
    "regress": {
        "formula": "regress.design",
        "predict": "predict_at",
        "contrast": "contrasts",
        "permute": "permute_coefficients",
        "seed": "permute_coefficients.seed",
        "adjust": "adjust_p_values",
        "scale": "location_scale",
        "residuals": "regression_residuals",
        "prediction": "predict_at",
    },
    "multilevel": {
        "phi": "WithinCorrelation.phi",
        "time": "WithinCorrelation.time",
        "formula": "multilevel.design",
        "robust": "robust.kind",
        "test_coefficients": "joint_test",
        "predict": "predict_multilevel",
        "random_effects": "random_effects",
        "profile_intervals": "outcome_intervals",
    },
    "aggregate": {
        "rho": "aggregate.correlation",
        "covariance": "aggregate.correlation",
        "phi": "WithinCorrelation.phi",
        "time": "WithinCorrelation.time",
        "outcome": "WithinCorrelation.outcome",
        "unweighted": "aggregate.weighted",
        "level": "",  # of intervals that are printed
    },
    "network": {
        "ci": "PoolingChoices.interval",
        "smaller_is_better": "p_scores.smaller_is_better",
        "split": "split_evidence",
    },
    "trim-fill": {"trim": "TrimFillChoices.estimator"},
    "selection": {"vevea_woods": "vevea_woods.name"},
    "sensitivity": {
        "imor": "imor_estimates.log_imor",
        "imor_sd": "LogImor.sd",
        "imor_correlation": "LogImor.correlation",
        "imor_range": "imor_range.imors",
        "vary": "tornado.assumptions",
        "deleted": "normal_quantiles.deleted",
    },
    "multiverse": {
        "also": "multiverse.measures",
        "without": "inclusion_by_group.groups",
        "ci": "MultiverseChoices.intervals",
    },
    "reconcile": {"preset": "reconcile.presets"},
}
"""Options that Python says elsewhere: a function, or its parameter; "" for the terminal only."""


def parameters(function: Any) -> set[str]:
    """Names of the parameters, and of the fields of a `...Choices` object among them."""
    found = set()
    for one in inspect.signature(function).parameters.values():
        found.add(one.name)
        for kind in re.findall(r"\w+Choices", str(one.annotation)):
            found |= {field.name for field in dataclasses.fields(getattr(km, kind))}
    return found


@pytest.mark.parametrize("command", [name for name in FUNCTIONS if name != "convert"])
def test_every_option_has_its_place_in_python(command: str) -> None:
    found = cli.get_command(click.Context(cli), command)
    assert found is not None
    known = set().union(*(parameters(getattr(km, name)) for name in FUNCTIONS[command]))
    elsewhere = {**ELSEWHERE["every"], **ELSEWHERE.get(command, {})}
    lost = []
    for option in found.params:
        names = {name.lstrip("-").replace("-", "_") for name in option.opts}
        if isinstance(option, click.Option) and not names & (TERMINAL | known | set(elsewhere)):
            lost.append(option.opts[0])
    assert not lost, f"{command}: {lost} have no parameter of that name"


@pytest.mark.parametrize(
    "place", sorted({place for said in ELSEWHERE.values() for place in said.values() if place})
)
def test_what_python_says_elsewhere_is_there(place: str) -> None:
    function, _, parameter = place.partition(".")
    assert not parameter or parameter in parameters(getattr(km, function)), place
    assert callable(getattr(km, function))


def test_options_of_conversions_are_their_arguments() -> None:
    """`convert(code, {name: value})`: each option of each conversion is a name."""
    group = cli.get_command(click.Context(cli), "convert")
    assert isinstance(group, click.Group)
    for code, conversion in CONVERSIONS.items():
        found = group.get_command(click.Context(group), code)
        assert found is not None
        said = {name for option in found.params for name in option.opts if name.startswith("--")}
        assert {one.option for one in conversion.parameters} <= said
