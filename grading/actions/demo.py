"""Loads the demo: an exam half marked, the same exam finished, an evaluation of two systems, and a grader of
history that has been trained, proven, put in service and watched, with a generator that writes answers beside it.

Everything in it is made up. Ratings are simulated with raters of differing severity; the marks,
verdicts and reports on top of them are computed by the same code as real ones.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import override

from annotations.models import Membership, Role, Team, User
from grading.actions.demo_endpoint import example_endpoint
from grading.actions.demo_exam import exam_dataset, finished_exam, half_marked_exam
from grading.actions.demo_generator import history_writer
from grading.actions.demo_grader import history_grader
from grading.actions.demo_in_service import put_in_service
from grading.actions.demo_service import evaluation

PASSWORD = "concord-demo"
PEOPLE = [
    ("lead", "李老师（组长）", Role.LEAD),
    ("rater1", "王芳", Role.RATER),
    ("rater2", "张伟", Role.RATER),
    ("rater3", "刘洋", Role.RATER),
    ("rater4", "陈静", Role.RATER),
    ("rater5", "赵敏", Role.RATER),
    ("adjudicator", "周老师（仲裁）", Role.ADJUDICATOR),
    ("engineer", "孙工", Role.ENGINEER),
    ("viewer", "马校长", Role.VIEWER),
]


class DemoExists(RuntimeError):
    """The demo's team is there already; it is never loaded twice."""


@transaction.atomic
def load_demo() -> Team:
    """Create the demo's team, people, datasets, rubrics, campaigns and grader. Raises DemoExists."""
    if Team.objects.filter(slug="demo").exists():
        raise DemoExists
    team = Team.objects.create(name="演示学校 Demo school", slug="demo")
    people = _people(team)
    raters = [people[f"rater{i}"] for i in range(1, 6)]
    with override("zh-hans"):  # the words that rubrics and verdicts store are the raters'
        dataset, truth = exam_dataset(team, people["lead"])
        finished_exam(dataset, truth, people, raters)
        half_marked_exam(dataset, truth, people, raters)
        evaluation(team, people, raters)
        version = history_grader(team, people, raters)
        put_in_service(version, people, raters)
        history_writer(team, version, people["engineer"])
        example_endpoint(team, people["engineer"])
    _write_accounts()
    return team


def _people(team: Team) -> dict[str, User]:
    """The demo's people. They share one password, so it is hashed once."""
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(username=name, display_name=shown, password=password) for name, shown, _role in PEOPLE
    )
    Membership.objects.bulk_create(
        Membership(team=team, user=user, role=role)
        for user, (_name, _shown, role) in zip(users, PEOPLE, strict=True)
    )
    return {user.username: user for user in users}


def _write_accounts() -> None:
    names = ", ".join(name for name, _shown, _role in PEOPLE)
    text = f"Demo accounts (password {PASSWORD}): {names}"
    settings.MEDIA_ROOT.parent.mkdir(parents=True, exist_ok=True)
    (settings.MEDIA_ROOT.parent / "demo-accounts.txt").write_text(text)
