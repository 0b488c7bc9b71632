"""Callers tell of classes: they go with the answer, and monitoring compares them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from grading.actions.monitor import monitor_grader
from grading.models import Grader, MonitoredHour, ServedAnswer, ServedRequest
from tests.grading.service_case import SAID, ServiceCase, service  # noqa: F401


class GroupTests(ServiceCase):
    def told(self, groups: object, text: str = SAID[2]):
        return self.ask(self.answer(text, groups=groups))

    def test_a_class_goes_with_the_answer_to_the_people_who_mark_it(self) -> None:
        self.deployment = self.deployed(self.version, threshold=1.0)
        assert self.told({"class": "7B", "school": "三中"}).status_code == 200
        answer = ServedAnswer.objects.get()
        assert answer.groups == answer.item.group_keys == {"class": "7B", "school": "三中"}

    def test_what_is_no_group_is_refused_at_its_place(self) -> None:
        for groups in ({"": "7B"}, {"class": 7}, {"class": "a\0"}, {str(i): "x" for i in range(11)}, ["7B"]):
            response = self.told(groups)
            assert response.status_code == 422, groups
            assert "groups" in response.json()["errors"][0]["pointer"]
        assert ServedAnswer.objects.count() == 0

    def test_the_page_compares_the_groups_by_marks_and_by_the_audit(self) -> None:
        """Class A is marked one too high, B as people do; C nobody has looked at."""
        self.deployment = self.deployed(self.version, threshold=1.0)
        for group, gap in (("A", 1), ("B", 0), ("C", None)):
            for place in range(25):
                self.told({"class": group}, SAID[1 + place % 2])
            for answer in _of(group):
                if gap is not None:
                    self.rate(answer.item, answer.mark - gap)
        monitor_grader(self.version.grader)
        groups = MonitoredHour.objects.order_by("hour").last().measures["groups"]
        assert [(one["name"], one["value"], one["answers"]) for one in groups] == [
            ("class", "A", 25), ("class", "B", 25), ("class", "C", 25),
        ]  # fmt: skip
        high, right, unseen = groups
        mean = sum(answer.mark for answer in _of("A")) / 25 / 2
        assert high["mark"] == pytest.approx(mean)
        assert (high["audit"]["difference"], high["audit"]["exact"]) == (1, 0)
        assert (right["audit"]["difference"], right["audit"]["exact"]) == (0, 1)
        assert unseen["audit"] is None
        assert high["to_people"] == 1
        page = self.client_of("victor").get(f"/graders/{self.version.grader_id}/monitoring/").content.decode()
        assert "By group" in page
        assert "+1.00" in page

    def test_only_days_of_which_all_answers_are_kept_are_compared(self) -> None:
        """Of older ones only those that went to people are left: the class would look hard."""
        self.told({"class": "A"})
        ServedRequest.objects.update(created_at=timezone.now() - timedelta(days=91))
        self.told({"class": "B"})
        monitor_grader(self.version.grader)
        groups = MonitoredHour.objects.order_by("hour").last().measures["groups"]
        assert [one["value"] for one in groups] == ["B"]
        Grader.objects.update(keep_days=0)
        monitor_grader(Grader.objects.get())
        groups = MonitoredHour.objects.order_by("hour").last().measures["groups"]
        assert [one["value"] for one in groups] == ["A", "B"]

    def test_without_groups_nothing_is_shown_of_them(self) -> None:
        self.ask(self.answer())
        monitor_grader(self.version.grader)
        page = self.client_of("victor").get(f"/graders/{self.version.grader_id}/monitoring/").content.decode()
        assert "The last day" in page
        assert "By group" not in page


def _of(group: str) -> list[ServedAnswer]:
    return [one for one in ServedAnswer.objects.order_by("pk") if one.groups == {"class": group}]
