"""A causal language model: from its files, to its files, and the texts that it makes. Imports torch."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from grading.backends import encoder_speed
from grading.backends.encoder_network import LOCAL
from grading.backends.generator_settings import Sampling
from grading.backends.generator_text import ExampleEncoder

FORMAT = 1


def model_in(folder: Path) -> Any:
    return AutoModelForCausalLM.from_pretrained(
        folder, use_safetensors=True, dtype=torch.float32, **LOCAL
    )


def write(folder: Path, model: Any, tokenizer: Any, facts: dict[str, Any]) -> None:
    """`generator.json` and `model/`, beside the folder and then renamed. Raises FileExistsError."""
    if folder.exists():
        raise FileExistsError(folder)
    beside = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    model.save_pretrained(beside / "model")
    tokenizer.save_pretrained(beside / "model")
    head = json.dumps({"format": FORMAT, **facts}, ensure_ascii=False, indent=1)
    (beside / "generator.json").write_text(head, "utf-8")
    os.replace(beside, folder)


def facts_in(folder: Path) -> dict[str, Any]:
    """Raises OSError, ValueError."""
    facts: dict[str, Any] = json.loads((folder / "generator.json").read_text("utf-8"))
    if facts.get("format") != FORMAT:
        raise ValueError(f"format {facts.get('format')}")
    return facts


@torch.inference_mode()
def generated(model: Any, read: ExampleEncoder, rows: list[list[int]], how: Sampling) -> list[str]:
    """The texts that follow the prompts, given as token numbers."""
    where = encoder_speed.device()
    longest = max(map(len, rows))
    gaps = [longest - len(row) for row in rows]
    ids = [[read.padding] * gap + row for gap, row in zip(gaps, rows, strict=True)]
    mask = [[0] * gap + [1] * len(row) for gap, row in zip(gaps, rows, strict=True)]
    drawn: dict[str, Any] = {"do_sample": False}
    if how.temperature > 0:
        drawn = {"do_sample": True, "temperature": how.temperature, "top_p": how.top_p}
    torch.manual_seed(how.seed)
    whole = model.to(where).eval().generate(
        input_ids=torch.tensor(ids, device=where),
        attention_mask=torch.tensor(mask, device=where),
        max_new_tokens=how.longest,
        pad_token_id=read.padding,
        eos_token_id=read.end,
        **drawn,
    )  # fmt: skip
    return list(read.tokenizer.batch_decode(whole[:, longest:], skip_special_tokens=True))
