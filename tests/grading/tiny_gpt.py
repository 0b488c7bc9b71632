"""A language model of two thin layers, made on the spot; every character is a word of it."""

from __future__ import annotations

from pathlib import Path

TEXT = "问答：煤炭丰富统治确立何时年一二三四五六七八九零，。因为不知道得分0123456789."


def make_language_model(folder: Path, *, chat_template: str | None = None) -> Path:
    """A folder with config, safetensors and tokenizer; the same every time."""
    import torch
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    words = {word: place for place, word in enumerate(["[END]", "[UNK]", *sorted(set(TEXT))])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    made = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="[END]", unk_token="[UNK]")
    made.chat_template = chat_template
    made.save_pretrained(folder)
    torch.manual_seed(5)
    config = GPT2Config(
        vocab_size=len(words), n_positions=64, n_embd=32, n_layer=2, n_head=2,
        bos_token_id=0, eos_token_id=0, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
    )  # fmt: skip
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder
