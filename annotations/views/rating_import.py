"""Upload of existing ratings; from there on the pages of an import (item_import) are the same."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from annotations import access
from annotations.actions import item_imports
from annotations.formats.problems import BadFile
from annotations.forms.rating_import import RatingsUploadForm
from annotations.models import Campaign
from annotations.views.item_import import located

TAKES_NONE = (Campaign.State.DRAFT, Campaign.State.CLOSED)


def create(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = access.get_campaign_or_404(request.user, slug, access.LEAD)
    takes_ratings = campaign.state not in TAKES_NONE
    form = RatingsUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and takes_ratings and form.is_valid():
        try:
            item_import = item_imports.keep_ratings(
                campaign=campaign, user=request.user, **form.cleaned_data
            )
            return redirect("item-import-columns", item_import.pk)
        except BadFile as error:
            form.add_error("file", located(error.problem))
    context = {"campaign": campaign, "form": form, "takes_ratings": takes_ratings}
    return render(request, "annotations/rating_import_create.html", context)
