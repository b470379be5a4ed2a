"""Methods for small-study effects as values, lines and blocks for reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ketameta.cli.bias_grids import bias_blocks
from ketameta.cli.bias_runs import run_test
from ketameta.cli.bias_wish import Tests
from ketameta.cli.data_samples import Sample
from ketameta.cli.findings import Findings, caution_blocks, excluded, excluded_blocks, warnings
from ketameta.cli.json_numbers import display_columns
from ketameta.cli.no_contrast import refuse_without_contrast
from ketameta.errors import DataError, KetametaError, UsageError
from ketameta.measures.estimates import Caution


@np.errstate(all="ignore")
def bias_findings(sample: Sample, wish: Tests) -> Findings:
    """The methods on one sample; each one's cautions stand with it.

    Methods that the estimates do not allow are listed with the reason. A method asked for by
    name that does not fit the table is a UsageError.
    """
    refuse_without_contrast(sample, "A test of small-study effects")
    common = {"measure": sample.measure.code, "k": sample.estimates.k}
    tests: list[dict[str, Any]] = []
    said: dict[Caution, None] = {}
    not_run: list[dict[str, str]] = []
    for name in wish.names if sample.estimates.k else ():
        try:
            values, cautions = run_test(sample, name, wish)
        except KetametaError as error:
            if isinstance(error, UsageError) and not (wish.everything and _unfit(error)):
                raise
            not_run.append({"test": name, "reason": str(error).removeprefix(f"--test {name}: ")})
            continue
        tests.append({"test": name, **values, "warnings": warnings(cautions)})
        said.update(dict.fromkeys(cautions))
    whole = {
        **common,
        "tests": tests,
        "not_run": not_run,
        "excluded": excluded(sample),
        "warnings": warnings(sample.estimates.cautions),
    }
    lines = [_line(common, test) for test in tests]
    blocks = (
        *bias_blocks(sample, tests, wish.level),
        *caution_blocks([*said]),
        *caution_blocks(sample.estimates.cautions),
        *_not_run_blocks(not_run),
        *excluded_blocks(sample),
    )
    return Findings(whole, lines, blocks)


def refuse_without_any(found: Sequence[Findings]) -> None:
    """DataError with the reasons where no method could be run on any sample that has studies."""
    full = [one.values for one in found if one.values["k"]]
    if full and not any(values["tests"] for values in full):
        reasons = dict.fromkeys(row["reason"] for values in full for row in values["not_run"])
        raise DataError("\n".join(reasons))


def _unfit(error: UsageError) -> bool:
    """Whether the table lacks what one test needs, and not the option a sense."""
    return str(error).startswith("--test ")


def _line(common: Mapping[str, Any], test: Mapping[str, Any]) -> dict[str, Any]:
    """A test for CSV: single values, the readers' scale beside the analysis scale, codes."""
    flat = {
        name: value
        for name, value in test.items()
        if not isinstance(value, dict) and not _of_objects(value)
    }
    codes = [warning["code"] for warning in test["warnings"]]
    return {**common, **flat, **display_columns(test.get("display", {})), "warnings": codes}


def _of_objects(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _not_run_blocks(not_run: Sequence[Mapping[str, str]]) -> tuple[Any, ...]:
    from ketameta.cli.document import Heading, fields

    if not not_run:
        return ()
    by_reason: dict[str, list[str]] = {}
    for row in not_run:
        by_reason.setdefault(row["reason"], []).append(row["test"])
    pairs = [(", ".join(names), reason) for reason, names in by_reason.items()]
    return (Heading("Not run", str(len(not_run))), fields(*pairs))
