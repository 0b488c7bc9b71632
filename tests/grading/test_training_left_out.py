"""Which answers were left out of a training set: collected with their reasons, kept beside the rows, listed, downloaded."""

from __future__ import annotations

import csv
import io
import json
from unittest import mock

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from annotations.formats.opening import open_table
from annotations.models import Adjudication, CampaignRater, Scorer
from grading import training_collect
from grading.actions.training_set import delete_training_set
from grading.models import TrainingDraft, TrainingSet
from grading.training_columns import describe_papers
from grading.training_examples import of_campaign, of_file
from grading.training_join import joined, source_of_set
from grading.training_left_out import LeftOut, left_out_of, path_of_left_out
from grading.training_rows import path_of
from tests import make
from tests.base import ConcordTestCase
from tests.grading.report_cast import a_verdict, an_exam
from tests.grading.training_case import (
    HEAD,
    a_class,
    a_training_set,
    asked,
    built,
    collected,
    example,
    papers,
    score_sheet,
    upload,
)
from tests.queries import queries_of

WRONG = [
    "1,第1题？,答案1,2,w1,1班,没有得分,",
    "1,第1题？,答案1,2,w2,1班,得分太高,5",
    "1,第1题？,答案1,2,w3,1班,得分是字,优",
    "1,第1题？,答案1,2,w4,1班,,2",
    "1,第1题？,答案1,2,w5,1班,低于零分,-1",
    "1,第1题？,答案1,2,s0,1班,第0人对1的回答,1",
    "1,第1题？,答案1,2,s0,1班,另一份作答,2",
    "1,第1题？,答案1,3,w6,1班,满分不同,2",
]


def of_text(text: str):
    table = open_table(upload(text).file, "期中.csv")
    return of_file(table, describe_papers(table)["guess"])


def wrong_papers() -> str:
    return papers() + "\n".join(WRONG) + "\n"


class ReasonsTest(ConcordTestCase):
    def test_every_line_that_is_left_out_is_listed_with_what_it_said_and_why(self):
        found = built(of_text(wrong_papers()))
        assert len(found.rows) == 40
        places = [(one.line, one.reason, one.student, one.answer, one.mark) for one in found.left_out]
        assert places == [
            (42, "unmarked", "w1", "没有得分", ""),
            (43, "off_scale", "w2", "得分太高", "5"),
            (44, "no_number", "w3", "得分是字", "优"),
            (45, "no_text", "w4", "", "2"),
            (46, "off_scale", "w5", "低于零分", "-1"),
            (47, "repeated", "s0", "第0人对1的回答", "1"),
            (48, "other_content", "s0", "另一份作答", "2"),
            (49, "refused", "w6", "满分不同", "2"),
        ]
        assert {one.question for one in found.left_out} == {"1"}
        assert "outside the marks from 0 to 2" in found.left_out[1].detail
        assert "another full mark" in found.left_out[-1].detail
        assert sum(found.facts["left_out"].values()) == len(WRONG)

    def test_of_a_score_sheet_the_question_is_told_whose_column_is_wrong(self):
        found = built(of_text(score_sheet() + "99,1班,甲,九,乙,1,\n平均分,,,,,,\n"))
        wrong, sums = found.left_out
        assert (wrong.line, wrong.question, wrong.student, wrong.answer, wrong.mark) == (22, "第1题", "99", "甲", "九")
        assert (sums.line, sums.reason, sums.question) == (23, "refused", "")

    def test_of_a_long_file_lines_far_apart_are_remembered_as_far_as_needed(self):
        lines = [f"1,第1题？,答案1,2,s{n},1班,回答{n},{'x' if n % 1000 == 7 else n % 3}" for n in range(6000)]
        found = built(of_text(HEAD + "\n".join(lines) + "\n"))
        assert [one.answer for one in found.left_out] == [f"回答{n}" for n in range(7, 6000, 1000)]

    def test_another_subject_and_the_answers_of_a_joined_set_are_listed_with_their_set(self):
        chemistry = example(asked("2", school_subject="化学"), 1, 1)
        found = collected([chemistry, example(asked(school_subject="历史"), 2, 1)], "历史")
        assert [(one.reason, one.question) for one in found.left_out] == [("other_subject", "2")]
        first, later = a_training_set(self.team), a_training_set(self.team, a_class(12, answer="新的", group="3班"))
        other = a_training_set(self.team, [example(asked(full_mark=4, text="第1题？"), 99, 3)])
        both = collected([])
        both.sets = [{"digest": one.digest, "name": one.name} for one in (first, later, other)]
        for one in joined([source_of_set(first), source_of_set(later), source_of_set(other)]):
            both.take(one)
        assert {(one.reason, one.source) for one in both.left_out} == {("differing", "历史")}
        assert both.left_out[0].student == "s99"

    def test_a_mark_between_two_of_the_scale_is_outside_it(self):
        (one,) = built([*a_class(), example(asked(), 99, 1.5, line=7)]).left_out
        assert (one.line, one.reason, one.mark) == (7, "off_scale", "1.5")
        assert "its marks go from 0 to 2" in one.detail

    def test_more_are_counted_than_listed(self):
        with mock.patch.object(training_collect, "MOST", 2):
            found = built([example(asked(), n, None) for n in range(5)] + [example(asked(), 99, 1.5)] + a_class())
        assert [one.reason for one in found.left_out] == ["unmarked", "unmarked", "off_scale"]
        assert found.facts["left_out"] == {"unmarked": 5, "off_scale": 1}


