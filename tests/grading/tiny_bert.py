"""A BERT of two thin layers, made on the spot: every character of the tests' answers is a word of it."""

from __future__ import annotations

from pathlib import Path

from grading.backends.encoder_settings import EncoderSettings
from grading.backends.papers import Paper, Question

WHY = Question("1", (0.0, 1.0, 2.0), "为什么？", reference="煤炭；统治")
WHEN = Question("2", (0.0, 0.5, 1.0), "何时？")
WORDS = "煤炭丰富资产阶级统治确立英国人勤劳不知道天气好因为而且年月日一二三四五六七八九十0123456789"


def make_base(folder: Path, layers: int = 2) -> Path:
    """A folder with config, safetensors and tokenizer, as a download has them; the same every time."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *sorted(set(WORDS + WHY.text + WHEN.text)),
    ]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=layers, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=64, initializer_range=0.2,
        hidden_dropout_prob=0.02, attention_probs_dropout_prob=0.02,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    BertTokenizer(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def settings(base: Path, **changes) -> EncoderSettings:
    """Enough to learn `papers()` without a mistake."""
    usual = {
        "epochs": 20,
        "batch_size": 8,
        "learning_rate": 2e-3,
        "patience": 0,
        "evaluations_per_epoch": 1,
    }
    return EncoderSettings(str(base), **(usual | {"precision": "float32", "threads": 1} | changes))


def papers(count: int = 24) -> list[Paper]:
    """Two questions: points for coal and for the ruling class; the year. Answers of unequal length."""
    rows = []
    for number in range(count):
        filler = "因为" * (number % 4)
        coal, rule = number % 2, number // 2 % 2
        answer = filler + "煤炭" * coal + "统治" * rule + "不知道" * (1 - max(coal, rule))
        rows.append(Paper(WHY, answer, float(coal + rule)))
        rows.append(Paper(WHEN, f"{filler}{'1760' if coal else '1949'}年", float(coal)))
    return rows
