"""manage.py load_demo: the made-up school, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from grading.actions.demo import DemoExists, load_demo


class Command(BaseCommand):
    help = "Load the demo: a made-up school with its campaigns and a grader. Does nothing the second time."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_demo()
        except DemoExists:
            self.stdout.write(_("The demo is there already."))
            return
        self.stdout.write(_("The demo is loaded."))
