"""The wizard's steps on who rates and when it passes: raters and policy."""

from __future__ import annotations

from django.urls import reverse

from annotations.models import Membership, Role
from grading.models import DecisionPolicy, Gate
from tests import make
from tests.grading.wizard_case import GATES, POLICY, WORK, WizardCase


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

    def test_a_number_is_shown_as_one_would_type_it(self):
        page = self.client.get(self.url(self.create(), "raters"))
        self.assertContains(page, 'name="help_after_hours" value="24"')

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
        for threshold in ("50", "66.7"):
            self.post(campaign, "policy", **{**POLICY, "threshold": threshold}, **GATES)
        assert DecisionPolicy.objects.get(campaign=campaign).threshold == 0.667

    def test_threshold_and_confidence_are_entered_and_shown_on_0_to_100(self):
        campaign = self.create()
        self.post(campaign, "policy", **{**POLICY, "threshold": "66.7", "confidence": "90"}, **GATES)
        policy = DecisionPolicy.objects.get(campaign=campaign)
        assert (policy.threshold, policy.confidence) == (0.667, 0.9)
        page = self.client.get(reverse("campaign-setup", args=[campaign.slug, "policy"]))
        self.assertContains(page, 'name="threshold" value="66.7"')
        self.assertContains(page, 'name="confidence" value="90"')

    def test_a_threshold_outside_the_scale_is_refused(self):
        campaign = self.create()
        response = self.post(campaign, "policy", **{**POLICY, "threshold": "170"}, **GATES)
        assert "threshold" in response.context["form"].policy.errors

    def test_a_thousand_gates_are_refused_and_not_drawn(self):
        campaign = self.create()
        response = self.post(campaign, "policy", **POLICY, **{**GATES, "gate-TOTAL_FORMS": "1000"})
        self.assertContains(response, "at most 4 forms")
        assert len(response.context["form"].gates.forms) == 4

    def test_a_metric_without_a_figure_of_its_own_is_no_gate_but_one_that_is_there_is_kept(self):
        make.a_scorer(self.team, dict.fromkeys(self.dataset.items.all(), 2.0))
        campaign = self.create()
        gate = {
            **GATES, "gate-0-metric": "confusion_matrix", "gate-0-prediction": "candidate",
            "gate-0-reference": "scorer.machine", "gate-0-threshold": "0.5",
        }  # fmt: skip
        form = self.post(campaign, "policy", **POLICY, **gate).context["form"].gates.forms[0]
        assert "confusion_matrix" not in dict(form.fields["metric"].choices)
        assert "metric" in form.errors
        Gate.objects.create(campaign=campaign, metric="confusion_matrix", reference="scorer.machine", threshold=0.8)
        self.post(campaign, "policy", **POLICY, **gate)
        assert Gate.objects.get(campaign=campaign).threshold == 0.5

    def test_a_gate_without_a_threshold_is_refused(self):
        gate = {**GATES, "gate-0-metric": "accuracy", "gate-0-prediction": "candidate",
                "gate-0-reference": "text"}  # fmt: skip
        response = self.post(self.create(), "policy", **POLICY, **gate)
        self.assertContains(response, "Say from which value on the gate is passed.")