class CampaignTest(ConcordTestCase):
    def setUp(self) -> None:
        self.campaign = an_exam(self.cast)

    def why(self, taken: str) -> dict[str, LeftOut]:
        found = built(of_campaign(self.campaign, taken))
        return {f"{one.student}/{one.question}": one for one in found.left_out}

    def row_of(self, student: str, key: str):
        return self.campaign.campaign_items.get(item__source=student, item__question__key=key)

    def test_a_mark_of_record_that_is_not_learnt_from_says_what_is_wanting(self):
        self.row_of("s1", "1").ratings.filter(rater=self.cast.bob).update(mark=0)
        row = self.row_of("s2", "1")
        row.assignments.filter(rater=self.cast.bob).update(state="open", rater=None)
        row.ratings.filter(rater=self.cast.bob).delete()
        row.assignments.filter(state="open").delete()
        found = self.why("settled")
        assert (found["s1/1"].reason, found["s1/1"].mark) == ("disputed", "")
        assert "differ by more than the tolerance" in found["s1/1"].detail
        assert (found["s2/1"].reason, found["s2/1"].mark) == ("unsettled", "4")
        assert set(self.why("all")) == {"s1/1"}

    def test_where_only_adjudicated_marks_count_the_others_are_told_with_their_marks(self):
        row = self.row_of("s2", "1")
        Adjudication.objects.create(campaign_item=row, adjudicator=self.cast.dave, mark=2)
        found = self.why("adjudicated")
        assert "s2/1" not in found
        assert {one.reason for one in found.values()} == {"not_adjudicated"}
        assert all(one.mark for one in found.values())

    def test_what_only_the_machine_marked_is_told(self):
        item = make.an_item(self.campaign.dataset.questions.get(key="1"), source="s9")
        Scorer.objects.get(name="grader").automatic_scores.create(item=item, value=2)
        a_verdict(self.campaign, "grader", signed_by=self.cast.alice, signed_at=timezone.now())
        assert (self.why("all")["s9/1"].reason, self.why("all")["s9/1"].mark) == ("machine", "2")


class FileTest(ConcordTestCase):
    def test_the_list_lies_beside_the_rows_and_changes_no_digest(self):
        plain = a_training_set(self.team)
        digest = plain.digest
        assert left_out_of(plain).count == 0
        plain.delete()
        made = a_training_set(self.team, [*a_class(), example(asked(), 77, None)], file_name="期中.csv")
        assert made.digest == digest
        found = left_out_of(made)
        assert (found.count, found.source, found.rows[0].student) == (1, "期中.csv", "s77")

    def test_made_again_from_another_source_the_first_list_stays_and_a_missing_one_comes(self):
        made = a_training_set(self.team, [*a_class(), example(asked(), 77, None)])
        a_training_set(self.team)
        assert left_out_of(made).count == 1
        path_of_left_out(made).unlink()
        assert left_out_of(made) is None
        a_training_set(self.team, [*a_class(), example(asked(), 78, None)])
        assert left_out_of(made).rows[0].student == "s78"

    def test_a_broken_file_is_no_list(self):
        made = a_training_set(self.team)
        for content in (b"", b"{}\n", b'{"made": "x"', b'{"made": "2026-01-01", "source": "", "count": 1}\n{"no": 1}\n'):
            path_of_left_out(made).write_bytes(content)
            assert left_out_of(made) is None

    def test_it_goes_with_the_set_and_that_of_another_team_stays(self):
        mine, theirs = a_training_set(self.team), a_training_set(self.cast.elsewhere)
        assert path_of_left_out(mine) != path_of_left_out(theirs)
        with self.captureOnCommitCallbacks(execute=True):
            delete_training_set(training_set=mine)
        assert not path_of_left_out(mine).exists()
        assert path_of_left_out(theirs).exists()
        assert path_of(theirs.digest).exists()


