"""A training set is asked for by name, and its file is looked at before it is handed on."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from grading.training_rows import path_of
from tests.base import ConcordTestCase
from tests.grading.training_case import a_training_set


class TrainingSetFileTests(ConcordTestCase):
    def test_a_file_that_was_changed_is_said_instead_of_exported(self) -> None:
        training_set = a_training_set(self.team)
        path = path_of(training_set.digest)
        whole = path.read_bytes()
        page, asked = f"/training/{training_set.pk}/export/", {"kind": "sft", "language": "zh", "part": ""}
        erin = self.client_of("erin")
        assert erin.post(page, asked)["Content-Type"] == "application/zip"
        path.write_bytes(whole.replace(b"1", b"2"))
        try:
            response = erin.post(page, asked, follow=True)
        finally:
            path.write_bytes(whole)
        self.assertContains(response, "has been changed. Make the set again")

    def test_of_equal_sets_of_two_teams_the_one_meant_is_asked_for(self) -> None:
        ours, theirs = a_training_set(self.team), a_training_set(self.cast.elsewhere)
        assert ours.digest == theirs.digest
        with pytest.raises(CommandError, match="Several training sets") as told:
            call_command("fine_tune", ours.digest[:12])
        assert {str(ours.pk), str(theirs.pk)} <= set(str(told.value).replace("(", " ").split())
