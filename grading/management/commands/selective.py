"""manage.py selective --campaign SLUG … [--apply --user NAME]: the proven threshold, applied on request."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from annotations.access import LEAD, has_role
from annotations.models import Campaign, User
from grading.actions.selective import apply_selective
from grading.exam_data import exam_data
from grading.forms.exam import SelectiveForm
from grading.management.exam_options import add_exam_options, exam_form
from grading.management.exam_text import selective_data_of, selective_lines
from grading.reports.marks import selective_of
from grading.selective_data import calibration, selective


class Command(BaseCommand):
    help = (
        "Selective grading: the threshold with its proven bound, what it accepts and what is left to "
        "people. With --apply the accepted machine marks count, in the name of a lead (--user)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_exam_options(parser)
        parser.add_argument(
            "--apply", action="store_true", dest="is_applied", help="accept these machine marks"
        )
        parser.add_argument(
            "--user", metavar="NAME", help="with --apply: the lead who accepts them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            form = exam_form(options)
            if options["is_applied"]:
                _apply(form, _lead(form.campaign, options["user"]))
            data = _data(form)
            text = json.dumps(data, ensure_ascii=False, allow_nan=False)
            self.stdout.write(text if options["is_json"] else "\n".join(selective_lines(data)))


def _lead(campaign: Campaign, name: str | None) -> User:
    """Raises CommandError: the page lets nobody else apply it."""
    user = User.objects.filter(username=name, is_active=True).first() if name else None
    if user is None or not has_role(user, campaign.team_id, LEAD):
        raise CommandError(_("--apply needs --user: a lead of the campaign's team."))
    return user


def _chosen(form: SelectiveForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("machine", "confidence")}


def _apply(form: SelectiveForm, by: User) -> None:
    try:
        apply_selective(
            campaign=form.campaign, by=by, bar=form.bar(), **_chosen(form), **form.choice()
        )
    except ValidationError as problem:
        why = _data(form)["explanation"]
        raise CommandError(" ".join(map(str, filter(None, (*problem.messages, why))))) from problem


def _data(form: SelectiveForm) -> dict[str, Any]:
    bar, chosen = form.bar(), _chosen(form)
    found = calibration(exam_data(form.campaign), *chosen.values(), bar.tolerance)
    result = selective(found, bar, **form.choice())
    names = {"campaign": form.campaign.slug, **chosen, **form.choice()}
    return {**names, **selective_data_of(found, result, bar, selective_of(form.campaign))}
