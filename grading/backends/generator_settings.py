"""How a causal language model is fine-tuned: the encoder's settings, without what only heads need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from grading.backends.encoder_settings import EncoderSettings, SettingsProblem

MARK, ANSWER = "mark", "answer"
WRITES = (MARK, ANSWER)
OF_HEADS = ("head", "head_learning_rate")
OF_MARKS, OF_ANSWERS = ("class_weights",), ("least_share",)


@dataclass(frozen=True)
class GeneratorSettings(EncoderSettings):
    """As EncoderSettings; `head` and `head_learning_rate` mean nothing here, `class_weights` where it
    writes answers.

    learning_rate: 0 is the method's usual: 2e-5, for LoRA 3e-4. max_tokens: of prompt and answer together.
    writes: "mark" learns the mark of an answer, "answer" the answer to a question; of these the ones
    with at least `least_share` of the full mark are learnt from.
    """

    USUAL_RATE: ClassVar[float] = 2e-5
    method: str = "lora"
    batch_size: int = 8
    max_tokens: int = 512
    writes: str = MARK
    least_share: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.writes not in WRITES:
            raise SettingsProblem("writes", "choice")
        if not 0 <= self.least_share <= 1:
            raise SettingsProblem("least_share", "range", (0, 1))

    def to_json(self) -> dict[str, Any]:
        """Without what means nothing here."""
        unused = (*OF_HEADS, *(OF_MARKS if self.writes == ANSWER else OF_ANSWERS))
        return {name: value for name, value in super().to_json().items() if name not in unused}


@dataclass(frozen=True)
class Sampling:
    """How text is drawn: `temperature` 0 takes the likeliest token each time; `longest` in tokens."""

    longest: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 1
