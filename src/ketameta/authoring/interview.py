"""The questions of `ketameta new study`, in the order in which a paper answers them.

What comes next depends on the answers so far and on nothing else: an interview can be left at any
question, taken up again, and walked backwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ketameta.authoring.answered import record_of
from ketameta.authoring.fields import COUNT, WORD, YES_NO
from ketameta.authoring.interview_results import ask_results
from ketameta.authoring.prompts import Prompt, field_prompt
from ketameta.records.study import Vocabulary

Answers = Mapping[str, Any]
MOST_ARMS = 12


def next_prompt(answers: Answers, vocabulary: Vocabulary | None = None) -> Prompt | None:
    """The first question without an answer; None when all have one."""
    return next((p for p in _script(answers, vocabulary) if p.key not in answers), None)


def _script(answers: Answers, vocabulary: Vocabulary | None) -> Iterator[Prompt]:
    yield from _about(answers)
    yield from _source()
    yield from _citation(answers)
    yield from _design(answers)
    yield from _population()
    count = answers.get("ask.arms", 0)
    yield Prompt(
        "ask.arms", "Number of arms", "Arms", kind=COUNT, default="2",
        help="Arms, conditions or groups that the report describes, 1 to 12.",
    )  # fmt: skip
    for i in range(min(int(count), MOST_ARMS)):
        yield from _arm(answers, i, int(count))
    yield from _funding()
    yield from _outcomes(answers, vocabulary)


def _about(answers: Answers) -> Iterator[Prompt]:
    section = "The record"
    yield field_prompt("substance", "Substance", section)
    yield field_prompt("status", "Status", section, default="awaiting data")
    if answers.get("status") != "included":
        yield field_prompt(
            "status_reason", "Why is it not simply included", section,
            default="Extraction not finished and not yet checked by a second person",
        )  # fmt: skip


def _source() -> Iterator[Prompt]:
    section = "What you are reading"
    yield Prompt(
        "ask.source", "Short name of the document", section, default="paper",
        help="A word by which values point at the document, e.g. paper, abstract, registry.",
    )  # fmt: skip
    for name, text in (
        ("document", "The document"),
        ("level", "How far does it verify a value"),
        ("url", "Address"),
    ):
        yield field_prompt(f"sources.document.{name}", text, section)


def _citation(answers: Answers) -> Iterator[Prompt]:
    section = "Citation"
    yield field_prompt("citation.authors", "Authors (Doe J, Roe K)", section)
    year = field_prompt("citation.year", "Year", section, default=_year(str(answers["ask.id"])))
    yield replace(year, optional=not year.default)
    yield field_prompt("citation.title", "Title", section)
    for name in ("journal", "volume", "issue", "pages", "doi", "pmid"):
        text = name.upper() if name in ("doi", "pmid") else name.capitalize()
        yield field_prompt(f"citation.{name}", text, section)
    yield _place("citation", section, "title page")
    yield Prompt("ask.registered", "Is a registry entry known", section, kind=YES_NO, default="no")
    if answers.get("ask.registered"):
        registry = "registrations.0.registry"
        yield field_prompt(registry, "Registry", section, default="ClinicalTrials.gov")
        yield field_prompt("registrations.0.id", "Number in it", section)


def _design(answers: Answers) -> Iterator[Prompt]:
    section = "Design"
    for name, text in (
        ("type", "Type"),
        ("country", "Country or countries"),
        ("randomised", "Randomised"),
        ("allocation", "How people were allocated"),
        ("blinded", "Who was blinded"),
        ("centres", "Number of centres"),
        ("setting_years", "Years of recruitment"),
        ("planned_n", "Planned number of participants"),
        ("enrolled_n", "Number randomised or enrolled"),
        ("analysed_n", "Number in the main analysis"),
        ("follow_up_weeks", "Longest follow-up, in weeks"),
    ):
        yield field_prompt(f"design.{name}", text, section)
    yield field_prompt("design.stopped_early", "Stopped early", section, default="not stated")
    if answers.get("design.stopped_early") == "yes":
        yield field_prompt("design.stopping_reason", "Why", section)
    yield _place("design", section, "Methods")


def _population() -> Iterator[Prompt]:
    section = "Population"
    for name, text in (
        ("diagnosis", "Diagnosis, with its criteria"),
        ("treatment_seeking", "Seeking treatment"),
        ("setting", "Setting"),
        ("age.mean", "Mean age"),
        ("age.sd", "Standard deviation of age"),
        ("female.count", "Number of women"),
    ):
        yield field_prompt(f"population.{name}", text, section)
    yield field_prompt("population.depression", "Depression", section, default="not stated")
    yield field_prompt("population.eligibility", "Eligibility", section)
    yield _place("population", section, "Methods and table 1")


def _arm(answers: Answers, i: int, count: int) -> Iterator[Prompt]:
    section, arm = f"Arm {i + 1} of {count}", f"arms.{i}"
    yield field_prompt(f"{arm}.id", "Id, one word", section)
    name = str(answers.get(f"{arm}.id", ""))
    yield field_prompt(f"{arm}.label", "Name in tables", section, default=name.capitalize())
    usual = "experimental" if i == 0 else "control"
    yield field_prompt(f"{arm}.role", "Role", section, default=usual)
    if answers.get(f"{arm}.role") == "control":
        control = field_prompt(f"{arm}.control_type", "Type of control", section)
        yield replace(control, optional=False)
    yield field_prompt(f"{arm}.drug", "What was given", section, default=name)
    form = "not stated" if "ketamine" in str(answers.get(f"{arm}.drug", "")) else "not ketamine"
    yield field_prompt(f"{arm}.enantiomer", "Form of ketamine", section, default=form)
    yield Prompt(
        f"ask.{arm}.dose", "Is a dose per session stated", section, kind=YES_NO, default="yes"
    )
    if answers.get(f"ask.{arm}.dose"):
        yield field_prompt(f"{arm}.dose.amount", "Dose per session, a number", section)
        yield field_prompt(f"{arm}.dose.unit", "Unit", section)
    for name, text in (
        ("route", "Route"),
        ("infusion_minutes", "Length of one infusion, in minutes"),
        ("sessions", "Number of administrations"),
        ("psychotherapy.type", "Psychological treatment"),
        ("n_randomised", "Number randomised to the arm"),
    ):
        yield field_prompt(f"{arm}.{name}", text, section)
    yield _place(arm, section, "Methods")


def _funding() -> Iterator[Prompt]:
    section = "Funding"
    yield field_prompt("funding.funders", "Funders", section)
    interest = "funding.conflict_of_interest"
    yield field_prompt(interest, "Financial interest in ketamine", section, default="not stated")
    yield _place("funding", section, "end of the paper")


def _outcomes(answers: Answers, vocabulary: Vocabulary | None) -> Iterator[Prompt]:
    i = 0
    while True:
        yield Prompt(
            f"ask.outcome.{i}", "Another outcome" if i else "Enter an outcome", "Outcomes",
            kind=YES_NO, default="no" if i else "yes",
            help="Outcomes can also be added later, in the file.",
        )  # fmt: skip
        if not answers.get(f"ask.outcome.{i}"):
            return
        section, outcome = f"Outcome {i + 1}", f"outcomes.{i}"
        yield field_prompt(f"{outcome}.id", "Id, one word", section)
        yield field_prompt(f"{outcome}.construct", "What it measures", section)
        yield field_prompt(
            f"{outcome}.definition", "The study's definition, in your words", section
        )
        yield field_prompt(f"{outcome}.better", "Which direction is good", section)
        yield _instrument(outcome, section, vocabulary)
        if not answers.get(f"{outcome}.instrument"):
            yield field_prompt(f"{outcome}.unit", "Unit", section)
        ascertained = f"{outcome}.ascertainment"
        yield field_prompt(ascertained, "How it was established", section, default="not stated")
        primary = f"{outcome}.primary"
        yield field_prompt(primary, "Named as primary", section, default="not stated")
        yield from ask_results(answers, record_of(answers, sourced=False), i)
        i += 1


def _instrument(outcome: str, section: str, vocabulary: Vocabulary | None) -> Prompt:
    prompt = field_prompt(f"{outcome}.instrument", "Instrument", section)
    if vocabulary is None or not vocabulary.instruments:
        return prompt
    words = tuple((key, known.name) for key, known in vocabulary.instruments.items())
    return replace(prompt, kind=WORD, words=words)


def _place(part: str, section: str, usual: str) -> Prompt:
    return Prompt(
        f"{part}.source.locator", "Where does this stand", section, default=usual,
        help="Where in the document: abstract, table, figure, page, registry field.",
    )  # fmt: skip


def _year(study: str) -> str:
    last = study.rpartition("-")[2]
    return last if last.isdecimal() and len(last) == 4 else ""
