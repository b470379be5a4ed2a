"""The methods of a review as paragraphs with citations, from its choices and the catalogs."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.manuscript import literature as lit
from ketameta.manuscript.further_methods import further_methods
from ketameta.manuscript.literature import cited
from ketameta.manuscript.phrases import listed, lower_first, number_word
from ketameta.manuscript.software import evidence_work, software_work, versions
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.text_blocks import Sentence, TextBlock
from ketameta.manuscript.works import Work
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.zero_cells import RULES
from ketameta.pooling.catalog import interval_method, prediction_method, tau2_method
from ketameta.records.vocabulary import Verification
from ketameta.sensitivity.bias.gate import ENOUGH_STUDIES
from ketameta.synthesis.further import FEW
from ketameta.synthesis.row_pooling import DIFFERENCE

EQUAL_EFFECTS = "EE"
STATED = (
    ("eligibility", "Eligibility criteria", ("5",)),
    ("sources", "Information sources and search", ("6", "7")),
    ("selection", "Selection process", ("8",)),
    ("collection", "Data collection", ("9",)),
)
"""Paragraphs that only the review team can write: id, heading, items of the checklist."""


def methods(subject: SubjectMatter) -> tuple[TextBlock, ...]:
    """The methods in the order of PRISMA 2020; what nobody stated is left as a place to fill."""
    return (
        _reporting(subject),
        *(_stated(subject, *item) for item in STATED),
        _records(subject),
        _outcomes(subject),
        _stated(subject, "risk-of-bias", "Risk of bias", ("11",), (lit.ROB2, lit.ROBINS_I)),
        _measures(subject),
        _synthesis(subject),
        _heterogeneity(),
        *_few_studies(subject),
        _sensitivity(subject),
        *further_methods(subject),
        _small_studies(),
        _flags(),
        _stated(subject, "certainty", "Certainty of evidence", ("15",), (lit.GRADE,)),
        _software(subject),
    )


def _block(name: str, heading: str, sentences: Iterator[Sentence], *prisma: str) -> TextBlock:
    return TextBlock(f"methods.{name}", heading, tuple(sentences), prisma)


def _reporting(subject: SubjectMatter) -> TextBlock:
    def sentences() -> Iterator[Sentence]:
        yield Sentence(
            "The report of this review is guided by the PRISMA 2020 statement.", (lit.PRISMA,)
        )
        yield Sentence(
            "Its checklist (Supplement 1) says where each item is answered, and which are missing "
            "or were not done."
        )
        for item in ("24a", "24b"):
            if said := subject.prisma.statements.get(item):
                yield Sentence(said.text)
                continue
            wanted = "registration" if item == "24a" else "access to the protocol"
            yield Sentence(f"[To be written by the review team: {wanted} (PRISMA item {item}).]")

    return _block("reporting", "Reporting and registration", sentences(), "24a", "24b")


def _stated(
    subject: SubjectMatter,
    name: str,
    heading: str,
    items: tuple[str, ...],
    works: tuple[Work, ...] = (),
) -> TextBlock:
    """What the team states on items of the checklist; a place to fill where it states nothing."""

    def sentences() -> Iterator[Sentence]:
        for item in items:
            said = subject.prisma.statements.get(item)
            if said is None:
                yield Sentence(
                    f"[To be written by the review team: {lower_first(heading)} "
                    f"(PRISMA item {item}).]"
                )
            else:
                yield Sentence(said.text, works)

    return _block(name, heading, sentences(), *items)


def _records(subject: SubjectMatter) -> TextBlock:
    levels = list(Verification)

    def sentences() -> Iterator[Sentence]:
        yield Sentence(
            "Each study is one record: citation, registration, funding, design, participants, "
            "arms, outcomes and results."
        )
        yield Sentence(
            "Every value names the document and the place where it was read and how far that "
            f"verifies it, on a scale of {number_word(len(levels))} levels from "
            f"{levels[0]} to {levels[-1]}; values that are only remembered were never pooled."
        )
        yield Sentence(
            "The records were checked by machine against a schema and for events above totals, "
            "intervals that do not contain their estimate, percentages that fit no whole number "
            "of people, and participants counted twice."
        )

    return _block("records", "Data items and their sources", sentences(), "10b")


def _outcomes(subject: SubjectMatter) -> TextBlock:
    titles = [lower_first(answer.question.title) for answer in subject.answers]

    def sentences() -> Iterator[Sentence]:
        if len(titles) == 1:
            yield Sentence(f"We asked one question: {subject.answers[0].question.text}")
        else:
            yield Sentence(
                f"We asked {number_word(len(titles))} questions, each about one outcome: "
                f"{'; '.join(titles)}."
            )
        yield Sentence(
            "At most one result of a study entered an analysis: the latest in the time that the "
            "question asks for, then the preferred outcome, then counts before reported "
            "comparisons."
        )
        yield Sentence(
            "Arms on the same side of a comparison were combined, so that nobody is counted twice."
        )
        if classes := subject.review.criteria.contrast_classes:
            yield Sentence(
                f"Only these comparisons count: {listed([str(name) for name in classes])}."
            )
        yield Sentence("Every study that a question does not use is listed with its reason.")

    return _block("outcomes", "Outcomes and choice of results", sentences(), "10a", "13a")


def _measures(subject: SubjectMatter) -> TextBlock:
    codes = dict.fromkeys(answer.question.measure for answer in subject.answers)
    found = [find_measure(code) for code in codes]
    rule = subject.review.choices.zero_cells

    def sentences() -> Iterator[Sentence]:
        for place, measure in enumerate(found):
            start = "Effects are expressed as" if place == 0 else "Others are expressed as"
            if place == 0 or len(found) < 3:
                yield Sentence(f"{start} {_measure_name(measure.code)}.", cited(measure.reference))
        if len(found) >= 3:
            rest = found[1:]
            works = tuple(work for m in rest for work in cited(m.reference))
            names = listed([_measure_name(m.code) for m in rest])
            yield Sentence(f"For other outcomes they are expressed as {names}.", works)
        if any(measure.is_ratio for measure in found):
            yield Sentence("Ratios were pooled as logarithms.")
        yield Sentence(
            "Comparisons that a source reports only as an estimate entered with the standard "
            "error that their interval implies, beside those computed from counts or means."
        )
        yield Sentence(
            "Where a record counts the opposite event, the result was turned round, and its row "
            "says so."
        )
        yield Sentence(
            "Zero cells that a measure cannot bear were handled by this rule: "
            f"{RULES.get(rule, rule)}."
        )

    return _block("measures", "Effect measures and data preparation", sentences(), "12", "13b")


def _measure_name(code: str) -> str:
    """A measure with its code where that is not part of the name: "odds ratios (OR)"."""
    measure = find_measure(code)
    name = measure.label if measure.label[:2].isupper() else lower_first(measure.label)
    plural = f"{name}s" if name.endswith(("ratio", "difference")) else name
    return f"{plural} ({measure.code})"


def _synthesis(subject: SubjectMatter) -> TextBlock:
    choices = subject.review.choices
    level = f"{float(choices.level):g}%"
    interval = interval_method(choices.interval)
    ahead = prediction_method(choices.prediction)

    def sentences() -> Iterator[Sentence]:
        yield from _model(choices.tau2)
        yield Sentence(
            f"Confidence intervals of the mean ({level}) are {interval.name} intervals.",
            cited(interval.reference, interval.doi),
        )
        if choices.interval == "hksj":
            yield Sentence(
                "Because that interval can be too short when results lie closer together than "
                "chance would have them, it is given beside one whose factor is kept at 1 or "
                "more.",
                (lit.SAFEGUARD,),
            )
        yield Sentence(
            f"Prediction intervals ({level}) for the true effect in a new study come from this "
            f"distribution: {ahead.name.replace('k-', 'k−')}.",
            cited(ahead.reference, ahead.doi),
        )
        if any(a.question.measure == DIFFERENCE for a in subject.answers):
            yield Sentence(
                "Where nobody, or everybody, in both groups of every study had the event, the risk "
                "difference of Mantel and Haenszel has the score interval of Miettinen and "
                "Nurminen; nothing was added to cells, and no heterogeneity was estimated.",
                (lit.COMMON_DIFFERENCE, lit.SCORE_INTERVAL),
            )
        yield Sentence(
            "A single study is shown with its own interval and is not called pooled. "
            "Estimates are read with their intervals, not by whether P lies below a threshold."
        )

    return _block("synthesis", "Synthesis", sentences(), "13d")


def _model(code: str) -> Iterator[Sentence]:
    method = tau2_method(code)
    works = cited(method.reference, method.doi)
    if code == EQUAL_EFFECTS:
        yield Sentence("Effects were pooled with a common-effect model, inverse variance.", works)
        return
    peak = (
        ", at the highest of all maxima of the likelihood where there are several"
        if code in ("REML", "ML")
        else ""
    )
    yield Sentence(
        "Effects were pooled with a random-effects model and inverse-variance weights; the "
        f"variance between studies (τ²) was estimated by {method.name}{peak}.",
        works,
    )


def _heterogeneity() -> TextBlock:
    def sentences() -> Iterator[Sentence]:
        yield Sentence(
            "Heterogeneity is described by τ² with its Q-profile interval.", (lit.Q_PROFILE,)
        )
        yield Sentence(
            "I² was computed from τ² and the typical sampling variance.", (lit.I_SQUARED,)
        )
        yield Sentence(
            "Cochran's Q is given with its degrees of freedom and did not decide on the model.",
            (lit.COCHRAN,),
        )
        yield Sentence(
            "Subgroups were pooled each with a τ² of its own; differences between subgroups are "
            "differences between trials, not between randomised groups.",
            (lit.SUBGROUPS,),
        )

    return _block("heterogeneity", "Heterogeneity and subgroups", sentences(), "13e")


def _few_studies(subject: SubjectMatter) -> Iterator[TextBlock]:
    """Only where a Bayesian model stands beside an answer."""
    if not any(answer.further and answer.further.bayes for answer in subject.answers):
        return

    def sentences() -> Iterator[Sentence]:
        yield Sentence(
            f"With fewer than {number_word(FEW)} studies, τ is hardly known from the data, and a "
            "Bayesian random-effects model with a weakly informative prior of τ stands beside "
            "the main analysis.",
            (lit.FEW_STUDIES, lit.PRIORS),
        )
        yield Sentence(
            "It is given as the posterior median with the shortest credible interval under a flat "
            "prior of the mean, and under other plausible priors of τ as a sensitivity analysis."
        )

    yield _block("few-studies", "Few studies", sentences(), "13d", "13f")


def _sensitivity(subject: SubjectMatter) -> TextBlock:
    wanted = {analysis.id for answer in subject.answers for analysis in answer.sensitivity}
    titles = [lower_first(s.title) for s in subject.review.sets if s.id in wanted]

    def sentences() -> Iterator[Sentence]:
        if titles:
            yield Sentence(f"Each question was answered again with: {'; '.join(titles)}.")
        yield Sentence(
            "From three studies on, the analysis was repeated without each study in turn, with "
            "diagnostics of influence.",
            (lit.INFLUENCE,),
        )
        yield Sentence(
            "A multiverse analysis pools every defensible combination of which studies count, "
            "what is done about zero cells, estimator and interval.",
            (lit.MULTIVERSE,),
        )

    return _block("sensitivity", "Sensitivity analyses", sentences(), "13f")


def _small_studies() -> TextBlock:
    def sentences() -> Iterator[Sentence]:
        yield Sentence(
            "Small-study effects were examined with Egger's regression and Begg's rank "
            f"correlation only from {number_word(ENOUGH_STUDIES)} studies on.",
            (lit.EGGER, lit.BEGG),
        )
        yield Sentence("With fewer, such tests can hardly tell chance from bias.", (lit.FUNNEL,))
        yield Sentence(
            "A funnel plot, where one is drawn, has its line at the common-effect mean, which need "
            "not be the random-effects mean of the answer."
        )
        yield Sentence(
            "Results that a study measured and nobody reported are listed for each question."
        )

    return _block("small-studies", "Reporting bias", sentences(), "14")


def _flags() -> TextBlock:
    def sentences() -> Iterator[Sentence]:
        yield Sentence(
            "Studies and pooled results carry flags: rules with a code, a threshold that stands "
            "in the review file, and a reference, raised by the records and the numbers alone."
        )
        yield Sentence(
            "No flag removes a study; sensitivity analyses show what remains without the flagged "
            "ones."
        )

    return _block("flags", "Flags", sentences(), "13f")


def _software(subject: SubjectMatter) -> TextBlock:
    program = software_work()

    def sentences() -> Iterator[Sentence]:
        yield Sentence(f"Analyses were run with ketameta {program.version}.", (program,))
        parts = versions()
        names = listed([f"{name} {version}" for name, version, _ in parts])
        works = tuple(work for *_, found in parts for work in found)
        yield Sentence(f"Its numbers depend on {names}.", works)
        yield Sentence(
            f"The records and the review were those with the SHA-256 hash {subject.digest[:12]}.",
            (evidence_work(subject.review, subject.digest),),
        )

    return _block("software", "Software and data", sentences(), "13d", "27")
