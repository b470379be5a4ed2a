"""A review in which every text that a person can write tries to be markup."""

from __future__ import annotations

import json
from pathlib import Path

from tests.reports.small_review import REVIEW, TRIALS, Trial, write_root

NASTY = (
    "<img src=x onerror=\"document.title='owned'\"> {{7*7}} {% raw %} "
    "</script><script>document.title='owned'</script> ]]> --> &#x3c;script &lt;b&gt; </style> "
    "$\\frac{1$"
)
"""What must stay text, letter for letter, wherever it is shown."""
LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 6

FIELDS = ("title", "note", "document", "arm", "definition", "set", "claim", "reason")
"""Where it stands, each time after the name of the field."""


def nasty(field: str) -> str:
    """The text of a field."""
    return f"{field}: {NASTY}"


def _quoted(field: str) -> str:
    return json.dumps(nasty(field))


def hostile_root(folder: Path) -> Path:
    """Records, a claim, decisions on certainty and a review; one study has very long words."""
    trials = (
        Trial("adams-2001", title=nasty("title"), note=nasty("note"), document=nasty("document")),
        Trial("brown-2005", (10, 30, 8, 30), title=LONG, note=LONG, document=LONG),
    )
    review = REVIEW.replace("title: Abstinence\n", f"title: {LONG}\n")
    review = review.replace("title: Randomised trials only", f"title: {_quoted('set')}")
    root = write_root(folder, (*trials, *TRIALS[2:]), review=review)
    record = root / "studies" / trials[0].path
    text = record.read_text(encoding="utf-8")
    text = text.replace("label: Ketamine", f"label: {_quoted('arm')}")
    text = text.replace("definition: no drinking", f"definition: {_quoted('definition')}")
    record.write_text(text, encoding="utf-8")
    claims = root / "studies" / "claims"
    claims.mkdir()
    (claims / "K01.yaml").write_text(_claim(), encoding="utf-8")
    (root / "reports" / "small" / "certainty.yaml").write_text(_certainty(), encoding="utf-8")
    return root


def _claim() -> str:
    return (
        f"id: K01\ntitle: {_quoted('claim')}\nclaim: {_quoted('claim')}\nfound_in: [A]\n"
        "kinds: [outcome]\nquestions: [abstinence]\nneeds: A trial.\n"
        f"parts:\n  - {{says: {_quoted('claim')}, test: {{kind: documents}}}}\n"
    )


def _certainty() -> str:
    return (
        "main_outcomes: [abstinence]\nquestions:\n  - question: abstinence\n"
        "    outcome: the number of people who are abstinent\n"
        "    important: {smallest: 100, large: 250, unit: per 1000, source: A choice}\n"
        "    judgements:\n      - domain: indirectness\n        level: very serious\n"
        f"        reason: {_quoted('reason')}\n"
        "    raters: [someone]\n    date: 2026-01-01\n"
    )
