"""Which training sets are learnt together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grading.models import TrainingSet
from grading.training_join import joint_name


class SetsField(forms.ModelMultipleChoiceField):
    """Training sets, each with its subject, its answers and its day."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=TrainingSet.objects.none(), **kwargs)

    def label_from_instance(self, obj: TrainingSet) -> str:
        count = gettext("answers: %(count)s") % {"count": obj.row_count}
        day = date_format(localtime(obj.created_at), "SHORT_DATE_FORMAT")
        return " · ".join(filter(None, (obj.name, obj.school_subject, count, day)))


class JoinForm(forms.Form):
    """`sets` are those that may be chosen; those of the same school subject or of none stand first."""

    sets = SetsField(label=_("Learn together with"))
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False,
        help_text=_("Left empty, the names of the sets are put together."),
    )  # fmt: skip

    def __init__(self, *args: Any, base: TrainingSet, sets: QuerySet[TrainingSet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._base = base
        same = {base.school_subject, ""} if base.school_subject else {""}
        is_other = Case(When(school_subject__in=same, then=Value(0)), default=Value(1), output_field=IntegerField())
        self.fields["sets"].queryset = sets.order_by(is_other, "-created_at", "-pk")

    def values(self) -> dict[str, Any]:
        """For grading.actions.training_draft.start_draft: the set of the page counts first."""
        sets = [self._base, *self.cleaned_data["sets"]]
        subjects = {one.school_subject for one in sets} - {""}
        return {
            "team": self._base.team, "together": sets,
            "name": self.cleaned_data["name"] or joint_name(sets),
            "school_subject": subjects.pop() if len(subjects) == 1 else "",
        }  # fmt: skip
