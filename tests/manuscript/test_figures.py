"""The figures of a manuscript: which there are, numbered once, and lines only from ten studies."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.manuscript.small_kit import small_subject
from tests.records import real
from tests.records.makers import TWO_ARMS, arm, contrast, evidence, outcome, question, result, study
from tests.reports.real_report import real_inputs

from ketameta.figures.catalog import FIGURES
from ketameta.manuscript.figures import figure_numbers, manuscript_figures
from ketameta.manuscript.house_styles import HOUSE_STYLES
from ketameta.manuscript.moderator_pictures import moderator_pictures
from ketameta.manuscript.subject_matter import SubjectMatter, subject_matter
from ketameta.records.store import Evidence
from ketameta.records.study import Study
from ketameta.synthesis.answering import answer

DEFAULT = HOUSE_STYLES["default"]


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> SubjectMatter:
    return small_subject(tmp_path_factory.mktemp("review"))


def trial(place: int, weeks: float, **tested: Any) -> Study:
    data = contrast("MD", 0.5 * weeks, 0.5 * weeks - 1.96, 0.5 * weeks + 1.96)
    measured = result(data, weeks=weeks)
    arms = (arm("ketamine", **tested), TWO_ARMS[1])
    return study(outcome("days abstinent", measured), name=f"s{place}-2001", arms=arms)


def lines(*studies: Study) -> list[str]:
    records: Evidence = evidence(*studies)
    found = answer(question("MD", "days abstinent"), real.review(), records)
    drawn = list(moderator_pictures(found, records, real.review()))
    assert all("weeks (week)" in picture.title for _, picture in drawn)
    return [name for name, _ in drawn]


def test_figures_are_numbered_in_order_and_each_is_of_the_catalog(subject: SubjectMatter) -> None:
    found = manuscript_figures(subject, DEFAULT)
    assert [figure.number for figure in found] == list(range(1, len(found) + 1))
    assert len({figure.id for figure in found}) == len(found)
    for figure in found:
        assert figure.kind in FIGURES
        assert figure.alt.endswith(".")
        assert len(figure.legend) > 100
    kinds = [figure.kind for figure in found]
    assert {"prisma-flow", "map", "forest", "multiverse", "prior-posterior", "grade"} <= set(kinds)


def test_texts_point_to_forest_plots_whatever_else_is_drawn_of_a_question(
    subject: SubjectMatter,
) -> None:
    found = manuscript_figures(subject, DEFAULT)
    numbers = figure_numbers(found)
    (forest,) = numbers["forest", "abstinence"]
    assert found[forest - 1].id == "forest-abstinence"
    assert all(found[n - 1].kind == kind for (kind, _), some in numbers.items() for n in some)
    assert sum(map(len, numbers.values())) == len(found)
    some = replace(subject, answers=subject.answers[:1], whole=False)
    fewer = figure_numbers(manuscript_figures(some, DEFAULT))
    assert len(fewer["forest", "abstinence"]) == 1


@pytest.mark.parametrize("style", HOUSE_STYLES)
def test_figures_fit_a_page_with_letters_that_can_be_read(style: str, tmp_path: Path) -> None:
    """17 by 20 cm stand between the margins; letters of 8 pt may shrink to 7 pt."""
    for figure in manuscript_figures(subject_matter(real_inputs()), HOUSE_STYLES[style]):
        if figure.kind in ("forest", "map"):
            figure.save(tmp_path / "figure.svg")
            head = (tmp_path / "figure.svg").read_text(encoding="utf-8")[:1000]
            sizes = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', head)
            assert sizes
            across, down = (float(size) * 2.54 / 72 for size in sizes.groups())
            assert 8 * min(17 / across, 20 / down, 1) >= 7, figure.id


def test_each_kind_of_control_has_a_map_of_its_own(subject: SubjectMatter) -> None:
    maps = [figure for figure in manuscript_figures(subject, DEFAULT) if figure.kind == "map"]
    assert len(maps) == len({figure.title for figure in maps}) >= 1
    assert all("one kind of control (" in figure.alt for figure in maps)


def test_lines_through_moderators_from_ten_studies_that_state_a_number() -> None:
    ten = [trial(i, weeks=i + 4.0) for i in range(10)]
    assert lines(*ten) == ["weeks"]  # nobody states a dose or the number of sessions
    assert lines(*ten[:9]) == []


def test_the_same_number_in_every_study_has_no_line() -> None:
    assert lines(*(trial(i, weeks=8.0) for i in range(10))) == []


def test_figures_are_written_for_the_house(subject: SubjectMatter, tmp_path: Path) -> None:
    found = {figure.kind: figure for figure in manuscript_figures(subject, HOUSE_STYLES["lancet"])}
    path = tmp_path / "flow.eps"
    found["prisma-flow"].save(path)
    assert path.read_bytes().startswith(b"%!PS-Adobe-3.0 EPSF-3.0")


def test_the_kit_of_our_review_has_every_kind_that_its_evidence_allows() -> None:
    found = manuscript_figures(subject_matter(real_inputs()), DEFAULT)
    kinds = {figure.kind for figure in found}
    assert kinds == {
        *("prisma-flow", "map", "forest", "multiverse", "prior-posterior", "tornado"),
        *("durability", "safety", "risk-of-bias", "grade"),
    }
    assert [figure.id for figure in found if figure.kind == "durability"] == [
        "durability-abstinence-longest"  # other questions on the same results have the same course
    ]
    for figure in found:
        assert len(figure.legend) > 150, figure.id
        assert any(letter.isdigit() for letter in figure.alt), figure.id
        assert not re.search(r"significan|no effect\b|nan\b", f"{figure.legend} {figure.alt}")
