"""The methods of a review in words, written from its choices and the catalogs of methods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.zero_cells import RULES
from ketameta.pooling.catalog import interval_method, prediction_method, tau2_method
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.records.vocabulary import Status, Verification
from ketameta.synthesis.answer import Answer


@dataclass(frozen=True, slots=True)
class MethodsParagraph:
    """A heading and what was done, with its literature."""

    heading: str
    text: str
    references: tuple[str, ...] = ()


def methods_text(
    review: Review, evidence: Evidence, answers: Sequence[Answer]
) -> tuple[MethodsParagraph, ...]:
    """What was done, in the order in which it was done."""
    return (
        _records(review, evidence),
        _selection(review),
        _effects(review, answers),
        _pooling(review),
        _heterogeneity(review),
        _sensitivity(review),
        _flags(),
        _appraisal(),
        _not_done(),
    )


def _records(review: Review, evidence: Evidence) -> MethodsParagraph:
    count = len(evidence.studies)
    included = sum(study.status is Status.INCLUDED for study in evidence.studies)
    levels = "; ".join(
        f"{level} ({level.meaning[:1].lower()}{level.meaning[1:-1]})" for level in Verification
    )
    return MethodsParagraph(
        "Records",
        f"{count} studies are on record ({included} with results that may be pooled), one file "
        f"each, and {len(evidence.excluded)} reports that were left out, with reasons. "
        f"Gathered up to {review.search_date}. Every value names the document it was read in and "
        f"how far that verifies it: {levels}. Values that are only remembered are never pooled. "
        "Records are checked against a schema, and for events above totals, intervals that do "
        "not contain their estimate, percentages that fit no whole number of people, and "
        "participants counted twice.",
    )


def _selection(review: Review) -> MethodsParagraph:
    classes = review.criteria.contrast_classes or ()
    contrast = f" Contrasts counted: {', '.join(classes)}." if classes else ""
    return MethodsParagraph(
        "Which result of a study counts",
        "At most one result of a study enters an analysis: the latest in the question's time, "
        "then the preferred outcome, then counts before reported comparisons. Arms on the same "
        "side of a comparison are combined. Every study that is not used is listed with the "
        f"reason.{contrast}",
    )


def _effects(review: Review, answers: Sequence[Answer]) -> MethodsParagraph:
    codes = dict.fromkeys(answer.question.measure for answer in answers)
    found = [find_measure(code) for code in codes]
    names = "; ".join(f"{m.name[:1].lower()}{m.name[1:]} ({m.code})" for m in found)
    references = tuple(dict.fromkeys(m.reference for m in found))
    return MethodsParagraph(
        "Effect sizes",
        f"Measures: {names}. Ratios are pooled as logarithms. Reported comparisons enter with the "
        "standard error that their interval implies, beside those computed from counts. Where a "
        "record counts the opposite event, the result is turned round and says so. Where a cell "
        f"holds a zero and the measure cannot bear it: {_zero_cells(review)}.",
        references,
    )


def _zero_cells(review: Review) -> str:
    rule = review.choices.zero_cells
    return RULES.get(rule, rule)


def _pooling(review: Review) -> MethodsParagraph:
    choices = review.choices
    tau2 = tau2_method(choices.tau2)
    interval = interval_method(choices.interval)
    ahead = prediction_method(choices.prediction)
    return MethodsParagraph(
        "Pooling",
        f"Random-effects model with inverse-variance weights. Variance between studies: "
        f"{tau2.name}, at the highest of all maxima of the likelihood where there are several. "
        f"Confidence interval of the mean: {interval.name}; beside it stand the interval with its "
        "factor kept at 1 or more and the normal (Wald-type) interval. Prediction interval for the "
        f"true effect in a new study: {ahead.name}. Coverage of every interval: "
        f"{float(choices.level):g}%. A single study is shown with its own interval and is not "
        "called pooled. Where nobody had the event in either group, the risk difference has the "
        "score interval of Miettinen and Nurminen, and nothing is added to cells.",
        (
            *dict.fromkeys(_cited(m.reference, m.doi) for m in (tau2, interval, ahead)),
            "Röver, Knapp and Friede 2015, doi:10.1186/s12874-015-0091-1 (the safeguard)",
            "Miettinen and Nurminen 1985, doi:10.1002/sim.4780040211 (the score interval)",
        ),
    )


def _heterogeneity(review: Review) -> MethodsParagraph:
    return MethodsParagraph(
        "Heterogeneity",
        "tau² with its Q-profile interval; I² and H² from tau² and the typical sampling variance, "
        "with intervals from those of tau²; beside it I² from Cochran's Q, as older programs print "
        "it; Q with its degrees of freedom. Below two studies nothing is estimated.",
        (
            "Viechtbauer 2007, doi:10.1002/sim.2514 (Q profile)",
            "Higgins and Thompson 2002, doi:10.1002/sim.1186 (I², H²)",
            "Cochran 1954, doi:10.2307/3001666 (Q)",
        ),
    )


def _sensitivity(review: Review) -> MethodsParagraph:
    titles = "; ".join(s.title[:1].lower() + s.title[1:] for s in review.sets)
    return MethodsParagraph(
        "Subgroups and sensitivity",
        "Subgroups are pooled each with a tau² of its own. From three studies on, the main "
        f"analysis is repeated without each study in turn. Other sets of studies: {titles}.",
        ("Borenstein and Higgins 2013, doi:10.1007/s11121-013-0377-7 (subgroups)",),
    )


def _flags() -> MethodsParagraph:
    return MethodsParagraph(
        "Flags",
        "Flags are rules: each has a code, a threshold that stands in the review, and a "
        "reference. They are raised by the record or by the numbers, and no flag removes a study; "
        "the sensitivity sets show what remains without the flagged ones.",
    )


def _appraisal() -> MethodsParagraph:
    return MethodsParagraph(
        "Risk of bias and certainty",
        "Risk of bias was judged per result with RoB 2 (parallel, crossover and cluster trials), "
        "ROBINS-I or a checklist for studies of one group. Signalling questions are answered from "
        "the sources seen, with no information where they say nothing; the tool's decision tables "
        "propose a level, from which a judgement may depart with a reason. Certainty was rated "
        "with GRADE: every domain has inputs computed from the records, a proposal by stated "
        "rules, and a decision, with a reason where it departs from the proposal, which goes stale "
        "when the inputs move. Assessments, decisions and the verdicts on claims are drafts until "
        "a first and a second person confirm them; each says how far it has been.",
        (
            "Sterne et al. 2019, doi:10.1136/bmj.l4898 (RoB 2)",
            "Sterne et al. 2016, doi:10.1136/bmj.i4919 (ROBINS-I)",
            "Murad et al. 2018, doi:10.1136/bmjebm-2017-110853 (studies of one group)",
            "Guyatt et al. 2008, doi:10.1136/bmj.39489.470347.AD (GRADE)",
        ),
    )


def _not_done() -> MethodsParagraph:
    return MethodsParagraph(
        "Not done",
        "No bibliographic database was searched systematically, data were extracted once only and "
        "no person has confirmed them, small-study effects were not tested where there are fewer "
        "than ten studies, and most full papers have not been read.",
        ("Sterne et al. 2011, doi:10.1136/bmj.d4002 (tests with fewer than ten studies)",),
    )


def _cited(reference: str, doi: str) -> str:
    return f"{reference}, doi:{doi}" if doi else reference


def references(paragraphs: Sequence[MethodsParagraph]) -> Iterator[str]:
    """Every reference once, in order of first mention."""
    seen: set[str] = set()
    for paragraph in paragraphs:
        for reference in paragraph.references:
            if reference not in seen:
                seen.add(reference)
                yield reference
