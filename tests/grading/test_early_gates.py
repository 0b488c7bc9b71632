"""Gates are looked at before anything is drawn: a rejected candidate costs no rater's time."""

from __future__ import annotations

from unittest import mock

from django.core.exceptions import ValidationError
from django.urls import reverse

from annotations.actions.campaigns import create_campaign
from annotations.models import Campaign, CampaignRater, CampaignRubric
from config.queue import QueueDown
from grading.actions.gate_metrics import start_gate_metrics
from grading.actions.launch import extend, launch
from grading.actions.verdict import compute_verdicts
from grading.early_gates import early_gates
from grading.jobs import compute_metrics
from grading.metrics import CATALOGUE
from grading.models import DecisionPolicy, Gate, MetricResult, MetricRun
from tests import make
from tests.base import ConcordTestCase


def never(work) -> None:
    raise AssertionError("a small campaign needs no worker")


class EarlyCase(ConcordTestCase):
    kind = "evaluation"

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.dataset = make.a_dataset(cls.team, "Answers")
        question = make.a_question(cls.dataset, reference="yes")
        make.several_items(question, [
            {"source": source, "text": text, "group_keys": {"class": number % 30}}
            for number in range(60)
            for source, text in (("good", "yes"), ("poor", "no"))
        ])  # fmt: skip

    def setUp(self) -> None:
        self.sign_in("alice")

    def draft(self, share: float = 0.1, threshold: float = 0.5, **plan) -> Campaign:
        campaign = create_campaign(
            dataset=self.dataset, name="Trial", kind=self.kind, by=self.cast.alice
        )
        CampaignRubric.objects.create(campaign=campaign, rubric=make.a_rubric(self.team))
        for user in (self.cast.bob, self.cast.carol):
            CampaignRater.objects.create(campaign=campaign, user=user)
        campaign.plan = {"design": "all", "seed": 5, **plan}
        campaign.save()
        DecisionPolicy.objects.create(
            campaign=campaign, estimand="mean_composite", audit_share=share
        )
        Gate.objects.create(
            campaign=campaign, metric="exact_match", prediction="text",
            reference="question.reference", threshold=threshold,
        )  # fmt: skip
        return campaign

    def compute(self, campaign: Campaign) -> None:
        runs = start_gate_metrics(
            campaign=campaign, gates=early_gates(campaign), by=self.cast.alice
        )
        for run in runs:
            compute_metrics(run.pk)

    def launched(self, **values) -> Campaign:
        campaign = self.draft(**values)
        self.compute(campaign)
        launch(campaign=campaign, by=self.cast.alice, send=never)
        campaign.refresh_from_db()
        return campaign

    def review(self, campaign: Campaign):
        return self.client.get(reverse("campaign-setup", args=[campaign.slug, "review"]))

    def chances(self, campaign: Campaign) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {"good": [], "poor": []}
        for source, chance in campaign.campaign_items.values_list("item__source", "probability"):
            found[source].append(chance)
        return found


