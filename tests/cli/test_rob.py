"""`ketameta rob` in every form."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from click.testing import CliRunner
from tests.records.real import ROOT

from ketameta.cli.app import cli


def run(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(cli, [*arguments])
    return found.exit_code, found.stdout, found.stderr


def test_the_terminal_shows_signs_and_what_they_mean() -> None:
    code, out, _ = run("rob")
    assert code == 0
    assert "D1 randomisation; D2 deviations" in out
    assert "− high or serious" in " ".join(out.split())
    assert "assessed once, so that disagreement could not show" in " ".join(out.split())


def test_a_question_has_its_own_results_only() -> None:
    code, out, _ = run("rob", "--question", "intubation")
    assert code == 0
    assert "Pizon" in out
    assert "Dakwar" not in out


def test_a_study_shows_every_answer() -> None:
    code, out, _ = run("rob", "krupitsky-2007")
    assert code == 0
    assert "53 of 59" in " ".join(out.split())
    assert "not yet confirmed by a person" in " ".join(out.split())


def test_programs_get_every_judgement() -> None:
    code, out, _ = run("rob", "--format", "json")
    rows = json.loads(out)
    assert code == 0
    assert {"proposal", "judgement", "stands", "reason", "rater"} <= set(rows[0])
    code, out, _ = run("rob", "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(out)))) == len(rows)


def test_disagreements_are_none_and_said_so() -> None:
    code, out, _ = run("rob", "--disagreements")
    assert code == 0
    assert out == "No result has been assessed twice.\n"


def test_figures_are_drawn(tmp_path: Path) -> None:
    lights, weights = tmp_path / "lights.svg", tmp_path / "weights.png"
    assert run("rob", "-o", str(lights), "--palette", "cochrane")[0] == 0
    assert "#02c100" in lights.read_text(encoding="utf-8")
    question = ["--question", "abstinence-longest"]
    assert run("rob", *question, "--bars", "-o", str(weights))[0] == 0
    assert weights.read_bytes()[:4] == b"\x89PNG"


def test_what_does_not_go_together_is_refused() -> None:
    assert run("rob", "dakwar-2019", "--disagreements")[0] == 2
    code, _, err = run("rob", "--bars")
    assert code == 2
    assert "--question ID" in err
    assert run("rob", "--question", "intubation", "--bars")[0] == 2
    assert run("rob", "nct02437344")[0] == 2


def test_disagreements_are_not_drawn(tmp_path: Path) -> None:
    code, out, err = run("rob", "--disagreements", "-o", str(tmp_path / "x.svg"))
    assert (code, out, list(tmp_path.iterdir())) == (2, "", [])
    assert "disagreements are a table. Leave --disagreements out, or name a file" in err


def test_domains_are_explained_for_every_tool() -> None:
    code, out, _ = run("explain", "D1")
    assert code == 0
    for tool in ("RoB 2 D1", "RoB 2 crossover D1", "ROBINS-I D1", "single-arm checklist D1"):
        assert tool in out
    assert "some concerns if 1.2=Y/PY and 1.1=N/PN" in " ".join(out.split())
    assert run("explain", "RoB2")[0] == 0


def test_forest_plots_take_the_wish(tmp_path: Path) -> None:
    pages = {}
    for wish in ("overall", "domains", "none"):
        out = tmp_path / f"{wish}.html"
        assert run("forest", "readmission", "--rob", wish, "-o", str(out))[0] == 0
        pages[wish] = out.read_text(encoding="utf-8").count('class="km-disc ')
    assert pages == {"overall": 1, "domains": 6, "none": 0}


def test_check_finds_an_assessment_that_does_not_fit(tmp_path: Path) -> None:
    text = (ROOT / "studies/opioid/nct04177706.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "opioid"
    folder.mkdir()
    file = folder / "nct04177706.yaml"
    file.write_text(text.replace('question: "5.3"', 'question: "5.9"'), encoding="utf-8")
    code, out, _ = run("check", str(file), "--studies", str(ROOT / "studies"))
    assert code == 1
    assert "RoB 2 has no question 5.9" in out
