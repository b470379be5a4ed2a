"""From a question and the records to contrasts between treatments: what each arm was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution
from ketameta.pooling.network import ContrastRows, contrasts_from_arms
from ketameta.questions.candidates import Candidate
from ketameta.questions.contrasts import ContrastClass
from ketameta.questions.question import Question, Review
from ketameta.questions.selection import select
from ketameta.records.results import EventsData, MeansData
from ketameta.records.store import Evidence
from ketameta.records.study import Arm
from ketameta.records.vocabulary import ControlType, Role
from ketameta.synthesis.answer import LeftOut
from ketameta.synthesis.arm_means import ArmMean, arm_mean, combined_mean
from ketameta.synthesis.estimation import estimate

KETAMINE = "ketamine"
NODES: Mapping[ControlType, str] = {
    ControlType.INERT_PLACEBO: "inert placebo",
    ControlType.ACTIVE_PLACEBO: "active placebo",
    ControlType.LOW_DOSE: "low-dose ketamine",
    ControlType.FEWER_SESSIONS: "fewer sessions",
    ControlType.OTHER_PROCEDURE: "other procedure",
    ControlType.ACTIVE_TREATMENT: "active treatment",
    ControlType.USUAL_CARE: "usual care",
    ControlType.NONE: "no treatment",
}
"""Node of the network for each kind of control arm; every tested arm is KETAMINE."""

LUMPED = Caution(
    "nodes_are_lumped",
    "Every tested ketamine arm is one node, whatever its dose, route, number of sessions and "
    "psychotherapy; control arms of one kind are one node too. Indirect comparisons suppose that "
    "the trials differ in nothing else that matters.",
)


@dataclass(frozen=True, slots=True)
class QuestionNetwork:
    """Contrasts that answer a question, and every study that gives none."""

    question: Question
    rows: ContrastRows
    left_out: tuple[LeftOut, ...]


def node_of(arm: Arm) -> str:
    """The treatment of an arm as a node; active treatments by their drug."""
    if arm.role is not Role.CONTROL or arm.control_type is None:
        return KETAMINE
    name = NODES[arm.control_type]
    return f"{name}: {arm.drug}" if arm.control_type is ControlType.ACTIVE_TREATMENT else name


def question_network(question: Question, review: Review, evidence: Evidence) -> QuestionNetwork:
    """The contrasts behind a question, with each kind of control as a node of its own.

    Comparisons of all classes enter, also dose against dose: to tell them apart is what the nodes
    are for. Otherwise the criteria are those of the question. Each study gives one result, chosen
    as for the question; arms of the same node are combined, and a study with three nodes gives
    all its contrasts.

    Raises
    ------
    DataError
        When no study gives a contrast.
    """
    criteria = review.criteria.overridden_by(question.criteria)
    criteria = criteria.model_copy(update={"contrast_classes": tuple(ContrastClass)})
    selection = select(question, criteria, evidence.studies)
    found: list[ContrastRows] = []
    left_out = [
        LeftOut(x.study.id, x.study.label, str(x.study.substance), x.category, x.reason, x.where)
        for x in selection.left_out
    ]
    for candidate in selection.chosen:
        rows = _study_rows(candidate, question.measure, str(review.choices.zero_cells))
        if isinstance(rows, str) or not rows.study:
            reason = rows if isinstance(rows, str) else f"{rows.excluded[0].reason}."
            study = candidate.study
            left_out.append(
                LeftOut(study.id, study.label, str(study.substance), "no contrast", reason)
            )
        else:
            found.append(rows)
    if not found:
        raise DataError(
            f"{question.id}: no study gives a comparison. ketameta pool {question.id} says why."
        )
    return QuestionNetwork(question, _joined(question.measure, found), tuple(left_out))


def _study_rows(candidate: Candidate, measure: str, zero_cells: str) -> ContrastRows | str:
    """All contrasts of one study, or the reason in words why there is none."""
    data = candidate.result.data
    by_node = _arms_by_node(candidate)
    if len(by_node) > 2 and isinstance(data, EventsData | MeansData):
        return _several_nodes(candidate, measure, by_node)
    first = {node_of(arm) for arm in candidate.experimental}
    second = {node_of(arm) for arm in candidate.control}
    if len(first) != 1 or len(second) != 1 or first == second:
        sides = f"{' and '.join(sorted(first))} against {' and '.join(sorted(second))}"
        return f"Reported as one comparison of {sides}, which are not two nodes."
    one = estimate(candidate, measure, zero_cells)
    if isinstance(one, str):
        return one
    return ContrastRows(
        measure,
        (candidate.study.label,),
        (first.pop(),),
        (second.pop(),),
        np.array([one.y]),
        np.array([one.v]),
        cautions=one.cautions,
    )


def _arms_by_node(candidate: Candidate) -> dict[str, list[Arm]]:
    """Arms that the result has numbers for, arms outside the comparison of interest left out."""
    named = getattr(candidate.result.data, "arms", {})
    found: dict[str, list[Arm]] = {}
    for arm in candidate.study.arms:
        if arm.id in named and arm.role in (Role.EXPERIMENTAL, Role.CONTROL):
            found.setdefault(node_of(arm), []).append(arm)
    return found


def _several_nodes(
    candidate: Candidate, measure: str, by_node: Mapping[str, Sequence[Arm]]
) -> ContrastRows | str:
    data, label = candidate.result.data, candidate.study.label
    columns: dict[str, list[float]] = {}
    if isinstance(data, EventsData):
        for arms in by_node.values():
            n = sum(data.arms[arm.id].n for arm in arms)
            events = sum(data.arms[arm.id].events for arm in arms)
            columns.setdefault("n", []).append(n)
            columns.setdefault("events", []).append(n - events if candidate.inverted else events)
    else:
        assert isinstance(data, MeansData)
        means = [_mean([arm_mean(data.arms[arm.id]) for arm in arms]) for arms in by_node.values()]
        for mean in means:
            if mean is None:
                return "means without a standard deviation or a number of people."
            sign = -1.0 if candidate.inverted else 1.0
            for name, value in (("mean", sign * mean.mean), ("sd", mean.sd), ("n", mean.n)):
                columns.setdefault(name, []).append(value)
    table: dict[str, ArrayLike] = {
        "study": [label] * len(by_node),
        "treatment": list(by_node),
        **columns,
    }
    return contrasts_from_arms(measure, table)


def _mean(arms: Sequence[ArmMean | None]) -> ArmMean | None:
    known = [arm for arm in arms if arm is not None]
    return combined_mean(known) if len(known) == len(arms) else None


def _joined(measure: str, parts: Iterable[ContrastRows]) -> ContrastRows:
    kept = tuple(parts)
    return ContrastRows(
        measure,
        tuple(name for part in kept for name in part.study),
        tuple(name for part in kept for name in part.treatment_1),
        tuple(name for part in kept for name in part.treatment_2),
        np.concatenate([part.y for part in kept]),
        np.concatenate([part.v for part in kept]),
        cautions=(LUMPED, *dict.fromkeys(c for part in kept for c in part.cautions)),
    )
