"""What a training set is made from, how it is divided, and how it is exported."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotations.formats.problems import Problem
from annotations.forms.item_import import ColumnsForm, SizedFile
from annotations.models import Campaign, Dataset, Team
from grading.forms.training_join import SetsField
from grading.methods.prompt_text import StrayBrace, UnknownPlace
from grading.methods.training_split import SplitPlan
from grading.models import MarksTaken, PromptTemplate, SplitBy, TrainingOrigin, TrainingSet
from grading.training_columns import TrainingRole, check_columns
from grading.training_exports import TO_ANSWER, ExportFormat
from grading.training_page import SPLIT_NAMES
from grading.training_prompts import Prompt, usual_template
from grading.training_rows import SPLITS, rows_of

OF_SOURCES = ("file", "dataset", "campaign", "marks", "together")


class SourceForm(forms.Form):
    """What all sources are asked; `origin` says which source it is."""

    origin = TrainingOrigin.FILE
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False,
        help_text=_("Left empty, the name of the source is taken."),
    )  # fmt: skip
    school_subject = forms.CharField(
        label=_("School subject"), max_length=60, required=False,
        help_text=_("A grader marks one school subject: answers that say another one are left out."),
    )  # fmt: skip

    def source_name(self) -> str:
        raise NotImplementedError

    def team(self) -> Team:
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """For grading.actions.training_draft.start_draft."""
        data = self.cleaned_data
        own = {name: data[name] for name in OF_SOURCES if name in data}
        return {
            "team": self.team(), "origin": self.origin,
            "name": (data["name"] or self.source_name())[:120],
            "school_subject": data["school_subject"].strip(), **own,
        }  # fmt: skip


class FileSource(SourceForm):
    file = SizedFile(
        label=_("File"), max_length=255,
        help_text=_(
            "CSV, TSV, XLSX, JSON, JSON lines or text in labelled blocks: a line an answer, with its mark; "
            "the question, the student and the full mark where you have them."
        ),
    )  # fmt: skip
    team_of_file = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), empty_label=None, required=False
    )
    field_order = ("file", "name", "school_subject", "team_of_file")

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team_of_file"].queryset = teams
        if teams.count() == 1:
            self.fields["team_of_file"].widget = forms.HiddenInput()
        self.fields["team_of_file"].initial = teams.first()

    def source_name(self) -> str:
        return PurePath(self.cleaned_data["file"].name).stem

    def team(self) -> Team:
        return self.cleaned_data["team_of_file"] or self.fields["team_of_file"].initial


class DatasetSource(SourceForm):
    origin = TrainingOrigin.DATASET
    dataset = forms.ModelChoiceField(
        label=_("Dataset"), queryset=Dataset.objects.none(),
        help_text=_("Its past marks are learnt from."),
    )  # fmt: skip
    field_order = ("dataset", "name", "school_subject")

    def __init__(self, *args: Any, datasets: QuerySet[Dataset], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].queryset = datasets.order_by("name")

    def source_name(self) -> str:
        return self.cleaned_data["dataset"].name

    def team(self) -> Team:
        return self.cleaned_data["dataset"].team


class CampaignSource(SourceForm):
    origin = TrainingOrigin.CAMPAIGN
    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none())
    marks = forms.ChoiceField(
        label=_("Marks of record to learn from"), choices=MarksTaken.choices,
        initial=MarksTaken.SETTLED, widget=forms.RadioSelect,
        help_text=_(
            "Marks that only the machine gave are never among them. Where a campaign plans one rating for each "
            "answer, as those in which people mark for a grader do, that rating counts as agreed as long as "
            "nobody appeals against it."
        ),
    )  # fmt: skip
    field_order = ("campaign", "marks", "together", "name", "school_subject")

    def __init__(
        self, *args: Any, campaigns: QuerySet[Campaign], sets: QuerySet[TrainingSet], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["together"].queryset = sets
        if not sets:
            del self.fields["together"]
        graded = campaigns.filter(kind=Campaign.Kind.GRADING).exclude(state=Campaign.State.DRAFT)
        self.fields["campaign"].queryset = graded.order_by("name")

    together = SetsField(
        label=_("Learn together with"), required=False,
        help_text=_(
            "What people mark for a grader are its hard cases: learnt alone they teach little. Where two say different "
            "marks of one answer, that of the campaign counts. These are the sets of the versions in service; with "
            "others it can be learnt together afterwards, on its page."
        ),
    )  # fmt: skip

    def source_name(self) -> str:
        return " + ".join(one.name for one in (self.cleaned_data["campaign"], *self.cleaned_data.get("together", ())))

    def team(self) -> Team:
        return self.cleaned_data["campaign"].team

    def clean_together(self) -> list[TrainingSet]:
        """Those of the campaign's team."""
        campaign = self.cleaned_data.get("campaign")
        return [one for one in self.cleaned_data["together"] if campaign and one.team_id == campaign.team_id]


