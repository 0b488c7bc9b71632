"""Rubrics: list, new, detail, publish, new version, delete; who may do what."""

from __future__ import annotations

from annotations.actions.rubric_templates import TEMPLATES
from annotations.actions.rubrics import create_rubric, publish_rubric, rubric_digest
from annotations.models import Criterion, Rubric
from annotations.templatetags.rubrics import formula
from tests import make
from tests.base import ConcordTestCase


def from_template(team, by, key: str = "reply", **kwargs) -> Rubric:
    start = TEMPLATES[key]
    name = kwargs.get("name", str(start.title))
    return create_rubric(team=team, name=name, by=by, head=start.head(), lines=start.fields())


class RubricListTests(ConcordTestCase):
    def test_a_team_without_rubrics_is_told_what_to_do_first(self):
        self.sign_in("alice")
        self.assertContains(self.client.get("/rubrics/"), "Make the first rubric")
        self.sign_in("victor")
        response = self.client.get("/rubrics/")
        self.assertContains(response, "The leads of your team make rubrics.")
        self.assertNotContains(response, "/rubrics/new/")

    def test_versions_stand_together_newest_first_with_their_campaigns(self):
        rubric = make.a_rubric(self.team, name="Replies")
        make.a_rubric(self.team, name="Replies", version=2, publish=False)
        question = make.a_question(make.a_dataset(self.team))
        make.a_campaign(question.dataset, rubric, [], name="Spring")
        self.sign_in("alice")
        text = self.client.get("/rubrics/").content.decode()
        assert text.index("version 2") < text.index("version 1") < text.index("Spring")

    def test_other_teams_rubrics_are_not_there(self):
        make.a_rubric(self.cast.elsewhere, name="Theirs")
        self.sign_in("alice")
        self.assertNotContains(self.client.get("/rubrics/"), "Theirs")

    def test_a_rater_has_no_rubric_list(self):
        self.sign_in("bob")
        assert self.client.get("/rubrics/").status_code == 403

    def test_the_number_of_queries_does_not_grow(self):
        question = make.a_question(make.a_dataset(self.team))
        make.an_item(question)

        def add(n: int) -> None:
            for _i in range(n):
                make.a_campaign(question.dataset, make.a_rubric(self.team), [])

        self.sign_in("alice")
        add(2)
        with self.assertNumQueries(FuzzyInt(1, 12)) as few:
            self.client.get("/rubrics/")
        add(8)
        with self.assertNumQueries(len(few.captured_queries)):
            self.client.get("/rubrics/")


class FuzzyInt(int):
    """Equal to every number from low to high."""

    def __new__(cls, low: int, high: int) -> FuzzyInt:
        found = super().__new__(cls, high)
        found.low, found.high = low, high
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and self.low <= other <= self.high

    __hash__ = int.__hash__