class EvaluationTests(EarlyCase):
    def test_what_is_not_computed_rejects_nobody_and_is_said(self):
        campaign = self.draft()
        assert early_gates(campaign).audit == {}
        self.assertContains(self.review(campaign), "The gates of 2 candidates cannot be told yet")
        launch(campaign=campaign, by=self.cast.alice, send=never)
        assert campaign.campaign_items.count() == 120

    def test_every_metric_can_be_a_gate(self):
        campaign = self.draft()
        for metric in CATALOGUE:
            Gate.objects.filter(campaign=campaign).update(metric=metric)
            self.assertContains(self.review(campaign), "cannot be told yet", msg_prefix=metric)

    def test_a_source_without_a_name_has_its_own_gates(self):
        self.dataset.items.filter(source="poor").update(source="")
        campaign = self.draft()
        self.compute(campaign)
        gates = early_gates(campaign)
        assert [early.candidate for early in gates.rejected] == [""]
        assert gates.audit == {"": 0.1}

    def test_without_a_policy_no_metric_is_computed_for_its_gates(self):
        campaign = self.draft()
        DecisionPolicy.objects.all().delete()
        response = self.client.post(reverse("campaign-gates", args=[campaign.slug]))
        self.assertRedirects(response, reverse("campaign-setup", args=[campaign.slug, "review"]))
        assert not MetricRun.objects.exists()

    def test_the_review_names_who_is_rejected_and_what_is_spared(self):
        campaign = self.draft()
        self.compute(campaign)
        response = self.review(campaign)
        self.assertContains(response, "poor is rejected at the gate:")
        spared = response.context["review"].spared
        assert spared == 120 - len(response.context["review"].plan.sample) > 40
        self.assertContains(response, f"{spared} items need not be rated.")

    def test_of_a_rejected_system_only_the_audit_share_is_drawn_with_its_probability(self):
        chances = self.chances(self.launched())
        assert chances["good"] == [1.0] * 60
        assert 5 <= len(chances["poor"]) <= 7
        assert set(chances["poor"]) == {0.1}

    def test_the_launch_draws_what_the_review_showed(self):
        campaign = self.draft(design="random", n=60)
        self.compute(campaign)
        shown = set(self.review(campaign).context["review"].plan.item_ids.tolist())
        launch(campaign=campaign, by=self.cast.alice, send=never)
        assert set(campaign.campaign_items.values_list("item_id", flat=True)) == shown

    def test_the_plan_keeps_who_was_rejected_and_the_page_says_it(self):
        campaign = self.launched()
        assert campaign.plan["draws"] == [{"n": None, "audit": {"poor": 0.1}}]
        page = self.client.get(reverse("campaign-detail", args=[campaign.slug]))
        self.assertContains(page, "Rejected before the drawing: poor. Of their items 10 %")

    def test_an_extension_keeps_the_audit_and_its_probabilities(self):
        campaign = self.launched(design="random", n=40, share=0.5)
        before = set(campaign.campaign_items.values_list("item_id", flat=True))
        extend(campaign=campaign, n=80, by=self.cast.alice, send=never)
        chances = self.chances(campaign)
        assert before < set(campaign.campaign_items.values_list("item_id", flat=True))
        assert set(chances["poor"]) == {80 / 120 * 0.5}
        assert set(chances["good"]) == {80 / 120}

    def test_a_system_that_passes_by_the_time_of_an_extension_is_drawn_in_full(self):
        campaign = self.launched(design="random", n=40)
        MetricResult.objects.update(value=1.0)
        extend(campaign=campaign, n=80, by=self.cast.alice, send=never)
        chances = self.chances(campaign)
        assert set(chances["poor"]) == set(chances["good"]) == {80 / 120}
        assert len(chances["poor"]) + len(chances["good"]) == 80

    def test_other_options_or_more_items_since_do_not_count(self):
        campaign = self.draft()
        self.compute(campaign)
        make.an_item(self.dataset.questions.get(), source="good", text="yes")
        assert early_gates(campaign).missing
        self.compute(campaign)
        assert early_gates(campaign).rejected
        Gate.objects.update(metric="accuracy")
        self.compute(campaign)
        MetricRun.objects.update(options={"tolerance": 1})
        assert not early_gates(campaign).rejected

    def test_a_rejected_system_without_any_item_still_gets_its_verdict(self):
        campaign = self.launched(share=0.0)
        assert not self.chances(campaign)["poor"]
        verdicts = compute_verdicts(campaign=campaign, by=None)
        assert {v.candidate: v.outcome for v in verdicts}["poor"] == "rejected"

    def test_an_audit_of_a_stratified_sample_can_be_estimated(self):
        """It leaves most groups without an item; the probabilities carry it."""
        campaign = self.launched(design="stratified", by="group.class", n=120, share=0.2)
        given = []
        for row in campaign.campaign_items.all():
            for user, score in ((self.cast.bob, 4), (self.cast.carol, row.pk % 2 + 3)):
                given.append((row, user, {"c1": score, "c2": score, "c3": 3}))
        make.ratings(given)
        poor = next(v for v in compute_verdicts(campaign=campaign, by=None) if v.candidate == "poor")
        assert poor.outcome == "rejected"
        assert poor.evidence["estimate"]["value"] is not None
        assert poor.evidence["sample"]["population"] == 60

    def test_the_metrics_can_be_computed_from_the_review(self):
        campaign = self.draft()
        with mock.patch("grading.views.campaign_actions.enqueue") as queue:
            self.client.post(reverse("campaign-gates", args=[campaign.slug]))
        run = MetricRun.objects.get()
        queue.assert_called_once()
        self.assertContains(self.review(campaign), "A metric is being computed")
        compute_metrics(run.pk)
        assert [early.candidate for early in early_gates(campaign).rejected] == ["poor"]

    def test_with_the_queue_down_the_metrics_wait_and_the_page_says_so(self):
        campaign = self.draft()
        with mock.patch("grading.views.campaign_actions.enqueue", side_effect=QueueDown):
            url = reverse("campaign-gates", args=[campaign.slug])
            response = self.client.post(url, follow=True)
        self.assertContains(response, "The queue cannot be reached.")

    def test_where_all_are_rejected_the_lead_confirms_it(self):
        campaign = self.draft(threshold=1.0)
        self.dataset.items.update(text="no")
        self.compute(campaign)
        self.assertContains(self.review(campaign), "I want the ratings all the same")
        with self.assertRaisesMessage(ValidationError, "Every candidate is rejected at a gate."):
            launch(campaign=campaign, by=self.cast.alice, send=never)
        launch(campaign=campaign, by=self.cast.alice, send=never, has_consent=True)
        assert 10 <= campaign.campaign_items.count() <= 14

    def test_where_nothing_at_all_would_be_drawn_the_review_says_what_to_change(self):
        campaign = self.draft(threshold=1.0, share=0.0)
        self.dataset.items.update(text="no")
        self.compute(campaign)
        self.assertContains(self.review(campaign), "Raise the audit share")


