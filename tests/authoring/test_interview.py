"""The questions of a new record: a whole entry passes check, and each answer is checked at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketameta.authoring.accepting import accepted
from ketameta.authoring.answered import record_of, with_gaps
from ketameta.authoring.drafts import draft_of
from ketameta.authoring.fields import field_at
from ketameta.authoring.formatting import formatted
from ketameta.authoring.interview import next_prompt
from ketameta.authoring.prompts import Prompt, UnclearAnswerError, meant, spelled
from ketameta.authoring.skeleton import skeleton_text
from ketameta.errors import DataError, UsageError
from ketameta.exchange.record_paths import undotted
from ketameta.records.checks import check_study
from ketameta.records.loading import load
from ketameta.records.study import Study, Vocabulary
from ketameta.records.yaml_reader import Document, parse

VOCABULARY = Vocabulary.model_validate(
    {
        "instruments": {
            "vas": {
                "name": "VAS craving",
                "minimum": 0,
                "maximum": 100,
                "better": "lower",
                "source": "made up",
            }
        }
    }
)
SAID = {
    "substance": "alc",
    "sources.document.document": "The paper: a copy",
    "sources.document.level": "1",
    "citation.authors": "Doe J, Roe K",
    "citation.title": "Ketamine, and other # things",
    "citation.doi": "10.1000/xyz123",
    "design.type": "parallel",
    "design.country": "Norway",
    "design.randomised": "yes",
    "design.blinded": "participants, out",
    "design.enrolled_n": "41",
    "population.diagnosis": "Alcohol use disorder",
    "population.treatment_seeking": "yes",
    "population.age.mean": "44.20",
    "arms.0.id": "ketamine",
    "arms.1.id": "saline",
    "arms.1.control_type": "inert",
    "arms.0.dose.amount": "0.80",
    "arms.0.dose.unit": "mg/kg",
    "arms.0.route": "intrav",
    "arms.1.route": "intrav",
    "ask.arms.1.dose": "n",
    "arms.0.psychotherapy.type": "none",
    "arms.1.psychotherapy.type": "none",
    "arms.0.n_randomised": "21",
    "arms.1.n_randomised": "20",
    "outcomes.0.id": "craving",
    "outcomes.0.construct": "craving",
    "outcomes.0.definition": "Visual analogue scale",
    "outcomes.0.better": "lower",
    "outcomes.0.instrument": "vas",
    "outcomes.0.results.0.time.label": "week 4",
    "outcomes.0.results.0.time.weeks": "4",
    "outcomes.0.results.0.time.phase": "end",
    "outcomes.0.results.0.data.kind": "means",
    "outcomes.0.results.0.data.arms.ketamine.n": "20",
    "outcomes.0.results.0.data.arms.ketamine.mean": "14.30",
    "outcomes.0.results.0.data.arms.ketamine.sd": "9.80",
    "outcomes.0.results.0.data.arms.saline.n": "19",
    "outcomes.0.results.0.data.arms.saline.mean": "29.30",
    "ask.result.0.1": "y",
    "outcomes.0.results.1.time.label": "week 12",
    "outcomes.0.results.1.time.phase": "follow",
    "outcomes.0.results.1.data.kind": "contrast",
    "outcomes.0.results.1.data.measure": "MD",
    "outcomes.0.results.1.data.experimental.0": "ketamine",
    "outcomes.0.results.1.data.control.0": "saline",
    "outcomes.0.results.1.data.estimate": "-12.5",
    "outcomes.0.results.1.data.p": "0.03",
}


def entered(said: dict[str, str], study: str = "doe-2020") -> tuple[dict[str, Any], list[str]]:
    """The answers of a whole entry, and what was typed for each question."""
    answers: dict[str, Any] = {"ask.id": study}
    typed = []
    while (prompt := next_prompt(answers, VOCABULARY)) is not None:
        text = said.get(prompt.key, "")
        typed.append(text)
        if not text and not prompt.default:
            assert prompt.optional, prompt
            answers[prompt.key] = None
        else:
            answers[prompt.key] = accepted(prompt, text or prompt.default, answers, VOCABULARY)
        assert len(typed) < 200
    return answers, typed


def test_a_whole_entry_passes_check(tmp_path: Path) -> None:
    answers, _ = entered(SAID)
    record = with_gaps(record_of(answers), answers)
    path = tmp_path / "alcohol" / "doe-2020.yaml"
    path.parent.mkdir()
    path.write_text(skeleton_text(record), encoding="utf-8")
    study, document = load(path, Study)
    assert study is not None, document.problems
    assert check_study(study, document, path, VOCABULARY) == []
    (outcome,) = study.outcomes
    means: Any = outcome.results[0].data
    assert str(means.arms["ketamine"].mean) == "14.30"
    assert means.arms["saline"].sd is None
    assert [str(who) for who in study.design.blinded] == ["participants", "outcome assessors"]
    assert study.arms[1].dose is None
    assert "outcomes.0.results.0.data.arms.saline.sd: standard deviation" in [
        missing.what for missing in study.missing
    ]


def test_a_skeleton_says_what_the_record_says_and_has_the_form_of_all() -> None:
    record = record_of(entered(SAID)[0])
    text = skeleton_text(record)
    document = Document(Path("x"))
    parse(text.encode(), document)
    assert not document.problems
    assert document.data == record
    assert formatted(text.encode(), Path("x")) == text
    assert "  # pmid:  # PubMed number" in text
    assert "    # infusion_minutes:  # Length of one infusion" in text


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("substance", "alkohol", '"alkohol" is not an allowed word. Did you mean "alcohol"?'),
        ("substance", "c", '"c" may be cocaine or cannabis. Type one more letter.'),
        ("citation.year", "12", "must be at least 1950, got 12."),
        ("citation.year", "0020", "0020 has a leading zero."),
        ("citation.doi", "nonsense", '"nonsense" is not a DOI'),
        ("sources.document.url", "paper", "must be an address"),
        ("design.enrolled_n", "many", 'must be a whole number, found "many"'),
        ("design.analysed_n", "42", "42 analysed"),
        ("arms.0.id", "Ket amine", "must be lower-case words"),
        ("arms.1.id", "ketamine", "stands twice"),
        ("ask.arms", "40", "must be a whole number from 1 to 12"),
        ("outcomes.0.instrument", "xyz", '"xyz" is not an allowed word'),
        ("outcomes.0.results.0.data.arms.ketamine.n", "22", "only 21 randomised"),
        ("outcomes.0.results.0.data.arms.ketamine.mean", "140", "100"),
        ("outcomes.0.results.0.data.arms.ketamine.sd", "-1", "must be at least 0, got -1"),
    ],
)
def test_an_answer_that_check_would_refuse_is_refused_at_once(
    key: str, text: str, said: str
) -> None:
    answers: dict[str, Any] = {"ask.id": "doe-2020"}
    while (prompt := next_prompt(answers, VOCABULARY)) is not None and prompt.key != key:
        answer = SAID.get(prompt.key, "") or prompt.default
        answers[prompt.key] = accepted(prompt, answer, answers, VOCABULARY) if answer else None
    assert prompt is not None
    with pytest.raises(UnclearAnswerError) as caught:
        accepted(prompt, text, answers, VOCABULARY)
    assert said in str(caught.value)


def test_what_is_typed_is_spelled_back() -> None:
    words = Prompt("x", "", "", kind="words", words=(("a b", ""), ("c", "")))
    assert meant(words, "c; a b; 2") == ["c", "a b"]
    assert spelled(["c", "a b"]) == "c, a b"
    assert spelled(["Fund, the", "b"]) == "Fund, the; b"
    assert [meant(Prompt("x", "", "", kind="yes or no"), t) for t in ("Y", "no")] == [True, False]


def test_fields_that_no_record_has() -> None:
    for path in ("citation.yeer", "arms.0.x", "outcomes.0.results.0.data.arms.a.mean", "x"):
        with pytest.raises(KeyError):
            field_at(undotted(path), {"outcomes": [{"results": [{"data": {"kind": "events"}}]}]})


def test_a_draft_is_kept_and_read_again(tmp_path: Path) -> None:
    answers, _ = entered(SAID)
    draft = draft_of(tmp_path, "doe-2020")
    draft.answers = answers
    draft.keep()
    again = draft_of(tmp_path, "doe-2020")
    assert again.answers == answers
    assert list(again.answers) == list(answers)
    assert next_prompt(again.answers, VOCABULARY) is None
    draft.path.write_text("answers: [")
    with pytest.raises(DataError, match="Delete the draft"):
        draft_of(tmp_path, "doe-2020")


@pytest.mark.parametrize(
    "name", ["../doe", "Doe-2020", "", "a/b", "doe 2020", "-x", "a" * 200, "\n"]
)
def test_names_that_are_no_id_touch_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is no id"):
        draft_of(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def all_prompts() -> list[tuple[Prompt, dict[str, Any]]]:
    found: list[tuple[Prompt, dict[str, Any]]] = []
    answers: dict[str, Any] = {"ask.id": "doe-2020"}
    while (prompt := next_prompt(answers, VOCABULARY)) is not None:
        found.append((prompt, dict(answers)))
        text = SAID.get(prompt.key, "") or prompt.default
        answers[prompt.key] = accepted(prompt, text, answers, VOCABULARY) if text else None
    return found


PROMPTS = all_prompts()
NASTY = [
    "1e99999",
    "[a",
    "{}",
    "&x",
    "*x",
    "!!int 3",
    "0x10",
    "- a",
    "NaN",
    "null",
    "true",
    ",",
    ";",
]


@given(st.sampled_from(PROMPTS), st.one_of(st.sampled_from(NASTY), st.text(min_size=1)))
@settings(max_examples=150, deadline=None)
def test_any_answer_is_taken_as_it_is_or_refused(
    asked: tuple[Prompt, dict[str, Any]], text: str
) -> None:
    prompt, answers = asked
    try:
        value = accepted(prompt, text.strip() or "x", answers, VOCABULARY)
    except UnclearAnswerError:
        return
    record = record_of({**answers, prompt.key: value})
    document = Document(Path("x"))
    parse(skeleton_text(record).encode(), document)
    assert not document.problems
    assert document.data == record
