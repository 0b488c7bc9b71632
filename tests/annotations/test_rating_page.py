"""The rating page: what it shows, what it must not show, and what it says when there is no work."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from annotations.models import AutomaticScore, CampaignRater, Draft, Gold, Question
from tests import make
from tests.annotations.rating_base import SCORES, RatingTestCase


class RatingPageTests(RatingTestCase):
    def get(self, name: str = "bob"):
        return self.client_of(name).get(reverse("rating-page", args=[self.campaign.slug]))

    def test_it_shows_question_response_and_rubric(self):
        page = self.get()
        self.assertContains(page, "Why Britain first?")
        self.assertContains(page, self.items[0].text)
        self.assertContains(page, "Criterion 1")
        self.assertContains(page, "what a 3 is")

    def test_a_question_without_a_text_is_named_by_its_number(self):
        Question.objects.update(text="", key="Q16")
        self.assertContains(self.get(), "Q16")

    def test_scoring_points_without_a_reference_are_called_so(self):
        Question.objects.update(reference="", scoring_points=[{"text": "steam", "marks": 1}])
        page = self.get()
        self.assertContains(page, "Scoring points")
        self.assertNotContains(page, "Reference answer")

    def test_one_item_ahead_is_claimed_and_waits_in_a_template(self):
        page = self.get()
        assert len(page.context["cards"]) == 2
        self.assertContains(page, self.items[1].text)
        self.assertNotContains(page, self.items[2].text)

    def test_opening_it_again_shows_the_same_items(self):
        first, second = self.get(), self.get()
        ids = [[card.assignment.pk for card in page.context["cards"]] for page in (first, second)]
        assert ids[0] == ids[1]

    def test_the_reference_is_shown_only_if_the_lead_says_so(self):
        self.assertContains(self.get(), "Coal.")
        self.set(is_reference_shown=False)
        self.assertNotContains(self.get(), "Coal.")

    def test_nobody_else_finds_it(self):
        for name in ("alice", "dave", "erin", "victor", "eve"):
            assert self.get(name).status_code == 404

    def test_a_draft_comes_back(self):
        page = self.get()
        slot = page.context["cards"][0].assignment
        Draft.objects.create(
            assignment=slot, rater=self.cast.bob, data={"scores": {"c1": 2.0}, "note": "hm"}
        )
        page = self.get()
        self.assertContains(page, "hm</textarea>")
        self.assertContains(page, 'value="2" data-key="2" checked', count=1)

    def test_text_of_an_answer_is_escaped(self):
        self.items[0].text = "<script>alert(1)</script>"
        self.items[0].save()
        self.assertNotContains(self.get(), "<script>alert")

    def test_an_empty_answer_is_said_where_the_answer_would_be(self):
        self.items[0].text = ""
        self.items[0].save()
        self.assertContains(self.get(), "data-response>The response is empty.")

    def test_the_number_of_queries_does_not_grow_with_the_campaign(self):
        client = self.client_of("bob")
        address = reverse("rating-page", args=[self.campaign.slug])
        client.get(address)
        with self.assertNumQueries(15):
            client.get(address)
        for position, item in enumerate(make.items(self.question, 20), start=3):
            make.a_campaign_item(self.campaign, item, self.rubric, position=position)
        with self.assertNumQueries(15):
            client.get(address)


class BlindnessTests(RatingTestCase):
    """Invariant 4: nothing that a rater is sent says whose an item is or what others gave."""

    SECRETS = ("system-x", "secretkey", "robot-9", "7.125", "seed", "carol", "0.78", "classified")

    def setUp(self) -> None:
        super().setUp()
        for item in self.items:
            item.key, item.group_keys = f"secretkey-{item.pk}", {"class": "classified"}
            item.metadata, item.reference_mark = {"x": "classified"}, 7.125
            item.save()
        scorer = make.a_scorer(self.team, dict.fromkeys(self.items, 7.125), name="robot-9")
        assert AutomaticScore.objects.filter(scorer=scorer).count() == 3
        self.rate(self.cast.carol, note="carol says no")
        self.campaign.assignments.update(kind="seed")
        self.campaign.campaign_items.update(purpose="seed")
        for row in self.campaign.campaign_items.all():
            Gold.objects.create(campaign_item=row, scores=SCORES, explanation="classified")

    def assert_blind(self, response) -> None:
        text = response.content.decode().lower()
        # the campaign and the page's own addresses may be named; nothing else
        for secret in self.SECRETS:
            assert secret not in text, secret

    def test_page_fragments_and_history_give_nothing_away(self):
        client = self.client_of("bob")
        address = reverse("rating-page", args=[self.campaign.slug])
        page = client.get(address)
        self.assert_blind(page)
        card = page.context["cards"][0]
        fields = {f"score:{name}": value for name, value in SCORES.items()}
        fields |= {"assignment": card.assignment.pk, "claim": card.proof, "want": 2}
        answer = client.post(f"{address}submit/", fields, headers={"X-Fragment": "1"})
        assert answer.status_code == 200
        self.assert_blind(answer)
        self.assert_blind(client.post(f"{address}draft/", fields))
        self.assert_blind(client.get(f"{address}guide/"))
        undone = client.post(f"{address}undo/", headers={"X-Fragment": "1"})
        assert b"data-item" in undone.content
        self.assert_blind(undone)


class StateTests(RatingTestCase):
    def text(self) -> str:
        page = self.client_of("bob").get(reverse("rating-page", args=[self.campaign.slug]))
        return page.context["state"].code

    def test_every_state_of_the_campaign_says_what_to_do(self):
        for state in ("draft", "paused", "closed"):
            self.set(state=state)
            assert self.text() == state

    def test_a_rating_that_comes_too_late_is_told_that_it_does_not_count(self):
        slot = self.claim(self.cast.bob)
        self.set(state="closed")
        data = {"assignment": slot.pk, **{f"score:{name}": value for name, value in SCORES.items()}}
        address = reverse("rating-submit", args=[self.campaign.slug])
        page = self.client_of("bob").post(address, data)
        self.assertContains(page, "is kept as a draft and does not count", status_code=409)

    def test_a_rater_without_work_is_told_why(self):
        for state in ("stopped", "failed"):
            CampaignRater.objects.update(state=state)
            assert self.text() == state

    def test_a_rater_who_is_done_is_told_that_others_are_not(self):
        for _i in range(3):
            self.rate(self.cast.bob)
        assert self.text() == "done"

    def test_work_that_others_hold_is_not_called_done_by_who_has_rated_nothing(self):
        for slot in self.campaign.assignments.select_related("campaign_item"):
            holder = self.cast.frank if slot.slot else self.cast.carol
            slot.state, slot.rater = "claimed", holder
            slot.lease_expires_at = timezone.now() + timedelta(hours=1)
            slot.save()
        page = self.client_of("bob").get(reverse("rating-page", args=[self.campaign.slug]))
        assert page.context["state"].code == "done"
        self.assertContains(page, "Nothing to rate just now")
        self.assertNotContains(page, "You have rated")

    def test_a_page_without_work_names_its_campaign(self):
        self.set(state="paused")
        page = self.client_of("bob").get(reverse("rating-page", args=[self.campaign.slug]))
        self.assertContains(page, f'<p class="panel-label">{self.campaign.name}</p>', html=True)

    def test_the_last_rating_can_still_be_undone_when_nothing_is_left(self):
        for _i in range(3):
            self.rate(self.cast.bob)
        address = reverse("rating-page", args=[self.campaign.slug])
        client = self.client_of("bob")
        self.assertContains(client.get(address), f'action="{address}undo/"')
        self.assertContains(client.post(f"{address}undo/", follow=True), self.items[2].text)
        self.set(state="closed")
        self.assertNotContains(client.get(address), f"{address}undo/")

    def test_a_finished_campaign_says_so(self):
        for user in (self.cast.bob, self.cast.carol):
            for _i in range(3):
                self.rate(user)
        assert self.text() == "finished"

    def test_an_empty_campaign_says_so(self):
        self.campaign.assignments.all().delete()
        assert self.text() == "empty"
