"""Putting versions in service, back and out again, from the pages; grounds and history; tokens."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from grading.actions.api_tokens import token_of
from grading.actions.deploy import Terms, deploy, earlier_deployment, roll_back
from grading.models import ApiToken, Deployment, Verdict
from grading.version_stage import Stage, proof_of, stages_of
from tests import make
from tests.grading.service_case import ServiceCase, a_version, service  # noqa: F401


class DeployTests(ServiceCase):
    def a_verdict(self, version, outcome: str = "pass", is_signed: bool = True) -> Verdict:
        version.refresh_from_db()
        campaign = getattr(self, "proof", None)
        if campaign is None:
            dataset = make.a_dataset(self.team)
            campaign = self.proof = make.a_campaign(dataset, make.a_rubric(self.team), [], kind="grading")
        signed = {"signed_by": self.cast.alice, "signed_at": timezone.now()} if is_signed else {}
        return Verdict.objects.create(
            campaign=campaign, candidate=version.scorer.name, outcome=outcome, method="x", **signed
        )

    def test_without_a_signed_passing_verdict_a_reason_is_asked_for(self) -> None:
        self.a_verdict(self.version, is_signed=False)
        with pytest.raises(ValidationError):
            deploy(version=self.version, by=self.cast.alice, terms=Terms())
        assert Deployment.objects.get() == self.deployment

    def test_a_signed_passing_verdict_is_the_grounds_and_a_later_failing_one_is_not_passed_over(self) -> None:
        verdict = self.a_verdict(self.version)
        made = deploy(version=self.version, by=self.cast.alice, terms=Terms(override_reason="not needed"))
        assert (made.verdict, made.override_reason) == (verdict, "")
        self.a_verdict(self.version, outcome="fail")
        assert proof_of(self.version) is None

    def test_what_makes_a_version_validated_is_what_lets_it_be_deployed(self) -> None:
        newer = a_version(self.team)
        self.deployed(newer)
        self.deployed(self.version)  # which gave the newer one its scorer

        def stage() -> Stage:
            return stages_of([newer])[newer.pk]

        for signed, outcome, expected in (
            (False, "pass", Stage.CANDIDATE), (True, "pass", Stage.VALIDATED),
            (True, "fail", Stage.CANDIDATE), (True, "pass", Stage.VALIDATED),
            (False, "undecided", Stage.CANDIDATE),
        ):  # fmt: skip
            self.a_verdict(newer, outcome=outcome, is_signed=signed)
            assert stage() == expected
            assert (proof_of(newer) is not None) == (expected == Stage.VALIDATED)

    def test_another_campaigns_failing_verdict_takes_no_proof_away(self) -> None:
        verdict = self.a_verdict(self.version)
        self.proof = make.a_campaign(
            make.a_dataset(self.team), make.a_rubric(self.team), [], kind="grading"
        )
        self.a_verdict(self.version, outcome="fail")
        assert proof_of(self.version) == verdict

    def test_the_same_form_sent_twice_is_one_deployment(self) -> None:
        again = self.deployed(self.version)
        assert again == self.deployment
        assert Deployment.objects.count() == 1
        other = self.deployed(self.version, threshold=0.5)
        assert other != self.deployment
        assert Deployment.objects.active().get() == other

    def test_rolling_back_sent_twice_goes_back_once(self) -> None:
        second, third = a_version(self.team), a_version(self.team)
        self.deployed(second)
        current = self.deployed(third)
        client, path = self.client_of("erin"), f"/graders/{third.grader_id}/service/"
        assert f'value="{current.pk}"' in client.get(path).content.decode()
        for _time in range(2):
            client.post(f"{path}roll-back/", {"instead_of": current.pk})
        assert Deployment.objects.active().get().version == second

    def test_one_version_is_in_force_and_the_one_before_comes_back_with_its_grounds(self) -> None:
        verdict = self.a_verdict(self.version)
        first = deploy(version=self.version, by=self.cast.alice, terms=Terms(threshold=0.7))
        second, third = a_version(self.team), a_version(self.team)
        self.deployed(second)
        self.deployed(third)
        back = roll_back(grader=third.grader, by=self.cast.erin)
        assert back.version == second
        again = roll_back(grader=third.grader, by=self.cast.erin)
        assert (again.version, again.verdict, again.threshold) == (self.version, verdict, 0.7)
        assert again.restores == first
        assert [row.pk for row in Deployment.objects.active()] == [again.pk]
        assert Deployment.objects.exclude(pk=again.pk).filter(ended_at=None).count() == 0
        assert earlier_deployment(third.grader) is None

    def test_engineers_deploy_from_the_page_and_the_queue_goes_on(self) -> None:
        client, newer = self.client_of("erin"), a_version(self.team)
        path = f"/graders/{newer.grader_id}/service/"
        page = client.get(f"{path}deploy/?version={newer.number}").content.decode()
        assert f'value="{newer.pk}" selected' in page
        data = {"version": newer.pk, "audit_share": "10", "threshold": "62.5", "drift_bound": "0.3"}
        refused = client.post(f"{path}deploy/", data)
        assert refused.status_code == 200
        response = client.post(f"{path}deploy/", {**data, "override_reason": "the exam is tomorrow"})
        assert response.status_code == 302
        made = Deployment.objects.active().get()
        assert (made.version, made.audit_share, made.threshold) == (newer, 0.1, 0.625)
        assert made.queue == self.deployment.queue
        assert made.created_by == self.cast.erin
        shown = client.get(path).content.decode()
        assert "the exam is tomorrow" in shown
        client.post(f"{path}roll-back/")
        assert Deployment.objects.active().get().version == self.version
        client.post(f"{path}retire/")
        assert not Deployment.objects.active().exists()
        assert self.ask(self.answer()).json()["code"] == "not_in_service"

    def test_viewers_look_and_change_nothing(self) -> None:
        client, path = self.client_of("victor"), f"/graders/{self.version.grader_id}/service/"
        assert client.get(path).status_code == 200
        for act in ("deploy/", "roll-back/", "retire/"):
            assert client.post(path + act).status_code == 403
        assert self.client_of("eve").get(path).status_code == 404
        assert self.client_of("bob").get(path).status_code == 403


class TokenPageTests(ServiceCase):
    def test_a_token_is_shown_once_and_opens_the_door_until_it_is_revoked(self) -> None:
        client = self.client_of("erin")
        data = {"team": self.team.pk, "name": "report cards", "scopes": ["grade"], "per_minute": 60}
        page = client.post("/tokens/", data)
        text = page.context["text"]
        assert text in page.content.decode()
        assert text not in client.get("/tokens/").content.decode()
        kept = ApiToken.objects.get(name="report cards")
        assert token_of(text) == kept
        assert self.client_of("alice").post(f"/tokens/{kept.pk}/revoke/").status_code == 404
        client.post(f"/tokens/{kept.pk}/revoke/")
        assert token_of(text) is None

    def test_who_does_not_build_has_no_tokens(self) -> None:
        assert self.client_of("victor").get("/tokens/").status_code == 403
        data = {"team": self.team.pk, "name": "x", "scopes": ["grade"], "per_minute": 60}
        assert self.client_of("eve").post("/tokens/", data).status_code == 200  # not a team of hers
        assert not ApiToken.objects.filter(name="x").exists()

    def test_the_description_of_the_api_names_every_address_and_its_schemas(self) -> None:
        told = self.client.get("/api/v1/openapi.json").json()
        assert told["openapi"].startswith("3.1")
        assert set(told["paths"]) == {
            "/api/v1/grade/{name}", "/api/v1/grade/{id}/feedback",
            "/api/v1/generate/{name}", "/api/v1/items/{dataset}", "/api/v1/imports/{id}",
            "/api/v1/verdicts/{campaign}", "/api/v1/marks/{campaign}", "/api/v1/ratings/{campaign}",
        }  # fmt: skip
        referred = set(_references(told))
        assert referred
        assert {name.removeprefix("#/components/schemas/") for name in referred} <= set(
            told["components"]["schemas"]
        )


def _references(content):
    if isinstance(content, dict):
        yield from (value for key, value in content.items() if key == "$ref")
        content = list(content.values())
    if isinstance(content, list):
        for one in content:
            yield from _references(one)
