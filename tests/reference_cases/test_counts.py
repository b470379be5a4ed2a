"""Mantel-Haenszel, Peto and mixed models against metafor, through the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.reference_cases.harvest import assert_close, data, harvest

from ketameta.cli.app import cli

CASES = harvest("counts")["cases"]
# An all-zero table has an estimate of its own under RD, corrected by 1/2: metafor's Q leaves it
# out, although the pooled RD uses it; here it counts in both.
SILENT = {"yusuf6", "nielweise7", "sparse"}


def pooled(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    columns = data("counts", case["data"])
    lines = [",".join(columns)]
    rows = zip(*columns.values(), strict=True)
    lines += [",".join("" if x is None else repr(x) for x in row) for row in rows]
    path = folder / "trials.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    words = ["pool", "--data", str(path), "--measure", case["measure"], "--method"]
    words += [case["pooling"], "--format", "json"]
    if "method" in case:
        words += ["--tau2", case["method"]]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", sorted({case["data"] for case in CASES}))
def test_pooling_from_counts(name: str, tmp_path: Path) -> None:
    for case in (case for case in CASES if case["data"] == name):
        found = pooled(case, tmp_path)
        mixed = case["pooling"].startswith("glmm")
        # metafor's optimisers of mixed models stop at a relative change of about 1e-8 in the
        # likelihood, which leaves four digits.
        rel = 1e-3 if mixed else 1e-9
        assert_close(found["estimate"], case["estimate"], rel, found["se"])
        assert_close(found["se"], case["se"], rel)
        if mixed:
            assert_close(found["tau2"], case["tau2"], 1e-3, 1e-2)
            assert_close(found["QE"], case["QE_LRT"], 1e-3)
            continue
        if not (case["measure"] == "RD" and name in SILENT):
            assert_close(found["QE"], case["QE"], 1e-9)
            assert_close(found["QEp"], case["QEp"], 1e-8)
        for usual, ours in (("MH", "cmh"), ("BD", "breslow_day"), ("TA", "tarone")):
            if usual in case:
                assert_close(found[ours]["statistic"], case[usual], 1e-9)
                assert_close(found[ours]["p_value"], case[f"{usual}p"], 1e-8)
