"""Policy and gates of a launched campaign: every way of writing them is tried."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from grading.models import DecisionPolicy, Gate
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import an_evaluation


class FrozenPolicy(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_evaluation(cls.cast, n=1)
        with make.as_draft(cls.campaign):
            cls.gate = Gate.objects.create(campaign=cls.campaign, metric="qwk", threshold=0.8)
        cls.policy = DecisionPolicy.objects.get(campaign=cls.campaign)
        cls.other = make.a_campaign(cls.campaign.dataset, make.a_rubric(cls.team), [], state="draft")

    def changes(self):
        """Name → a way to change a promise."""
        for row in (self.policy, self.gate):
            rows, name = type(row).objects.filter(pk=row.pk), type(row).__name__
            changed = type(row).objects.get(pk=row.pk)
            changed.threshold = 0.1
            moved = type(row).objects.get(pk=row.pk)
            moved.campaign = self.other
            yield f"save {name}", changed.save
            yield f"move {name}", moved.save
            yield f"delete {name}", changed.delete
            yield f"update {name}", lambda rows=rows: rows.update(threshold=0.1)
            yield f"take over {name}", lambda rows=rows: rows.update(campaign=self.other)
            yield f"bulk update {name}", lambda rows=rows, row=changed: rows.bulk_update([row], ["threshold"])
            yield f"delete rows of {name}", rows.delete
        gate = Gate(campaign=self.campaign, metric="mae", threshold=1)
        yield "add a gate", gate.save
        yield "add gates", lambda: Gate.objects.bulk_create([gate])

    def facts(self) -> list:
        return [*DecisionPolicy.objects.values(), *Gate.objects.values()]

    def test_nothing_of_it_changes_after_the_launch(self) -> None:
        before = self.facts()
        for name, change in self.changes():
            with (
                self.subTest(name),
                pytest.raises(ValidationError, match="never change"),
                transaction.atomic(),
            ):
                change()
        assert self.facts() == before

    def test_a_promise_of_a_draft_cannot_be_carried_into_a_launched_campaign(self) -> None:
        Gate.objects.create(campaign=self.other, metric="mae", threshold=1)
        with pytest.raises(ValidationError):
            Gate.objects.filter(campaign=self.other).update(campaign=self.campaign)

    def test_a_draft_can_still_change_its_mind(self) -> None:
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.filter(campaign=self.campaign).update(threshold=0.1)
            Gate.objects.filter(campaign=self.campaign).delete()
        self.policy.refresh_from_db()
        assert (self.policy.threshold, Gate.objects.count()) == (0.1, 0)
