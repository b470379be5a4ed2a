"""The certainty of every answer as a figure: questions down, domains across."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from ketameta.appraisal.confirmation import confirmations_words
from ketameta.appraisal.grade.rating import DomainGrade, QuestionGrade
from ketameta.appraisal.grade.signs import (
    CHANGED_MARK,
    OPEN_MARK,
    STALE_MARK,
    certainty_text,
    domain_sign,
)
from ketameta.figures.colours import HAIRLINE, INK, MUTED
from ketameta.figures.page import MARGIN, SMALL, WIDTH, open_page, picture_style, shortened
from ketameta.figures.picture import Picture
from ketameta.figures.text_metrics import broken, drawable, text_width
from ketameta.notation.effects import clean
from ketameta.questions.certainty import UPGRADES, Domain, Level

FILLS = {
    Level.NOT_JUDGED: "#ffffff",
    Level.NOT_SERIOUS: "#eff3ff",
    Level.SERIOUS: "#9ecae1",
    Level.VERY_SERIOUS: "#2171b5",
    Level.EXTREMELY_SERIOUS: "#08306b",
}
INKS = {
    Level.NOT_JUDGED: INK,
    Level.NOT_SERIOUS: INK,
    Level.SERIOUS: INK,
    Level.VERY_SERIOUS: "#ffffff",
    Level.EXTREMELY_SERIOUS: "#ffffff",
}
SIGNS = {
    Level.NOT_JUDGED: "? not judged yet",
    Level.NOT_SERIOUS: "0 not serious",
    Level.SERIOUS: "−1 serious",
    Level.VERY_SERIOUS: "−2 very serious",
    Level.EXTREMELY_SERIOUS: "−3 extremely serious",
}
TITLES = {
    Domain.RISK_OF_BIAS: "Risk\nof bias",
    Domain.INCONSISTENCY: "Incon-\nsistency",
    Domain.INDIRECTNESS: "Indirect-\nness",
    Domain.IMPRECISION: "Impre-\ncision",
    Domain.PUBLICATION_BIAS: "Publica-\ntion bias",
}
ROW, HEAD, LINES = 19.0, 24.0, 2
NAMES, CELL, START, RAISED = 152.0, 33.0, 24.0, 26.0
"""Points: height of a row, of the titles; widths of the names and of each kind of column. Lines
that a name may have."""


def grade_figure(grades: Sequence[QuestionGrade]) -> Picture:
    """Draw one row per question with a study; the others are named below."""
    rated = [graded for graded in grades if graded.start is not None]
    title = "Certainty of the evidence (GRADE)"
    body = HEAD + ROW * max(1, len(rated)) + 4.0
    key = [
        Patch(facecolor=FILLS[level], edgecolor=INK, label=words, linewidth=0.6)
        for level, words in SIGNS.items()
    ]
    with picture_style():
        page = open_page(title, body, key=key, notes=_notes(grades, rated))
        axes = page.panel(0.0, 0.0, WIDTH, body)
        axes.set_axis_off()
        axes.set_xlim(0.0, WIDTH)
        axes.set_ylim(body, 0.0)
        raised = any(_raised(graded) for graded in rated)
        _titles(axes, raised=raised)
        for i, graded in enumerate(rated):
            _row(axes, graded, HEAD + i * ROW, raised=raised)
    return Picture("grade", title, page.figure, _alt(grades, rated), _legend(rated))


def _columns() -> list[tuple[Domain, float]]:
    left = MARGIN + NAMES + START
    return [(domain, left + i * CELL) for i, domain in enumerate(TITLES)]


def _after_domains() -> float:
    return MARGIN + NAMES + START + CELL * len(TITLES)


def _raised(graded: QuestionGrade) -> int:
    return sum(d.steps for d in graded.domains if d.domain in UPGRADES)


def _titles(axes: Axes, *, raised: bool) -> None:
    _text(axes, (MARGIN, HEAD - 6.0), "Question (studies)")
    _text(axes, (MARGIN + NAMES + START / 2, HEAD - 6.0), "Start", align="center")
    for domain, left in _columns():
        _text(axes, (left + CELL / 2, HEAD - 11.0), TITLES[domain], align="center")
    left = _after_domains()
    if raised:
        _text(axes, (left + RAISED / 2, HEAD - 6.0), "Up", align="center")
        left += RAISED
    _text(axes, (left + 4.0, HEAD - 6.0), "Certainty")


def _row(axes: Axes, graded: QuestionGrade, top: float, *, raised: bool) -> None:
    middle = top + ROW / 2
    axes.plot([MARGIN, WIDTH - MARGIN], [top, top], color=HAIRLINE, linewidth=0.6)
    _text(axes, (MARGIN, middle), _name(graded))
    assert graded.start is not None
    _text(axes, (MARGIN + NAMES + START / 2, middle), graded.start.level, align="center")
    for domain, left in _columns():
        found = graded.domain(domain)
        if found is not None:
            _cell(axes, found, (left, top))
    left = _after_domains()
    if raised:
        steps = _raised(graded)
        sign = f"+{steps}" if steps else "—"
        _text(axes, (left + RAISED / 2, middle), sign, align="center", colour=MUTED)
        left += RAISED
    _text(axes, (left + 4.0, middle), _certainty(graded))


def _certainty(graded: QuestionGrade) -> str:
    """With circles of one size, and "at most" as a sign."""
    return certainty_text(graded).replace("at most", "≤")


def _name(graded: QuestionGrade) -> str:
    """The title with the number of studies, on two lines where it is long."""
    count, room = f"\u00a0({graded.answer.main.k})", NAMES - 4.0
    lines = broken(drawable(clean(f"{graded.answer.question.title}{count}")), SMALL, room)
    if len(lines) <= LINES and all(text_width(line, SMALL) <= room for line in lines):
        return "\n".join(lines)
    title = shortened(graded.answer.question.title, room - text_width(count, SMALL), size=SMALL)
    return f"{title}{count}"


def _cell(axes: Axes, domain: DomainGrade, at: tuple[float, float]) -> None:
    level = domain.level
    box = Rectangle(
        (at[0] + 1.5, at[1] + 1.5),
        CELL - 3.0,
        ROW - 3.0,
        facecolor=FILLS[level],
        edgecolor=INK,
        linewidth=1.6 if domain.changed else 0.6,
        linestyle=":" if level is Level.NOT_JUDGED else "-",
    )
    axes.add_patch(box)
    centre = (at[0] + CELL / 2, at[1] + ROW / 2)
    _text(axes, centre, domain_sign(domain), align="center", colour=INKS[level])


def _text(
    axes: Axes,
    at: tuple[float, float],
    text: str,
    *,
    align: str = "left",
    size: float = SMALL,
    colour: str = INK,
) -> None:
    axes.text(*at, text, fontsize=size, ha=align, va="center", color=colour, linespacing=1.05)


def _notes(grades: Sequence[QuestionGrade], rated: Sequence[QuestionGrade]) -> list[str]:
    marks = {
        CHANGED_MARK: "decided otherwise than the rules propose (thick outline)",
        STALE_MARK: "an input moved since it was decided",
        OPEN_MARK: "proposed only",
    }
    signs = "".join(domain_sign(domain) for graded in rated for domain in graded.domains)
    used = [f"{mark} {words}" for mark, words in marks.items() if mark in signs]
    silent = [graded.answer.question.title for graded in grades if graded.start is None]
    notes = [f"{'; '.join(used)}."] if used else []
    if silent:
        notes.append(f"No evidence that can be rated: {'; '.join(silent)}.")
    return notes


def _alt(grades: Sequence[QuestionGrade], rated: Sequence[QuestionGrade]) -> str:
    lines = [f"{g.answer.question.title}: {g.certainty}" for g in rated]
    silent = len(grades) - len(rated)
    more = f" {silent} questions have no evidence that can be rated." if silent else ""
    return f"Certainty of {len(rated)} answers by GRADE. {'; '.join(lines)}.{more}"


def _legend(rated: Sequence[QuestionGrade]) -> str:
    states = [one.state for graded in rated for one in graded.confirmations]
    return (
        "Certainty of the evidence by GRADE. Rows are questions with their number of studies. "
        "Evidence that is randomised throughout starts at high, other evidence at low certainty; "
        "the number in a cell is how many levels a domain takes off, darker fills more. From high "
        "to very low: ⊕⊕⊕⊕, ⊕⊕⊕○, ⊕⊕○○, ⊕○○○. Levels are proposed by stated rules from computed "
        "inputs. A question mark is a domain not judged yet, with which the certainty is an upper "
        f"bound (≤). {confirmations_words(states, 'decision')}".rstrip()
    )
