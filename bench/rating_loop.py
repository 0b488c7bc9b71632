"""The rating loop: real gunicorn over HTTP, 8 raters at once, beside a bare view in the same run.

    python bench/rating_loop.py [--items 1000 100000] [--repeats 3] [--cycles 150] [--pool]

A cycle is one signed-in, CSRF-checked POST that stores a rating with its criterion scores and
answers with the next claimed item, rendered. Everything lives in a temporary CONCORD_VAR.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

import statistics  # noqa: E402

from bench.rating_loop_client import rate  # noqa: E402

RATERS = 8
WARM_UP = 10
START_SECONDS = 60
ENDS_QUIETLY = (signal.signal, (signal.SIGTERM, signal.SIG_DFL))


def environment(folder: str, port: int) -> dict[str, str]:
    changes = {"CONCORD_VAR": folder, "PORT": str(port), "HOST": "127.0.0.1", "DATABASE_URL": ""}
    settings = {"DJANGO_SETTINGS_MODULE": "bench.rating_loop_settings", "PYTHONPATH": str(ROOT)}
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DEBUG")}
    changes.pop("DATABASE_URL")
    return {**kept, **changes, **settings}


def django(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], env=env, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout


def prepare(env: dict[str, str], items: int, overlap: int, plan: str) -> dict:
    django(env, "manage.py", "migrate", "--verbosity", "0")
    numbers = map(str, (items, RATERS, overlap))
    facts = json.loads(django(env, "bench/rating_loop_data.py", "seed", *numbers, plan))
    criteria = ",".join(map(str, facts["criteria"]))
    return {"rubric": 1, "peer": {"campaign": facts["campaign"], "criteria": criteria, "plan": plan}}


@contextlib.contextmanager
def server(env: dict[str, str]) -> Iterator[None]:
    """gunicorn exactly as `make run` starts it."""
    code = "import json; from config.serve import web_command; print(json.dumps(web_command()))"
    command = json.loads(django(env, "-c", code))
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for(int(env["PORT"]))
        yield
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("gunicorn did not start")


def say(text: str) -> None:
    """Progress, beside the table."""
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def run(port: int, cycles: int, facts: dict, is_peer: bool, pause: float = 0) -> dict[str, float]:
    """One run of all raters: cycles a second, and the median and 95th percentile in ms."""
    with multiprocessing.Manager() as manager, multiprocessing.Pool(RATERS, *ENDS_QUIETLY) as pool:
        gate = manager.Barrier(RATERS, timeout=120)
        how = cycles, WARM_UP, facts, is_peer, gate, pause
        jobs = [(port, f"rater{i}", *how) for i in range(RATERS)]
        results = pool.starmap_async(rate, jobs, chunksize=1).get(timeout=300)
    times = sorted(seconds for result in results for seconds in result[1:])
    wall = max(result[0] for result in results)
    p95 = times[int(len(times) * 0.95)]
    say(f"{'bare view' if is_peer else 'Concord'}: {len(times) / wall:.0f} cycles/s")
    return {
        "rate": len(times) / wall,
        "p50": 1000 * statistics.median(times),
        "p95": 1000 * p95,
    }


def measure(items: int, repeats: int, cycles: int, plan: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="concord-loop-") as folder:
        port = free_port()
        env = environment(folder, port)
        needed = 2 * (repeats + 1) * RATERS * (cycles + WARM_UP + 3)
        say(f"{items:,} items: preparing")
        facts = prepare(env, items, min(RATERS, max(2, -(-needed // items))), plan)
        with server(env):
            pairs = [
                (run(port, cycles, facts, True), run(port, cycles, facts, False))
                for _i in range(repeats)
            ]
        asked = json.loads(django(env, "bench/rating_loop_data.py", "queries"))
    middle = {
        f"{who}_{what}": statistics.median(pair[at][what] for pair in pairs)
        for at, who in enumerate(("bare", "concord"))
        for what in ("rate", "p50", "p95")
    }
    ratio = statistics.median(ours["rate"] / bare["rate"] for bare, ours in pairs)
    return {**middle, "ratio": ratio, "queries": asked["queries"]}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def main() -> None:
    # Asked to end, it still ends the server that it started.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--cycles", type=int, default=150, help="measured cycles a rater and run")
    parser.add_argument("--pool", action="store_true", help="slots planned for nobody")
    options = parser.parse_args()
    plan = "pool" if options.pool else "planned"
    print(
        f"{RATERS} raters, {options.repeats} runs each, {plan} slots, {os.cpu_count()} cores; medians"
    )
    print(
        "| items | cycles/s | p50 ms | p95 ms | bare view cycles/s | bare p95 ms | ratio | queries |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for items in options.items:
        m = measure(items, options.repeats, options.cycles, plan)
        print(
            f"| {items:,} | {m['concord_rate']:.0f} | {m['concord_p50']:.1f} | {m['concord_p95']:.1f} "
            f"| {m['bare_rate']:.0f} | {m['bare_p95']:.1f} | {m['ratio']:.2f} | {m['queries']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
