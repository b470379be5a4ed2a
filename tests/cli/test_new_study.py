"""`ketameta new study`: asked for or taken over, never over anything, never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ketameta.records.yaml_reader import read_yaml

Run = Callable[..., Any]

REGISTRY = Path(__file__).parents[1] / "authoring" / "registry" / "made-up.json"
DRAFT = Path("studies/.drafts/doe-2020.yaml")
RECORD = Path("studies/alcohol/doe-2020.yaml")

FIRST = ["alcohol", "", "", "paper", "The paper", "1", "", "Doe J", "", "A title"]
CITED = ["", "", "", "", "", "", "", "n"]
DESIGN = ["parallel", "Norway", "yes", "", "nobody", "", "", "", "", "", "", "", ""]
PEOPLE = ["Alcohol use disorder", "yes", "", "", "", "", "", "", ""]
ARMS = ["1", "ketamine", "", "", "", "", "n", "oral", "", "", "none", "", ""]
REST = ["", "", "", "n"]
ALL = [*FIRST, *CITED, *DESIGN, *PEOPLE, *ARMS, *REST]


def typed(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_a_whole_entry_is_written_and_the_draft_goes(run: Run, small_root: Path) -> None:
    done = run("new", "study", "doe-2020", stdin=typed(*ALL))
    assert done.exit_code == 1, done.stderr  # one arm in a parallel study
    assert done.stdout == f"{RECORD}\n"
    assert 'a "parallel" study has at least two arms' in done.stderr
    assert not DRAFT.exists()
    data: Any = read_yaml(RECORD).data
    assert data["citation"]["source"] == {"ref": "paper", "locator": "title page"}
    assert data["citation"]["year"] == 2020
    assert "design.allocation: how people were allocated, and how that was concealed" in [
        gap["what"] for gap in data["missing"]
    ]
    assert run("fmt", "--check", RECORD).exit_code == 0


@pytest.mark.parametrize("stop", [1, 6, 15, 40])
def test_the_end_of_input_keeps_every_answer(run: Run, small_root: Path, stop: int) -> None:
    done = run("new", "study", "doe-2020", stdin=typed(*ALL[:stop]))
    assert done.exit_code == 2
    assert f"Every answer is kept in {DRAFT}." in done.stderr
    assert "there is no terminal to ask, and the input has ended. Say it with --set" in done.stderr
    assert "interrupted" not in done.stderr
    assert "Traceback" not in done.stderr
    again = run("new", "study", "doe-2020", "--resume", stdin=typed(*ALL[stop:]))
    assert again.exit_code == 1, again.stderr
    assert again.stderr.startswith(f"{stop + 1} answers are kept.")
    assert RECORD.exists()


def test_a_doi_that_a_record_has_is_asked_for_again(run: Run, small_root: Path) -> None:
    known: Any = read_yaml(Path("studies/alcohol/ash-2020.yaml")).data
    doi = known["citation"]["doi"].upper()
    done = run("new", "study", "doe-2020", stdin=typed(*FIRST, *[""] * 4, doi, "10.1000/new"))
    assert f"{doi}: stands in studies/alcohol/ash-2020.yaml already." in done.stderr
    assert read_yaml(DRAFT).data["answers"]["citation.doi"] == "10.1000/new"  # type: ignore[index]


def test_going_back_offers_the_answer_again(run: Run, small_root: Path) -> None:
    lines = [*FIRST[:4], "The papre", "<", "The paper", *FIRST[5:], *ALL[len(FIRST) :]]
    done = run("new", "study", "doe-2020", stdin=typed(*lines))
    assert "The document [The papre]" in done.stderr
    assert read_yaml(RECORD).data["sources"]["paper"]["document"] == "The paper"  # type: ignore[index]
    first = run("new", "study", "roe-2020", stdin=typed("<"))
    assert "This is the first question." in first.stderr


def test_help_and_refused_answers(run: Run, small_root: Path) -> None:
    done = run("new", "study", "doe-2020", stdin=typed("?", "alkohol", "", "alc"))
    assert "alcohol: Alcohol use disorder" in done.stderr
    assert '"alkohol" is not an allowed word. Did you mean "alcohol"?' in done.stderr
    assert "An answer is needed here" in done.stderr
    assert read_yaml(DRAFT).data["answers"]["substance"] == "alcohol"  # type: ignore[index]


def test_nothing_is_overwritten(run: Run, small_root: Path) -> None:
    before = Path("studies/alcohol/ash-2020.yaml").read_bytes()
    for words in (["ash-2020"], ["ash-2020", "--set", "substance=cocaine"]):
        done = run("new", "study", *words, stdin="")
        assert done.exit_code == 2
        assert "studies/alcohol/ash-2020.yaml: exists" in done.stderr
    assert Path("studies/alcohol/ash-2020.yaml").read_bytes() == before
    run("new", "study", "doe-2020", stdin=typed("alcohol"))
    done = run("new", "study", "doe-2020", stdin="")
    assert (done.exit_code, "Go on with --resume" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["../x", "--set", "substance=alcohol"], '"../x" is no id.'),
        (["Doe", "--set", "substance=alcohol"], '"Doe" is no id.'),
        (["--set", "substance=alcohol"], "the study has no id."),
        (["x-1", "--set", "substance"], "is not FIELD=VALUE"),
        (
            ["x-1", "--set", "citation.yeer=2020"],
            'no field "citation.yeer". Did you mean "citation.year"?',
        ),
        (["x-1", "--set", "citation.year=2020"], "the substance decides the folder."),
        (["x-1", "--set", "substance=beer"], '"beer" is not an allowed word.'),
        (["x-1", "--resume"], "there is no draft of x-1."),
        (["x-1", "--set", "citation.title=a\x1b[31mb"], "holds a character that is no text"),
        (["x-1", "--doi", "garbage"], '--doi: "garbage" is no DOI. Write it as it stands in'),
        (["x-1", "--set", "citation.doi=garbage"], '--set citation.doi: "garbage" is no DOI.'),
        (["x-1", "--set", "citation.pmid=x1"], '--set citation.pmid: "x1" is not a PMID.'),
        (["--resume"], "--resume: say which of these: none is there."),
        (["--resume", "--doi", "10.1000/1"], "Leave the other options out."),
        (["x-1", "--from-registry", "none.json"], "none.json: cannot be read"),
    ],
)
def test_wrong_words(run: Run, small_root: Path, words: list[str], said: str) -> None:
    done = run("new", "study", *words)
    assert done.exit_code in (2, 3)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(Path("studies").glob("*/x-1.yaml"))


def test_flags_make_a_commented_record(run: Run, small_root: Path) -> None:
    pairs = ("substance=alcohol", "citation.year=2020", "citation.authors=Doe J; Roe K")
    words = [word for pair in pairs for word in ("--set", pair)]
    done = run("new", "study", "doe-2020", *words)
    assert done.exit_code == 1
    assert "citation.title: is required but missing." in done.stderr
    text = RECORD.read_text()
    assert "  # title:  # Required. Title as published" in text
    assert read_yaml(RECORD).data["citation"] == {"authors": ["Doe J", "Roe K"], "year": 2020}  # type: ignore[index]


@pytest.mark.parametrize(
    "front", ["", "https://doi.org/", "http://dx.doi.org/", "doi:", "DOI: ", "doi.org/"]
)
@pytest.mark.parametrize("option", ["--doi", "--set"])
def test_a_doi_that_is_known_is_refused(
    run: Run, small_root: Path, option: str, front: str
) -> None:
    known = read_yaml(Path("studies/alcohol/ash-2020.yaml")).data
    doi = known["citation"]["doi"]  # type: ignore[index]
    said = f"{'citation.doi=' if option == '--set' else ''}{front}{doi.upper()}"
    done = run("new", "study", "x-1", option, said, "--set", "substance=alcohol")
    assert done.exit_code == 2
    assert "studies/alcohol/ash-2020.yaml already" in done.stderr


@pytest.mark.parametrize(
    "typed_in", ["https://doi.org/10.1000/ABC(1)2", "https://doi.org/10.1000/abc%281%292"]
)
def test_a_doi_is_kept_without_its_address(run: Run, small_root: Path, typed_in: str) -> None:
    done = run("new", "study", "doe-2020", "--doi", typed_in, "--set", "substance=alcohol")
    assert done.exit_code == 1, done.stderr
    assert read_yaml(RECORD).data["citation"]["doi"] == "10.1000/abc(1)2"  # type: ignore[index]
    # A record entered by hand with the address is found as well.
    RECORD.write_text(RECORD.read_text().replace("doi: 10.1000", "doi: https://doi.org/10.1000"))
    again = run("new", "study", "x-1", "--doi", "10.1000/abc(1)2", "--set", "substance=alcohol")
    assert f"10.1000/abc(1)2: stands in {RECORD} already" in again.stderr


def test_a_registry_entry_becomes_a_record(run: Run, small_root: Path) -> None:
    done = run("new", "study", "--from-registry", REGISTRY)
    assert done.exit_code == 1
    assert done.stdout == "studies/alcohol/nct99999999.yaml\n"
    assert "outcomes.0.better: is required but missing." in done.stderr
    assert run("new", "study", "--from-registry", REGISTRY).exit_code == 2


RIS = """TY  - JOUR
AU  - Doe, Jane M
AU  - Roe, Kim
PY  - 2020
TI  - Ketamine: a made-up trial
JO  - Journal of Nothing
VL  - 3
SP  - 1
EP  - 9
DO  - 10.1000/made.up
ER  -
"""


def test_a_reference_becomes_a_citation(run: Run, small_root: Path) -> None:
    Path("doe.ris").write_text(RIS)
    done = run("new", "study", "--from-reference", "doe.ris", "--set", "substance=alcohol")
    assert (done.exit_code, done.stdout) == (1, f"{RECORD}\n"), done.stderr
    data: Any = read_yaml(RECORD).data
    assert data["citation"]["authors"] == ["Doe JM", "Roe K"]
    assert data["citation"]["title"] == "Ketamine: a made-up trial"
    (source,) = data["sources"].values()
    assert source["level"] == "unverified import"
    again = run("new", "study", "doe-2020b", "--from-reference", "doe.ris", "--ask")
    assert again.exit_code == 2
    assert f"10.1000/made.up: stands in {RECORD} already" in again.stderr


def test_what_is_no_doi_in_a_reference_is_named(run: Run, small_root: Path) -> None:
    Path("doe.ris").write_text(RIS.replace("10.1000/made.up", "not-a-doi"))
    done = run("new", "study", "--from-reference", "doe.ris", "--set", "substance=alcohol")
    assert done.exit_code == 1
    assert 'doe.ris: reference 1 (Doe 2020): "not-a-doi" is no DOI and was not' in done.stderr


def test_a_reference_is_asked_on_from(run: Run, small_root: Path) -> None:
    Path("doe.ris").write_text(RIS)
    done = run("new", "study", "--from-reference", "doe.ris", "--ask", stdin=typed("alcohol"))
    assert done.exit_code == 2
    answers: Any = read_yaml(DRAFT).data["answers"]  # type: ignore[index]
    assert answers["citation.title"] == "Ketamine: a made-up trial"
    rest = [*ALL[1:7], "", "", "", "n", *ALL[18:]]  # authors to title are known
    finished = run("new", "study", "--resume", stdin=typed(*rest))
    assert "Title:" not in finished.stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("two.ris", RIS + RIS, "holds 2 entries"),
        ("x.ris", "nonsense", "Check the format: give the file the ending of its own.\n"),
        ("x.doc", "nonsense", "no format for this ending"),
    ],
)
def test_bibliographies_that_are_not_one_reference(
    run: Run, small_root: Path, name: str, content: str, said: str
) -> None:
    Path(name).write_text(content)
    done = run("new", "study", "--from-reference", name, "--set", "substance=alcohol")
    assert done.exit_code in (2, 3)
    assert said in done.stderr


def test_known_fields_are_not_asked_for(run: Run, small_root: Path) -> None:
    words = ("--set", "substance=alcohol", "--set", "citation.title=A title", "--ask")
    done = run("new", "study", "doe-2020", *words, stdin=typed("", ""))
    assert done.exit_code == 2
    answers: Any = read_yaml(DRAFT).data["answers"]  # type: ignore[index]
    assert answers["citation.title"] == "A title"
    assert "Substance" not in done.stderr


def test_a_full_disk_is_said(run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    done = run("new", "study", "doe-2020", "--set", "substance=alcohol")
    assert done.exit_code == 3
    assert "No space left on device. Nothing was changed." in done.stderr
    assert not RECORD.exists()


def hearing_control_c() -> None:
    """Before a program starts: whoever started the tests may have told them not to hear it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_control_c_keeps_every_answer(small_root: Path) -> None:
    program = [sys.executable, "-m", "ketameta", "new", "study", "doe-2020"]
    with subprocess.Popen(
        program,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hearing_control_c,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(typed("alcohol", "", ""))
        process.stdin.flush()
        for _ in range(200):
            if (
                DRAFT.exists()
                and "ask.source" not in DRAFT.read_text()
                and "reason" in DRAFT.read_text()
            ):
                break
            time.sleep(0.05)
        for _ in range(10):  # a signal just before the program waits for a line is not heard
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)
                break
        said = process.stderr.read()
        process.stdin.close()
        assert process.returncode == 130
    assert f"Every answer is kept in {DRAFT}." in said
    assert "Traceback" not in said
    assert read_yaml(DRAFT).data["answers"]["substance"] == "alcohol"  # type: ignore[index]