class PagesTest(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("erin")

    def a_set(self, **values) -> TrainingSet:
        return a_training_set(self.team, of_text(wrong_papers()), file_name="期中.csv", **values)

    def page(self, made: TrainingSet) -> str:
        return f"/training/{made.pk}/left-out/"

    def test_the_page_of_the_set_counts_them_and_leads_to_the_list(self):
        made = self.a_set()
        self.assertContains(self.client.get(f"/training/{made.pk}/"), "outside the marks of the question: 2")
        self.assertContains(self.client.get(f"/training/{made.pk}/"), f"{self.page(made)}?reason=off_scale")
        shown = self.client.get(self.page(made))
        self.assertContains(shown, "8 answers of the source are not in the training set")
        self.assertContains(shown, "line 43")
        self.assertContains(shown, "得分太高")

    def test_it_can_be_narrowed_by_reason_and_words(self):
        page = self.page(self.a_set())
        shown = self.client.get(page, {"reason": "off_scale"})
        self.assertContains(shown, "得分太高")
        self.assertContains(shown, "outside the marks of the question (2)")
        self.assertNotContains(shown, "没有得分")
        assert [row.line for row in self.client.get(page, {"q": "W5"}).context["listing"].page] == [46]
        self.assertContains(self.client.get(page, {"reason": "machine"}), "Nothing found")

    def test_its_files_hold_what_is_shown_as_inert_text(self):
        made = a_training_set(self.team, [*a_class(), example(asked(), 77, None, answer="=1+1", line=3)])
        head, line = csv.reader(io.StringIO(b"".join(self.client.get(self.page(made), {"format": "csv"})).decode("utf-8-sig")))
        assert head[:2] == ["Line", "Item"]
        assert line[:5] == ["3", "s77/1", "1", "s77", "'=1+1"]
        response = self.client.get(self.page(made), {"format": "xlsx", "reason": "unmarked"})
        sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
        rows = list(sheet.iter_rows(values_only=True))
        assert rows[1][:5] == (3, "s77/1", "1", "s77", "=1+1")
        assert sheet["E2"].data_type == "s"
        assert "left-out.xlsx" in response["Content-Disposition"]

    def test_a_set_made_before_says_that_it_has_no_list_and_how_to_get_one(self):
        made = self.a_set(dataset=make.a_dataset(self.team), origin="dataset")
        path_of_left_out(made).unlink()
        shown = self.client.get(self.page(made))
        self.assertContains(shown, "made before such lists were kept")
        self.assertContains(shown, f"/training/new/?dataset={made.dataset_id}")
        TrainingDraft.objects.create(
            team=self.team, training_set=made, name="x", origin="file",
            problems=[problem.as_data() for problem in built(of_text(wrong_papers())).problems],
        )  # fmt: skip
        shown = self.client.get(self.page(made), {"reason": "off_scale"})
        self.assertContains(shown, "only the lines that were refused are still known")
        assert [row.line for row in shown.context["listing"].page] == [43, 46]
        whole = a_training_set(self.team)
        self.assertContains(self.client.get(self.page(whole)), "Nothing was left out")
        self.assertContains(self.client.get(f"/training/{whole.pk}/"), "No answer was left out.")
        path_of_left_out(whole).unlink()
        self.assertContains(self.client.get(f"/training/{whole.pk}/"), "Which answers were left out?")

    def test_only_who_may_see_the_marks_sees_the_list(self):
        campaign = an_exam(self.cast)
        made = a_training_set(self.team, campaign=campaign, origin="campaign")
        assert self.client.get(self.page(made)).status_code == 200
        self.sign_in("victor")
        assert self.client.get(self.page(made)).status_code == 403
        self.assertNotContains(self.client.get(f"/training/{made.pk}/"), self.page(made))
        CampaignRater.objects.create(campaign=campaign, user=self.cast.alice)
        assert self.client_of("alice").get(self.page(made)).status_code == 403

    def test_an_item_leads_to_its_page_in_the_campaign_or_in_the_dataset(self):
        campaign = an_exam(self.cast)
        row = campaign.campaign_items.select_related("item").first()
        later = make.an_item(campaign.dataset.questions.first(), "later", source="s99")
        row.ratings.filter(rater=self.cast.bob).update(mark=0)
        made = a_training_set(
            self.team, of_campaign(campaign, "settled"), campaign=campaign, origin="campaign", marks="settled"
        )
        shown = self.client.get(self.page(made))
        self.assertContains(shown, f'href="/campaigns/{campaign.slug}/items/{row.pk}/"')
        self.assertContains(shown, f'href="/datasets/{campaign.dataset_id}/items/{later.pk}/"')
        assert len({link for _row, link in shown.context["rows"]}) == 2

    def test_query_counts_do_not_grow_with_the_list(self):
        dataset = make.a_dataset(self.team)
        few, many = ([*a_class(count), *(example(asked(), n, None) for n in range(900, 900 + count))] for count in (20, 45))
        first, second = (a_training_set(self.team, one, dataset=dataset, origin="dataset") for one in (few, many))
        assert queries_of(self.client, self.page(first)) == queries_of(self.client, self.page(second))

    def test_long_lists_come_page_by_page(self):
        missing = [example(asked(), n, None) for n in range(1000, 1120)]
        page = self.page(a_training_set(self.team, [*a_class(), *missing]))
        shown = self.client.get(page, {"page": 3})
        self.assertContains(shown, "101–120 of 120")
        self.assertContains(shown, "s1119")


@pytest.mark.parametrize("reason", ["unmarked", "a reason of a later version"])
def test_a_reason_that_is_not_known_is_shown_as_it_is(reason: str) -> None:
    assert LeftOut(**json.loads(json.dumps({"reason": reason}))).reason_words
