"""The verdict pages."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Rating
from grading.actions.verdict import compute_verdict, compute_verdicts, sign_verdict
from grading.models import DecisionPolicy, Gate, Verdict
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import a_grading, an_evaluation


class Pages(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_evaluation(cls.cast, n=10)
        cls.root = f"/campaigns/{cls.campaign.slug}/verdicts/"

    def detail(self, verdict: Verdict) -> str:
        response = self.client.get(f"{self.root}{verdict.pk}/")
        assert response.status_code == 200
        return response.content.decode()

    def test_before_the_first_verdict_the_page_says_what_to_do(self) -> None:
        self.sign_in("alice")
        self.assertContains(self.client.get(self.root), "No verdict yet")
        self.assertContains(self.client.get(self.root), "Compute the verdicts")

    def test_without_a_policy_the_page_says_so(self) -> None:
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.all().delete()
        self.sign_in("alice")
        self.assertContains(self.client.get(self.root), "no decision policy")
        response = self.client.post(f"{self.root}compute/", follow=True)
        self.assertContains(response, "no decision policy")

    def test_the_lead_computes_all_candidates_and_sees_them_on_one_axis(self) -> None:
        self.sign_in("alice")
        response = self.client.post(f"{self.root}compute/", follow=True)
        self.assertContains(response, "2 candidates were weighed.")
        self.assertContains(response, "good passes")
        self.assertContains(response, "poor fails")
        self.assertContains(response, 'class="point"', count=2)

    def test_who_may_do_what(self) -> None:
        verdict = compute_verdict(campaign=self.campaign, candidate="good", by=None)
        paths = {
            "read": ("get", self.root),
            "detail": ("get", f"{self.root}{verdict.pk}/"),
            "compute": ("post", f"{self.root}compute/"),
            "sign": ("post", f"{self.root}{verdict.pk}/sign/"),
        }
        allowed = {
            "victor": {"read": 200, "detail": 200, "compute": 403, "sign": 403},
            "dave": {"read": 200, "detail": 200, "compute": 403, "sign": 403},
            "erin": {"read": 200, "detail": 200, "compute": 302, "sign": 403},
            "bob": {"read": 403, "detail": 403, "compute": 403, "sign": 403},
            "eve": {"read": 404, "detail": 404, "compute": 404, "sign": 404},
        }
        for name, expected in allowed.items():
            client = self.client_of(name)
            for what, status in expected.items():
                method, path = paths[what]
                assert getattr(client, method)(path).status_code == status, (name, what)

    def test_a_verdict_of_another_campaign_is_not_found(self) -> None:
        other, _scorer = a_grading(self.cast, n=4)
        verdict = compute_verdict(campaign=other, candidate="grader", by=None)
        self.sign_in("alice")
        assert self.client.get(f"{self.root}{verdict.pk}/").status_code == 404

    def test_the_page_says_it_in_one_sentence_and_then_the_evidence(self) -> None:
        with make.as_draft(self.campaign):
            Gate.objects.create(
                campaign=self.campaign,
                metric="accuracy",
                prediction="metadata.got",
                reference="metadata.label",
                threshold=0.8,
            )
        self.sign_in("alice")
        verdict = compute_verdict(campaign=self.campaign, candidate="good", by=self.cast.alice)
        page = self.detail(verdict)
        for text in (
            "good passes",
            "Accuracy",
            "Raters like these (decides)",
            "These raters only",
            "wholly above",
            verdict.inputs_digest,
            verdict.code_version,
            "Sign the verdict",
        ):
            assert text in page, text

    def test_every_outcome_has_a_page(self) -> None:
        self.sign_in("alice")
        cases = {
            "raters_not_ready": {"agreement_floor": 1.0},
            "undecided": {"threshold": 0.88},
            "fail": {"threshold": 0.99},
        }
        for outcome, changes in cases.items():
            with make.as_draft(self.campaign):
                DecisionPolicy.objects.update(**{"threshold": 0.6, "agreement_floor": 0.5, **changes})
            verdict = compute_verdict(campaign=self.campaign, candidate="good", by=None)
            assert verdict.outcome == outcome
            assert f"outcome-{outcome}" in self.detail(verdict)

    def test_a_campaign_with_nothing_rated_has_a_page(self) -> None:
        Rating.objects.filter(campaign=self.campaign).update(state="withdrawn")
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.update(agreement_floor=0)
        self.sign_in("alice")
        verdict = compute_verdict(campaign=self.campaign, candidate="good", by=None)
        assert "There is no estimate yet" in self.detail(verdict)
        assert "10 of 10 items still wait" in self.detail(verdict)
        self.assertContains(self.client.get(self.root), "undecided")

    def test_a_candidates_name_is_data(self) -> None:
        self.campaign.dataset.items.filter(source="good").update(source="<script>x</script>")
        self.sign_in("alice")
        verdict = compute_verdict(campaign=self.campaign, candidate="<script>x</script>", by=None)
        assert "<script>x" not in self.detail(verdict)
        assert "<script>x" not in self.client.get(self.root).content.decode()

    def test_the_lead_signs_on_the_page(self) -> None:
        verdict = compute_verdict(campaign=self.campaign, candidate="good", by=None)
        self.sign_in("alice")
        path = f"{self.root}{verdict.pk}/sign/"
        too_long = self.client.post(path, {"note": "x" * 4001})
        self.assertContains(too_long, "at most", status_code=422)
        response = self.client.post(path, {"note": "Read & agreed."}, follow=True)
        self.assertContains(response, "Read &amp; agreed.")
        again = self.client.post(path, {"note": "twice"}, follow=True)
        self.assertContains(again, "signed already")

    def test_new_ratings_and_newer_verdicts_are_announced(self) -> None:
        old = compute_verdict(campaign=self.campaign, candidate="good", by=None)
        new = compute_verdict(campaign=self.campaign, candidate="good", by=None)
        self.sign_in("alice")
        assert "older verdict" in self.detail(old)
        assert "older verdict" not in self.detail(new)
        rating = Rating.objects.filter(campaign=self.campaign).first()
        Rating.objects.filter(pk=rating.pk).update(created_at=new.created_at.replace(year=2999))
        assert "1 rating or final word came in since" in self.detail(new)

    def test_before_a_signed_verdict_is_computed_again_the_page_says_what_that_takes_back(self) -> None:
        campaign, _scorer = a_grading(self.cast, n=30)
        with make.as_draft(campaign):
            DecisionPolicy.objects.filter(campaign=campaign).update(threshold=0.2, agreement_floor=0)
        verdict = compute_verdict(campaign=campaign, candidate="grader", by=None)
        assert verdict.outcome == "pass"
        self.sign_in("alice")
        root = f"/campaigns/{campaign.slug}/verdicts/"
        assert "data-confirm=" not in self.client.get(root).content.decode()
        sign_verdict(verdict=verdict, by=self.cast.alice)
        for path in (root, f"{root}{verdict.pk}/"):
            self.assertContains(self.client.get(path), 'data-confirm="A signed verdict is in force')
            self.assertContains(self.client.get(path), "are no marks of record")

    def test_the_number_of_queries_does_not_grow_with_the_candidates(self) -> None:
        compute_verdicts(campaign=self.campaign, by=None)
        self.sign_in("alice")
        self.client.get(self.root)
        with CaptureQueriesContext(connection) as few:
            self.client.get(self.root)
        for row in Verdict.objects.filter(candidate="good"):
            for i in range(12):
                row.pk, row.candidate = None, f"copy {i}"
                row.save()
        with CaptureQueriesContext(connection) as many:
            response = self.client.get(self.root)
        self.assertContains(response, "copy 11")
        assert len(many) == len(few)
