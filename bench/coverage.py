# ruff: noqa: E402
"""How often intervals hold the truth and stopping rules are wrong, by simulation.

    python bench/coverage.py [--runs 2000] [--seed 11] [--processes 2] [--only hybrid stopping …]

Tables in Markdown on stdout, progress on stderr. The same seed gives the same tables, whatever the
number of processes. What is simulated stands in bench/coverage_*.py.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import NamedTuple

os.environ["OMP_NUM_THREADS"] = "1"  # a process a core; before numpy is imported
os.environ["OPENBLAS_NUM_THREADS"] = "1"
# Not the folder itself in front: its statistics.py would hide the library's.
sys.path[0] = str(Path(__file__).resolve().parent.parent)
sys.path.append(str(Path(__file__).resolve().parent))

import coverage_advice
import coverage_comparison
import coverage_hybrid
import coverage_selective
import coverage_stopping
import coverage_verdict
import numpy as np

SECTIONS = {
    "hybrid": coverage_hybrid,
    "stopping": coverage_stopping,
    "advice": coverage_advice,
    "verdict": coverage_verdict,
    "selective": coverage_selective,
    "comparison": coverage_comparison,
}
CHUNK = 50


class Task(NamedTuple):
    """Some runs of one cell of a section; `chunk` makes its random numbers its own."""

    section: str
    cell: int
    chunk: int
    runs: int
    seed: int


def simulate(task: Task) -> tuple[Task, np.ndarray]:
    """The sums over the task's runs."""
    section = SECTIONS[task.section]
    place = list(SECTIONS).index(task.section)
    rng = np.random.default_rng([task.seed, place, task.cell, task.chunk])
    cell = section.CELLS[task.cell]
    return task, sum(section.run(cell, rng) for _ in range(task.runs))


def tasks(names: list[str], runs: int, seed: int) -> Iterator[Task]:
    for name in names:
        for cell in range(len(SECTIONS[name].CELLS)):
            for chunk, start in enumerate(range(0, runs, CHUNK)):
                yield Task(name, cell, chunk, min(CHUNK, runs - start), seed)


def progress(done: int, total: int, started: float) -> None:
    share = done / total
    spent = time.perf_counter() - started
    bar = "█" * round(30 * share) + "░" * (30 - round(30 * share))
    left = spent / share - spent
    end = "\n" if done == total else ""
    print(f"\r{bar} {share:4.0%}  {left:4.0f} s left ", end=end, file=sys.stderr, flush=True)


def simulated(options: argparse.Namespace) -> dict[tuple[str, int], np.ndarray]:
    """Sums by section and cell."""
    todo = list(tasks(options.only, options.runs, options.seed))
    sums: dict[tuple[str, int], np.ndarray] = {}
    parts: dict[Task, np.ndarray] = {}
    started = time.perf_counter()
    with Pool(options.processes) as pool:
        for done, (task, part) in enumerate(pool.imap_unordered(simulate, todo), start=1):
            parts[task] = part
            progress(done, len(todo), started)
    for task in todo:  # in one order, so that sums do not depend on who was first
        key = task.section, task.cell
        sums[key] = sums.get(key, 0) + parts[task]
    return sums


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    options = parser.parse_args()
    started = time.perf_counter()
    sums = simulated(options)
    for name in options.only:
        section = SECTIONS[name]
        print(f"\n### {section.TITLE}\n\n{section.HEAD}")
        print("|" + " --- |" * (section.HEAD.count("|") - 1))
        for place, cell in enumerate(section.CELLS):
            print(section.row(cell, sums[name, place] / options.runs))
    spent = time.perf_counter() - started
    print(f"\n{options.runs} runs each, seed {options.seed}, {spent:.0f} s", flush=True)


if __name__ == "__main__":
    main()