@pytest.mark.skipif(sys.platform == "win32", reason="terminals")
def test_tab_completes_a_word_on_a_terminal(small_root: Path) -> None:
    import pty
    import select

    pytest.importorskip("readline")
    process, terminal = pty.fork()
    if process == 0:
        hearing_control_c()
        words = [sys.executable, "-m", "ketameta", "new", "study", "doe-2020"]
        os.execve(sys.executable, words, {**os.environ, "TERM": "xterm", "COLUMNS": "80"})
    seen = b""
    sent = [b"alc\t\n", b"\n", b"\x03"]
    ended, deadline = False, time.monotonic() + 30
    while not ended and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:  # the program has ended
                break
        asked = (b"Substance:", b"Status [", b"Why is it")
        if sent and asked[3 - len(sent)] in seen:
            os.write(terminal, sent.pop(0))
        elif not sent:
            ended = os.waitpid(process, os.WNOHANG)[0] == process
            if not ended:  # readline does not hear a signal just before it waits for a key: again
                os.kill(process, signal.SIGINT)
                time.sleep(0.2)
    if not ended:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    os.close(terminal)
    assert b"Substance: alcohol" in seen
    assert read_yaml(DRAFT).data["answers"]["substance"] == "alcohol"  # type: ignore[index]


def test_an_id_that_cannot_be_one_is_asked_for_again(run: Run, small_root: Path) -> None:
    done = run("new", "study", stdin=typed("Doe 2020", "ash-2020", "doe-2020", "alcohol"))
    assert '"Doe 2020" is no id.' in done.stderr
    assert "ash-2020.yaml: exists, and nothing is overwritten." in done.stderr
    assert read_yaml(DRAFT).data["answers"]["substance"] == "alcohol"  # type: ignore[index]


def test_nobody_to_ask_is_no_interruption(run: Run, small_root: Path) -> None:
    done = run("new", "study", stdin="")
    assert (done.exit_code, done.stdout) == (2, "")
    last = done.stderr.splitlines()[-1]
    assert last == (
        "Id of the study, e.g. doe-2020: there is no terminal to ask, and the input has ended. "
        "Say it with ketameta new study ID, and the fields with --set FIELD=VALUE."
    )
