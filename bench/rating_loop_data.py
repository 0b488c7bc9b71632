# ruff: noqa: E402
"""Run inside Django: `seed ITEMS RATERS OVERLAP (planned|pool)` fills the database of the loop and
`queries` counts what one cycle asks of it. Both print JSON."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter

sys.path[0] = os.getcwd()  # bench/statistics.py would hide the library's
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.rating_loop_settings")
import django

django.setup()

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotations.models import (
    Assignment,
    Campaign,
    CampaignItem,
    CampaignRater,
    CampaignRubric,
    Criterion,
    Dataset,
    Item,
    Membership,
    Question,
    Rubric,
    Team,
    User,
)  # fmt: skip

PASSWORD = "rating loop"
TEXT = "因为英国经过光荣革命，资产阶级取得了统治地位，制定了有利于资本主义发展的政策。海外贸易和殖民掠夺积累了资本。" * 3


def seed(n_items: int, n_raters: int, overlap: int, is_planned: bool) -> dict[str, object]:
    team = Team.objects.create(name="Bench", slug="bench")
    raters = _raters(team, n_raters)
    rubric = _rubric(team)
    dataset = Dataset.objects.create(team=team, name="Bench")
    question = Question.objects.create(dataset=dataset, key="1", text="为什么？", full_mark=10)
    Item.objects.bulk_create(
        (
            Item(dataset=dataset, question=question, key=str(i), position=i, text=f"{i} {TEXT}")
            for i in range(n_items)
        ),
        batch_size=2000,
    )
    campaign = _campaign(team, dataset, rubric, raters)
    CampaignItem.objects.bulk_create(
        (
            CampaignItem(campaign=campaign, item_id=pk, rubric=rubric, position=i, probability=1.0)
            for i, pk in enumerate(dataset.items.values_list("pk", flat=True))
        ),
        batch_size=2000,
    )
    _slots(campaign, raters, overlap, is_planned)
    return {"campaign": campaign.pk, "criteria": [c.pk for c in rubric.criteria.all()]}


def _raters(team: Team, n: int) -> list[User]:
    password = make_password(PASSWORD)
    raters = [User.objects.create(username=f"rater{i}", password=password) for i in range(n)]
    for rater in raters:
        Membership.objects.create(team=team, user=rater, role="rater")
    return raters


def _rubric(team: Team) -> Rubric:
    rubric = Rubric.objects.create(team=team, name="Bench")
    for i in range(1, 4):
        levels = [{"value": v, "label": str(v), "descriptor": f"level {v}"} for v in range(6)]
        Criterion.objects.create(
            rubric=rubric, key=f"c{i}", name=f"Criterion {i}", position=i, scale="likert", levels=levels
        )
    rubric.state = Rubric.State.PUBLISHED
    rubric.save()
    return rubric


def _campaign(team: Team, dataset: Dataset, rubric: Rubric, raters: list[User]) -> Campaign:
    campaign = Campaign.objects.create(
        team=team, dataset=dataset, name="Bench", slug="bench", kind="grading", state="running"
    )
    CampaignRubric.objects.create(campaign=campaign, rubric=rubric)
    CampaignRater.objects.bulk_create(CampaignRater(campaign=campaign, user=r) for r in raters)
    return campaign


def _slots(campaign: Campaign, raters: list[User], overlap: int, is_planned: bool) -> None:
    rows = campaign.campaign_items.values_list("pk", "position")
    Assignment.objects.bulk_create(
        (
            Assignment(
                campaign=campaign, campaign_item_id=pk, slot=slot, position=position,
                planned_for=raters[(position * overlap + slot) % len(raters)] if is_planned else None,
            )
            for pk, position in rows.iterator()
            for slot in range(overlap)
        ),
        batch_size=2000,
    )  # fmt: skip


def queries() -> dict[str, object]:
    """The statements of one cycle behind the real middleware, by verb."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="rater0"), "django.contrib.auth.backends.ModelBackend")
    page = client.get("/rate/bench/").content.decode()
    first, second = dict.fromkeys(re.findall(r'data-item="(\d+)"', page))
    for current, ahead in ((first, second), (second, "")):
        fields = {"assignment": current, "in_hand": ahead, "want": 1, "score:c1": 3, "score:c2": 3, "score:c3": 3}
        with CaptureQueriesContext(connection) as captured:
            answer = client.post("/rate/bench/submit/", fields, headers={"X-Fragment": "1"})
    assert b"data-item" in answer.content
    statements = [query["sql"] for query in captured.captured_queries]
    return {"queries": len(statements), "verbs": dict(Counter(s.split()[0] for s in statements))}


if __name__ == "__main__":
    if sys.argv[1] == "seed":
        n_items, n_raters, overlap = map(int, sys.argv[2:5])
        print(json.dumps(seed(n_items, n_raters, overlap, sys.argv[5] == "planned")))
    else:
        print(json.dumps(queries()))
