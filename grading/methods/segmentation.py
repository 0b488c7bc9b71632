"""Words of a text in Chinese, English and what is mixed of both.

Runs of Han characters are cut into words by jieba (its dictionary, without the hidden
Markov model, so that the same text is always cut the same way) or into single characters.
Everything else becomes lower-case runs of letters and digits, as in Lin's ROUGE script.
Punctuation is dropped. The language is found for each text by itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_HAN = re.compile(rf"[{HAN}]")
SEGMENTATIONS = ("words", "characters")


def language(text: str) -> str:
    """"zh" where at least 15 % of the letters are Han characters, else "other"."""
    han = len(_HAN.findall(text))
    letters = sum(1 for character in text if character.isalpha())
    return "zh" if han and han >= 0.15 * letters else "other"


@lru_cache(maxsize=4096)
def tokens(text: str, segmentation: str = "words") -> tuple[str, ...]:
    """The words of a text; `segmentation` is "words" (jieba) or "characters".

    The newest 4096 answers are kept, for a reference is shared by many responses.
    """
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if not _HAN.match(run):
            found.append(run)
        elif segmentation == "characters":
            found.extend(run)
        else:
            found.extend(_jieba().cut(run, HMM=False))
    return tuple(found)


@lru_cache(maxsize=1)
def _jieba() -> Any:
    import logging

    import jieba  # a second to import and to read its dictionary: only when needed

    jieba.setLogLevel(logging.WARNING)
    return jieba
