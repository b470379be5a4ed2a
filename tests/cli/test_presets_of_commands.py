"""`--preset`: the same program behind every command, and what of it a command leaves aside."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

from ketameta.pooling.presets import PRESETS

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

# A zero in one arm, in both, and everybody in one arm.
COUNTS = """study,events_1,n_1,events_2,n_2,dose
A,13,27,3,28,1
B,4,17,0,23,2
C,0,50,0,50,1
D,33,69,47,80,3
E,12,12,9,14,2
F,6,60,2,62,4
"""
MEANS = """study,mean_1,sd_1,n_1,mean_2,sd_2,n_2
A,5,2,10,4,2,11
B,6,3,20,4.5,2,20
C,7,2,15,7.5,2,14
D,4,2,12,2,2.5,12
"""
GENERIC = "study,yi,vi\nA,0.30,0.03\nB,0.32,0.03\nC,0.29,0.03\nD,0.31,0.03\n"
ONE = "study,yi,vi\nA,0.3,0.03\n"
SHARED = (
    *("k", "estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high", "p_value", "df"),
    *("tau2", "i2", "q", "q_df", "q_p", "q_centre", "interval_method", "prediction_method"),
)
ALIASES = {
    "revman": "cochrane-2025",
    "RevMan 2025": "cochrane-2025",
    "cochrane": "cochrane-2025",
    "RevMan5": "revman-5",
    "meta": "meta-8",
    "meta7": "meta-7",
    "IQWiG": "iqwig-6",
}


@pytest.mark.parametrize(
    ("content", "measure", "level"),
    [
        *((COUNTS, measure, "95") for measure in ("OR", "RR", "RD")),
        (MEANS, "SMD", "0.9"),
        (GENERIC, "GEN", "95"),
        (ONE, "GEN", "95"),
    ],
)
def test_pool_under_a_preset_is_its_row_in_reconcile(
    run_json: RunJson, table: Write, content: str, measure: str, level: str
) -> None:
    words = ("--data", table(content), "--measure", measure, "--level", level)
    rows = run_json("reconcile", *words)["rows"]
    assert [row["preset"] for row in rows] == [*PRESETS]
    for row in rows:
        found = run_json("pool", *words, "--preset", row["preset"])
        assert {name: found[name] for name in SHARED} == {name: row[name] for name in SHARED}
        assert set(found) <= key_names("pool")
        assert found["preset"] == row["preset"]
        assert sum(found["weights"]) == pytest.approx(100, rel=1e-12)
        gone = {item["study"] for item in found["excluded"]}
        assert gone == set(row["left_out"])


@pytest.mark.parametrize("name", ALIASES)
def test_programs_have_several_names(run_json: RunJson, table: Write, name: str) -> None:
    found = run_json("pool", "--data", table(GENERIC), "--preset", name)
    assert found["preset"] == ALIASES[name]


def test_revman_5_by_hand(run_json: RunJson, table: Write) -> None:
    """Q around Mantel-Haenszel, tau2 from it, and weights at that tau2."""
    content = "study,events_1,n_1,events_2,n_2\nA,10,100,20,100\nB,30,50,10,50\n"
    words = ("--data", table(content), "--measure", "RR", "--preset", "revman-5")
    found = run_json("pool", *words)
    y = [math.log(0.5), math.log(3)]
    v = [1 / 10 - 1 / 100 + 1 / 20 - 1 / 100, 1 / 30 - 1 / 50 + 1 / 10 - 1 / 50]
    centre = math.log((10 * 100 / 200 + 30 * 50 / 100) / (20 * 100 / 200 + 10 * 50 / 100))
    q = sum((a - centre) ** 2 / b for a, b in zip(y, v, strict=True))
    w = [1 / b for b in v]
    tau2 = (q - 1) / (sum(w) - sum(x * x for x in w) / sum(w))
    again = [1 / (b + tau2) for b in v]
    mean = sum(a * b for a, b in zip(again, y, strict=True)) / sum(again)
    assert found["q"] == pytest.approx(q, rel=1e-12)
    assert found["tau2"] == pytest.approx(tau2, rel=1e-12)
    assert found["estimate"] == pytest.approx(mean, rel=1e-12)
    assert found["i2"] == pytest.approx(100 * (q - 1) / q, rel=1e-12)
    assert found["weights"] == pytest.approx([100 * x / sum(again) for x in again], rel=1e-12)
    assert (found["q_centre"], found["pi_low"], found["prediction_method"]) == ("MH", None, None)
    assert "no_prediction_interval" in [warning["code"] for warning in found["warnings"]]


def test_iqwigs_rule_replaces_an_interval_that_is_too_narrow(
    run_json: RunJson, table: Write
) -> None:
    words = ("--data", table(GENERIC), "--preset", "iqwig")
    found = run_json("pool", *words)
    # tau2 = 0, so the standard error is sqrt(0.03 / 4); t(3) = 3.182446.
    assert found["interval_method"] == "t"
    half = 3.182446305284263 * math.sqrt(0.0075)
    assert found["ci_high"] - found["estimate"] == pytest.approx(half, rel=1e-9)
    # Who asks for another interval gets that one.
    assert run_json("pool", *words, "--ci", "hksj")["interval_method"] == "hksj"


def test_options_come_before_the_preset(run_json: RunJson, run: Run, table: Write) -> None:
    words = ("--data", table(COUNTS), "--measure", "OR", "--preset", "revman-5")
    asked = run_json("pool", *words, "--prediction", "t(k-2)", "--tau2", "PM", "--ci", "t")
    assert asked["pi_low"] is not None
    assert (asked["tau2_method"], asked["interval_method"]) == ("PM", "t")
    assert asked["q"] == run_json("pool", *words)["q"]
    none = run_json("pool", *words, "--zero-cells", "none")
    assert none["k"] == 3
    every = run_json("pool", *words, "--zero-cells", "all")
    assert every["q_centre"] == "MH"
    arm = run_json("pool", *words, "--zero-cells", "treatment_arm")
    assert arm["q_centre"] == "IV"
    equal = run_json("pool", "--data", "trials.csv", "--measure", "OR", "--tau2", "EE")
    same = run_json("pool", *words, "--preset", "cochrane", "--tau2", "EE")
    assert (same["interval_method"], equal["interval_method"]) == ("wald", "wald")


def test_a_table_read_by_eye_says_what_the_program_shows(run: Run, table: Write) -> None:
    words = ("pool", "--data", table(COUNTS), "--measure", "OR", "--preset")
    old, new = run(*words, "revman-5").stdout, run(*words, "metafor").stdout
    assert "from Q" in old
    assert "from τ²" not in old
    assert "95% prediction" not in old
    assert "95% prediction" in new
    assert "gives no prediction interval" in " ".join(old.split())


def test_what_is_not_confirmed_is_told(run: Run, table: Write) -> None:
    for command in ("pool", "effects", "trim-fill"):
        done = run(command, "--data", table(GENERIC), "--preset", "stata")
        assert done.exit_code == 0, done.stderr
        assert done.stderr.startswith("--preset stata: "), command


@pytest.mark.parametrize("preset", PRESETS)
def test_effects_under_a_preset_are_those_that_are_pooled(
    run_json: RunJson, table: Write, preset: str
) -> None:
    for content, measure in ((COUNTS, "RR"), (MEANS, "SMD")):
        words = ("--data", table(content), "--measure", measure, "--preset", preset)
        made, pooled = run_json("effects", *words), run_json("pool", *words)
        assert [(s["study"], s["yi"], s["vi"]) for s in made["studies"]] == [
            (s["study"], s["yi"], s["vi"]) for s in pooled["studies"]
        ]
        assert [s["study"] for s in made["excluded"]] == [s["study"] for s in pooled["excluded"]]


def test_effects_say_how_a_program_made_them(run_json: RunJson, run: Run, table: Write) -> None:
    words = ("effects", "--data", table(COUNTS), "--measure", "RR", "--preset", "meta-8")
    made = {study["study"]: study for study in run_json(*words)["studies"]}
    assert made["B"]["how"].endswith("0.5 added to the events and once to the totals (meta)")
    assert made["B"]["zero_cells_corrected"] is True
    assert "to the totals" not in made["D"]["how"]
    means = ("effects", "--data", table(MEANS), "--measure", "SMD", "--preset", "revman-5")
    first = run_json(*means)["studies"][0]
    assert "N - 3.94" in first["how"]
    g = (1 - 3 / (4 * 21 - 9)) * 0.5
    assert first["yi"] == pytest.approx(g, rel=1e-12)
    assert first["vi"] == pytest.approx(1 / 10 + 1 / 11 + g * g / (2 * 17.06), rel=1e-12)
    # A formula that is named comes before the preset's.
    named, plain = (*means, "--variance", "LS"), (*means[:5], "--variance", "LS")
    assert run_json(*named)["studies"] == run_json(*plain)["studies"]


# Every command that works on effect estimates, with what it needs beside a table.
OTHERS = {
    "bayes": (),
    "sensitivity": ("--kind", "leave-one-out"),
    "regress": ("--formula", "~ dose"),
    "multilevel": ("--cluster", "study"),
    "bias": ("--test", "egger"),
    "trim-fill": (),
    "selection": ("--steps", ".5"),
    "multiverse": (),
}


@pytest.mark.parametrize("command", OTHERS)
def test_every_command_takes_the_effect_sizes_of_a_program(
    run_json: RunJson, table: Write, command: str
) -> None:
    """RevMan 5 leaves out the trial without events, metafor keeps it with 1/2 in every cell."""
    words = (command, "--data", table(COUNTS), "--measure", "OR", *OTHERS[command], "--preset")
    both = [run_json(*words, preset) for preset in ("revman-5", "metafor")]
    assert [item["study"] for item in both[0]["excluded"]] == ["C"]
    if command != "multiverse":
        assert [found["k"] for found in both] == [5, 6]
        assert both[1]["excluded"] == []


def test_a_multiverse_holds_the_universe_of_the_program(run_json: RunJson, table: Write) -> None:
    words = ("multiverse", "--data", table(GENERIC), "--tau2", "DL", "--ci", "hksj")
    found = run_json(*words, "--preset", "pymare")["universes"]
    pairs = {(one["tau2_method"], one["interval_method"]) for one in found}
    assert pairs == {("ML", "wald"), ("ML", "hksj"), ("DL", "wald"), ("DL", "hksj")}


def test_what_has_no_meaning_of_a_program_is_said_with_its_reason(run: Run, table: Write) -> None:
    words = ("--data", table(COUNTS), "--measure", "OR", "--preset")
    test = ("sensitivity", "--kind", "permutation")
    said = run(*test, *words, "revman-5").stderr
    assert "Q is taken around the inverse-variance" in said
    assert "whose sign is changed has no table" in said
    assert "not followed here that a Hartung-Knapp" in run(*test, *words, "iqwig").stderr
    found = json.loads(run(*test, *words, "revman-5", "--format", "json").stdout)
    codes = [one["code"] for one in found["warnings"]]
    assert codes.count("preset_not_followed") == 1
    line = ("regress", "--formula", "~ dose")
    assert "no Mantel-Haenszel estimate" in run(*line, *words, "revman-5").stderr
    assert "several coefficients" in run(*line, *words, "iqwig").stderr
    assert "the model is this command's own" in run("bayes", *words, "metafor").stderr


@pytest.mark.parametrize("preset", ["revman-5", "iqwig-6", "metafor"])
def test_leaving_one_out_is_pooling_the_others_as_the_program_does(
    run_json: RunJson, table: Write, preset: str
) -> None:
    words = ("--measure", "OR", "--preset", preset)
    whole = ("sensitivity", "--kind", "leave-one-out", "--data", table(COUNTS), *words)
    left = {row["left_out"]: row for row in run_json(*whole)["rows"]}
    head, *lines = COUNTS.splitlines()
    for line in lines:
        name = line[0]
        if name not in left:
            assert preset != "metafor"
            continue
        others = "\n".join([head, *(one for one in lines if one != line)])
        alone = run_json("pool", "--data", table(others), *words)
        assert (left[name]["pi_low"] is None) == (alone["pi_low"] is None)
        for key in ("estimate", "se", "ci_low", "ci_high", "tau2", "i2", "q"):
            assert left[name][key] == pytest.approx(alone[key], rel=1e-12), (name, key)


@pytest.mark.parametrize(("preset", "measure"), [("revman-5", "RR"), ("iqwig-6", "OR")])
def test_subgroups_and_the_last_step_are_those_of_the_program(
    run_json: RunJson, table: Write, preset: str, measure: str
) -> None:
    words = ("--data", table(COUNTS), "--measure", measure, "--preset", preset)
    whole = run_json("pool", *words)
    last = run_json("sensitivity", "--kind", "cumulative", *words)["rows"][-1]
    one = run_json("sensitivity", "--kind", "subgroups", "--groups", "one", *_grouped(words, table))
    filled = run_json("trim-fill", *words)["observed"]
    for key in ("estimate", "ci_low", "ci_high", "tau2", "i2", "q"):
        for found in (last, one["rows"][0], filled):
            assert found[key] == pytest.approx(whole[key], rel=1e-12), key


def _grouped(words: tuple[Any, ...], table: Write) -> tuple[Any, ...]:
    """The same table with a column that is the same everywhere."""
    head, *lines = COUNTS.splitlines()
    content = "\n".join([f"{head},one", *(f"{line},x" for line in lines)])
    return ("--data", table(content), *words[2:])


def test_filled_in_studies_have_no_tables(run_json: RunJson, table: Write) -> None:
    """With mirror images Q is around the inverse-variance mean, and the result says so."""
    content = "study,events_1,n_1,events_2,n_2\n" + "".join(
        f"S{i},{a},{n},{c},{n}\n"
        for i, (a, c, n) in enumerate(
            [(60, 50, 400), (31, 25, 200), (20, 12, 90), (12, 5, 40), (9, 3, 25), (8, 2, 20)]
        )
    )
    found = run_json("trim-fill", "--data", table(content), "--measure", "OR", "--preset", "rm5")
    assert found["missing"] > 0
    assert "q_around_inverse_variance" in [one["code"] for one in found["warnings"]]
    y = [(s["yi"], s["vi"]) for s in found["filled"]]
    made = run_json("effects", "--data", table(content), "--measure", "OR", "--preset", "rm5")
    y += [(s["yi"], s["vi"]) for s in made["studies"]]
    w = sum(1 / v for _, v in y)
    mean = sum(b / v for b, v in y) / w
    q = sum((b - mean) ** 2 / v for b, v in y)
    assert found["adjusted"]["q"] == pytest.approx(q, rel=1e-10)


@pytest.mark.parametrize("command", ["pool", "effects", *OTHERS])
def test_an_unknown_program_gets_the_nearest_and_no_list(
    run: Run, table: Write, command: str
) -> None:
    words = (command, "--data", table(COUNTS), "--measure", "OR", *OTHERS.get(command, ()))
    done = run(*words, "--preset", "revmen5")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "preset: there is none called 'revmen5'. Did you mean revman-5?\n"
    assert "Known are cochrane-2025, revman-5" in run(*words, "--preset", "zzz").stderr


def test_csv_under_a_preset_shows_its_i2(run: Run, run_json: RunJson, table: Write) -> None:
    words = ("pool", "--data", table(COUNTS), "--measure", "OR", "--preset", "revman-5")
    line = next(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert float(line["i2"]) == run_json(*words)["i2"]


def test_one_caution_names_the_rule_of_the_program_and_all_it_touched(
    run_json: RunJson, table: Write
) -> None:
    found = run_json("effects", "--data", table(COUNTS), "--measure", "RR", "--preset", "metafor")
    said = [w["message"] for w in found["warnings"] if w["code"] == "zero_cell_correction"]
    assert len(said) == 1
    assert said[0].endswith("which so count towards ratios; touched: B, C, E.")


def test_a_multiverse_is_not_said_to_be_of_one_program(run: Run, table: Write) -> None:
    done = run("multiverse", "--data", table(COUNTS), "--measure", "OR", "--preset", "pymare")
    assert (done.exit_code, done.stderr) == (0, "")


HOSTILE = {
    "far apart": "study,yi,vi\nA,1,1e-16\nB,2,1e16\nC,3,1\n",
    "shifted": "study,yi,vi\nA,1000000000.1,0.02\nB,1000000000.4,0.03\nC,1000000000.2,0.01\n",
    "ties": "study,yi,vi\nA,1,1\nB,1,1\nC,1,1\n",
    "two": "study,yi,vi\nA,0,1\nB,9,1\n",
    "tiny": "study,yi,vi\nA,1e-12,1e-24\nB,3e-12,1e-24\nC,2e-12,4e-24\n",
    "overflow": "study,yi,vi\nA,1e200,1e-300\nB,-1e200,1\n",
    "words": "study,yi,vi\nA,x,1\nB,2,nan\n",
    "no event": "study,ai,n1i,ci,n2i\nA,0,10,0,10\nB,0,20,0,20\n",
    "one arm": "study,ai,n1i,ci,n2i\nA,0,10,3,10\nB,0,20,5,20\n",
    "everybody": "study,ai,n1i,ci,n2i\nA,10,10,10,10\nB,5,20,20,20\n",
    "mixed": "study,ai,n1i,ci,n2i,yi,vi\nA,1,10,3,10,,\nB,,,,,0.3,0.1\nC,0,5,0,5,,\n",
}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tables_give_numbers_or_one_clear_error(
    run: Run, table: Write, name: str, preset: str
) -> None:
    content = HOSTILE[name]
    measures = ("RR", "RD") if "n1i" in content else ("GEN",)
    for measure in measures:
        done = run("pool", "--data", table(content), "--measure", measure, "--preset", preset)
        assert done.exit_code in (0, 2, 3), done.stderr
        assert "internal error" not in done.stderr
        assert bool(done.stdout) == (done.exit_code == 0)


def test_a_forest_plot_is_drawn_by_a_program_too(run: Run, table: Write) -> None:
    words = ("forest", "--data", table(COUNTS), "--measure", "OR", "--preset", "revman-5")
    done = run(*words, "-o", "plot.html")
    assert done.exit_code == 0, done.stderr
    assert Path("plot.html").stat().st_size
