"""Seeded changes of a text's surface: typos, punctuation, order of clauses, deletion.

The first three leave the meaning, so a score should not change; deletion takes something away, so
it should at most fall. The same text, kind and seed always give the same change; digits stay as
they are, for another digit is another answer. A text that offers nothing to change comes back
as it is (one clause cannot be put in another order).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

import numpy as np

from grading.methods.segmentation import HAN

Random = np.random.Generator
RATE = 0.1

# Characters that pupils and input methods mix up: same sound, or alike to the eye. Each is taken for
# any other of its set.
CONFUSED = (
    "的地得 在再 做作 他她它 己已巳 末未 座坐 象像向 以已 那哪 因应 合和 公工 制治致 力利立 事试势 名明 进近 带代 "
    "历厉 练炼 长常 使史 原源 园圆 拔拨 辨辩辫 竟竞 即既 侯候 篮蓝 幕慕墓 欲俗 祸锅 渴喝 拆折 卷券 免兔 土士 大太 "
    "日曰 人入 干千 午牛 贝见 币巾 活话 请清情 晴睛 侧测 待侍 副幅 驱躯 密蜜 梁粱 陷馅 燥躁 形型 气汽 交教 "
    "绝决 义意议 权全 经精 济际 政正 由有 而儿 与于 资姿 族组 农浓 统同 争征 须需"
)
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
WIDTHS = dict(zip("，。；：！？（）", ",.;:!?()", strict=True))
OTHER_WIDTH = {**WIDTHS, **{half: full for full, half in WIDTHS.items()}}
OTHER_MARK = {"，": "、", "、": "，", "。": "；", "；": "，", "：": "，", ",": ";", ";": ",", ":": ","}
MARK = re.compile(r"(?<!\d)[，。；：！？（）、,.;:!?()]|[，。；：！？（）、,.;:!?()](?!\d)")
CLAUSE = re.compile(r"([，。；！？、\n]|[,;!?](?!\d)|\.(?=\s|$))")
WORD = re.compile(rf"[{HAN}]|[^\W\d_{HAN}]+")
LETTER = re.compile(rf"[{HAN}a-zA-Z]")


def perturbed(text: str, kind: str, *, seed: int, rate: float = RATE) -> str:
    """The text after a change; `kind` is one of KINDS.

    Args:
        rate: share of letters (typos) or of words and Chinese characters (deletion) that are touched,
            at least one; punctuation and order change throughout.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind), zlib.crc32(text.encode())])
    return CHANGES[kind](text, rng, rate)


def typos(text: str, rng: Random, rate: float) -> str:
    """Letters taken for others: look- and sound-alikes, neighbours on the keyboard, two swapped."""
    letters = list(text)
    places = [i for i, letter in enumerate(letters) if LETTER.match(letter)]
    for place in _some(places, rng, rate):
        _mistype(letters, place, rng)
    return "".join(letters)


def _mistype(letters: list[str], place: int, rng: Random) -> None:
    alike = ALIKE.get(letters[place].lower(), "")
    after = place + 1
    can_swap = after < len(letters) and LETTER.match(letters[after]) and letters[after] != letters[place]
    if alike and not (can_swap and letters[place].isascii() and rng.random() < 0.5):
        other = alike[rng.integers(len(alike))]
        letters[place] = other.upper() if letters[place].isupper() else other
    elif can_swap:
        letters[place], letters[after] = letters[after], letters[place]


def punctuation(text: str, rng: Random, rate: float) -> str:
    """Every mark is dropped, written in the other width or taken for another; without any, one is added."""
    if not MARK.search(text):
        return text + ("。" if re.search(f"[{HAN}]", text) else ".") if text.strip() else text

    def other(match: re.Match[str]) -> str:
        mark = match[0]
        return str(rng.choice(["", OTHER_WIDTH.get(mark, ""), OTHER_MARK.get(mark, "")]))

    return MARK.sub(other, text)


def order(text: str, rng: Random, rate: float) -> str:
    """The clauses in another order; the marks between them stay where they are."""
    parts = CLAUSE.split(text)
    places = [i for i in range(0, len(parts), 2) if parts[i].strip()]
    clauses = [parts[i].strip() for i in places]
    turned = [clauses[i] for i in rng.permutation(len(clauses))]
    if turned == clauses:
        turned = clauses[1:] + clauses[:1]
    for place, clause in zip(places, turned, strict=True):
        blank = parts[place][: len(parts[place]) - len(parts[place].lstrip())]
        parts[place] = blank + clause
    return text if turned == clauses else "".join(parts)


def deletion(text: str, rng: Random, rate: float) -> str:
    """Some words (Chinese: characters) left out."""
    spans = [match.span() for match in WORD.finditer(text)]
    gone = set(_some(list(range(len(spans))), rng, rate))
    kept, start = [], 0
    for i, (left, right) in enumerate(spans):
        if i in gone:
            kept.append(text[start:left])
            start = right
    return re.sub(r" {2,}", " ", "".join([*kept, text[start:]])).strip()


def _some(places: list[int], rng: Random, rate: float) -> list[int]:
    """`rate` of the places, at least one where there is any."""
    if not places:
        return []
    wanted = max(1, round(rate * len(places)))
    return [int(place) for place in rng.choice(places, wanted, replace=False)]


def _alike() -> dict[str, str]:
    """Character → those it is taken for."""
    found: dict[str, str] = {}
    for group in CONFUSED.split():
        for letter in group:
            found[letter] = found.get(letter, "") + group.replace(letter, "")
    for row in KEYBOARD:
        for i, letter in enumerate(row):
            found[letter] = row[max(0, i - 1) : i] + row[i + 1 : i + 2]
    return found


ALIKE = _alike()
CHANGES: dict[str, Callable[[str, Random, float], str]] = {
    "typos": typos,
    "punctuation": punctuation,
    "order": order,
    "deletion": deletion,
}
KINDS = tuple(CHANGES)
