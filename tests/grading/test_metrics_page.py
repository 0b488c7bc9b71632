"""Which metric when; and the kinds of runs that read more than two sides."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from config.queue import GRADERS
from grading import jobs
from grading.field_choices import suggested_kind
from grading.forms.metric_run import MetricRunForm
from grading.metrics import CATALOGUE, OutputKind
from grading.models import MetricRun
from tests import make
from tests.base import ConcordTestCase
from tests.grading import tiny_models
from tests.grading.metric_run_case import a_run, replies


class MetricsPageTest(ConcordTestCase):
    def test_every_metric_is_there_with_its_defaults_marked(self):
        page = self.client_of("victor").get("/metrics/")
        for entry in CATALOGUE.values():
            self.assertContains(page, f'href="/methods/#metric-{entry.name}"')
        times = sum(len(entry.kinds) for entry in CATALOGUE.values() if entry.is_default)
        self.assertContains(page, "●", times)

    def test_the_form_leads_there(self):
        dataset = replies(self.team)
        page = self.client_of("erin").get(f"/datasets/{dataset.pk}/metrics/new/?kind=open")
        self.assertContains(page, 'href="/metrics/#open"')


class KindsTest(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)
        self.question = make.a_question(self.dataset, "1", text="退款多久到账？", reference="退款三天到账。")
        for source, answer in (("A", "退款在三天内到账。"), ("B", "月球是奶酪做的。")):
            make.an_item(self.question, source=source, text=answer, metadata={"passages": ["退款会在三天内到账。"], "latency": 0.5})

    def form(self, kind: OutputKind, **data) -> MetricRunForm:
        return MetricRunForm(data, dataset=self.dataset, kind=kind)

    def test_a_dataset_with_passages_is_offered_metrics_of_passages(self):
        assert suggested_kind(self.dataset) is OutputKind.RETRIEVED
        initial = MetricRunForm(dataset=self.dataset, kind=OutputKind.RETRIEVED).initial
        assert (initial["contexts"], initial["questions"]) == ("metadata.passages", "question.text")

    def test_a_dataset_without_reference_or_labels_is_offered_what_needs_none(self):
        dataset = make.a_dataset(self.team, "free")
        make.an_item(make.a_question(dataset, "1"), text="hello")
        assert suggested_kind(dataset) is OutputKind.OPEN
        form = MetricRunForm(dataset=dataset, kind=OutputKind.OPEN)
        assert "reference" not in form.fields

    def test_a_run_over_passages_from_the_form_to_the_result(self):
        form = self.form(OutputKind.RETRIEVED, metrics=["faithfulness", "context_recall"], prediction="text", reference="question.reference", contexts="metadata.passages", questions="question.text", way="words")
        assert form.is_valid(), form.errors
        run = a_run(self.dataset, self.cast.alice, form.cleaned_data["metrics"], **form.options())
        jobs.compute_metrics(run.pk)
        found = {(r.metric, r.candidate): r.value for r in run.results.all()}
        assert found["faithfulness", "A"] == 1
        assert found["faithfulness", "B"] == 0
        assert found["context_recall", ""] == 1
        page = self.client_of("victor").get(f"/datasets/{self.dataset.pk}/metrics/{run.pk}/")
        self.assertContains(page, "told by shared words, a stopgap")

    def test_recorded_figures_need_no_reference(self):
        form = self.form(OutputKind.RECORDED, metrics=["latency", "throughput"], prediction="metadata.latency")
        assert form.is_valid(), form.errors
        run = a_run(self.dataset, self.cast.alice, ["latency", "throughput"], "metadata.latency", "")
        jobs.compute_metrics(run.pk)
        assert {r.value for r in run.results.filter(candidate="")} == {0.5, 2}
        page = self.client_of("victor").get(f"/datasets/{self.dataset.pk}/metrics/{run.pk}/")
        self.assertContains(page, "<h1>latency</h1>")
        self.assertContains(page, "Seconds within which this share of the answers came.")

    def test_a_run_without_a_reference_is_started_from_the_page(self):
        client, url = self.client_of("erin"), f"/datasets/{self.dataset.pk}/metrics/new/?kind=open"
        with mock.patch("grading.views.metric_run.enqueue"):
            client.post(url, {"metrics": ["unsafe", "refusals"], "prediction": "text"})
        run = MetricRun.objects.get()
        jobs.compute_metrics(run.pk)
        page = client.get(f"/datasets/{self.dataset.pk}/metrics/{run.pk}/")
        self.assertContains(page, "Intervals")
        assert {r.value for r in run.results.all()} == {0}

    def test_what_asks_a_model_goes_to_the_worker_that_has_it_in_memory(self):
        client, url = self.client_of("erin"), f"/datasets/{self.dataset.pk}/metrics/new/?kind=text"
        data = {"metrics": ["bertscore"], "prediction": "text", "reference": "question.reference"}
        with TemporaryDirectory() as folder, mock.patch("grading.views.metric_run.enqueue") as enqueue:
            client.post(url, {**data, "encoder": str(tiny_models.encoder(Path(folder)))})
            run = MetricRun.objects.get()
            jobs.compute_metrics(run.pk)
        assert enqueue.call_args.kwargs == {"queue": GRADERS}
        assert run.results.count() == 3
        name = self.team.scorers.get(kind="metric").name
        assert name.startswith(f"bertscore · encoder {Path(folder).name[:20]}#")

    def test_a_metric_with_a_reference_asks_for_it(self):
        assert "reference" in self.form(OutputKind.TEXT, metrics=["bleu"], prediction="text").errors
        assert self.form(OutputKind.TEXT, metrics=["distinct"], prediction="text").is_valid()

    def test_a_model_that_is_not_there_is_said_before_anything_runs(self):
        form = self.form(OutputKind.TEXT, metrics=["bertscore"], prediction="text", reference="question.reference", encoder="/no/such/folder")
        assert "/no/such/folder" in form.errors["encoder"][0]
        form = self.form(OutputKind.RETRIEVED, metrics=["faithfulness"], prediction="text", way="model")
        assert "entailment_model" in form.errors
        form = self.form(OutputKind.TEXT, metrics=["bleu"], prediction="text", reference="question.reference", encoder="/no/such/folder")
        assert form.is_valid()

    def test_a_judge_and_its_limit_are_in_the_scorers_name(self):
        judge = make.a_scorer(self.team, dict(zip(self.dataset.items.order_by("pk"), (0.9, 0.1), strict=True)), "GPT judge")
        run = a_run(self.dataset, self.cast.alice, ["judged_unsafe"], "text", "", limit=0.8, columns={"judged": f"scorer.{judge.name}"})
        jobs.compute_metrics(run.pk)
        assert {r.candidate: r.value for r in run.results.all()} == {"A": 1, "B": 0, "": 0.5}
        names = set(self.team.scorers.filter(kind="metric").values_list("name", flat=True))
        assert names == {"judged_unsafe · limit 0.8 · judged GPT judge"}

    def test_a_result_by_group_is_shown_with_intervals(self):
        exam = make.a_dataset(self.team, "exam")
        question = make.a_question(exam, "1", full_mark=5)
        items = [make.an_item(question, source=f"s{i % 5}", group_keys={"class": "AB"[i % 2]}, reference_mark=i % 4) for i in range(20)]
        make.a_scorer(self.team, {item: i % 4 + i % 2 * (1 + i % 3) for i, item in enumerate(items)}, "machine")
        form = MetricRunForm(dataset=exam, kind=OutputKind.MARK)
        assert form.initial["groups"] == "group.class"
        columns = {"groups": "group.class", "clusters": "source"}
        run = a_run(exam, self.cast.alice, ["mark_gap"], "scorer.machine", "reference_mark", columns=columns)
        jobs.compute_metrics(run.pk)
        result = run.results.get()
        assert result.detail["group"] in "AB"
        assert result.value > 1
        page = self.client_of("victor").get(f"/datasets/{exam.pk}/metrics/{run.pk}/")
        self.assertContains(page, "Less the rest")

    def test_a_missing_model_fails_the_run_in_the_readers_language(self):
        self.cast.alice.language = "zh-hans"
        self.cast.alice.save()
        run = a_run(self.dataset, self.cast.alice, ["perplexity"], "text", "", language_model="/no/such/folder")
        jobs.compute_metrics(run.pk)
        assert MetricRun.objects.get().state == "failed"
        assert "/no/such/folder" in MetricRun.objects.get().error
