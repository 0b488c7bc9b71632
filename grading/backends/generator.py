"""The generator: a causal language model fine-tuned on prompts and their right answers.

Importing this is cheap; torch comes with the first generator that is made or loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from grading.backends import memory
from grading.backends.encoder_text import tokens_allowed
from grading.backends.generator_settings import GeneratorSettings, Sampling
from grading.backends.generator_text import Example, ExampleEncoder, Written
from grading.backends.network_training import (
    advice,
    base_folder,
    base_record,
    name_of,
    train,
)
from grading.backends.progress import IsCancelled, OnPoint, ignore, never

TOKENS = {"cpu": 4096, "cuda": 32768}  # in a batch, prompt and room for the text together
FAR = 10**9  # tokens: where a model tells no limit there is none


class Generator:
    """A language model that has learnt; `record` tells what its training took."""

    def __init__(
        self, model: Any, tokenizer: Any, settings: GeneratorSettings, record: dict[str, Any]
    ) -> None:
        self.model, self.tokenizer = model, tokenizer
        self.settings, self.record = settings, record
        allowed = tokens_allowed(settings.max_tokens, model.config)
        self.read = ExampleEncoder(tokenizer, allowed)

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
        from grading.backends.generator_objective import GeneratingObjective

        memory.start_peak()
        fetching = {"allow_download": allow_download, "is_cancelled": is_cancelled}
        made = cls.untrained(settings, **fetching)
        objective = GeneratingObjective(made.model, made.read.padding)
        learnt = [[asdict(one) for one in part] for part in (examples, validation)]
        name = name_of(settings, made.record["base_digest"], *learnt)
        parts = made.read(examples), made.read(validation)
        if objective.device.type == "cpu":
            with memory.explained(advice(settings)):
                memory.check(objective.bytes_of_logits(parts[0], settings.batch_size))
        took = train(objective, parts, settings, folder, name, on_point, is_cancelled)
        made.model = objective.network.encoder
        made.record |= took | {"examples": len(examples)}
        return made

    @classmethod
    def untrained(
        cls,
        settings: GeneratorSettings,
        *,
        allow_download: bool = False,
        is_cancelled: IsCancelled = never,
    ) -> Generator:
        """The base as it is."""
        folder = base_folder(settings, allow_download=allow_download, is_cancelled=is_cancelled)
        from grading.backends import encoder_network, generator_model

        tokenizer = encoder_network.tokenizer_in(folder)
        record = base_record(settings, folder)
        return cls(generator_model.model_in(folder), tokenizer, settings, record)

    def generate(
        self,
        prompts: Sequence[str],
        sampling: Sampling | None = None,
        is_over: IsCancelled = never,
        names: Sequence[str] = (),
    ) -> list[Written]:
        """One text a prompt. The same prompt, sampling and machine give the same text, whatever is asked
        beside it; prompts that are alike give different ones where they have different `names`. Of the
        positions that the model has at most half are for the text.

        `is_over` is asked after every token, and ends it. Raises OutOfMemory, Cancelled.
        """
        from grading.backends import generator_model

        positions = tokens_allowed(FAR, self.model.config)
        how = sampling or Sampling()
        how = replace(how, longest=min(how.longest, positions // 2))
        room = min(self.read.max_tokens, positions - how.longest)
        asked = [self.read.prompt(prompt)[-room:] for prompt in prompts]
        found = [Written("", 0, 0)] * len(prompts)
        with memory.explained(("longest", "max_tokens")):
            for places in self._batches(asked, how.longest):
                rows = [asked[place] for place in places]
                called = [(names or prompts)[place] for place in places]
                told = generator_model.generated(self.model, self.read, rows, called, how, is_over)
                for place, text in zip(places, told, strict=True):
                    found[place] = text
        return found

    def _batches(self, asked: Sequence[list[int]], longest: int) -> Iterator[list[int]]:
        """Places of prompts that are answered together, the longest first: what is too much is known at once."""
        left = sorted(range(len(asked)), key=lambda place: len(asked[place]))
        while left:
            count = max(1, self.tokens // (len(asked[left[-1]]) + longest))
            yield [left.pop() for _ in range(min(count, len(left)))]

    @property
    def tokens(self) -> int:
        """That this machine takes in a batch."""
        from grading.backends import encoder_speed

        return TOKENS[encoder_speed.device().type]

    def at_once(self, longest: int) -> int:
        """So many texts are surely written together, however long their prompts are."""
        return max(1, self.tokens // (self.read.max_tokens + longest))

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
