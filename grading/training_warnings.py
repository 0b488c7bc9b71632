"""What a training set should be warned of before anybody learns from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from annotations.formats.marks_in_rows import NO_NUMBER
from annotations.formats.problems import Problem, shown
from grading.methods.plain_text import counted
from grading.methods.training_split import SplitPlan
from grading.models import SplitBy
from grading.training_collect import Collected
from grading.training_rows import SPLITS, TEST, TRAIN, VALIDATION

FEW = 300
"""Answers to learn from; below, a grader learns little."""
FEW_A_QUESTION = 100
RARE = 10
FINE = 12
"""Marks from which a scale is so fine that each of them is rare."""
LISTED = 20

NOTHING = gettext_noop("There is no marked answer to learn from.")
WORDS = gettext_noop(
    "No mark can be read as a number. Where the file has words or letters for marks, such as A, B or “correct”, "
    "write the number that each stands for into it."
)
TOO_FEW = gettext_noop(
    "Answers to learn from: only %(count)s. With fewer than some %(few)s a grader learns little."
)
FEW_OF_QUESTIONS = gettext_noop(
    "Fewer than %(few)s answers to learn from, so that the grader may be weak on them: questions %(names)s."
)
RARE_MARKS = gettext_noop(
    "Question “%(question)s”: these marks are rare (fewer than %(few)s answers to learn from), so that "
    "the grader can hardly learn them: %(marks)s."
)
RARE_ON_FINE = gettext_noop(
    "Question “%(question)s”: %(count)s of its %(all)s marks were given to fewer than %(few)s answers."
)
MORE_QUESTIONS = gettext_noop("Rare marks of %(count)s more questions are not listed.")
NO_STUDENTS = gettext_noop(
    "No answer says whose it is. Nobody can rule out that answers of one student stand in two splits, and "
    "then the test flatters the grader."
)
SOME_NAMELESS = gettext_noop(
    "Answers that do not say whose they are: %(count)s. Nobody can rule out that their students stand in two splits."
)
CONTRADICTIONS = gettext_noop(
    "Answers with the same words as another one to the same question, but not the same mark: %(count)s."
)
OUTVOTED = gettext_noop(
    "Answers that have another mark in a set that counts first, and are learnt with that one: %(count)s."
)
EMPTY = {
    VALIDATION: gettext_noop("No answer is left to tune on: there are too few students or questions to divide."),
    TEST: gettext_noop("No answer is left to test on: there are too few students or questions to divide."),
}
HANGS_TOGETHER = gettext_noop(
    "By students who answered several questions and questions that several students answered, the answers hang "
    "together too closely to keep some apart by both. Divide by one of the two, or add papers of other exams."
)
MANY_SUBJECTS = gettext_noop(
    "The answers are of several school subjects, and a grader marks one: choose among %(names)s."
)
UNMARKED = gettext_noop("Questions of which no answer has a mark are left out: %(names)s.")
NO_FULL_MARK = gettext_noop(
    "No full mark is said of these questions; the highest mark given is taken for it: %(names)s."
)
UNEXPLAINED = gettext_noop(
    "These questions have neither a reference answer nor scoring points, which a grader of new questions "
    "needs: %(names)s."
)

Facts = Mapping[str, Any]


def warnings_of(facts: Facts, found: Collected, plan: SplitPlan) -> list[Problem]:
    """In the order of their weight."""
    if not any(facts["splits"].values()):
        are_words = any(problem.message == NO_NUMBER for problem in found.problems)
        return [_warning(NOTHING), *([_warning(WORDS)] if are_words else []), *found.told]
    told = [*found.told, *_outvoted(found), *_sizes(facts), *_splits(facts, plan), *_students(facts, plan)]
    return [*told, *_marks(facts), *_questions(facts, found, plan)]


def _outvoted(found: Collected) -> Iterator[Problem]:
    if count := found.counts["outvoted"]:
        yield _warning(OUTVOTED, count=count)


def _sizes(facts: Facts) -> Iterator[Problem]:
    if facts["splits"][TRAIN] < FEW:
        yield _warning(TOO_FEW, count=facts["splits"][TRAIN], few=FEW)
    counts = {one["key"]: _learnt(one) for one in facts["questions"]}
    # A question that is kept for the test has none, and is not weak for it.
    few = [key for key, count in counts.items() if 0 < count < FEW_A_QUESTION]
    if few and len(counts) > 1:
        yield _warning(FEW_OF_QUESTIONS, few=FEW_A_QUESTION, names=_names(few))


def _splits(facts: Facts, plan: SplitPlan) -> Iterator[Problem]:
    for split, share in zip(SPLITS, plan.shares, strict=True):
        if share and split in EMPTY and not facts["splits"][split]:
            if plan.by == SplitBy.BOTH:
                yield _warning(HANGS_TOGETHER)
                return
            yield _warning(EMPTY[split])


def _students(facts: Facts, plan: SplitPlan) -> Iterator[Problem]:
    if plan.by == SplitBy.QUESTION:
        return
    if not facts["students"]:
        yield _warning(NO_STUDENTS)
    elif facts["nameless"]:
        yield _warning(SOME_NAMELESS, count=facts["nameless"])


def _marks(facts: Facts) -> Iterator[Problem]:
    if facts["contradictions"]:
        yield _warning(CONTRADICTIONS, count=facts["contradictions"])
    rare = {asked["key"]: one for asked in facts["questions"] if (one := _rare_marks(asked))}
    if len(rare) > LISTED:  # that the others' answers are few has been told; each of their marks is rare then
        enough = {one["key"] for one in facts["questions"] if _learnt(one) >= FEW_A_QUESTION}
        listed = [key for key in rare if key in enough][:LISTED]
        yield from (rare[key] for key in listed)
        yield _warning(MORE_QUESTIONS, count=len(rare) - len(listed))
    else:
        yield from rare.values()


def _learnt(asked: Facts) -> int:
    return sum(splits[TRAIN] for splits in asked["marks"].values())


def _rare_marks(asked: Facts) -> Problem | None:
    learnt = {mark: splits[TRAIN] for mark, splits in asked["marks"].items()}
    rare = [f"{mark} ({count})" for mark, count in learnt.items() if count < RARE]
    if not rare or not any(learnt.values()):
        return None
    words = {"question": shown(asked["key"]), "few": RARE}
    if len(learnt) > FINE:
        return _warning(RARE_ON_FINE, **words, count=len(rare), all=len(learnt))
    return _warning(RARE_MARKS, **words, marks=rare)


def _questions(facts: Facts, found: Collected, plan: SplitPlan) -> Iterator[Problem]:
    if len(facts["subjects"]) > 1 and not found.subject:
        yield _warning(MANY_SUBJECTS, names=_names(facts["subjects"]))
    if unmarked := [key for key in found.unmarked if key not in found.marked]:
        yield _warning(UNMARKED, names=_names(unmarked))
    asked = {one.question.key: one.question for one in found.examples}
    if without := [key for key, question in asked.items() if not question.full_mark]:
        yield _warning(NO_FULL_MARK, names=_names(without))
    bare = [one["key"] for one in facts["questions"] if not one["is_explained"]]
    if bare and plan.by != SplitBy.STUDENT:
        yield _warning(UNEXPLAINED, names=_names(bare))


def _names(keys: list[str]) -> list[str]:
    return [shown(key) for key in sorted(keys, key=counted)[:LISTED]] + ["…"] * (len(keys) > LISTED)


def _warning(message: str, **words: Any) -> Problem:
    return Problem(None, message, words, is_warning=True)
