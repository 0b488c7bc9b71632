"""A causal language model: from its files, to its files, the texts that it makes and how likely it finds
given ones. Imports torch."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
)

from grading.backends import encoder_speed
from grading.backends.encoder_network import LOCAL
from grading.backends.generator_draw import Drawing
from grading.backends.generator_settings import Sampling
from grading.backends.generator_text import ExampleEncoder, Written
from grading.backends.papers import Floats
from grading.backends.progress import Cancelled

FORMAT = 1
Prompts = Sequence[list[int]]


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


@dataclass
class Ending(StoppingCriteria):
    """Ends the writing when it `is_over`, which is asked after every token."""

    is_over: Callable[[], bool]
    has_ended: bool = False

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_more: Any) -> torch.Tensor:
        self.has_ended = self.has_ended or self.is_over()
        return torch.full((len(input_ids),), self.has_ended, device=input_ids.device)


@torch.inference_mode()
def generated(
    model: Any, read: ExampleEncoder, prompts: Prompts, names: Sequence[str], how: Sampling,
    is_over: Callable[[], bool],
) -> list[Written]:
    """The texts that follow the prompts, drawn by seed and `names`. Raises Cancelled."""
    where, ending = encoder_speed.device(), Ending(is_over)
    ids, mask = _left_padded(prompts, read.padding, where)
    drawn = [Drawing(how, names, ids.shape[1], where)] if how.temperature > 0 else []
    whole = model.to(where).eval().generate(
        input_ids=ids,
        attention_mask=mask,
        max_new_tokens=how.longest,
        pad_token_id=read.padding,
        eos_token_id=read.end,
        repetition_penalty=1.0,
        stopping_criteria=StoppingCriteriaList([ending]),
        logits_processor=LogitsProcessorList(drawn),
        do_sample=False,
    )  # fmt: skip
    if ending.has_ended:
        raise Cancelled
    found = whole[:, ids.shape[1] :].tolist()
    return [read.written(len(prompt), row) for prompt, row in zip(prompts, found, strict=True)]


@torch.inference_mode()
def likelihoods(model: Any, read: ExampleEncoder, prompts: Prompts, texts: Prompts) -> Floats:
    """(prompts, texts) ln of the probability that a text, and then the end, follows a prompt.

    The prompts are read once; what the model keeps of them is used for all texts.
    """
    where, count = encoder_speed.device(), len(texts)
    ids, mask = _left_padded(prompts, read.padding, where)
    place = (mask.cumsum(1) - 1).clamp_min(0)
    model = model.to(where).eval()
    seen = model(
        input_ids=ids, attention_mask=mask, position_ids=place, use_cache=True, logits_to_keep=1
    )
    begins = seen.logits[:, -1].float().log_softmax(-1)[:, [text[0] for text in texts]]
    said, known, wanted = (one.to(where) for one in _continued(texts, read))
    seen.past_key_values.batch_repeat_interleave(count)
    told = model(
        input_ids=said.repeat(len(prompts), 1),
        attention_mask=torch.cat([_each(mask, count), known.repeat(len(prompts), 1)], dim=1),
        position_ids=_each(place[:, -1:], count) + 1 + torch.arange(said.shape[1], device=where),
        past_key_values=seen.past_key_values,
        use_cache=True,
    ).logits.float().log_softmax(-1)  # fmt: skip
    follows = told.gather(2, wanted.repeat(len(prompts), 1)[:, :, None])[:, :, 0]
    rest = (follows * known.repeat(len(prompts), 1)).sum(1).view(len(prompts), count)
    found: Floats = (begins + rest).double().cpu().numpy()
    return found


def _continued(texts: Prompts, read: ExampleEncoder) -> tuple[torch.Tensor, ...]:
    """(texts, longest): tokens, which of them are there, and what follows each: the next, or the end."""
    longest = max(map(len, texts))
    gaps = [longest - len(text) for text in texts]
    pairs = list(zip(texts, gaps, strict=True))
    said = [[*text, *[read.padding] * gap] for text, gap in pairs]
    known = [[1] * len(text) + [0] * gap for text, gap in pairs]
    wanted = [[*text[1:], read.end, *[read.padding] * gap] for text, gap in pairs]
    return torch.tensor(said), torch.tensor(known), torch.tensor(wanted)


def _left_padded(prompts: Prompts, padding: int, where: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Token numbers and what of them is no padding: the prompts end together."""
    longest = max(map(len, prompts))
    gaps = [longest - len(prompt) for prompt in prompts]
    ids = [[padding] * gap + prompt for gap, prompt in zip(gaps, prompts, strict=True)]
    mask = [[0] * gap + [1] * (longest - gap) for gap in gaps]
    return torch.tensor(ids, device=where), torch.tensor(mask, device=where)


def _each(rows: torch.Tensor, count: int) -> torch.Tensor:
    return rows.repeat_interleave(count, dim=0)
