"""Two states of small reviews: in folders and in git, in words, pictures and programs' forms."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.reports.small_review import TRIALS, write_root

from ketameta.cli.app import cli
from ketameta.errors import DataError, UsageError
from ketameta.reports.comparison.compare import compare, sentence
from ketameta.reports.comparison.history import history
from ketameta.reports.comparison.picture import before_after
from ketameta.reports.comparison.record_changes import record_changes
from ketameta.reports.comparison.states import State, state_of
from ketameta.reports.comparison.words import SAME, markdown, plain, summary
from ketameta.reports.inputs import read_inputs
from ketameta.reports.lock import write_lock
from ketameta.tables.formatting import AnswerText

CHANGED = (replace(TRIALS[0], cells=(25, 30, 3, 30)), *TRIALS[1:])


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return write_root(tmp_path / "before", TRIALS)


@pytest.fixture
def now(tmp_path: Path) -> Path:
    return write_root(tmp_path / "now", CHANGED)


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=a", "-c", "user.email=a@b.invalid", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = write_root(tmp_path / "repository", TRIALS)
    write_lock(read_inputs(root))
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "First state")
    shutil.rmtree(root / "studies")
    write_root(root, CHANGED)
    write_lock(read_inputs(root))
    git(root, "add", ".")
    git(root, "commit", "-qm", "More events")
    return root


def states(before: Path, now: Path) -> tuple[State, State]:
    return State("before", read_inputs(before)), State("now", read_inputs(now))


def test_a_state_beside_itself_has_nothing_to_say(before: Path) -> None:
    found = compare(*states(before, before))
    assert found.same
    assert summary(found) == SAME
    assert markdown(found, {}).count("\n") == 3


def test_what_moved_is_said_with_both_numbers(before: Path, now: Path) -> None:
    one, two = states(before, now)
    found = compare(one, two)
    assert [(r.study, r.kind) for r in found.records] == [(TRIALS[0].id, "changed")]
    change = found.answers[0]
    assert change.main_moved
    for state in (one, two):
        answer = state.inputs.answers[0]
        assert AnswerText.of(answer).estimate(answer.main) in sentence(change)
    paths = {f.path: (f.before, f.now) for f in found.records[0].fields}
    assert any(path.endswith("events") and pair[1] == "25" for path, pair in paths.items())


def test_records_that_came_and_went(before: Path, tmp_path: Path) -> None:
    fewer = write_root(tmp_path / "fewer", TRIALS[1:])
    one, two = read_inputs(before).evidence, read_inputs(fewer).evidence
    assert [(r.study, r.kind) for r in record_changes(one, two)] == [(TRIALS[0].id, "removed")]
    assert [(r.study, r.kind) for r in record_changes(two, one)] == [(TRIALS[0].id, "added")]


def test_a_comment_is_no_change(before: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(before, other)
    file = next((other / "studies").rglob(f"{TRIALS[0].id}.yaml"))
    file.write_text(f"# a comment\n{file.read_text('utf-8')}", "utf-8")
    assert compare(*states(before, other)).same


def test_the_forms_hold_every_move(before: Path, now: Path) -> None:
    found = compare(*states(before, now))
    data = plain(found)
    assert json.loads(json.dumps(data)) == data
    moves = [m for q in data["questions"] for m in q["moves"]]
    assert len(moves) == sum(len(c.moves) for c in found.answers)
    text = markdown(found, {found.answers[0].id: "figures/x.svg"})
    assert "![Before and after](figures/x.svg)" in text
    assert "## Every number that moved" in text


def test_the_picture_has_both_states_on_one_axis(before: Path, now: Path) -> None:
    change = compare(*states(before, now)).answers[0]
    picture = before_after(change, ("before", "now"))
    assert picture is not None
    assert sentence(change) in picture.alt
    names = [text.get_text() for text in picture.figure.texts]
    assert "before: pooled" in names
    assert "now: pooled" in names


def test_a_revision_is_read_without_touching_the_folder(repository: Path) -> None:
    with state_of("HEAD~1", repository) as one, state_of("HEAD", repository) as two:
        found = compare(one, two)
    assert [r.study for r in found.records] == [TRIALS[0].id]
    done = subprocess.run(
        ["git", "status", "--porcelain"], cwd=repository, capture_output=True, check=True
    )
    assert done.stdout == b""


@pytest.mark.parametrize("spec", ["nowhere", "HEAD~7", "--output=x", "HEAD:studies"])
def test_what_is_no_state_is_refused(repository: Path, spec: str) -> None:
    with (
        pytest.raises(UsageError, match="neither a folder nor a revision"),
        state_of(spec, repository),
    ):
        pass


def test_a_folder_without_records_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="no folder studies"),
        state_of(str(tmp_path), tmp_path),
    ):
        pass


def test_a_state_with_broken_records_names_itself(before: Path) -> None:
    file = next((before / "studies").rglob(f"{TRIALS[0].id}.yaml"))
    file.write_text("id: [", "utf-8")
    with pytest.raises(DataError, match=str(before)), state_of(str(before), before):
        pass


def test_the_history_of_the_lock_is_the_changelog(repository: Path) -> None:
    folder = next((repository / "reports").iterdir())
    entries = history(repository, folder)
    assert [entry.subject for entry in entries] == ["More events", "First state"]
    newest = entries[0]
    assert [sign for sign, _ in newest.records] == ["~"]
    assert newest.moves is not None
    assert "confidence interval" in {move.number for move in newest.moves}
    assert len(history(repository, folder, limit=1)) == 1


def test_without_history_the_changelog_says_so(before: Path) -> None:
    with pytest.raises(UsageError, match="no history in git"):
        history(before, next((before / "reports").iterdir()))


def test_the_command_writes_text_and_pictures(before: Path, now: Path, tmp_path: Path) -> None:
    out, figures = tmp_path / "diff.md", tmp_path / "figures"
    line = ["diff", str(before), str(now), "-o", str(out), "--pictures", str(figures)]
    found = CliRunner().invoke(cli, line)
    assert found.exit_code == 0, found.output
    assert "1 study record changed" in found.stderr
    text = out.read_text("utf-8")
    drawn = sorted(path.name for path in figures.iterdir())
    assert drawn
    assert f"(figures/{next(n for n in drawn if n.endswith('.svg'))})" in text
    assert CliRunner().invoke(cli, [*line[:3], "--exit-code"]).exit_code == 1
    assert CliRunner().invoke(cli, ["diff", str(now), str(now), "--exit-code"]).exit_code == 0


def test_hostile_titles_stay_text(before: Path, tmp_path: Path) -> None:
    hostile = replace(TRIALS[0], title="<img src=x onerror=alert(1)> {{7*7}} `x` | y")
    other = write_root(tmp_path / "hostile", (hostile, *TRIALS[1:]))
    text = markdown(compare(*states(before, other)), {})
    assert "<img" not in text
    assert "onerror=alert" in text
