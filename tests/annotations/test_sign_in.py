"""Signing in and out, and the lock-out after repeated failures."""

from __future__ import annotations

from django.test import Client, override_settings

from annotations.models import User
from tests.base import PASSWORD, ConcordTestCase


class SignInTests(ConcordTestCase):
    def post(self, password: str = PASSWORD, name: str = "bob", **extra):
        return self.client.post("/sign-in/", {"username": name, "password": password, **extra})

    def test_it_signs_in_and_goes_to_the_start_page(self) -> None:
        self.assertRedirects(self.post(), "/", fetch_redirect_response=False)
        assert int(self.client.session["_auth_user_id"]) == self.cast.bob.pk

    def test_it_goes_on_to_the_page_that_was_asked_for(self) -> None:
        response = self.client.get("/teams/school/")
        self.assertRedirects(response, "/sign-in/?next=/teams/school/")
        self.assertRedirects(self.post(next="/teams/school/"), "/teams/school/")

    def test_it_does_not_go_to_another_site(self) -> None:
        response = self.post(next="https://evil.example/")
        self.assertRedirects(response, "/", fetch_redirect_response=False)

    def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(self) -> None:
        wrong = self.post("nonsense")
        unknown = self.post("nonsense", name="nobody")
        sentence = "This user name and password do not belong together."
        self.assertContains(wrong, sentence)
        self.assertContains(unknown, sentence)
        self.assertNotContains(wrong, "saved", msg_prefix="nothing was to be saved here")

    def test_a_closed_account_cannot_sign_in(self) -> None:
        User.objects.filter(username="bob").update(is_active=False)
        assert self.post().status_code == 200
        assert "_auth_user_id" not in self.client.session

    def test_it_needs_the_csrf_token_and_says_what_happened(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        response = strict.post("/sign-in/", {"username": "bob", "password": PASSWORD})
        self.assertContains(response, "The form was not accepted", status_code=403)

    def test_signing_in_brings_the_chosen_language(self) -> None:
        User.objects.filter(username="bob").update(language="zh-hans")
        assert self.post().cookies["django_language"].value == "zh-hans"

    def test_who_is_signed_in_is_sent_home(self) -> None:
        self.sign_in("bob")
        response = self.client.get("/sign-in/")
        self.assertRedirects(response, "/", fetch_redirect_response=False)

    def test_the_page_can_be_had_in_chinese(self) -> None:
        response = self.client.get("/sign-in/", headers={"accept-language": "zh-CN,zh;q=0.9"})
        self.assertContains(response, '<html lang="zh-hans"')

    def test_the_language_switch_comes_back_to_the_page(self) -> None:
        response = self.client.post(
            "/language/", {"language": "zh-hans", "next": "/sign-in/?next=/"}
        )
        self.assertRedirects(response, "/sign-in/?next=/", fetch_redirect_response=False)
        self.assertContains(self.client.get("/sign-in/"), '<html lang="zh-hans"')


class SignOutTests(ConcordTestCase):
    def test_it_signs_out_by_post(self) -> None:
        self.sign_in("bob")
        self.assertRedirects(self.client.post("/sign-out/"), "/sign-in/")
        assert "_auth_user_id" not in self.client.session

    def test_a_link_cannot_sign_anybody_out(self) -> None:
        self.sign_in("bob")
        assert self.client.get("/sign-out/").status_code == 405
        assert "_auth_user_id" in self.client.session


class LockOutTests(ConcordTestCase):
    def fail(self, times: int, name: str = "bob", **headers):
        for _i in range(times):
            response = self.client.post(
                "/sign-in/", {"username": name, "password": "nonsense"}, **headers
            )
        return response

    def test_five_failures_lock_and_the_page_says_how_long(self) -> None:
        response = self.fail(5)
        self.assertContains(response, "Wait 15 minutes", status_code=429)

    def test_while_locked_the_right_password_does_not_help(self) -> None:
        self.fail(5)
        response = self.client.post("/sign-in/", {"username": "bob", "password": PASSWORD})
        assert response.status_code == 429
        assert "_auth_user_id" not in self.client.session

    def test_four_failures_do_not_lock(self) -> None:
        self.fail(4)
        self.client.post("/sign-in/", {"username": "bob", "password": PASSWORD})
        assert "_auth_user_id" in self.client.session

    def test_one_persons_failures_do_not_lock_a_colleague_at_the_same_address(self) -> None:
        self.fail(5)
        self.client.post("/sign-in/", {"username": "carol", "password": PASSWORD})
        assert "_auth_user_id" in self.client.session

    def test_somebody_elsewhere_cannot_lock_bob_out(self) -> None:
        self.fail(5, REMOTE_ADDR="203.0.113.9")
        self.client.post("/sign-in/", {"username": "bob", "password": PASSWORD})
        assert "_auth_user_id" in self.client.session

    def test_a_name_with_markup_is_shown_as_text(self) -> None:
        response = self.fail(5, name="<script>alert(1)</script>")
        self.assertNotContains(response, "<script>alert", status_code=429)

    @override_settings(AXES_COOLOFF_TIME=2)
    def test_the_wait_follows_the_setting(self) -> None:
        self.assertContains(self.fail(5), "Wait 120 minutes", status_code=429)
