"""Into service and out of it. What is in force changes in one transaction, after the version is in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.models import User
from grading.actions.grading_run import give_scorers
from grading.actions.serve_queue import make_queue, queue_of
from grading.actions.served_questions import Asked, learnt_questions, questions_for
from grading.models import Deployment, Grader, ModelVersion, Verdict
from grading.service import client
from grading.training_rows import DamagedSet
from grading.version_stage import proof_of


@dataclass(frozen=True)
class Terms:
    """On which terms a version serves; see Deployment."""

    threshold: float | None = None
    audit_share: float = 0.05
    agreement_floor: float | None = None
    drift_bound: float = 0.25
    override_reason: str = ""


def deploy(
    *, version: ModelVersion, by: User | None, terms: Terms, raters: Sequence[User] = ()
) -> Deployment:
    """Put a version in service in place of the one before.

    The version is loaded first: whoever asks meets the old one until then and the new one afterwards.
    `raters` mark what the machine leaves; those of an earlier deployment go on.
    Raises ValidationError with what stands against it; then nothing has changed.
    """
    require_trained(version)
    verdict = proof_of(version)
    if verdict is None and not terms.override_reason.strip():
        raise ValidationError(
            _("No signed verdict passes this version. Say why it is to be in service all the same.")
        )
    require_loaded(version, client.load)
    if verdict is not None:
        terms = replace(terms, override_reason="")
    return switch(version, verdict, by, terms, raters)


def roll_back(*, grader: Grader, by: User | None, instead_of: int | None = None) -> Deployment:
    """Bring back the version before, with the grounds and terms on which it was deployed.

    `instead_of`: the deployment that whoever asks sees in force; sent twice, it goes back once.
    Raises ValidationError.
    """
    earlier = earlier_deployment(grader)
    if earlier is None:
        raise ValidationError(_("No other version was in service before."))
    require_loaded(earlier.version, client.load)
    terms = Terms(
        earlier.threshold, earlier.audit_share, earlier.agreement_floor, earlier.drift_bound,
        earlier.override_reason,
    )  # fmt: skip
    return switch(
        earlier.version, earlier.verdict, by, terms, (), restores=earlier, instead_of=instead_of
    )


@transaction.atomic
def retire(*, grader: Grader, by: User | None) -> None:
    """No version is in service any more. Old versions can still be asked for by number."""
    _end_active(grader, by)


def earlier_deployment(grader: Grader) -> Deployment | None:
    """The last one of another version than the one in force. After a roll-back the one that was
    rolled back does not count: one can go further back, not to and fro."""
    current = grader.deployments.active().first()
    if current is None:
        return grader.deployments.select_related("version").first()
    start = current.restores or current
    rows = grader.deployments.filter(pk__lt=start.pk).exclude(version=current.version_id)
    return rows.select_related("version").order_by("-pk").first()


def require_trained(version: ModelVersion) -> None:
    """And not retired. Raises ValidationError."""
    if version.trained_at is None:
        raise ValidationError(_("This version is not trained yet."))
    if version.retired_at is not None:
        raise ValidationError(_("This version has been retired."))


def require_loaded(version: ModelVersion, load: Callable[[int], object]) -> None:
    """`load` is the client's for this kind of version. Raises ValidationError."""
    try:
        load(version.pk)
    except client.ServiceAway as problem:
        raise ValidationError(
            _("The grading service does not answer, so nothing was changed. Try again in a moment.")
        ) from problem
    except client.ServiceFailed as problem:
        raise ValidationError(
            _("The grading service could not load this version, so nothing was changed.")
        ) from problem


def switch(
    version: ModelVersion,
    verdict: Verdict | None,
    by: User | None,
    terms: Terms,
    raters: Sequence[User],
    *,
    restores: Deployment | None = None,
    instead_of: int | None = None,
) -> Deployment:
    """The version is in force from now on; whoever calls has seen that it can be loaded, and looked for what
    proves it before that.

    The same version on the same terms stays as it is: a form that is sent twice, or once more since its
    answer was lost, is one deployment.
    """
    asked = _learnt(version)  # a large file: nobody who writes is to wait for it
    with transaction.atomic():
        # No lock on the keys: answers that come meanwhile point to the grader, and hold the queue when they do.
        own = Grader.objects.select_for_update(of=("self",), no_key=True).select_related("team")
        grader = own.get(pk=version.grader_id)
        if restores is None:
            _require_unchanged(version, verdict)
        active = grader.deployments.active()
        if instead_of is not None and not active.filter(pk=instead_of).exists():
            raise ValidationError(_("Another version has been put in service meanwhile, so nothing was changed."))
        give_scorers(version)
        queue = queue_of(grader) or make_queue(grader, raters, by)
        questions_for(queue.dataset, grader.school_subject, asked)
        terms = replace(terms, override_reason=terms.override_reason.strip())
        meant = {**asdict(terms), "version": version, "verdict": verdict, "queue": queue}
        if restores is None and (same := active.filter(**meant).first()):
            return same
        _end_active(grader, by)
        return Deployment.objects.create(grader=grader, restores=restores, created_by=by, **meant)


def _learnt(version: ModelVersion) -> list[Asked]:
    try:
        return learnt_questions(version)
    except (DamagedSet, OSError) as problem:
        raise ValidationError(_("The training set of this version cannot be read.")) from problem


def _require_unchanged(version: ModelVersion, verdict: Verdict | None) -> None:
    """Loading takes minutes, in which a version is retired or its proof taken back."""
    version.refresh_from_db(fields=["retired_at"])
    require_trained(version)
    if verdict is not None and proof_of(version) != verdict:
        raise ValidationError(_("The verdict that passed this version does not any more, so nothing was changed."))


def _end_active(grader: Grader, by: User | None) -> None:
    grader.deployments.active().update(ended_at=timezone.now(), ended_by=by)
