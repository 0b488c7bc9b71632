"""A training set in the formats that programs for fine-tuning read; see docs/guide/engineers/training-sets.md."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from grading.models import TrainingSet
from grading.training_prompts import Prompt
from grading.training_rows import SPLITS, Row, line_of, rows_of

Record = dict[str, Any]


class ExportFormat(TextChoices):
    SFT = "sft", _("SFT: prompt and completion")
    OPENAI = "openai", _("OpenAI chat messages")
    ALPACA = "alpaca", _("LLaMA-Factory: alpaca")
    SHAREGPT = "sharegpt", _("LLaMA-Factory: sharegpt")
    DPO = "dpo", _("DPO, to mark: the right mark against the next one")
    DPO_ANSWERS = "dpo-answers", _("DPO, to answer: a better answer against a worse one")
    REWARD = "reward", _("reward: answers with their mark from 0 to 1")


TO_ANSWER = {ExportFormat.DPO_ANSWERS, ExportFormat.REWARD}
"""In these the model answers the question; in the others it marks an answer."""
IN_LISTS = {ExportFormat.ALPACA, ExportFormat.SHAREGPT}
"""One JSON list a file, as LLaMA-Factory documents it; the others are JSON lines."""


def records(rows: Iterable[Row], kind: str, prompt: Prompt) -> Iterator[Record]:
    """The records of one split."""
    if kind == ExportFormat.DPO_ANSWERS:
        yield from _better_answers(rows, prompt)
    elif kind == ExportFormat.DPO:
        yield from (pair for row in rows if (pair := _right_mark(row, prompt)))
    else:
        yield from (_RECORDS[ExportFormat(kind)](row, prompt) for row in rows)


def _sft(row: Row, prompt: Prompt) -> Record:
    return {"prompt": prompt.of(row), "completion": _mark(row)}


def _openai(row: Row, prompt: Prompt) -> Record:
    told = [{"role": "system", "content": prompt.system}] if prompt.system else []
    said = [{"role": "user", "content": prompt.of(row)}, {"role": "assistant", "content": _mark(row)}]
    return {"messages": told + said}


def _alpaca(row: Row, prompt: Prompt) -> Record:
    return {
        "instruction": prompt.of(row), "input": "", "output": _mark(row),
        "system": prompt.system, "history": [],
    }  # fmt: skip


def _sharegpt(row: Row, prompt: Prompt) -> Record:
    said = [{"from": "human", "value": prompt.of(row)}, {"from": "gpt", "value": _mark(row)}]
    return {"conversations": said} | ({"system": prompt.system} if prompt.system else {})


def _reward(row: Row, prompt: Prompt) -> Record:
    """Where nothing is known of criteria, the whole mark is the one criterion."""
    whole = {"name": "mark", "weight": 1, "points": row["mark"]}
    share = round(row["mark"] / (row["question"]["full_mark"] or 1), 6)
    return {
        "prompt": prompt.of(row), "response": row["answer"], "reward": share,
        "criteria": row.get("criteria", [whole]),
    }  # fmt: skip


_RECORDS: dict[ExportFormat, Callable[[Row, Prompt], Record]] = {
    ExportFormat.SFT: _sft,
    ExportFormat.OPENAI: _openai,
    ExportFormat.ALPACA: _alpaca,
    ExportFormat.SHAREGPT: _sharegpt,
    ExportFormat.REWARD: _reward,
}


def _right_mark(row: Row, prompt: Prompt) -> Record | None:
    """The mark against the nearest other one; of two as near, one by the digest of the row."""
    others = [mark for mark in row["question"]["marks"] if mark != row["mark"]]
    if not others:
        return None
    least = min(abs(mark - row["mark"]) for mark in others)
    near = [mark for mark in others if abs(mark - row["mark"]) < least + 1e-9]
    rejected = near[hashlib.sha256(line_of(row)).digest()[0] % len(near)]
    return {"prompt": prompt.of(row), "chosen": _mark(row), "rejected": f"{rejected:g}"}


def _better_answers(rows: Iterable[Row], prompt: Prompt) -> Iterator[Record]:
    """Each answer once against one that has a lower mark for the same question, drawn with a seed."""
    by_question: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_question[row["question"]["key"]].append(row)
    for answers in by_question.values():
        answers.sort(key=lambda row: row["mark"])
        marks, rng = [row["mark"] for row in answers], np.random.default_rng(0)
        for row in answers:
            if worse := bisect_left(marks, row["mark"]):
                rejected = answers[int(rng.integers(worse))]["answer"]
                yield {"prompt": prompt.of(row), "chosen": row["answer"], "rejected": rejected}


def _mark(row: Row) -> str:
    return f"{row['mark']:g}"


def lines(found: Iterable[Record], kind: str) -> Iterator[bytes]:
    """The file of one split, piece by piece."""
    if kind not in IN_LISTS:
        yield from (_json(record) + b"\n" for record in found)
        return
    yield b"["
    for number, record in enumerate(found):
        yield (b",\n" if number else b"\n") + _json(record)
    yield b"\n]\n"


def _json(record: Any) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")


def file_name(kind: str, split: str) -> str:
    return f"{split}.{'json' if kind in IN_LISTS else 'jsonl'}"


class _Outlet(io.RawIOBase):
    """Takes what a zip writes, to be handed on."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        whole, self._written = b"".join(self._written), []
        return whole


def zipped(training_set: TrainingSet, kind: str, prompt: Prompt) -> Iterator[bytes]:
    """A zip, piece by piece, so that a download begins at once: a file for each split that has rows;
    for LLaMA-Factory also what it wants to know of them."""
    used = [split for split in SPLITS if training_set.facts["splits"].get(split)]
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for split in used:
            with archive.open(_entry(file_name(kind, split)), "w", force_zip64=True) as out:
                for piece in lines(records(rows_of(training_set, split), kind, prompt), kind):
                    out.write(piece)
                    if ready := outlet.taken():
                        yield ready
        if kind in IN_LISTS:
            info = {f"concord_{split}": _dataset_info(kind, split, prompt) for split in used}
            archive.writestr(_entry("dataset_info.json"), _json(info))
    yield outlet.taken()


def _entry(name: str) -> zipfile.ZipInfo:
    """Without the time, so that the same export is the same file."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _dataset_info(kind: str, split: str, prompt: Prompt) -> Record:
    info: Record = {"file_name": file_name(kind, split)}
    if kind == ExportFormat.ALPACA:
        columns = {"prompt": "instruction", "query": "input", "response": "output"}
        return info | {"columns": {**columns, "system": "system", "history": "history"}}
    told = {"system": "system"} if prompt.system else {}
    return info | {"formatting": "sharegpt", "columns": {"messages": "conversations", **told}}
