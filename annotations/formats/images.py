"""Pictures that come with a table: only what Pillow can decode and a browser can show."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext_noop
from PIL import Image, UnidentifiedImageError

from annotations.formats.limits import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS, MIB
from annotations.formats.problems import BadFile, shown

SUFFIXES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}


@dataclass(frozen=True)
class Picture:
    """A checked image. `suffix` comes from its content, never from its name."""

    data: bytes
    suffix: str
    width: int
    height: int


def check_image(data: bytes, name: str) -> Picture:
    """Decode an image once.

    Raises:
        BadFile: it is too large in bytes or pixels, of another kind, or damaged.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise BadFile(
            gettext_noop("The image “%(name)s” is larger than %(limit)s MiB."),
            name=shown(name),
            limit=MAX_IMAGE_BYTES // MIB,
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _decoded(data, name)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadFile(
            gettext_noop("“%(name)s” is no image that can be shown (JPEG, PNG, WebP or GIF)."),
            name=shown(name),
        ) from None


def _decoded(data: bytes, name: str) -> Picture:
    with Image.open(io.BytesIO(data), formats=tuple(SUFFIXES)) as image:
        width, height = image.size
        if width * height > MAX_IMAGE_PIXELS:
            raise BadFile(
                gettext_noop("The image “%(name)s” has more than %(limit)s million pixels."),
                name=shown(name),
                limit=MAX_IMAGE_PIXELS // 1_000_000,
            )
        image.load()
        return Picture(data, SUFFIXES[str(image.format)], width, height)
