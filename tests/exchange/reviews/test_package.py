"""Cochrane data packages: read by data type, computed again, and safe to open."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.exchange.reviews import files

from ketameta.cli.app import cli
from ketameta.errors import DataError
from ketameta.exchange.reviews.analyses import Judgement
from ketameta.exchange.reviews.package import read_package
from ketameta.exchange.reviews.recomputation import recomputed


def test_a_package_is_read_by_its_data_types(tmp_path: Path) -> None:
    package = read_package(files.zipped(tmp_path / "CD1.zip", files.package_files()))
    death, stay, hazard = package.analyses
    assert (death.id, death.measure, death.method, death.random) == ("1.1", "OR", "MH", False)
    assert death.rows[0].data == {"events_1": 49, "n_1": 615, "events_2": 67, "n_2": 624}
    assert (stay.measure, stay.kind) == ("SMD", "means")
    assert "events_1" not in stay.rows[0].data
    assert (hazard.kind, hazard.random) == ("finished", True)
    assert package.judgements == (
        Judgement("MRC-1 1974", "Allocation", "Low risk", "Computer list"),
    )
    assert list(package.references) == ["CD1/study-data/CD1-included-studies.ris"]


def test_what_it_states_is_computed_again(tmp_path: Path) -> None:
    package = read_package(files.zipped(tmp_path / "CD1.zip", files.package_files()))
    death, stay, hazard = (recomputed(analysis) for analysis in package.analyses)
    assert (death.compared, death.differences) == (35, ())
    assert len(stay.stale) == 6  # five studies and the total
    assert round(stay.values["effect"], 4) == -0.3434
    assert (hazard.compared, hazard.differences) == (4, ())
    assert round(hazard.values["effect"], 4) == 0.6065  # the columns GIV are logarithms


def test_subgroups_with_their_own_totals(tmp_path: Path) -> None:
    changed = files.package_files()
    overall, rows, groups = list(changed)[:3]
    changed[overall] = changed[overall].replace(
        "Fixed effect,FALSE,TRUE", "Fixed effect,TRUE,FALSE"
    )
    changed[rows] = changed[rows].replace("1,1,Death,,,", "1,1,Death,All,,")
    total = files.TOTAL
    changed[groups] = (
        "Analysis group,Analysis number,Subgroup,Mean,CI start,CI end,Heterogeneity Chi²,"
        "Heterogeneity df,Heterogeneity I²,Effect Z\n"
        f"1,1,All,{total['EFFECT_SIZE']},{total['CI_START']},{total['CI_END']},{total['CHI2']},6,"
        f"{total['I2']},{total['Z']}\n"
    )
    package = read_package(files.zipped(tmp_path / "CD1.zip", changed))
    death = recomputed(package.analyses[0])
    assert package.analyses[0].totals == "subgroups"
    assert (death.compared, death.differences, death.values) == (35, (), {})


def test_newer_packages_name_estimator_and_interval(tmp_path: Path) -> None:
    changed = files.package_files()
    name = next(iter(changed))
    head, *lines = changed[name].splitlines()
    lines = [
        line.replace("Mantel-Haenszel", "Inverse variance").replace("Fixed", "Random")
        for line in lines
    ]
    changed[name] = "\n".join(
        [f"{head},Heterogeneity estimator,Summary CI method"]
        + [f"{line},Restricted maximum-likelihood (REML),HKSJ" for line in lines]
    )
    package = read_package(files.zipped(tmp_path / "CD1.zip", changed))
    death = package.analyses[0]
    assert (death.random, death.estimator, death.interval) == (True, "REML", "hksj")
    # metafor 3.8-1: rma(measure = "OR", method = "REML", test = "knha") of these seven trials
    values = recomputed(death).values
    assert values["effect"] == pytest.approx(0.8682781699, abs=1e-8)
    assert (values["low"], values["high"]) == pytest.approx((0.7406051180, 1.0179608025), abs=1e-8)
    assert values["tau2"] == pytest.approx(0.0147433364, abs=1e-8)
    assert values["i2"] == pytest.approx(50.1526814423, abs=1e-6)


def test_without_log_scale_a_ratio_is_read_as_it_stands(tmp_path: Path) -> None:
    changed = files.package_files()
    name = next(iter(changed))
    changed[name] = changed[name].replace("Contrast level,TRUE", "Contrast level,FALSE")
    package = read_package(files.zipped(tmp_path / "CD1.zip", changed))
    assert recomputed(package.analyses[2]).values["effect"] == -0.5
    assert "not analysed on the log scale" in package.notes[0]


def test_the_command(tmp_path: Path) -> None:
    path = files.zipped(tmp_path / "CD1.zip", files.package_files())
    done = CliRunner().invoke(cli, ["import", "cochrane", str(path), "--format", "json"])
    assert done.exit_code == 1  # stale zeros
    assert "1.2: stale zeros" in done.stderr
    assert [line["id"] for line in json.loads(done.stdout)] == ["1.1", "1.2", "1.3"]
    done = CliRunner().invoke(
        cli,
        [
            *("import", "cochrane", str(path), "--records", "--set", "substance=opioid"),
            *("--to", str(tmp_path / "new")),
        ],
    )
    assert done.exit_code == 1, done.stderr
    text = (tmp_path / "new/opioid/mrc-1-1974.yaml").read_text()
    assert "judgement: Low risk" in text
    acme = (tmp_path / "new/opioid/acme-2001.yaml").read_text()
    assert "measure: HR" in acme
    assert "estimate: 0.6065306597126334" in acme


def bad_zip(**parts: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(name.replace("|", "/"), raw)
    return buffer.getvalue()


def encrypted() -> bytes:
    raw = bytearray(bad_zip(**{"a.csv": "a,b\n1,2\n"}))
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    raw[raw.index(b"PK\x03\x04") + 6] |= 1
    return bytes(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not a zip archive"),
        (b"PK\x03\x04 no", "not a zip archive"),
        (bad_zip(**{"..|..|owned.csv": "x"}), "leads out of its folder"),
        (bad_zip(**{"|etc|owned.csv": "x"}), "leads out of its folder"),
        (bad_zip(**{"C:\\owned.csv": "x"}), "leads out of its folder"),
        (bad_zip(**{"bomb.csv": b"0" * 60_000_000}), "unpacks to more"),
        (encrypted(), "is encrypted"),
        (bad_zip(**{"other.csv": "a,b\n1,2\n"}), "no Cochrane data package"),
        (bad_zip(**{f"{i}.csv": "" for i in range(2001)}), "2,001 files"),
    ],
)
def test_hostile_archives(tmp_path: Path, raw: bytes, words: str) -> None:
    (tmp_path / "a.zip").write_bytes(raw)
    with pytest.raises(DataError, match=words):
        read_package(tmp_path / "a.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]
