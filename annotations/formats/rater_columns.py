"""Which columns of a file with one row an item are raters: told by names, then by what they hold."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from annotations.formats.aliases import AUTOMATIC_PATTERN, OF_ALL
from annotations.formats.columns import Role, plain, role_of
from annotations.formats.long_columns import spoken
from annotations.formats.values import number_or_none
from annotations.formats.written_numbers import is_missing

WORD = (
    "raters?|judges?|coders?|markers?|graders?|scorers?|reviewers?|evaluators?|experts?|observers?"
    "|annotators?|examiners?|assessors?|teachers?|readers?|workers?|labell?ers?"
    "|评委|评分员|评分人|评分者|阅卷员|阅卷人|评卷人|评卷员|评阅人|专家|标注员|标注者|标注人|老师|教师|裁判"
)
ONE = re.compile(
    rf"(?:^|(?<=[\s_\-.:(\[]))((?:{WORD})[\s_\-.#]*(?:\d+|[a-z]|[一二三四五六七八九十甲乙丙丁])|[一二三四]评)"
    r"(?![a-z0-9])"
)
"""One of several raters: Rater 1, judge_2 of judge_2_score, 评委A, 二评."""

INDEX = frozenset(plain(name) for name in ("Unnamed: 0", "index", "no", "row", "sheet", "序号", "行号", "#"))
COMPUTED = OF_ALL - {"min", "max", "sd", "人数"}
COMPUTED_CHINESE = re.compile("总分|总评|总得分|总成绩|平均|均分|合计|小计|标准差|得分率")
LAST_WORD = re.compile("final|adjudicat|resolv|consensus|gold|最终|最后|仲裁|终评")
NO_SCORE = re.compile(
    "^(time|times|date|timestamp|seconds|leadtime|worktimeinseconds|progress|finished"
    "|locationlatitude|locationlongitude|year|createdat|updatedat)$|^duration|(hash|号)$|time(taken|spent|ms|perexample)?$|用时|时长|时间|日期|年份"
)
NEVER = {
    Role.ITEM_KEY, Role.QUESTION_KEY, Role.FULL_MARK, Role.STEP, Role.SCHOOL_SUBJECT, Role.IMAGE,
    Role.QUESTION, Role.ANSWER, Role.CONTEXT, Role.AUTOMATIC_SCORE,
}  # fmt: skip
BRACKETS = re.compile(r"^(.+?)\s*[(（\[【](.+)[)）\]】]$")
BARE = {"", "score", "scores", "mark", "rating", "label", "grade", "value", "得分", "评分", "分数", "打分"}
DISTINCT_FROM = 10
"""In so many rows or more, categories that never repeat are names or texts."""

LOOKED_AT = 1000

Columns = Mapping[str, Sequence[str]]
Pairs = list[tuple[str, ...]]


class Part(NamedTuple):
    """A column of one rater's scores on one criterion ("" where the name has none)."""

    rater: str
    criterion: str


def rater_columns(columns: Columns, needs_numbers: bool) -> list[str]:
    """Of the columns (name → cells) of a wide table those that are raters, in their order.

    Two or more that are called like raters are the raters. Otherwise all are that no name and no
    content tells apart; where that leaves none, all of them.
    """
    named = [name for name in columns if part_of(name) and not is_computed(name)]
    first = [name for name in named if not LAST_WORD.search(plain(name))]
    named = first if len(first) > 1 else named
    if len(named) > 1:
        return named
    left = {name: cells for name, cells in columns.items() if may_be_rater(name)}
    left = {name: cells for name, cells in left.items() if not _is_running(cells)} or left
    tells = _holds_number if needs_numbers else _shares_values
    kept = [name for name in left if tells(name, left)]
    return kept or list(left) or list(columns)


def may_be_rater(name: str) -> bool:
    """Whether a column's name leaves it open that it holds one rater's scores."""
    return not (
        plain(name) in INDEX
        or is_computed(name)
        or NO_SCORE.search(plain(name))
        or AUTOMATIC_PATTERN.search(plain(name))
        or role_of(name) in NEVER
        or spoken(name).endswith(" id")
    )


