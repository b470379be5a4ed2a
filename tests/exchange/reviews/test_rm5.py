"""RevMan 5 files: read, computed again, and refused where they mean harm."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.exchange.reviews import files

from ketameta.cli.app import cli
from ketameta.errors import DataError, UsageError
from ketameta.exchange.reviews.analyses import Judgement, analysis_table
from ketameta.exchange.reviews.recomputation import recomputed, said
from ketameta.exchange.reviews.rm5 import measure_code, read_rm5


def written(path: Path, *outcomes: str, encoding: str = "UTF-8") -> Path:
    path.write_bytes(files.rm5(*outcomes, encoding=encoding))
    return path


def test_fleiss_as_in_revmans_own_figure(tmp_path: Path) -> None:
    review = read_rm5(written(tmp_path / "a.rm5"))
    first, second = (recomputed(analysis) for analysis in review.analyses)
    # The figure of RevMan: OR 0.90 [0.84, 0.96]; Chi2 = 9.95, df = 6, I2 = 40 %; Z = 3.29.
    shown = {name: round(value, 2) for name, value in first.values.items()}
    assert (shown["effect"], shown["low"], shown["high"]) == (0.90, 0.84, 0.96)
    assert (shown["chi2"], shown["df"], round(shown["i2"]), shown["z"]) == (9.95, 6, 40, 3.29)
    # 7 studies with effect, two limits and weight; effect, low, high, chi2, df, i2 and z overall.
    assert first.compared == 7 * 4 + 7
    assert first.differences == ()
    # The second analysis states nothing: as it was in the file of the package meta.
    assert (second.compared, second.differences, second.stale) == (0, (), ())
    # g and its variance by RevMan's formulas, written out in R: sum(g / v) / sum(1 / v).
    assert round(second.values["effect"], 4) == -0.3434


def test_every_stated_number_is_compared(tmp_path: Path) -> None:
    for name in ("EFFECT_SIZE", "CI_START", "CI_END", "CHI2", "DF", "I2", "Z"):
        wrong = {**files.TOTAL, name: str(float(files.TOTAL[name]) + 0.01)}
        path = written(tmp_path / "a.rm5", files.dichotomous(wrong))
        found = recomputed(read_rm5(path).analyses[0])
        assert [d.place for d in found.differences] == ["total"], name
        assert str(files.TOTAL[name])[:5] in next(iter(said(found)))
    rows = [list(row) for row in files.ASPIRIN]
    rows[2][2] = 120  # a typing error in the events of one study
    found = recomputed(
        read_rm5(written(tmp_path / "b.rm5", files.dichotomous(rows=rows))).analyses[0]
    )
    wrong_places = {difference.place for difference in found.differences}
    assert {"MRC-2", "total"} <= wrong_places


def test_digits_that_are_not_stated_are_no_difference(tmp_path: Path) -> None:
    rounded = {name: f"{float(value):.2f}" for name, value in files.TOTAL.items()}
    path = written(tmp_path / "a.rm5", files.dichotomous({**rounded, "DF": "6"}))
    assert recomputed(read_rm5(path).analyses[0]).differences == ()


def test_zeros_that_were_never_computed_are_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.rm5", files.continuous(stated="0.0"))
    found = recomputed(read_rm5(path).analyses[0])
    assert set(found.stale) == {"total", *(row[0] for row in files.MENTAL)}
    assert found.differences == ()
    assert any("stale zeros" in sentence for sentence in said(found))


def test_random_effects_take_q_around_the_mantel_haenszel_estimate(tmp_path: Path) -> None:
    outcome = files.dichotomous({}).replace('RANDOM="NO"', 'RANDOM="YES"')
    mh = recomputed(read_rm5(written(tmp_path / "a.rm5", outcome)).analyses[0])
    inverse = outcome.replace('METHOD="MH"', 'METHOD="IV"')
    iv = recomputed(read_rm5(written(tmp_path / "b.rm5", inverse)).analyses[0])
    assert mh.values["chi2"] == pytest.approx(9.946055983220074, rel=1e-9)
    assert iv.values["chi2"] < mh.values["chi2"]  # the inverse-variance mean minimises Q
    assert mh.values["tau2"] > iv.values["tau2"] > 0


def test_subgroups_peto_and_observed_minus_expected(tmp_path: Path) -> None:
    first, second = files.ASPIRIN[:3], files.ASPIRIN[3:]

    def group(number: int, rows: Any) -> str:
        inner = files.dichotomous({}, rows)
        data = inner[inner.index("<DICH_DATA") : inner.index("</DICH_OUTCOME>")]
        return f'<DICH_SUBGROUP NO="{number}"><NAME>Group {number}</NAME>{data}</DICH_SUBGROUP>'

    outcome = (
        '<DICH_OUTCOME NO="1" EFFECT_MEASURE="PETO_OR" METHOD="PETO" RANDOM="NO" TOTALS="SUB">'
        f"<NAME>x</NAME>{group(1, first)}{group(2, second)}</DICH_OUTCOME>"
        # O - E = -3 and V = 12: log HR = -0.25, SE = 0.2887; HR 0.78 [0.44, 1.37]
        '<IPD_OUTCOME NO="2" EFFECT_MEASURE="HR" METHOD="PETO" RANDOM="NO" TOTALS="YES" '
        'EFFECT_SIZE="0.7788" CI_START="0.4423" CI_END="1.3713"><NAME>y</NAME>'
        '<IPD_DATA STUDY_ID="STD-CDP" O_E="-3" VAR="12" TOTAL_1="20" TOTAL_2="21" '
        'EFFECT_SIZE="0.7788" CI_START="0.4423" CI_END="1.3713"/></IPD_OUTCOME>'
        '<OTHER_OUTCOME NO="3"><NAME>words</NAME></OTHER_OUTCOME>'
    )
    peto, hazard, words = read_rm5(written(tmp_path / "a.rm5", outcome)).analyses
    assert peto.measure == "PETO"
    assert list(peto.subgroups) == ["Group 1", "Group 2"]
    assert [row.subgroup for row in peto.rows] == ["Group 1"] * 3 + ["Group 2"] * 4
    assert recomputed(peto).values == {}  # only subgroups have totals
    found = recomputed(hazard)
    assert (found.compared, found.differences) == (6, ())
    assert recomputed(words).why == "no numbers"
    assert analysis_table(peto, "x").columns["subgroup"][3] == "Group 2"


def test_totals_and_weights_of_subgroups(tmp_path: Path) -> None:
    inner = files.dichotomous({})
    data = inner[inner.index("<DICH_DATA") : inner.index("</DICH_OUTCOME>")]
    outcome = (
        '<DICH_OUTCOME NO="1" EFFECT_MEASURE="OR" METHOD="MH" RANDOM="NO" TOTALS="{totals}">'
        f"<NAME>x</NAME><DICH_SUBGROUP {files.attributes(files.TOTAL)}><NAME>All</NAME>{data}"
        "</DICH_SUBGROUP></DICH_OUTCOME>"
    )
    for totals in ("SUB", "YES"):  # with one subgroup its weights are those of the whole
        path = written(tmp_path / "a.rm5", outcome.format(totals=totals))
        found = recomputed(read_rm5(path).analyses[0])
        assert (found.compared, found.differences) == (35, ())
    path = written(tmp_path / "a.rm5", outcome.format(totals="NO"))
    assert recomputed(read_rm5(path).analyses[0]).compared == 21  # effects and limits only
    wrong = outcome.format(totals="SUB").replace('Z="3.28', 'Z="4.28')
    found = recomputed(read_rm5(written(tmp_path / "a.rm5", wrong)).analyses[0])
    assert [(d.place, d.what) for d in found.differences] == [("subgroup All", "z")]


def test_generic_inverse_variance_and_swapped_events(tmp_path: Path) -> None:
    # exp(-0.5) = 0.6065 with limits exp(-0.5 -/+ 1.959964 * 0.2)
    outcome = (
        '<IV_OUTCOME NO="1" EFFECT_MEASURE="Odds Ratio" METHOD="IV" RANDOM="YES" TOTALS="YES" '
        'EFFECT_SIZE="0.6065" CI_START="0.4098" CI_END="0.8976"><NAME>x</NAME>'
        '<IV_DATA STUDY_ID="STD-CDP" ESTIMATE="-0.5" SE="0.2" TOTAL_1="9" TOTAL_2="9" '
        'EFFECT_SIZE="0.6065" CI_START="0.4098" CI_END="0.8976" WEIGHT="100"/></IV_OUTCOME>'
        + files.dichotomous({}).replace('NO="1"', 'NO="2" SWAP_EVENTS="YES"')
    )
    finished, swapped = read_rm5(written(tmp_path / "a.rm5", outcome)).analyses
    found = recomputed(finished)
    assert (found.compared, found.differences) == (7, ())
    assert swapped.rows[0].data["events_1"] == 615 - 49
    assert recomputed(swapped).values["effect"] == pytest.approx(1 / 0.8968655609130709)


def test_the_table_is_pooled_to_the_stated_result(tmp_path: Path) -> None:
    path, table = written(tmp_path / "a.rm5"), tmp_path / "table.csv"
    run = CliRunner()
    done = run.invoke(cli, ["import", "rm5", str(path), "--outcome", "1.1", "--out", str(table)])
    assert done.exit_code == 0, done.stderr
    assert "ketameta pool --data" in done.stdout
    done = run.invoke(
        cli,
        f"pool --data {table} --measure OR --method mh --format json".split(),
    )
    display = json.loads(done.stdout)["display"]
    assert display["estimate"] == pytest.approx(0.8968655609130709, rel=1e-12)
    assert display["ci_high"] == pytest.approx(0.9569947088336491, rel=1e-9)
    table.write_text("mine")
    assert run.invoke(
        cli, ["import", "rm5", str(path), "--outcome", "1.1", "--out", str(table)]
    ).exit_code == 2  # fmt: skip


def test_the_command_lists_and_tells_by_its_exit_code(tmp_path: Path) -> None:
    run = CliRunner()
    done = run.invoke(cli, ["import", "rm5", str(written(tmp_path / "a.rm5")), "--format", "json"])
    assert done.exit_code == 0, done.stderr
    first, _ = json.loads(done.stdout)
    assert (first["id"], first["compared"], first["differences"]) == ("1.1", 35, 0)
    assert first["effect"] == pytest.approx(first["stated_effect"], rel=1e-12)
    wrong = {**files.TOTAL, "Z": "3.9"}
    done = run.invoke(
        cli, ["import", "rm5", str(written(tmp_path / "b.rm5", files.dichotomous(wrong)))]
    )
    assert done.exit_code == 1
    assert "1.1: total: z is stated as 3.9; the data give 3.28763." in done.stderr


def test_studies_become_records_to_complete(tmp_path: Path) -> None:
    path = written(tmp_path / "a.rm5")
    entry = '<QUALITY_ITEM_DATA_ENTRY RESULT="{}" STUDY_ID="{}">{}</QUALITY_ITEM_DATA_ENTRY>'
    bias = (
        "<QUALITY_ITEM><NAME>Allocation concealment</NAME><QUALITY_ITEM_DATA>"
        + entry.format("YES", "STD-MRC_x002d_1", "<DESCRIPTION><P>Envelopes</P></DESCRIPTION>")
        + entry.format("UNKNOWN", "STD-CDP", "<DESCRIPTION/>")
        + "</QUALITY_ITEM_DATA></QUALITY_ITEM>"
    )
    raw = path.read_bytes().replace(b"<ANALYSES_AND_DATA>", f"{bias}<ANALYSES_AND_DATA>".encode())
    path.write_bytes(raw)
    assert read_rm5(path).judgements == (
        Judgement("MRC-1", "Allocation concealment", "Low risk", "Envelopes"),
    )
    done = CliRunner().invoke(
        cli,
        [
            *("import", "rm5", str(path), "--records", "--set", "substance=alcohol"),
            *("--to", str(tmp_path / "new")),
        ],
    )
    assert done.exit_code == 1, done.stderr
    made = sorted(p.name for p in (tmp_path / "new/alcohol").glob("*.yaml"))
    assert "isis-2-1988.yaml" in made
    assert len(made) == 7 + 5
    text = (tmp_path / "new/alcohol/mrc-1-1974.yaml").read_text()
    assert "status: awaiting data" in text
    assert "events: 49, n: 615" in text
    assert "Analysis 1.1" in text
    assert "judgement: Low risk" in text
    assert "judgement" not in (tmp_path / "new/alcohol/mrc-2-1979.yaml").read_text()
    bad = CliRunner().invoke(cli, ["import", "rm5", str(path), "--records", "--set", "substanc=x"])
    assert bad.exit_code == 2
    assert 'Did you mean "substance"?' in bad.stderr


BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<COCHRANE_REVIEW>&b;</COCHRANE_REVIEW>"
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b"<COCHRANE_REVIEW>&a;</COCHRANE_REVIEW>"
)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not XML"),
        (b"\x00\x01\x02", "not XML"),
        (b"<COCHRANE_REVIEW>", "not XML"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "not XML"),
        (b"<html/>", "not a RevMan 5 file: the root is html"),
        (BILLION, "declares entities"),
        (OUTSIDE, "declares entities"),
    ],
)
def test_hostile_files(tmp_path: Path, raw: bytes, words: str) -> None:
    (tmp_path / "a.rm5").write_bytes(raw)
    with pytest.raises(DataError, match=words):
        read_rm5(tmp_path / "a.rm5")


def test_odd_but_harmless_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_rm5(tmp_path / "none.rm5")
    empty = tmp_path / "empty.rm5"
    empty.write_text(
        "<COCHRANE_REVIEW>" + "<A>" * 100_000 + "</A>" * 100_000 + "</COCHRANE_REVIEW>"
    )
    done = CliRunner().invoke(cli, ["import", "rm5", str(empty)])
    assert done.exit_code == 3
    assert "holds no analyses" in done.stderr
    path = written(tmp_path / "a.rm5", encoding="ISO-8859-1")
    assert len(read_rm5(path).analyses) == 2
    path.write_bytes(files.rm5().replace(b'EVENTS_1="49"', b'EVENTS_1="many"'))
    with pytest.raises(DataError, match='MRC-1: "many" is not a number'):
        read_rm5(path)
    path.write_bytes(files.rm5().replace(b'EVENTS_1="49"', b'EVENTS_1="4900"'))
    found = recomputed(read_rm5(path).analyses[0])
    assert found.values == {}
    assert "MRC-1" in found.why


@pytest.mark.parametrize(
    "cell",
    ["nan", "Infinity", "-Infinity", "-1", "0", "", "1e308", "1e400", "1e-320", "9" * 40, "1_0"],
)
def test_no_number_is_an_accident(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.rm5"
    for name in ("EVENTS_1", "TOTAL_2", "EFFECT_SIZE", "CI_END", "WEIGHT", "MEAN_1", "SD_2"):
        path.write_bytes(
            re.sub(rf' {name}="[^"]*"'.encode(), f' {name}="{cell}"'.encode(), files.rm5())
        )
        if cell == "1_0" and name not in ("EFFECT_SIZE", "CI_END", "WEIGHT"):
            with pytest.raises(DataError, match='"1_0" is not a number'):
                read_rm5(path)
            continue
        review = read_rm5(path)
        for analysis in review.analyses:
            assert all(sentence for sentence in said(recomputed(analysis)))


def test_records_need_the_name_of_the_study(tmp_path: Path) -> None:
    path = tmp_path / "a.rm5"
    path.write_bytes(files.rm5().replace(b'NAME="CDP"', b'NAME=""'))
    done = CliRunner().invoke(
        cli, ["import", "rm5", str(path), "--records", "--set", "substance=alcohol"]
    )
    assert done.exit_code == 3
    assert "the study has no name" in done.stderr


def test_names_of_measures() -> None:
    names = ["Odds Ratio", "PETO_OR", "Std. Mean Difference", "Hazard Ratio (log)", "Rate Ratio"]
    assert [measure_code(name) for name in names] == ["OR", "PETO", "SMD", "HR", "IRR"]
    assert measure_code("Something of their own") == "GEN"