class PaperColumnsForm(ColumnsForm):
    """A role for each column of a file of past papers."""

    roles_of_file = TrainingRole

    def check(self, roles: dict[str, str]) -> list[Problem]:
        return check_columns(roles)


class SplitForm(forms.Form):
    """What is left is learnt from. The school subject is asked where the source has several."""

    school_subject = forms.ChoiceField(label=_("School subject"), required=False)
    split_by = forms.ChoiceField(
        label=_("What stays together"), choices=SplitBy.choices, widget=forms.RadioSelect
    )
    validation = forms.IntegerField(label=_("To tune on, per cent"), min_value=0, max_value=45)
    test = forms.IntegerField(label=_("To test on, per cent"), min_value=0, max_value=45)
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**31 - 1,
        help_text=_("The same seed divides the same answers in the same way."),
    )  # fmt: skip

    def __init__(self, data: Any, *, plan: SplitPlan, subject: str, subjects: list[str]) -> None:
        _train, validation, test = (round(100 * share) for share in plan.shares)
        values = {"split_by": plan.by, "validation": validation, "test": test, "seed": plan.seed}
        super().__init__(data, initial={**values, "school_subject": subject})
        self.fields["school_subject"].choices = [("", _("all")), *((name, name) for name in subjects)]
        if len(subjects) < 2:
            del self.fields["school_subject"]

    def subject(self) -> str | None:
        """None where it was not asked."""
        return self.cleaned_data.get("school_subject")

    def plan(self) -> SplitPlan:
        data = self.cleaned_data
        validation, test = data["validation"] / 100, data["test"] / 100
        shares = (round(1 - validation - test, 2), validation, test)
        return SplitPlan(data["split_by"], shares, data["seed"])


class ExportForm(forms.Form):
    """Format, part and prompt of an export."""

    kind = forms.ChoiceField(label=_("Format"), choices=ExportFormat.choices)
    part = forms.ChoiceField(label=_("Answers"), required=False)
    template = forms.ModelChoiceField(
        label=_("Prompt template"), queryset=PromptTemplate.objects.none(), required=False,
        empty_label=_("the text below"),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text of the prompt"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    system = forms.CharField(
        label=_("Instruction before it"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The system message of formats that have one."),
    )  # fmt: skip

    def __init__(self, *args: Any, training_set: TrainingSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = [split for split in SPLITS if training_set.facts["splits"].get(split)]
        parts = [("", _("all, a file each in a zip")), *((s, SPLIT_NAMES[s]) for s in used)]
        self.fields["part"].choices = parts
        templates = PromptTemplate.objects.filter(team=training_set.team_id)
        self.fields["template"].queryset = templates
        if not templates.exists():
            self.fields["template"].widget = forms.HiddenInput()
        self.fields["text"].widget.attrs["placeholder"] = _usual_text(training_set)
        self.fields["text"].help_text = _(
            "Places in braces are filled in: {places}. {input} is all of them together. Left empty, the "
            "usual text is taken."
        ).replace("{places}", "{question}, {reference}, {scoring_points}, {full_mark}, {answer}")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "kind" in data:
            try:
                self.prompt().check()
            except UnknownPlace as unknown:
                words = {"name": unknown.name}
                self._blame(_("This format has nothing to put at {%(name)s}.") % words)
            except StrayBrace:
                self._blame(_("A brace stands alone; write {{ or }} for a brace that is meant."))
        return data

    def _blame(self, message: str) -> None:
        self.add_error("template" if self.cleaned_data.get("template") else "text", message)

    def prompt(self) -> Prompt:
        data = self.cleaned_data
        is_marking = data["kind"] not in TO_ANSWER
        if template := data.get("template"):
            return Prompt(is_marking, template.text, template.system)
        text = data.get("text", "").replace("\r\n", "\n")  # what browsers send
        return Prompt(is_marking, text, data.get("system", ""))


def _usual_text(training_set: TrainingSet) -> str:
    """The usual template to mark by, in the language of the answers."""
    first = next(rows_of(training_set), None)
    return usual_template(first) if first else ""