def is_computed(name: str) -> bool:
    """A total, a mean: its name says so in one word."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    words = re.split(r"[\s_\-./()\[\]:：]+", folded)
    return any(word in COMPUTED for word in words) or bool(COMPUTED_CHINESE.search(folded))


def part_of(name: str) -> Part | None:
    """Rater and criterion of a name like judge_1_fluency or 正确性（评委A）; None if no rater is in it."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    found = ONE.search(folded)
    if not found:
        return None
    rest = f"{folded[: found.start()]} {folded[found.end() :]}".strip(" _-.:()[]")
    return Part(found[1], "" if rest in BARE else rest)


def parts_of(names: Sequence[str]) -> dict[str, Part]:
    """What each column is, where the names tell criteria apart; else each is a rater by its name."""
    parts = {name: part for name in names if (part := part_of(name))}
    criteria = {part.criterion for part in parts.values()}
    if len(parts) == len(names) and len(criteria) > 1 and len(set(parts.values())) == len(names):
        return parts
    return {name: Part(name, "") for name in names}


def named_parts(names: Sequence[str], criteria: Collection[str]) -> dict[str, Part]:
    """What each column is, as `parts_of` reads them, or by the criteria that are known: 准确性（张三）, ann_tone."""
    parts, known = parts_of(names), {plain(name) for name in criteria}
    if any(part.criterion for part in parts.values()):
        return parts
    for pairs in _in_two(names):
        for place in (0, 1):
            if all(pair[1 - place] and plain(pair[place]) in known for pair in pairs):
                return {name: Part(pair[1 - place], pair[place]) for name, pair in zip(names, pairs, strict=True)}
    return parts


def _in_two(names: Sequence[str]) -> list[Pairs]:
    """The names in two parts: before and in brackets, then before and after the last of each gap."""
    in_brackets: Pairs = [tuple(found.groups()) if (found := BRACKETS.match(name)) else ("", name) for name in names]
    by_gap: list[Pairs] = [[name.rpartition(gap)[::2] for name in names] for gap in (" ", ".", "_", "-")]
    return [in_brackets, *by_gap]


def crossed(names: Sequence[str]) -> list[str]:
    """Of names in two parts, all with all (Ann fluency, Ann tone, Ben fluency, Ben tone): those on the criterion of the
    first, which end alike; or begin alike where numbers stand behind (fluency_1, fluency_2, tone_1, tone_2) or names in
    brackets. Empty where they are none."""
    for at, pairs in enumerate(_in_two(names)):
        first, last = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
        if min(len(first), len(last)) > 1 and len(set(pairs)) == len(names) == len(first) * len(last):
            place = 0 if not at or all(map(str.isdecimal, last)) else 1
            return [name for name, pair in zip(names, pairs, strict=True) if pair[place] == pairs[0][place]]
    return []


def _is_running(cells: Sequence[str]) -> bool:
    """0, 1, 2 … or 1, 2, 3 …: a number of the line, even in a table without a header."""
    if len(cells) < DISTINCT_FROM or cells[0] not in ("0", "1"):
        return False
    return all(cell == str(number) for number, cell in enumerate(cells, start=int(cells[0])))


def _holds_number(name: str, columns: Columns) -> bool:
    """Half of what was given, of the first lines: "(1) …" begins many a text, which then reads as a number with a name."""
    given = list(islice((cell for cell in columns[name] if not is_missing(cell)), LOOKED_AT))
    return bool(given) and 2 * sum(number_or_none(cell) is not None for cell in given) >= len(given)


def _shares_values(name: str, columns: Columns) -> bool:
    """Categories occur again, in the column or in another; names of items and texts do not."""
    given = Counter(cell for cell in columns[name] if not is_missing(cell))
    if len(given) < sum(given.values()):
        return _holds_number(name, columns) or _is_like_another(given, name, columns)
    return len(columns[name]) < DISTINCT_FROM and _is_like_another(given, name, columns)


def _is_like_another(given: Counter[str], name: str, columns: Columns) -> bool:
    others = [cells for other, cells in columns.items() if other != name]
    return not others or any(not given.keys().isdisjoint(cells) for cells in others)
