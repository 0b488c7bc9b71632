"""Changing one's password, and one's settings."""

from __future__ import annotations

import inspect
import re

from django.contrib.auth import forms as auth_forms
from django.contrib.auth import password_validation

from annotations.forms import accounts
from tests.base import PASSWORD, ConcordTestCase

NEW = "a quite different staple"
SENTENCE = re.compile(r'"((?:Your|This|The)(?: \w+)? password [^"]{15,})"')


def sentences(module) -> set[str]:
    return set(SENTENCE.findall(inspect.getsource(module)))


def test_every_sentence_of_the_library_about_passwords_is_in_our_catalogue() -> None:
    """A new wording of Django's would be read in English by everybody."""
    said = sentences(password_validation) | sentences(auth_forms.SetPasswordForm)
    said |= sentences(auth_forms.PasswordChangeForm) | sentences(auth_forms.SetPasswordMixin)
    assert len(said) > 8
    assert said <= sentences(accounts), said - sentences(accounts)


class PasswordTests(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("bob")

    def change(self, old: str = PASSWORD, new: str = NEW, again: str = ""):
        data = {"old_password": old, "new_password1": new, "new_password2": again or new}
        return self.client.post("/password/", data)

    def is_password(self, password: str) -> bool:
        self.cast.bob.refresh_from_db()
        return self.cast.bob.check_password(password)

    def test_it_changes_and_keeps_the_reader_signed_in(self) -> None:
        self.assertRedirects(self.change(), "/settings/")
        assert self.is_password(NEW)
        self.assertContains(self.client.get("/settings/"), "Settings")

    def test_the_old_password_is_asked_for(self) -> None:
        assert self.change(old="nonsense").status_code == 200
        assert self.is_password(PASSWORD)

    def test_a_weak_password_is_refused_at_the_field(self) -> None:
        response = self.change(new="12345678")
        self.assertContains(response, "id_new_password2_error")
        assert self.is_password(PASSWORD)

    def test_two_different_new_ones_are_refused(self) -> None:
        assert self.change(again="another staple").status_code == 200
        assert self.is_password(PASSWORD)


class SettingsTests(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("bob")

    def save(self, **data):
        return self.client.post("/settings/", {"display_name": "Bob", "language": "", **data})

    def test_it_saves_the_name_that_others_see(self) -> None:
        self.assertRedirects(self.save(display_name="鲍勃"), "/settings/")
        self.cast.bob.refresh_from_db()
        assert str(self.cast.bob) == "鲍勃"

    def test_the_language_holds_from_the_next_page(self) -> None:
        self.save(language="zh-hans")
        self.assertContains(self.client.get("/settings/"), '<html lang="zh-hans"')

    def test_going_back_to_the_browsers_language_forgets_the_cookie(self) -> None:
        self.save(language="zh-hans")
        self.save(language="")
        response = self.client.get("/settings/", headers={"accept-language": "en"})
        self.assertContains(response, '<html lang="en"')

    def test_an_unknown_language_is_refused(self) -> None:
        assert self.save(language="xx").status_code == 200
        self.cast.bob.refresh_from_db()
        assert self.cast.bob.language == ""

    def test_nobody_can_make_themselves_superuser_here(self) -> None:
        self.save(is_superuser="on", is_staff="on", username="root")
        self.cast.bob.refresh_from_db()
        assert not (self.cast.bob.is_superuser)
        assert not (self.cast.bob.is_staff)
        assert self.cast.bob.username == "bob"
