"""Files of items: POST /api/v1/items/<dataset> brings one in, GET /api/v1/imports/<id> tells how it goes."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from annotations import jobs
from annotations.actions import item_imports
from annotations.actions.said_columns import WORDS, ColumnsUnclear, complete_mapping
from annotations.formats.problems import BadFile
from annotations.formats.problems import Problem as Fault
from annotations.models import Dataset, ItemImport
from config.queue import QueueDown, enqueue
from grading.api import schemas
from grading.api.door import bytes_of, door, said
from grading.api.problems import MOST_ERRORS, Problem
from grading.models import ApiToken

Scope = ApiToken.Scope
LONGEST_NAME = 120


@door(Scope.IMPORT, "POST")
def items(request: HttpRequest, token: ApiToken, dataset: str) -> HttpResponse:
    """The body is the file. `?map=ROLE=COLUMN` says what a column is, as often as needed; `?preview=1` stores
    nothing; `?filename=` is what people see."""
    dataset = dataset.strip()
    if not dataset or len(dataset) > LONGEST_NAME:
        raise Problem(422, "dataset", _("The name of a dataset has 1 to 120 characters."))
    file = SimpleUploadedFile(_file_name(request.GET.get("filename", "")), bytes_of(request))
    known = Dataset.objects.filter(team=token.team_id, name=dataset).first()
    try:
        kept = item_imports.keep_upload(
            team=token.team, user=token.user, file=file, dataset=known, dataset_name=dataset
        )
    except BadFile as problem:
        raise _of_file(problem.problem) from None
    try:
        _map(kept, request.GET.getlist("map"))
        if request.GET.get("preview"):
            found = _imported(request, kept, is_preview=True)
            _forget(kept)
            return said(found)
        item_imports.confirm_import(item_import=kept)
        enqueue(jobs.run_item_import, kept.pk)
    except (Problem, QueueDown):
        _forget(kept)
        raise
    return said(_imported(request, kept), 202)


@door(Scope.IMPORT, "GET")
def state(request: HttpRequest, token: ApiToken, pk: int) -> HttpResponse:
    rows = ItemImport.objects.filter(team=token.team_id, campaign=None).select_related("dataset")
    found = rows.exclude(state=ItemImport.State.DRAFT).filter(pk=pk).first()
    if found is None:
        raise Problem(404, "no_import", _("Your team has no such import."))
    return said(_imported(request, found))


def _file_name(said: str) -> str:
    """No path, and nothing that a database or a disk does not take."""
    plain = said.replace("/", "_").replace("\\", "_").replace("\0", "")
    return plain[-LONGEST_NAME:].strip(" .") or "upload"


def _map(kept: ItemImport, pairs: list[str]) -> None:
    """Raises Problem."""
    try:
        roles = complete_mapping(kept.facts, _said(kept, pairs))
        item_imports.map_columns(item_import=kept, roles=roles)
    except ColumnsUnclear as unclear:
        raise _unclear(unclear) from None
    except BadFile as problem:
        raise _of_file(problem.problem) from None


def _said(kept: ItemImport, pairs: list[str]) -> dict[str, str]:
    """column → role. Raises Problem."""
    found = {}
    for pair in pairs:
        word, _equals, column = pair.partition("=")
        if word not in WORDS or column not in kept.facts["columns"]:
            detail = _("“%(pair)s” is not ROLE=COLUMN with one of these roles and a column of the file: %(roles)s") % {
                "pair": pair, "roles": ", ".join(dict.fromkeys(WORDS.values())),
            }  # fmt: skip
            raise Problem(422, "map", detail)
        found[column] = WORDS[word]
    return found


def _unclear(unclear: ColumnsUnclear) -> Problem:
    if unclear.problems:
        return Problem(422, "columns", " ".join(problem.text for problem in unclear.problems))
    errors = [
        {"column": column, "detail": _(" or ").join(f"map={role}={column}" for role in roles)}
        for column, roles in list(unclear.open.items())[:MOST_ERRORS]
    ]
    return Problem(422, "columns", _("Some columns could be several things. Say which in the address."), errors=errors)


def _of_file(fault: Fault) -> Problem:
    return Problem(422, "file", fault.text)


def _forget(kept: ItemImport) -> None:
    kept.file.delete(save=False)
    kept.delete()


def _imported(request: HttpRequest, kept: ItemImport, *, is_preview: bool = False) -> schemas.Imported:
    problems = [Fault.from_data(data) for data in kept.problems[:MOST_ERRORS]]
    if failure := kept.facts.get("failure"):
        problems.insert(0, Fault.from_data(failure))
    return schemas.Imported(
        id=None if is_preview else kept.pk,
        dataset=kept.dataset.name if kept.dataset else kept.dataset_name,
        state="preview" if is_preview else kept.state,  # type: ignore[arg-type]
        columns=kept.mapping,
        added=kept.added,
        unchanged=kept.unchanged,
        refused=kept.refused,
        problems=[schemas.Refused(line=one.line, detail=one.text) for one in problems],
        links=None if is_preview else _links(request, kept),
    )


def _links(request: HttpRequest, kept: ItemImport) -> schemas.ImportLinks:
    def link(name: str) -> str:
        return request.build_absolute_uri(reverse(name, args=[kept.pk]))

    return schemas.ImportLinks(self=link("api-import"), page=link("item-import"))
