"""The start page, by role."""

from __future__ import annotations

from django.utils import timezone

from annotations.models import Campaign, CampaignRater
from grading.models import Alarm, Grader, Verdict
from tests import make
from tests.base import ConcordTestCase
from tests.queries import queries_of


class HomeCase(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.dataset = make.a_dataset(cls.team, "History exam")
        make.items(make.a_question(cls.dataset), 4)
        cls.rubric = make.a_rubric(cls.team)
        cls.campaign = cls.a_campaign("Marking")

    @classmethod
    def a_campaign(cls, name: str, **values) -> Campaign:
        raters = [cls.cast.bob, cls.cast.carol]
        return make.a_campaign(cls.dataset, cls.rubric, raters, k=1, name=name, **values)

    def verdict(self, outcome: str = "pass", candidate: str = "bot") -> Verdict:
        return Verdict.objects.create(
            campaign=self.campaign,
            candidate=candidate,
            outcome=outcome,
            inputs_digest="0",
            method="m",
            code_version="1",
        )

    def home(self, name: str):
        return self.client_of(name).get("/")


class RaterHomeTests(HomeCase):
    def place(self, name: str = "bob"):
        (place,) = self.home(name).context["places"]
        return place

    def test_it_offers_the_rating_page(self) -> None:
        self.assertContains(self.home("bob"), f'href="/rate/{self.campaign.slug}/"')

    def test_it_counts_what_i_rated_and_what_is_planned_for_me(self) -> None:
        first, second, third, _fourth = self.campaign.campaign_items.all()
        make.a_rating(first, self.cast.bob, {"c1": 3, "c2": 3, "c3": 3})
        second.assignments.update(planned_for=self.cast.bob)
        third.assignments.update(planned_for=self.cast.carol)
        progress = self.place().progress
        assert (progress.done, progress.total, progress.pool) == (1, 2, 1)

    def test_who_waits_for_the_lead_gets_no_button(self) -> None:
        for state in ("failed", "stopped"):
            CampaignRater.objects.filter(user=self.cast.bob).update(state=state)
            self.assertNotContains(self.home("bob"), "/rate/")

    def test_a_paused_campaign_is_shown_without_a_button(self) -> None:
        Campaign.objects.update(state="paused")
        response = self.home("bob")
        self.assertContains(response, "Marking")
        self.assertNotContains(response, "/rate/")

    def test_where_there_is_work_comes_first(self) -> None:
        newest = self.a_campaign("Newest, all rated")
        for item in newest.campaign_items.all():
            make.a_rating(item, self.cast.carol, {"c1": 3, "c2": 3, "c3": 3})
        places = self.home("bob").context["places"]
        assert [place.campaign.name for place in places] == ["Marking", "Newest, all rated"]

    def test_drafts_and_closed_campaigns_are_not_work(self) -> None:
        for state in ("draft", "closed"):
            Campaign.objects.update(state=state)
            assert self.home("bob").context["places"] == []
            self.assertNotContains(self.home("bob"), f'href="/rate/{self.campaign.slug}/"')

    def test_own_ratings_of_a_closed_campaign_are_one_click_away(self) -> None:
        history = f'href="/rate/{self.campaign.slug}/history/"'
        self.assertNotContains(self.home("bob"), history)
        Campaign.objects.update(state="closed")
        self.assertContains(self.home("bob"), history)

    def test_a_rater_sees_neither_verdicts_nor_datasets(self) -> None:
        self.verdict()
        response = self.home("bob")
        self.assertNotContains(response, "verdict")
        self.assertNotContains(response, "History exam")

    def test_who_left_the_team_sees_nothing_of_it(self) -> None:
        self.cast.bob.memberships.all().delete()
        self.assertNotContains(self.home("bob"), "Marking")

    def test_the_number_of_queries_does_not_grow_with_the_campaigns(self) -> None:
        client = self.client_of("bob")
        with_one = queries_of(client, "/")
        for i in range(3):
            self.a_campaign(f"More {i}")
        assert queries_of(client, "/") == with_one


class LeadHomeTests(HomeCase):
    def test_it_shows_how_far_a_campaign_is(self) -> None:
        make.a_rating(
            self.campaign.campaign_items.first(), self.cast.bob, {"c1": 1, "c2": 1, "c3": 1}
        )
        (row,) = self.home("alice").context["campaigns"]
        assert row.progress.percent == 25

    def test_the_next_step_follows_the_state(self) -> None:
        steps = {
            "draft": "Go on setting up",
            "running": "Watch the work",
            "closed": "Compute the verdict",
        }
        for state, words in steps.items():
            Campaign.objects.update(state=state)
            self.assertContains(self.home("alice"), words)

    def test_a_closed_campaign_with_its_verdict_leads_to_the_report(self) -> None:
        self.verdict()
        Campaign.objects.update(state="closed")
        self.assertContains(self.home("alice"), "Open the report")

    def test_who_only_reads_is_not_asked_to_compute(self) -> None:
        Campaign.objects.update(state="closed")
        self.assertContains(self.home("victor"), "Open the report")

    def test_when_all_is_rated_the_verdict_is_next(self) -> None:
        for item in self.campaign.campaign_items.all():
            make.a_rating(item, self.cast.bob, {"c1": 1, "c2": 1, "c3": 1})
        self.assertContains(self.home("alice"), "Read the verdict")

    def test_the_number_of_queries_does_not_grow_with_what_is_shown(self) -> None:
        client = self.client_of("alice")
        self.verdict()
        with_one = queries_of(client, "/")
        for i in range(3):
            self.a_campaign(f"More {i}")
            self.verdict(candidate=f"bot {i}")
            make.a_dataset(self.team)
        assert queries_of(client, "/") == with_one

    def test_another_teams_lead_sees_nothing(self) -> None:
        self.verdict()
        response = self.home("eve")
        for words in ("Marking", "History exam", "outcome-"):
            self.assertNotContains(response, words)

    def test_a_new_lead_is_told_the_first_steps(self) -> None:
        response = self.home("eve")
        steps = [(step["url"], step["is_done"]) for step in response.context["steps"]]
        urls = ("/imports/new/", "/rubrics/new/", "/teams/", "/campaigns/new/")
        assert steps == [(url, False) for url in urls]

    def test_an_engineer_is_told_to_import_and_no_more(self) -> None:
        self.cast.eric = self.cast.add("eric", "engineer", self.cast.elsewhere)
        steps = self.home("eric").context["steps"]
        assert [step["url"] for step in steps] == ["/imports/new/"]

    def test_steps_that_are_done_are_ticked(self) -> None:
        Campaign.objects.update(state="draft")
        done = [step["is_done"] for step in self.home("alice").context["steps"]]
        assert done == [True, True, True, False]

    def test_the_steps_lead_to_a_training_set_too(self) -> None:
        Campaign.objects.update(state="draft")
        self.assertContains(self.home("alice"), 'href="/training/new/"')

    def test_with_everything_done_the_steps_are_gone(self) -> None:
        self.assertNotContains(self.home("alice"), "First steps")


class ViewerHomeTests(HomeCase):
    def test_it_shows_the_newest_verdict_of_each_candidate(self) -> None:
        self.verdict("fail")
        self.verdict("pass")
        self.verdict("undecided", candidate="other")
        verdicts = self.home("victor").context["verdicts"]
        found = {(verdict.candidate, verdict.outcome) for verdict in verdicts}
        assert found == {("bot", "pass"), ("other", "undecided")}

    def test_a_verdict_on_a_nameless_source_is_named_as_such(self) -> None:
        self.verdict(candidate="")
        self.assertContains(self.home("victor"), "(no source named)")

    def test_a_viewer_is_not_asked_to_build(self) -> None:
        Campaign.objects.update(state="draft")
        response = self.home("victor")
        self.assertNotContains(response, "First steps")
        self.assertNotContains(response, "Go on setting up")

    def test_who_is_in_no_team_is_told_what_to_do(self) -> None:
        self.cast.victor.memberships.all().delete()
        self.assertContains(self.home("victor"), 'href="/teams/new/"')


class AlarmTests(HomeCase):
    def setUp(self) -> None:
        self.grader = Grader.objects.create(team=self.team, school_subject="历史")
        self.alarm = Alarm.objects.create(grader=self.grader, kind=Alarm.Kind.DRIFT)

    def test_whoever_reads_is_told_of_an_alarm_that_nobody_has_seen_to(self):
        for name in ("alice", "erin", "victor"):
            self.assertContains(self.home(name), f'href="/graders/{self.grader.pk}/monitoring/"')
        for name in ("bob", "eve"):
            self.assertNotContains(self.home(name), "has raised an alarm")

    def test_an_alarm_that_somebody_has_seen_to_is_told_no_more(self):
        Alarm.objects.filter(pk=self.alarm.pk).update(acknowledged_at=timezone.now())
        self.assertNotContains(self.home("alice"), "has raised an alarm")
