"""Looking at marked answers one by one: what a training set can take, and what it cannot and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from django.utils.translation import gettext_noop

from annotations.formats.limits import MAX_KEPT_PROBLEMS
from annotations.formats.problems import Problem, shown
from grading.methods.mark_scale import MarkScale, mark_scale
from grading.training_examples import Example, Told, Unread
from grading.training_left_out import BEGINNING, MOST, LeftOut, Reason, reason_of

NO_TEXT = gettext_noop("“%(item)s” has the mark %(mark)s, but no text to learn it from.")
OTHER_CONTENT = gettext_noop("“%(item)s” stands in an earlier line with another answer or mark.")
OFF_SCALE = gettext_noop(
    "“%(item)s” has the mark %(mark)s, which question “%(question)s” cannot be given: its marks go from "
    "%(low)s to %(high)s."
)
ONLY_ZERO = gettext_noop(
    "“%(item)s” has the mark 0, as all answers to question “%(question)s”, and no full mark is said: nobody can "
    "tell which marks it has. Say its full mark."
)


@dataclass
class Collected:
    """`read` counts answers, `refused` those with a problem. `counts`: of all that are left out, by reason; `left_out`
    are the answers themselves. `subjects` are all that it speaks of.
    `sets` are those that are learnt together, as TrainingSet.facts has them; `told` is what is said of them."""

    subject: str = ""
    sets: list[dict[str, Any]] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read: int = 0
    refused: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    left_out: list[LeftOut] = field(default_factory=list)
    told: list[Problem] = field(default_factory=list)
    marked: Counter[str] = field(default_factory=Counter)
    unmarked: Counter[str] = field(default_factory=Counter)
    subjects: set[str] = field(default_factory=set)
    _seen: dict[str, int] = field(default_factory=dict)

    def take(self, found: Example | Problem | Unread | Told) -> None:
        if isinstance(found, Problem | Unread):
            self._refuse_line(found if isinstance(found, Unread) else Unread(found))
            return
        if isinstance(found, Told):
            self._tell(found)
            return
        self.read += 1
        self.subjects.add(found.question.school_subject)
        if self.subject and found.question.school_subject not in ("", self.subject):
            self._leave(Reason.OTHER_SUBJECT, found)
        elif found.mark is None:
            self.unmarked[found.question.key] += 1
            self._leave(found.passed.reason if found.passed else Reason.UNMARKED, found)
        elif not found.answer.strip() and found.mark:
            self._refuse(Reason.NO_TEXT, found, _problem(found, NO_TEXT, mark=f"{found.mark:g}"))
        else:
            self._keep(found)

    def _tell(self, found: Told) -> None:
        """Of a question once, of an answer with the problems."""
        if found.left_out:
            self.read += 1
            self._leave(found.left_out, found.example, found.problem)
        if found.left_out == "outvoted":
            self.refuse(found.problem)
        elif found.problem not in self.told:
            self.told.append(found.problem)

    def _keep(self, found: Example) -> None:
        content = hash((found.question.key, found.answer, found.mark))
        before = self._seen.get(found.item)
        if before is None:
            self._seen[found.item] = content
            self.examples.append(found)
        elif before == content:
            self._leave(Reason.REPEATED, found)
        else:
            self._refuse(Reason.OTHER_CONTENT, found, _problem(found, OTHER_CONTENT))

    def _refuse_line(self, found: Unread) -> None:
        problem = found.problem
        self.read += not problem.is_warning
        if self.refuse(problem) and not problem.is_warning:
            texts = (found.item, found.question, found.student, found.answer.strip()[:BEGINNING], found.mark)
            self._list(LeftOut(reason_of(problem).value, problem.line, *texts, "", problem.message, problem.params))

    def _refuse(self, reason: str, found: Example, problem: Problem) -> None:
        self.refuse(problem)
        self._leave(reason, found, problem)

    def _leave(self, reason: str, found: Example | None, problem: Problem | None = None) -> None:
        """`problem`: the sentence that is said of it."""
        if found is None:
            self.counts[str(reason)] += 1
            return
        passed = found.passed
        mark = passed.mark if passed else found.mark
        self._list(
            LeftOut(
                str(reason), found.line, found.item, found.question.key, found.student,
                found.answer.strip()[:BEGINNING], "" if mark is None else f"{mark:g}", self._set_named(found.origin),
                problem.message if problem else "", problem.params if problem else {}, passed.why if passed else "",
            )
        )  # fmt: skip

    def _list(self, found: LeftOut) -> None:
        self.counts[found.reason] += 1
        if self.counts[found.reason] <= MOST:
            self.left_out.append(found)

    def _set_named(self, digest: str) -> str:
        return next((one["name"] for one in self.sets if digest and one["digest"] == digest), "")

    def refuse(self, problem: Problem) -> bool:
        """False where it has been said already."""
        if self._is_told(problem):
            return False
        self.refused += not problem.is_warning
        if len(self.problems) < MAX_KEPT_PROBLEMS:
            self.problems.append(problem)
        return True

    def _is_told(self, problem: Problem) -> bool:
        """A line with several questions side by side says the same of each of them."""
        of_this_line = takewhile(lambda one: one.line == problem.line, reversed(self.problems))
        return problem.line is not None and problem in of_this_line

    def scales(self) -> dict[str, MarkScale]:
        """Question key → its scale; examples off their scale become problems."""
        given: dict[str, set[float]] = {}
        for one in self.examples:
            given.setdefault(one.question.key, set()).add(one.mark or 0.0)
        asked = {one.question.key: one.question for one in self.examples}
        found = {
            key: mark_scale(given[key], float(q.full_mark or 0) or None, float(q.step) or None)
            for key, q in asked.items()
        }
        self.examples = [one for one in self.examples if self._is_on(one, found[one.question.key])]
        for one in self.examples:
            self.marked[one.question.key] += 1
        return found

    def _is_on(self, found: Example, scale: MarkScale) -> bool:
        mark, question = found.mark or 0.0, shown(found.question.key)
        if scale.full_mark <= 0:
            self._refuse(Reason.NO_SCALE, found, _problem(found, ONLY_ZERO, question=question))
            return False
        if scale.nearest(mark) is not None:
            return True
        ends = {"low": f"{scale.marks[0]:g}", "high": f"{scale.marks[-1]:g}"}
        self._refuse(Reason.OFF_SCALE, found, _problem(found, OFF_SCALE, mark=f"{mark:g}", question=question, **ends))
        return False


def _problem(found: Example, message: str, **words: Any) -> Problem:
    return Problem(found.line, message, {"item": shown(found.item), **words})
