"""The figures of a manuscript: which there are, in order, with their legends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ketameta.appraisal.evidence_map import evidence_map
from ketameta.appraisal.grade.grading import graded_bodies
from ketameta.appraisal.prisma.flow import flow_diagram
from ketameta.figures.evidence_map import evidence_map_figure
from ketameta.figures.figure_kind import PICTURE_FORMATS
from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.model import ForestLayout
from ketameta.figures.forest.save import save
from ketameta.figures.forest.style import printed
from ketameta.figures.grade import grade_figure
from ketameta.figures.picture import Picture
from ketameta.figures.prisma_flow import prisma_flow_figure
from ketameta.figures.risk_of_bias import traffic_light_figure
from ketameta.figures.safety import safety_figure
from ketameta.figures.saving import save_picture
from ketameta.manuscript.courses import courses
from ketameta.manuscript.forest_legend import forest_legend, in_legend
from ketameta.manuscript.house_styles import HouseStyle
from ketameta.manuscript.moderator_pictures import moderator_pictures
from ketameta.manuscript.places import FOREST
from ketameta.manuscript.risk_of_bias import assessed
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.reports.question_pictures import question_pictures
from ketameta.synthesis.answer import Answer
from ketameta.synthesis.safety import safety

FORMATS = PICTURE_FORMATS
"""Vector files that can be edited, and the pixels that submission systems ask for."""
DPI = 600
"""What journals ask of line art with text; Word documents hold the same file."""
LOOKS = ("prior-posterior", "multiverse", "tornado")
"""Other looks at a pooled effect, where there are enough studies for them."""


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
    """Every figure, in the order in which the text speaks of them.

    Flow of studies and map of the evidence; risk of bias and certainty; question by question the
    forest plot of what was pooled and, with enough studies, the Bayesian model, the specification
    curve, what was supposed, lines through moderators and the course over time; harms. When the
    manuscript is about questions none of which has more than one study, those with one are drawn.
    """
    found = (
        *_about_all(subject),
        *_appraisal(subject),
        *_by_question(subject, style),
        *_harms(subject),
    )
    return tuple(replace(figure, number=number) for number, figure in enumerate(found, start=1))


def _about_all(subject: SubjectMatter) -> Iterator[ManuscriptFigure]:
    pooled = {row.study for answer in subject.answers for row in answer.main.rows}
    diagram = flow_diagram(subject.prisma.flow, subject.evidence, len(pooled))
    yield _picture("flow", prisma_flow_figure(diagram))
    yield from _maps(subject)


def _maps(subject: SubjectMatter) -> Iterator[ManuscriptFigure]:
    """A map for each kind of control, because all of them on one page have letters too small."""
    whole = evidence_map(subject.evidence, graded_bodies(subject.grades, subject.evidence))
    for control in whole.controls:
        cells = tuple(cell for cell in whole.cells if cell.control == control)
        if not any(cell.entries for cell in cells):
            continue
        picture = evidence_map_figure(replace(whole, controls=(control,), cells=cells))
        yield replace(
            _picture(f"evidence-map-{control.replace(' ', '-')}", picture),
            title=f"Evidence map: studies by outcome and substance, {control}",
            alt=picture.alt.replace("1 kinds of control", f"one kind of control ({control})"),
        )


def _picture(name: str, picture: Picture, question: str = "") -> ManuscriptFigure:
    def write(path: Path) -> object:
        return save_picture(picture, path, dpi=DPI)

    words = (picture.title, picture.legend, picture.alt)
    return ManuscriptFigure(0, name, picture.name, question, *words, write)


def _by_question(subject: SubjectMatter, style: HouseStyle) -> Iterator[ManuscriptFigure]:
    least = 2 if any(answer.main.k > 1 for answer in subject.answers) else 1
    over_time = {course.found.question: course for course in courses(subject)}
    for answer in subject.answers:
        name = answer.question.id
        if answer.main.k >= least:
            yield _forest(answer, style)
        yield from _looks(answer, subject)
        if name in over_time:
            yield _picture(f"durability-{name}", over_time[name].picture(), name)


def _forest(answer: Answer, style: HouseStyle) -> ManuscriptFigure:
    several = any(analysis.k > 1 for analysis in (answer.main, *answer.sensitivity))
    plan = layout(answer, style=printed(style.name), sensitivity=several)
    question = answer.question
    words = (question.title, forest_legend(answer, plan), plan.alt)
    name = f"{FOREST}-{question.id}"
    drawn = replace(plan, footer=tuple(line for line in plan.footer if not in_legend(line)))
    return ManuscriptFigure(0, name, FOREST, question.id, *words, _forest_writer(drawn))


def _looks(answer: Answer, subject: SubjectMatter) -> Iterator[ManuscriptFigure]:
    name = answer.question.id
    drawn = question_pictures(answer, subject.review, subject.evidence)
    for picture in sorted((p for p in drawn if p.name in LOOKS), key=lambda p: LOOKS.index(p.name)):
        yield _picture(f"{picture.name}-{name}", picture, name)
    for moderator, picture in moderator_pictures(answer, subject.evidence, subject.review):
        yield _picture(f"{picture.name}-{name}-{moderator}", picture, name)


def _harms(subject: SubjectMatter) -> Iterator[ManuscriptFigure]:
    """The harms of all studies, whatever was asked: of the whole review only."""
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


def figure_numbers(figures: tuple[ManuscriptFigure, ...]) -> dict[tuple[str, str], range]:
    """Numbers of the figures of each kind and question, which follow each other."""
    found: dict[tuple[str, str], range] = {}
    for figure in figures:
        place = (figure.kind, figure.question)
        first = found[place].start if place in found else figure.number
        found[place] = range(first, figure.number + 1)
    return found
