"""The wheel carries the evidence: installed anywhere, `ketameta pool` answers the review."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("ketameta-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_it_holds_every_record_and_the_review(installed: Path) -> None:
    review = ROOT / "reports/ketamine-addiction"
    beside = [*review.glob("*.yaml"), review / "results.lock.json"]
    assert {path.name for path in beside} >= {"review.yaml", "certainty.yaml", "prisma.yaml"}
    for path in (*(ROOT / "studies").rglob("*.yaml"), *beside):
        packed = installed / "ketameta" / "evidence" / path.relative_to(ROOT)
        assert packed.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [(("pool", "abstinence-longest"), "Krupitsky 1997"), (("prisma", "check"), "0 broken")],
)
def test_it_answers_without_a_checkout(
    installed: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    program = (
        "import sys, ketameta.cli.app as a; assert a.__file__.startswith(sys.argv.pop(1)); a.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(installed), *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
