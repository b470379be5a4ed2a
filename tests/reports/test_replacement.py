"""A folder that is replaced is there whole at every moment, whatever happens to the builder."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from ketameta.reports import replacement
from ketameta.reports.replacement import exchanged, replaced_folder

OURS = frozenset({"a", "b"})
POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

# As in tests/test_whole_files.py: killed before the n-th line that runs in replacement.py.
KILLED_AT_EVERY_LINE = """
import json, os, shutil, signal, sys
from pathlib import Path
import filelock
from ketameta.reports import replacement
out, exchange = Path(sys.argv[1]), sys.argv[2] == "exchange"
if not exchange:
    replacement.exchanged = lambda *_: False

def build(word):
    with replacement.replaced_folder(out, ours=frozenset({"a", "b"})) as new:
        (new / "a").write_text(word)
        (new / "b").write_text(word)

def state():
    return {p.name: p.read_text() for p in sorted(out.iterdir())} if out.exists() else None

seen, after, n = [], [], 0
while True:
    n += 1
    shutil.rmtree(out.parent)
    out.parent.mkdir()
    build("old")
    child = os.fork()
    if child == 0:
        left = n
        def trace(frame, event, arg):
            global left
            if frame.f_code.co_filename != replacement.__file__:
                return None
            if event == "line":
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace
        sys.settrace(trace)
        build("new")
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    seen.append(state())
    try:
        with replacement.replaced_folder(out, ours=frozenset({"a", "b"})):
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    after.append(state())
    assert os.listdir(out.parent) == [out.name], os.listdir(out.parent)
    if not os.WIFSIGNALED(status):
        break
print(json.dumps([n, seen, after]))
"""


def exchanged_here(folder: Path) -> bool:
    for name in ("p", "q"):
        (folder / name).mkdir()
    return exchanged(folder / "p", folder / "q")


@POSIX
@pytest.mark.parametrize("way", ["exchange", "rename twice"])
def test_a_builder_killed_at_any_line_leaves_the_old_folder_or_the_new_one(
    tmp_path: Path, way: str
) -> None:
    out = tmp_path / "site" / "out"
    out.parent.mkdir()
    words = [sys.executable, "-c", KILLED_AT_EVERY_LINE, str(out), way]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    n, seen, after = json.loads(done.stdout)
    old, new = {"a": "old", "b": "old"}, {"a": "new", "b": "new"}
    assert n > 30
    gone = [folder for folder in seen if folder not in (old, new)]
    if way == "rename twice":
        assert set(map(str, gone)) == {"None"}  # the moment between, mended by the next builder
    elif exchanged_here(tmp_path):
        assert gone == []
    assert [folder for folder in after if folder not in (old, new)] == []
    assert after == sorted(after, key=[old, new].index)


def test_two_names_are_exchanged_at_once(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(name)
    if not exchanged(tmp_path / "one", tmp_path / "other"):
        pytest.skip("this system cannot exchange names")
    assert (tmp_path / "one" / "x").read_text() == "other"
    assert (tmp_path / "other" / "x").read_text() == "one"
    assert not exchanged(tmp_path / "one", tmp_path / "none")


@pytest.mark.parametrize("exchange", [True, False])
def test_both_ways_replace_all_of_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(replacement, "exchanged", lambda *_: False)
    out = tmp_path / "out"
    for names in ("ab", "b"):
        with replaced_folder(out, ours=OURS) as new:
            for name in names:
                (new / name).write_text(name)
    assert os.listdir(out) == ["b"]
    assert os.listdir(tmp_path) == ["out"]


def test_a_full_disk_is_told_of_the_folder_that_the_user_named(tmp_path: Path) -> None:
    out = tmp_path / "out"
    replaced = partial(replaced_folder, ours=OURS)
    with replaced(out) as new:
        (new / "a").write_text("old")
    full = OSError(errno.ENOSPC, "No space left on device")  # as write() raises it, without a name

    def fill(new: Path) -> None:
        (new / "a").write_text("new")
        raise full

    with pytest.raises(OSError, match="No space left") as caught, replaced(out) as new:
        fill(new)
    assert caught.value.filename == str(out)
    with pytest.raises(FileNotFoundError) as inside, replaced(out) as new:
        (new / "c" / "a").write_text("new")
    assert inside.value.filename == str(out)
    with pytest.raises(FileNotFoundError) as elsewhere, replaced(out):
        (tmp_path / "b").read_text()
    assert elsewhere.value.filename == str(tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["out"]
    assert (out / "a").read_text() == "old"
