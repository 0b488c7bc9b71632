"""How an encoder is fine-tuned: plain data with its limits; what is wrong is said by a code for a form."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self

METHODS = ("full", "lora", "freeze")
HEADS = ("ordinal", "regression", "class")
PRECISIONS = ("auto", "float32", "bfloat16")
LIMITS: dict[str, tuple[float, float]] = {
    "epochs": (1, 100),
    "batch_size": (1, 512),
    "learning_rate": (1e-7, 1e-1),
    "head_learning_rate": (1e-7, 1.0),
    "weight_decay": (0, 1),
    "warmup": (0, 0.9),
    "max_tokens": (16, 8192),
    "lora_rank": (1, 256),
    "lora_alpha": (1, 1024),
    "lora_dropout": (0, 0.9),
    "layers_kept": (0, 200),
    "patience": (0, 100),
    "evaluations_per_epoch": (1, 50),
    "checkpoint_seconds": (0, 86400),
    "threads": (0, 1024),
    "seed": (0, 2**32 - 1),
}


class SettingsProblem(ValueError):
    """A setting that cannot be used.

    `code`: "empty", "choice", "kind" (not a number where one belongs), "range" (`limits` tell it), or
    "layers" (the model has only `limits[1]` layers), "targets" (the model has no such part).
    """

    def __init__(self, field: str, code: str, limits: tuple[float, float] | None = None) -> None:
        super().__init__(f"{field}: {code} {limits or ''}".strip())
        self.field, self.code, self.limits = field, code, limits


@dataclass(frozen=True)
class EncoderSettings:
    """Settings of one fine-tuning.

    Attributes:
        base: a folder with a model, or its name in the local cache.
        method: "full" trains all weights, "lora" small matrices beside those of `lora_targets` (empty: the
            attention's query and value where peft knows what the model calls them, else all that is
            linear), "freeze" leaves the embeddings and the lowest `layers_kept` layers as they are.
        head: "ordinal" (thresholds on one scale), "regression" (a mark with its spread), "class".
        learning_rate: 0 is the method's usual: 5e-5, for LoRA 3e-4. The head's is ten times as much
            where `head_learning_rate` is 0.
        warmup: share of the steps over which the rate rises; after that it falls in a straight line to 0.
        patience: stop after so many evaluations without a lower validation loss; 0 never stops early.
        precision: "auto" measures whether bfloat16 is faster here.
        checkpoint_seconds: least time between two checkpoints; one is also written at every evaluation.
        threads: 0 takes the process's own, and more than those are never taken.
    """

    USUAL_RATE: ClassVar[float] = 5e-5
    base: str
    method: str = "full"
    head: str = "ordinal"
    epochs: int = 3
    batch_size: int = 16
    learning_rate: float = 0.0
    head_learning_rate: float = 0.0
    weight_decay: float = 0.01
    warmup: float = 0.1
    max_tokens: int = 256
    lora_rank: int = 8
    lora_alpha: int = 16
    lora_dropout: float = 0.05
    lora_targets: tuple[str, ...] = ()
    layers_kept: int = 8
    patience: int = 3
    evaluations_per_epoch: int = 2
    class_weights: bool = False
    gradient_checkpointing: bool = False
    precision: str = "auto"
    checkpoint_seconds: int = 120
    threads: int = 0
    seed: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "lora_targets", tuple(self.lora_targets))
        if not self.base:
            raise SettingsProblem("base", "empty")
        for name, choices in (("method", METHODS), ("head", HEADS), ("precision", PRECISIONS)):
            if getattr(self, name) not in choices:
                raise SettingsProblem(name, "choice")
        for name, limits in LIMITS.items():
            _check(name, getattr(self, name), limits, is_zero_usual=name.endswith("learning_rate"))

    @property
    def rate(self) -> float:
        return self.learning_rate or (3e-4 if self.method == "lora" else self.USUAL_RATE)

    @property
    def head_rate(self) -> float:
        return self.head_learning_rate or 10 * self.rate

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "lora_targets": list(self.lora_targets)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Raises SettingsProblem; a name that is not known here is one too."""
        known = {field.name for field in fields(cls)}
        for name in data:
            if name not in known:
                raise SettingsProblem(name, "choice")
        return cls(**data)


def _check(name: str, value: Any, limits: tuple[float, float], *, is_zero_usual: bool) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingsProblem(name, "kind")
    whole = isinstance(getattr(EncoderSettings, name), int)
    if whole and value != int(value):
        raise SettingsProblem(name, "kind")
    if not (limits[0] <= value <= limits[1] or (is_zero_usual and value == 0)):
        raise SettingsProblem(name, "range", limits)
