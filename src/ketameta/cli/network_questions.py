"""The network of treatments behind a question of the review."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ketameta.cli.data_samples import Sample, Samples
from ketameta.cli.findings import Findings
from ketameta.cli.method_options import Methods
from ketameta.cli.network_findings import NetworkWish, analyse_rows
from ketameta.cli.network_rows import contrast_labels
from ketameta.cli.output import Output
from ketameta.cli.workspace import Workspace
from ketameta.errors import DataError
from ketameta.measures.catalog import measure
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.network import ContrastRows, build_network
from ketameta.questions.loading import find_question
from ketameta.questions.question import Choices
from ketameta.records.vocabulary import Better
from ketameta.synthesis.treatment_network import QuestionNetwork, question_network


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a review, and where the review is."""

    workspace: Workspace
    question: str
    review_file: Path | None


def analyse_question(
    asked: Asked, methods: Methods, wish: NetworkWish, output: Output
) -> tuple[Samples, list[Findings]]:
    """The network of a question, with the review's methods where none were asked for.

    Raises
    ------
    UsageError
        For a question or treatment that does not exist.
    DataError
        When no study gives a comparison, or the network does not hang together.
    """
    found, choices = asked_network(asked, methods, output)
    question, rows = found.question, found.rows
    good = wish.smaller_is_better
    if good is None:
        good = question.better is Better.LOWER
    chosen = replace(wish, choices=choices, smaller_is_better=good)
    entry = measure(question.measure)
    estimates = EffectEstimates(entry.code, rows.y, rows.v, contrast_labels(rows))
    sample = Sample(question.id, question.title, entry, estimates, found.left_out, curated=True)
    findings = analyse_rows(question.id, sample, rows, chosen)
    return Samples(question.id, entry, "question", (sample,)), [findings]


def asked_network(
    asked: Asked, methods: Methods, output: Output
) -> tuple[QuestionNetwork, PoolingChoices]:
    """The contrasts behind a question, and how they are pooled.

    Raises
    ------
    UsageError
        For a question that does not exist.
    DataError
        When no study gives a comparison, or the network does not hang together.
    """
    review = asked.workspace.review(asked.review_file)
    question = find_question(review, asked.question)
    found = question_network(question, review, asked.workspace.evidence(output))
    choices = _choices(methods, review.choices)
    _refuse_without_network(question.id, found.rows, choices.tau2)
    return found, choices


def _refuse_without_network(where: str, rows: ContrastRows, tau2: str) -> None:
    """DataError for two treatments, parts that nothing links, and no degrees of freedom."""
    nodes = sorted({*rows.treatment_1, *rows.treatment_2})
    if len(nodes) < 3:
        raise DataError(
            f"{where}: every study compares {nodes[0]} with {nodes[1]}; two treatments are no "
            f"network. Use ketameta pool {where}."
        )
    try:
        graph = build_network(rows)
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    if graph.y.size < len(nodes) and tau2 != "EE":
        raise DataError(
            f"{where}: {graph.y.size} independent comparisons for {len(nodes)} treatments "
            f"({', '.join(nodes)}) leave no degrees of freedom: neither differences between "
            "studies nor disagreement between direct and indirect evidence can be seen, and each "
            "comparison rests on single trials. --tau2 EE takes effects as equal and computes it "
            "all the same."
        )


def _choices(methods: Methods, review: Choices) -> PoolingChoices:
    """What was asked for, and the review's methods for the rest."""
    equal = methods.tau2 is not None and methods.tau2.upper() == "EE"
    interval = methods.interval or (None if equal else review.interval)
    wanted = replace(
        methods,
        tau2=methods.tau2 or review.tau2,
        interval=interval,
        prediction=methods.prediction or review.prediction,
        level=methods.level or float(review.level),
    )
    return wanted.choices()
