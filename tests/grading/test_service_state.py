"""What became of a served answer: the mark of record, agreement and appeal."""

from __future__ import annotations

from django.test import Client

from annotations.actions.adjudication import adjudicate
from annotations.actions.campaigns import close_campaign
from annotations.actions.claim_assignment import claim_assignment
from annotations.models import CampaignRater
from grading.models import Feedback, ServedAnswer
from tests.grading.service_case import SAID, ServiceCase, service  # noqa: F401


class StateTests(ServiceCase):
    def asked(self, **values):
        """An answer that the service has marked, as it is stored."""
        (said,) = self.ask(self.answer(**values)).json()["answers"]
        return said["links"], ServedAnswer.objects.get(public_id=said["id"])

    def test_the_machines_mark_is_of_record_where_nobody_is_needed(self) -> None:
        links, _answer = self.asked()
        told = self.look(links["self"]).json()
        assert (told["state"], told["mark_of_record"], told["origin"]) == ("settled", 2, "machine")

    def test_a_persons_mark_is_of_record_where_one_was_needed(self) -> None:
        self.deployment = self.deployed(self.version, threshold=1.0)
        links, answer = self.asked()
        told = self.look(links["self"]).json()
        assert (told["state"], told["mark_of_record"], told["reason"]) == ("waiting", None, "not_rated")
        self.rate(answer.item, 1)
        told = self.look(links["self"]).json()
        assert (told["state"], told["mark_of_record"], told["origin"]) == ("settled", 1, "human")
        assert told["machine_mark"] == 2

    def test_an_adjudicators_word_is_the_last(self) -> None:
        self.deployment = self.deployed(self.version, threshold=1.0)
        links, answer = self.asked()
        row = self.rate(answer.item, 1).campaign_item
        key = row.rubric.criteria.get().key
        adjudicate(campaign_item=row, adjudicator=self.cast.dave, scores={key: 0})
        told = self.look(links["self"]).json()
        assert (told["mark_of_record"], told["origin"]) == (0, "adjudicated")

    def test_an_appeal_is_kept_and_has_people_mark_the_answer_once(self) -> None:
        links, answer = self.asked()
        said = ["I wrote both.", "I wrote both.", "Look at line two."]  # the second is the first sent again
        for text in said:
            response = self.ask({"kind": "appeal", "text": text}, links["feedback"])
            assert (response.status_code, response.json()["state"]) == (201, "waiting")
        (row,) = self.deployment.queue.campaign_items.all()
        assert row.probability is None
        assert [f.text for f in answer.feedback.all()] == said[1:]
        answer.refresh_from_db()
        self.rate(answer.item, 1)
        assert self.look(links["self"]).json()["mark_of_record"] == 1

    def test_the_adjudicator_finds_the_appeal_beside_the_item_and_raters_do_not(self) -> None:
        links, _answer = self.asked()
        self.ask({"kind": "appeal", "text": "<i>I wrote both.</i>"}, links["feedback"])
        shown = self.client_of("carol").get(f"/rate/{self.deployment.queue.slug}/").content.decode()
        assert SAID[2] in shown
        assert "I wrote both" not in shown
        (row,) = self.deployment.queue.campaign_items.all()
        row.assignments.update(state="open", rater=None)  # carol gives it back
        self.rate(row.item, 1)
        self.ask({"kind": "appeal"}, links["feedback"])
        path = f"/campaigns/{self.deployment.queue.slug}/items/{row.pk}/"
        page = self.client_of("dave").get(path).content.decode()
        assert "&lt;i&gt;I wrote both.&lt;/i&gt;" in page
        assert page.index("against the mark 2 of 2") < page.index("against the mark 1 of 2")

    def test_an_appeal_against_a_persons_mark_has_another_person_mark_it(self) -> None:
        self.deployment = self.deployed(self.version, threshold=1.0)
        links, answer = self.asked()
        self.rate(answer.item, 1)
        for _time in range(2):
            told = self.ask({"kind": "appeal"}, links["feedback"]).json()
            assert told["state"] == "waiting"
        self.rate(answer.item, 1, by="carol")
        told = self.look(links["self"]).json()
        assert (told["mark_of_record"], told["origin"]) == (1, "human")
        assert answer.item.campaign_items.get().assignments.count() == 2

    def test_people_who_differ_after_an_appeal_leave_it_to_the_adjudicator(self) -> None:
        self.deployment = self.deployed(self.version, threshold=1.0)
        links, answer = self.asked()
        self.rate(answer.item, 1)
        self.ask({"kind": "appeal"}, links["feedback"])
        self.rate(answer.item, 2, by="carol")
        told = self.look(links["self"]).json()
        assert (told["state"], told["reason"]) == ("waiting", "raters_disagree")

    def test_agreement_is_kept_and_changes_nothing(self) -> None:
        links, answer = self.asked()
        response = self.ask({"kind": "agree"}, links["feedback"])
        assert response.json()["state"] == "settled"
        assert Feedback.objects.get().answer == answer
        assert not self.deployment.queue.campaign_items.exists()

    def test_raters_meet_the_answer_and_neither_mark_nor_why(self) -> None:
        self.deployment = self.deployed(self.version, threshold=1.0)
        self.asked(student="student 17")
        client = Client()
        client.force_login(self.cast.bob, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"/rate/{self.deployment.queue.slug}/").content.decode()
        assert SAID[2] in page
        assert "student 17" not in page
        assert self.version.scorer.name not in page

    def test_each_rater_gets_an_answer_of_the_queue_that_the_other_has_not(self) -> None:
        self.deployment = self.deployed(self.version, threshold=1.0)
        self.ask({"answers": [self.answer(), self.answer()]})
        places = CampaignRater.objects.filter(campaign=self.deployment.queue)
        taken = [claim_assignment(campaign_rater=place) for place in places]
        assert len({one.campaign_item_id for one in taken}) == 2

    def test_with_the_queue_closed_nothing_is_lost_silently(self) -> None:
        links, _answer = self.asked()
        queue = self.deployment.queue
        close_campaign(campaign=queue, typed_name=queue.name)
        response = self.ask({"kind": "appeal"}, links["feedback"])
        assert (response.status_code, response.json()["code"]) == (409, "queue")
        assert not Feedback.objects.exists()
        again = self.deployed(self.version, threshold=1.0)
        assert again.queue != queue
        assert again.queue.dataset == queue.dataset
        self.ask(self.answer())
        assert again.queue.campaign_items.count() == 1
