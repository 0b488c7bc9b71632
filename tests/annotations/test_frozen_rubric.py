"""A published rubric never changes: every way in the ORM that could change one is tried."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.models import Criterion, Rubric
from tests import make
from tests.base import ConcordTestCase


def snapshot(rubric: Rubric) -> tuple:
    row = Rubric.objects.filter(pk=rubric.pk).values_list().get()
    return row, list(Criterion.objects.filter(rubric=rubric).order_by("pk").values_list())


class FrozenRubricTests(ConcordTestCase):
    def setUp(self) -> None:
        self.rubric = make.a_rubric(self.team, created_by=self.cast.alice)
        self.draft = make.a_rubric(self.team, publish=False)
        self.criterion = self.rubric.criteria.first()
        self.before = snapshot(self.rubric)

    def refused(self, act) -> None:
        with pytest.raises(ValidationError), transaction.atomic():
            act()
        assert snapshot(self.rubric) == self.before

    def test_saving_it_is_refused(self):
        self.rubric.name = "another"
        self.refused(self.rubric.save)

    def test_it_cannot_become_a_draft_again(self):
        self.rubric.state = Rubric.State.DRAFT
        self.refused(self.rubric.save)
        self.refused(lambda: Rubric.objects.filter(pk=self.rubric.pk).update(state="draft"))

    def test_deleting_it_is_refused(self):
        self.refused(self.rubric.delete)
        self.refused(Rubric.objects.filter(pk=self.rubric.pk).delete)

    def test_updating_many_is_refused_when_one_is_published(self):
        self.refused(lambda: Rubric.objects.update(pass_mark=0.1))
        self.draft.refresh_from_db()
        assert self.draft.pass_mark == 0.6

    def test_updating_in_bulk_is_refused(self):
        self.rubric.guidelines = "be kind"
        self.refused(lambda: Rubric.objects.bulk_update([self.rubric], ["guidelines"]))
        self.criterion.name = "another"
        self.refused(lambda: Criterion.objects.bulk_update([self.criterion], ["name"]))

    def test_an_upsert_is_refused(self):
        twin = Rubric(team=self.team, name=self.rubric.name, version=1, pass_mark=0.1)
        self.refused(
            lambda: Rubric.objects.bulk_create(
                [twin], update_conflicts=True, update_fields=["pass_mark"],
                unique_fields=["team", "name", "version"],
            )
        )

    def test_saving_a_criterion_is_refused(self):
        self.criterion.weight = 99
        self.refused(self.criterion.save)
        self.refused(lambda: self.criterion.save(update_fields=["weight"]))

    def test_updating_criteria_is_refused(self):
        self.refused(lambda: Criterion.objects.update(weight=1))
        self.refused(lambda: self.rubric.criteria.update(levels=[]))
        self.refused(lambda: Criterion.objects.filter(rubric__name=self.rubric.name).update(weight=1))

    def test_deleting_a_criterion_is_refused(self):
        self.refused(self.criterion.delete)
        self.refused(self.rubric.criteria.all().delete)

    def test_adding_a_criterion_is_refused(self):
        line = {"key": "new", "name": "New", "scale": "likert"}
        self.refused(lambda: self.rubric.criteria.create(**line))
        self.refused(lambda: Criterion.objects.bulk_create([Criterion(rubric=self.rubric, **line)]))
        self.refused(lambda: self.rubric.criteria.get_or_create(key="new", defaults=line))

    def test_a_criterion_cannot_be_moved_in(self):
        stranger = self.draft.criteria.first()
        stranger.key, stranger.rubric = "new", self.rubric
        self.refused(stranger.save)
        self.refused(lambda: Criterion.objects.filter(pk=stranger.pk).update(rubric=self.rubric, key="new"))
        self.refused(lambda: Criterion.objects.filter(pk=stranger.pk).update(rubric_id=self.rubric.pk, key="new"))
        renamed = self.draft.criteria.create(key="new", name="New", scale="likert")
        self.refused(lambda: self.rubric.criteria.add(renamed))

    def test_a_criterion_cannot_be_moved_out(self):
        empty = Rubric.objects.create(team=self.team, name="empty")
        self.criterion.rubric = empty
        self.refused(self.criterion.save)
        self.refused(self.criterion.delete)

    def test_the_account_of_its_maker_may_go(self):
        self.cast.alice.delete()
        self.rubric.refresh_from_db()
        assert self.rubric.created_by is None

    def test_drafts_change_freely(self):
        Rubric.objects.filter(pk=self.draft.pk).update(pass_mark=0.5)
        self.draft.criteria.update(weight=1)
        self.draft.criteria.first().delete()
        assert self.draft.criteria.count() == 2
        self.draft.delete()
        assert not Rubric.objects.filter(pk=self.draft.pk).exists()
