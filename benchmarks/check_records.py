"""How fast `ketameta check` is on 100 records: `python benchmarks/check_records.py` prints a table.

The curated records are copied under new ids and identifiers until there are 100, into a temporary
directory that is removed. Each time is that of a whole process, from the shell's point of view: the
best of several runs, and the processor time beside it, which other programs disturb less. Cold is
with an empty cache, which the run then fills; warm is with nothing changed since; one changed is
after an edit of one record. Claims are only in the first row: they are tested against answers,
which have to be computed.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

sys.dont_write_bytecode = True

ROOT = Path(__file__).resolve().parents[1]
RECORDS = 100
TARGETS = {"cold": 1.5, "warm": 0.5}
"""Seconds on an idle machine of 2025."""
IDENTIFIERS = {
    r"\bNCT(\d{7})(\d)": r"NCT{n}\1",
    r"\bACTRN(\d{13})(\d)": r"ACTRN{n}\1",
    r"\bISRCTN(\d{7})(\d)": r"ISRCTN{n}\1",
    r"\b(20\d\d)-(\d{5})\d-(\d\d)\b": r"\1-{n}\2-\3",
    r"(doi: \"?10\.\d{4,9}/)": r"\g<1>c{n}.",
    r"(pmid: \"?)\d{2}": r"\g<1>{n}1",
    r"(pmcid: \"?PMC)\d{2}": r"\g<1>{n}1",
    r"( authors: \[\"?[^ ,\]]+)": r"\1-Copy-{n}",
    r"( short_label: \"?[^\"\n]+)": r"\1 copy {n}",
}
"""So that copies are not taken for second records of the same participants, nor have one label."""


def main() -> None:
    """Make the records, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how often each is timed")
    runs = parser.parse_args().runs
    with TemporaryDirectory() as name:
        project = Path(name)
        copied_project(project)
        cache = project / ".ketameta-cache"
        edited = next((project / "studies").glob("*/*.yaml"))
        claims = project / "studies" / "claims"
        with_claims = best(runs, project, ["--no-cache"], lambda: None)
        shutil.rmtree(claims, ignore_errors=True)
        rows = [
            ("with claims", *with_claims),
            ("without a cache", *best(runs, project, ["--no-cache"], lambda: None)),
            ("cold", *best(runs, project, [], lambda: shutil.rmtree(cache, ignore_errors=True))),
            ("one changed", *best(runs, project, [], lambda: comment(edited))),
            ("warm", *best(runs, project, [], lambda: None)),
        ]
    print(f"{RECORDS} records   wall      CPU       target")
    for words, wall, cpu in rows:
        target = f"{TARGETS[words]} s" if words in TARGETS else ""
        print(f"{words:<14}{wall:7.2f} s {cpu:7.2f} s   {target}".rstrip())
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs.")


def copied_project(project: Path) -> None:
    """A project with RECORDS records, made of the curated ones."""
    shutil.copytree(ROOT / "studies", project / "studies")
    reports = sorted((ROOT / "reports").glob("*/review.yaml"))
    for review in reports:
        target = project / review.relative_to(ROOT)
        target.parent.mkdir(parents=True)
        shutil.copy(review, target)
    originals = sorted((project / "studies").glob("*/*.yaml"))
    for number in range(RECORDS - len(originals)):
        copy(originals[number % len(originals)], 1 + number // len(originals))


def copy(original: Path, number: int) -> None:
    """The record once more, under another id and with other identifiers."""
    name = f"{original.stem}-copy-{number}"
    text = original.read_text(encoding="utf-8").replace(
        f"id: {original.stem}\n", f"id: {name}\n", 1
    )
    for pattern, changed in IDENTIFIERS.items():
        text = re.sub(pattern, changed.format(n=number), text)
    original.with_name(f"{name}.yaml").write_text(text, encoding="utf-8")


def comment(record: Path) -> None:
    """Change a record without changing what it says."""
    with record.open("a", encoding="utf-8") as file:
        file.write("# once more\n")


def best(
    runs: int, project: Path, words: list[str], before: Callable[[], None]
) -> tuple[float, float]:
    """The shortest wall and processor time of a process."""
    times = []
    for _ in range(runs):
        before()
        times.append(timed(project, words))
    return min(wall for wall, _ in times), min(cpu for _, cpu in times)


def timed(project: Path, words: list[str]) -> tuple[float, float]:
    """Wall and processor time of one `ketameta check`."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "ketameta", "check", "--fail-on", "never", *words],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    wall = time.perf_counter() - start
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    if " error" in done.stderr and " 0 errors" not in done.stderr:
        raise SystemExit(
            f"The copies are not sound, so this would not be comparable: {done.stderr}"
        )
    return wall, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


if __name__ == "__main__":
    main()
