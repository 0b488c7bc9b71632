"""Appeals: somebody asks for the mark of an item to be looked at again."""

from __future__ import annotations

from django.db import models

from annotations.models.dataset import Item


class Appeal(models.Model):
    """Whoever got `mark` (None: there was none yet) says why it should be another one."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="appeals")
    mark = models.FloatField(null=True)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]
