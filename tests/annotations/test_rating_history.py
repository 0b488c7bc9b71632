"""A rater's own ratings: listed, opened, changed, each change a new revision."""

from __future__ import annotations

from annotations.models import Rating
from tests.annotations.rating_base import RatingTestCase


class RatingHistoryTests(RatingTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.done = self.rate(self.cast.bob, note="first thought")
        self.rate(self.cast.carol, note="carol's thought")
        self.client = self.client_of("bob")
        self.address = f"/rate/{self.campaign.slug}/history/"

    def edit(self, **changes):
        scores = {"score:c1": "0", "score:c2": "1", "score:c3": "2"}
        fields = {**scores, "assignment": self.done.slot.assignment.pk, **changes}
        return self.client.post(f"{self.address}{self.done.rating_id}/", fields)

    def test_only_own_ratings_are_listed(self):
        page = self.client.get(self.address).context["listing"].page
        assert [rating.pk for rating in page] == [self.done.rating_id]

    def test_an_exam_shows_the_mark_beside_the_composite(self):
        self.campaign.dataset.questions.update(full_mark=4, step=0.5)
        Rating.objects.filter(pk=self.done.rating_id).update(mark=2.5)
        self.assertContains(self.client.get(self.address), "2.5 / 4")

    def test_another_raters_rating_cannot_be_opened(self):
        other = Rating.objects.get(rater=self.cast.carol)
        assert self.client.get(f"{self.address}{other.pk}/").status_code == 404

    def test_it_opens_with_what_was_given(self):
        page = self.client.get(f"{self.address}{self.done.rating_id}/")
        self.assertContains(page, 'value="4" data-key="4" checked', count=1)
        self.assertContains(page, "first thought")

    def test_a_change_is_a_new_revision_with_a_trail(self):
        self.assertRedirects(self.edit(note="second thought"), self.address)
        of_bob = Rating.objects.filter(rater=self.cast.bob).order_by("revision")
        assert list(of_bob.values_list("revision", "state")) == [(1, "superseded"), (2, "current")]
        newest = Rating.objects.get(rater=self.cast.bob, state="current")
        page = self.client.get(f"{self.address}{newest.pk}/")
        self.assertContains(page, "first thought")

    def test_a_wrong_change_is_refused_with_the_reason(self):
        self.assertContains(self.edit(**{"score:c1": "9"}), "not on the scale", status_code=422)
        assert Rating.objects.filter(rater=self.cast.bob).count() == 1

    def test_after_the_close_it_can_be_read_but_not_changed(self):
        self.set(state="closed")
        page = self.client.get(f"{self.address}{self.done.rating_id}/")
        self.assertContains(page, "can no longer be changed")
        self.edit()
        assert Rating.objects.filter(rater=self.cast.bob).count() == 1

    def test_after_the_close_the_list_offers_no_rating(self):
        address = f'href="/rate/{self.campaign.slug}/">Go on rating'
        self.assertContains(self.client.get(self.address), address)
        self.set(state="closed")
        page = self.client.get(self.address)
        self.assertNotContains(page, address)
        self.assertContains(page, "not change them")

    def test_the_number_of_queries_does_not_grow(self):
        with self.assertNumQueries(8):
            self.client.get(self.address)
        for _i in range(2):
            self.rate(self.cast.bob)
        with self.assertNumQueries(8):
            self.client.get(self.address)
