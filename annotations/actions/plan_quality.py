"""What a plan lets one compare, one school subject at a time: teachers of two subjects are rightly apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotations.actions.campaign_plan import CampaignPlan
from annotations.methods.assignment_design import design_quality


@dataclass(frozen=True)
class SubjectQuality:
    """`groups`: names of the raters that items link, the largest group first. `efficiency`: the lowest
    of the groups', in (0, 1]; None where nobody is compared. See methods/assignment_design.py."""

    school_subject: str
    groups: tuple[tuple[str, ...], ...]
    efficiency: float | None

    @property
    def raters(self) -> int:
        return sum(len(group) for group in self.groups)

    @property
    def is_apart(self) -> bool:
        return len(self.groups) > 1


def quality_by_subject(plan: CampaignPlan) -> tuple[SubjectQuality, ...]:
    """In the order of the subjects' names."""
    subjects = plan.school_subjects
    return tuple(_quality(plan, name, subjects == name) for name in sorted(set(subjects)))


def _quality(plan: CampaignPlan, subject: str, rows: np.ndarray) -> SubjectQuality:
    quality = design_quality(plan.slots[rows], len(plan.raters))
    names = [str(rater.user) for rater in plan.raters]
    known = [value for value in quality.efficiency if value is not None]
    return SubjectQuality(
        school_subject=subject,
        groups=tuple(tuple(names[i] for i in group) for group in quality.components),
        efficiency=min(known, default=None),
    )
