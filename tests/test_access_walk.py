"""Everybody sees only their own: every address is walked as every role, as an outsider and signed out."""

from __future__ import annotations

from django.test import Client

from tests.base import CAST, ConcordTestCase
from tests.walk import MARK, Address, World, addresses, contents

# What anybody may open: health, signing in and out, the language switch, an invitation one holds.
OPEN = {"healthz", "language", "sign-in", "sign-out", "invitation", "password-set"}
# Programs come with a token; tests/grading/test_service_door.py and test_api_campaigns.py walk these.
OPEN |= {"api-openapi", "api-grade", "api-answer", "api-feedback", "api-generate", "api-nowhere"}
OPEN |= {"api-items", "api-import", "api-verdicts", "api-marks", "api-ratings"}
# A method that the address does not take is refused before anybody looks who is asking.
HIDDEN = {404, 405}
SILENT = {403, 404, 405}
# Pages about the reader, where a rater's own work appears.
OWN = ("rate/", "teams/", "password/", "settings/")
ROOMS_OF_READERS = (
    "datasets/", "rubrics/", "imports/", "campaigns/", "endpoints/", "judge-runs/", "generation-runs/",
    "prompt-templates/", "graders/", "grading-runs/", "tokens/", "served-generators/",
)  # fmt: skip


