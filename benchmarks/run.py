"""How fast ketameta is beside its peers: `python benchmarks/run.py [--full]` prints one table.

Everything is measured in this run on this machine, on data simulated from one seed, and results
are compared before a time is shown. Ratios to metafor and PyMARE are those of NumPy alone. Times
of single runs vary; ratios within one run vary less. Nothing is written but a temporary directory,
which is removed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tracemalloc

sys.dont_write_bytecode = True

import numpy as np  # noqa: E402
from compiled_loop import CompiledLoop  # noqa: E402
from peers import (  # noqa: E402
    PeerTime,
    best_of,
    has,
    has_metafor,
    metafor_times,
    process_times,
    pymare_times,
    statsmodels_times,
)
from tasks import Data, Task, all_tasks  # noqa: E402

HEADER = (
    "task",
    "ketameta",
    "+ numba",
    "C loop",
    "of loop",
    "metafor",
    "ratio",
    "PyMARE",
    "ratio",
    "peak MB",
)


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="run metafor's loops to their end")
    full = parser.parse_args().full
    data, loop, absent = Data.simulated(), compiled_loop(), []
    metafor = metafor_times(data, full=full) if has_metafor() else {}
    pymare = pymare_times(data) if has("pymare") else {}
    statsmodels = statsmodels_times(data) if has("statsmodels") else {}
    for name, found in (("metafor", metafor), ("PyMARE", pymare), ("statsmodels", statsmodels)):
        if not found:
            absent.append(f"{name} is not installed and was not measured.")
    if not has("numba"):
        absent.append("numba is not installed: ketameta was measured with NumPy alone.")
    if loop is None:
        absent.append(
            "There is no C compiler: the physical limit was not measured, nothing checked."
        )
    tasks = all_tasks(data)
    rows = [line(task, loop, metafor, pymare) for task in tasks]
    rows.append(whole_process(process_times(data, metafor=bool(metafor), pymare=bool(pymare))))
    print_table(rows)
    for name, found in (("metafor", metafor), ("PyMARE", pymare), ("statsmodels", statsmodels)):
        print_words(name, found)
    if not any(task.name == "three-level" for task in tasks):
        absent.append("The package has no three-level model yet.")
    if not any(task.name.startswith("selection") for task in tasks):
        absent.append("The package has no selection models yet.")
    for sentence in absent:
        print(sentence)
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {os.cpu_count()} CPUs.")


def compiled_loop() -> CompiledLoop | None:
    """The loop, where there is a compiler."""
    try:
        return CompiledLoop()
    except FileNotFoundError:
        return None


def line(
    task: Task,
    loop: CompiledLoop | None,
    metafor: dict[str, PeerTime],
    pymare: dict[str, PeerTime],
) -> tuple[str, ...]:
    """One row; the results are compared first."""
    compiled, limit = None, None
    if loop is not None and task.loop is not None:
        call = task.loop
        compiled = call(loop)
        limit = best_of(lambda: call(loop), 1 if "10,000" in task.words else 5)
    quicker = None
    if has("numba"):
        os.environ["KETAMETA_NUMBA"] = "1"
        task.check(task.run(), compiled)
        quicker = best_of(task.run, task.repeats)
    os.environ["KETAMETA_NUMBA"] = "0"
    task.check(task.run(), compiled)
    seconds, peak = best_of(task.run, task.repeats), memory(task)
    r, python = metafor.get(task.like or task.name), pymare.get(task.name)
    return (
        task.words,
        duration(seconds),
        duration(quicker),
        duration(limit),
        "" if limit is None else " / ".join(f"{t / limit:.1f}" for t in (seconds, quicker) if t),
        *beside(seconds, r),
        *beside(seconds, python),
        f"{peak / 1e6:.2g}",
    )


def beside(seconds: float, peer: PeerTime | None) -> tuple[str, str]:
    """A peer's time, and how many times ours it is."""
    if peer is None:
        return "", ""
    return duration(peer.seconds), f"{peer.seconds / seconds:,.3g}".replace("e+0", "e")


def memory(task: Task) -> int:
    """Bytes at the peak of one call beyond what was there."""
    tracemalloc.start()
    task.run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def whole_process(times: dict[str, float]) -> tuple[str, ...]:
    """The row of start-up times."""
    ours = times["ketameta"]
    peers = [
        beside(ours, PeerTime(times[n], "") if n in times else None) for n in ("metafor", "PyMARE")
    ]
    return "process start to printed fit", duration(ours), "", "", "", *peers[0], *peers[1], ""


def duration(seconds: float | None) -> str:
    """Seconds in a unit that suits them."""
    if seconds is None:
        return ""
    if seconds < 1.0:
        return f"{1e3 * seconds:.3g} ms"
    return f"{seconds:,.3g} s" if seconds < 1000.0 else f"{seconds:,.0f} s"


def print_table(rows: list[tuple[str, ...]]) -> None:
    """Columns as wide as they need to be; the first to the left, the rest to the right."""
    table = [HEADER, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(HEADER))]
    for row in table:
        cells = [
            row[0].ljust(widths[0]),
            *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)),
        ]
        print("  ".join(cells).rstrip())


def print_words(name: str, times: dict[str, PeerTime]) -> None:
    """What a peer's numbers stand for; statsmodels has no column."""
    for task, found in times.items():
        seconds = f" ({duration(found.seconds)})" if name == "statsmodels" else ""
        print(f"{name}, {task}: {found.words}{seconds}")


if __name__ == "__main__":
    main()
