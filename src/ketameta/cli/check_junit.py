"""What `ketameta check` found as JUnit XML, which GitLab and Jenkins read.

One test case per finding, since both show only one failure of each, and one per file without any.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ketameta.cli.checked import Checked, one_line
from ketameta.cli.output import printable
from ketameta.records.problems import Problem

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may hold."""


def as_junit(checked: Checked, fail_on: str) -> str:
    """Findings that count under `--fail-on` are failures, others passed with a remark."""
    failing = set(checked.failing(fail_on))
    found = {problem.path.as_posix() for problem in checked.problems}
    clean = [name for name in checked.files if name not in found]
    counts = {
        "tests": str(len(checked.problems) + len(checked.waived) + len(clean)),
        "failures": str(sum(problem in failing for problem in checked.problems)),
        "errors": "0",
        "skipped": str(len(checked.waived)),
    }
    root = Element("testsuites", {"name": "ketameta check", **counts})
    suite = SubElement(root, "testsuite", {"name": "ketameta check", **counts})
    for problem in checked.problems:
        _case(suite, problem, fails=problem in failing)
    for waived in checked.waived:
        case = _case(suite, waived.problem, fails=None)
        said = f"waived by {waived.by}, {waived.date}: {waived.reason}"
        SubElement(case, "skipped", {"message": _text(said)})
    for name in clean:
        SubElement(suite, "testcase", {"classname": _text(name), "name": "no problem found"})
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _case(suite: Element, problem: Problem, *, fails: bool | None) -> Element:
    """A test case of a problem: failed, passed with a remark, or (None) to be filled in."""
    place = problem.path.as_posix()
    said = _text(one_line(problem))
    where = f"{problem.line}:{problem.column} {problem.field}".strip()
    case = SubElement(
        suite,
        "testcase",
        {"classname": _text(place), "name": _text(f"{problem.code} {where}"), "file": _text(place)},
    )
    whole = _text(" ".join(str(problem).splitlines()))
    if fails:
        failure = SubElement(case, "failure", {"message": said, "type": problem.code})
        failure.text = whole
    elif fails is False:
        SubElement(case, "system-out").text = f"{problem.severity}: {whole}"
    return case


def _text(text: str | Path) -> str:
    return _NOT_XML.sub("", printable(str(text)))
