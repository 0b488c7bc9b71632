# ruff: noqa: E402
"""What raters feel of a training: the rating loop alone and beside a fine-tuning, in turn.

    python bench/rating_beside_training.py [--turns 3] [--cycles 30] [--pause 1]

Eight raters, each `pause` seconds over an answer. Beside them a BERT of bert-base-chinese's size is trained
as the graders' worker does it: in a process of its own, at its low priority, with its threads.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)
sys.path.append(str(Path(__file__).resolve().parent))

import statistics

import numpy as np
from rating_loop import RATERS, WARM_UP, environment, free_port, prepare, run, say, server

ITEMS, ANSWERS, LONGEST = 1000, 4000, 80
CHARACTERS = [chr(0x4E00 + number) for number in range(2000)]


def train(base: str, steps: multiprocessing.Queue) -> None:
    """Until it is ended; the time of every step begun goes to `steps`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.rating_loop_settings"
    from grading.management.commands.grader_worker import NICE

    threads = max(1, (os.cpu_count() or 2) - 1)
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)
    os.nice(NICE)
    from grading_data import make_base

    from grading.backends.encoder import EncoderGrader
    from grading.backends.encoder_settings import EncoderSettings
    from grading.backends.papers import Paper, Question

    rng, question = np.random.default_rng(1), Question("1", (0.0, 1.0, 2.0))
    texts = ["".join(rng.choice(CHARACTERS, rng.integers(30, LONGEST))) for _ in range(ANSWERS)]
    papers = [Paper(question, text, float(rng.integers(3))) for text in texts]
    make_base(Path(base), texts, layers=12, width=768)

    def note_step() -> bool:
        steps.put(time.time())
        return False

    settings = EncoderSettings(base, epochs=50, threads=threads)
    with tempfile.TemporaryDirectory() as folder:
        EncoderGrader.fit(papers, [], settings, Path(folder), is_cancelled=note_step)


@contextlib.contextmanager
def training(folder: str, number: int) -> Iterator[multiprocessing.Queue]:
    steps: multiprocessing.Queue = multiprocessing.Queue()
    child = multiprocessing.Process(target=train, args=(f"{folder}/base{number}", steps))
    child.start()
    try:
        steps.get(timeout=300)
        yield steps
    finally:
        child.terminate()
        child.join()


def pace(steps: multiprocessing.Queue, seconds: float) -> float:
    """Steps a second in the last `seconds`."""
    found = []
    while not steps.empty():
        found.append(steps.get())
    since = time.time() - seconds
    return sum(one >= since for one in found) / seconds


def main() -> None:
    multiprocessing.set_start_method("spawn")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--cycles", type=int, default=30, help="measured cycles a rater and run")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds over an answer")
    chosen = parser.parse_args()
    found: dict[str, list[dict[str, float]]] = {"alone": [], "beside a training": []}
    with tempfile.TemporaryDirectory(prefix="concord-beside-") as folder:
        port = free_port()
        env = environment(folder, port)
        needed = (2 * chosen.turns + 1) * RATERS * (chosen.cycles + WARM_UP + 3)
        facts = prepare(env, ITEMS, min(RATERS, max(2, -(-needed // ITEMS))), "planned")
        with server(env):
            for turn in range(chosen.turns):
                found["alone"].append(run(port, chosen.cycles, facts, False, chosen.pause))
                with training(folder, turn) as steps:
                    beside = run(port, chosen.cycles, facts, False, chosen.pause)
                    beside["steps"] = pace(steps, chosen.cycles * chosen.pause)
                found["beside a training"].append(beside)
                say(f"turn {turn + 1}: {beside['steps']:.2f} training steps/s")
    print(
        f"{RATERS} raters, {chosen.pause:g} s over an answer, {os.cpu_count()} cores, {chosen.turns} turns; medians\n"
    )
    print(
        "| raters | ratings/s | p50 ms | p95 ms | training steps/s |\n| --- | ---: | ---: | ---: | ---: |"
    )
    for name, turns in found.items():
        rate, p50, p95, steps = (
            statistics.median(turn.get(what, 0) for turn in turns)
            for what in ("rate", "p50", "p95", "steps")
        )
        print(
            f"| {name} | {rate:.1f} | {p50:.0f} | {p95:.0f} | {f'{steps:.2f}' if steps else ''} |"
        )


if __name__ == "__main__":
    main()
