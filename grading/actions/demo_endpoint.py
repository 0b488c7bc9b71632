"""The demo's endpoint, which is an example and answers nobody, and its prompt template."""

from __future__ import annotations

from annotations.models import Team, User
from grading.actions.endpoint import save_endpoint
from grading.actions.prompt_templates import save_template
from grading.models import Endpoint

ADDRESS = "https://models.example.org/v1"  # example.org is reserved for examples
PROMPT = "顾客来信：\n{input}\n\n请用不超过 80 个字回复，先说结论，再说顾客接下来要做什么。"
INSTRUCTION = "你是一家网店的客服，礼貌、准确，不承诺做不到的事。"


def example_endpoint(team: Team, by: User) -> None:
    endpoint = Endpoint(
        team=team, name="示例端点（演示，不会应答）", base_url=ADDRESS, model="example-7b",
        created_by=by,
    )  # fmt: skip
    save_endpoint(endpoint=endpoint, key=None)
    save_template(
        team=team, name="客服回复（演示）", text=PROMPT, system=INSTRUCTION, by=by, changed=None
    )
