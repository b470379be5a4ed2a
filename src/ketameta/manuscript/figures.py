"""The figures of a manuscript: which there are, in order, with their legends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ketameta.appraisal.evidence_map import evidence_map
from ketameta.appraisal.grade.grading import certainty_by_cell
from ketameta.appraisal.prisma.flow import flow_diagram
from ketameta.figures.durability import durability_figure
from ketameta.figures.evidence_map import evidence_map_figure
from ketameta.figures.figure_kind import PICTURE_FORMATS
from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.model import ForestLayout
from ketameta.figures.forest.save import save
from ketameta.figures.grade import grade_figure
from ketameta.figures.picture import Picture
from ketameta.figures.prisma_flow import prisma_flow_figure
from ketameta.figures.risk_of_bias import traffic_light_figure
from ketameta.figures.safety import safety_figure
from ketameta.figures.saving import save_picture
from ketameta.manuscript.forest_legend import forest_legend
from ketameta.manuscript.house_styles import HouseStyle
from ketameta.manuscript.moderator_pictures import moderator_pictures
from ketameta.manuscript.risk_of_bias import assessed
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.questions.loading import find_question
from ketameta.reports.question_pictures import question_pictures
from ketameta.synthesis.durability import durability
from ketameta.synthesis.safety import safety

FORMATS = PICTURE_FORMATS
"""Vector files that can be edited, and the pixels that submission systems ask for."""
DPI = 600
"""What journals ask of line art with text; Word documents hold the same file."""
FOREST = "forest"
LOOKS = ("multiverse", "prior-posterior", "tornado")
"""Other looks at a pooled effect, where there are enough studies for them."""
LEAST_TIMES = 3
"""Of so many times a course can be drawn; of fewer the table says as much."""


@dataclass(frozen=True, slots=True)
class ManuscriptFigure:
    """A figure that can be written to a file.

    Attributes
    ----------
    number
        Its number in the manuscript.
    id
        The name of its files.
    kind
        Its name in the catalog of figures.
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
    kind: str
    question: str
    title: str
    legend: str
    alt: str
    save: Callable[[Path], object]

    def legend_in(self, style: HouseStyle) -> str:
        """The legend in a house's writing; those without results may hold DOIs and stay."""
        return style.written(self.legend) if self.question else self.legend


def manuscript_figures(subject: SubjectMatter, style: HouseStyle) -> tuple[ManuscriptFigure, ...]:
    """Every figure: the evidence, the answers, how far they hold, harms, bias, certainty.

    Flow of studies and map of the evidence; forest plots of pooled questions; of those with
    enough studies the specification curve, the Bayesian model, what was supposed, and lines
    through moderators; courses over time; harms; risk of bias and certainty. When the manuscript
    is about questions none of which has more than one study, those with one are drawn.
    """
    found = (
        *_about_all(subject),
        *_forests(subject, style),
        *_looks(subject),
        *_over_time(subject),
        *_appraisal(subject),
    )
    return tuple(replace(figure, number=number) for number, figure in enumerate(found, start=1))


def _about_all(subject: SubjectMatter) -> Iterator[ManuscriptFigure]:
    pooled = {row.study for answer in subject.answers for row in answer.main.rows}
    diagram = flow_diagram(subject.prisma.flow, subject.evidence, len(pooled))
    yield _picture("flow", prisma_flow_figure(diagram))
    by_cell = certainty_by_cell(subject.grades)
    yield _picture("evidence-map", evidence_map_figure(evidence_map(subject.evidence, by_cell)))


def _picture(name: str, picture: Picture, question: str = "") -> ManuscriptFigure:
    def write(path: Path) -> object:
        return save_picture(picture, path, dpi=DPI)

    words = (picture.title, picture.legend, picture.alt)
    return ManuscriptFigure(0, name, picture.name, question, *words, write)


def _forests(subject: SubjectMatter, style: HouseStyle) -> Iterator[ManuscriptFigure]:
    least = 2 if any(answer.main.k > 1 for answer in subject.answers) else 1
    for answer in subject.answers:
        if answer.main.k < least:
            continue
        several = any(analysis.k > 1 for analysis in (answer.main, *answer.sensitivity))
        plan = layout(answer, style=style.name, sensitivity=several)
        question = answer.question
        words = (question.title, forest_legend(answer, plan), plan.alt)
        name = f"{FOREST}-{question.id}"
        yield ManuscriptFigure(0, name, FOREST, question.id, *words, _forest_writer(plan))


def _looks(subject: SubjectMatter) -> Iterator[ManuscriptFigure]:
    for answer in subject.answers:
        name = answer.question.id
        for picture in question_pictures(answer, subject.review, subject.evidence):
            if picture.name in LOOKS:
                yield _picture(f"{picture.name}-{name}", picture, name)
        for moderator, picture in moderator_pictures(answer, subject.evidence, subject.review):
            yield _picture(f"{picture.name}-{name}-{moderator}", picture, name)


def _over_time(subject: SubjectMatter) -> Iterator[ManuscriptFigure]:
    """Courses of questions whose results stand at several times, and the harms of all studies."""
    review = subject.review
    drawn = set()
    for answer in subject.answers:
        asked = find_question(review, answer.question.id)
        found = durability(asked, review, subject.evidence)
        times = {one.at.weeks for one in found.compared if one.at.weeks is not None}
        shown = (found.outcome, found.measure, found.compared)
        if len(times) >= LEAST_TIMES and shown not in drawn:
            drawn.add(shown)  # the same outcome at another time has the same course
            name = answer.question.id
            yield _picture(f"durability-{name}", durability_figure(found), name)
    if subject.whole:
        harms = safety(subject.evidence, subject.review)
        if any(harm.risks for harm in harms.harms):
            yield _picture("harms", safety_figure(harms))


def _appraisal(subject: SubjectMatter) -> Iterator[ManuscriptFigure]:
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
    """Number of the forest plot of a question, by the question's id."""
    return {figure.question: figure.number for figure in figures if figure.kind == FOREST}
