"""`python -m grading.service`: one process with a few threads on a socket of its own."""

from __future__ import annotations

import os
import sys

from config.paths import service_socket

NICE = 5  # behind the pages of raters, before trainings
THREADS = 8  # they wait in line for the one marking; see app.py


def main() -> None:
    threads = os.environ.get("GRADER_THREADS") or str(max(1, (os.cpu_count() or 2) - 1))
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, threads)  # read when the libraries are first imported
    os.nice(NICE)
    socket = service_socket()
    socket.parent.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "gunicorn", "grading.service.start:application()"),
        *("--bind", f"unix:{socket}", "--umask", "0o077", "--workers", "1"),
        *("--worker-class", "gthread", "--threads", str(THREADS)),
        *("--timeout", "120", "--log-level", "warning"),
    ]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
