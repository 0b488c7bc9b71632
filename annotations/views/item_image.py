"""A scan of an answer, only for those who may see the item."""

from __future__ import annotations

import mimetypes

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from annotations import access


@require_safe
def image(request: HttpRequest, pk: int, image_pk: int) -> FileResponse:
    scan = access.get_image_or_404(request.user, image_pk)
    if scan.item.dataset_id != pk:
        raise Http404
    try:
        file = scan.file.open("rb")
    except OSError:
        raise Http404 from None
    kind = mimetypes.guess_type(scan.file.name)[0] or "application/octet-stream"
    response = FileResponse(file, content_type=kind)
    # Nothing in a scan may run, whatever it is; a browser keeps it for the reader alone.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400"
    return response
