"""`manuscript_texts`: every paragraph of a manuscript, with numbered references."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketameta.manuscript.availability import statements
from ketameta.manuscript.figures import ManuscriptFigure, figure_numbers, manuscript_figures
from ketameta.manuscript.house_styles import HouseStyle, house_style
from ketameta.manuscript.methods import methods
from ketameta.manuscript.places import Places
from ketameta.manuscript.reference_styles import vancouver
from ketameta.manuscript.results import results
from ketameta.manuscript.subject_matter import SubjectMatter, subject_matter
from ketameta.manuscript.table_groups import table_groups
from ketameta.manuscript.text_blocks import Numbering, Run, TextBlock, placeholders
from ketameta.manuscript.works import Work
from ketameta.reports.inputs import ReportInputs

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class NumberedBlock:
    """A paragraph whose citations have numbers.

    Attributes
    ----------
    runs
        Its text in stretches.
    cites
        The numbers that it cites.
    """

    id: str
    heading: str
    runs: tuple[Run, ...]
    prisma: tuple[str, ...] = ()
    cites: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """The paragraph as plain text; citations that are raised stand as raised digits."""
        return "".join(_plain(run) for run in self.runs)


def _plain(run: Run) -> str:
    raised = run.cited and not run.text.startswith("[")
    return run.text.translate(RAISED) if raised else run.text


@dataclass(frozen=True, slots=True)
class ManuscriptTexts:
    """Every paragraph of a manuscript.

    Attributes
    ----------
    methods, results, statements
        In the order in which they are read; ids stay the same from one build to the next.
    legends
        One per figure, with its number.
    works, references
        What is cited, in the order of its numbers, as data and in the Vancouver style.
    to_write
        What only the review team can write, as it stands in the texts.
    """

    style: HouseStyle
    methods: tuple[NumberedBlock, ...]
    results: tuple[NumberedBlock, ...]
    statements: tuple[NumberedBlock, ...]
    legends: tuple[NumberedBlock, ...]
    works: tuple[Work, ...]
    to_write: tuple[str, ...]

    @property
    def references(self) -> tuple[str, ...]:
        """The list of references, in the order of their numbers, without the numbers."""
        return tuple(vancouver(work) for work in self.works)

    @property
    def blocks(self) -> Iterator[NumberedBlock]:
        """Every block."""
        yield from (*self.methods, *self.results, *self.statements, *self.legends)


def manuscript_texts(
    inputs: ReportInputs, *, questions: tuple[str, ...] = (), style: str = "default"
) -> ManuscriptTexts:
    """Methods, results, statements, legends and references of a review.

    Parameters
    ----------
    questions
        Ids of the questions that the manuscript is about; all by default.
    style
        The house: how citations, decimal marks and P values are written.

    Raises
    ------
    UsageError
        For an unknown question or style.
    """
    house = house_style(style)
    subject = subject_matter(inputs, questions)
    return texts_of(subject, house, manuscript_figures(subject, house))


def texts_of(
    subject: SubjectMatter, house: HouseStyle, figures: tuple[ManuscriptFigure, ...]
) -> ManuscriptTexts:
    """The texts that go with these figures."""
    numbering = Numbering(house.superscript)
    tables = {group.name: group.numbers for group in table_groups(subject)}
    done, found = methods(subject), results(subject, Places(figure_numbers(figures), tables))
    said = statements(subject)
    numbered_methods = _numbered(numbering, done)
    numbered_results = _numbered(numbering, tuple(house.block(block) for block in found))
    numbered_statements = _numbered(numbering, said)
    return ManuscriptTexts(
        style=house,
        methods=numbered_methods,
        results=numbered_results,
        statements=numbered_statements,
        legends=tuple(_legend(figure, house) for figure in figures),
        works=tuple(numbering.works.values()),
        to_write=placeholders((*done, *found, *said)),
    )


def _numbered(numbering: Numbering, blocks: tuple[TextBlock, ...]) -> tuple[NumberedBlock, ...]:
    return tuple(
        NumberedBlock(
            block.id,
            block.heading,
            numbering.runs(block),
            block.prisma,
            frozenset(numbering.number(work) for work in block.works),
        )
        for block in blocks
    )


def _legend(figure: ManuscriptFigure, house: HouseStyle) -> NumberedBlock:
    heading = f"Figure {figure.number}. {figure.title}"
    return NumberedBlock(f"legends.{figure.id}", heading, (Run(figure.legend_in(house)),))
