"""Keys of endpoints: each in a file that only this user may read, beside the secret key of the site.

Not in the database, so that no dump, export, log or page of the admin can give one away; not in
environment variables named by users, since one could then have any variable sent to an address of theirs.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings


def store_key(key: str) -> str:
    """Keep a key; the answer is the name of its file."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = secrets.token_hex(16)
    handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(key)
    return name


def read_key(name: str) -> str:
    """The key kept under a name; "" for no name. Raises OSError where the file is gone."""
    return (_folder() / name).read_text("utf-8") if name else ""


def forget_key(name: str) -> None:
    """Delete a key; one that is gone already is as good."""
    if name:
        (_folder() / name).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.KEYS_ROOT)
