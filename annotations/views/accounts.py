"""Sign in, sign out, password, settings."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import override

from annotations.forms.accounts import SettingsForm, SignInForm


def remember_language(response: HttpResponse, language: str) -> None:
    """The cookie that LocaleMiddleware reads; none for "as the browser says"."""
    if language:
        response.set_cookie(
            django_settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax"
        )
    else:
        response.delete_cookie(django_settings.LANGUAGE_COOKIE_NAME)


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth_views.LoginView):
    template_name = "annotations/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: SignInForm) -> HttpResponse:
        response = super().form_valid(form)
        if language := form.get_user().language:
            remember_language(response, language)
        return response


@method_decorator(login_not_required, name="dispatch")
class SignOut(auth_views.LogoutView):
    """By POST only; a second sign-out is no error."""


class PasswordChange(auth_views.PasswordChangeView):
    template_name = "annotations/password.html"
    success_url = reverse_lazy("account-settings")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Your password has been changed."))
        return response


def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method != "POST" or not form.is_valid():
        return render(request, "annotations/settings.html", {"form": form})
    user = form.save()
    with override(user.language or None):
        messages.success(request, _("Your settings have been saved."))
    response = redirect("account-settings")
    remember_language(response, user.language)
    return response
