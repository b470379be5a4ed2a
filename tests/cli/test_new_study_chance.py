"""`pool --threshold`: the chance that a new study's effect lies above, or why there is none."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from scipy.special import ndtr

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

FILE = Path(__file__).parents[1] / "reference" / "pooling" / "glmm.json"
DATA = json.loads(FILE.read_text())["bcg"]["data"]
BCG = "study,ai,n1i,ci,n2i\n" + "".join(
    f"{i},{a},{n},{c},{m}\n"
    for i, (a, n, c, m) in enumerate(
        zip(DATA["ai"], DATA["n1"], DATA["ci"], DATA["n2"], strict=True)
    )
)
ONE = BCG.splitlines()[0] + "\n" + BCG.splitlines()[1] + "\n"
CENTRE = -0.8


def words(path: Path, threshold: float, *more: str) -> tuple[str | Path, ...]:
    return ("pool", "--data", path, "--measure", "OR", "--threshold", repr(threshold), *more)


@pytest.mark.parametrize("model", ["um.fs", "cm.al"])
@pytest.mark.parametrize("interval", ["wald", "t", "pl"])
def test_a_mixed_model_by_hand_and_by_its_own_prediction_interval(
    run_json: RunJson, table: Write, model: str, interval: str
) -> None:
    more = ("--method", f"glmm:{model}", "--ci", interval)
    path = table(BCG)
    found = run_json(*words(path, CENTRE, *more))
    assert found["new_study_reason"] is None
    spread = math.hypot(found["se"], math.sqrt(found["tau2"]))
    assert found["prediction_se"] == pytest.approx(spread, rel=1e-12)
    if interval != "t":
        chance = float(ndtr((found["estimate"] - CENTRE) / spread))
        assert found["new_study_above"] == pytest.approx(chance, rel=1e-12)
    for end, chance in (("pi_low", 0.975), ("pi_high", 0.025)):
        at_end = run_json(*words(path, found[end], *more))
        assert at_end["new_study_above"] == pytest.approx(chance, abs=1e-9)


@pytest.mark.parametrize(
    ("content", "more", "reason"),
    [
        (BCG, ("--method", "mh"), "one effect is taken for all studies"),
        (BCG, ("--method", "peto"), "one effect is taken for all studies"),
        (BCG, ("--tau2", "EE"), "one effect is taken for all studies"),
        (BCG, ("--method", "glmm:um.fs", "--tau2", "EE"), "one effect is taken for all studies"),
        (BCG, ("--method", "beta-binomial"), "in the beta-binomial model the probabilities"),
        (BCG, ("--prediction", "bootstrap"), "the prediction interval is not made from a t or"),
        (BCG, ("--preset", "revman-5"), "Cochrane RevMan 5 gives no prediction interval."),
        (BCG, ("--preset", "statsmodels"), "gives no prediction interval."),
        (BCG, ("--preset", "pymare"), "gives no prediction interval."),
        (ONE, (), "from one study, how effects vary between studies cannot be estimated"),
        (ONE, ("--method", "glmm:um.fs"), "from one study, how effects vary between studies"),
    ],
)
def test_the_reason_why_there_is_none(
    run: Run, run_json: RunJson, table: Write, content: str, more: tuple[str, ...], reason: str
) -> None:
    asked = words(table(content), 0.0, *more)
    found = run_json(*asked)
    assert found["new_study_above"] is None
    assert reason in found["new_study_reason"]
    assert f"not estimable: {found['new_study_reason']}" in " ".join(run(*asked).stdout.split())


def test_a_question_without_events_says_why(run: Run) -> None:
    text = " ".join(run("pool", "adverse-event-removal", "--threshold", "0").stdout.split())
    assert "not estimable: how effects vary between studies cannot be estimated here" in text
