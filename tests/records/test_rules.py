"""Every rule of `ketameta check`: what breaks it, and what comes close without breaking it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.records.test_loading import GOOD, MODELINE, evidence_folder

from ketameta.records.problems import Severity
from ketameta.records.rules import RULES
from ketameta.records.store import load_evidence

RECORD = "alcohol/doe-2020.yaml"
OUTCOMES = GOOD[GOOD.index("outcomes:\n") :]
BASELINE = GOOD.removesuffix(OUTCOMES)
SOURCE = "        source: {ref: paper, locator: Table 3}\n"


def with_data(data: str) -> str:
    """The good record with one outcome that has these data."""
    head = """\
outcomes:
  - id: score
    construct: craving
    definition: score
    better: lower
    instrument: scale
    results:
      - time: {label: week 12, weeks: 12, phase: end of treatment}
        data: """
    return BASELINE + head + data + "\n" + SOURCE


@dataclass(frozen=True)
class Case:
    """Changes to the good record: (before, after) pairs, or a whole set of files."""

    changes: tuple[tuple[str, str], ...] = ()
    text: str = GOOD
    others: tuple[tuple[str, str], ...] = ()

    def files(self) -> dict[str, str]:
        text = self.text
        for before, after in self.changes:
            assert text.count(before) >= 1, before
            text = text.replace(before, after, 1)
        return {RECORD: text, **dict(self.others)}


def change(before: str, after: str) -> Case:
    return Case(((before, after),))


def data(text: str) -> Case:
    return Case(text=with_data(text))


def unknown(how: str, count: int) -> Case:
    """People without an outcome in the control arm, where 7 of 30 have the event."""
    return Case(
        (
            (
                "        data:\n          kind: events",
                f"        unknown_are: {how}\n        data:\n          kind: events",
            ),
            ("sal: {events: 7, n: 30}", f"sal: {{events: 7, n: 30, unknown: {count}}}"),
        )
    )


def received(text: str) -> Case:
    """A field of the ketamine arm."""
    return change("    role: experimental\n", f"    role: experimental\n    {text}\n")


def aged(text: str) -> Case:
    return change("  treatment_seeking: yes", f"  treatment_seeking: yes\n  age: {{{text}}}")


SPARE = """\
  - id: spare
    label: Spare
    role: other
    drug: none
    enantiomer: not ketamine
    route: none
    psychotherapy: {type: none}
    n_randomised: 0
    source: {ref: paper, locator: Methods}
