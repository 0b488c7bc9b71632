"""Past marks with halves: the question then allows them, so that people can give them again."""

from __future__ import annotations

from annotations.actions.rubrics import rubrics_for_questions
from annotations.models import Question
from tests.annotations.import_base import ImportCase

SHEET = (
    "学号,第1题作答,第1题得分（4分）,第2题作答,第2题得分（2分）\n"
    "s1,一,3,甲,1\ns2,二,2.5,乙,2\ns3,三,4,丙,缺考\n"
)


class HalfMarksTests(ImportCase):
    def steps(self) -> list[float]:
        return [float(question.step) for question in Question.objects.order_by("position")]

    def test_a_question_whose_past_marks_have_halves_allows_them(self):
        done = self.run_import(SHEET)
        assert self.counts(done) == (6, 0, 0)
        assert self.steps() == [0.5, 1]
        rubric = next(iter(rubrics_for_questions(dataset=done.dataset, by=None).values()))
        assert 2.5 in rubric.criteria.get().values

    def test_a_step_that_is_said_stays(self):
        self.run_import("题号,满分,步长,学号,作答,历史得分\n1,4,1,s1,一,2.5\n1,4,1,s2,二,2\n")
        assert self.steps() == [1]

    def test_a_question_that_was_there_before_stays_as_it_is(self):
        self.run_import("题号,满分,学号,作答,历史得分\n1,4,s1,一,2\n")
        assert self.steps() == [1]
        self.run_import("题号,满分,学号,作答,历史得分\n1,4,s2,二,2.5\n")
        assert self.steps() == [1]
