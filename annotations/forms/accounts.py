"""Forms about one's own account."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from annotations.models import User

# What Django says about passwords. Named here, so that our catalogue has it: Django's own speaks to
# the reader in another tone than the rest of the page, and leaves the newest sentences in English.
LIBRARY_SENTENCES = (
    _("Your password can’t be too similar to your other personal information."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be entirely numeric."),
    _("The password is too similar to the %(verbose_name)s."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    _("This password is too common."),
    _("This password is entirely numeric."),
    _("The two password fields didn’t match."),
    _("Enter the same password as before, for verification."),
    _("Your old password was entered incorrectly. Please enter it again."),
)


class SignInForm(AuthenticationForm):
    """User name and password; says the same whether the name or the password was wrong."""

    error_messages = {
        "invalid_login": _("This user name and password do not belong together."),
        "inactive": _("This account is closed."),
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")


class SettingsForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["display_name", "language"]
        help_texts = {
            "display_name": _("What the others in your teams see."),
            "language": _("Used wherever you sign in."),
        }

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("as the browser says")), *settings.LANGUAGES],
    )


class NewAccountForm(BaseUserCreationForm):
    """An account made from an invitation."""

    class Meta:
        model = User
        fields = ["username", "display_name"]
        labels = {"username": _("User name"), "display_name": _("Your name")}
        help_texts = {
            "username": _("What you type to sign in. Letters of any script, digits and @ . + - _"),
            "display_name": _("What the others in the team see."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].required = True

    def clean_username(self) -> str:
        """Refuses a name that differs from a taken one by case only."""
        name = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("This user name is taken."))
        return name
