"""The encoder grader: a text encoder (BERT and its kin) fine-tuned to give marks.

Importing this is cheap; torch comes with the first grader that is made or loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grading.backends import encoder_data, memory
from grading.backends.encoder_scales import knots
from grading.backends.encoder_settings import EncoderSettings
from grading.backends.encoder_text import PaperEncoder, tokens_allowed
from grading.backends.network_training import base_folder, base_record, name_of, train
from grading.backends.papers import Floats, Paper
from grading.backends.progress import IsCancelled, OnPoint, ignore, never

if TYPE_CHECKING:
    from grading.backends.encoder_marking import Marker
    from grading.backends.encoder_network import Network


class EncoderGrader:
    """A network that has learnt; `record` tells what its training took."""

    def __init__(
        self, network: Network, tokenizer: Any, settings: EncoderSettings, record: dict[str, Any]
    ) -> None:
        self.network, self.tokenizer = network, tokenizer
        self.settings, self.record = settings, record
        allowed = tokens_allowed(settings.max_tokens, network.encoder.config)
        self.read = PaperEncoder(tokenizer, allowed)
        self._marker: Marker | None = None

    @classmethod
    def fit(
        cls,
        papers: Sequence[Paper],
        validation_papers: Sequence[Paper],
        settings: EncoderSettings,
        folder: Path,
        on_point: OnPoint = ignore,
        is_cancelled: IsCancelled = never,
        *,
        allow_download: bool = False,
    ) -> EncoderGrader:
        """Fine-tune; taken up from the checkpoint in `folder` where it is of the same papers and settings.

        The folder is for this training alone and can be deleted once the grader is saved.

        Raises:
            SettingsProblem, BaseModelMissing, OutOfMemory, Cancelled (the checkpoint stays).
            ValueError: a paper without a mark, or with one that its question does not know.
        """
        from grading.backends.encoder_objective import MarkingObjective

        memory.start_peak()
        fetching = {"allow_download": allow_download, "is_cancelled": is_cancelled}
        grader = cls.untrained(settings, papers, **fetching)
        data = encoder_data.learnable(papers, grader.read, is_balanced=settings.class_weights)
        grader.network.head.begin(data.place, data.weights)
        held = encoder_data.learnable(validation_papers, grader.read)
        digests = encoder_data.digest(papers), encoder_data.digest(validation_papers)
        name = name_of(settings, grader.record["base_digest"], *digests)
        objective = MarkingObjective(grader.network, grader.read)
        took = train(objective, (data, held), settings, folder, name, on_point, is_cancelled)
        grader.record |= took | {"papers": len(papers), "validation_papers": len(validation_papers)}
        return grader

    @classmethod
    def untrained(
        cls,
        settings: EncoderSettings,
        papers: Sequence[Paper],
        *,
        allow_download: bool = False,
        is_cancelled: IsCancelled = never,
    ) -> EncoderGrader:
        """The base with a head that has learnt nothing: the baseline "not fine-tuned"."""
        folder = base_folder(settings, allow_download=allow_download, is_cancelled=is_cancelled)
        from grading.backends import encoder_network

        learnt_at = knots({paper.question for paper in papers}, settings.head)
        network = encoder_network.built(folder, settings, learnt_at)
        tokenizer = encoder_network.tokenizer_in(folder)
        return cls(network, tokenizer, settings, base_record(settings, folder))

    def probabilities(self, papers: Sequence[Paper]) -> list[Floats]:
        """For each paper (marks,) probabilities of its question's marks; also of questions never learnt.

        Raises OutOfMemory.
        """
        with memory.explained(("max_tokens", "threads")):
            return self.marker().mark(papers)

    def marker(self, precision: str | None = None) -> Marker:
        """What marks, in the number type that is fastest here, or in the one asked for."""
        from grading.backends.encoder_marking import Marker

        if self._marker is None or precision not in (None, self._marker.precision):
            wanted = precision or self.settings.precision
            self._marker = Marker(self.network, self.read, wanted)
        return self._marker

    def save(self, folder: Path) -> None:
        """All that marking needs, the encoder included. Raises FileExistsError."""
        from grading.backends import encoder_files

        facts = {"settings": self.settings.to_json(), "record": self.record}
        encoder_files.write(folder, self.network, self.tokenizer, facts)

    @classmethod
    def load(cls, folder: Path) -> EncoderGrader:
        """What `save` wrote. Raises OSError, ValueError where it is no such folder."""
        from grading.backends import encoder_files

        network, tokenizer, settings, facts = encoder_files.read(folder)
        return cls(network, tokenizer, settings, facts["record"])
