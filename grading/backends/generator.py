"""The generator: a causal language model fine-tuned on prompts and their right answers.

Importing this is cheap; torch comes with the first generator that is made or loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grading.backends import base_models, memory
from grading.backends.generator_settings import GeneratorSettings, Sampling
from grading.backends.generator_text import Example, ExampleEncoder
from grading.backends.progress import IsCancelled, OnPoint, ignore, never

# places in the prompts, the texts
OnTexts = Callable[[list[int], list[str]], None]
TOKENS = 4096  # in a batch, prompt and room for the text together


class Generator:
    """A language model that has learnt; `record` tells what its training took."""

    def __init__(
        self, model: Any, tokenizer: Any, settings: GeneratorSettings, record: dict[str, Any]
    ) -> None:
        self.model, self.tokenizer = model, tokenizer
        self.settings, self.record = settings, record
        self.read = ExampleEncoder(tokenizer, settings.max_tokens)

    @classmethod
    def fit(
        cls,
        examples: Sequence[Example],
        validation: Sequence[Example],
        settings: GeneratorSettings,
        folder: Path,
        on_point: OnPoint = ignore,
        is_cancelled: IsCancelled = never,
        *,
        allow_download: bool = False,
    ) -> Generator:
        """Fine-tune, as `EncoderGrader.fit` does: same folder, same checkpoints, same errors."""
        from grading.backends import encoder_network
        from grading.backends.encoder_checkpoint import Checkpoints
        from grading.backends.encoder_optimizer import counts
        from grading.backends.generator_task import GeneratingTask
        from grading.backends.training_loop import Training

        memory.start_peak()
        made = cls.untrained(settings, allow_download=allow_download)
        task = GeneratingTask(made.model, made.read.padding)
        encoder_network.prepare(task.network, settings)
        numbers = counts(task.network)
        name = _name(settings, examples, validation, made.record["base_digest"])
        advice = ("batch_size", "max_tokens", "gradient_checkpointing", "method", "base")
        with memory.explained(advice):
            data, held = made.read(examples), made.read(validation)
            training = Training(task, data, held, settings, Checkpoints(folder, name))
            training.run(on_point, is_cancelled)
        encoder_network.merge(task.network)
        made.model = task.network.encoder
        made.record |= training.record(*numbers) | {"examples": len(examples)}
        return made

    @classmethod
    def untrained(cls, settings: GeneratorSettings, *, allow_download: bool = False) -> Generator:
        """The base as it is."""
        folder = base_models.find(settings.base, allow_download=allow_download)
        from grading.backends import encoder_network, encoder_speed, generator_model

        encoder_speed.use_threads(settings.threads)
        record = {
            "is_trained": False,
            "base": settings.base,
            "base_digest": base_models.digest(folder),
            **encoder_speed.environment(),
        }
        tokenizer = encoder_network.tokenizer_in(folder)
        return cls(generator_model.model_in(folder), tokenizer, settings, record)

    def generate(
        self,
        prompts: Sequence[str],
        sampling: Sampling | None = None,
        on_batch: OnTexts | None = None,
    ) -> list[str]:
        """One text a prompt. The same prompts, sampling and machine give the same texts. Raises OutOfMemory."""
        from grading.backends import generator_model

        how, texts = sampling or Sampling(), [""] * len(prompts)
        asked = [self.read.prompt(prompt)[-self.settings.max_tokens :] for prompt in prompts]
        left = sorted(range(len(prompts)), key=lambda place: len(asked[place]))
        with memory.explained(("longest", "max_tokens")):
            while left:
                count = max(1, TOKENS // (len(asked[left[-1]]) + how.longest))
                places = [left.pop() for _ in range(min(count, len(left)))]
                rows = [asked[place] for place in places]
                told = generator_model.generated(self.model, self.read, rows, how)
                for place, text in zip(places, told, strict=True):
                    texts[place] = text
                if on_batch:
                    on_batch(places, told)
        return texts

    def save(self, folder: Path) -> None:
        """All that generating needs. Raises FileExistsError."""
        from grading.backends import generator_model

        facts = {"settings": self.settings.to_json(), "record": self.record}
        generator_model.write(folder, self.model, self.tokenizer, facts)

    @classmethod
    def load(cls, folder: Path) -> Generator:
        """What `save` wrote. Raises OSError, ValueError where it is no such folder."""
        from grading.backends import encoder_network, generator_model

        facts = generator_model.facts_in(folder)
        model = generator_model.model_in(folder / "model")
        tokenizer = encoder_network.tokenizer_in(folder / "model")
        settings = GeneratorSettings.from_json(facts["settings"])
        return cls(model, tokenizer, settings, facts["record"])


def _name(
    settings: GeneratorSettings, examples: Sequence[Example], held: Sequence[Example], base: str
) -> str:
    """Names a training: a checkpoint of another one is not taken up."""
    how = {
        k: v for k, v in settings.to_json().items() if k not in ("threads", "checkpoint_seconds")
    }
    parts = [how, [asdict(one) for one in examples], [asdict(one) for one in held], base]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
