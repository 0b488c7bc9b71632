"""What the page for deploying says of each version: its proof, and where its threshold comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from annotations.templatetags.figures import as_share, as_threshold
from grading.held_out import sure_rows
from grading.methods.threshold_proposal import Proposal, propose
from grading.models import Grader, ModelVersion, SelectiveGrading, Verdict
from grading.verdict_words import in_a_row
from grading.version_stage import proven_versions


@dataclass(frozen=True)
class Choice:
    """`selective`: what people's marks have proven in a campaign; it goes before the `proposal`."""

    version: ModelVersion
    verdict: Verdict | None
    selective: SelectiveGrading | None
    proposal: Proposal | None

    @property
    def threshold(self) -> float | None:
        """None: nothing is known. 1 sends every answer to people."""
        if self.selective:
            return self.selective.threshold
        if self.proposal is None:
            return None
        return 1.0 if self.proposal.threshold is None else self.proposal.threshold

    @property
    def sentence(self) -> str:
        if self.selective:
            return _("Selective grading in %(campaign)s has proven the threshold %(threshold)s.") % {
                "campaign": self.selective.campaign, "threshold": as_threshold(self.selective.threshold),
            }  # fmt: skip
        if self.proposal is None:
            return _("It has too few held-out answers to propose a threshold from.")
        return proposal_sentence(self.proposal)


def choices(grader: Grader, versions: Sequence[ModelVersion], target: float) -> list[Choice]:
    """`target`: the share of wrong marks allowed among those that no person sees."""
    proven = proven_versions(versions)
    rows = SelectiveGrading.objects.filter(campaign__team=grader.team_id, undone_at=None)
    newest = {row.machine: row for row in rows.select_related("campaign").order_by("pk")}
    return [
        Choice(
            one, proven.get(one.pk), newest.get(one.scorer.name) if one.scorer else None,
            _proposal(one, target),
        )
        for one in versions
    ]  # fmt: skip


def _proposal(version: ModelVersion, target: float) -> Proposal | None:
    rows = sure_rows(version)
    confidence = np.array([row.confidence for row in rows], dtype=float)
    return propose(confidence, np.array([row.is_right for row in rows], dtype=bool), target)


def proposal_sentence(found: Proposal) -> str:
    told = {"rows": found.rows, "target": as_threshold(found.target)}
    if found.threshold is None:
        return _("Of its %(rows)s held-out answers even the surest are wrong in more than %(target)s, so it is proposed that people mark all.") % told  # fmt: skip
    told |= {
        "threshold": as_threshold(found.threshold), "accepted": found.accepted,
        "right": as_share(found.right), "low": as_share(found.low), "high": as_share(found.high),
    }  # fmt: skip
    first = _("Of its %(rows)s held-out answers %(accepted)s are at least %(threshold)s sure, and %(right)s of these marks are right [%(low)s, %(high)s].") % told  # fmt: skip
    if found.is_shown:
        second = _("This shows that at most %(target)s are wrong.") % told
    else:
        second = _("That is too few to show that at most %(target)s are wrong; let the audit show it.") % told
    return in_a_row(first, second)
