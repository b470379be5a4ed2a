"""The figures of a manuscript: which there are, in order, with their legends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ketameta.appraisal.evidence_map import evidence_map
from ketameta.appraisal.prisma.flow import flow_diagram
from ketameta.figures.evidence_map import evidence_map_figure
from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.model import ForestLayout
from ketameta.figures.forest.save import save
from ketameta.figures.grade import grade_figure
from ketameta.figures.picture import Picture
from ketameta.figures.prisma_flow import prisma_flow_figure
from ketameta.figures.risk_of_bias import traffic_light_figure
from ketameta.figures.saving import save_picture
from ketameta.manuscript.forest_legend import forest_legend
from ketameta.manuscript.house_styles import HouseStyle
from ketameta.manuscript.risk_of_bias import assessed
from ketameta.manuscript.subject_matter import SubjectMatter

FORMATS = ("svg", "pdf", "png")
DPI = 600
"""What journals ask of line art with text; Word documents hold the same file."""


@dataclass(frozen=True, slots=True)
class ManuscriptFigure:
    """A figure that can be written to a file.

    Attributes
    ----------
    number
        Its number in the manuscript.
    id
        The name of its files.
    question
        The question it belongs to; "" for figures about the whole review.
    legend, alt
        Text that explains it to somebody who reads nothing else, and to somebody who cannot
        see it.
    save
        Writes it to a path; the extension says which kind of file.
    """

    number: int
    id: str
    question: str
    title: str
    legend: str
    alt: str
    save: Callable[[Path], object]

    def legend_in(self, style: HouseStyle) -> str:
        """The legend in a house's writing; those without results may hold DOIs and stay."""
        return style.written(self.legend) if self.question else self.legend


def manuscript_figures(subject: SubjectMatter, style: HouseStyle) -> tuple[ManuscriptFigure, ...]:
    """Flow of studies, map of the evidence, forest plots of pooled questions, bias, certainty.

    When the manuscript is about questions none of which has more than one study, those with one
    are drawn.
    """
    found = (*_about_all(subject), *_forests(subject, style), *_appraisal(subject))
    return tuple(ManuscriptFigure(number, *parts) for number, parts in enumerate(found, start=1))


Parts = tuple[str, str, str, str, str, Callable[[Path], object]]


def _about_all(subject: SubjectMatter) -> Iterator[Parts]:
    pooled = {row.study for answer in subject.answers for row in answer.main.rows}
    diagram = flow_diagram(subject.prisma.flow, subject.evidence, len(pooled))
    yield _picture("flow", prisma_flow_figure(diagram))
    yield _picture("evidence-map", evidence_map_figure(evidence_map(subject.evidence)))


def _picture(name: str, picture: Picture) -> Parts:
    def write(path: Path) -> object:
        return save_picture(picture, path, dpi=DPI)

    return name, "", picture.title, picture.legend, picture.alt, write


def _forests(subject: SubjectMatter, style: HouseStyle) -> Iterator[Parts]:
    least = 2 if any(answer.main.k > 1 for answer in subject.answers) else 1
    for answer in subject.answers:
        if answer.main.k < least:
            continue
        several = any(analysis.k > 1 for analysis in (answer.main, *answer.sensitivity))
        plan = layout(answer, style=style.name, sensitivity=several)
        legend = forest_legend(answer, plan)
        question = answer.question
        yield (
            f"forest-{question.id}",
            question.id,
            question.title,
            legend,
            plan.alt,
            _forest_writer(plan),
        )


def _appraisal(subject: SubjectMatter) -> Iterator[Parts]:
    """Risk of bias of the results used, and the ratings of the questions that have a study."""
    shown = assessed(subject)
    if shown.results:
        yield _picture("risk-of-bias", traffic_light_figure(shown))
    graded = [grade for grade in subject.grades if grade.start is not None]
    if graded:
        yield _picture("certainty", grade_figure(graded))


def _forest_writer(plan: ForestLayout) -> Callable[[Path], object]:
    def write(path: Path) -> object:
        return save(plan, path, dpi=DPI)

    return write


def figure_numbers(figures: tuple[ManuscriptFigure, ...]) -> dict[str, int]:
    """Number of the figure of a question, by the question's id."""
    return {figure.question: figure.number for figure in figures if figure.question}
