"""Two states of small reviews: in folders and in git, in words, pictures and programs' forms."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.reports.small_review import REVIEW, TRIALS, write_root

from ketameta.appraisal.grade.draft import draft
from ketameta.cli.app import cli
from ketameta.errors import DataError, UsageError
from ketameta.reports.certainty_part import certainty_part
from ketameta.reports.comparison.before_after import before_after_table
from ketameta.reports.comparison.compare import compare
from ketameta.reports.comparison.history import history
from ketameta.reports.comparison.picture import before_after
from ketameta.reports.comparison.record_changes import record_changes
from ketameta.reports.comparison.sentences import sentence, sentences
from ketameta.reports.comparison.states import State, state_of
from ketameta.reports.comparison.words import SAME, markdown, plain, summary
from ketameta.reports.inputs import read_inputs
from ketameta.reports.lock import lock_of, same_number, write_lock
from ketameta.reports.lock_words import moves
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


def test_an_answer_is_told_in_sentences(before: Path, now: Path) -> None:
    """The 13 of 30 with ketamine become 25, so that the odds ratio grows and its interval moves."""
    change = compare(*states(before, now)).answers[0]
    text = sentence(change)
    assert text.startswith("The odds ratio rose from ")
    assert ", further from 1; above 1 favours ketamine (3 studies, 180 people)." in text
    assert "The interval is wider and " in text
    assert "Other numbers than before come from: Adams 2001." in text
    back = sentence(compare(*states(now, before)).answers[0])
    assert back.startswith("The odds ratio fell from ")
    assert ", closer to 1; " in back


def test_an_interval_that_comes_to_hold_the_null_value_is_named(tmp_path: Path) -> None:
    """Trials with many events under ketamine leave 1 out; those with as many in both hold it."""
    clear = tuple(replace(trial, cells=(25, 30, 3 + i, 30)) for i, trial in enumerate(TRIALS[:3]))
    open_ = tuple(replace(trial, cells=(9, 30, 8 + i, 30)) for i, trial in enumerate(TRIALS[:3]))
    one = write_root(tmp_path / "clear", clear)
    two = write_root(tmp_path / "open", open_)
    there = " ".join(sentences(compare(*states(one, two)).answers[0]))
    assert "now holds 1, which it left out before: the direction is open" in there
    assert "the interval now holds the null value in " in there
    assert "leave one out: adams-2001" in there
    back = " ".join(sentences(compare(*states(two, one)).answers[0]))
    assert "now leaves 1 out, which it held before" in back
    assert "significant" not in there + back


def test_the_table_stands_for_the_picture(before: Path, now: Path) -> None:
    change = compare(*states(before, now)).answers[0]
    table = before_after_table(change, ("HEAD~1", "the present folder"))
    assert [column.title for column in table.columns] == [
        "Result",
        "OR before (HEAD~1)",
        "OR after (the present folder)",
    ]
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows}
    assert change.before is not None
    assert rows["All studies"][0] == AnswerText.of(change.before).estimate(change.before.main)
    assert rows["Adams 2001"][0] != rows["Adams 2001"][1]
    assert rows["Brown 2005"][0] == rows["Brown 2005"][1]


def test_decisions_that_went_stale_are_named(before: Path, now: Path) -> None:
    """Decisions made on the numbers of before stand on the record of both states."""
    inputs = read_inputs(before)
    part = certainty_part(inputs.review, inputs.evidence, inputs.answers, inputs.review_folder)
    entries = draft(part.grades, part.certainty)
    for field, value in (("smallest", "50"), ("large", "100"), ("date", "2026-01-01")):
        entries = re.sub(rf"( {field}: ).*TO BE DECIDED.*", rf"\g<1>{value}", entries)
    entries = entries.replace("TO BE DECIDED", "A person")
    for root in (before, now):
        (root / "reports" / "small" / "certainty.yaml").write_text(entries, "utf-8")
    found = compare(*states(before, now))
    stale = {decision.domain for decision in found.stale}
    assert "imprecision" in stale, "its input is the interval, which moved"
    assert found.stale_already == 0
    assert f"{len(found.stale)} decisions on certainty went stale" in summary(found)
    text = markdown(found, {})
    assert "Abstinence, imprecision: “" in text
    assert [d["domain"] for d in plain(found)["stale_decisions"]] == [d.domain for d in found.stale]
    assert compare(*states(now, now)).stale == ()


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
    assert "a forest plot: figures/x.svg" in text
    assert "![" not in text, "a picture beside a text is not shown where only the text goes"
    assert "## Every number that moved" in text
    assert f"{len(moves)} numbers moved in all; --format csv" in text
    assert text.count("\n| ") < 60, "a text lists the numbers of main analyses only"


def test_the_picture_has_both_states_on_one_axis(before: Path, now: Path) -> None:
    change = compare(*states(before, now)).answers[0]
    picture = before_after(change, ("HEAD~1", "the present folder"))
    assert picture is not None
    assert sentence(change) in picture.alt
    names = [text.get_text() for text in picture.figure.texts]
    assert "before: all studies" in names
    assert "after: all studies" in names
    assert "Before: HEAD~1. After: the present folder." in names


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
    assert f" figures/{next(n for n in drawn if n.endswith('.svg'))}," in text
    assert str(tmp_path) not in text
    assert CliRunner().invoke(cli, [*line[:3], "--exit-code"]).exit_code == 1
    assert CliRunner().invoke(cli, ["diff", str(now), str(now), "--exit-code"]).exit_code == 0


def test_hostile_titles_stay_text(before: Path, tmp_path: Path) -> None:
    hostile = replace(TRIALS[0], title="<img src=x onerror=alert(1)> {{7*7}} `x` | y")
    other = write_root(tmp_path / "hostile", (hostile, *TRIALS[1:]))
    text = markdown(compare(*states(before, other)), {})
    assert "<img" not in text
    assert "onerror=alert" in text


def test_a_terminal_gets_plain_text_once(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No marks of Markdown, no path, and nothing said twice."""
    monkeypatch.chdir(repository)
    found = CliRunner().invoke(cli, ["diff", "HEAD~1", "HEAD"], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    assert "HEAD~1 (" in found.stdout
    assert "\\" not in found.stdout
    assert found.stderr == ""
    assert "The odds ratio rose from" in " ".join(found.stdout.split())


@pytest.mark.parametrize(
    ("then", "today", "shown"),
    [(2e-5, 0.02, ("<0.001", "0.020")), (2e-5, 4e-4, ("<0.0001", "0.0004"))],
)
def test_a_p_value_is_never_rounded_to_nothing(
    before: Path, then: float, today: float, shown: tuple[str, str]
) -> None:
    questions = lock_of(read_inputs(before))["questions"]
    old, new = copy.deepcopy(questions), copy.deepcopy(questions)
    old["abstinence"]["analyses"]["main"]["p"] = then
    new["abstinence"]["analyses"]["main"]["p"] = today
    assert [(m.accepted, m.now) for m in moves(old, new, same_number)] == [shown]


def test_two_measures_keep_their_names_and_share_no_axis(before: Path, tmp_path: Path) -> None:
    review = REVIEW.replace("measure: OR", "measure: RR")
    other = write_root(tmp_path / "ratio", TRIALS, review=review)
    found = compare(*states(before, other))
    change = found.answers[0]
    assert summary(found).startswith("No study record changed; ")
    assert sentence(change).startswith("Asked in another measure: OR ")
    titles = [column.title for column in before_after_table(change, ("one", "two")).columns]
    assert titles == ["Result", "OR before (one)", "RR after (two)"]
    assert before_after(change, ("one", "two")) is None


@pytest.mark.parametrize("kept", [0, 1])
def test_answers_that_lose_their_studies_are_told(before: Path, tmp_path: Path, kept: int) -> None:
    fewer = write_root(tmp_path / "fewer", (*TRIALS[:kept], *TRIALS[3:]))
    for sides in ((before, fewer), (fewer, before)):
        found = compare(*states(*sides))
        text = sentence(found.answers[0])
        assert ("No longer in the main analysis: " in text) is (sides[0] is before)
        assert "Clark 2010" in markdown(found, {})
        assert ("no usable study" in text) is (kept == 0)
