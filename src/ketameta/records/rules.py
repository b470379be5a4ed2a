"""The rules of `ketameta check`: one code, severity and sentence each."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.records.problems import Severity
from ketameta.records.yaml_reader import Path_


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that `ketameta check` applies."""

    code: str
    severity: Severity
    summary: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule broken at a path of a document."""

    code: str
    where: Path_
    message: str
    hint: str = ""


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("R001", Severity.ERROR, "The file is valid YAML and has the form of a record."),
        Rule("R010", Severity.ERROR, "Id, file name and folder agree."),
        Rule("R011", Severity.WARNING, "The first line names the schema for editors."),
        Rule("R012", Severity.ERROR, "Every status but `included` has a reason."),
        Rule("R020", Severity.ERROR, "Arms, sources and results that are referred to exist."),
        Rule("R021", Severity.ERROR, "Ids are unique within the record."),
        Rule("R022", Severity.ERROR, "Control arms, and only they, have a control type."),
        Rule("R023", Severity.ERROR, "`field_sources` names fields that are filled in."),
        Rule("R024", Severity.ERROR, "A derived value shows its arithmetic."),
        Rule("R025", Severity.ERROR, "Design and arms agree."),
        Rule("R030", Severity.ERROR, "Events are not more than people."),
        Rule("R031", Severity.ERROR, "No more people analysed than randomised."),
        Rule("R032", Severity.WARNING, "The arms add up to the number enrolled."),
        Rule("R033", Severity.ERROR, "Scores lie within the range of the instrument."),
        Rule("R034", Severity.ERROR, "A confidence interval contains its estimate."),
        Rule("R035", Severity.WARNING, "A confidence interval is symmetric on its scale."),
        Rule("R036", Severity.ERROR, "A percentage fits a whole number of people."),
        Rule("R037", Severity.ERROR, "Minimum, quartiles and maximum are in order."),
        Rule("R040", Severity.ERROR, "DOI, PMID, PMCID and registry numbers are well formed."),
        Rule("R050", Severity.ERROR, "Ids are unique among all records."),
        Rule("R051", Severity.ERROR, "The same participants are not in two included records."),
        Rule("R052", Severity.ERROR, "No report is both a record and excluded."),
    )
}
