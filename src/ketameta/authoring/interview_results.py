"""The questions about results: one time point after the other, numbers arm by arm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ketameta.authoring.fields import WORD, YES_NO, field_at
from ketameta.authoring.prompts import Prompt, field_prompt

SUMMARY = (
    ("n", "People analysed"),
    ("mean", "Mean, with its decimals as printed"),
    ("sd", "Standard deviation"),
    ("se", "Standard error"),
    ("median", "Median"),
    ("q1", "First quartile"),
    ("q3", "Third quartile"),
)
"""Asked for until there is a spread: what comes later only without what comes first."""


def ask_results(answers: Mapping[str, Any], record: Mapping[str, Any], i: int) -> Iterator[Prompt]:
    """Questions about the results of outcome `i`, until there is no other."""
    j = 0
    while True:
        result, section = f"outcomes.{i}.results.{j}", f"Outcome {i + 1}, result {j + 1}"
        if j:
            asked = f"ask.result.{i}.{j}"
            yield Prompt(asked, "Another result of it", section, kind=YES_NO, default="no")
            if not answers.get(asked):
                return
        yield field_prompt(f"{result}.time.label", "Time point, in words", section)
        yield field_prompt(f"{result}.time.weeks", "Weeks after the start of treatment", section)
        yield field_prompt(f"{result}.time.phase", "Phase", section)
        population = f"{result}.population"
        yield field_prompt(population, "Who is counted", section, default="not stated")
        yield _kind(result, section)
        kind = answers.get(f"{result}.data.kind")
        if kind is not None:
            yield from _numbers(answers, record, result, section)
        yield Prompt(
            f"{result}.source.locator", "Where do these numbers stand", section, default="Results",
            help="Table, figure or page, so that a second person finds them.",
        )  # fmt: skip
        j += 1


def _kind(result: str, section: str) -> Prompt:
    data = field_at(("outcomes", 0, "results", 0, "data"))
    return Prompt(f"{result}.data.kind", "Kind of numbers", section, data.meaning, WORD, data.words)


def _numbers(
    answers: Mapping[str, Any], record: Mapping[str, Any], result: str, section: str
) -> Iterator[Prompt]:
    kind, data = answers[f"{result}.data.kind"], f"{result}.data"
    arms = [str(arm.get("id", "")) for arm in record.get("arms", ())]
    if kind == "events":
        for arm in arms:
            for name, text in (("events", "people with the event"), ("n", "people analysed")):
                yield _of(record, f"{data}.arms.{arm}.{name}", f"{arm}: {text}", section)
    elif kind in ("means", "changes"):
        for arm in arms:
            yield from _summary(answers, record, (f"{data}.arms.{arm}", f"{arm}: "), section)
    elif kind == "paired":
        yield _arm(record, f"{data}.experimental", "Tested condition", section)
        yield _arm(record, f"{data}.control", "Control condition", section)
        for name, text in (
            ("n", "People measured under both"),
            ("mean_difference", "Mean difference, tested minus control"),
            ("sd_difference", "Standard deviation of the differences"),
            ("t", "Paired t statistic"),
            ("p", "P value as printed"),
        ):
            yield _of(record, f"{data}.{name}", text, section)
    elif kind == "single events":
        yield _arm(record, f"{data}.arm", "Arm", section)
        yield _of(record, f"{data}.events", "People with the event", section)
        yield _of(record, f"{data}.n", "People analysed", section)
    elif kind == "single means":
        yield _arm(record, f"{data}.arm", "Arm", section)
        yield from _summary(answers, record, (f"{data}.value", ""), section)
    elif kind == "contrast":
        yield _of(record, f"{data}.measure", "Effect measure", section)
        yield _arm(record, f"{data}.experimental.0", "Tested arm", section)
        yield _arm(record, f"{data}.control.0", "Control arm", section)
        for name, text in (
            ("estimate", "Estimate as printed"),
            ("ci_low", "Lower confidence limit"),
            ("ci_high", "Upper confidence limit"),
            ("p", "P value as printed"),
        ):
            yield _of(record, f"{data}.{name}", text, section)
    else:
        yield _of(record, f"{data}.direction", "What the source says", section)
        yield _of(record, f"{data}.text", "The statement, in your words", section)


def _summary(
    answers: Mapping[str, Any],
    record: Mapping[str, Any],
    place: tuple[str, str],
    section: str,
) -> Iterator[Prompt]:
    path, before = place
    for name, text in SUMMARY:
        known = {key for key, _ in SUMMARY if answers.get(f"{path}.{key}") is not None}
        if (name in ("median", "q1", "q3") and "mean" in known) or (name == "se" and "sd" in known):
            continue
        if name in ("sd", "se") and "mean" not in known:
            continue
        if name in ("q1", "q3") and "median" not in known:
            continue
        yield _of(record, f"{path}.{name}", f"{before}{text[0].lower()}{text[1:]}", section)


def _of(record: Mapping[str, Any], key: str, text: str, section: str) -> Prompt:
    return field_prompt(key, text, section, data=record)


def _arm(record: Mapping[str, Any], key: str, text: str, section: str) -> Prompt:
    words = tuple((str(arm["id"]), str(arm.get("label", ""))) for arm in record.get("arms", ()))
    return Prompt(key, text, section, "One of the arms of this record.", WORD, words)