"""
SALINE = GOOD[GOOD.index("  - id: sal\n") : GOOD.index("outcomes:\n")]
CONTROLS = "    control_type: inert placebo\n"
SUM = "{document: Arithmetic, level: derived}"
CORRECTION = """\
study: doe-2020
reason: Misread
source: Table 2
by: AB
date: 2026-11-20
changes: [{path: design.country, expected: %s, value: %s}]
"""


def correction(expected: str, value: str, **more: str) -> Case:
    text = CORRECTION % (expected, value)
    for name, other in more.items():
        text = text.replace({"study": "doe-2020", "path": "design.country"}[name], other)
    return Case(others=(("corrections/one.yaml", text),))


BROKEN: dict[str, list[Case]] = {
    "R001": [
        change("status: included", "status: excluded"),
        change("  year: 2020", "  year:"),
        change("  year: 2020", "  year: null"),
    ],
    "R010": [
        change("id: doe-2020", "id: doe-2021"),
        change("substance: alcohol", "substance: opioid"),
    ],
    "R011": [change(MODELINE, ""), change(MODELINE, "# a comment\n")],
    "R012": [
        change("status: included", "status: narrative"),
        change("status: included", "status: awaiting data"),
    ],
    "R013": [
        Case(others=(("roe-2021.yaml", GOOD),)),
        Case(others=(("alcohol/roe-2021.yml", GOOD),)),
        Case(others=(("alcohol/roe-2021.YAML", GOOD),)),
        Case(others=(("alcohol/old/doe-2020.yaml", GOOD),)),
        Case(others=(("claims/K01.yml", "id: K01"),)),
    ],
    "R020": [
        change("sal: {events: 7, n: 30}", "sol: {events: 6, n: 30}"),
        change("secondary_to: week-12", "secondary_to: week-13"),
        change("locator: Methods}", "locator: Methods, also: [letter]}"),
        change("locator: Methods}", "locator: Methods, confirmed_in: [letter]}"),
        change("instrument: scale", "instrument: ladder"),
        change("ci_high: 6.25\n", "ci_high: 6.25\n          n: {kat: 30}\n"),
        Case(text=GOOD + "notes:\n  - {about: design, text: A note, refs: [letter]}\n"),
        data("{kind: single events, arm: kat, events: 1, n: 3}"),
        data("{kind: single means, arm: kat, value: {mean: 3}}"),
        data("{kind: paired, experimental: kat, control: sal, n: 9}"),
        data("{kind: paired, experimental: ket, control: sal, n: 9, conditions: {kat: {mean: 3}}}"),
        data("{kind: statement, direction: not reported, text: None, control: [kat]}"),
        data("{kind: changes, arms: {kat: {mean: 3}}}"),
    ],
    "R021": [
        change("outcomes:\n", f"{SPARE}{SPARE}outcomes:\n"),
        change("  - id: score\n", "  - id: abstinence\n"),
        change("      - id: week-12-or\n        secondary_to: week-12\n", "      - id: week-12\n"),
    ],
    "R022": [
        change(CONTROLS, ""),
        change("    role: experimental\n", f"    role: experimental\n{CONTROLS}"),
        change("    role: control\n", "    role: other\n"),
    ],
    "R023": [
        change(
            "locator: Table 3}",
            "locator: Table 3}\n        field_sources: {arms.ket.se: {ref: paper, locator: T}}",
        ),
        change(
            "  blinded: [participants]",
            "  blinded: [participants]\n  field_sources: {centres: {ref: paper, locator: T}}",
        ),
    ],
    "R024": [
        Case(
            (
                ("sources:\n", f"sources:\n  sum: {SUM}\n"),
                ("{ref: paper, locator: Table 3}", "{ref: sum, locator: none}"),
            )
        ),
        Case(
            (
                ("sources:\n", f"sources:\n  sum: {SUM}\n"),
                ("{ref: paper, locator: Table 3}", "{ref: paper, locator: T, also: [sum]}"),
            )
        ),
    ],
    "R025": [
        change("type: parallel", "type: single arm"),
        Case(
            (
                ("type: parallel", "type: case series"),
                ("role: control\n" + CONTROLS, "role: other\n"),
            )
        ),
        change("type: parallel", "type: non-randomised controlled"),
        Case(((SALINE, ""), (OUTCOMES, ""), ("enrolled_n: 60", "enrolled_n: 30"))),
    ],
    "R026": [
        change("      - id: week-12\n", "      - id: week-12\n        secondary_to: week-12-or\n"),
        change("secondary_to: week-12\n", "secondary_to: week-12-or\n"),
    ],
    "R027": [
        change("control: [sal]", "control: [sal, ket]"),
        data("{kind: paired, experimental: ket, control: ket, n: 9}"),
        data(
            "{kind: statement, direction: not reported, text: T, experimental: [ket], "
            "control: [ket]}"
        ),
    ],
    "R030": [
        change("sal: {events: 7, n: 30}", "sal: {events: 31, n: 30}"),
        data("{kind: single events, arm: ket, events: 4, n: 3}"),
        change("  treatment_seeking: yes", "  treatment_seeking: yes\n  female: {count: 61}"),
        change("  treatment_seeking: yes", "  treatment_seeking: yes\n  female: {count: 6, of: 5}"),
        unknown("counted with the event", 8),
        unknown("counted without the event", 24),
        unknown("nobody", 1),
    ],
    "R031": [
        change("sal: {events: 7, n: 30}", "sal: {events: 7, n: 31}"),
        change("sal: {n: 30,", "sal: {n: 31,"),
        change("enrolled_n: 60", "enrolled_n: 60\n  analysed_n: 61"),
        change("ci_high: 6.25\n", "ci_high: 6.25\n          n: {ket: 31}\n"),
        data("{kind: single events, arm: ket, events: 4, n: 31}"),
        data("{kind: single means, arm: ket, value: {mean: 3, n: 31}}"),
        data("{kind: paired, experimental: ket, control: sal, n: 31}"),
        unknown("left out", 1),
    ],
    "R032": [
        change("enrolled_n: 60", "enrolled_n: 59"),
        change("enrolled_n: 60", "enrolled_n: 61"),
        Case((("    n_randomised: 30\n", ""), ("enrolled_n: 60", "enrolled_n: 29"))),
    ],
    "R033": [
        change("mean: 14.30", "mean: 20.01"),
        change("mean: 9.8", "mean: -0.1"),
        data("{kind: single means, arm: ket, value: {median: 21}}"),
        data("{kind: single means, arm: ket, value: {mean: 3}, baseline: {maximum: 22}}"),
        data(
            "{kind: paired, experimental: ket, control: sal, n: 9, conditions: {ket: {mean: 21}}}"
        ),
    ],
    "R034": [
        change("estimate: 2.50", "estimate: 6.26"),
        change("ci_low: 1.00", "ci_low: 0"),
        change("estimate: 2.50", "estimate: -2.50"),
        Case((("ci_low: 1.00", "ci_low: 6.25"), ("ci_high: 6.25", "ci_high: 1.00"))),
        data("{kind: means, arms: {ket: {mean: 3, ci_low: 4, ci_high: 5}}}"),
    ],
    # The middle of 0.995 to 6.395 is 2.523, which does not print as 2.50.
    "R035": [
        change("ci_high: 6.25", "ci_high: 6.40"),
        data(
            "{kind: contrast, measure: MD, experimental: [ket], control: [sal], estimate: 2.0, "
            "ci_low: 1.0, ci_high: 3.2}"
        ),
        data("{kind: means, arms: {ket: {mean: 4.0, ci_low: 3.0, ci_high: 7.0}}}"),
    ],
    "R036": [
        change("  treatment_seeking: yes", "  treatment_seeking: yes\n  female: {percent: 50.5}"),
        change(
            "  treatment_seeking: yes",
            "  treatment_seeking: yes\n  female: {count: 20, of: 59, percent: 33}",
        ),
    ],
    "R037": [
        data("{kind: means, arms: {ket: {q1: 4, median: 3}}}"),
        data("{kind: means, arms: {ket: {minimum: 6, maximum: 3}}}"),
        aged("minimum: 69, maximum: 21"),
        aged("mean: 44, sd: 9, minimum: 69, maximum: 21"),
        received("dose: {amount: 0.8, unit: mg/kg, maximum: 0.5}"),
    ],
    "R038": [
        aged("sd: 0"),
        received("dose: {amount: 71, unit: mg/kg}"),
        received("dose: {amount: 7.1, unit: mg/kg}"),
        received("dose: {amount: 0.5, unit: mg/kg, maximum: 50}"),
        received("dose: {amount: 250, unit: mg}"),
        received("dose: {amount: 5, unit: mg/kg/h}"),
        received("infusion_minutes: 52000"),
        received("sessions: 0"),
    ],
    "R039": [
        change("label: week 12, weeks: 12", "label: 6 months, weeks: 6"),
        change("label: week 12, weeks: 12", "label: week 12, weeks: 1.2"),
    ],
    "R040": [
        change("doi: 10.1000/xyz123", "doi: doi.org/10.1000/xyz123"),
        change("doi: 10.1000/xyz123", 'pmid: "0123"'),
        change("doi: 10.1000/xyz123", "pmcid: '12395335'"),
        change("sources:\n", "registrations: [{registry: ISRCTN, id: '85955128'}]\nsources:\n"),
        change("sources:\n", "reports: [{citation: A, relation: B, doi: 10/x}]\nsources:\n"),
        change("level: primary abstract}", "level: primary abstract, doi: 11.1000/x}"),
    ],
    "R060": [
        Case(text=GOOD + "waivers: [{rule: R099, reason: A, by: B, date: 2026-11-20}]\n"),
        Case(text=GOOD + "waivers: [{rule: R030, reason: A, by: B, date: 2026-11-20}]\n"),
        Case(text=GOOD + "waivers: [{rule: R061, reason: A, by: B, date: 2026-11-20}]\n"),
    ],
    "R080": [
        correction("SE", "DK"),
        correction("SE", "NO", study="doe-2021"),
        correction("SE", "NO", path="design.countries.x"),
    ],
    "R081": [correction("NO", "SE")],
    "R061": [Case(text=GOOD + "waivers: [{rule: R035, reason: A, by: B, date: 2026-11-20}]\n")],
    "R050": [
        Case(
            others=(
                ("opioid/doe-2020.yaml", GOOD.replace("alcohol", "opioid").replace("xyz", "abc")),
            )
        )
    ],
    "R051": [Case(others=(("alcohol/roe-2021.yaml", GOOD.replace("doe-2020", "roe-2021")),))],
    "R052": [
        Case(
            others=(
                (
                    "excluded.yaml",
                    "excluded: [{id: doe-2020, citation: C, substance: alcohol, reason: R}]\n",
                ),
            )
        )
    ],
}
SOUND = {
    "a correction that stands": correction("SE", "NO"),
    "a modeline after a byte-order mark": change(MODELINE, "\ufeff" + MODELINE),
    "a field of the data named without the data": change(
        "locator: Table 3}",
        "locator: Table 3}\n        field_sources: {arms.ket.mean: {ref: paper, locator: T}}",
    ),
    "a derived value with its arithmetic": Case(
        (
            ("sources:\n", f"sources:\n  sum: {SUM}\n"),
            ("{ref: paper, locator: Table 3}", "{ref: sum, locator: none, derivation: 1 + 1}"),
        )
    ),
    "fewer analysed than randomised": change("sal: {events: 7, n: 30}", "sal: {events: 7, n: 29}"),
    "arms of unknown size within those enrolled": change("    n_randomised: 30\n", ""),
    "the same people in both arms of a crossover": Case(
        (("type: parallel", "type: crossover"), ("enrolled_n: 60", "enrolled_n: 30"))
    ),
    "a score at the end of the scale": change("mean: 14.30", "mean: 20"),
    "a change below the range of the scale": data("{kind: changes, arms: {ket: {mean: -4}}}"),
    # The middle of 0.995 to 6.295 is 2.503, which prints as 2.50.
    "an interval that is lopsided only by rounding": change("ci_high: 6.25", "ci_high: 6.30"),
    "a difference below 0": data(
        "{kind: contrast, measure: MD, experimental: [ket], control: [sal], estimate: -2.0, "
        "ci_low: -3.1, ci_high: -0.9}"
    ),
    # 20 of 59 is 33.898 %, which prints as 34, 33.9 or 33.90.
    "a percentage rounded to whole numbers": change(
        "  treatment_seeking: yes",
        "  treatment_seeking: yes\n  female: {count: 20, of: 59, percent: 34}",
    ),
    "a percentage with two decimals": change(
        "  treatment_seeking: yes",
        "  treatment_seeking: yes\n  female: {count: 20, of: 59, percent: 33.90}",
    ),
    # 4.0 is the root of 2.0 times 8.0.
    "a mean with an interval from logarithms": data(
        "{kind: means, arms: {ket: {mean: 4.0, ci_low: 2.0, ci_high: 8.0}}}"
    ),
    "an included study without a year in any source": change(
        "  year: 2020", "  year: null\n  short_label: Doe, unpublished"
    ),
    "a study that is not included and has no year": Case(
        (
            ("  year: 2020", "  year: null"),
            ("status: included", "status: ongoing\nstatus_reason: No results."),
        )
    ),
    "one age for all limits": aged("minimum: 21, maximum: 21"),
    "the highest dose of the records": received("dose: {amount: 2.5, unit: mg/kg, maximum: 2.5}"),
    "a high dose of another drug": change(
        "    role: control\n", "    role: control\n    dose: {amount: 380, unit: mg}\n"
    ),
    "no session in an arm without ketamine": change(
        "    role: control\n", "    role: control\n    sessions: 0\n"
    ),
    "six months that are 26 weeks": Case(
        (
            ("label: week 12, weeks: 12", "label: 6 months, weeks: 26"),
            ("label: week 12, weeks: 12", "label: 6 months, weeks: 26"),
        )
    ),
    "equal quartiles": data("{kind: means, arms: {ket: {q1: 3, median: 3, q3: 3}}}"),
    "what is kept beside the records": Case(
        others=(
            (".drafts/roe-2021.yaml", "id: x"),
            ("extractions/roe-2021/ab.yaml", "id: x"),
            ("alcohol/.roe-2021.yaml.swp", "id: x"),
            ("alcohol/notes.txt", "id: x"),
        )
    ),
    "a registry whose numbers have no known form": change(
        "sources:\n", "registrations: [{registry: UMIN, id: x1}]\nsources:\n"
    ),
}
FORM = {code: rule for code, rule in RULES.items() if code < "R100"}
"""Those from R100 on are broken in tests/records/integrity."""
BROKEN_ONE_BY_ONE = [(code, case) for code, cases in BROKEN.items() for case in cases]


OF_WHOLE_FOLDERS = {"R002", "R003", "R004"}
"""Stale schemas and reviews are no records; tests/cli break them (test_records_commands.py and
test_unanswerable.py)."""
OF_CLAIMS = {"R090", "R091", "R092", "R093"}
"""test_claim_files.py and tests/cli/test_claims.py break them."""
OF_RISK_OF_BIAS = {"R070"}
"""Needs the tools, which records do not know; `appraisal.risk_of_bias.problems` applies it."""
OF_CERTAINTY = {"R084", "R085", "R086", "R087", "R088"}
"""tests/appraisal/grade and tests/cli/test_grade.py break them."""
OF_PRISMA = {"R089"}
"""tests/cli/test_check_prisma.py breaks it."""
NOT_WAIVED = {"R061", "R081", "R092", "R093"} | OF_CERTAINTY
"""What people decided, which is decided anew rather than waived."""
OF_OTHERS = OF_WHOLE_FOLDERS | OF_CLAIMS | OF_RISK_OF_BIAS | OF_CERTAINTY | OF_PRISMA


def test_every_rule_has_a_test_that_breaks_it() -> None:
    assert set(BROKEN) == set(FORM) - OF_OTHERS


def test_rules_are_in_order_with_a_sentence_and_a_reference() -> None:
    assert list(RULES) == sorted(RULES)
    for code, rule in RULES.items():
        assert rule.code == code
        assert rule.summary.endswith(".")
        assert len(rule.reference) > 10
        assert rule.waivable or rule.severity is Severity.ERROR or code in NOT_WAIVED


def test_errors_that_make_a_record_unusable_cannot_be_waived() -> None:
    waivable = {c for c, r in FORM.items() if r.waivable and r.severity is Severity.ERROR}
    assert waivable == {"R036"}  # papers print wrong percentages; the counts beside them stand


@pytest.mark.parametrize(("code", "case"), BROKEN_ONE_BY_ONE)
def test_a_broken_rule_is_named_with_its_place(tmp_path: Path, code: str, case: Case) -> None:
    found = load_evidence(evidence_folder(tmp_path, case.files())).problems
    assert {p.code for p in found} == {code}
    for problem in found:
        assert problem.severity is RULES[code].severity
        assert problem.message.endswith(".")
        assert problem.line >= 1
        assert problem.column >= 1


@pytest.mark.parametrize("case", SOUND.values(), ids=SOUND.keys())
def test_what_comes_close_is_no_problem(tmp_path: Path, case: Case) -> None:
    assert [str(p) for p in load_evidence(evidence_folder(tmp_path, case.files())).problems] == []


def test_only_doubts_are_warnings() -> None:
    warnings = {code for code, rule in FORM.items() if rule.severity is Severity.WARNING}
    doubts = {"R011", "R032", "R035", "R038", "R039", "R061", "R081", "R092", "R093"}
    assert warnings == doubts | (OF_CERTAINTY - {"R084"})
