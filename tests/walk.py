"""Every address of the project, filled with objects of the team "school"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from PIL import Image

from annotations.actions.item_imports import keep_upload
from annotations.models import Gold, Invitation, ItemImage
from grading.actions.api_tokens import make_token
from grading.actions.fine_tune import start_fine_tuning
from grading.actions.grading_run import start_grading_run
from grading.actions.training_draft import start_draft
from grading.actions.verdict import compute_verdicts
from grading.grader_jobs import fine_tune
from grading.models import (
    Alarm,
    DecisionPolicy,
    Deployment,
    FineTuning,
    GenerationRun,
    MetricRun,
    ModelVersion,
    PromptTemplate,
    ServedGenerator,
    VerdictRun,
)
from tests import make
from tests.base import Cast
from tests.grading.endpoint_case import a_judge_run, an_endpoint
from tests.grading.training_case import a_class, a_training_set

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# In the name of every object of the team, so that a page that shows any of them is found out.
MARK = "Zebra"


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    path: str

    @property
    def is_about_an_object(self) -> bool:
        """Guides are nobody's: all who sign in may read them."""
        return "<" in self.route and not self.route.startswith("guide/")


def routes(patterns: list | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(name, route) of every pattern but the admin's."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield pattern.name or "", route
        elif not route.startswith("admin/"):
            yield from routes(pattern.url_patterns, route)


def addresses(values: dict[str, dict[str, Any]]) -> list[Address]:
    """Every route with its parameters filled from `values`, {beginning of routes: {parameter: value}}.

    The longest fitting beginning wins. Raises KeyError for a parameter nobody has said how to fill:
    a new kind of address must be named here, so that it is walked too.
    """
    return [Address(name, route, "/" + _fill(route, values)) for name, route in routes()]


def _fill(route: str, values: dict[str, dict[str, Any]]) -> str:
    plain = PARAMETER.sub("*", route)
    fitting = sorted((start for start in values if plain.startswith(start)), key=len)
    known = {key: value for start in fitting for key, value in values[start].items()}
    return PARAMETER.sub(lambda match: str(known[match[1]]), route)


class World:
    """One of everything in the school; bob and carol rate, bob holds a slot."""

    def __init__(self, cast: Cast) -> None:
        team = cast.team
        self.dataset = make.a_dataset(team, f"{MARK} dataset")
        self.question = make.a_question(self.dataset, text=f"{MARK} question?", full_mark=5)
        self.items = make.items(self.question, 4, text=f"{MARK} answer", source="student 1")
        self.rubric = make.a_rubric(team, name=f"{MARK} rubric")
        self.draft_rubric = make.a_rubric(team, name=f"{MARK} draft rubric", publish=False)
        self.scorer = make.a_scorer(team, dict.fromkeys(self.items, 3.0), f"{MARK} machine")
        self.campaign = make.a_campaign(
            self.dataset,
            self.rubric,
            [cast.bob, cast.carol],
            name=f"{MARK} campaign",
            kind="grading",
        )
        self.draft = make.a_campaign(
            self.dataset, self.rubric, [], name=f"{MARK} draft", slug="draft", state="draft"
        )
        self.places = {place.user.username: place for place in self.campaign.raters.all()}
        self._rate(cast)
        self._gold()
        self._rest(cast)

    def _rate(self, cast: Cast) -> None:
        first = self.campaign.campaign_items.first()
        scores = {"c1": 3, "c2": 4, "c3": 2}
        self.rating = make.a_rating(first, cast.bob, scores)
        make.a_rating(first, cast.carol, {**scores, "c1": 5})
        self.campaign_item = first

    def _gold(self) -> None:
        item = make.an_item(self.question, text=f"{MARK} practice answer")
        self.gold_item = make.a_campaign_item(
            self.campaign, item, self.rubric, k=0, purpose="practice", probability=None
        )
        Gold.objects.create(campaign_item=self.gold_item, scores={"c1": 1, "c2": 1, "c3": 1})

    def _rest(self, cast: Cast) -> None:
        scan = ContentFile(_png(), name="scan.png")
        self.image = ItemImage.objects.create(item=self.items[3], file=scan)
        self.invitation = Invitation.objects.create(
            team=cast.team, role="rater", note=MARK, created_by=cast.alice
        )
        table = SimpleUploadedFile(f"{MARK}.csv", f"id,question,answer\n1,{MARK}?,yes\n".encode())
        self.item_import = keep_upload(
            team=cast.team, user=cast.alice, file=table, dataset=None, dataset_name=f"{MARK} import"
        )
        self.metric_run = MetricRun.objects.create(
            dataset=self.dataset,
            metrics=["accuracy"],
            prediction="reference_mark",
            reference="reference_mark",
            state="done",
        )
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.create(campaign=self.campaign, estimand="right_marks")
        (self.verdict,) = compute_verdicts(campaign=self.campaign, by=cast.alice)
        VerdictRun.objects.create(campaign=self.campaign, state="done", done=1, total=1)
        self._training(cast)
        self._endpoints(cast)
        self._graders(cast)
        self._writer(cast)
        self._service(cast)

    def _training(self, cast: Cast) -> None:
        source = {"team": cast.team, "origin": "dataset", "dataset": self.dataset}
        self.training_draft = start_draft(user=cast.alice, name=f"{MARK} draft", **source)
        examples = a_class(answer=f"{MARK} answer")
        self.training_set = a_training_set(cast.team, examples, origin="dataset", dataset=self.dataset)
        type(self.training_set).objects.update(name=f"{MARK} training set")

    def _graders(self, cast: Cast) -> None:
        training = start_fine_tuning(
            training_set=self.training_set, school_subject=f"{MARK} subject", kind="classical",
            hyper_parameters={}, user=cast.alice,
        )  # fmt: skip
        fine_tune(training.pk)
        self.version = ModelVersion.objects.get(pk=training.version_id)
        self.grading_run = start_grading_run(version=self.version, dataset=self.dataset, user=cast.alice)

    def _writer(self, cast: Cast) -> None:
        """A generator that answers: as it is stored, without its files."""
        figures = {"perplexity": 2.0, "loss": 0.7, "foreseen": 0.8, "answers": 3, "tokens": 30}
        self.writer = ModelVersion.objects.create(
            grader=self.version.grader, number=self.version.number + 1, kind="generator", note=MARK,
            training_set=self.training_set, template=self.template, trained_at=timezone.now(),
            hyper_parameters={"base": MARK, "writes": "answer"},
            measures={"answers": {"this": figures, "untrained": figures}, "training": {"training_seconds": 1.0}},
        )  # fmt: skip
        FineTuning.objects.create(version=self.writer, state="done")
        self.written_run = GenerationRun.objects.create(
            dataset=self.dataset, version=self.writer, template=self.template, model=MARK, source=MARK
        )
        ServedGenerator.objects.create(
            team=cast.team, name=f"{MARK}-writer", version=self.writer, template=self.template
        )

    def of_the_writer(self, cast: Cast) -> list[Address]:
        """The pages of a version and of a run once more: of a generator that answers."""
        rooms = {
            "graders/": {"pk": self.writer.grader_id, "number": self.writer.number},
            "generation-runs/": {"pk": self.written_run.pk},
        }
        starts = ("graders/<int:pk>/versions/", "generation-runs/<int:pk>/")
        return [one for one in addresses(self.values(cast) | rooms) if one.route.startswith(starts)]

    def _endpoints(self, cast: Cast) -> None:
        self.endpoint = an_endpoint(cast.team, name=f"{MARK} endpoint", model=f"{MARK} model")
        self.judge_run = a_judge_run(self.campaign, self.endpoint)
        self.template = PromptTemplate.objects.create(
            team=cast.team, name=f"{MARK} template", text="{input}"
        )
        self.generation_run = GenerationRun.objects.create(
            dataset=self.dataset, endpoint=self.endpoint, template=self.template, model=MARK, source=MARK
        )

    def _service(self, cast: Cast) -> None:
        self.deployment = Deployment.objects.create(
            grader=self.version.grader, version=self.version, queue=self.campaign, override_reason=MARK
        )
        self.alarm = Alarm.objects.create(
            grader=self.version.grader, kind=Alarm.Kind.SERVICE_DOWN, note=MARK
        )
        self.token, _text = make_token(
            team=cast.team, user=cast.alice, name=f"{MARK} token", scopes=["grade"]
        )
        self.served_generator = ServedGenerator.objects.create(
            team=cast.team, name=MARK, endpoint=self.endpoint, template=self.template
        )

    def values(self, cast: Cast) -> dict[str, dict[str, Any]]:
        """How each kind of address is filled."""
        campaign, bob = self.campaign.slug, self.places["bob"]
        return {
            "teams/": {"slug": cast.team.slug},
            "teams/*/members/": {"pk": cast.bob.pk},
            "teams/*/invitations/": {"pk": self.invitation.pk},
            "invitations/": {"token": "nonsense"},
            "password/": {"uidb64": "MQ", "token": "nonsense"},
            "guide/": {"name": "engineers/files"},
            "guide/images/": {"name": "rating-en.png"},
            "datasets/": {
                "pk": self.dataset.pk,
                "dataset_id": self.dataset.pk,
                "run_id": self.metric_run.pk,
                "question_pk": self.question.pk,
                "item_pk": self.items[3].pk,
                "image_pk": self.image.pk,
            },
            "imports/": {"pk": self.item_import.pk},
            "endpoints/": {"pk": self.endpoint.pk},
            "judge-runs/": {"pk": self.judge_run.pk},
            "generation-runs/": {"pk": self.generation_run.pk},
            "prompt-templates/": {"pk": self.template.pk},
            "graders/": {"pk": self.version.grader_id, "number": self.version.number},
            "grading-runs/": {"pk": self.grading_run.pk},
            "training/": {"pk": self.training_set.pk},
            "training/drafts/": {"pk": self.training_draft.pk},
            "graders/*/monitoring/": {"alarm_pk": self.alarm.pk},
            "tokens/": {"pk": self.token.pk},
            "served-generators/": {"pk": self.served_generator.pk},
            "api/v1/": {"pk": uuid4(), "school_subject": "x", "name": "x", "rest": "x", "dataset": "x", "slug": "x"},
            "api/v1/imports/": {"pk": 1},
            "rubrics/": {"pk": self.rubric.pk},
            "rubrics/*/edit/": {"pk": self.draft_rubric.pk},
            "rubrics/*/publish/": {"pk": self.draft_rubric.pk},
            "rubrics/*/delete/": {"pk": self.draft_rubric.pk},
            "rate/": {"slug": campaign, "pk": self.rating.pk},
            "campaigns/": {"slug": campaign, "format": "json"},
            "campaigns/*/ratings.": {"format": "csv"},
            "campaigns/*/setup/": {"slug": self.draft.slug, "step": "sample"},
            "campaigns/*/launch/": {"slug": self.draft.slug},
            "campaigns/*/delete/": {"slug": self.draft.slug},
            "campaigns/*/items/": {"pk": self.campaign_item.pk},
            "campaigns/*/gold/": {"pk": self.gold_item.pk},
            "campaigns/*/gold/raters/": {"pk": bob.pk},
            "campaigns/*/verdicts/": {"pk": self.verdict.pk},
        }


def _png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (4, 4), "white").save(out, "PNG")
    return out.getvalue()


def contents() -> dict[str, list[tuple]]:
    """Every row of both apps, but for signs of life; to see that nothing was changed."""
    found = {}
    for app in ("annotations", "grading"):
        for model in apps.get_app_config(app).get_models():
            fields = [
                f.attname
                for f in model._meta.concrete_fields
                if f.name not in ("last_login", "last_seen_at", "beat_at")
            ]
            found[model.__name__] = list(model.objects.order_by("pk").values_list(*fields))
    return found
