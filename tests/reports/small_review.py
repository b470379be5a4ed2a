"""A small review on disk: three pooled studies, two without results, two questions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

MODELINE = "# yaml-language-server: $schema=../schema/study.schema.json\n"

THRESHOLDS = """\
thresholds:
  small_arm: {value: 50, source: A reason}
  small_total: {value: 100, source: A reason}
  short_follow_up_weeks: {value: 12, source: A reason}
  high_attrition_percent: {value: 20, source: A reason}
  small_k: {value: 5, source: A reason}
  dominant_weight_percent: {value: 50, source: A reason}
  information_size:
    {power: 0.8, alpha: 0.05, control_risk: 0.25, odds_ratio: 2, smd: 0.5, source: A reason}
"""

REVIEW = (
    """\
id: small
title: A small review
purpose: To be read by tests.
search_date: 1 January 2026
limits: [Everything here is made up.]
"""
    + THRESHOLDS
    + """\
sets:
  - id: randomised
    title: Randomised trials only
    why: Chance decides.
    criteria: {randomised: [yes]}
  - id: verified
    title: Verified numbers only
    why: Others err.
    criteria: {verification: [primary abstract]}
questions:
  - id: abstinence
    title: Abstinence
    text: Are more people abstinent?
    outcomes: [{construct: abstinence}]
    better: higher
    measure: OR
    time: longest
    sensitivity: [randomised, verified]
  - id: craving
    title: Craving
    text: Is craving lower?
    outcomes: [{construct: craving}]
    better: lower
    measure: SMD
    time: longest
"""
)


@dataclass(frozen=True)
class Trial:
    """One record; `cells` are events and people with ketamine, then without."""

    id: str
    cells: tuple[int, int, int, int] | None = (13, 30, 6, 30)
    title: str = "A trial"
    status: str = "included"
    randomised: str = "yes"
    level: str = "primary abstract"
    note: str = "Nothing."
    document: str = "The paper"

    @property
    def path(self) -> str:
        """The file, below `studies`."""
        return f"alcohol/{self.id}.yaml"

    @property
    def text(self) -> str:
        """The record."""
        author, year = self.id.rsplit("-", 1)
        reason = "" if self.status == "included" else "status_reason: Not read yet.\n"
        return (
            f"{MODELINE}id: {self.id}\nstatus: {self.status}\n{reason}substance: alcohol\n"
            f"citation:\n  authors: [{author.title()} J]\n  year: {year}\n"
            f"  title: {json.dumps(self.title)}\n  source: {{ref: paper, locator: title page}}\n"
            f"sources:\n  paper:\n    document: {json.dumps(self.document)}\n"
            f"    url: https://example.org/{self.id}\n    level: {self.level}\n"
            f"design:\n  type: parallel\n  country: Norway\n  randomised: {self.randomised}\n"
            "  blinded: [participants]\n  enrolled_n: 60\n"
            "  source: {ref: paper, locator: Methods}\n"
            "population:\n  diagnosis: alcohol use disorder\n  treatment_seeking: yes\n"
            "  source: {ref: paper, locator: Methods}\n"
            f"arms:\n{ARMS}{self._outcomes()}"
            f"notes:\n  - {{about: design, text: {json.dumps(self.note)}}}\n"
            "missing:\n  - {what: Craving scores, where: Table 4 of the paper}\n"
        )

    def _outcomes(self) -> str:
        if self.cells is None:
            return ""
        a, n1, c, n2 = self.cells
        return (
            "outcomes:\n  - id: abstinence\n    construct: abstinence\n"
            "    definition: no drinking\n    better: higher\n    results:\n"
            "      - time: {label: week 12, weeks: 12, phase: end of treatment}\n"
            "        data:\n          kind: events\n          arms:\n"
            f"            ketamine: {{events: {a}, n: {n1}}}\n"
            f"            saline: {{events: {c}, n: {n2}}}\n"
            "        source: {ref: paper, locator: Table 2}\n"
            "  - id: craving\n    construct: craving\n    definition: wish to drink\n"
            "    better: lower\n    results:\n"
            "      - time: {label: week 12, weeks: 12, phase: end of treatment}\n"
            "        data: {kind: statement, direction: favours experimental, text: Less.}\n"
            "        source: {ref: paper, locator: Text}\n"
        )


ARMS = "".join(
    f"  - id: {name}\n    label: {name.title()}\n    role: {role}\n{more}    drug: {name}\n"
    f"    enantiomer: {form}\n    route: intravenous\n    psychotherapy: {{type: none}}\n"
    "    n_randomised: 30\n    source: {ref: paper, locator: Methods}\n"
    for name, role, more, form in (
        ("ketamine", "experimental", "", "racemic"),
        ("saline", "control", "    control_type: inert placebo\n", "not ketamine"),
    )
)

TRIALS = (
    Trial("adams-2001"),
    Trial("brown-2005", (10, 30, 8, 30), randomised="no"),
    Trial("clark-2010", (20, 30, 9, 30), level="press"),
    Trial("davis-2015", None, status="awaiting data"),
    Trial("evans-2020", None, status="ongoing"),
)


def write_root(root: Path, trials: tuple[Trial, ...] = TRIALS, *, review: str = REVIEW) -> Path:
    """Write the records and the review below `root`."""
    studies = root / "studies"
    (studies / "alcohol").mkdir(parents=True, exist_ok=True)
    (studies / "vocabulary.yaml").write_text("instruments: {}\n", encoding="utf-8")
    for trial in trials:
        (studies / trial.path).write_text(trial.text, encoding="utf-8", newline="\n")
    folder = root / "reports" / "small"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "review.yaml").write_text(review, encoding="utf-8", newline="\n")
    return root
