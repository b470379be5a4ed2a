"""How far the finding of a question depends on choices and on single studies, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ketameta.manuscript.literature import PRIORS
from ketameta.manuscript.phrases import lower_first, studies
from ketameta.manuscript.places import Places, bracketed
from ketameta.manuscript.text_blocks import Sentence
from ketameta.notation.numbers import DASH
from ketameta.pooling.catalog import used_interval
from ketameta.pooling.result import Interval
from ketameta.reports.wording import restricting_sets
from ketameta.synthesis.answer import Analysis, Answer
from ketameta.tables.formatting import NUMBERS, AnswerText
from ketameta.tables.further import multiverse_words

_SCALE = re.compile(r"\((\d[\d.]*)\)$")


def robustness(answer: Answer, places: Places) -> Iterator[Sentence]:
    """Subgroups, other sets of studies, each study left out, Bayes, every combination."""
    if answer.main.k < 2:
        return
    yield from _subgroups(answer)
    yield from _sets(answer)
    yield from _without_each(answer)
    name = answer.question.id
    yield from _bayes(answer, bracketed(places.figure("prior-posterior", name)))
    if words := multiverse_words(answer):
        where = bracketed(places.figure("multiverse", name))
        yield Sentence(words.replace("tau²", "τ²").replace(". ", f"{where}. ", 1))
    if drawn := places.figure("tornado", name):
        yield Sentence(f"{drawn} shows how far each assumption alone moves the result.")


def _subgroups(answer: Answer) -> Iterator[Sentence]:
    groups = [group for group in answer.subgroups if group.analysis.k]
    if len(groups) < 2:
        return
    text = AnswerText.of(answer)
    by = "" if answer.subgroup_test is None else f" by {answer.subgroup_test.by}"
    found = "; ".join(
        f"{group.name} ({studies(group.analysis.k)}) {text.short} {text.estimate(group.analysis)}"
        for group in groups
    )
    yield Sentence(f"Subgroups{by}: {found}.")
    test = answer.subgroup_test
    if test is not None and test.q is not None and test.df is not None:
        yield Sentence(
            f"The test of differences between them gave Q {NUMBERS.fixed(test.q, 2)} (df "
            f"{test.df}, {NUMBERS.p_value(test.p_value)}); with few studies it finds only the "
            "largest differences."
        )
    elif test is not None:
        yield Sentence("Differences between them could not be tested, for want of studies.")


def _sets(answer: Answer) -> Iterator[Sentence]:
    k, narrower = answer.main.k, list(restricting_sets(answer))
    changed = [a for a in narrower if 0 < a.k < k]
    same = [lower_first(a.title) for a in narrower if a.k == k]
    none = [lower_first(a.title) for a in narrower if a.k == 0]
    if changed:
        found = "; ".join(f"{lower_first(a.title)}, {_restricted(answer, a)}" for a in changed)
        yield Sentence(f"When only some studies counted: {found}.")
    if same:
        yield Sentence(f"Nothing changed when these counted: {'; '.join(same)}.")
    if none:
        yield Sentence(f"No study was left when these counted: {'; '.join(none)}.")
    wider = [a for a in answer.sensitivity if a.k and a not in narrower]
    if wider:
        found = "; ".join(f"{lower_first(a.title)}, {_wider(answer, a)}" for a in wider)
        yield Sentence(f"With other studies or results counted: {found}.")


def _restricted(answer: Answer, analysis: Analysis) -> str:
    """ "3 of 4 studies, OR 2.63 (0.26 to 26.84), 95% prediction interval 0.06 to 121"."""
    text, of = AnswerText.of(answer), f"{analysis.k} of {answer.main.k} studies"
    found = f"{text.short} {text.estimate(analysis)}"
    if analysis.k == 1:
        return f"{of} ({analysis.rows[0].label}, not pooled), {found}"
    return f"{of}, {found}, {text.level} prediction interval {text.prediction(analysis.pooled)}"


def _wider(answer: Answer, analysis: Analysis) -> str:
    text = AnswerText.of(answer)
    pooled = "" if analysis.k > 1 else ", not pooled"
    return f"{studies(analysis.k)}{pooled}, {text.short} {text.estimate(analysis)}"


def _without_each(answer: Answer) -> Iterator[Sentence]:
    found = [(a.pooled.estimate, a) for a in answer.leave_one_out if a.pooled is not None]
    if len(found) < 3:
        return
    text = AnswerText.of(answer)
    low, high = min(found, key=lambda item: item[0]), max(found, key=lambda item: item[0])
    yield Sentence(
        f"Without each study in turn the pooled {text.name} lay between {text.estimate(low[1])} "
        f"({lower_first(low[1].title)}) and {text.estimate(high[1])} "
        f"({lower_first(high[1].title)})."
    )


def _bayes(answer: Answer, where: str) -> Iterator[Sentence]:
    pooled, found = answer.main.pooled, answer.further
    if pooled is None or found is None or not found.bayes:
        return
    text, first, others = AnswerText.of(answer), found.bayes[0], found.bayes[1:]
    interval = used_interval(pooled.interval_method).name
    yield Sentence(
        f"A Bayesian model with the prior {_prior(first.prior)} for τ gave a median {text.name} of "
        f"{text.point(first.median)} ({text.level} credible interval "
        f"{text.interval(Interval(first.low, first.high))}), beside the {interval} interval of "
        f"{text.interval(pooled.interval)}{where}.",
        (PRIORS,),
    )
    ranges = [text.interval(Interval(line.low, line.high)) for line in others]
    ranges = [words for words in ranges if words != DASH]
    if ranges:
        priors = "; ".join(
            f"{_prior(line.prior)}, {text.interval(Interval(line.low, line.high))}"
            for line in others
        )
        yield Sentence(f"Under other priors of τ the credible interval was: {priors}.")
    yield Sentence(
        "The prior of τ moves these intervals, and neither model knows of bias: they are to be "
        "read together."
    )


def _prior(prior: str) -> str:
    """A prior in words: "half-normal (scale 0.5)", "Turner 2015 (any, drug-placebo)"."""
    words = prior.partition(":")[0].replace("(", " (").replace("  (", " (")
    return _SCALE.sub(r"(scale \1)", words)
