"""What the tests of the builder share: a blank draft, and the page as it is posted."""

from __future__ import annotations

import html
import re

from annotations.actions.rubric_templates import TEMPLATES
from annotations.actions.rubrics import create_rubric
from tests.base import ConcordTestCase

HEAD = {"name": "Replies", "kind": "weighted", "pass_percent": "60", "guidelines": "Be fair."}


def row(number: int, **values: object) -> dict[str, object]:
    """A criterion as the page posts it."""
    base = {"name": f"Criterion {number}", "weight": "50", "scale": "likert", "low": "1", "high": "3",
            "step": "1", "is_required": "on", "level-value": ["1", "2", "3"],
            "level-descriptor": ["bad", "fair", "good"]}  # fmt: skip
    base |= values
    return {f"r{number}-{name}": v for name, v in base.items() if v is not None}


class BuilderTestCase(ConcordTestCase):
    def setUp(self) -> None:
        start = TEMPLATES["blank"]
        self.rubric = create_rubric(
            team=self.team, name="Replies", by=self.cast.alice, head=start.head(), lines=[]
        )
        self.url = f"/rubrics/{self.rubric.pk}/edit/"
        self.sign_in("alice")

    def post(self, *rows: dict, do: str = "save", htmx: bool = False, **head: str):
        ids = [next(iter(r)).split("-")[0][1:] for r in rows]
        data = {**HEAD, **head, "row": ids, "do": do}
        for values in rows:
            data |= values
        headers = {"HX-Request": "true"} if htmx else {}
        return self.client.post(self.url, data, headers=headers)

    def criteria(self) -> list:
        return list(self.rubric.criteria.all())

    def order(self, response) -> list[str]:
        return re.findall(r'name="row" value="(\d+)"', response.content.decode())

    def value(self, response, name: str) -> str:
        text = response.content.decode()
        [found] = re.findall(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', text)
        return html.unescape(re.search(r'value="([^"]*)"', found)[1])
