"""A lead before the wizard, with an exam to rate, and what every step is given."""

from __future__ import annotations

from django.urls import reverse

from annotations.models import Campaign
from tests import make
from tests.base import ConcordTestCase

GATES = {"gate-TOTAL_FORMS": "1", "gate-INITIAL_FORMS": "0", "gate-0-metric": ""}
WORK = {
    "ratings_per_item": "2", "share": "100", "order": "by_question", "guidelines": "Be kind.",
    "lease_minutes": "30", "help_after_hours": "24", "break_after_minutes": "50",
    "is_reference_shown": "on",
}  # fmt: skip
POLICY = {
    "estimand": "right_marks", "threshold": "50", "tolerance": "0", "confidence": "95",
    "coefficient": "krippendorff_alpha", "agreement_floor": "0.667",
}  # fmt: skip


class WizardCase(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.dataset = make.a_dataset(cls.team, "History exam")
        cls.questions = [
            make.a_question(
                cls.dataset, key, position=place, full_mark=4, school_subject=subject,
                scoring_points=[{"text": "first", "marks": 2}, {"text": "second", "marks": 2}],
            )
            for place, (key, subject) in enumerate([("1", "history"), ("2", "politics")])
        ]  # fmt: skip
        for question in cls.questions:
            for number in range(15):
                make.an_item(question, group_keys={"class": "A" if number < 10 else "B"})
        cls.rubric = make.a_rubric(cls.team, name="Common")

    def setUp(self) -> None:
        self.sign_in("alice")

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
