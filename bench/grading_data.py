"""ASAP-SAS in Chinese as papers, and encoders of a given size with random weights that read it."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np

from grading.backends.papers import Paper, Question

HIGHEST = {"1": 3, "2": 3, "5": 3, "6": 3, "10": 2}
WORDS = 21128  # of bert-base-chinese


def papers(folder: Path) -> list[Paper]:
    """Every answer with its first mark; a question's text is its set's name alone."""
    path = folder / "asap_sas_zh/train_sets_1_2_5_6_10.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    questions = {
        name: Question(name, tuple(float(mark) for mark in range(most + 1)))
        for name, most in HIGHEST.items()
    }
    return [Paper(questions[row[1]], row[4], float(row[2])) for row in rows]


def drawn(rows: list[Paper], count: int, seed: int) -> list[Paper]:
    order = np.random.default_rng(seed).permutation(len(rows))[:count]
    return [rows[place] for place in order]


def make_base(
    folder: Path, texts: list[str], *, layers: int, width: int, size: int = WORDS
) -> Path:
    """A BERT with random weights whose words are the texts' characters, filled up to `size` words."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    folder.mkdir(parents=True)
    common = [one for one, _times in Counter("".join(texts)).most_common() if not one.isspace()]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *common]
    words += [f"[unused{number}]" for number in range(size - len(words))]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(words),
        num_hidden_layers=layers,
        hidden_size=width,
        num_attention_heads=width // 64,
        intermediate_size=4 * width,
    )
    BertModel(config).save_pretrained(folder)
    BertTokenizer(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def work(lengths: list[int], *, layers: int, width: int, is_short: bool) -> float:
    """FLOP that an encoder needs for texts of these lengths, without padding.

    A layer: 12 width² weights a token, two operations each, and 4 length × width a token for attention.
    `is_short`: of the last layer only what the first token needs (keys and values of all).
    """
    tokens, squares = sum(lengths), sum(length**2 for length in lengths)
    whole = 24 * width**2 * tokens + 4 * width * squares
    last = 4 * width**2 * tokens + 20 * width**2 * len(lengths) + 4 * width * tokens
    return float(whole * (layers - 1) + (last if is_short else whole))
