# ruff: noqa: E402
"""How fast answers are marked and graders are trained, beside transformers' own pipeline and Trainer.

    python bench/grading.py DATA_FOLDER [--answers 128] [--turns 3] [--threads 2] [--learn 96]

A BERT of bert-base-chinese's size with random weights reads answers of ASAP-SAS in Chinese
(`asap_sas_zh/` in DATA_FOLDER). Tables in Markdown on stdout, progress on stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
sys.path[0] = str(Path(__file__).resolve().parent.parent)
sys.path.append(str(Path(__file__).resolve().parent))
warnings.filterwarnings("ignore")

import grading_data
import grading_marking
import grading_training
import numpy as np
import torch
from transformers.utils import logging

from grading.backends import encoder_speed
from grading.backends.encoder import EncoderGrader
from grading.backends.encoder_settings import EncoderSettings

SMALL = {"layers": 3, "width": 256}
SIZES = (1, 8, 32)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--answers", type=int, default=128, help="marked in every turn; 0: none")
    parser.add_argument(
        "--types", nargs="+", choices=grading_marking.TYPES, default=["float32", "bfloat16"]
    )
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0, help="0: torch's own choice")
    parser.add_argument("--clock", choices=grading_marking.CLOCKS, default="wall")
    parser.add_argument("--learn", type=int, default=96, help="answers learnt in a turn; 0: none")
    parser.add_argument(
        "--small", type=int, default=1200, help="answers that the small encoder learns"
    )
    parser.add_argument("--layers", type=int, default=12, help="of the large encoder")
    parser.add_argument("--width", type=int, default=768, help="of the large encoder")
    parser.add_argument("--seed", type=int, default=11)
    return parser.parse_args()


def marking(base: Path, rows: list, chosen: argparse.Namespace) -> None:
    answers = [paper.answer for paper in grading_data.drawn(rows, chosen.answers, chosen.seed)]
    tokenizer = grading_marking.pipeline_of(base, torch.float32).tokenizer
    lengths = [len(ids) for ids in tokenizer(answers, truncation=True, max_length=256)["input_ids"]]
    found = grading_marking.ways(base, answers, SIZES, chosen.types)
    peaks = grading_marking.measure(found, chosen.turns, say)
    size = {"layers": chosen.layers, "width": chosen.width}
    picked = encoder_speed.precision("auto", encoder_speed.device())
    print(f"\n## Marking\n\n{len(answers)} answers, {np.mean(lengths):.1f} tokens on average, "
          f"{chosen.turns} turns. Matrix peaks, medians of the turns: "
          + ", ".join(f"{kind} {np.median(of) / 1e9:.0f} GFLOP/s" for kind, of in peaks.items())
          + f". Chosen by the probe: {picked}.\n")  # fmt: skip
    print("\n".join(grading_marking.table(found, lengths, peaks, size)))
    picked = picked if picked in chosen.types else chosen.types[0]
    mine = [way for way in found if way.name == "grading run" and way.kind == picked]
    piped = [way for way in found if way.name != "grading run"]
    print(f"\nThe grading run in {picked} beside the pipeline's best, medians of the ratios within a turn: "
          f"{grading_marking.ratio(mine, piped):.2f} times as fast as in any type", end="")  # fmt: skip
    plain = [way for way in piped if way.kind == "float32"]
    if plain:
        print(f", {grading_marking.ratio(mine, plain):.2f} times as fast as in float32", end="")
    print(".")


def learning(base: Path, rows: list, chosen: argparse.Namespace) -> None:
    papers = grading_training.plain(grading_data.drawn(rows, chosen.learn, chosen.seed))
    rates: dict[str, list[float]] = {"ours": [], "Trainer": []}
    ways = {"ours": grading_training.ours, "Trainer": grading_training.trainer}
    for turn in range(chosen.turns):
        for name, train in ways.items():
            took = train(base, papers, papers[:8], epochs=1, seed=turn)
            rates[name].append(len(papers) / took.seconds)
            say(f"learning, turn {turn + 1}: {name}: {rates[name][-1]:.2f} examples/s")
    print(
        f"\n## Fine-tuning\n\n{len(papers)} answers, batches of {grading_training.BATCH}, one epoch a turn.\n"
    )
    print("| way | examples/s | from – to |\n| --- | ---: | ---: |")
    for name, found in rates.items():
        print(f"| {name} | {np.median(found):.2f} | {min(found):.2f} – {max(found):.2f} |")
    faster = np.median(np.divide(*rates.values()))
    print(f"\nOurs is {faster:.2f} times as fast (median of the ratios within a turn).")


def quality(folder: Path, rows: list, chosen: argparse.Namespace) -> None:
    """What speed must not cost: the same loss, the same marks. On a small encoder, which learns in minutes."""
    base = grading_data.make_base(folder, [paper.answer for paper in rows], **SMALL)
    mine = grading_data.drawn(grading_training.question_of(rows, "1"), 10**6, chosen.seed)
    papers, held = mine[: chosen.small], mine[chosen.small :]
    print(f"\n## The same loss, the same marks\n\nAn encoder of {SMALL['layers']} layers of {SMALL['width']} "
          f"from random weights, set 1, {len(papers)} answers learnt for 2 epochs, {len(held)} held out.\n")  # fmt: skip
    print("| seed | validation loss, ours | Trainer |\n| ---: | ---: | ---: |")
    for seed in range(1, chosen.turns + 1):
        losses = [
            train(base, papers, held, epochs=2, seed=seed).loss
            for train in (grading_training.ours, grading_training.trainer)
        ]
        print(f"| {seed} | {losses[0]:.4f} | {losses[1]:.4f} |", flush=True)
    settings = EncoderSettings(str(base), epochs=3, learning_rate=1e-4, patience=0, seed=1)
    learnt = grading_data.drawn(rows, 2 * chosen.small, chosen.seed)
    known = {id(paper) for paper in learnt}
    others = [paper for paper in rows if id(paper) not in known][: chosen.small]
    with tempfile.TemporaryDirectory() as work:
        grader = EncoderGrader.fit(learnt, [], settings, Path(work))
    same = grading_marking.same_marks(grader, others)
    print(f"\nOf {len(others)} answers to all five questions, held out from a training on {len(learnt)}, "
          f"bfloat16 gives float32's mark to {same['bfloat16']:.2%}.")  # fmt: skip


def main() -> None:
    chosen = options()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    grading_marking.use_clock(chosen.clock)
    rows = grading_data.papers(chosen.data)
    facts = {**encoder_speed.environment(), "clock": chosen.clock}
    print(", ".join(f"{name}: {value}" for name, value in facts.items()))
    with tempfile.TemporaryDirectory() as folder:
        base = grading_data.make_base(
            Path(folder) / "base",
            [p.answer for p in rows],
            layers=chosen.layers,
            width=chosen.width,
        )
        if chosen.answers:
            marking(base, rows, chosen)
        if chosen.learn:
            learning(base, rows, chosen)
        if chosen.small:
            quality(Path(folder) / "small", rows, chosen)


if __name__ == "__main__":
    main()
