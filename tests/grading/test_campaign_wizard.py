"""The wizard: every step is kept, wrong values are said where they are, the review launches."""

from __future__ import annotations

from django.urls import reverse

from annotations.models import Campaign, CampaignRubric, Membership, Role
from grading.models import DecisionPolicy, Gate
from tests import make
from tests.base import ConcordTestCase

GATES = {"gate-TOTAL_FORMS": "1", "gate-INITIAL_FORMS": "0", "gate-0-metric": ""}
WORK = {
    "ratings_per_item": "2", "share": "100", "order": "by_question", "guidelines": "Be kind.",
    "lease_minutes": "30", "help_after_hours": "24", "break_after_minutes": "50",
    "is_reference_shown": "on",
}  # fmt: skip
POLICY = {
    "estimand": "right_marks", "threshold": "0.5", "tolerance": "0", "confidence": "0.95",
    "coefficient": "krippendorff_alpha", "agreement_floor": "0.667",
}  # fmt: skip


class WizardCase(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("alice")
        self.dataset = make.a_dataset(self.team, "History exam")
        self.questions = [
            make.a_question(
                self.dataset, key, position=place, full_mark=4, school_subject=subject,
                scoring_points=[{"text": "first", "marks": 2}, {"text": "second", "marks": 2}],
            )
            for place, (key, subject) in enumerate([("1", "history"), ("2", "politics")])
        ]  # fmt: skip
        for question in self.questions:
            for number in range(15):
                make.an_item(question, group_keys={"class": "A" if number < 10 else "B"})
        self.rubric = make.a_rubric(self.team, name="Common")

    def create(self, **changes) -> Campaign:
        data = {"name": "Spring", "kind": "grading", "dataset": self.dataset.pk, **changes}
        response = self.client.post(reverse("campaign-create"), data)
        assert response.status_code == 302, response.context["form"].errors
        return Campaign.objects.latest("pk")

    def url(self, campaign: Campaign, step: str) -> str:
        return reverse("campaign-setup", args=[campaign.slug, step])

    def post(self, campaign: Campaign, step: str, **data):
        return self.client.post(self.url(campaign, step), data)

    def filled(self, **sample) -> Campaign:
        """A draft with every step made."""
        campaign = self.create()
        people = {f"rater_{u.pk}": "on" for u in (self.cast.bob, self.cast.carol, self.cast.frank)}
        people |= {f"questions_{u.pk}": "" for u in (self.cast.bob, self.cast.carol, self.cast.frank)}
        self.post(campaign, "rubric", way="one", rubric=self.rubric.pk)
        self.post(campaign, "sample", **{"design": "all", "seed": "7", **sample})
        self.post(campaign, "raters", **people, **WORK)
        self.post(campaign, "policy", **POLICY, **GATES)
        return Campaign.objects.get(pk=campaign.pk)


class BasicsTests(WizardCase):
    def test_a_draft_is_made_and_the_next_step_opened(self):
        data = {"name": "Spring", "kind": "grading", "dataset": self.dataset.pk}
        response = self.client.post(reverse("campaign-create"), data)
        campaign = Campaign.objects.get()
        self.assertRedirects(response, self.url(campaign, "rubric"))
        assert (campaign.name, campaign.state, campaign.created_by) == ("Spring", "draft", self.cast.alice)

    def test_what_is_missing_is_said(self):
        response = self.client.post(reverse("campaign-create"), {"kind": "grading"})
        self.assertContains(response, "This field is required")
        assert not Campaign.objects.exists()

    def test_without_a_dataset_the_page_says_what_to_do_first(self):
        self.dataset.delete()
        response = self.client.get(reverse("campaign-create"))
        self.assertContains(response, "Import a file")

    def test_another_teams_dataset_cannot_be_chosen(self):
        other = make.a_dataset(self.cast.elsewhere)
        data = {"name": "Spring", "kind": "grading", "dataset": other.pk}
        self.client.post(reverse("campaign-create"), data)
        assert not Campaign.objects.exists()

    def test_another_dataset_starts_the_choices_anew(self):
        campaign = self.filled()
        other = make.a_dataset(self.team)
        self.post(campaign, "basics", name="Spring", kind="grading", dataset=other.pk)
        campaign.refresh_from_db()
        assert campaign.dataset == other
        assert not campaign.rubrics.exists()

    def test_only_leads_may_begin(self):
        self.sign_in("victor")
        response = self.client.get(reverse("campaign-create"))
        self.assertContains(response, "Only the lead of a team can start", status_code=403)


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


class RatersTests(WizardCase):
    def test_raters_subjects_questions_and_the_work_are_kept(self):
        campaign = self.create()
        bob, carol = self.cast.bob, self.cast.carol
        people = {
            f"rater_{bob.pk}": "on", f"subjects_{bob.pk}": ["history"], f"questions_{bob.pk}": "1，2",
            f"rater_{carol.pk}": "on", f"questions_{carol.pk}": "",
        }  # fmt: skip
        self.post(campaign, "raters", **people, **{**WORK, "share": "40", "help_after_hours": ""})
        rows = {p.user: (p.school_subjects, p.question_keys) for p in campaign.raters.all()}
        assert rows == {bob: (["history"], ["1", "2"]), carol: ([], [])}
        campaign.refresh_from_db()
        assert (campaign.overlap_share, campaign.help_after_hours) == (0.4, None)
        assert campaign.guidelines == "Be kind."

    def test_only_people_with_the_role_are_offered(self):
        response = self.client.get(self.url(self.create(), "raters"))
        people = {str(person) for person in response.context["form"].raters.people}
        assert people == {"Bob", "Carol", "Frank"}

    def test_an_unknown_question_is_named(self):
        bob = self.cast.bob
        people = {f"rater_{bob.pk}": "on", f"questions_{bob.pk}": "1, 17"}
        response = self.post(self.create(), "raters", **people, **WORK)
        self.assertContains(response, "There is no question 17 in this dataset.")

    def test_nobody_is_refused(self):
        response = self.post(self.create(), "raters", **WORK)
        self.assertContains(response, "Choose at least one rater.")

    def test_numbers_outside_their_range_are_refused(self):
        people = {f"rater_{self.cast.bob.pk}": "on"}
        for name, value in (("ratings_per_item", "0"), ("share", "101"), ("lease_minutes", "1")):
            response = self.post(self.create(), "raters", **people, **{**WORK, name: value})
            assert name in response.context["form"].work.errors

    def test_without_raters_the_page_says_how_to_get_some(self):
        Membership.objects.filter(role=Role.RATER).delete()
        response = self.client.get(self.url(self.create(), "raters"))
        self.assertContains(response, "Invite raters")


class PolicyTests(WizardCase):
    def test_defaults_follow_the_kind(self):
        for kind, estimand in (("grading", "right_marks"), ("evaluation", "mean_composite")):
            response = self.client.get(self.url(self.create(kind=kind), "policy"))
            assert response.context["form"].policy.initial["estimand"] == estimand

    def test_policy_and_gates_are_kept(self):
        make.a_scorer(self.team, dict.fromkeys(self.dataset.items.all(), 2.0))
        campaign = self.create()
        gate = {
            "gate-TOTAL_FORMS": "1", "gate-INITIAL_FORMS": "0", "gate-0-metric": "mae",
            "gate-0-prediction": "candidate", "gate-0-reference": "scorer.machine",
            "gate-0-threshold": "0.5",
        }  # fmt: skip
        self.post(campaign, "policy", **POLICY, **gate)
        assert DecisionPolicy.objects.get(campaign=campaign).threshold == 0.5
        found = Gate.objects.get(campaign=campaign)
        assert (found.metric, found.threshold, found.is_at_least) == ("mae", 0.5, False)

    def test_saving_again_replaces_and_does_not_double(self):
        campaign = self.create()
        for threshold in ("0.5", "0.6"):
            self.post(campaign, "policy", **{**POLICY, "threshold": threshold}, **GATES)
        assert DecisionPolicy.objects.get(campaign=campaign).threshold == 0.6

    def test_a_threshold_outside_the_scale_is_refused(self):
        campaign = self.create()
        response = self.post(campaign, "policy", **{**POLICY, "threshold": "70"}, **GATES)
        assert "threshold" in response.context["form"].policy.errors

    def test_a_thousand_gates_are_refused_and_not_drawn(self):
        campaign = self.create()
        response = self.post(campaign, "policy", **POLICY, **{**GATES, "gate-TOTAL_FORMS": "1000"})
        self.assertContains(response, "at most 4 forms")
        assert len(response.context["form"].gates.forms) == 4

    def test_a_gate_without_a_threshold_is_refused(self):
        gate = {**GATES, "gate-0-metric": "accuracy", "gate-0-prediction": "candidate",
                "gate-0-reference": "text"}  # fmt: skip
        response = self.post(self.create(), "policy", **POLICY, **gate)
        self.assertContains(response, "Say from which value on the gate is passed.")


class ReviewTests(WizardCase):
    def test_every_choice_is_a_sentence_and_the_work_is_counted(self):
        campaign = self.filled(design="random", n="20")
        response = self.client.get(self.url(campaign, "review"))
        self.assertContains(response, "20 items at random, seed 7.")
        self.assertContains(response, "“Common v1” judges every question.")
        review = response.context["review"]
        assert review.plan.ratings == 40
        assert sorted(load.ratings for load in review.loads) == [13, 13, 14]

    def test_missing_choices_are_problems_and_the_button_is_off(self):
        response = self.client.get(self.url(self.create(), "review"))
        assert len(response.context["review"].problems) == 2
        self.assertContains(response, "disabled")

    def test_a_plan_that_can_never_pass_is_said_before_the_launch(self):
        campaign = self.filled()
        DecisionPolicy.objects.filter(campaign=campaign).update(threshold=0.995)
        response = self.client.get(self.url(campaign, "review"))
        self.assertContains(response, "This plan can hardly end in “pass”.")

    def test_the_launch_runs_the_campaign(self):
        campaign = self.filled()
        response = self.client.post(reverse("campaign-launch", args=[campaign.slug]), follow=True)
        campaign.refresh_from_db()
        assert campaign.state == "running"
        assert campaign.assignments.count() == 60
        self.assertContains(response, "raters can begin")

    def test_a_launch_without_a_policy_is_refused_in_the_review(self):
        campaign = self.filled()
        DecisionPolicy.objects.all().delete()
        response = self.client.post(reverse("campaign-launch", args=[campaign.slug]), follow=True)
        self.assertContains(response, "Fix the policy first")
        campaign.refresh_from_db()
        assert campaign.state == "draft"

    def test_the_policy_is_frozen_by_the_launch(self):
        campaign = self.filled()
        self.client.post(reverse("campaign-launch", args=[campaign.slug]))
        response = self.post(campaign, "policy", **{**POLICY, "threshold": "0.1"}, **GATES)
        self.assertRedirects(response, reverse("campaign-detail", args=[campaign.slug]))
        assert DecisionPolicy.objects.get(campaign=campaign).threshold == 0.5


class DraftTests(WizardCase):
    def test_a_draft_is_taken_up_where_it_was_left(self):
        campaign = self.create()
        self.post(campaign, "rubric", way="one", rubric=self.rubric.pk)
        response = self.client.get(reverse("campaign-detail", args=[campaign.slug]))
        self.assertRedirects(response, self.url(campaign, "sample"))

    def test_saving_can_stay_on_the_step(self):
        campaign = self.create()
        response = self.post(campaign, "rubric", way="one", rubric=self.rubric.pk, stay="")
        self.assertRedirects(response, self.url(campaign, "rubric"))

    def test_a_draft_can_be_deleted(self):
        campaign = self.create()
        self.client.post(reverse("campaign-delete", args=[campaign.slug]))
        assert not Campaign.objects.exists()

    def test_every_step_opens_and_only_for_leads(self):
        campaign = self.filled()
        steps = ("basics", "rubric", "sample", "raters", "policy", "review")
        for step in steps:
            assert self.client.get(self.url(campaign, step)).status_code == 200, step
        for name, status in (("bob", 403), ("victor", 403), ("eve", 404)):
            client = self.client_of(name)
            assert {client.get(self.url(campaign, s)).status_code for s in steps} == {status}

    def test_an_unknown_step_is_not_found(self):
        assert self.client.get(self.url(self.create(), "nonsense")).status_code == 404
