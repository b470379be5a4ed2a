"""Paragraphs: numbers as the engine has them, citations in order, wording that claims no more."""

from __future__ import annotations

import math
import re

import pytest
from tests.manuscript.small_kit import small_inputs
from tests.reports.real_report import real_inputs

from ketameta.errors import UsageError
from ketameta.manuscript.house_styles import HOUSE_STYLES, house_style
from ketameta.manuscript.literature import (
    CLOPPER_PEARSON,
    COCHRAN,
    COMMON_DIFFERENCE,
    MIXED_MODEL,
    PRISMA,
    SCORE_INTERVAL,
)
from ketameta.manuscript.overclaims.documents import document
from ketameta.manuscript.overclaims.linting import lint
from ketameta.manuscript.subject_matter import subject_matter
from ketameta.manuscript.table_groups import table_groups
from ketameta.manuscript.text_blocks import Numbering, Run, Sentence, TextBlock, ranges
from ketameta.manuscript.texts import ManuscriptTexts, manuscript_texts
from ketameta.notation.numbers import DASH
from ketameta.synthesis.row_pooling import nobody_affected


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> ManuscriptTexts:
    return manuscript_texts(small_inputs(tmp_path_factory.mktemp("review")))


@pytest.fixture(scope="module")
def real() -> ManuscriptTexts:
    return manuscript_texts(real_inputs())


def block(texts: ManuscriptTexts, name: str) -> str:
    return next(one.text for one in texts.blocks if one.id == name)


def test_the_finding_has_the_numbers_of_the_trials(small: ManuscriptTexts) -> None:
    """The made-up trials are 13/30 to 6/30, 10/30 to 8/30 and 20/30 to 9/30."""
    text = block(small, "results.abstinence.finding")
    assert text.startswith("Three studies with 180 participants reported abstinence")
    assert "Two were randomised, all placebo-controlled (inert or active)" in text
    logs = [
        math.log(13 * 24 / (17 * 6)),
        math.log(10 * 22 / (20 * 8)),
        math.log(20 * 21 / (10 * 9)),
    ]
    v = [1 / 13 + 1 / 17 + 1 / 6 + 1 / 24, 1 / 10 + 1 / 20 + 1 / 8 + 1 / 22]
    v.append(1 / 20 + 1 / 10 + 1 / 9 + 1 / 21)
    w = [1 / x for x in v]
    fixed = sum(a * b for a, b in zip(w, logs, strict=True)) / sum(w)
    q = sum(a * (b - fixed) ** 2 for a, b in zip(w, logs, strict=True))
    assert f"Cochran's Q {q:.2f} (df 2" in text


def test_a_question_without_a_number_is_said_to_be_open(small: ManuscriptTexts) -> None:
    text = block(small, "results.unanswered")
    assert text.startswith("No study gave a number that could be used for: craving.")
    assert "craving (3)" in text


def test_ids_are_unique_and_stay(small: ManuscriptTexts, real: ManuscriptTexts) -> None:
    for texts in (small, real):
        ids = [one.id for one in texts.blocks]
        assert len(ids) == len(set(ids))
    assert {"methods.synthesis", "results.abstinence.finding", "statements.availability"} <= {
        one.id for one in small.blocks
    }


def test_what_only_the_team_knows_is_left_as_a_place_to_fill(small: ManuscriptTexts) -> None:
    assert "eligibility criteria (PRISMA item 5)" in " ".join(small.to_write)
    assert len(small.to_write) >= 8


def test_references_are_numbered_in_the_order_of_first_mention(real: ManuscriptTexts) -> None:
    assert real.works[0] == PRISMA
    assert block(real, "methods.reporting").startswith(
        "The report of this review is guided by the PRISMA 2020 statement [1]. Its checklist "
        "(Supplement 1) says where each item is answered, and which are missing or were not done."
    )
    number = list(real.works).index(COCHRAN) + 1
    assert f"[{number}]" in block(real, "methods.heterogeneity")
    assert len({work.key for work in real.works}) == len(real.works)
    seen: list[int] = []
    for one in (*real.methods, *real.results, *real.statements):
        seen += [n for n in sorted(one.cites) if n not in seen]
    assert seen == sorted(seen)


