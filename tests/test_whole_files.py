"""Every write leaves the old file or the new one, whole, whatever happens to the writer."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ketameta import whole_files
from ketameta.cli.failures import DATA, failure
from ketameta.whole_files import FileInUseError, locked, replace_quickly, update_whole, write_whole

POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
NEW = "new " * 30_000


def python(program: str, *words: str | Path) -> str:
    """Run a program in a Python of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# A child is killed before the n-th line that runs in whole_files.py, for n = 1, 2, ... until one
# gets through. The parent never holds the lock, so a lock that outlives its process would show.
KILLED_AT_EVERY_LINE = """
import json, os, signal, sys
from pathlib import Path
import filelock
from ketameta import whole_files
path, mode = Path(sys.argv[1]), sys.argv[2]

def run():
    if mode == "update":
        whole_files.update_whole(path, lambda old: "new " * 30_000)
    else:
        whole_files.write_whole(path, "new " * 30_000, replace=mode == "replace")

seen, n = [], 0
while True:
    n += 1
    if mode == "create":
        path.unlink(missing_ok=True)
    else:
        path.write_text("old")
    child = os.fork()
    if child == 0:
        left = n
        def trace(frame, event, arg):
            global left
            if frame.f_code.co_filename != whole_files.__file__:
                return None
            if event == "line":
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace
        sys.settrace(trace)
        run()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    seen.append(path.read_text() if path.exists() else None)
    if not os.WIFSIGNALED(status):
        break
run_again = "whole_files.write_whole(path, 'last')"
exec(run_again)
print(json.dumps([n, seen, path.read_text(), sorted(os.listdir(path.parent))]))
"""


@POSIX
@pytest.mark.parametrize("mode", ["replace", "create", "update"])
def test_a_writer_killed_at_any_line_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, mode: str
) -> None:
    path = tmp_path / "record.yaml"
    n, seen, last, files = json.loads(python(KILLED_AT_EVERY_LINE, path, mode))
    old = None if mode == "create" else "old"
    assert n > 25
    assert set(seen) == {old, NEW}
    assert seen == sorted(seen, key=[old, NEW].index)  # once the new one is there, it stays
    assert (last, files) == ("last", ["record.yaml"])


