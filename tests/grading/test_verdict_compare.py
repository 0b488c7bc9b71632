"""Two candidates compared on the same items: numbers, page, command and report."""

from __future__ import annotations

import json
from io import StringIO

import numpy as np
from django.core.management import call_command

from annotations.models import Campaign, Criterion
from grading.models import DecisionPolicy
from grading.reports.content import build_report
from grading.verdict_compare import compare_candidates
from tests import make
from tests.base import Cast, ConcordTestCase
from tests.grading.verdict_cast import a_grading, a_policy, rate_all, raters_of


def a_paired_evaluation(cast: Cast, better: float = 0.8, n: int = 24, **policy) -> Campaign:
    """n questions answered by two systems; the first one is better by `better` of 5."""
    rng = np.random.default_rng(4)
    dataset = make.a_dataset(cast.team)
    for number in range(n):
        question = make.a_question(dataset, key=f"q{number}")
        hard = float(rng.normal(2.6, 1.0))
        for source, more in (("new", better), ("old", 0.0)):
            true = float(np.clip(hard + more, 0, 5))
            make.an_item(question, source=source, metadata={"true": true})
    campaign = make.a_campaign(dataset, make.a_rubric(cast.team), raters_of(cast), k=2)
    rate_all(campaign, cast, rng, 2)
    a_policy(campaign, **policy)
    return campaign


class Pairs(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = a_paired_evaluation(cls.cast)
        cls.url = f"/campaigns/{cls.campaign.slug}/verdicts/compare/"

    def test_the_better_one_is_found_where_hard_questions_hide_it(self) -> None:
        found = compare_candidates(self.campaign, "new", "old")
        row = found.rows[""]
        assert row.items == found.population == 24
        assert 0 < row.low < row.difference < row.high
        assert row.p < 0.01

    def test_the_other_way_round_is_the_same_with_the_other_sign(self) -> None:
        one = compare_candidates(self.campaign, "new", "old").rows[""]
        other = compare_candidates(self.campaign, "old", "new").rows[""]
        assert abs(one.difference + other.difference) < 1e-12
        assert abs(one.low + other.high) < 1e-12

    def test_it_says_whether_other_raters_would_see_it_so(self) -> None:
        row = compare_candidates(self.campaign, "new", "old").rows[""]
        assert row.like.low < row.low < row.difference < row.high < row.like.high
        self.sign_in("alice")
        page = self.client.get(self.url, {"a": "new", "b": "old"}).content.decode()
        assert "raters like these" in page
        assert f"{100 * row.like.high:+.1f}" in page

    def test_criteria_are_corrected_together_and_the_headline_stands_alone(self) -> None:
        rows = compare_candidates(self.campaign, "new", "old").rows
        assert rows[""].p_holm is None
        criteria = [row for key, row in rows.items() if key]
        assert len(criteria) == 3
        assert all(row.p <= row.p_holm for row in criteria)

    def test_the_page_says_it_and_shows_it(self) -> None:
        self.sign_in("alice")
        page = self.client.get(self.url, {"a": "new", "b": "old"}).content.decode()
        assert "new is better than old" in page
        assert "<svg" in page
        assert "Holm" in page

    def test_the_same_candidate_twice_is_a_sentence(self) -> None:
        self.sign_in("alice")
        response = self.client.get(self.url, {"a": "new", "b": "new"})
        self.assertContains(response, "Choose two different candidates.")

    def test_an_unknown_candidate_is_a_sentence(self) -> None:
        self.sign_in("alice")
        response = self.client.get(self.url, {"a": "new", "b": "<b>"})
        self.assertContains(response, "&lt;b&gt;")

    def test_an_outsider_does_not_see_it(self) -> None:
        self.sign_in("eve")
        assert self.client.get(self.url).status_code == 404

    def test_the_command_prints_json_and_exits_0(self) -> None:
        out = StringIO()
        slug = self.campaign.slug
        call_command("verdict", "--campaign", slug, "--compare", "new", "old", "--json", stdout=out)
        facts = json.loads(out.getvalue())
        assert facts["pairs"] == 24
        assert facts["criteria"][0]["difference"] > 0
        assert facts["criteria"][0]["like"]["low"] < facts["criteria"][0]["low"]

    def test_the_report_has_it(self) -> None:
        sections = {section.key: section for section in build_report(self.campaign).sections}
        rows = sections["compare"].tables[0].records()
        assert {row["a"] for row in rows} == {"new"}
        assert rows[0]["low"] > 0

    def test_the_difference_of_an_automatic_score_is_used_where_it_goes_along(self) -> None:
        rng = np.random.default_rng(3)
        answers = self.campaign.dataset.items.all()
        scores = {item: item.metadata["true"] + rng.normal(0, 0.02) for item in answers}
        judge = make.a_scorer(self.team, scores, "judge", scale="score")
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.filter(campaign=self.campaign).update(auxiliary=judge)
        helped = compare_candidates(self.campaign, "new", "old").rows[""]
        assert helped.worth.is_used
        assert helped.worth.correlation > helped.worth.bar


class NamedCategories(ConcordTestCase):
    def test_names_are_not_compared_as_numbers(self) -> None:
        """Kinds of mistake are 1, 2, 3: their mean says nothing of better or worse."""
        rubric = make.a_rubric(self.team, (1,), publish=False)
        Criterion.objects.create(
            rubric=rubric, key="kind", name="Kind of mistake", position=2, weight=0, scale="categories",
            low=1, high=3, levels=make.levels(1, 3),
        )  # fmt: skip
        rubric.state = rubric.State.PUBLISHED
        rubric.save()
        dataset = make.a_dataset(self.team)
        for number in range(12):
            question = make.a_question(dataset, key=f"q{number}")
            make.several_items(question, [{"source": "new"}, {"source": "old"}])
        campaign = make.a_campaign(dataset, rubric, raters_of(self.cast))
        make.ratings([
            (row, rater, {"c1": 3.0 + place % 2, "kind": 1.0 if row.item.source == "new" else 3.0})
            for place, row in enumerate(campaign.campaign_items.select_related("item"))
            for rater in raters_of(self.cast)[:2]
        ])
        a_policy(campaign)
        assert set(compare_candidates(campaign, "new", "old").rows) == {"", "c1"}


class Grading(ConcordTestCase):
    def test_two_machines_are_compared_on_the_answers_both_marked(self) -> None:
        campaign, _scorer = a_grading(self.cast, n=30, wrong=2)
        answers = list(campaign.dataset.items.order_by("pk"))
        marks = {
            a: float((a.reference_mark + (1 if i < 15 else 0)) % 5) for i, a in enumerate(answers)
        }
        make.a_scorer(self.team, marks, name="worse")
        row = compare_candidates(campaign, "grader", "worse").rows[""]
        assert row.items == 30
        assert abs(row.difference - 13 / 30) < 1e-9
        assert row.p < 0.01
        assert abs(row.like.low - row.low) < 1e-9, "marks that all agree on leave the raters no part"
