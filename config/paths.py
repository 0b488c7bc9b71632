"""Where Concord keeps its data. Everything it writes lies under one folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("CONCORD_VAR", BASE / "var"))

# sockaddr_un holds 108 bytes on Linux; a longer path cannot be bound.
LONGEST_SOCKET_PATH = 100


def redis_socket() -> Path:
    """The embedded Redis's socket: under VAR, or in the temporary folder if that path is too long."""
    path = VAR / "redis" / "redis.sock"
    if len(str(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(str(VAR).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"concord-{digest}.sock"
