"""Trained versions in memory: the last few that were asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from grading.backends.papers import Paper
from grading.backends.trained import TrainedGrader

ROOM = 4


class VersionMissing(LookupError):
    """The files of the version are not there, or are no version."""


class Shelf:
    """Safe from several threads: one loads, and meanwhile those that are loaded go on marking."""

    def __init__(self, folder: Path, room: int = ROOM) -> None:
        self._folder, self._room = folder, room
        self._graders: OrderedDict[int, TrainedGrader] = OrderedDict()
        self._lock, self._loading = threading.Lock(), threading.Lock()

    def grader(self, version: int) -> TrainedGrader:
        """Loaded where it is not yet; the one that nobody has asked for longest makes room."""
        if found := self._known(version):
            return found
        with self._loading:
            if found := self._known(version):
                return found
            found = self._load(version)
            with self._lock:
                self._graders[version] = found
                while len(self._graders) > self._room:
                    self._graders.popitem(last=False)
            return found

    @property
    def versions(self) -> list[int]:
        with self._lock:
            return list(self._graders)

    def _known(self, version: int) -> TrainedGrader | None:
        with self._lock:
            if version in self._graders:
                self._graders.move_to_end(version)
            return self._graders.get(version)

    def _load(self, version: int) -> TrainedGrader:
        try:
            grader = TrainedGrader.load(self._folder / str(version))
        except (OSError, ValueError, KeyError) as problem:
            raise VersionMissing(version) from problem
        # The first marking reads dictionaries; nobody's request should wait for them.
        grader.grade([Paper(question, question.reference) for question in grader.questions[:1]])
        return grader
