"""The bar of an exam and the machine's part in it as options, checked by the page's own form."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from annotations.management.named import campaign_named
from annotations.models import Campaign
from grading.forms.exam import SelectiveForm
from grading.models import SelectiveGrading

NUMBERS = {
    "papers": "papers in a class (50)",
    "questions": "questions a paper (as many as the dataset has)",
    "wrong-allowed": "wrong marks allowed in all (5)",
    "tolerance": "in marks (the policy's)",
    "assurance": "in how many of 100 classes the bar is kept (95)",
    "machine-seconds": "seconds the machine takes for a mark (1)",
    "alpha": "wrong among the marks the machine accepts, at most, in per cent (5)",
    "delta": "chance that this fails, at most, in per cent (10)",
}


def add_exam_options(parser: CommandParser) -> None:
    """Everything the two pages ask; what is left out takes the page's default."""
    parser.add_argument("--campaign", required=True, metavar="SLUG", help="a grading campaign")
    parser.add_argument("--scorer", default="", metavar="NAME", help="the machine")
    parser.add_argument(
        "--confidence", default="", metavar="NAME", help="the score that says how sure it is"
    )
    parser.add_argument("--part", default="", choices=SelectiveGrading.Part.values)
    for name, text in NUMBERS.items():
        parser.add_argument(f"--{name}", default="", metavar="N", help=text)
    languages = [code for code, _name in settings.LANGUAGES]
    parser.add_argument("--language", default=settings.LANGUAGE_CODE, choices=languages)
    parser.add_argument("--json", action="store_true", dest="is_json")


def exam_form(options: dict[str, Any]) -> SelectiveForm:
    """The valid form. Raises CommandError with a line for each thing that is wrong."""
    campaign = campaign_named(options["campaign"])
    if campaign.kind != Campaign.Kind.GRADING:
        raise CommandError(_("This campaign is an evaluation; there are no marks in it."))
    names = ["confidence", "part", *(name.replace("-", "_") for name in NUMBERS)]
    form = SelectiveForm(campaign, {"machine": options["scorer"], **{n: options[n] for n in names}})
    if not form.is_valid():
        lines = [
            f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
            for name, errors in form.errors.items()
            for error in errors
        ]
        raise CommandError("\n".join(lines))
    if not form.cleaned_data["machine"]:
        raise CommandError(_("No machine has marked this dataset"))
    return form
