"""Results beside the pooled answers: what studies did, how long effects were followed, harms."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.manuscript.places import Places, bracketed
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.text_blocks import Sentence, TextBlock
from ketameta.reports.durability_part import DurabilityPart
from ketameta.reports.moderators_part import moderators_part, set_sentences
from ketameta.reports.safety_part import safety_part
from ketameta.synthesis.answer import Answer

LEAST_STUDIES = 3
"""Below it a line through a moderator fits every study, and levels have one study each."""


def moderators_results(
    subject: SubjectMatter, answer: Answer, places: Places
) -> Iterator[TextBlock]:
    """What differs between the studies of a main analysis, from three studies on."""
    if answer.main.k < LEAST_STUDIES:
        return
    question = answer.question
    for part in moderators_part((answer,), subject.evidence, subject.review):
        said = [Sentence(text) for text in set_sentences(part.found, part.found.sets[0])]
        if drawn := places.figure("bubble", question.id):
            said.append(Sentence(f"{drawn} shows lines through moderators."))
        heading = f"{question.title}: moderators"
        yield TextBlock(f"results.{question.id}.moderators", heading, tuple(said), ("20c",))


def durability_results(part: DurabilityPart, places: Places) -> TextBlock:
    """How long the effects of a question were followed."""
    name, title = part.found.question, part.found.title
    where = bracketed(places.figure("durability", name), places.table("durability"))
    first, *rest = part.sentences
    said = (first.removesuffix(".") + f"{where}.", *rest)
    sentences = tuple(Sentence(text) for text in said)
    return TextBlock(f"results.{name}.durability", f"{title}: over time", sentences, ("20b",))


def harms_results(subject: SubjectMatter, places: Places) -> Iterator[TextBlock]:
    """Harms of every study on record, a paragraph each; of the whole review only.

    Those that one study alone has counted stand in one paragraph.
    """
    if not subject.whole:
        return
    part = safety_part(subject.evidence, subject.review)
    if not part.sentences:
        return
    where = bracketed(places.figure("safety"), places.table("harms"))
    lead = f"Harms were looked for in every study on record, with or without a control{where}."
    yield _harms_block("", "Harms", (lead, *part.unknown))
    counted = {h.construct: {risk.count.result.study for risk in h.risks} for h, _ in part.by_harm}
    once = [name for name, studies in counted.items() if len(studies) == 1]
    for harm, text in part.by_harm:
        if harm.construct not in once:
            place = harm.construct.replace(" ", "-")
            yield _harms_block(f".{place}", f"Harms: {harm.construct}", (text,))
    if once:
        rest = tuple(text for harm, text in part.by_harm if harm.construct in once)
        yield _harms_block(".counted-once", "Harms counted in one study", rest)


def _harms_block(place: str, heading: str, said: tuple[str, ...]) -> TextBlock:
    sentences = tuple(Sentence(text) for text in said)
    return TextBlock(f"results.harms{place}", heading, sentences, ("20a", "20b"))