def test_the_file_is_on_the_disk_before_its_name_and_the_name_before_the_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        kind = "folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file"
        steps.append(kind if os.path.exists("/proc/self/fd") else f"{kind}?")
        fsync(handle)

    def noted_replace(source: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(source, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    write_whole(tmp_path / "x", "y")
    if os.path.exists("/proc/self/fd"):
        assert steps == ["file", "rename", "folder"]
    assert "rename" in steps


def fails(name: str, number: int) -> Callable[..., None]:
    def raise_it(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    raise_it.__name__ = name
    return raise_it


@pytest.mark.parametrize("step", ["os.fsync", "os.fdopen", "Path.replace", "Path.chmod"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_an_error_at_any_step_keeps_the_old_file_and_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    path = tmp_path / "record.yaml"
    path.write_text("old")
    owner = os if step.startswith("os") else Path
    name = step.partition(".")[2]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fails(name, number))
        with pytest.raises(OSError, match=os.strerror(number)) as caught:
            write_whole(path, NEW)
    assert caught.value.filename == str(path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["record.yaml"]
    said = failure(caught.value, "ketameta report")
    assert said.code == DATA
    assert said.message.startswith(f"{path}: {os.strerror(number)}. ")
    write_whole(path, NEW)
    assert path.read_text() == NEW


OVER_THE_LIMIT = """
import resource, signal, sys
from pathlib import Path
from ketameta.whole_files import write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    write_whole(Path(sys.argv[1]), "new " * 30_000)
except OSError as error:
    print(error.strerror)
"""


@POSIX
def test_a_file_that_the_disk_does_not_take_keeps_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    path.write_text("old")
    assert python(OVER_THE_LIMIT, path) == "File too large\n"
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["record.yaml"]


READ_ONLY = """
import os, sys
from pathlib import Path
import filelock
from ketameta.whole_files import write_whole
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    write_whole(Path(sys.argv[1]), "new")
except OSError as error:
    print(error.strerror, error.filename)
"""


@POSIX
def test_a_folder_that_may_only_be_read() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        path = folder / "record.yaml"
        path.write_text("old")
        folder.chmod(0o555)
        assert python(READ_ONLY, path) == f"Permission denied {path}\n"
        assert path.read_text() == "old"
        assert os.listdir(folder) == ["record.yaml"]
        folder.chmod(0o755)


COUNTS = """
import sys
import time
from pathlib import Path
from ketameta.whole_files import update_whole
for _ in range(40):
    update_whole(Path(sys.argv[1]), lambda old: str(int(old or b"0") + 1))
"""


def test_two_processes_lose_no_change_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "count"
    words = [sys.executable, "-c", COUNTS, str(path)]
    running = [subprocess.Popen(words) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert path.read_text() == "80"
    assert os.listdir(tmp_path) == ["count"]


FIRST = """
import sys
import time
from pathlib import Path
from ketameta.whole_files import write_whole
won = 0
for i in range(40):
    try:
        write_whole(Path(sys.argv[1]) / str(i), sys.argv[2], replace=False)
        won += 1
    except FileExistsError:
        pass
print(won)
"""


def test_of_two_processes_that_must_not_overwrite_one_wins_each_time(tmp_path: Path) -> None:
    words = [sys.executable, "-c", FIRST, str(tmp_path)]
    running = [
        subprocess.Popen([*words, name], stdout=subprocess.PIPE, text=True) for name in ("a", "b")
    ]
    won = [int(process.communicate(timeout=60)[0]) for process in running]
    said = [(tmp_path / str(i)).read_text() for i in range(40)]
    assert won == [said.count("a"), said.count("b")]
    assert sum(won) == 40


def test_a_file_made_by_another_program_in_the_meantime_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    filled = whole_files._filled

    def overtaken(target: Path, data: bytes) -> Path:
        target.write_text("theirs")
        return filled(target, data)

    monkeypatch.setattr(whole_files, "_filled", overtaken)
    with pytest.raises(FileExistsError) as caught:
        write_whole(path, "ours", replace=False)
    assert path.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["x"]
    assert failure(caught.value, "ketameta").message.endswith(
        "Choose another name, or add --force."
    )


HOLDS = """
import sys
import time
from pathlib import Path
from ketameta.whole_files import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_who_waits_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    monkeypatch.setattr(whole_files, "WAIT", 0.1)
    pipe = subprocess.PIPE
    words = [sys.executable, "-c", HOLDS, str(path)]
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(FileInUseError) as caught:
            write_whole(path, "y")
        assert failure(caught.value, "ketameta").message == (
            f"{path}: another ketameta has been writing it for too long. Nothing was changed. "
            "Wait for it, or end it, and try again."
        )
        assert not path.exists()
        holder.kill()
        holder.wait()
        write_whole(path, "y")
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder that takes no files")
def test_a_folder_that_takes_no_files_is_told_from_a_file_in_use() -> None:
    started = time.monotonic()
    with pytest.raises(OSError, match="no file can be made in this folder") as caught:
        write_whole(Path("/proc/result.json"), "x")
    assert not isinstance(caught.value, FileInUseError)
    assert caught.value.filename == "/proc/result.json"
    assert time.monotonic() - started < 2.0


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError):
        update_whole(path, lambda old: str(1 // 0))
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["x"]


def test_no_folder_is_made_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "no" / "x"
    with pytest.raises(FileNotFoundError) as caught:
        write_whole(path, "y")
    assert failure(caught.value, "ketameta").message == (
        f"{path}: No such file or directory. Check the path."
    )
    assert os.listdir(tmp_path) == []


def test_one_thread_may_lock_twice_and_cleans_up_once(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with locked(path):
        write_whole(path, "y")
        assert ".x.lock" in os.listdir(tmp_path)
    assert os.listdir(tmp_path) == ["x"]


def test_a_quick_write_leaves_nothing_behind_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    replace_quickly(path, b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fails("replace", errno.ENOSPC))
        with pytest.raises(OSError, match="No space left"):
            replace_quickly(path, b"new")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"old", ["x"])


@POSIX
def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    path, link = tmp_path / "x", tmp_path / "link"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_whole(link, "new")
    assert link.is_symlink()
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)


def test_only_leftovers_of_this_file_are_swept_up(tmp_path: Path) -> None:
    kept = {".x.part", ".xy.abc.part", ".x.lock.txt", "x.part", ".x.abc.part.yaml"}
    for name in (*kept, ".x.abc.part", ".x[1].abc.part"):
        (tmp_path / name).write_text("z")
    write_whole(tmp_path / "x", "y")
    assert set(os.listdir(tmp_path)) == {*kept, "x", ".x[1].abc.part"}
    write_whole(tmp_path / "x[1]", "y")
    assert set(os.listdir(tmp_path)) == {*kept, "x", "x[1]"}


@POSIX
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_device_is_named_in_the_error() -> None:
    with pytest.raises(OSError, match="No space left on device") as told:
        write_whole(Path("/dev/full"), "x")
    assert told.value.filename == "/dev/full"


def test_a_pipe_is_written_to_and_not_replaced() -> None:
    program = (
        "from pathlib import Path; from ketameta.whole_files import write_whole; "
        "write_whole(Path('/dev/stdout'), 'through the pipe')"
    )
    assert python(program) == "through the pipe"