class GradingTests(EarlyCase):
    kind = "grading"

    def setUp(self) -> None:
        self.sign_in("alice")
        self.dataset = make.a_dataset(self.team, "Exam")
        question = make.a_question(self.dataset, full_mark=4)
        items = [make.an_item(question, reference_mark=2) for _ in range(20)]
        make.a_scorer(self.team, dict.fromkeys(items, 2), "right")
        make.a_scorer(self.team, dict.fromkeys(items, 0), "wrong")

    def draft(self, threshold: float = 0.5, **plan) -> Campaign:
        campaign = super().draft(**plan)
        Gate.objects.filter(campaign=campaign).update(
            metric="accuracy", prediction="candidate", reference="reference_mark",
            threshold=threshold,
        )  # fmt: skip
        DecisionPolicy.objects.filter(campaign=campaign).update(estimand="right_marks")
        return campaign

    def test_graders_mark_the_same_items_so_nothing_is_spared(self):
        campaign = self.draft()
        self.compute(campaign)
        assert [early.candidate for early in early_gates(campaign).rejected] == ["wrong"]
        self.assertContains(self.review(campaign), "no time is spared")
        launch(campaign=campaign, by=self.cast.alice, send=never)
        assert campaign.campaign_items.count() == 20

    def test_where_all_are_rejected_the_lead_confirms_it(self):
        campaign = self.draft(threshold=1.0)
        self.dataset.items.update(reference_mark=1)
        self.compute(campaign)
        self.assertContains(self.review(campaign), "Every grader is rejected")
        url = reverse("campaign-launch", args=[campaign.slug])
        self.assertContains(self.client.post(url, follow=True), "Confirm that you want the ratings")
        campaign.refresh_from_db()
        assert campaign.state == "draft"
        self.client.post(url, {"consent": "on"})
        campaign.refresh_from_db()
        assert campaign.state == "running"
