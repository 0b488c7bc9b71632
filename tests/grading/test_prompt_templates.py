"""Prompt templates: drafts, versions and previews; files of questions; places and braces."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from django.db import connection

from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile
from annotations.models import Dataset, Item
from grading.actions.prompt_file import add_questions, make_dataset
from grading.actions.prompt_templates import save_template
from grading.methods.prompt_text import StrayBrace, UnknownPlace, places, render
from grading.models import PromptTemplate
from grading.prompt_values import values_of
from grading.training_rows import path_of, rows_of
from tests.grading.generation_case import GenerationCase, echo
from tests.grading.training_case import a_class, a_training_set
from tests.queries import queries_of


class TemplateTest(GenerationCase):
    def save(self, text, changed=None):
        return save_template(
            team=self.team, name="plain", text=text, system="", by=None, changed=changed
        )

    def test_a_draft_is_changed_and_a_used_one_gets_the_next_version(self):
        assert self.save("A {input}", self.template).version == 1
        self.template.freeze()
        second = self.save("B {input}", self.template)
        assert (second.version, second.text) == (2, "B {input}")
        self.template.refresh_from_db()
        assert self.template.text == "A {input}"

    def test_the_preview_shows_real_questions_and_what_is_wrong(self):
        self.sign_in("erin")
        url = f"/prompt-templates/{self.template.pk}/"
        data = {"text": "{input} | {reference}", "dataset": self.dataset.pk, "preview": "0"}
        page = self.client.post(url, data)
        self.assertContains(page, "Why 1? | ref 1")
        page = self.client.post(url, {**data, "text": "{input} {topic}"})
        self.assertContains(page, "The question says nothing for {topic}.")
        self.template.refresh_from_db()
        assert self.template.text == "Answer: {input}"

    def test_a_template_to_mark_is_previewed_on_the_rows_of_a_training_set(self):
        made = a_training_set(self.team, a_class(3))
        first, second, _third = rows_of(made)
        self.sign_in("erin")
        data = {"text": "{scoring_points}|{answer}", "training_set": made.pk, "preview": "0"}
        page = self.client.post(f"/prompt-templates/{self.template.pk}/", data)
        self.assertContains(page, f"|{first['answer']}")
        self.assertContains(page, f"to write: <bdi>{first['mark']:g}</bdi>")
        self.assertContains(page, 'value="1">Next row')
        self.assertNotContains(page, "Previous row")
        page = self.client.post(f"/prompt-templates/{self.template.pk}/", {**data, "preview": "1"})
        self.assertContains(page, f"|{second['answer']}")
        page = self.client.post(f"/prompt-templates/{self.template.pk}/", {**data, "text": "{input}"})
        self.assertContains(page, "To answer")
        self.assertContains(page, first["question"]["text"])

    def test_rows_of_other_teams_and_of_a_file_that_is_lost_are_not_shown(self):
        theirs = a_training_set(self.cast.elsewhere, a_class(3))
        ours = a_training_set(self.team, a_class(4))
        path_of(ours.digest).unlink()
        url, data = f"/prompt-templates/{self.template.pk}/", {"text": "{input}", "preview": "0"}
        self.sign_in("erin")
        self.assertContains(self.client.post(url, {**data, "training_set": theirs.pk}), "Select a valid choice")
        self.assertContains(self.client.post(url, {**data, "training_set": ours.pk}), "file with its answers is lost")

    def test_scoring_points_have_one_name_and_templates_with_the_former_still_work(self):
        question = self.dataset.questions.first()
        question.scoring_points = [{"text": "coal", "marks": 1}]
        assert render("{scoring_points}={points}", values_of(question)) == "coal (1)=coal (1)"

    def test_a_stray_brace_and_a_template_without_place_are_refused(self):
        self.sign_in("alice")
        page = self.client.post("/prompt-templates/new/", {"team": self.team.pk, "name": "x", "text": "a\n{input"})
        self.assertContains(page, "A brace in line 2 has no partner.")
        page = self.client.post("/prompt-templates/new/", {"team": self.team.pk, "name": "x", "text": "a"})
        self.assertContains(page, "without a place all prompts are the same")

    def test_saving_a_used_one_by_the_page_makes_the_next_version(self):
        self.template.freeze()
        self.sign_in("alice")
        self.client.post(f"/prompt-templates/{self.template.pk}/", {"text": "C {input}"})
        assert PromptTemplate.objects.get(version=2).text == "C {input}"

    def test_a_used_one_is_not_deleted(self):
        self.template.freeze()
        self.sign_in("alice")
        self.client.post(f"/prompt-templates/{self.template.pk}/delete/")
        assert PromptTemplate.objects.exists()

    def test_viewers_read_and_do_not_write(self):
        url = f"/prompt-templates/{self.template.pk}/"
        page = self.client_of("victor").get(url)
        self.assertContains(page, "Answer: {input}")
        self.assertNotContains(page, "<textarea")
        assert self.client_of("victor").post(url, {"text": "{input}"}).status_code == 403
        assert self.client_of("eve").get(url).status_code == 404

    def test_the_number_of_queries_of_the_list_does_not_grow(self):
        self.sign_in("alice")
        with_one = queries_of(self.client, "/prompt-templates/")
        for number in range(5):
            PromptTemplate.objects.create(team=self.team, name=f"t{number}", text="{input}")
        assert queries_of(self.client, "/prompt-templates/") == with_one


class PromptFileTest(GenerationCase):
    def add(self, text: str) -> int:
        return add_questions(self.dataset, open_table(BytesIO(text.encode()), "x.csv"))

    def test_the_same_file_again_adds_nothing(self):
        text = "question,topic\nWhat is light?,physics\nWhat is rain?,weather\n"
        assert (self.add(text), self.add(text)) == (2, 0)
        question = self.dataset.questions.get(text="What is rain?")
        assert question.metadata == {"topic": "weather"}

    def test_other_columns_are_places_of_the_template(self):
        self.add("question,topic\nWhat is light?,physics\n")
        self.dataset.questions.exclude(text="What is light?").delete()
        template = PromptTemplate.objects.create(team=self.team, name="t", text="{topic}: {input}")
        self.generated(echo, template=template, samples=1)
        assert Item.objects.get().text == "physics: What is light? #11"

    def test_the_file_is_read_before_anything_is_locked(self):
        table = open_table(BytesIO(b"question\nWhat is light?\n"), "x.csv")
        held, blocks = [], len(connection.atomic_blocks)

        def rows():
            for row in table.rows():
                held.append(len(connection.atomic_blocks) - blocks)
                yield row

        watched = replace(table, rows=rows)
        made = make_dataset(team=self.team, name="new", table=watched, by=self.cast.alice)
        add_questions(self.dataset, watched)
        assert made.questions.count() == 1
        assert set(held) == {0}

    def test_a_contradiction_is_refused_whole(self):
        with pytest.raises(BadFile):
            self.add("question number,question\n9,new one\n1,another text\n")
        assert self.dataset.questions.count() == 2

    def test_a_file_that_contradicts_itself_makes_no_dataset(self):
        table = open_table(BytesIO(b"question number,question\n1,one\n1,another\n"), "x.csv")
        with pytest.raises(BadFile):
            make_dataset(team=self.team, name="new", table=table, by=self.cast.alice)
        assert not Dataset.objects.filter(name="new").exists()


def test_places_and_braces():
    assert places("{a} {{b}} {c} {a}") == ["a", "c"]
    assert render("{a}{{x}}", {"a": "{b}"}) == "{b}{x}"
    assert render("{ 主题 }", {"主题": "光"}) == "光"
    with pytest.raises(UnknownPlace):
        render("{a.b}", {"a": "x"})
    for text in ("{", "a } b", "{a", "{}"):
        with pytest.raises(StrayBrace):
            places(text)
        with pytest.raises(StrayBrace):
            render(text, {})