def test_every_reference_can_be_found(real: ManuscriptTexts) -> None:
    """By a DOI, an address or a title; only the program itself has neither of the first two yet."""
    for work in real.works:
        assert work.title, work
        assert work.doi or work.url or work.container or work.version, work


def test_every_study_that_is_pooled_is_cited(real: ManuscriptTexts) -> None:
    pooled = {row.study for answer in real_inputs().answers for row in answer.main.rows}
    assert pooled <= {work.key for work in real.works}


@pytest.mark.parametrize("style", HOUSE_STYLES)
def test_no_paragraph_claims_more_than_its_numbers(style: str) -> None:
    texts = manuscript_texts(real_inputs(), style=style)
    for one in texts.blocks:
        found = lint(document(one.text, one.id, ".txt"))
        assert [(f.code, f.text) for f in found] == [], one.id
        assert "nan" not in one.text.split()
        assert "None" not in one.text
        assert ".." not in one.text
        assert "  " not in one.text


def test_no_sentence_calls_a_result_significant(real: ManuscriptTexts) -> None:
    text = " ".join(one.text for one in real.blocks).lower()
    assert "significan" not in text
    assert "no effect" not in text
    assert "no difference" not in text


def test_every_estimate_stands_with_its_interval(real: ManuscriptTexts) -> None:
    for answer in real_inputs().answers:
        if answer.main.k < 1:
            continue
        text = block(real, f"results.{answer.question.id}.finding")
        assert "95% CI " in text
        assert "GRADE" in text
        unaffected = nobody_affected(answer.main.rows)
        assert ("95% prediction interval" in text) == (answer.main.k > 1 and not unaffected)


def mentioned(texts: ManuscriptTexts, word: str) -> list[int]:
    """Numbers of figures or tables in the order of their first mention in the results."""
    text = " ".join(one.text for one in texts.results)
    found: list[int] = []
    for first, joint, last in re.findall(rf"{word}s? (\d+)(?: (and|to) (\d+))?", text):
        numbers = range(int(first), int(last) + 1) if joint else [int(first)]
        found += [n for n in numbers if n not in found]
    return found


@pytest.mark.parametrize("questions", [(), ("retention",), ("retention", "abstinence-longest")])
def test_every_figure_and_table_is_spoken_of_in_the_order_of_its_number(
    questions: tuple[str, ...],
) -> None:
    """All but the checklist, which stands last and which the methods speak of by its name."""
    inputs = real_inputs()
    texts = manuscript_texts(inputs, questions=questions)
    figures = mentioned(texts, "Figure")
    assert figures == list(range(1, len(texts.legends) + 1))
    groups = table_groups(subject_matter(inputs, questions))
    assert mentioned(texts, "Table") == list(range(1, groups[-1].numbers.stop))


def test_harms_moderators_and_time_have_methods_and_results(real: ManuscriptTexts) -> None:
    """The numbers are those of the records: 0 of 44 and 0 of 51 people were removed."""
    for words in ("Clopper-Pearson", "logit-normal mixed model", "Mantel", "Miettinen"):
        assert words in block(real, "methods.harms")
    assert {CLOPPER_PEARSON, MIXED_MODEL} <= set(real.works)
    harms = block(real, "results.harms.removal-because-of-an-adverse-event")
    assert "Removal because of an adverse event: counted in none of 44 people with keta" in harms
    # 1 - 0.05 ** (1 / 44) = 0.0658
    assert "risks up to 6.6% would still fit" in harms
    assert "meta-regression" in block(real, "methods.moderators")
    assert "Dose, per mg/kg: OR times " in block(real, "results.abstinence-longest.moderators")
    assert "not pooled" in block(real, "methods.durability")
    assert "at 52 weeks: Krupitsky 1997" in block(real, "results.abstinence-longest.durability")


