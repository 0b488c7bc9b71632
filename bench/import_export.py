"""Items in, rated items out: how fast, and how much memory.

    python bench/import_export.py [--rows 10000 100000] [--rated 10000] [--work FOLDER]

Each import runs in a process of its own on a new SQLite database (WAL, synchronous=FULL) in a
temporary folder. A row is a made-up answer of 120 characters with question, full mark, student,
class, a machine mark (so two rows are stored for it) and a note. "again" imports the same file a
second time and must add nothing.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

CHARACTERS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
HEAD = ["学号", "班级", "题号", "题目", "满分", "作答", "机器评分", "备注"]
QUESTIONS = 20


def write_table(path: Path, rows: int) -> None:
    """A CSV as Excel writes it, the same for the same number of rows."""
    rng = random.Random(7)
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for i in range(rows):
            question = i % QUESTIONS + 1
            answer = "".join(rng.choices(CHARACTERS, k=120))
            student = f"s{i // QUESTIONS:06d}"
            row = [
                student,
                f"{i // 1000 % 10}班",
                question,
                f"第{question}题：为什么？",
                10,
                answer,
            ]
            writer.writerow([*row, rng.randint(0, 10), "made up"])


def start_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()


def prepare() -> None:
    """Tables and a team."""
    start_django()
    from django.core.management import call_command

    from annotations.models import Team

    call_command("migrate", run_syncdb=True, verbosity=0)
    Team.objects.get_or_create(name="Bench", slug="bench")


def import_once(path: str) -> None:
    """Import a file and print {"added", "unchanged", "seconds", "cpu", "mib"}."""
    start_django()
    from django.core.management import call_command

    from annotations.models import ItemImport

    before = time.perf_counter(), time.process_time()
    with open(os.devnull, "w") as nowhere:
        call_command("import_items", path, "--dataset", "bench", stdout=nowhere)
    last = ItemImport.objects.latest("pk")
    print_measures(before, added=last.added, unchanged=last.unchanged)


def export_rated(rated: str) -> None:
    """Rate so many items by two people each and write the ratings as CSV."""
    start_django()
    write = ratings_writer()
    if write is None:
        print(json.dumps({"skipped": "grading.reports has no export of ratings"}))
        return
    campaign = a_rated_campaign(int(rated))
    before = time.perf_counter(), time.process_time()
    size = write(campaign)
    print_measures(before, bytes=size)


def ratings_writer() -> Callable | None:
    """campaign → bytes written, by the report's own stream of ratings; None where it is missing."""
    try:
        csv_lines = importlib.import_module("grading.reports.ratings").csv_lines
    except (ImportError, AttributeError):
        return None
    return lambda campaign: sum(len(text.encode()) for text in csv_lines(campaign))


def a_rated_campaign(rated: int):
    from annotations.models import CampaignItem, Dataset, Item, Team, User
    from tests import make

    team = Team.objects.get(slug="bench")
    raters = [User.objects.create_user(f"rater{i}") for i in range(2)]
    dataset = Dataset.objects.get(team=team, name="bench")
    small = make.a_dataset(team, "rated")
    question, rubric = make.a_question(small), make.a_rubric(team)
    campaign = make.a_campaign(small, rubric, raters)
    texts = dataset.items.values_list("text", flat=True)[:rated]
    items = Item.objects.bulk_create(
        Item(dataset=small, question=question, key=f"k{i}", position=i, text=text, source=f"s{i}")
        for i, text in enumerate(texts)
    )
    CampaignItem.objects.bulk_create(
        CampaignItem(campaign=campaign, item=item, rubric=rubric, probability=1, position=i)
        for i, item in enumerate(items)
    )
    rate_all(campaign, rubric, raters)
    return campaign


def rate_all(campaign, rubric, raters) -> None:
    from annotations.models import Assignment, CriterionScore, Rating

    rows = list(campaign.campaign_items.all())
    pairs = [(row, slot, rater) for row in rows for slot, rater in enumerate(raters)]
    slots = Assignment.objects.bulk_create(
        Assignment(campaign=campaign, campaign_item=row, slot=slot, rater=rater, state="submitted")
        for row, slot, rater in pairs
    )
    ratings = Rating.objects.bulk_create(
        Rating(campaign=campaign, campaign_item=row, assignment=slot, rater=rater, kind="live",
               composite=0.6, active_seconds=20.0)
        for (row, _, rater), slot in zip(pairs, slots, strict=True)
    )  # fmt: skip
    criteria = list(rubric.criteria.all())
    CriterionScore.objects.bulk_create(
        CriterionScore(rating=rating, criterion=criterion, value=3)
        for rating in ratings
        for criterion in criteria
    )


def print_measures(before: tuple[float, float], **facts: object) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, cpu = time.perf_counter() - before[0], time.process_time() - before[1]
    print(json.dumps({**facts, "seconds": seconds, "cpu": cpu, "mib": peak}))


def child(folder: Path, step: str, *words: str) -> dict:
    """Run one step in a process of its own; what it printed last."""
    env = {**os.environ, "CONCORD_VAR": str(folder), "PYTHONPATH": str(ROOT)}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, __file__, "--step", step, *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}


def line(name: str, rows: int, measured: dict) -> str:
    if "skipped" in measured:
        return f"{name:<28}{measured['skipped']}"
    rate = rows / measured["seconds"]
    return f"{name:<28}{measured['seconds']:>9.2f}{measured['cpu']:>9.2f}{rate:>11,.0f}{measured['mib']:>10.0f}"


def measure(rows: list[int], rated: int, work: str | None) -> None:
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"load when it began: {os.getloadavg()[0]:.1f}")
    print(f"{'':<28}{'seconds':>9}{'CPU s':>9}{'rows/s':>11}{'peak MiB':>10}")
    for count in rows:
        with tempfile.TemporaryDirectory(dir=work) as name:
            folder = Path(name)
            write_table(folder / "items.csv", count)
            child(folder, "prepare")
            first = child(folder, "import", str(folder / "items.csv"))
            again = child(folder, "import", str(folder / "items.csv"))
            assert (first["added"], again["added"], again["unchanged"]) == (count, 0, count)
            print(line(f"import {count:,} items", count, first))
            print(line(f"import {count:,} again", count, again))
            if count == rows[-1]:
                out = child(folder, "export", str(min(rated, count)))
                print(line(f"export {rated:,} rated items", rated, out))


STEPS = {"prepare": prepare, "import": import_once, "export": export_rated}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rated", type=int, default=10_000)
    parser.add_argument("--work", help="folder for the temporary database")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        STEPS[options.step](*options.words)
    else:
        measure(options.rows, options.rated, options.work)


if __name__ == "__main__":
    main()
