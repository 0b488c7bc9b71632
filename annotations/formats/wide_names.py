"""The names that columns have where several questions stand side by side: 第1题作答, Q1_score, 得分(1)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from annotations.formats.aliases import ALIASES, SCORE_LABELS, SIMPLIFIED
from annotations.formats.columns import Role, role_of
from annotations.formats.limits import NAME_CHARACTERS

OF_A_QUESTION = (
    Role.ANSWER, Role.PAST_MARK, Role.FULL_MARK, Role.REFERENCE, Role.SCORING_POINTS, Role.QUESTION,
)  # fmt: skip
_MORE_WORDS = {
    Role.ANSWER: ("ans", "resp"),
    Role.PAST_MARK: (*SCORE_LABELS, *ALIASES["rating"], "points", "point", "pts", "给分", "初评", "复评", "终评", "一评", "二评"),
    Role.FULL_MARK: ("max",),
}
_MACHINES = (Role.MACHINE_MARK, Role.AUTOMATIC_SCORE)
"""Known by name too, so that a machine's mark is taken for nobody's."""

_GAP = r"[\s_\-.:,、·]*"
_NUMBER = r"\d+(?:\(\d+\))?|[一二三四五六七八九十]+"


def _gapless(text: str) -> str:
    return re.sub(_GAP, "", text).lower()


_ROLES = {
    _gapless(word): role
    for role in (*OF_A_QUESTION, *_MACHINES)
    for word in (*ALIASES[role.value], *_MORE_WORDS.get(role, ()))
}


def _spoken(word: str) -> str:
    """A pattern of the word, with or without gaps, not inside another Latin word."""
    return rf"(?<![a-z]){_GAP.join(map(re.escape, word.split()))}(?![a-z])"


_WORDS = {w for r in (*OF_A_QUESTION, *_MACHINES) for w in (*ALIASES[r.value], *_MORE_WORDS.get(r, ()))}
_WORD = "|".join(map(_spoken, sorted(_WORDS, key=len, reverse=True)))
_WHOSE = (
    r"(?:(?:学生|考生|教师|老师|人工|最终|最后|的|(?<![a-z])(?:student|human|teacher|final)(?:['’]s)?(?![a-z]))" + _GAP + ")*"
)
NUMBERED = re.compile(
    rf"(?:第|试题|题目|问题|题|question|item|no|q|t)?{_GAP}({_NUMBER}){_GAP}(?:小题|题|问)?", re.IGNORECASE
)
OUT_OF = re.compile(
    r"[(\[【](?:(?:[^()\[\]【】]*?(?:满分|共|满|out\s+of|max\.?)|[^()\[\]【】\d]*/)\s*(\d+(?:\.\d+)?)\s*(?:分|marks?|points?|pts?)?"
    r"|(\d+(?:\.\d+)?)\s*(?:分|marks?|points?|pts?))\s*[)\]】]|/\s*(\d+(?:\.\d+)?)\s*$",
    re.IGNORECASE,
)
TITLED = re.compile(r"(?:第|question|q)?\s*(\d+)\s*(?:题|[、.．:：)）])[\s、.．:：]*(\S.{3,})", re.IGNORECASE | re.DOTALL)
"""A number and then the question itself: 3、为什么……？"""
OF_WHO_ANSWERED = re.compile("姓名|学号|考号|班级|学校|电话|手机|邮箱|e-?mail|name", re.IGNORECASE)
SHORT = 10
IN_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
OF_A_PERSON = re.compile(
    "学生|考生|评委|评分[员者]|模型|系统|student|candidate|rater|judge|marker|model|system", re.IGNORECASE
)


@cache
def _with_a_word() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Names that end and that begin with a word. There are so many words that compiling takes half a second:
    not at every start, but when a file is first looked at."""
    ends = rf"(?P<stem>.+?){_GAP}[(\[【]?{_WHOSE}(?P<word>{_WORD}|(?<=[\d题问])分)[\s)\]】]*"
    begins = rf"{_WHOSE}(?P<word>{_WORD}){_GAP}(?:(?:to|for|of)\s)?(?P<stem>.+)"
    return re.compile(ends, re.IGNORECASE), re.compile(begins, re.IGNORECASE)


class WideName(NamedTuple):
    """Which question a column speaks of (`same` is equal for all its columns), what of it, and out of how many
    marks, "" where it is not said. `role` None: it names the question and nothing else, with its `text` where the
    name holds that."""

    same: str
    question: str
    role: Role | None
    full_mark: str
    text: str = ""

    @property
    def is_of_a_question(self) -> bool:
        """Not of a student, a rater or a system, and numbered, as questions are."""
        return bool(re.search(_NUMBER, self.question)) and not OF_A_PERSON.search(self.question)


def wide_name(column: str) -> WideName | None:
    """What the name of a column says; None where it is made otherwise."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKC", column))
    out_of = OUT_OF.search(text)
    full_mark = next(filter(None, out_of.groups())) if out_of else ""
    text = OUT_OF.sub(" ", text).strip().translate(SIMPLIFIED)
    if number := NUMBERED.fullmatch(_bare(text)):
        return WideName(number[1], _bare(text), None, full_mark)
    ends, begins = _with_a_word()
    found = ends.fullmatch(text) or begins.fullmatch(text)
    if not found:
        return _titled(column.strip(), full_mark)
    question = _bare(found["stem"])
    titled = TITLED.fullmatch(question)
    question = titled[1] if titled else question
    number = NUMBERED.fullmatch(question)
    same = number[1] if number else re.sub(r"\s", "", question).lower()
    return WideName(same, question, _ROLES.get(_gapless(found["word"]), Role.PAST_MARK), full_mark)


def with_questions(names: Sequence[str]) -> list[str]:
    """The names of a header. Where several are called alike, 得分 behind each question, each says of which it is."""
    times, before, found = Counter(names), "", []
    for name in names:
        if times[name] > 1 and before and _ROLES.get(_gapless(name)) in OF_A_QUESTION:
            found.append(f"{before[: NAME_CHARACTERS - len(name) - 1]} {name}")
            continue
        told = wide_name(name)
        before = name if told and told.is_of_a_question else before
        found.append(name)
    return found


def _titled(column: str, full_mark: str) -> WideName | None:
    """The question stays as it is written; where a long name was cut, so it says."""
    found = TITLED.fullmatch(column)
    if not found or role_of(found[2]) or (len(found[2]) <= SHORT and OF_WHO_ANSWERED.search(found[2])):
        return None
    number = unicodedata.normalize("NFKC", found[1])
    cut = "…" if len(column) >= NAME_CHARACTERS else ""
    return WideName(number, number, None, full_mark, found[2] + cut)


def _bare(stem: str) -> str:
    stem = stem.strip(" _-.:,、·")
    inside = IN_BRACKETS.fullmatch(stem)
    return inside[1].strip() if inside else stem
