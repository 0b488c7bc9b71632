"""One rubric per question, from scoring points and full marks."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from annotations.actions.campaigns import create_campaign
from annotations.actions.open_campaign import add_to_open_campaign, open_campaign
from annotations.actions.rubrics import rubrics_for_questions, scoring_point_warnings
from annotations.methods.composite import composite_and_mark
from annotations.models import CampaignRater, Rubric
from tests import make
from tests.base import ConcordTestCase

POINTS = [{"text": "资产阶级统治确立", "marks": 2}, {"text": "殖民扩张", "marks": 1.5}, {"text": "圈地运动", "marks": 0.5}]


class RubricsForQuestionsTests(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team, "Mock exam")

    def ask(self) -> dict:
        return rubrics_for_questions(dataset=self.dataset, by=self.cast.alice)

    def test_each_scoring_point_becomes_a_criterion_with_its_marks(self):
        question = make.a_question(self.dataset, full_mark=4, step="0.5", scoring_points=POINTS)
        rubric = self.ask()[question]
        assert rubric.kind == "points"
        assert rubric.is_published
        assert len(rubric.digest) == 64
        lines = list(rubric.criteria.all())
        assert [line.name for line in lines] == ["资产阶级统治确立", "殖民扩张", "圈地运动"]
        assert [line.values for line in lines] == [[0, 0.5, 1, 1.5, 2], [0, 0.5, 1, 1.5], [0, 0.5]]
        assert lines[0].levels[1]["descriptor"] == "partly there"

    def test_questions_with_the_same_scheme_share_a_rubric(self):
        five = [make.a_question(self.dataset, str(i), full_mark=2) for i in range(1, 6)]
        rubrics = self.ask()
        assert {rubrics[q] for q in five} == {Rubric.objects.get()}
        assert rubrics[five[0]].name == "0–2"
        assert rubrics[five[0]].criteria.get().values == [0, 1, 2]

    def test_another_step_is_another_rubric(self):
        make.a_question(self.dataset, "1", full_mark=2)
        make.a_question(self.dataset, "2", full_mark=2, step="0.5")
        assert {r.name for r in self.ask().values()} == {"0–2", "0–2 / 0.5"}

    def test_the_name_is_the_same_in_every_language(self):
        text = "为什么第一次工业革命首先发生在英国？" * 3
        make.a_question(self.dataset, "1", full_mark=4, scoring_points=POINTS, text=text)
        make.a_question(self.dataset, "2", full_mark=4, scoring_points=POINTS)
        make.a_question(self.dataset, "3", full_mark=2, step="0.5")
        names = {rubric.name for rubric in self.ask().values()}
        assert any(f"{self.dataset.name} · 1, 2 为什么第一次" in name for name in names)
        with translation.override("zh-hans"):
            assert {rubric.name for rubric in self.ask().values()} == names

    def test_asking_again_finds_the_same_rubrics(self):
        make.a_question(self.dataset, "1", full_mark=4, scoring_points=POINTS)
        make.a_question(self.dataset, "2", full_mark=2)
        assert self.ask() == self.ask()
        assert Rubric.objects.count() == 2

    def test_somebody_with_another_language_finds_the_same_rubrics(self):
        points = [{"text": "one", "marks": 2.0}, {"text": "two", "marks": 4.0}]
        make.a_question(self.dataset, "1", full_mark=5, scoring_points=points)
        make.a_question(self.dataset, "2", full_mark=3)
        with translation.override("zh-hans"):
            first = rubrics_for_questions(dataset=self.dataset, by=None)
        with translation.override("en"):
            again = rubrics_for_questions(dataset=self.dataset, by=None)
        assert {q.key: r.pk for q, r in first.items()} == {q.key: r.pk for q, r in again.items()}

    def test_a_changed_scheme_becomes_a_new_version(self):
        question = make.a_question(self.dataset, full_mark=4, step="0.5", scoring_points=POINTS)
        first = self.ask()[question]
        question.scoring_points = POINTS[:2]
        question.save()
        second = self.ask()[question]
        assert (second.name, second.version) == (first.name, 2)
        first.refresh_from_db()
        assert first.criteria.count() == 3

    def test_points_beyond_the_full_mark_are_said_and_capped(self):
        question = make.a_question(self.dataset, full_mark=3, step="0.5", scoring_points=POINTS)
        rubric = self.ask()[question]
        text = "The scoring points add up to 4; the mark is at most the full mark of 3."
        assert scoring_point_warnings(dataset=self.dataset) == {question: text}
        assert text in rubric.guidelines
        everything = {c.key: c.high for c in rubric.criteria.all()}
        assert composite_and_mark(rubric.spec(3, 0.5), everything).mark == 3

    def test_points_below_the_full_mark_are_said(self):
        question = make.a_question(self.dataset, full_mark=5, step="0.5", scoring_points=POINTS)
        assert "cannot be reached" in scoring_point_warnings(dataset=self.dataset)[question]

    def test_points_that_add_up_need_no_word(self):
        make.a_question(self.dataset, full_mark=4, step="0.5", scoring_points=POINTS)
        assert scoring_point_warnings(dataset=self.dataset) == {}

    def test_points_without_marks_become_guidance_for_one_mark(self):
        points = [{"text": "光荣革命"}, {"text": "殖民扩张", "marks": None}]
        question = make.a_question(self.dataset, full_mark=6, scoring_points=points)
        rubric = self.ask()[question]
        assert rubric.criteria.get().high == 6
        assert "光荣革命\n殖民扩张" in rubric.guidelines

    def test_points_alone_give_the_full_mark(self):
        question = make.a_question(self.dataset, scoring_points=POINTS, step="0.5")
        assert sum(c.high for c in self.ask()[question].criteria.all()) == 4

    def test_a_point_that_is_no_multiple_of_the_step_keeps_its_marks(self):
        question = make.a_question(self.dataset, full_mark=4, scoring_points=POINTS)
        values = [c.values for c in self.ask()[question].criteria.all()]
        assert values == [[0, 1, 2], [0, 1, 1.5], [0, 0.5]]

    def test_questions_without_any_marks_are_named(self):
        make.a_question(self.dataset, "1", full_mark=2)
        make.a_question(self.dataset, "Q7")
        with pytest.raises(ValidationError, match="Question Q7 has neither"):
            self.ask()
        assert not Rubric.objects.exists()

    def test_a_dataset_without_questions_is_refused(self):
        with pytest.raises(ValidationError, match="no questions"):
            self.ask()

    def test_a_scale_of_thousands_of_levels_is_refused(self):
        make.a_question(self.dataset, "1", full_mark=1000, step="0.5")
        with pytest.raises(ValidationError, match="question 1 make no usable scale"):
            self.ask()

    def test_a_very_long_scoring_point_keeps_its_text(self):
        text = "很长的要点" * 100
        question = make.a_question(self.dataset, full_mark=1, scoring_points=[{"text": text, "marks": 1}])
        line = self.ask()[question].criteria.get()
        assert len(line.name) == 200
        assert line.description == text

    def test_two_teams_do_not_share(self):
        other = make.a_dataset(self.cast.elsewhere)
        make.a_question(self.dataset, full_mark=2)
        question = make.a_question(other, full_mark=2)
        self.ask()
        theirs = rubrics_for_questions(dataset=other, by=self.cast.eve)[question]
        assert theirs.team == self.cast.elsewhere


class OpenCampaignTests(ConcordTestCase):
    def test_rubrics_made_later_speak_the_language_in_which_it_was_opened(self) -> None:
        question = make.a_question(make.a_dataset(self.team), full_mark=2)
        campaign = create_campaign(dataset=question.dataset, name="x", kind="grading", by=self.cast.alice)
        CampaignRater.objects.create(campaign=campaign, user=self.cast.bob)
        with translation.override("zh-hans"):
            word = translation.gettext("Mark")
            open_campaign(campaign=campaign, by=self.cast.alice)
        assert translation.gettext("Mark") != word
        (row,) = add_to_open_campaign(campaign=campaign, drawn=[(make.an_item(question), None)])
        assert row.rubric.criteria.get().name == word
