"""The demo: it loads once, and everything on it is computed like real work."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.management import call_command
from django.db.models import Count
from django.test import TestCase

from annotations.models import Assignment, Campaign, Item, Rating
from grading.actions.demo import DemoExists, load_demo
from grading.actions.demo_exam import CONFIDENCE, GRADER
from grading.demo.exam import answers, confidences
from grading.exam_data import exam_data
from grading.methods.selective import acceptance_threshold
from grading.models import Verdict
from grading.selective_data import calibration


def test_the_same_seed_writes_the_same_exam():
    assert answers(seed=3) == answers(seed=3)
    assert answers(seed=3) != answers(seed=4)


def test_every_mark_is_on_its_question_s_scale():
    full = {"历史-1": 6, "历史-2": 4, "道法-1": 6, "物理-1": 4, "语文-1": 5}
    for answer in answers():
        for mark in (sum(answer.points), answer.machine, answer.machine_before):
            assert 0 <= mark <= full[answer.question]


def test_the_later_grader_is_the_better_one():
    written = answers()
    wrong = sum(a.machine != sum(a.points) for a in written)
    wrong_before = sum(a.machine_before != sum(a.points) for a in written)
    assert wrong * 3 < wrong_before


class DemoTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_demo", verbosity=0)

    def test_it_has_a_class_of_fifty_and_a_hundred_replies(self):
        assert (
            Item.objects.filter(group_keys__has_key="class").values("source").distinct().count()
            == 50
        )
        assert Item.objects.filter(source__startswith="小智").count() == 100

    def test_the_finished_campaigns_have_all_their_ratings(self):
        for slug in ("demo-exam-finished", "demo-service"):
            slots = Assignment.objects.filter(campaign__slug=slug)
            assert slots.exists()
            assert not slots.exclude(state="submitted").exists()

    def test_the_running_campaign_is_half_done(self):
        done = Rating.objects.filter(campaign__slug="demo-exam").count()
        slots = Assignment.objects.filter(campaign__slug="demo-exam").count()
        assert 0.45 < done / slots < 0.55

    def test_its_verdicts_show_the_ways_a_verdict_can_go(self):
        outcomes = {v.candidate: v.outcome for v in Verdict.objects.all()}
        assert outcomes == {
            "grader-v2（演示）": "pass",
            "grader-v1（演示）": "fail",
            "小智 2.0": "pass",
            "小智 1.0": "rejected",
        }
        assert Verdict.objects.get(candidate="grader-v2（演示）").signed_by.username == "lead"

    def test_its_sample_proves_a_threshold_whatever_the_seed_of_the_confidence(self):
        found = calibration(exam_data(Campaign.objects.get(slug="demo-exam-finished")), GRADER, CONFIDENCE, tolerance=0)
        place = {pk: i for i, pk in enumerate(found.frame.tolist())}
        mine, written = [place[pk] for pk in found.data.item.tolist()], answers()
        proven = 0
        for seed in range(40):
            sure = np.array(confidences(written, seed=seed))
            proven += acceptance_threshold(
                sure[mine], found.wrong, alpha=0.05, delta=0.1, frame=sure
            ).threshold is not None  # fmt: skip
        assert proven >= 30

    def test_nobody_rated_an_item_twice(self):
        twice = (
            Rating.objects.values("campaign_item", "rater").annotate(n=Count("id")).filter(n__gt=1)
        )
        assert not twice.exists()

    def test_it_is_never_loaded_twice(self):
        with pytest.raises(DemoExists):
            load_demo()
        assert Campaign.objects.count() == 3
