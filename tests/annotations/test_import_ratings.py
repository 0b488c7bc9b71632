"""Existing ratings go into the slots of a campaign, once, and every bad line is named."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from annotations.models import Assignment, Campaign, CriterionScore, Rating, User
from grading.reports.ratings import csv_lines, jsonl
from tests import make
from tests.base import ConcordTestCase

HEAD = "item,rater,criterion,value,seconds,note\n"


@pytest.mark.database
class ImportRatingsTests(ConcordTestCase):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)
        self.question = make.a_question(self.dataset, "1")
        self.items = [make.an_item(self.question, f"s{i}/1") for i in range(3)]

    def a_campaign(self, k: int = 2, **rubric) -> Campaign:
        rubric.setdefault("weights", (40, 60))
        raters = [self.cast.bob, self.cast.carol]
        return make.a_campaign(self.dataset, make.a_rubric(self.team, **rubric), raters, k=k)

    def run_command(self, text: str, campaign: Campaign, *options: str) -> tuple[str, list[str]]:
        path = self.folder / "ratings.csv"
        path.write_text(text, encoding="utf-8")
        out, err = io.StringIO(), io.StringIO()
        call_command(
            "import_ratings", path, "--campaign", campaign.slug, *options, stdout=out, stderr=err
        )
        return out.getvalue().strip(), err.getvalue().strip().splitlines()

    def test_criteria_of_a_rater_and_item_become_one_rating(self):
        campaign = self.a_campaign()
        lines = "s0/1,bob,c1,5,12.5,gut\ns0/1,carol,c1,0,,\ns0/1,bob,Criterion 2,0,12.5,\ns0/1,carol,c2,5,,\n"
        out, err = self.run_command(HEAD + lines, campaign)
        assert (out, err) == ("2 added, 0 unchanged, 0 surplus, 0 refused", [])
        rating = Rating.objects.get(rater=self.cast.bob)
        assert (rating.state, rating.kind, rating.revision) == ("current", "live", 1)
        assert rating.composite == pytest.approx(0.4)
        assert (rating.active_seconds, rating.note) == (12.5, "gut")
        assert dict(rating.scores.values_list("criterion__key", "value")) == {"c1": 5, "c2": 0}
        assert rating.assignment.state == "submitted"
        assert rating.assignment.rater == self.cast.bob
        assert campaign.assignments.filter(state="open").count() == 4

    def test_repeating_it_adds_nothing_and_another_value_is_reported(self):
        campaign = self.a_campaign(weights=(1,))
        self.run_command("item,rater,value\ns0/1,bob,3\n", campaign)
        out, err = self.run_command("item,rater,value\ns0/1,bob,3\n", campaign)
        assert (out, err) == ("0 added, 1 unchanged, 0 surplus, 0 refused", [])
        out, err = self.run_command("item,rater,value\ns0/1,bob,4\n", campaign)
        assert out == "0 added, 0 unchanged, 0 surplus, 1 refused"
        assert err == ["line 2: “bob” has already rated the item “s0/1” otherwise."]
        assert CriterionScore.objects.get().value == 3

    def test_only_the_criteria_that_are_named_are_read(self):
        campaign = self.a_campaign(weights=(1,))
        lines = HEAD + "s0/1,bob,c1,3,,\ns0/1,bob,tone,nice,,\ns1/1,bob,tone,rude,,\n"
        assert self.run_command(lines, campaign, "--criterion", "C1") == ("1 added, 0 unchanged, 0 surplus, 0 refused", [])
        with pytest.raises(CommandError, match="There are: c1, tone"):
            self.run_command(lines, campaign, "--criterion", "style")

    def test_every_bad_line_is_named(self):
        campaign = self.a_campaign()
        lines = [
            "s9/1,bob,c1,1,,", "s0/1,nobody,c1,1,,", "s0/1,bob,c1,9,,", "s0/1,bob,c2,1,,",
            "s1/1,bob,c1,1,,", "s1/1,carol,zzz,1,,", "s2/1,bob,c1,schön,,", ",bob,c1,1,,",
            "s2/1,carol,c1,1,,", "s2/1,carol,c1,2,,", "s2/1,carol,c2,2,fast,",
        ]  # fmt: skip
        out, err = self.run_command(HEAD + "\n".join(lines) + "\n", campaign)
        assert out == "1 added, 0 unchanged, 0 surplus, 8 refused"
        assert err == [
            "line 2: The campaign has no item “s9/1” in its sample.",
            "line 3: “nobody” does not rate in this campaign; the import adds new raters only if told to.",
            "line 4: “9” is not on the scale of “Criterion 1”: 0, 1, 2, 3, 4, 5.",
            "line 6: The required criterion “Criterion 2” of “s1/1” has no score.",
            "line 7: The rubric has no criterion “zzz”; it has: Criterion 1, Criterion 2.",
            "line 8: “schön” is not on the scale of “Criterion 1”: 0, 1, 2, 3, 4, 5.",
            "line 9: This line lacks the item, the rater or the value.",
            "line 11: “carol” scores the item “s2/1” a second time, and otherwise.",
            "line 12: “fast” is no number of seconds; the rating is kept without it.",
            "Raters whom the campaign does not have: nobody. --create-raters adds them.",
        ]

    def test_negative_and_fractional_values_are_taken_where_the_scale_has_them(self):
        rubric = make.a_rubric(self.team, (1,), publish=False)
        rubric.criteria.update(low=-1, high=1, levels=make.levels(-1, 1, 0.5))
        rubric.state = "published"
        rubric.save()
        campaign = make.a_campaign(self.dataset, rubric, [self.cast.bob], k=1)
        out, err = self.run_command("item,rater,value\ns0/1,bob,-0.5\ns1/1,bob,0.25\n", campaign)
        assert out == "1 added, 0 unchanged, 0 surplus, 1 refused"
        assert "-1, -0.5, 0, 0.5, 1" in err[0]
        assert Rating.objects.get().composite == pytest.approx(0.25)

    def test_a_points_rubric_gives_marks(self):
        self.question.full_mark = 4
        self.question.save()
        campaign = self.a_campaign(weights=(1, 1), kind="points", high=2)
        self.run_command("item,rater,criterion,value\ns0/1,bob,c1,2\ns0/1,bob,c2,1\n", campaign)
        rating = Rating.objects.get()
        assert (rating.mark, rating.composite) == (3, 0.75)

    def test_ratings_beyond_the_plan_are_surplus_and_repeat_as_such(self):
        campaign = self.a_campaign(k=1, weights=(1,))
        text = "item,rater,value\ns0/1,bob,3\ns0/1,carol,4\n"
        assert self.run_command(text, campaign)[0] == "1 added, 0 unchanged, 1 surplus, 0 refused"
        assert self.run_command(text, campaign)[0] == "0 added, 2 unchanged, 0 surplus, 0 refused"
        states = dict(Rating.objects.values_list("rater__username", "state"))
        assert states == {"bob": "current", "carol": "surplus"}

    def test_own_slots_go_first_and_a_claimed_one_of_another_is_left_alone(self):
        campaign = self.a_campaign(k=2, weights=(1,))
        first, second = campaign.assignments.filter(campaign_item__item=self.items[0]).order_by(
            "slot"
        )
        Assignment.objects.filter(pk=first.pk).update(state="claimed", rater=self.cast.carol)
        Assignment.objects.filter(pk=second.pk).update(planned_for=self.cast.carol)
        self.run_command("item,rater,value\ns0/1,bob,3\n", campaign)
        assert Rating.objects.get().assignment_id == second.pk
        self.run_command("item,rater,value\ns0/1,carol,4\n", campaign)
        assert Rating.objects.get(rater=self.cast.carol).assignment_id == first.pk
        assert set(Rating.objects.values_list("state", flat=True)) == {"current"}

    def test_one_column_a_rater_and_new_raters(self):
        campaign = self.a_campaign(weights=(1,))
        text = "学号,题号,作答,judge1,judge2\ns0,1,x,3,4\ns1,1,y,,2\n"
        options = ["--map", "rating=judge1", "--map", "rating=judge2"]
        out, err = self.run_command(text, campaign, *options)
        assert "2 refused" not in out
        assert err[-1] == "Raters whom the campaign does not have: judge1, judge2. --create-raters adds them."
        assert not User.objects.filter(username="judge1").exists()
        out, err = self.run_command(text, campaign, *options, "--create-raters")
        assert out.splitlines() == [
            "raters added: judge1, judge2", "3 added, 0 unchanged, 0 surplus, 0 refused",
        ]  # fmt: skip
        assert err == []
        judge = User.objects.get(username="judge1")
        assert not judge.has_usable_password()
        assert judge.memberships.get().role == "rater"
        assert campaign.raters.filter(user=judge).exists()

    def test_a_user_name_of_another_team_is_not_taken_over(self):
        campaign = self.a_campaign(weights=(1,))
        text = "item,rater,value\ns0/1,eve,3\ns0/1,bob,3\n"
        out, err = self.run_command(text, campaign, "--create-raters")
        assert out == "1 added, 0 unchanged, 0 surplus, 1 refused"
        assert "line 2" in err[0]
        assert "outside the team" in err[0]
        assert not campaign.raters.filter(user=self.cast.eve).exists()

    def test_accounts_are_made_only_for_ratings_that_are_stored(self):
        campaign = self.a_campaign(weights=(1,))
        people = User.objects.count()
        text = "item,rater,value\ns9/1,ghost,3\ns0/1,phantom,77\ns0/1,li,3\n"
        out, _ = self.run_command(text, campaign, "--create-raters")
        assert out.splitlines() == ["raters added: li", "1 added, 0 unchanged, 0 surplus, 2 refused"]
        assert User.objects.count() == people + 1
        assert Rating.objects.get().rater.username == "li"

    def test_two_names_of_one_rater_are_one_rater(self):
        campaign = self.a_campaign(weights=(1,))
        User.objects.filter(pk=self.cast.bob.pk).update(display_name="Bob B.")
        text = "item,rater,value\ns0/1,bob,3\ns0/1,Bob B.,4\n"
        out, err = self.run_command(text, campaign)
        assert out == "1 added, 0 unchanged, 0 surplus, 1 refused"
        assert "has already rated" in err[0]

    def test_a_column_of_each_criterion_and_the_own_export_come_back(self):
        campaign = self.a_campaign()
        text = "item,rater,Criterion 1,Criterion 2\ns0/1,bob,3,4\ns1/1,carol,0,5\n"
        options = ["--map", "criterion_value=Criterion 1", "--map", "criterion_value=Criterion 2"]
        out, err = self.run_command(text, campaign, *options)
        assert (out, err) == ("2 added, 0 unchanged, 0 surplus, 0 refused", [])
        for stream in (csv_lines, jsonl):
            out, err = self.run_command("".join(stream(campaign)), campaign)
            assert (out, err) == ("0 added, 2 unchanged, 0 surplus, 0 refused", [])

    def test_a_draft_or_closed_campaign_takes_no_ratings(self):
        campaign = self.a_campaign()
        for state in ("draft", "closed"):
            Campaign.objects.update(state=state)
            with pytest.raises(CommandError, match="must be launched and not closed"):
                self.run_command(HEAD + "s0/1,bob,c1,1,,\n", campaign)

    def test_what_is_missing_is_said_before_anything_is_stored(self):
        campaign = self.a_campaign()
        with pytest.raises(CommandError, match="No column names the item"):
            self.run_command("who,what\n1,2\n", campaign)
        with pytest.raises(CommandError, match="No column names the rater"):
            self.run_command("item,what\n1,2\n", campaign)
        with pytest.raises(CommandError, match="no column “zzz”"):
            self.run_command("item,what\n1,2\n", campaign, "--map", "rater=zzz")
        with pytest.raises(CommandError, match="ROLE=COLUMN"):
            self.run_command("item,what\n1,2\n", campaign, "--map", "what")
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("import_ratings", self.folder / "none.csv", "--campaign", campaign.slug)
        with pytest.raises(CommandError, match="no campaign"):
            call_command("import_ratings", self.folder / "none.csv", "--campaign", "zzz")

    def test_a_criterion_must_be_named_where_there_are_several(self):
        _, err = self.run_command("item,rater,value\ns0/1,bob,3\n", self.a_campaign())
        assert err == [
            "line 2: Name the criterion: the rubric has several (Criterion 1, Criterion 2)."
        ]

    def test_what_a_problem_lists_is_joined_as_the_language_does(self):
        campaign = self.a_campaign()
        with override("zh-hans"):
            _, err = self.run_command(HEAD + "s0/1,bob,c1,9,,\ns1/1,bob,c9,3,,\n", campaign)
        assert "0、1、2、3、4、5" in err[0]
        assert "Criterion 1、Criterion 2" in err[1]
