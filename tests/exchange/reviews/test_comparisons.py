"""Metapsy's wide format and RevMan's CSV files: there and back, with what has no place told."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ketameta.cli.app import cli
from ketameta.errors import DataError, UsageError
from ketameta.exchange.references.formats import read_references
from ketameta.exchange.reviews.arm_pairs import arm_pairs
from ketameta.exchange.reviews.metapsy import from_metapsy, to_metapsy
from ketameta.exchange.reviews.revman_reading import from_revman
from ketameta.exchange.tabular import read_table
from ketameta.exchange.writing import write_table
from ketameta.records.store import load_evidence

ROOT = Path(__file__).resolve().parents[3]


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture(scope="module")
def pairs() -> Any:
    return arm_pairs(load_evidence(ROOT / "studies").studies)


def test_known_comparisons_of_our_records(pairs: Any) -> None:
    found, told = pairs
    # Krupitsky 1997: 73 of 111 abstinent with ketamine, 24 of 100 without.
    numbers = [pair.numbers for pair in found if pair.study.id == "krupitsky-1997"]
    assert {"events_1": 73.0, "n_1": 111.0, "events_2": 24.0, "n_2": 100.0} in numbers
    assert any(line.startswith("krupitsky-1997: psychological-change") for line in told)
    for pair in found:
        assert all(math.isfinite(value) for value in pair.numbers.values())


def test_metapsy_there_and_back(tmp_path: Path, pairs: Any) -> None:
    found, _ = pairs
    data, told = to_metapsy(found)
    write_table(data, tmp_path / "a.csv")
    table, lost = from_metapsy(read_table(tmp_path / "a.csv"))
    assert lost == []
    assert len(told) + table.size == len(found)
    kept = [p for p in found if p.kind != "contrast" or p.measure in ("SMD", "RR")]
    for row, pair in enumerate(kept):
        assert table.columns["study"][row] == pair.study.label
        for name, value in pair.numbers.items():
            ours = {"estimate": "yi", "se": "sei"}.get(name, name)
            if pair.kind != "contrast" or ours in ("yi", "sei"):
                assert table.columns[ours][row] == value


METAPSY = """study,condition_arm1,condition_arm2,multi_arm1,outcome_type,instrument,time,\
time_weeks,mean_arm1,sd_arm1,n_arm1,mean_arm2,sd_arm2,n_arm2,event_arm1,totaln_arm1,event_arm2,totaln_arm2,\
mean_change_arm1,sd_change_arm1,n_change_arm1,mean_change_arm2,sd_change_arm2,n_change_arm2,\
precalc_g,precalc_g_se,precalc_log_rr,precalc_log_rr_se
A 2001,cbt,wl,NA,msd,hdrs,post,8,10,3,20,12,3,21,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA
B 2002,cbt,cau,group,response,hdrs,post,8,NA,NA,NA,NA,NA,NA,9,20,4,21,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA
C 2003,cbt,wl,NA,change,bdi,fu,26,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,-5,4,20,-2,4,19,NA,NA,NA,NA
D 2004,cbt,wl,NA,msd,bdi,post,8,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,-0.5,0.2,NA,NA
E 2005,cbt,wl,NA,msd,bdi,post,8,10,3,NA,12,3,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA
"""


def test_metapsy_of_others(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(METAPSY)
    table, told = from_metapsy(read_table(path))
    assert table.columns["data_kind"] == ("means", "events", "changes", "g")
    assert table.columns["arm_1"][1] == "cbt group"
    assert table.columns["mean_1"][:3] == (10.0, None, -5.0)
    assert table.columns["n_2"][:3] == (21.0, 21.0, 19.0)
    assert (table.columns["yi"][3], table.columns["measure"][3]) == (-0.5, "SMD")
    assert told == [f"{path}:6: no complete group of data. The row was left out."]
    path.write_text(METAPSY.replace("wl,NA,msd,hdrs,post,8,10,3,20,12,3,21,NA,NA,NA,NA",
                                    "wl,NA,msd,hdrs,post,8,10,3,20,12,3,21,1,20,2,21"))  # fmt: skip
    with pytest.raises(DataError, match=r"a\.csv:2: means and events are filled"):
        from_metapsy(read_table(path))
    path.write_text("study,yi\na,1\n")
    with pytest.raises(UsageError, match="there is no column condition_arm1, condition_arm2"):
        from_metapsy(read_table(path))


def test_metapsy_commands(tmp_path: Path) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text(METAPSY)
    done = run("import", "metapsy", path, "--out", out)
    assert done.exit_code == 1, done.stderr  # one row without data, which is named
    assert "a.csv:6" in done.stderr
    done = run("pool", "--data", out, "--measure", "SMD", "--format", "json")
    assert json.loads(done.stdout)["k"] == 3
    assert run("import", "metapsy", path).exit_code == 2
    out.write_text("mine")
    assert run("import", "metapsy", path, "--out", out).exit_code == 2
    words = ("import", "metapsy", path, "--records", "--to", tmp_path / "new")
    done = run(*words, "--set", "substance=alcohol")
    assert done.exit_code == 1
    text = (tmp_path / "new/alcohol/c-2003.yaml").read_text()
    assert "kind: changes" in text
    printed = (tmp_path / "new/alcohol/d-2004.yaml").read_text()
    # -0.5 -/+ 1.959964 * 0.2
    assert "estimate: -0.5" in printed
    assert "ci_low: -0.89199" in printed
    done = run("export", "metapsy", "-o", tmp_path / "ours.csv", "--studies", ROOT / "studies")
    assert done.exit_code == 0, done.stderr
    assert "a reported MD has no column" in done.stderr


def test_revman_files_there_and_back(tmp_path: Path, pairs: Any) -> None:
    done = run("export", "revman", "--to", tmp_path / "rm", "--studies", ROOT / "studies")
    assert done.exit_code == 0, done.stderr
    names = {path.name for path in (tmp_path / "rm").iterdir()}
    assert names >= {"study-information.csv", "study-arms.csv", "study-results.csv", "studies.ris"}
    assert len(read_references(tmp_path / "rm/studies.ris").references) == 12
    table, _ = from_revman(read_table(tmp_path / "rm/study-results.csv"))
    again = {
        tuple(
            table.columns[name][row] if name in table.columns else None
            for name in ("study", "events_1", "n_1", "events_2", "n_2", "mean_1", "yi", "sei")
        )
        for row in range(table.size)
    }
    included = [p for p in pairs[0] if str(p.study.status) == "included"]
    assert included
    for pair in included:
        numbers = pair.numbers
        contrast = pair.kind == "contrast"
        expected = (
            pair.study.label,
            *(
                None if contrast else numbers.get(name)
                for name in ("events_1", "n_1", "events_2", "n_2", "mean_1")
            ),
            numbers.get("estimate"),
            numbers.get("se"),
        )
        assert expected in again
    with (tmp_path / "rm/study-arms.csv").open() as file:
        arms = {(row["Study"], row["Arm"]) for row in csv.DictReader(file)}
    for row in range(table.size):
        assert (table.columns["study"][row], table.columns["arm_1"][row]) in arms
    (tmp_path / "rm/studies.ris").write_text("mine")
    assert run("export", "revman", "--to", tmp_path / "rm").exit_code == 2


COVIDENCE = """\ufeffStudy ID,Outcome,Timepoint,Arm name,Intervention,Number of events,\
Number of participants,Mean,Standard deviation
Herne 1980,Cure,7 days,Xibornol,Xibornolics,3,22,,
Herne 1980,Cure,7 days,Tetracycline,Tetracycline,4,24,,
Herne 1980,Cure,7 days,Placebo,Placebo,10,22,,
Herne 1980,Pain,7 days,Xibornol,Xibornolics,,22,3.2,1.1
Lone 1999,Cure,7 days,Xibornol,Xibornolics,3,22,,
"""


def test_covidence_with_three_arms(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text(COVIDENCE, encoding="utf-8")
    table, told = from_revman(read_table(path))
    assert table.columns["arm_1"] == ("Xibornol", "Tetracycline")
    assert set(table.columns["arm_2"]) == {"Placebo"}
    assert table.columns["events_2"] == (10.0, 10.0)
    assert [line.split(": ", 1)[1] for line in told] == [
        "Herne 1980: Pain: one arm only, nothing to compare it with.",
        "Lone 1999: Cure: one arm only, nothing to compare it with.",
    ]
    other, _ = from_revman(read_table(path), control="tetracycline")
    assert set(other.columns["arm_2"]) == {"Tetracycline"}
    done = run("import", "revman", path, "--records", "--set", "substance=opioid",
               "--to", tmp_path / "new")  # fmt: skip
    assert done.exit_code == 1
    assert "events: 3, n: 22" in (tmp_path / "new/opioid/herne-1980.yaml").read_text()
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="there is no column study, outcome, arm"):
        from_revman(read_table(path))
