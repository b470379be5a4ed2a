"""Malformed records: each with its exact message and position."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from ketameta.records.loading import load
from ketameta.records.store import load_evidence
from ketameta.records.study import Study
from ketameta.records.yaml_reader import read_yaml

MODELINE = "# yaml-language-server: $schema=../schema/study.schema.json\n"
GOOD = (
    MODELINE
    + """\
id: doe-2020
status: included
substance: alcohol
citation:
  authors: [Doe J]
  year: 2020
  title: A trial
  doi: 10.1000/xyz123
  source: {ref: paper, locator: title page}
sources:
  paper: {document: The paper, url: https://example.org/p, level: primary abstract}
design:
  type: parallel
  country: NO
  randomised: yes
  blinded: [participants]
  enrolled_n: 60
  source: {ref: paper, locator: Methods}
population:
  diagnosis: alcohol use disorder
  treatment_seeking: yes
  source: {ref: paper, locator: Methods}
arms:
  - id: ket
    label: Ketamine
    role: experimental
    drug: ketamine
    enantiomer: racemic
    route: intravenous
    psychotherapy: {type: none}
    n_randomised: 30
    source: {ref: paper, locator: Methods}
  - id: sal
    label: Saline
    role: control
    control_type: inert placebo
    drug: saline
    enantiomer: not ketamine
    route: intravenous
    psychotherapy: {type: none}
    n_randomised: 30
    source: {ref: paper, locator: Methods}
outcomes:
  - id: abstinence
    construct: abstinence
    definition: no drinking
    better: higher
    results:
      - id: week-12
        time: {label: week 12, weeks: 12, phase: end of treatment}
        data:
          kind: events
          arms:
            ket: {events: 13, n: 30}
            sal: {events: 7, n: 30}
        source: {ref: paper, locator: Table 2}
      - id: week-12-or
        secondary_to: week-12
        time: {label: week 12, weeks: 12, phase: end of treatment}
        data:
          kind: contrast
          measure: OR
          experimental: [ket]
          control: [sal]
          estimate: 2.50
          ci_low: 1.00
          ci_high: 6.25
        source: {ref: paper, locator: Table 2}
  - id: score
    construct: motivation to quit
    definition: readiness
    better: higher
    instrument: scale
    results:
      - time: {label: week 12, weeks: 12, phase: end of treatment}
        data:
          kind: means
          arms:
            ket: {n: 30, mean: 14.30, sd: 2.0}
            sal: {n: 30, mean: 9.8, sd: 2.1}
        source: {ref: paper, locator: Table 3}
"""
)


def with_other_numbers(text: str) -> str:
    """The good record with numbers of other participants, as sound as its own."""
    changed = text.replace("ket: {events: 13,", "ket: {events: 20,")
    changed = changed.replace("sal: {events: 7,", "sal: {events: 13,")
    return changed.replace("mean: 14.30", "mean: 13.30")


VOCABULARY = """\
instruments:
  scale: {name: Scale, minimum: 0, maximum: 20, better: higher, source: a paper}
"""


def evidence_folder(root: Path, files: dict[str, str]) -> Path:
    folder = root / "studies"
    (folder / "alcohol").mkdir(parents=True)
    (folder / "vocabulary.yaml").write_text(VOCABULARY)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def problems(root: Path, text: str, name: str = "alcohol/doe-2020.yaml") -> list[str]:
    folder = evidence_folder(root, {name: text})
    return [str(p).removeprefix("studies/") for p in load_evidence(folder).problems]


def test_a_good_record_has_no_problem_and_keeps_its_decimals(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD) == []
    study, _ = load(tmp_path / "studies/alcohol/doe-2020.yaml", Study)
    assert study is not None
    assert study.design.country == "NO"
    assert study.design.randomised == "yes"
    mean = study.outcomes[1].results[0].data.arms["ket"].mean  # type: ignore[union-attr]
    assert str(mean) == "14.30"
    assert isinstance(mean, Decimal)


# Each case changes one thing of the good record; the message is exact, with line and column.
CASES = {
    "unknown field": (
        "ket: {n: 30, mean: 14.30, sd: 2.0}",
        "ket: {n: 30, mean: 14.30, sdd: 2.0}",
        "alcohol/doe-2020.yaml:80:39: outcomes.1.results.0.data.arms.ket.sdd: unknown field. "
        'Did you mean "sd"?',
    ),
    "missing field": (
        "  diagnosis: alcohol use disorder\n",
        "",
        "alcohol/doe-2020.yaml:21:3: population.diagnosis: is required but missing. Add the field.",
    ),
    "word": (
        "type: parallel",
        "type: paralel",
        'alcohol/doe-2020.yaml:14:9: design.type: "paralel" is not an allowed word. '
        'Did you mean "parallel"?',
    ),
    "text for a number": (
        "mean: 9.8",
        "mean: twenty",
        "alcohol/doe-2020.yaml:81:32: outcomes.1.results.0.data.arms.sal.mean: must be a number, "
        'found "twenty". If it is not reported, leave the field out and list it under `missing`.',
    ),
    "negative count": (
        "ket: {events: 13, n: 30}",
        "ket: {events: -13, n: 30}",
        "alcohol/doe-2020.yaml:55:27: outcomes.0.results.0.data.arms.ket.events: must be at "
        "least 0, got -13.",
    ),
    "leading zero": (
        "enrolled_n: 60",
        "enrolled_n: 060",
        "alcohol/doe-2020.yaml:18:15: design.enrolled_n: 060 has a leading zero. Write 60, or "
        "put it in quotes if it is a name.",
    ),
    "a required number that cannot be read is reported once": (
        "ket: {events: 13, n: 30}",
        "ket: {events: 013, n: 30}",
        "alcohol/doe-2020.yaml:55:27: outcomes.0.results.0.data.arms.ket.events: 013 has a leading "
        "zero. Write 13, or put it in quotes if it is a name.",
    ),
    "duplicate key": (
        "  country: NO\n",
        "  country: NO\n  country: SE\n",
        'alcohol/doe-2020.yaml:16:3: design.country: the key "country" stands twice (first on '
        "line 15). Keep one of them.",
    ),
    "a time is text": (
        "weeks: 12, phase: end of treatment}\n        data:\n          kind: means",
        "weeks: 12:30, phase: end of treatment}\n        data:\n          kind: means",
        "alcohol/doe-2020.yaml:76:39: outcomes.1.results.0.time.weeks: must be a number, found "
        '"12:30". If it is not reported, leave the field out and list it under `missing`.',
    ),
    "kind": (
        "kind: means",
        "kind: mean",
        'alcohol/doe-2020.yaml:78:17: outcomes.1.results.0.data.kind: "mean" is not a kind of '
        'data. Did you mean "means"?',
    ),
    "events above n": (
        "sal: {events: 7, n: 30}",
        "sal: {events: 36, n: 30}",
        "alcohol/doe-2020.yaml:56:27: outcomes.0.results.0.data.arms.sal.events: 36 events among "
        "30 people.",
    ),
    "analysed above randomised": (
        "sal: {events: 7, n: 30}",
        "sal: {events: 7, n: 31}",
        "alcohol/doe-2020.yaml:56:33: outcomes.0.results.0.data.arms.sal.n: 31 analysed, but "
        "only 30 randomised to sal.",
    ),
    "unknown arm": (
        "sal: {events: 7, n: 30}",
        "sla: {events: 6, n: 30}",
        'alcohol/doe-2020.yaml:56:18: outcomes.0.results.0.data.arms.sla: no arm "sla" in this '
        'record. Did you mean "sal"?',
    ),
    "outside the instrument": (
        "mean: 14.30",
        "mean: 24.30",
        "alcohol/doe-2020.yaml:80:32: outcomes.1.results.0.data.arms.ket.mean: 24.30 lies outside "
        "0 to 20, the range of Scale.",
    ),
    "unknown instrument": (
        "instrument: scale",
        "instrument: scael",
        'alcohol/doe-2020.yaml:74:17: outcomes.1.instrument: no instrument "scael" in '
        'vocabulary.yaml. Did you mean "scale"?',
    ),
    "estimate outside its interval": (
        "estimate: 2.50",
        "estimate: 0.50",
        "alcohol/doe-2020.yaml:66:21: outcomes.0.results.1.data.estimate: 0.50 lies outside its "
        "interval 1.00 to 6.25.",
    ),
    "asymmetric interval": (
        "ci_high: 6.25",
        "ci_high: 5.25",
        "alcohol/doe-2020.yaml:67:19: outcomes.0.results.1.data.ci_low: 1.00 to 5.25 is not "
        "symmetric on the log scale. Check the printed numbers, and how the interval was made.",
    ),
    "log instead of ratio": (
        "ci_low: 1.00",
        "ci_low: -0.10",
        "alcohol/doe-2020.yaml:67:19: outcomes.0.results.1.data.ci_low: -0.10 is not possible for "
        "the ratio OR. Give the ratio itself, not its logarithm.",
    ),
    "doi with an address": (
        "doi: 10.1000/xyz123",
        "doi: https://doi.org/10.1000/xyz123",
        'alcohol/doe-2020.yaml:9:8: citation.doi: "https://doi.org/10.1000/xyz123" is not a DOI. '
        "Write it without an address in front.",
    ),
    "unknown source": (
        "source: {ref: paper, locator: Table 3}",
        "source: {ref: papper, locator: Table 3}",
        'alcohol/doe-2020.yaml:82:23: outcomes.1.results.0.source.ref: no source "papper" in '
        'this record. Did you mean "paper"?',
    ),
    "control without type": (
        "    control_type: inert placebo\n",
        "",
        "alcohol/doe-2020.yaml:36:11: arms.1.role: a control arm needs a `control_type`.",
    ),
    "secondary to nothing": (
        "secondary_to: week-12",
        "secondary_to: week-13",
        'alcohol/doe-2020.yaml:59:23: outcomes.0.results.1.secondary_to: no result "week-13" in '
        'this outcome. Did you mean "week-12"?',
    ),
    "arms do not add up": (
        "enrolled_n: 60",
        "enrolled_n: 61",
        "alcohol/doe-2020.yaml:18:15: design.enrolled_n: the arms add up to 60, enrolled are 61. "
        "Check the digits; if the source has it so, explain it in a note and waive it.",
    ),
    "a decimal comma": (
        "          estimate: 2.50",
        "          estimate: 2,50",
        "alcohol/doe-2020.yaml:66:21: outcomes.0.results.1.data.estimate: must be a number, found "
        '"2,50". Write 2.50, with a point.',
    ),
    "a comma that may part thousands": (
        "          estimate: 2.50",
        "          estimate: 2,500",
        "alcohol/doe-2020.yaml:66:21: outcomes.0.results.1.data.estimate: must be a number, found "
        '"2,500". Write 2.500, with a point; if the comma parts thousands, 2500.',
    ),
    "a decimal comma within braces": (
        "sd: 2.1}",
        "sd: 2,1}",
        "alcohol/doe-2020.yaml:81:43: outcomes.1.results.0.data.arms.sal.1: unknown field. "
        "Write 2.1, with a point.",
    ),
    "no space after a colon within braces": (
        "sd: 2.1}",
        "sd:2.1}",
        "alcohol/doe-2020.yaml:81:37: outcomes.1.results.0.data.arms.sal.sd:2.1: unknown field. "
        "Write `sd: 2.1`, with a space after the colon.",
    ),
    "a year left empty": (
        "  year: 2020",
        "  year:",
        "alcohol/doe-2020.yaml:7:3: citation.year: is required but empty. Write the year of "
        "publication; where no source shows it, a `short_label` as well.",
    ),
    "a registration with too few digits": (
        "sources:\n",
        "registrations: [{registry: ClinicalTrials.gov, id: NCT253951}]\nsources:\n",
        'alcohol/doe-2020.yaml:11:52: registrations.0.id: "NCT253951" is not a ClinicalTrials.gov '
        "number. Its form is NCT and eight digits.",
    ),
    "ages that are swapped": (
        "  treatment_seeking: yes",
        "  treatment_seeking: yes\n  age: {mean: 44, minimum: 69, maximum: 21}",
        "alcohol/doe-2020.yaml:23:28: population.age.minimum: minimum 69 is above maximum 21. If "
        "they are swapped, write `minimum: 21` and `maximum: 69`.",
    ),
    "an arm on both sides": (
        "control: [sal]",
        "control: [sal, ket]",
        'alcohol/doe-2020.yaml:65:26: outcomes.0.results.1.data.control.1: "ket" is on both sides '
        "of the comparison. Leave it out of `experimental` or of `control`.",
    ),
    "a dose with a lost decimal point": (
        "    role: experimental\n",
        "    role: experimental\n    dose: {amount: 71, unit: mg/kg}\n",
        "alcohol/doe-2020.yaml:28:20: arms.0.dose.amount: 71 mg/kg of ketamine is more than 2.5 "
        "mg/kg, the highest dose in the records of this project. Check the digits; if the source "
        "has it so, waive it with the reason.",
    ),
    "a time of two lengths": (
        "time: {label: week 12, weeks: 12, phase: end of treatment}\n        data:\n"
        "          kind: means",
        "time: {label: 6 months, weeks: 6, phase: end of treatment}\n        data:\n"
        "          kind: means",
        'alcohol/doe-2020.yaml:76:40: outcomes.1.results.0.time.weeks: "6 months" is 24 to 26.6 '
        "weeks, not 6. Correct the one that is wrong; weeks count from the start of treatment.",
    ),
    "true for a count": (
        "ket: {events: 13, n: 30}",
        "ket: {events: true, n: 30}",
        "alcohol/doe-2020.yaml:55:27: outcomes.0.results.0.data.arms.ket.events: must be a whole "
        "number, found true. If it is not reported, leave the field out and list it under "
        "`missing`.",
    ),
    "a number in quotes": (
        "mean: 14.30",
        'mean: "14.30"',
        "alcohol/doe-2020.yaml:80:32: outcomes.1.results.0.data.arms.ket.mean: must be a number, "
        'found "14.30". If it is not reported, leave the field out and list it under `missing`.',
    ),
    "a number for text": (
        "title: A trial",
        "title: 2020",
        "alcohol/doe-2020.yaml:8:10: citation.title: must be text, found 2020. Put it in quotes.",
    ),
    "empty text": (
        "title: A trial",
        "title:",
        "alcohol/doe-2020.yaml:8:3: citation.title: is empty. Fill it in, or leave the field out.",
    ),
    "text for a list": (
        "blinded: [participants]",
        "blinded: participants",
        'alcohol/doe-2020.yaml:17:12: design.blinded: must be a list, found "participants". Write '
        "`- ` before each entry, or use [a, b].",
    ),
    "text for a mapping": (
        "psychotherapy: {type: none}",
        "psychotherapy: none",
        "alcohol/doe-2020.yaml:31:20: arms.0.psychotherapy: must be a mapping of fields, found "
        '"none".',
    ),
    "no kind": (
        "          kind: contrast\n",
        "",
        "alcohol/doe-2020.yaml:62:11: outcomes.0.results.1.data: `kind` is missing. Say which kind "
        "of data this is, e.g. `kind: events`.",
    ),
    "an address": (
        "url: https://example.org/p",
        "url: example.org/p",
        "alcohol/doe-2020.yaml:12:37: sources.paper.url: must be an address that begins with "
        'https:// or http://, found "example.org/p".',
    ),
    "the name of an arm": (
        "  - id: ket\n",
        "  - id: Ket\n",
        "alcohol/doe-2020.yaml:25:9: arms.0.id: must be lower-case words and numbers joined by "
        '"-" or "_", as in week-12, found "Ket".',
    ),
    "a bound": (
        "ci_high: 6.25",
        "ci_high: 6.25\n          ci_level: 0.95",
        "alcohol/doe-2020.yaml:69:21: outcomes.0.results.1.data.ci_level: must be at least 50, "
        "got 0.95.",
    ),
    "status without a reason": (
        "status: included",
        "status: ongoing",
        'alcohol/doe-2020.yaml:3:9: status: "ongoing" needs a `status_reason`.',
    ),
    "id": (
        "id: doe-2020\n",
        "id: doe-2021\n",
        'alcohol/doe-2020.yaml:2:5: id: "doe-2021" is not the file name. Rename the file or write '
        "`id: doe-2020`.",
    ),
    "folder": (
        "substance: alcohol",
        "substance: opioid",
        'alcohol/doe-2020.yaml:4:12: substance: "opioid" is not the folder. Move the file to '
        "opioid/.",
    ),
}


@pytest.mark.parametrize(("before", "after", "message"), CASES.values(), ids=CASES.keys())
def test_message_and_position(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in GOOD
    assert problems(tmp_path, GOOD.replace(before, after, 1)) == [message]


def test_a_field_may_have_the_name_of_a_kind_of_data(tmp_path: Path) -> None:
    text = GOOD.replace("          arms:\n", "          events:\n", 1)
    assert problems(tmp_path, text) == [
        "alcohol/doe-2020.yaml:53:11: outcomes.0.results.0.data.arms: is required but missing. Add "
        "the field.",
        "alcohol/doe-2020.yaml:54:11: outcomes.0.results.0.data.events: unknown field. Allowed: "
        "kind, arms.",
    ]


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    one = GOOD.replace("type: parallel", "type: paralel").replace("mean: 9.8", "mean: x")
    two = GOOD.replace("doe-2020", "roe-2021").replace("better: higher", "better: up", 1)
    two = two.replace("enrolled_n: 60", "enrolled_n: 060")
    folder = evidence_folder(tmp_path, {"alcohol/doe-2020.yaml": one, "alcohol/roe-2021.yaml": two})
    found = [(p.path.name, p.field) for p in load_evidence(folder).problems]
    assert found == [
        ("doe-2020.yaml", "design.type"),
        ("doe-2020.yaml", "outcomes.1.results.0.data.arms.sal.mean"),
        ("roe-2021.yaml", "design.enrolled_n"),
        ("roe-2021.yaml", "outcomes.0.better"),
    ]


def test_the_same_participants_are_not_in_two_included_records(tmp_path: Path) -> None:
    two = GOOD.replace("doe-2020", "roe-2021").replace("10.1000/xyz123", "10.1000/XYZ123")
    folder = evidence_folder(
        tmp_path, {"alcohol/doe-2020.yaml": GOOD, "alcohol/roe-2021.yaml": two}
    )
    (problem,) = load_evidence(folder).problems
    assert str(problem) == (
        "studies/alcohol/roe-2021.yaml:9:8: citation.doi: DOI 10.1000/xyz123 also stands in "
        "studies/alcohol/doe-2020.yaml. If they are the same participants, keep one record and "
        "list the other there."
    )


@pytest.mark.parametrize(
    ("raw", "pattern"),
    [
        (b"", r"doe-2020\.yaml:1:1: the file is empty\."),
        (b"\xff\xfe\x00", r"doe-2020\.yaml:1:1: not UTF-8\. Save the file as UTF-8\."),
        (b"a: \x07", r"doe-2020\.yaml:1:4: control character 0x07\. Remove the character\."),
        (b"a: [1, 2", r"doe-2020\.yaml:\d+:\d+: not valid YAML: .*"),
        (b"a: &x 1\nb: *x", r"doe-2020\.yaml:1:4: a: anchors \(&\) are not allowed\..*"),
        (b"- 1\n- 2\n", r"doe-2020\.yaml:1:1: a mapping of fields is expected\..*"),
        (b"[" * 500, r"doe-2020\.yaml:\d+:\d+: not valid YAML.*"),
        (b"a: .nan", r"doe-2020\.yaml:1:4: a: \.nan is not a number to keep\..*"),
    ],
)
def test_what_is_hardly_yaml(tmp_path: Path, raw: bytes, pattern: str) -> None:
    folder = evidence_folder(tmp_path, {})
    (folder / "alcohol" / "doe-2020.yaml").write_bytes(raw)
    found = [str(p) for p in load_evidence(folder).problems]
    assert any(re.fullmatch(r"studies/alcohol/" + pattern, p) for p in found), found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("1e-3", Decimal("0.001")),
        ("14.30", Decimal("14.30")),
        ("2020-01-02", "2020-01-02"),
        ("'010'", "010"),
        ("-7", -7),
        ("~", None),
        ("true", True),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
    ],
)
def test_scalars_are_what_they_look_like(tmp_path: Path, text: str, value: object) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"a: {text}\n")
    document = read_yaml(path)
    assert document.problems == []
    assert document.data == {"a": value}
    assert type(document.data["a"]) is type(value)
    assert str(document.data["a"]) == str(value)
