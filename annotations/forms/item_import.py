"""Upload a file; say what its columns are."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet, TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.formats.columns import Role, label_of
from annotations.formats.limits import MIB
from annotations.formats.problems import Problem
from annotations.formats.rating_columns import check_rating_mapping
from annotations.formats.ratings import RatingRole
from annotations.formats.wide_rows import check_item_columns
from annotations.models import Dataset, Team


class SizedFile(forms.FileField):
    """A file within the limit of the settings."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > settings.MAX_UPLOAD_MB * MIB:
            words = {"size": round(file.size / MIB), "limit": settings.MAX_UPLOAD_MB}
            raise forms.ValidationError(
                _("The file has %(size)s MiB; at most %(limit)s can be imported at once.") % words
            )
        return file


class UploadForm(forms.Form):
    """A file and the dataset it goes to: one there is, or a new one."""

    file = SizedFile(
        label=gettext_lazy("File"),
        max_length=255,
        help_text=format_lazy(
            gettext_lazy(
                "CSV, TSV, XLSX, JSON, JSON lines, text in labelled blocks (题目: … 作答: …), or a zip "
                "of one of these with images beside it. At most {limit} MiB."
            ),
            limit=settings.MAX_UPLOAD_MB,
        ),
    )
    dataset = forms.ModelChoiceField(
        label=gettext_lazy("Add to"),
        queryset=Dataset.objects.none(),
        required=False,
        empty_label=gettext_lazy("a new dataset"),
    )
    dataset_name = forms.CharField(
        label=gettext_lazy("Name of the new dataset"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Left empty, the name of the file is taken."),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), queryset=Team.objects.none(), empty_label=None, required=False
    )

    def __init__(
        self, *args: Any, teams: QuerySet[Team], datasets: QuerySet[Dataset], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].queryset = datasets.order_by("name")
        self.fields["team"].queryset = teams
        if not datasets.exists():
            self.fields["dataset"].widget = forms.HiddenInput()
        if teams.count() == 1:
            self.fields["team"].widget = forms.HiddenInput()
            self.fields["team"].initial = teams[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        dataset = data.get("dataset")
        if dataset:
            data["team"] = dataset.team
        elif not data.get("team"):
            self.add_error("team", _("Say which team the dataset belongs to."))
        if not data.get("dataset_name") and data.get("file"):
            data["dataset_name"] = PurePath(data["file"].name).stem[:120]
        return data


class ColumnsForm(forms.Form):
    """A role for each column. What the file leaves open has no answer beforehand."""

    roles_of_file: type[TextChoices] = Role

    def check(self, roles: dict[str, str]) -> list[Problem]:
        return check_item_columns(roles)

    def __init__(
        self, *args: Any, facts: dict[str, Any], mapping: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._columns: dict[str, str] = {}
        self._facts = facts
        choices = [("", _("— what is it? —")), *self.roles_of_file.choices]
        for number, column in enumerate(facts["columns"]):
            name = f"column_{number}"
            self._columns[name] = column
            self.fields[name] = forms.ChoiceField(
                label=label_of(column),
                choices=choices,
                initial=mapping.get(column) or facts["guess"].get(column, ""),
                error_messages={"required": _("Say what this column is.")},
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row a column: its field, sample values, and whether it is asked."""
        return [
            {
                "field": self[name],
                "samples": self._facts["samples"].get(column, []),
                "is_asked": column in self._facts["open"],
            }
            for name, column in self._columns.items()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            for problem in self.check(self.roles()):
                self.add_error(None, problem.text)
        return data

    def roles(self) -> dict[str, str]:
        return {column: self.cleaned_data[name] for name, column in self._columns.items()}


class RatingColumnsForm(ColumnsForm):
    """The same for a file of ratings."""

    roles_of_file = RatingRole

    def check(self, roles: dict[str, str]) -> list[Problem]:
        return check_rating_mapping(roles, self._facts.get("knows_items", False))
