"""The wizard's steps on what is judged and drawn: rubric and sample."""

from __future__ import annotations

from annotations.models import CampaignRubric
from tests import make
from tests.grading.wizard_case import WizardCase


class RubricTests(WizardCase):
    def test_one_rubric_for_all(self):
        campaign = self.create()
        self.post(campaign, "rubric", way="one", rubric=self.rubric.pk)
        assert list(campaign.rubrics.values_list("question", "rubric")) == [(None, self.rubric.pk)]

    def test_rubrics_are_made_from_scoring_points(self):
        campaign = self.create()
        self.post(campaign, "rubric", way="made")
        rows = campaign.rubrics.select_related("rubric")
        assert {row.question_id for row in rows} == {q.pk for q in self.questions}
        assert {row.rubric.kind for row in rows} == {"points"}

    def test_one_by_hand_and_the_common_one_for_the_rest(self):
        campaign = self.create()
        special = make.a_rubric(self.team)
        first, second = self.questions
        choice = {f"question_{first.pk}": special.pk, f"question_{second.pk}": ""}
        self.post(campaign, "rubric", way="each", rubric=self.rubric.pk, **choice)
        found = dict(campaign.rubrics.values_list("question_id", "rubric_id"))
        assert found == {first.pk: special.pk, None: self.rubric.pk}

    def test_a_question_left_out_is_named(self):
        campaign = self.create()
        choice = {f"question_{self.questions[0].pk}": self.rubric.pk}
        response = self.post(campaign, "rubric", way="each", **choice)
        self.assertContains(response, "No rubric for question 2")

    def test_a_draft_rubric_is_not_offered(self):
        draft = make.a_rubric(self.team, publish=False)
        response = self.post(self.create(), "rubric", way="one", rubric=draft.pk)
        assert response.status_code == 200

    def test_what_cannot_be_made_from_scoring_points_is_said(self):
        campaign = self.create()
        make.a_question(self.dataset, "3")
        response = self.post(campaign, "rubric", way="made")
        self.assertContains(response, "neither a full mark nor scoring points")
        assert not CampaignRubric.objects.exists()


class SampleTests(WizardCase):
    def test_the_plan_and_its_seed_are_kept(self):
        campaign = self.create()
        data = {"design": "stratified", "n": 12, "by": "group.class", "allocation": "equal", "seed": 9}
        self.post(campaign, "sample", **data)
        campaign.refresh_from_db()
        assert {name: campaign.plan[name] for name in data} == data

    def test_a_preview_shows_the_groups_and_keeps_nothing(self):
        campaign = self.create()
        before = campaign.plan
        data = {"design": "stratified", "n": 12, "by": "group.class", "allocation": "equal"}
        response = self.post(campaign, "sample", **data, seed=9, preview="")
        drawn = [(s.name, s.size, s.drawn) for s in response.context["form"].strata]
        assert drawn == [("A", 20, 6), ("B", 10, 6)]
        campaign.refresh_from_db()
        assert campaign.plan == before

    def test_too_many_and_too_few_are_said_with_the_numbers(self):
        campaign = self.create()
        response = self.post(campaign, "sample", design="random", n=31, seed=1)
        self.assertContains(response, "31 items were asked for, but there are only 30.")
        data = {"design": "stratified", "n": 3, "by": "group.class", "seed": 1}
        response = self.post(campaign, "sample", **data)
        self.assertContains(response, "2 groups need at least 4 items")

    def test_a_number_is_asked_for_where_it_is_missing(self):
        response = self.post(self.create(), "sample", design="random", seed=1)
        self.assertContains(response, "Say how many items are drawn.")

    def test_groups_without_saying_which_are_refused(self):
        campaign = self.create()
        response = self.post(campaign, "sample", design="stratified", n="10", by="", seed="1")
        assert "by" in response.context["form"].errors

    def test_designs_by_a_score_are_offered_only_where_there_is_one(self):
        campaign = self.create()
        form = self.client.get(self.url(campaign, "sample")).context["form"]
        assert "unequal" not in dict(form.fields["design"].choices)
        assert "neyman" not in dict(form.fields["allocation"].choices)

    def test_chances_by_a_score_are_previewed_and_kept(self):
        campaign = self.create()
        scores = {item: 0.1 * i for i, item in enumerate(self.dataset.items.all())}
        make.a_scorer(self.team, scores, "doubt", scale="score")
        data = {"design": "unequal", "n": 10, "why": "high", "scorers": ["doubt"], "seed": 9}
        response = self.post(campaign, "sample", **data, preview="")
        low, high = response.context["form"].chances
        assert 0 < low < 10 / 30 < high <= 1
        self.post(campaign, "sample", **data)
        campaign.refresh_from_db()
        assert campaign.plan["likelier"] == {"why": "high", "scorers": ["doubt"], "near": None}
        shown = self.client.get(self.url(campaign, "review"))
        self.assertContains(shown, "likelier where “doubt” is high")

    def test_a_score_too_few_is_said_where_it_is_chosen(self):
        campaign = self.create()
        scores = dict.fromkeys(self.dataset.items.all(), 1.0)
        make.a_scorer(self.team, scores, "doubt", scale="score")
        data = {"design": "unequal", "n": 10, "seed": 9}
        assert "scorers" in self.post(campaign, "sample", **data, why="high").context["form"].errors
        response = self.post(campaign, "sample", **data, why="apart", scorers=["doubt"])
        self.assertContains(response, "Choose at least two scores")
        data = {"design": "stratified", "by": "group.class", "allocation": "neyman", "n": 10, "seed": 9}
        assert "spread_by" in self.post(campaign, "sample", **data).context["form"].errors

    def test_a_huge_seed_is_refused(self):
        response = self.post(self.create(), "sample", design="all", seed=2**40)
        assert response.status_code == 200
