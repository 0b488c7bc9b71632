"""What the tests of LLM judges share: six answers of two sources, a rubric, and an endpoint."""

from __future__ import annotations

from grading import endpoint_jobs
from grading.models import Endpoint, JudgeRun
from tests import make
from tests.base import ConcordTestCase
from tests.grading.endpoint_case import a_judge_run, an_endpoint
from tests.grading.endpoint_server import endpoint_server


class JudgeCase(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.dataset = make.a_dataset(cls.team)
        question = make.a_question(cls.dataset, text="Why?", reference="So.")
        cls.items = [
            make.an_item(question, text=f"answer {n}", source="A" if n % 2 else "B") for n in range(6)
        ]
        cls.rubric = make.a_rubric(cls.team, name="helpful")
        cls.campaign = make.a_campaign(cls.dataset, cls.rubric, [cls.cast.bob])
        cls.endpoint = an_endpoint(cls.team)

    def judged(self, answer, **plan) -> JudgeRun:
        """A run that has been worked on as long as a server answers so."""
        run = a_judge_run(self.campaign, self.endpoint, self.cast.alice, **plan)
        return self.work(run, answer)

    def work(self, run: JudgeRun, answer) -> JudgeRun:
        with endpoint_server(answer) as self.server:
            Endpoint.objects.filter(pk=self.endpoint.pk).update(base_url=self.server.url)
            endpoint_jobs.judge(run.pk)
        run.refresh_from_db()
        return run
