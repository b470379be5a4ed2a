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

QUOTED = "In words only, beyond that:"
BEYOND = "Beyond that there are only words of authors, which stand in the table."
"""What a report quotes is not a manuscript's own claim."""


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
    told = (BEYOND if text.startswith(QUOTED) else text for text in rest)
    said = (first.removesuffix(".") + f"{where}.", *told)
    sentences = tuple(Sentence(text) for text in said)
    return TextBlock(f"results.{name}.durability", f"{title}: over time", sentences, ("20b",))


def harms_results(subject: SubjectMatter, places: Places) -> Iterator[TextBlock]:
    """Harms of every study on record; of the whole review only."""
    if not subject.whole:
        return
    part = safety_part(subject.evidence, subject.review)
    if not part.sentences:
        return
    where = bracketed(places.figure("safety"), places.table("harms"))
    lead = f"Harms were looked for in every study on record, with or without a control{where}."
    sentences = tuple(Sentence(text) for text in (lead, *part.sentences))
    yield TextBlock("results.harms", "Harms", sentences, ("20a", "20b"))
