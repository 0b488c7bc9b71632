"""Models of a few thousand weights, made on the spot: what matters is the sum, not what they know."""

from __future__ import annotations

from pathlib import Path

LETTERS = "abcdefghijklmnopqrstuvwxyz 我你他们会在三天内退款不知道的了是猫狗跑。，"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SIZE = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 32}


def _vocabulary(folder: Path) -> int:
    words = [*SPECIAL, *dict.fromkeys(LETTERS.replace(" ", "")), *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz")]
    (folder / "vocab.txt").write_text("\n".join(words))
    return len(words)


def _saved(folder: Path, model, **tokenizer) -> Path:
    from transformers import BertTokenizer

    model.save_pretrained(folder, safe_serialization=True)
    BertTokenizer(str(folder / "vocab.txt"), **tokenizer).save_pretrained(folder)
    return folder


def encoder(folder: Path, seed: int = 0) -> Path:
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(vocab_size=_vocabulary(folder), max_position_embeddings=64, **SIZE)
    return _saved(folder, BertModel(config))


def classifier(folder: Path, labels: tuple[str, ...], seed: int = 0) -> Path:
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(seed)
    names = dict(enumerate(labels))
    config = BertConfig(
        vocab_size=_vocabulary(folder), max_position_embeddings=64, initializer_range=0.5,
        id2label=names, label2id={label: i for i, label in names.items()}, **SIZE,
    )
    return _saved(folder, BertForSequenceClassification(config))


def language_model(folder: Path, seed: int = 0, begin: str | None = "[CLS]") -> Path:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(seed)
    config = GPT2Config(vocab_size=_vocabulary(folder), n_positions=16, n_embd=16, n_layer=2, n_head=2, initializer_range=0.5)
    return _saved(folder, GPT2LMHeadModel(config), **({"bos_token": begin} if begin else {}))
