"""Fine-tuning: ours beside transformers' Trainer as it comes, with dynamic padding; same data, same rates."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
from grading_marking import PLAIN, now

from grading.backends.encoder import EncoderGrader
from grading.backends.encoder_settings import EncoderSettings
from grading.backends.papers import Paper

RATE, BATCH, LONGEST = 5e-5, 8, 256  # the Trainer's own rate and batch


@dataclass(frozen=True)
class Trained:
    """Seconds of the training alone, and the mean −log probability of held-out marks."""

    seconds: float
    loss: float


def plain(papers: list[Paper]) -> list[Paper]:
    """The same answers and marks as answers to one question without a text."""
    return [Paper(PLAIN, paper.answer, paper.mark) for paper in papers]


def ours(base: Path, papers: list[Paper], held: list[Paper], *, epochs: int, seed: int) -> Trained:
    settings = EncoderSettings(
        str(base), head="class", epochs=epochs, batch_size=BATCH, learning_rate=RATE,
        head_learning_rate=RATE, weight_decay=0.0, warmup=0.0, max_tokens=LONGEST, patience=0,
        evaluations_per_epoch=1, seed=seed,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        asked: list[float] = []  # before every step, whether to go on: the first time is the start

        def is_cancelled() -> bool:
            asked.append(now())
            return False

        grader = EncoderGrader.fit(papers, [], settings, Path(folder), is_cancelled=is_cancelled)
        seconds = now() - asked[0]
    told = grader.probabilities(held)
    right = [one[int(paper.mark or 0)] for one, paper in zip(told, held, strict=True)]
    return Trained(seconds, -sum(map(math.log, right)) / len(right))


def trainer(
    base: Path, papers: list[Paper], held: list[Paper], *, epochs: int, seed: int
) -> Trained:
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        PrinterCallback,
        Trainer,
        TrainingArguments,
        set_seed,
    )  # fmt: skip

    set_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    model = AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=len(PLAIN.marks), dtype=torch.float32, local_files_only=True
    )
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, num_train_epochs=epochs, seed=seed, save_strategy="no", report_to="none",
            disable_tqdm=True,
        )  # fmt: skip
        made = Trainer(
            model, arguments, train_dataset=_rows(tokenizer, papers),
            eval_dataset=_rows(tokenizer, held), data_collator=DataCollatorWithPadding(tokenizer),
        )  # fmt: skip
        made.remove_callback(PrinterCallback)
        started = now()
        made.train()
        seconds = now() - started
        return Trained(seconds, made.evaluate()["eval_loss"])


def _rows(tokenizer, papers: list[Paper]) -> list[dict]:
    return [
        {
            **tokenizer(paper.answer, truncation=True, max_length=LONGEST),
            "labels": int(paper.mark or 0),
        }
        for paper in papers
    ]


def question_of(papers: list[Paper], name: str) -> list[Paper]:
    """All answers to one question, as answers to a question without a text."""
    return plain([paper for paper in papers if paper.question.key == name])
