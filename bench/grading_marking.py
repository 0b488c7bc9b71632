"""Marking: our grading run beside transformers' pipeline, all in turn and several times."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from grading_data import work

from grading.backends import encoder_speed
from grading.backends.encoder import EncoderGrader
from grading.backends.encoder_settings import EncoderSettings
from grading.backends.papers import Paper, Question, marks_of

TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
PEAK_SECONDS = 0.5  # of products of each size
PLAIN = Question("", (0.0, 1.0, 2.0, 3.0))  # without a text: what is read is the answer alone


@dataclass
class Way:
    """One way of marking; `seconds` of every turn."""

    name: str
    kind: str
    run: Callable[[], object]
    is_short: bool
    seconds: list[float] = field(default_factory=list)


def peak(kind: str) -> float:
    """FLOP/s of matrix products as the encoder has them, for a second: of some sizes the fastest."""
    sizes = ((512, 768, 3072), (1024, 768, 768), (2048, 2048, 2048))
    if encoder_speed.device().type == "cuda":
        sizes = ((32768, 768, 3072), (8192, 8192, 8192))
    return max(_products(TYPES[kind], *size) for size in sizes)


def _products(dtype: torch.dtype, rows: int, inner: int, columns: int) -> float:
    where = encoder_speed.device()
    left, right = (torch.randn(n, inner).to(dtype).to(where) for n in (rows, columns))
    torch.nn.functional.linear(left, right)
    started, count = now(), 0
    while now() - started < PEAK_SECONDS:
        torch.nn.functional.linear(left, right)
        count += 1
    return 2 * rows * inner * columns * count / (now() - started)


CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}
_clock = {"now": "wall"}


def use_clock(name: str) -> None:
    """ "processor" counts what this process's threads used, for a machine that does other work as well."""
    _clock["now"] = name


def now() -> float:
    """Seconds, when all that was begun is done."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return CLOCKS[_clock["now"]]()


def ways(base: Path, answers: list[str], sizes: tuple[int, ...], types: list[str]) -> list[Way]:
    papers = [Paper(PLAIN, answer) for answer in answers]
    grader = EncoderGrader.untrained(EncoderSettings(str(base)), papers)
    found = []
    for kind in types:
        pipeline = pipeline_of(base, TYPES[kind])
        for size in sizes:
            found.append(
                Way(f"pipeline, batch {size}", kind, _piped(pipeline, answers, size), False)
            )
        marker = EncoderGrader(
            grader.network, grader.tokenizer, grader.settings, grader.record
        ).marker(kind)
        found.append(Way("grading run", kind, lambda marker=marker: marker.mark(papers), True))
    return found


def pipeline_of(base: Path, dtype: torch.dtype):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

    model = AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=4, dtype=dtype, local_files_only=True
    )
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    return pipeline(
        "text-classification", model=model, tokenizer=tokenizer, device=encoder_speed.device()
    )


def _piped(pipeline, answers: list[str], size: int) -> Callable[[], object]:
    return lambda: pipeline(answers, batch_size=size, truncation=True, max_length=256)


def measure(found: list[Way], turns: int, say: Callable[[str], None]) -> dict[str, list[float]]:
    """Every way in turn, `turns` times, so that what else the machine does falls on all; the peaks of every turn."""
    peaks: dict[str, list[float]] = {way.kind: [] for way in found}
    for turn in range(-1, turns):  # one before, not counted: memory, caches, what is made once
        for way in found:
            started = now()
            way.run()
            if turn >= 0:
                way.seconds.append(now() - started)
                say(f"marking, turn {turn + 1}: {way.kind}, {way.name}: {way.seconds[-1]:.1f} s")
        for kind, of_turns in peaks.items():
            if turn >= 0:
                of_turns.append(peak(kind))
    return peaks


def table(
    found: list[Way], lengths: list[int], peaks: dict[str, list[float]], size: dict[str, int]
):
    yield "| type | way | answers/s | from – to | useful GFLOP/s | of the turn's peak |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for way in found:
        rates = sorted(len(lengths) / one for one in way.seconds)
        useful = work(lengths, is_short=way.is_short, **size) / np.array(way.seconds)
        yield (
            f"| {way.kind} | {way.name} | {np.median(rates):.1f} | {rates[0]:.1f} – {rates[-1]:.1f} "
            f"| {np.median(useful) / 1e9:.0f} | {np.median(useful / np.array(peaks[way.kind])):.0%} |"
        )


def ratio(one: list[Way], others: list[Way]) -> float:
    """Median over the turns: fastest of `others` in a turn ÷ fastest of `one` in the same turn."""
    mine, theirs = (np.array([way.seconds for way in ways]).min(axis=0) for ways in (one, others))
    return float(np.median(theirs / mine))


def same_marks(grader: EncoderGrader, papers: list[Paper]) -> dict[str, float]:
    """Share of the papers on which each type gives float32's mark."""
    told = {
        kind: marks_of(papers, grader.marker(kind).mark(papers)) for kind in TYPES
    }
    plain = told["float32"]
    return {
        kind: float(np.mean([a == b for a, b in zip(marks, plain, strict=True)]))
        for kind, marks in told.items()
    }
