"""How a causal language model is fine-tuned: the encoder's settings, without what only heads need."""

from __future__ import annotations

from dataclasses import dataclass

from grading.backends.encoder_settings import EncoderSettings


@dataclass(frozen=True)
class GeneratorSettings(EncoderSettings):
    """As EncoderSettings; `head`, `head_learning_rate` and `class_weights` mean nothing here.

    learning_rate: 0 is the method's usual: 2e-5, for LoRA 3e-4. max_tokens: of prompt and answer together.
    """

    method: str = "lora"
    batch_size: int = 8
    max_tokens: int = 512


@dataclass(frozen=True)
class Sampling:
    """How text is drawn: `temperature` 0 takes the likeliest token each time; `longest` in tokens."""

    longest: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 1
