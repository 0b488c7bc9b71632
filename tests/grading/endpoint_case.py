"""What the tests of judges and generators share: an endpoint, and a model that scores everything alike."""

from __future__ import annotations

import json
import re
from typing import Any

from annotations.models import Team
from grading.actions.judge_run import JudgePlan, start_judge_run
from grading.models import Endpoint, JudgeRun
from tests.grading.endpoint_server import Answer, said


def an_endpoint(team: Team, url: str = "http://127.0.0.1:9/v1", **values: Any) -> Endpoint:
    values = {"name": "local", "model": "tiny", "timeout": 5, "parallel": 2, **values}
    return Endpoint.objects.create(team=team, base_url=url, **values)


def a_judge_run(campaign, endpoint, user=None, **plan: Any) -> JudgeRun:
    return start_judge_run(plan=JudgePlan(campaign, endpoint, **plan), user=user)


def scores_of(payload: dict[str, Any], score: float = 3) -> str:
    """A proper answer to the schema in a payload, every criterion with the same score."""
    schema = payload["response_format"]["json_schema"]["schema"]
    if "better" in schema["properties"]:
        return json.dumps({"reason": "clearer", "better": "A"})
    found = {key: {"reason": f"why {key}", "score": score} for key in schema["properties"]}
    return json.dumps(found)


def fair_judge(payload: dict[str, Any]) -> Answer:
    """Scores 3 on everything, and finds the first of two responses better."""
    return said(scores_of(payload))


def response_in(payload: dict[str, Any]) -> str:
    """The response that a judge is asked about."""
    parts = re.findall(r"<<<\n(.*?)\n>>>", payload["messages"][1]["content"], re.DOTALL)
    return parts[-1]