class WalkCase(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.world = World(cls.cast)
        cls.walk = addresses(cls.world.values(cls.cast)) + cls.world.of_the_writer(cls.cast)

    def guarded(self) -> list[Address]:
        return [address for address in self.walk if address.name not in OPEN]

    def about_objects(self) -> list[Address]:
        return [address for address in self.guarded() if address.is_about_an_object]


class WalkTests(WalkCase):
    def test_the_walk_sees_the_project(self) -> None:
        names = {address.name for address in self.walk}
        assert {"home", "team-detail", "dataset-detail", "rating-page", "campaign-detail"} <= names
        assert sum(address.name == "version-detail" for address in self.walk) == 2
        assert len(self.about_objects()) > 30

    def test_every_address_has_a_name_of_its_own(self) -> None:
        names = [address.name for address in addresses(self.world.values(self.cast))]
        assert "" not in names
        assert sorted({name for name in names if names.count(name) > 1}) == []


class AnonymousTests(WalkCase):
    def test_everything_sends_to_the_sign_in(self) -> None:
        client, wrong = Client(), {}
        for address in self.guarded():
            for method in (client.get, client.post):
                response = method(address.path)
                target = response.headers.get("Location", "")
                if response.status_code != 302 or not target.startswith("/sign-in/?next="):
                    wrong[address.name] = (response.status_code, target)
        assert wrong == {}


class OutsiderTests(WalkCase):
    """eve leads another team."""

    def setUp(self) -> None:
        self.client = self.client_of("eve")

    def test_no_object_of_another_team_exists_for_her(self) -> None:
        before, wrong = contents(), {}
        for address in self.about_objects():
            seen = {
                self.client.get(address.path).status_code,
                self.client.post(address.path, {"name": "x"}).status_code,
            }
            if not seen <= HIDDEN or seen == {405}:
                wrong[address.path] = sorted(seen)
        assert wrong == {}
        assert contents() == before

    def test_no_list_or_form_names_anything_of_another_team(self) -> None:
        pages = [address for address in self.guarded() if not address.is_about_an_object]
        bodies = {a.path: self.client.get(a.path).content for a in pages}
        assert [path for path, body in bodies.items() if MARK.encode() in body] == []

    def test_forms_do_not_take_another_teams_objects(self) -> None:
        """She posts the school's ids to every form that makes something."""
        before, world = contents(), self.world
        data = {
            "team": self.team.pk, "dataset": world.dataset.pk, "rubric": world.rubric.pk,
            "scorer": world.scorer.pk, "auxiliary": world.scorer.pk, "source": world.rubric.pk,
            "campaign": world.campaign.pk, "raters": [self.cast.bob.pk], "kind": "grading",
            "name": "Hers", "dataset_name": "Hers",
        }  # fmt: skip
        for address in self.guarded():
            if not address.is_about_an_object:
                self.client.post(address.path, data)
        after = contents()
        for model in ("Campaign", "CampaignRubric", "CampaignRater", "Dataset", "Rubric", "Scorer"):
            new = set(map(str, after[model])) - set(map(str, before[model]))
            assert not [row for row in new if self._is_of_the_school(model, row, after)], model

    def _is_of_the_school(self, model: str, row: str, after: dict) -> bool:
        """New rows may only hang on her own team; those of a campaign hang on a new campaign."""
        from django.apps import apps

        (match,) = [r for r in after[model] if str(r) == row]
        app_model = apps.get_model("annotations", model)
        made = app_model.objects.get(pk=match[0])
        owners = {getattr(made, "team_id", None)}
        owners |= {
            getattr(getattr(made, name, None), "team_id", None)
            for name in ("dataset", "rubric", "campaign")
        }
        return self.team.pk in owners


class RoleTests(WalkCase):
    def statuses(self, name: str, method: str = "get") -> dict[str, int]:
        client = self.client_of(name)
        return {a.path: getattr(client, method)(a.path).status_code for a in self.guarded()}

    def test_no_page_breaks_for_anybody_and_a_lead_may_read_everything(self) -> None:
        for name in (*CAST, "eve"):
            codes = self.statuses(name)
            assert {path: code for path, code in codes.items() if code >= 500} == {}, name
            if name == "alice":
                refused = {path for path, code in codes.items() if code in (403, 404)}
                assert {path for path in refused if not path.startswith("/rate/")} == set()

    def test_a_rater_reads_nothing_about_the_campaign_but_their_own_work(self) -> None:
        """Neither others' scores nor the machine's, the sources, gold, rubric drafts or verdicts."""
        client, wrong = self.client_of("frank"), {}
        for address in self.about_objects():
            if address.route.startswith(ROOMS_OF_READERS):
                code = client.get(address.path).status_code
                if code not in SILENT:
                    wrong[address.path] = code
        assert wrong == {}

    def test_a_rater_in_the_campaign_reads_no_more_than_that(self) -> None:
        client, wrong = self.client_of("bob"), {}
        for address in self.about_objects():
            if address.route.startswith(ROOMS_OF_READERS):
                code = client.get(address.path).status_code
                if code not in SILENT:
                    wrong[address.path] = code
        assert wrong == {}

    def test_only_the_campaigns_raters_rate(self) -> None:
        path = f"/rate/{self.world.campaign.slug}/"
        for name in ("alice", "frank", "dave", "erin", "victor", "eve"):
            assert self.client_of(name).get(path).status_code in (403, 404), name
        assert self.client_of("bob").get(path).status_code == 200

    def test_raters_and_viewers_change_nothing_of_the_teams(self) -> None:
        before = contents()
        for name in ("frank", "victor"):
            client, wrong = self.client_of(name), {}
            for address in self.about_objects():
                code = client.post(address.path, {"name": "x", "confirm": "yes"}).status_code
                # A page that only reads may answer a POST as it answers a GET.
                if code not in SILENT and code != client.get(address.path).status_code:
                    wrong[address.path] = code
            assert wrong == {}, name
        assert contents() == before

    def test_who_has_left_the_team_finds_nothing_of_it(self) -> None:
        self.cast.bob.memberships.all().delete()
        client, wrong = self.client_of("bob"), {}
        for address in self.about_objects():
            code = client.get(address.path).status_code
            if code not in HIDDEN:
                wrong[address.path] = code
        assert wrong == {}
        assert MARK not in client.get("/").content.decode()


class OpenPageTests(WalkCase):
    def test_an_invitation_shows_the_team_to_whoever_holds_the_link(self) -> None:
        response = Client().get(f"/invitations/{self.world.invitation.token}/")
        self.assertContains(response, "School")
        self.assertNotContains(response, MARK)

    def test_health_says_nothing_about_data(self) -> None:
        assert MARK not in Client().get("/healthz").content.decode()
