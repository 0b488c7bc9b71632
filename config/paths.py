"""Where Concord keeps its data. Everything it writes lies under one folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
for name in ("CONCORD_VAR", "DATABASE_URL", "REDIS_URL"):
    if os.environ.get(name) == "":  # as a compose file leaves what nobody has set
        del os.environ[name]
VAR = Path(os.environ.get("CONCORD_VAR", BASE / "var"))

# sockaddr_un holds 108 bytes on Linux; a longer path cannot be bound.
LONGEST_SOCKET_PATH = 100


def redis_socket() -> Path:
    """The embedded Redis's socket."""
    return _socket(VAR / "redis" / "redis.sock")


def service_socket() -> Path:
    """Where the process that holds the graders in memory is asked."""
    return _socket(VAR / "service.sock")


def _socket(path: Path) -> Path:
    """Under VAR, or in the temporary folder if that path is too long."""
    if len(str(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"concord-{digest}.sock"
