"""Lists of the graders' side: as many queries for many rows as for few, and nothing for raters."""

from __future__ import annotations

from django.utils import timezone

from grading.actions.api_tokens import make_token
from grading.actions.deploy import Terms, switch
from grading.models import Grader, ModelVersion, PromptTemplate, ServedGenerator
from tests.base import ConcordTestCase
from tests.grading.endpoint_case import an_endpoint
from tests.grading.training_case import a_training_set
from tests.queries import queries_of


class GraderListsTest(ConcordTestCase):
    def setUp(self) -> None:
        self.training_set = a_training_set(self.team)
        self.grader = Grader.objects.create(team=self.team, school_subject="历史")
        self.template = PromptTemplate.objects.create(team=self.team, name="t", text="{input}")
        self.endpoint = an_endpoint(self.team)
        self.sign_in("erin")

    def add(self, number: int) -> None:
        """One more of everything that the lists show."""
        version = ModelVersion.objects.create(
            grader=self.grader, number=number, kind="classical", training_set=self.training_set,
            trained_at=timezone.now(), created_by=self.cast.erin,
        )  # fmt: skip
        switch(version, None, self.cast.alice, Terms(override_reason="test"), [self.cast.bob])
        make_token(team=self.team, user=self.cast.erin, name=f"t{number}", scopes=["read"])
        ServedGenerator.objects.create(
            team=self.team, name=f"g{number}", endpoint=self.endpoint, template=self.template,
            created_by=self.cast.erin,
        )  # fmt: skip

    def test_query_counts_do_not_grow(self) -> None:
        service = f"/graders/{self.grader.pk}/service/"
        lists = (
            f"/graders/{self.grader.pk}/", service, f"{service}deploy/", f"/training/{self.training_set.pk}/",
            "/served-generators/", "/tokens/",
        )  # fmt: skip
        for number in (1, 2):  # with a version before there is one more to ask for
            self.add(number)
        few = {path: queries_of(self.client, path) for path in lists}
        for number in (3, 4, 5):
            self.add(number)
        assert {path: queries_of(self.client, path) for path in lists} == few

    def test_who_only_rates_has_no_business_there(self) -> None:
        for path in ("/graders/", "/training/", "/served-generators/", "/tokens/"):
            assert self.client_of("bob").get(path).status_code == 403, path
            assert self.client_of("erin").get(path).status_code == 200, path
