"""What the tests of generators and prompt templates share: two questions, a template, an endpoint that echoes."""

from __future__ import annotations

from grading import endpoint_jobs
from grading.actions.generation_run import GenerationPlan, start_generation_run
from grading.models import Endpoint, GenerationRun, PromptTemplate
from tests import make
from tests.base import ConcordTestCase
from tests.grading.endpoint_case import an_endpoint
from tests.grading.endpoint_server import endpoint_server, said


def echo(payload):
    """Answers with the prompt and the seed."""
    return said(f"{payload['messages'][-1]['content']} #{payload['seed']}", 4, 2)


class GenerationCase(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)
        for key in ("1", "2"):
            make.a_question(self.dataset, key, text=f"Why {key}?", reference=f"ref {key}")
        self.endpoint = an_endpoint(self.team)
        self.template = PromptTemplate.objects.create(
            team=self.team, name="plain", text="Answer: {input}", system="Be brief."
        )

    def plan(self, **values) -> GenerationPlan:
        values = {"source": "tiny", "samples": 2, "seed": 10, **values}
        return GenerationPlan(self.dataset, self.endpoint, values.pop("template", self.template), **values)

    def generated(self, answer, **values) -> GenerationRun:
        return self.work(start_generation_run(plan=self.plan(**values), user=self.cast.alice), answer)

    def work(self, run: GenerationRun, answer) -> GenerationRun:
        with endpoint_server(answer) as self.server:
            Endpoint.objects.filter(pk=self.endpoint.pk).update(base_url=self.server.url)
            endpoint_jobs.generate(run.pk)
        run.refresh_from_db()
        return run
