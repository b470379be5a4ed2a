"""Small records made for one test each: two arms and a single outcome unless said otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ketameta.questions.question import Criteria, Question
from ketameta.records.loading import LoadedStudy
from ketameta.records.store import Evidence
from ketameta.records.study import Study, Vocabulary
from ketameta.records.yaml_reader import Document

PAPER = {"ref": "paper", "locator": "Table 2"}
SOURCES = {
    "paper": {"document": "The paper", "level": "primary abstract", "doi": "10.1000/xyz123"},
    "registry": {
        "document": "The registry",
        "level": "registry",
        "url": "https://example.org/registry",
    },
    "review": {"document": "A review", "level": "secondary review"},
    "news": {"document": "A news item", "level": "press"},
    "sum": {"document": "Arithmetic", "level": "derived"},
    "memory": {"document": "Memory", "level": "unverified recollection"},
}


def arm(name: str, n: int | None = 30, control: str | None = None, **more: Any) -> dict[str, Any]:
    """An arm; one with a control type is a control arm."""
    return {
        "id": name,
        "label": name.capitalize(),
        "role": "control" if control else "experimental",
        "control_type": control,
        "drug": name,
        "enantiomer": "not stated",
        "route": "intravenous",
        "psychotherapy": {"type": "none"},
        "n_randomised": n,
        "source": PAPER,
        **more,
    }


TWO_ARMS = (arm("ketamine"), arm("saline", control="inert placebo"))


def events(**arms: tuple[int, int]) -> dict[str, Any]:
    """Events and people per arm."""
    return {"kind": "events", "arms": {a: {"events": e, "n": n} for a, (e, n) in arms.items()}}


def means(kind: str = "means", **arms: dict[str, Any]) -> dict[str, Any]:
    """Summaries per arm; kind "changes" for changes from baseline."""
    return {"kind": kind, "arms": arms}


def contrast(measure: str, estimate: float, low: float | None, high: float | None, **more: Any):
    """A reported estimate of ketamine against saline."""
    return {
        "kind": "contrast",
        "measure": measure,
        "experimental": ["ketamine"],
        "control": ["saline"],
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
        **more,
    }


def result(
    data: dict[str, Any], *, weeks: float | None = 12, phase: str = "follow-up", **more: Any
) -> dict[str, Any]:
    """A result at a time."""
    label = "at an unstated time" if weeks is None else f"week {weeks:g}"
    return {
        "time": {"label": label, "weeks": weeks, "phase": phase},
        "data": data,
        "source": PAPER,
        **more,
    }


def outcome(construct: str, *results: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An outcome with its results."""
    return {
        "id": construct.replace(" ", "-"),
        "construct": construct,
        "definition": construct,
        "better": "higher",
        "results": list(results),
        **more,
    }


def study(
    *outcomes: dict[str, Any],
    name: str = "doe-2020",
    arms: Sequence[dict[str, Any]] = TWO_ARMS,
    design: dict[str, Any] | None = None,
    **more: Any,
) -> Study:
    """A randomised, blinded trial of alcohol use disorder in two centres, all arms analysed."""
    author, _, year = name.partition("-")
    return Study.model_validate(
        {
            "id": name,
            "status": "included",
            "substance": "alcohol",
            "citation": {
                "authors": [f"{author.capitalize()} J"],
                "year": int(year),
                "title": "A trial",
                "source": PAPER,
            },
            "sources": SOURCES,
            "design": {
                "type": "parallel",
                "country": "Norway",
                "randomised": "yes",
                "blinded": ["participants", "outcome assessors"],
                "centres": 2,
                "source": PAPER,
                **(design or {}),
            },
            "population": {"diagnosis": "dependence", "treatment_seeking": "yes", "source": PAPER},
            "arms": list(arms),
            "outcomes": list(outcomes),
            **more,
        }
    )


def question(measure: str = "OR", *constructs: str, **more: Any) -> Question:
    """A question about constructs; one that begins with "no " is inverted."""
    choices = [
        {"construct": name.removeprefix("no "), "invert": name.startswith("no ")}
        for name in constructs or ("abstinence", "no relapse")
    ]
    return Question.model_validate(
        {
            "id": "a-question",
            "title": "A question",
            "text": "Does it?",
            "outcomes": choices,
            "better": "higher",
            "measure": measure,
            "time": "longest",
            **more,
        }
    )


def criteria(**restrictions: Any) -> Criteria:
    """Criteria; without restrictions everything may enter."""
    return Criteria.model_validate(restrictions)


def evidence(*studies: Study, folder: Path = Path("studies")) -> Evidence:
    """Studies as if they had been read from files; their problems were not looked for."""
    loaded = [
        LoadedStudy(s, Document(folder / s.substance / f"{s.id}.yaml", positions={(): (1, 1)}))
        for s in studies
    ]
    return Evidence(folder, tuple(loaded), (), Vocabulary(instruments={}), ())
