"""The addresses behind the rating screen: submit, draft, skip, undo, guide, with and without scripts."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client

from annotations.models import Assignment, Draft, Gold, Rating, Skip
from tests import make
from tests.annotations.rating_base import SCORES, RatingTestCase

FRAGMENT = {"X-Fragment": "1"}


class RatingSubmitTests(RatingTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = self.client_of("bob")
        self.address = f"/rate/{self.campaign.slug}/"
        self.cards = self.client.get(self.address).context["cards"]

    def fields(self, card: int = 0, **changes) -> dict:
        scores = {f"score:{name}": value for name, value in SCORES.items()}
        held = self.cards[card]
        values = {"assignment": held.assignment.pk, "claim": held.proof, "action": "submit"}
        return {**scores, **values, "submission_key": uuid4(), **changes}

    def post(self, step: str = "submit", scripted: bool = True, **fields):
        headers = FRAGMENT if scripted else {}
        return self.client.post(f"{self.address}{step}/", self.fields(**fields), headers=headers)

    def test_with_scripts_it_answers_with_the_item_after_those_in_hand(self):
        ahead = self.cards[1].assignment.pk
        answer = self.post(want=1, in_hand=str(ahead), rubrics=str(self.rubric.pk))
        self.assertContains(answer, self.items[2].text)
        self.assertNotContains(answer, self.items[1].text)
        self.assertNotContains(answer, "data-rubric-template")

    def test_a_rubric_that_the_page_lacks_comes_along(self):
        self.assertContains(self.post(want=1), "data-rubric-template")

    def test_without_scripts_it_goes_to_the_next_item(self):
        answer = self.post(scripted=False)
        self.assertRedirects(answer, self.address)
        self.assertContains(self.client.get(self.address), self.items[1].text)

    def test_a_double_click_without_scripts_is_one_rating(self):
        fields = self.fields()
        for _i in range(2):
            self.client.post(f"{self.address}submit/", fields)
        assert Rating.objects.count() == 1

    def test_what_is_wrong_is_said_where_it_happened(self):
        answer = self.post(**{"score:c2": ""})
        self.assertContains(answer, "Criterion 2 has no score yet.", status_code=422)
        answer = self.post(**{"score:c2": "7"})
        self.assertContains(answer, ">7 is not on the scale of Criterion 2", status_code=422)
        answer = self.post(scripted=False, **{"score:c2": "x"})
        self.assertContains(answer, "is not a number", status_code=422)
        assert Rating.objects.count() == 0

    def test_nonsense_is_refused_in_words(self):
        for changes in (
            {"assignment": "x"}, {"assignment": "9" * 30}, {"submission_key": "1"},
            {"score:c1": "nan"}, {"score:c1": "1e999"}, {"note": "n" * 5001}, {"in_hand": "a,b"},
            {"score:c1": "0_3"}, {"score:c1": "\u0663"},
        ):  # fmt: skip
            assert self.post(**changes).status_code == 422, changes

    def test_a_flag_needs_a_reason(self):
        assert self.post(action="flag", flag_reason=" ").status_code == 422
        assert self.post(action="flag", flag_reason="torn page").status_code == 200
        assert Rating.objects.get().flag_reason == "torn page"

    def test_a_paused_campaign_answers_409_and_keeps_a_draft(self):
        self.set(state="paused")
        self.assertContains(self.post(active_seconds="12.5"), "kept as a draft", status_code=409)
        draft = Draft.objects.get().data
        assert (draft["scores"], draft["active_seconds"]) == (SCORES, 12.5)

    def test_a_page_of_another_person_stores_nothing(self):
        assert self.post(rater=self.cast.carol.pk).status_code == 409
        assert Rating.objects.count() == 0

    def test_a_slot_never_held_is_refused(self):
        mine = {card.assignment.pk for card in self.cards}
        other = Assignment.objects.exclude(pk__in=mine).last()
        assert self.post(assignment=other.pk).status_code == 409

    def test_an_item_that_is_gone_is_refused_in_a_sentence(self):
        self.campaign.assignments.all().delete()
        for step, status in (("submit", 404), ("skip", 409)):
            answer = self.post(step, skip_reason="my student")
            self.assertContains(answer, "data-message", status_code=status)

    def test_who_does_not_rate_here_finds_nothing(self):
        for name in ("alice", "eve"):
            self.client = self.client_of(name)
            for step in ("submit", "draft", "skip", "undo"):
                assert self.post(step).status_code == 404, (name, step)

    def test_a_forged_request_is_refused(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.cast.bob, "django.contrib.auth.backends.ModelBackend")
        assert client.post(f"{self.address}submit/", self.fields()).status_code == 403

    def test_a_signed_out_rater_is_sent_to_sign_in(self):
        assert Client().post(f"{self.address}submit/", self.fields()).status_code == 302

    def test_a_draft_is_saved_and_one_of_a_rated_item_is_not(self):
        assert self.post("draft").json() == {"saved": True}
        self.post()
        assert self.post("draft").json() == {"saved": False}
        assert Draft.objects.count() == 0

    def test_skip_brings_another_item_and_needs_a_reason(self):
        assert self.post("skip", skip_reason="").status_code == 422
        self.assertContains(self.post("skip", skip_reason="my student"), self.items[2].text)
        assert Skip.objects.get().rater == self.cast.bob
        self.assertRedirects(self.post("skip", scripted=False, card=1, skip_reason="x"), self.address)

    def test_what_somebody_else_holds_by_now_is_not_skipped(self):
        slot = self.cards[0].assignment.pk
        Assignment.objects.filter(pk=slot).update(rater=self.cast.carol)
        answer = self.post("skip", skip_reason="my student")
        self.assertContains(answer, "with somebody else now", status_code=409)
        assert Skip.objects.count() == 0

    def test_undo_brings_the_scores_back(self):
        self.post()
        answer = self.post("undo")
        self.assertContains(answer, "&quot;c2&quot;: 4.0")
        self.assertContains(self.post("undo"), 'data-state="nothing"')
        self.assertRedirects(self.post("undo", scripted=False), self.address)

    def test_a_resting_campaign_says_why_nothing_is_undone_or_skipped(self):
        self.post()
        self.set(state="paused")
        for step, card in (("undo", 0), ("skip", 1)):
            for scripted in (True, False):
                answer = self.post(step, scripted, card=card, skip_reason="my student")
                self.assertContains(answer, "paused or closed", status_code=409)
        assert Rating.objects.get().state == "current"
        assert Skip.objects.count() == 0

    def test_a_page_made_for_somebody_else_undoes_and_skips_nothing(self):
        self.post()
        for step in ("undo", "skip"):
            answer = self.post(step, card=1, rater=self.cast.carol.pk, skip_reason="my student")
            self.assertContains(answer, "Somebody else is signed in", status_code=409)
        assert Rating.objects.get().state == "current"
        assert Skip.objects.count() == 0

    def test_an_item_whose_lease_ran_out_can_still_be_put_aside(self):
        slot = self.cards[1].assignment
        Assignment.objects.filter(pk=slot.pk).update(state="open", rater=None)
        assert self.post("skip", card=1, skip_reason="my student").status_code == 200

    def test_the_guide_is_a_page_of_its_own(self):
        self.set(guidelines="Read twice.")
        page = self.client.get(f"{self.address}guide/")
        self.assertContains(page, "Read twice.")
        self.assertContains(page, "what a 4 is")

    def test_practice_without_scripts_shows_the_feedback(self):
        row = make.a_campaign_item(
            self.campaign, make.an_item(self.question), self.rubric, k=0, purpose="practice"
        )
        Gold.objects.create(campaign_item=row, scores={"c1": 0, "c2": 4, "c3": 5}, explanation="Look.")
        slot = Assignment.objects.create(
            campaign=self.campaign, campaign_item=row, kind="practice", slot=0, state="claimed",
            rater=self.cast.bob, planned_for=self.cast.bob,
        )  # fmt: skip
        page = self.post(scripted=False, assignment=slot.pk)
        self.assertContains(page, "Look.")
        self.assertContains(page, "Not yet within tolerance")
        self.assertContains(page, "±1")
        self.assertContains(page, row.item.text)
