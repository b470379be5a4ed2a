"""All questions of a review at a glance, and what is missing where nothing was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketameta.cli.answer_grids import known_people, lined_up, pieces
from ketameta.cli.document import (
    Block,
    Column,
    Grid,
    Heading,
    Line,
    Paragraph,
    fields,
    natural_width,
)
from ketameta.cli.flag_legend import flag_legend
from ketameta.counting import counted
from ketameta.pooling.result import Interval
from ketameta.questions.question import Review
from ketameta.synthesis.answer import Analysis, Answer
from ketameta.tables.exclusions import grouped
from ketameta.tables.flags import by_severity
from ketameta.tables.formatting import AnswerText, percent_text
from ketameta.tables.robustness import safeguard_text


def overview_document(answers: Sequence[Answer], review: Review, width: int) -> tuple[Block, ...]:
    """One line or two per question, then for each unanswered one who could answer it."""
    one_line = _grid(answers)
    fits = natural_width(one_line) <= width
    codes = [flag.code for answer in answers for flag in answer.main.flags]
    return (
        Heading(review.title, f"records of {review.search_date}", level=1),
        one_line if fits else _narrow_grid(answers),
        *_missing(answers),
        *flag_legend(codes),
    )


def _grid(answers: Sequence[Answer]) -> Grid:
    columns = (
        Column("Question"),
        Column("k", right=True),
        Column("n", right=True),
        Column("Estimate [95% CI]"),
        Column("Prediction"),
        Column("I²", right=True),
        Column("Flags", firm=False, least=18),
    )
    results, ahead = _results(answers), lined_up([_ahead(answer) for answer in answers])
    lines: list[Line] = []
    for i, answer in enumerate(answers):
        main = answer.main
        start = (answer.question.id, str(main.k), known_people(main))
        cells = (*start, results[i], ahead[i], _i2(main), _codes(main))
        lines.append(Line(cells, tone="" if main.k else "quiet"))
        below = _safeguard(answer)
        lines += [Line(("", "", "", part, "", "", ""), tone="quiet") for part in below]
    return Grid(columns, tuple(lines))


def _safeguard(answer: Answer) -> tuple[str, ...]:
    """The safeguarded interval in two lines, where the one shown was shortened."""
    said = safeguard_text(AnswerText.of(answer), answer.main)
    name, _, interval = said.partition(": ")
    return (f"{name}:", f"  {interval}") if said else ()


def _narrow_grid(answers: Sequence[Answer]) -> Grid:
    """Two lines per question: the estimate, and below it what qualifies it."""
    columns = (
        Column("Question"),
        Column("k", right=True),
        Column("n", right=True),
        Column("Estimate [95% CI]", firm=False, least=24),
    )
    lines: list[Line] = []
    for answer, result in zip(answers, _results(answers), strict=True):
        main = answer.main
        people = known_people(main)
        tone = "" if main.k else "quiet"
        lines.append(Line((answer.question.id, str(main.k), people, result), tone))
        lines += [Line(("", "", "", part), tone="quiet") for part in _safeguard(answer)]
        if qualifies := _qualifies(answer):
            lines.append(Line(("", "", "", qualifies), tone="quiet"))
    return Grid(columns, tuple(lines))


def _qualifies(answer: Answer) -> str:
    main = answer.main
    if main.pooled is None:
        return ""
    if main.k == 1:
        return f"one study, not pooled  {_codes(main)}".rstrip()
    text = AnswerText.of(answer)
    ahead = text.interval(main.pooled.prediction)
    parts = [f"prediction {ahead}", f"I² {_i2(main)}"] if main.pooled.prediction.low else []
    return "  ".join([*parts, _codes(main)])


def _results(answers: Sequence[Answer]) -> list[str]:
    """The measure and the estimate of each answer, numbers under each other."""
    shown = lined_up([_result(answer) for answer in answers])
    codes = [AnswerText.of(answer).short for answer in answers]
    widest = max((len(code) for code in codes), default=0)
    return [
        f"{code.ljust(widest)} {text}" if answer.main.k else text
        for answer, code, text in zip(answers, codes, shown, strict=True)
    ]


def _result(answer: Answer) -> tuple[str, ...]:
    text, main = AnswerText.of(answer), answer.main
    if main.pooled is None:
        return ("no usable study",)
    if main.k == 1:
        return pieces(text, main.rows[0].y, Interval(main.rows[0].low, main.rows[0].high))
    return pieces(text, main.pooled.estimate, main.pooled.interval)


def _ahead(answer: Answer) -> tuple[str, ...]:
    if answer.main.k == 1:
        return ("one study, not pooled",)
    if answer.main.pooled is None:
        return ("",)
    return pieces(AnswerText.of(answer), None, answer.main.pooled.prediction)


def _i2(main: Analysis) -> str:
    if main.pooled is None or main.k == 1:
        return ""
    spread = main.pooled.heterogeneity
    shown = spread.i2_q if spread.i2 is None else spread.i2
    return "" if shown is None else percent_text(shown)


def _codes(main: Analysis) -> str:
    return " ".join(flag.code for flag in by_severity(main.flags))


def _missing(answers: Sequence[Answer]) -> Iterator[Block]:
    """Who could answer the questions without a usable study, and why nobody does yet."""
    empty = [answer for answer in answers if answer.main.k == 0]
    if empty:
        yield Heading("No usable study")
        yield fields(*((answer.question.id, _who(answer)) for answer in empty))
        yield Paragraph(
            f"What each study lacks, and where it lies: ketameta pool {empty[0].question.id}",
            tone="quiet",
        )


def _who(answer: Answer) -> str:
    found = {members[0].status: members for _, members in grouped(answer.main.left_out)}
    without = found.get("no usable number", ())
    waiting = found.get("awaiting data", ())
    said = []
    if without:
        said.append(f"no usable number in {', '.join(item.label for item in without)}")
    if waiting:
        noun = "study awaits" if len(waiting) == 1 else "studies await"
        said.append(f"{len(waiting)} finished {noun} data")
    return "; ".join(said) or f"none of {counted(len(answer.main.left_out), 'study')} has it"
