"""What the tests of assignment and rating share: a small campaign in three positions."""

from __future__ import annotations

from uuid import UUID, uuid4

from annotations.actions.claim_assignment import claim_assignment
from annotations.actions.submit_rating import Submitted, submit_rating
from annotations.models import Assignment, Campaign, CampaignRater, User
from tests import make
from tests.base import ConcordTestCase

SCORES = {"c1": 3.0, "c2": 4.0, "c3": 5.0}


class RatingTestCase(ConcordTestCase):
    """bob, carol and frank rate three items twice each; slots are in the pool."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.dataset = make.a_dataset(cls.team)
        cls.question = make.a_question(cls.dataset, text="Why Britain first?", reference="Coal.")
        cls.items = make.items(cls.question, 3, source="system-x")
        cls.rubric = make.a_rubric(cls.team)
        raters = [cls.cast.bob, cls.cast.carol, cls.cast.frank]
        cls.campaign = make.a_campaign(cls.dataset, cls.rubric, raters, k=2)

    def place(self, user: User) -> CampaignRater:
        return CampaignRater.objects.select_related("campaign").get(
            campaign=self.campaign, user=user
        )

    def claim(self, user: User, **kwargs) -> Assignment | None:
        return claim_assignment(campaign_rater=self.place(user), **kwargs)

    def submit(self, slot: Assignment, user: User, **kwargs) -> Submitted:
        values = {"scores": SCORES, **kwargs}
        return submit_rating(assignment_id=slot.pk, rater=user, **values)

    def rate(self, user: User, **kwargs) -> Submitted:
        slot = self.claim(user)
        assert slot is not None
        return self.submit(slot, user, **kwargs)

    def set(self, **values) -> None:
        """Change the campaign as the lead would."""
        Campaign.objects.filter(pk=self.campaign.pk).update(**values)
        self.campaign.refresh_from_db()


def key() -> UUID:
    return uuid4()
