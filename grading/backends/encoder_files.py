"""The files of an encoder grader: safetensors, JSON and the tokenizer's. Imports torch.

`encoder.json` (settings, knots, record), `head.safetensors`, and `encoder/` as transformers writes it:
the whole encoder with what was learnt, so that a version needs no base model any more.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

from grading.backends.encoder_heads import Head
from grading.backends.encoder_network import Network, encoder_in, tokenizer_in, width_of
from grading.backends.encoder_settings import EncoderSettings

FORMAT = 1


def write(folder: Path, network: Network, tokenizer: Any, facts: dict[str, Any]) -> None:
    """Write all files beside the folder, then rename: it is whole or not there. Raises FileExistsError."""
    if folder.exists():
        raise FileExistsError(folder)
    beside = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    network.encoder.save_pretrained(beside / "encoder")
    tokenizer.save_pretrained(beside / "encoder")
    save_file(
        {k: v.contiguous() for k, v in network.head.state_dict().items()},
        beside / "head.safetensors",
    )
    head = {"format": FORMAT, "head": network.head.kind, "knots": network.head.knots, **facts}
    (beside / "encoder.json").write_text(json.dumps(head, ensure_ascii=False, indent=1), "utf-8")
    os.replace(beside, folder)


def read(folder: Path) -> tuple[Network, Any, EncoderSettings, dict[str, Any]]:
    """Network, tokenizer, settings and facts. Raises OSError, ValueError where it is no such folder."""
    facts = json.loads((folder / "encoder.json").read_text("utf-8"))
    if facts.get("format") != FORMAT:
        raise ValueError(f"format {facts.get('format')}")
    encoder = encoder_in(folder / "encoder")
    head = Head(facts["head"], width_of(encoder), facts["knots"])
    head.load_state_dict(load_file(folder / "head.safetensors"))
    settings = EncoderSettings.from_json(facts["settings"])
    return Network(encoder, head), tokenizer_in(folder / "encoder"), settings, facts
