"""One prompt over several contexts: what each system retrieved, articles to be summarised."""

from __future__ import annotations

from annotations.models import Item, Question
from tests.annotations.import_base import ImportCase

HEAD = "question,context,answer,model\n"
LINES = "Why?,passage 1,one,a\nWhy?,passage 2,two,b\nWhen?,passage 3,three,a\nWhy?,passage 2,four,c\n"


class ContextTests(ImportCase):
    def test_each_answer_keeps_its_own_context_and_one_sentence_says_so(self):
        done = self.run_import(HEAD + LINES)
        assert self.counts(done) == (4, 0, 0)
        contexts = Item.objects.order_by("position").values_list("question__context", flat=True)
        assert list(contexts) == ["passage 1", "passage 2", "passage 3", "passage 2"]
        assert set(Question.objects.values_list("text", flat=True)) == {"Why?", "When?"}
        assert [(one["line"], one["is_warning"]) for one in done.problems] == [(3, True)]

    def test_again_it_adds_nothing(self):
        self.run_import(HEAD + LINES)
        assert self.counts(self.run_import(HEAD + LINES)) == (0, 4, 0)
        assert self.counts(self.run_import(HEAD + "Why?,passage 2,five,d\n")) == (1, 0, 0)
        assert Question.objects.count() == 3

    def test_a_numbered_question_and_one_with_marks_have_one_material(self):
        numbered = "题号,题目,材料,学号,作答\n1,为何？,甲,s1,一\n1,为何？,乙,s2,二\n"
        assert self.counts(self.run_import(numbered)) == (1, 0, 1)
        marked = "题目,材料,满分,学号,作答\n何时？,甲,4,s1,一\n何时？,乙,4,s2,二\n"
        assert self.counts(self.run_import(marked)) == (1, 0, 1)

    def test_chinese_names_of_a_retrieval_file_are_known(self):
        done = self.run_import("问题,检索内容,模型回答,模型\n为何？,甲,一,a\n为何？,乙,二,b\n")
        assert self.counts(done) == (2, 0, 0)
        assert set(Question.objects.values_list("context", flat=True)) == {"甲", "乙"}