class NewRubricTests(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("alice")

    def make(self, **data):
        return self.client.post("/rubrics/new/", {"name": "Mine", "team": self.team.pk, **data})

    def test_every_template_makes_a_draft_that_can_be_published(self):
        for key in TEMPLATES:
            self.make(name=key, template=key)
            rubric = Rubric.objects.get(name=key)
            assert rubric.created_by == self.cast.alice
            assert not rubric.is_published
            if key != "blank":
                assert publish_rubric(rubric=rubric, by=self.cast.alice).is_published

    def test_it_goes_on_to_the_builder(self):
        response = self.make(template="summary")
        rubric = Rubric.objects.get()
        self.assertRedirects(response, f"/rubrics/{rubric.pk}/edit/")
        assert [c.name for c in rubric.criteria.all()] == ["Consistency", "Relevance", "Fluency", "Coherence"]

    def test_the_words_come_in_the_language_of_the_lead(self):
        page = self.client.get("/rubrics/new/", headers={"Accept-Language": "zh-hans"})
        assert page.status_code == 200

    def test_a_name_that_is_taken_is_refused_and_the_choice_kept(self):
        make.a_rubric(self.team, name="Mine")
        response = self.make(template="exam")
        self.assertContains(response, "This team already has a rubric of this name.")
        self.assertContains(response, 'value="exam" checked')
        assert Rubric.objects.count() == 1

    def test_an_unknown_template_makes_nothing(self):
        assert self.make(template="wild").status_code == 200
        assert not Rubric.objects.exists()

    def test_another_team_is_refused(self):
        self.make(template="blank", team=self.cast.elsewhere.pk)
        assert not Rubric.objects.exists()


class RubricDetailTests(ConcordTestCase):
    def setUp(self) -> None:
        self.rubric = from_template(self.team, self.cast.alice)
        self.url = f"/rubrics/{self.rubric.pk}/"
        self.sign_in("alice")

    def test_it_says_in_one_line_how_it_is_computed(self):
        text = formula(self.rubric)
        assert text.startswith("composite = 40 % Correctness + 30 % Politeness + 30 % Usefulness")
        assert "passed from 60" in text
        self.assertContains(self.client.get(self.url), text)

    def test_points_say_that_the_full_mark_caps(self):
        text = formula(from_template(self.team, None, "exam"))
        assert "sum of the points (5 here), at most the question’s full mark" in text

    def test_a_veto_is_said(self):
        assert "0 when Safe is 0 or less" in formula(from_template(self.team, None, "safety"))

    def test_unequal_weights_are_shown_as_shares(self):
        rubric = make.a_rubric(self.team, (1, 2), publish=False)
        assert "33.3 % Criterion 1 + 66.7 % Criterion 2" in formula(rubric)

    def test_weights_of_nothing_are_said_to_be_undefined(self):
        assert "undefined" in formula(make.a_rubric(self.team, (0, 0), publish=False))

    def test_every_level_is_shown(self):
        response = self.client.get(self.url)
        for criterion in self.rubric.criteria.all():
            for level in criterion.levels:
                self.assertContains(response, level["descriptor"])

    def test_names_are_data(self):
        Criterion.objects.filter(rubric=self.rubric, key="c1").update(name="<script>x</script>")
        response = self.client.get(self.url)
        self.assertNotContains(response, "<script>x")
        self.assertContains(response, "&lt;script&gt;x")

    def test_publishing_by_button(self):
        self.assertRedirects(self.client.post(self.url + "publish/"), self.url)
        self.rubric.refresh_from_db()
        assert self.rubric.is_published
        assert self.rubric.digest == rubric_digest(self.rubric)
        self.assertContains(self.client.get(self.url), self.rubric.digest)

    def test_publishing_twice_changes_nothing(self):
        self.client.post(self.url + "publish/")
        at = Rubric.objects.get(pk=self.rubric.pk).published_at
        self.client.post(self.url + "publish/")
        assert Rubric.objects.get(pk=self.rubric.pk).published_at == at

    def test_a_draft_that_is_not_ready_goes_back_to_the_builder(self):
        self.rubric.criteria.filter(key="c1").update(weight=10)
        response = self.client.post(self.url + "publish/", follow=True)
        self.assertRedirects(response, self.url + "edit/")
        self.assertContains(response, "The weights sum to 70 %, not to 100 %.")

    def test_a_new_version_is_a_draft_copy(self):
        self.client.post(self.url + "publish/")
        response = self.client.post(self.url + "new-version/")
        copy = Rubric.objects.get(version=2)
        self.assertRedirects(response, f"/rubrics/{copy.pk}/edit/")
        fields = ("key", "name", "weight", "levels", "low", "high", "veto_at", "is_required")
        assert list(copy.criteria.values_list(*fields)) == list(self.rubric.criteria.values_list(*fields))
        assert (copy.state, copy.digest, copy.published_at) == ("draft", "", None)

    def test_a_new_version_asked_twice_is_one_draft(self):
        self.client.post(self.url + "publish/")
        self.client.post(self.url + "new-version/")
        self.client.post(self.url + "new-version/")
        assert Rubric.objects.filter(name=self.rubric.name).count() == 2

    def test_a_new_version_of_an_old_one_takes_the_next_number(self):
        self.client.post(self.url + "publish/")
        self.client.post(self.url + "new-version/")
        publish_rubric(rubric=Rubric.objects.get(version=2), by=None)
        self.client.post(self.url + "new-version/")
        assert Rubric.objects.filter(version=3).exists()

    def test_a_draft_can_be_deleted(self):
        self.assertRedirects(self.client.post(self.url + "delete/"), "/rubrics/")
        assert not Rubric.objects.exists()

    def test_a_published_rubric_cannot_be_deleted(self):
        self.client.post(self.url + "publish/")
        response = self.client.post(self.url + "delete/", follow=True)
        self.assertContains(response, "never changes")
        assert Rubric.objects.exists()

    def test_a_draft_that_a_campaign_has_chosen_is_not_deleted(self):
        question = make.a_question(make.a_dataset(self.team))
        make.a_campaign(question.dataset, self.rubric, [], name="Spring")
        response = self.client.post(self.url + "delete/", follow=True)
        self.assertContains(response, "Campaigns use this rubric: Spring.")
        assert Rubric.objects.exists()


class DigestTests(ConcordTestCase):
    def test_the_same_content_has_the_same_digest_and_any_change_another(self):
        rubric = from_template(self.team, None)
        before = rubric_digest(rubric)
        assert rubric_digest(Rubric.objects.get(pk=rubric.pk)) == before
        Criterion.objects.filter(rubric=rubric, key="c2").update(weight=30.5)
        assert rubric_digest(rubric) != before

    def test_whole_numbers_and_decimals_are_the_same_number(self):
        rubric = make.a_rubric(self.team, (100,), publish=False)
        before = rubric_digest(rubric)
        line = rubric.criteria.get()
        line.levels = [{**level, "value": int(level["value"])} for level in line.levels]
        line.save()
        assert rubric_digest(rubric) == before


class RubricAccessTests(ConcordTestCase):
    READ = ("alice", "dave", "erin", "victor")

    def setUp(self) -> None:
        self.draft = make.a_rubric(self.team, publish=False)
        self.pages = {name: f"/rubrics/{self.draft.pk}/{name}" for name in ("", "preview/", "edit/")}

    def status(self, name: str, url: str, post: bool = False) -> int:
        client = self.client_of(name)
        return (client.post(url) if post else client.get(url)).status_code

    def test_members_read_and_only_leads_build(self):
        for name in ("alice", "dave", "erin", "victor", "bob", "eve"):
            expected = 200 if name in self.READ else (404 if name == "eve" else 403)
            assert self.status(name, self.pages[""]) == expected, name
            assert self.status(name, self.pages["preview/"]) == expected, name
            build = 200 if name == "alice" else (404 if name == "eve" else 403)
            assert self.status(name, self.pages["edit/"]) == build, name

    def test_only_leads_publish_copy_and_delete(self):
        for action in ("publish/", "new-version/", "delete/"):
            for name in ("dave", "erin", "victor", "bob"):
                assert self.status(name, f"/rubrics/{self.draft.pk}/{action}", post=True) == 403
            assert self.status("eve", f"/rubrics/{self.draft.pk}/{action}", post=True) == 404
            assert self.status("alice", f"/rubrics/{self.draft.pk}/{action}") == 405

    def test_only_leads_make_new_ones(self):
        for name in ("dave", "erin", "victor", "bob"):
            assert self.status(name, "/rubrics/new/") == 403
