"""Teams, their members and roles."""

from __future__ import annotations

from django.urls import reverse

from annotations.models import Assignment, CampaignRater, Membership, Role, Team
from tests import make
from tests.base import ConcordTestCase
from tests.queries import queries_of


class TeamListTests(ConcordTestCase):
    def test_it_shows_my_teams_with_my_roles_and_no_other(self) -> None:
        self.sign_in("alice")
        response = self.client.get("/teams/")
        self.assertContains(response, "School")
        self.assertContains(response, "lead")
        self.assertNotContains(response, "Elsewhere")

    def test_it_counts_people_not_roles(self) -> None:
        Membership.objects.create(team=self.team, user=self.cast.bob, role=Role.VIEWER)
        self.sign_in("alice")
        (row,) = self.client.get("/teams/").context["listing"].page
        assert row["team"].people == 7

    def test_the_number_of_queries_does_not_grow_with_the_teams(self) -> None:
        self.sign_in("alice")
        with_one = queries_of(self.client, "/teams/")
        for i in range(5):
            team = Team.objects.create(name=f"Team {i}", slug=f"team-{i}")
            Membership.objects.create(team=team, user=self.cast.alice, role=Role.VIEWER)
        assert queries_of(self.client, "/teams/") == with_one


class TeamCreateTests(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("bob")

    def test_whoever_makes_a_team_leads_it(self) -> None:
        response = self.client.post("/teams/new/", {"name": "第二中学"})
        team = Team.objects.get(name="第二中学")
        self.assertRedirects(response, reverse("team-detail", args=[team.slug]))
        roles = team.memberships.filter(user=self.cast.bob).values_list("role", flat=True)
        assert list(roles) == [Role.LEAD]

    def test_two_teams_may_have_one_name(self) -> None:
        for _i in range(2):
            self.client.post("/teams/new/", {"name": "School"})
        slugs = Team.objects.filter(name="School").order_by("pk").values_list("slug", flat=True)
        assert list(slugs) == ["school", "school-2", "school-3"]

    def test_a_name_of_signs_only_gets_an_address_too(self) -> None:
        self.client.post("/teams/new/", {"name": "???"})
        assert Team.objects.get(name="???").slug == "team"

    def test_a_team_called_new_does_not_hide_the_form(self) -> None:
        self.client.post("/teams/new/", {"name": "New"})
        assert Team.objects.get(name="New").slug == "new-2"

    def test_an_empty_name_is_refused(self) -> None:
        self.assertContains(self.client.post("/teams/new/", {"name": " "}), "required")


class TeamPageTests(ConcordTestCase):
    def test_members_see_each_other_and_no_buttons(self) -> None:
        self.sign_in("bob")
        response = self.client.get("/teams/school/")
        self.assertContains(response, "Carol")
        self.assertNotContains(response, "/members/")
        self.assertNotContains(response, "/invite/")

    def test_a_lead_sees_how_to_change_them(self) -> None:
        self.sign_in("alice")
        response = self.client.get("/teams/school/")
        self.assertContains(response, f"/teams/school/members/{self.cast.bob.pk}/")

    def test_an_outsider_finds_nothing(self) -> None:
        self.sign_in("eve")
        assert self.client.get("/teams/school/").status_code == 404

    def test_a_name_with_markup_is_shown_as_text(self) -> None:
        self.cast.bob.display_name = "<img src=x onerror=alert(1)>"
        self.cast.bob.save()
        self.sign_in("alice")
        self.assertNotContains(self.client.get("/teams/school/"), "<img src=x")

    def test_the_number_of_queries_does_not_grow_with_the_members(self) -> None:
        self.sign_in("alice")
        with_seven = queries_of(self.client, "/teams/school/")
        for i in range(5):
            self.cast.add(f"rater{i}", Role.RATER, self.team)
        assert queries_of(self.client, "/teams/school/") == with_seven


class MemberTests(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("alice")

    def url(self, name: str) -> str:
        return f"/teams/school/members/{getattr(self.cast, name).pk}/"

    def roles(self, name: str) -> set[str]:
        user = getattr(self.cast, name)
        return set(self.team.memberships.filter(user=user).values_list("role", flat=True))

    def test_it_gives_exactly_the_roles_that_are_ticked(self) -> None:
        self.client.post(self.url("bob"), {"roles": ["adjudicator", "viewer"]})
        assert self.roles("bob") == {"adjudicator", "viewer"}

    def test_the_last_lead_cannot_stop_leading(self) -> None:
        response = self.client.post(self.url("alice"), {"roles": ["rater"]})
        self.assertContains(response, "keeps at least one lead")
        assert self.roles("alice") == {"lead"}

    def test_the_last_lead_cannot_be_removed(self) -> None:
        response = self.client.post(self.url("alice"), {"remove": "yes"}, follow=True)
        self.assertContains(response, "keeps at least one lead")
        assert self.roles("alice") == {"lead"}

    def test_with_a_second_lead_the_first_may_go(self) -> None:
        self.client.post(self.url("bob"), {"roles": ["lead"]})
        self.assertRedirects(self.client.post(self.url("alice"), {"remove": "yes"}), "/teams/")
        assert self.roles("alice") == set()

    def test_no_role_at_all_is_refused_and_says_how_to_remove(self) -> None:
        response = self.client.post(self.url("bob"), {})
        self.assertContains(response, "remove the person below")
        assert self.roles("bob") == {"rater"}

    def test_a_rater_cannot_change_roles(self) -> None:
        self.sign_in("bob")
        response = self.client.post(self.url("bob"), {"roles": ["lead"]})
        assert response.status_code == 403
        assert self.roles("bob") == {"rater"}

    def test_a_lead_elsewhere_cannot_change_roles(self) -> None:
        self.sign_in("eve")
        response = self.client.post(self.url("bob"), {"remove": "yes"})
        assert response.status_code == 404
        assert self.roles("bob") == {"rater"}

    def test_who_is_not_in_the_team_has_no_page(self) -> None:
        assert self.client.get(self.url("eve")).status_code == 404


class RemovedRaterTests(ConcordTestCase):
    """Work of somebody who leaves goes to the others; nothing rated is lost."""

    def setUp(self) -> None:
        self.sign_in("alice")
        dataset = make.a_dataset(self.team)
        make.items(make.a_question(dataset), 3)
        raters = [self.cast.bob, self.cast.carol]
        self.campaign = make.a_campaign(dataset, make.a_rubric(self.team), raters, k=1)
        first, second, third = self.campaign.campaign_items.all()
        self.rating = make.a_rating(first, self.cast.bob, {"c1": 3, "c2": 3, "c3": 3})
        second.assignments.update(state="claimed", rater=self.cast.bob)
        third.assignments.update(planned_for=self.cast.bob)

    def remove(self) -> None:
        self.client.post(f"/teams/school/members/{self.cast.bob.pk}/", {"remove": "yes"})

    def test_what_was_held_or_planned_goes_to_the_others(self) -> None:
        self.remove()
        left = Assignment.objects.filter(campaign=self.campaign).exclude(state="submitted")
        assert {(a.state, a.rater_id) for a in left} == {("open", None)}
        assert {a.planned_for_id for a in left} == {self.cast.carol.pk}

    def test_ratings_stay_and_count(self) -> None:
        self.remove()
        self.rating.refresh_from_db()
        assert self.rating.state == "current"

    def test_the_place_in_the_campaign_is_stopped_and_closed_to_them(self) -> None:
        self.remove()
        place = CampaignRater.objects.get(campaign=self.campaign, user=self.cast.bob)
        assert place.state == "stopped"
        response = self.client_of("bob").get(f"/rate/{self.campaign.slug}/")
        assert response.status_code == 404

    def test_taking_the_role_of_rater_stops_the_rating_too(self) -> None:
        self.client.post(f"/teams/school/members/{self.cast.bob.pk}/", {"roles": ["viewer"]})
        place = CampaignRater.objects.get(campaign=self.campaign, user=self.cast.bob)
        assert place.state == "stopped"

    def test_a_draft_simply_forgets_them(self) -> None:
        self.campaign.state = "draft"
        self.campaign.save()
        self.remove()
        assert not self.campaign.raters.filter(user=self.cast.bob).exists()
