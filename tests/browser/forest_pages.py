"""Forest plots of one, two, seven, forty and 120 studies as pages, plain and made hard to fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tests.figures.builders import Trial, answer, assessed, flags, ketamine_answer, normal_trials

from ketameta.figures.forest.html import html_page
from ketameta.figures.forest.layout import layout
from ketameta.synthesis.answer import Answer

COUNTS = (1, 2, 7, 40, 120)
LONG = "An extraordinarily long list of authors, all their friends, and the Collaborative Group"
UNBROKEN = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 2
CONTROLS = ("same ketamine, other procedure", "active treatment", "active placebo")
FLAGS = ("NP", "NR", "OL", "SM", "LD", "UV", "SC")


def plain(k: int) -> Answer:
    """k studies with events, a few flags, and no more."""
    return answer(normal_trials(k))


def hard(k: int) -> Answer:
    """k studies with long labels, many flags, wide numbers, groups, and marks of risk of bias."""
    return _assessed([_hard(trial, i) for i, trial in enumerate(normal_trials(k))])


def unbroken(k: int) -> Answer:
    """The same, with labels that no space breaks."""
    trials = [_hard(trial, i) for i, trial in enumerate(normal_trials(k))]
    return _assessed([replace(trial, label=UNBROKEN) for trial in trials])


def _assessed(trials: list[Trial]) -> Answer:
    made = answer(
        trials,
        groups=("alcohol and several other substances", "opioids"),
        sets={f"{LONG} and nobody else": range(0, len(trials), 2), f"No {LONG}": ()},
    )
    return assessed(made, "RoB 2", "ROBINS-I")


def _hard(trial: Trial, i: int) -> Trial:
    return replace(
        trial,
        label=f"{LONG} {1990 + i}" if i % 2 == 0 else trial.label,
        y=trial.y + (5 if i == 1 else 0),
        control_type=CONTROLS[i % len(CONTROLS)],
        group="opioids" if i % 4 == 3 else "alcohol and several other substances",
        flags=flags(*FLAGS[: 1 + i % len(FLAGS)]),
    )


CASES: dict[str, Callable[[], Answer]] = {
    "none": lambda: answer([]),
    "ketamine": ketamine_answer,
    "unbroken": lambda: unbroken(7),
    **{f"plain-{k}": partial(plain, k) for k in COUNTS},
    **{f"hard-{k}": partial(hard, k) for k in COUNTS},
}


def forest_page(made: Answer, *, style: str = "default") -> str:
    """The page of an answer's forest plot."""
    return html_page(layout(made, style=style))
