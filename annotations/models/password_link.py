"""The link by which a member sets a new password."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from annotations.models.team import User


class PasswordLink(models.Model):
    """One a person: a new one ends the one before. Its secret is stored nowhere."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="password_link")
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    @property
    def until(self) -> datetime:
        return self.made_at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)

    @property
    def is_open(self) -> bool:
        """It has neither expired nor been ended by the person's signing in."""
        last_login = self.user.last_login
        return self.until > timezone.now() and (last_login is None or last_login < self.made_at)