def test_where_a_line_is_not_of_the_random_effects_model_the_methods_say_so(
    real: ManuscriptTexts,
) -> None:
    assert "has its line at the common-effect mean" in block(real, "methods.small-studies")
    assert "Where nobody, or everybody" in block(real, "methods.synthesis")
    one = manuscript_texts(real_inputs(), questions=("retention",))
    assert "Where nobody, or everybody" not in block(one, "methods.synthesis")


def test_where_nobody_was_affected_no_heterogeneity_is_printed(real: ManuscriptTexts) -> None:
    """0 of 27 to 0 of 28 and 0 of 17 to 0 of 23: there is a score interval and nothing else."""
    text = block(real, "results.adverse-event-removal.finding")
    assert "Heterogeneity cannot be estimated from these studies." in text
    assert "score interval of Miettinen and Nurminen and nothing added to any cell [" in text
    for words in ("τ²", "I²", "Cochran", DASH, "df 0", "the studies agree"):
        assert words not in text
    assert {COMMON_DIFFERENCE, SCORE_INTERVAL} <= set(real.works)
    assert "Cochran's Q 8.75 (df 3" in block(real, "results.abstinence-longest.finding")


def test_only_the_questions_asked_for() -> None:
    texts = manuscript_texts(real_inputs(), questions=("retention",))
    named = {one.id.split(".")[1] for one in texts.results}
    assert named == {"records", "risk-of-bias", "findings", "retention"}
    assert any(one.id == "legends.forest-retention" for one in texts.legends)
    with pytest.raises(UsageError, match=r"does not ask 'retentoin'\. Did you mean retention"):
        manuscript_texts(real_inputs(), questions=("retentoin",))


def test_houses_write_numbers_and_citations_their_way() -> None:
    lancet, jama = (manuscript_texts(real_inputs(), style=name) for name in ("lancet", "jama"))
    finding = "results.abstinence-longest.finding"
    assert re.search(r"was \d+·\d+ \(95% CI \d+·\d+ to \d+·\d+,", block(lancet, finding))
    assert not re.search(r"\d\.\d", block(lancet, finding))
    assert re.search(r"\bp[=<>]0·\d+", block(lancet, finding))
    assert re.search(r"\bP [=<>] \.\d+", block(jama, finding))
    assert "0.1.0" in block(lancet, "methods.software")
    assert "10.1136/bmj.n71" in block(lancet, "legends.flow")
    assert any(run.cited and run.text == "1" for run in lancet.methods[0].runs)
    with pytest.raises(UsageError, match="Did you mean lancet"):
        house_style("lancett")


def test_citations_stand_before_the_stop_or_raised_behind_it() -> None:
    said = TextBlock(
        "x",
        "X",
        (Sentence("One.", (PRISMA,)), Sentence("Two."), Sentence("Three.", (COCHRAN, PRISMA))),
    )
    plain = Numbering()
    assert "".join(run.text for run in plain.runs(said)) == "One [1]. Two. Three [1,2]."
    raised = Numbering(superscript=True)
    assert raised.runs(said)[:2] == (Run("One."), Run("1", cited=True))
    assert ranges([3, 1, 2, 7, 9, 8, 5]) == "1–3,5,7–9"


def test_a_legend_stands_alone(real: ManuscriptTexts) -> None:
    text = block(real, "legends.forest-abstinence-longest")
    for words in (
        "Squares are the estimates",
        "Diamonds are pooled means",
        "95% prediction interval for the true effect in a new study",
        "† No numbers per group. Grabski 2022",
        "Abbreviations: CI, confidence interval; OR, odds ratio.",
    ):
        assert words in text
    assert "NP no placebo control" not in text  # the tables have the flags and their key


def test_the_statement_on_data_names_hash_version_and_licence(real: ManuscriptTexts) -> None:
    text = block(real, "statements.availability")
    assert real_inputs().digest in text
    assert "MIT" in text
    assert "ketameta 0." in text
