"""Trained versions in memory: the last few that were asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from grading.backends.generator import Generator
from grading.backends.papers import Paper
from grading.backends.trained import TrainedGrader
from grading.backends.version_missing import reading_version

Model = TypeVar("Model")


class Shelf(Generic[Model]):
    """Safe from several threads: one loads, and meanwhile those that are loaded go on working.

    `load` gets the folder of a version.
    """

    def __init__(self, folder: Path, load: Callable[[Path], Model], room: int) -> None:
        self._folder, self._load, self._room = folder, load, room
        self._models: OrderedDict[int, Model] = OrderedDict()
        self._lock, self._loading = threading.Lock(), threading.Lock()

    def model(self, version: int) -> Model:
        """Loaded where it is not yet; the one that nobody has asked for longest makes room. Raises
        VersionMissing."""
        if found := self._known(version):
            return found
        with self._loading:
            if found := self._known(version):
                return found
            folder = self._folder / str(version)
            with reading_version(folder):
                found = self._load(folder)
            with self._lock:
                self._models[version] = found
                while len(self._models) > self._room:
                    self._models.popitem(last=False)
            return found

    @property
    def versions(self) -> list[int]:
        with self._lock:
            return list(self._models)

    def _known(self, version: int) -> Model | None:
        with self._lock:
            if version in self._models:
                self._models.move_to_end(version)
            return self._models.get(version)


def load_grader(folder: Path) -> TrainedGrader:
    """The first marking reads dictionaries; nobody's request should wait for them."""
    grader = TrainedGrader.load(folder)
    grader.grade([Paper(question, question.reference) for question in grader.questions[:1]])
    return grader


def load_generator(folder: Path) -> Generator:
    return Generator.load(folder / "grader")
