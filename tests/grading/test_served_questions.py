"""Questions that only a request describes."""

from __future__ import annotations

from grading.actions.served_questions import Asked, questions_for
from tests import make
from tests.base import ConcordTestCase


class ServedQuestionTests(ConcordTestCase):
    def test_one_without_a_number_is_called_by_its_text_and_found_again(self) -> None:
        dataset = make.a_dataset(self.team)
        asked = [Asked("", "What did the\nOpium War change in China?", 4), Asked("", "What did the Opium War end?", 4)]
        first = questions_for(dataset, "History", asked)
        assert [one.key for one in first.values()] == ["What did the Opium War c", "What did the Opium War e"]
        assert questions_for(dataset, "History", asked) == first
