"""The gold page: items, scores, the rule, and what a senior may do for a rater."""

from __future__ import annotations

from annotations.actions.gold import candidates, set_definitive_scores
from annotations.actions.gold_training import give_training, training_items
from annotations.models import CampaignItem, CampaignRater
from tests import make
from tests.annotations.test_gold_actions import SCORES, GoldTestCase

FAR = {"c1": 1, "c2": 3, "c3": 5}


class GoldPageTestCase(GoldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.url = f"/campaigns/{self.campaign.slug}/gold/"
        self.sign_in("alice")

    def items(self, purpose: str) -> list[CampaignItem]:
        return list(training_items(self.campaign).filter(purpose=purpose))


class GoldListTests(GoldPageTestCase):
    def test_without_items_it_says_what_to_do_first(self):
        self.assertContains(self.client.get(self.url), "No training items")

    def test_it_shows_items_scores_and_what_is_missing(self):
        self.add()
        self.add(1, "qualification", scores=None)
        response = self.client.get(self.url)
        self.assertContains(response, "Criterion 1 <strong>4</strong>")
        self.assertContains(response, "1 item has no definitive scores yet.")
        self.assertContains(response, "scores missing")

    def test_it_shows_each_raters_result(self):
        self.add()
        rows = self.add(2, "qualification")
        give_training(campaign_rater=self.bob)
        self.rate(rows[0], self.bob, SCORES)
        self.rate(rows[1], self.bob, FAR)
        response = self.client.get(self.url)
        self.assertContains(response, "0 / 1")
        self.assertContains(response, '1 / 2 <span class="muted">(50 %)</span>')
        self.assertContains(response, "qualification 1: within tolerance", count=1)
        self.assertContains(response, "qualification 2: out of tolerance", count=1)

    def test_answers_are_data(self):
        make.an_item(self.question, text="<img src=x onerror=alert(1)>")
        self.add(5)
        self.assertNotContains(self.client.get(self.url), "<img src=x")

    def test_the_number_of_queries_does_not_grow(self):
        def fill(items: int, names: list[str]) -> None:
            for row in self.add(items, "qualification"):
                set_definitive_scores(campaign_item=row, scores=SCORES, explanation="")
            for name in names:
                user = self.cast.add(name, "rater", self.team)
                place = CampaignRater.objects.create(campaign=self.campaign, user=user)
                give_training(campaign_rater=place)
                for row in self.items("qualification"):
                    self.rate(row, place, SCORES)

        make.items(self.question, 6)
        fill(1, ["gina"])
        with self.settings(), self.assertNumQueries(Few()) as few:
            self.client.get(self.url)
        fill(0, ["hank", "iris", "jack", "kate"])
        with self.assertNumQueries(len(few.captured_queries)):
            self.client.get(self.url)

    def test_a_closed_campaign_offers_nothing_to_change(self):
        self.add()
        self.campaign.state = "closed"
        self.campaign.save()
        response = self.client.get(self.url)
        self.assertNotContains(response, "Take out")
        self.assertNotContains(response, "Add items")


class Few(int):
    """Equal to any number up to 20."""

    def __new__(cls) -> Few:
        return super().__new__(cls, 20)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and other <= 20

    __hash__ = int.__hash__


class ChangingGoldTests(GoldPageTestCase):
    def test_moving_changing_and_taking_out(self):
        first, second = self.add(2)
        self.client.post(f"{self.url}{second.pk}/move/", {"do": "up"})
        assert self.items("practice") == [second, first]
        self.client.post(f"{self.url}{first.pk}/purpose/", {"purpose": "qualification"})
        assert self.items("qualification") == [first]
        self.client.post(f"{self.url}{second.pk}/remove/")
        assert self.items("practice") == []

    def test_a_refusal_is_said(self):
        [row] = self.add()
        give_training(campaign_rater=self.bob)
        self.rate(row, self.bob, SCORES)
        response = self.client.post(f"{self.url}{row.pk}/remove/", follow=True)
        self.assertContains(response, "1 rater has begun this item")
        response = self.client.post(f"{self.url}{row.pk}/purpose/", {"purpose": "live"}, follow=True)
        self.assertContains(response, "for practice or for qualification")

    def test_a_live_item_cannot_be_taken_out_here(self):
        live = self.campaign.campaign_items.filter(purpose="live").first()
        self.client.post(f"{self.url}{live.pk}/remove/")
        self.client.post(f"{self.url}{live.pk}/purpose/", {"purpose": "practice"})
        live.refresh_from_db()
        assert live.purpose == "live"
        assert self.client.post(f"{self.url}{live.pk}/move/", {"do": "up"}).status_code == 302

    def test_the_rule_is_saved(self):
        self.add()
        self.client.post(f"{self.url}rule/", {"share": "75", "tolerance": "0.5"})
        self.campaign.refresh_from_db()
        assert (self.campaign.qualification_share, self.campaign.qualification_tolerance) == (0.75, 0.5)

    def test_a_rule_that_is_none_is_refused_at_the_field(self):
        self.add()
        response = self.client.post(f"{self.url}rule/", {"share": "120", "tolerance": "-1"})
        self.assertContains(response, "less than or equal to 100", status_code=422)
        self.campaign.refresh_from_db()
        assert self.campaign.qualification_share == 0.8

    def test_a_failed_rater_is_let_through_or_trained_again(self):
        self.add()
        CampaignRater.objects.filter(pk=self.bob.pk).update(state="failed")
        self.assertContains(self.client.get(self.url), "Let rate")
        self.client.post(f"{self.url}raters/{self.bob.pk}/let-rate/")
        self.bob.refresh_from_db()
        assert self.bob.state == "active"
        self.client.post(f"{self.url}raters/{self.bob.pk}/train-again/")
        self.bob.refresh_from_db()
        assert self.bob.state == "training"

    def test_a_rater_of_another_campaign_is_not_found(self):
        other = make.a_campaign(self.campaign.dataset, self.rubric, [self.cast.frank])
        place = other.raters.get()
        assert self.client.post(f"{self.url}raters/{place.pk}/let-rate/").status_code == 404


class AddingGoldTests(GoldPageTestCase):
    def add_by_page(self, query: str = "", **data):
        return self.client.post(f"{self.url}add/{query}", {"purpose": "practice", "do": "chosen", **data})

    def test_it_offers_only_items_that_are_not_in_the_campaign(self):
        response = self.client.get(f"{self.url}add/")
        for item in self.free:
            self.assertContains(response, f'value="{item.pk}"')
        live = self.campaign.campaign_items.first().item
        self.assertNotContains(response, f'name="items" value="{live.pk}"')

    def test_chosen_items_are_added_and_scores_asked_for(self):
        response = self.add_by_page(items=[self.free[0].pk, self.free[2].pk])
        rows = self.items("practice")
        assert {row.item for row in rows} == {self.free[0], self.free[2]}
        self.assertRedirects(response, f"{self.url}{rows[0].pk}/", fetch_redirect_response=False)

    def test_n_at_random(self):
        self.add_by_page(do="random", n="3", purpose="qualification")
        assert len(self.items("qualification")) == 3

    def test_random_ones_come_from_what_was_searched(self):
        target = make.an_item(self.question, text="about parcels")
        self.add_by_page("?q=parcels", do="random", n="1")
        assert self.items("practice")[0].item == target

    def test_nothing_chosen_or_too_many_is_said(self):
        self.assertContains(self.add_by_page(), "Choose at least one item.")
        self.assertContains(self.add_by_page(do="random", n=""), "How many items?")
        self.assertContains(self.add_by_page(do="random", n="99"), "Choose between 1 and 4 items.")
        assert self.items("practice") == []

    def test_a_live_item_cannot_be_smuggled_in(self):
        live = self.campaign.campaign_items.first().item
        self.add_by_page(items=[live.pk])
        assert self.items("practice") == []

    def test_searching_narrows(self):
        target = make.an_item(self.question, text="about parcels")
        response = self.client.get(f"{self.url}add/?q=PARCELS")
        self.assertContains(response, f'value="{target.pk}"')
        self.assertNotContains(response, f'name="items" value="{self.free[0].pk}"')
        self.assertContains(self.client.get(f"{self.url}add/?q=nothing+like+it"), "No item fits.")

    def test_a_campaign_over_everything_has_nothing_left(self):
        for item in list(candidates(self.campaign)):
            make.a_campaign_item(self.campaign, item, self.rubric)
        self.assertContains(self.client.get(f"{self.url}add/"), "Every item of the dataset is live")


class ScoringPageTests(GoldPageTestCase):
    def score(self, row: CampaignItem, do: str = "save", **scores):
        data = {f"score:{key}": value for key, value in scores.items()}
        return self.client.post(f"{self.url}{row.pk}/", {**data, "explanation": " why ", "do": do})

    def test_scores_and_explanation_are_saved(self):
        [row] = self.add(scores=None)
        self.assertRedirects(self.score(row, c1="4", c2="3", c3="0"), self.url)
        row.gold.refresh_from_db()
        assert (row.gold.scores, row.gold.explanation) == ({"c1": 4, "c2": 3, "c3": 0}, "why")

    def test_saving_leads_to_the_next_item_without_scores(self):
        first, second = self.add(2, scores=None)
        response = self.score(first, do="next", c1="4", c2="3", c3="5")
        self.assertRedirects(response, f"{self.url}{second.pk}/")
        self.assertRedirects(self.score(second, do="next", c1="4", c2="3", c3="5"), self.url)

    def test_a_missing_score_is_named_and_the_others_kept(self):
        [row] = self.add(scores=None)
        response = self.score(row, c1="4", c3="5")
        self.assertContains(response, "“Criterion 2” needs a definitive score.")
        text = response.content.decode()
        assert text.count(" checked") == 2
        self.assertContains(response, " why ")

    def test_a_score_off_the_scale_is_refused(self):
        [row] = self.add(scores=None)
        self.assertContains(self.score(row, c1="9", c2="1", c3="1"), "The score of “Criterion 1” is not on its scale.")
        row.gold.refresh_from_db()
        assert row.gold.scores == {}

    def test_the_stored_scores_are_shown(self):
        [row] = self.add()
        response = self.client.get(f"{self.url}{row.pk}/")
        assert response.content.decode().count(" checked") == 3
        self.assertContains(response, "because")

    def test_it_does_not_say_which_system_answered(self):
        make.an_item(self.question, source="system-under-test")
        rows = self.add(5, scores=None)
        for row in rows:
            self.assertNotContains(self.client.get(f"{self.url}{row.pk}/"), "system-under-test")

    def test_a_live_item_has_no_such_page(self):
        live = self.campaign.campaign_items.filter(purpose="live").first()
        assert self.client.get(f"{self.url}{live.pk}/").status_code == 404


class GoldAccessTests(GoldPageTestCase):
    def test_leads_and_adjudicators_may_others_not(self):
        [row] = self.add()
        pages = ["", "add/", f"{row.pk}/"]
        posts = ["rule/", f"{row.pk}/move/", f"{row.pk}/purpose/", f"{row.pk}/remove/",
                 f"raters/{self.bob.pk}/let-rate/", f"raters/{self.bob.pk}/train-again/"]  # fmt: skip
        for name, status in {"alice": 200, "dave": 200, "erin": 403, "victor": 403, "bob": 403, "eve": 404}.items():
            client = self.client_of(name)
            for page in pages:
                assert client.get(self.url + page).status_code == status, (name, page)
            for post in posts if status != 200 else []:
                assert client.post(self.url + post).status_code == status, (name, post)
        for post in posts:
            assert self.client.get(self.url + post).status_code == 405
