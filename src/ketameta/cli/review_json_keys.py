"""Keys of the JSON that commands on the answers of a review print, and what each holds."""

from __future__ import annotations

from collections.abc import Mapping

from ketameta.cli.json_keys import Keys

GRADE: Keys = (
    ("question, k, people, start", "id of the question; studies, people; high or low"),
    (
        "risk_of_bias, inconsistency, indirectness, imprecision, publication_bias",
        "the level that stands, in words; null without a study",
    ),
    ("raised, certainty, proposed", "levels added; what stands; what the rules alone make of it"),
    ("state", "drafted, confirmed once or twice, or disputed: the decision least agreed on"),
    ("statement", "the finding in plain words"),
)
GRADE_QUESTION: Keys = (
    ("question, domain, level, reason", "what stands and why"),
    ("proposed, proposal_reason, inputs", "what the rules propose, why, and from which inputs"),
    ("decided_by, date, stale", "who confirmed the draft of which day; inputs that moved since"),
)
GRADE_SUMMARY: Keys = (
    ("question, people, effect", "id of the question, people and studies, relative effect"),
    ("baseline, without", "whose risk without ketamine, and that risk per 1000"),
    ("with, risk_low, risk_high", "risk with ketamine per 1000 and its interval"),
    (
        "difference, difference_low, difference_high",
        "per 1000; for measures without risks in the unit of the outcome",
    ),
    (
        "nnt, nnt_low, nnt_high",
        'number needed to treat, negative for harm; "infinite" where the difference is 0',
    ),
    ("reasons, certainty, statement", "of every step; what stands; the finding in plain words"),
)
REVIEW_JSON_KEYS: Mapping[str, Keys] = {
    "grade": GRADE,
    "grade QUESTION": GRADE_QUESTION,
    "grade --sof": GRADE_SUMMARY,
}
"""Keys of commands on the answers of a review: each prints a list of such objects."""
