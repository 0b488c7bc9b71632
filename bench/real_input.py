"""Walks the public commands and pages on real data: `python bench/real_input.py DATA_FOLDER`.

CESA (five questions, two judges, an adjudicated mark) as a grading campaign and DialSummEval (fourteen
systems, three raters, four criteria, automatic scores) as an evaluation: import, questions or rubric,
wizard, launch, existing ratings, agreement, verdict, report. Prints what came out beside what is known
of the data and ends with status 1 if a figure differs.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)
FOLDER = tempfile.mkdtemp(prefix="concord-real-")
os.environ.update(CONCORD_VAR=FOLDER, DJANGO_SETTINGS_MODULE="config.settings", DEBUG="1")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from lxml import html  # noqa: E402

os.environ["REDIS_URL"] = settings.REDIS_URL

from annotations.models import Campaign, Dataset, Membership, Role, Rubric, Team, User  # noqa: E402
from config.serve import redis_command, wait_for_redis  # noqa: E402

QWK = {"1": 0.936, "2": 0.845, "3": 0.912, "4": 0.929, "5": 0.885}
EXACT_POOLED = 0.899
ALPHA_ORDINAL = {"consistency": 0.407, "relevance": 0.312, "fluency": 0.010, "coherence": 0.475}


class Checks:
    """The table that is printed at the end."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, bool]] = []

    def equal(self, what: str, found: float, known: float) -> None:
        self.rows.append((what, f"{found:.3f}", f"{known:.3f}", abs(found - known) < 0.00051))

    def true(self, what: str, found: Any, is_right: bool) -> None:
        self.rows.append((what, str(found), "", is_right))

    def print(self) -> bool:
        print(f"\n{'what':58} {'found':>12} {'known':>8}")
        for what, found, known, is_right in self.rows:
            print(f"{what:58} {found:>12} {known:>8}  {'' if is_right else 'DIFFERS'}")
        return all(row[3] for row in self.rows)


class Walker:
    """Opens pages and fills in the forms it finds there, as a browser without JavaScript does."""

    def __init__(self, user: User) -> None:
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def open(self, path: str) -> html.HtmlElement:
        answer = self.client.get(path, follow=True)
        assert answer.status_code == 200, (path, answer.status_code)
        self.path = answer.request["PATH_INFO"]
        return html.fromstring(answer.content)

    def submit(self, path: str, **values: Any) -> str:
        """Fill in and post the longest form of the page; returns the address that follows."""
        page = self.open(path)
        form = max(page.forms, key=lambda found: len(found.fields))
        data = {name: value for name, value in form.fields.items() if value is not None}
        for name in {box.name for box in form.xpath(".//input[@type='checkbox' and @checked]") if box.name}:
            data[name] = [b.value or "on" for b in form.xpath(f".//input[@name='{name}' and @checked]")]
        data.update(values)
        answer = self.client.post(form.action or self.path, data, follow=True)
        page = html.fromstring(answer.content)
        errors = [e.text_content().strip() for e in page.xpath("//*[contains(@class, 'error')]")]
        assert answer.status_code == 200, (path, answer.status_code)
        assert answer.redirect_chain, (path, errors[:6])
        return str(answer.redirect_chain[-1][0])

    def post(self, path: str) -> None:
        assert self.client.post(path).status_code in (200, 302), path


def command(*arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    start = time.perf_counter()
    try:
        call_command(*arguments, stdout=out, **options)
    finally:
        print(f"{time.perf_counter() - start:7.1f} s  manage.py {arguments[0]}", flush=True)
    return out.getvalue()


def work_off() -> None:
    """What is too large for a request has gone to the queue: let a worker do it, and end."""
    subprocess.run([sys.executable, "manage.py", "rqworker", "default", "--burst"], check=True, capture_output=True)


def people(team: Team, *raters: str) -> User:
    lead = User.objects.create_user(f"lead-{team.slug}")
    Membership.objects.create(team=team, user=lead, role=Role.LEAD)
    for name in raters:
        user = User.objects.create_user(name)
        Membership.objects.create(team=team, user=user, role=Role.RATER)
    return lead


def set_up(walker: Walker, name: str, dataset: Dataset, kind: str, k: int, **rubric: Any) -> Campaign:
    """The wizard, from the first step to launch."""
    walker.submit("/campaigns/new/", name=name, kind=kind, dataset=dataset.pk)
    campaign = Campaign.objects.get(name=name)
    setup = f"/campaigns/{campaign.slug}/setup/"
    walker.submit(f"{setup}rubric/", **rubric)
    walker.submit(f"{setup}sample/", design="all")
    walker.submit(f"{setup}raters/", ratings_per_item=k)
    walker.submit(f"{setup}policy/")
    walker.open(f"{setup}review/")
    walker.post(f"/campaigns/{campaign.slug}/launch/")
    work_off()
    campaign.refresh_from_db()
    assert campaign.state == "running", campaign.state
    return campaign


def coefficient(answer: dict[str, Any], name: str) -> float:
    return next(c["value"] for c in answer["coefficients"] if c["name"] == name)


def cesa(data: Path, checks: Checks) -> None:
    path = data / "cesa" / "CESA.txt"
    team = Team.objects.create(name="CESA", slug="cesa")
    walker = Walker(people(team, "judge1", "judge2"))
    roles = ["past_mark=final judge", "rating=judge1", "rating=judge2"]
    print(command("import_items", str(path), dataset="CESA", team="cesa", map=roles))
    dataset = Dataset.objects.get(name="CESA")
    checks.true("CESA: items", dataset.items.count(), dataset.items.count() == 1800)
    command("import_items", str(path), dataset="CESA", team="cesa", map=roles)
    checks.true("CESA: items after importing again", dataset.items.count(), dataset.items.count() == 1800)
    for question in dataset.questions.all():
        walker.submit(f"/datasets/{dataset.pk}/questions/{question.pk}/", full_mark="2")
    campaign = set_up(walker, "CESA", dataset, "grading", 2, way="made")
    print(command("import_ratings", str(path), campaign=campaign.slug, map=["rating=judge1", "rating=judge2"]))
    for key, known in QWK.items():
        answer = json.loads(command("agreement", campaign=campaign.slug, question=key, criterion="composite", json=True))
        found = coefficient(answer, "cohen_kappa_quadratic")
        checks.equal(f"CESA: QWK of the judges on question {key}", found, known)
    pooled = json.loads(command("agreement", campaign=campaign.slug, criterion="composite", json=True))
    checks.equal("CESA: exact agreement, pooled", coefficient(pooled, "percent_agreement"), EXACT_POOLED)
    pages(walker, campaign, checks, ("", "agreement/", "verdicts/", "report/", "marks/"))


def dialsummeval(data: Path, checks: Checks) -> None:
    folder = Path(FOLDER)
    rows = [json.loads(line) for line in (data / "dialsummeval" / "human_judgment.jsonl").open(encoding="utf-8")]
    with (data / "dialsummeval" / "computed_scores.csv").open(encoding="utf-8") as file:
        scores = {(r["id"], r["model"]): r for r in csv.DictReader(file)}
    metrics = ["rouge1", "rouge2", "rougeL", "up_bertscore_f1", "up_bartscore_s_h", "up_chrf", "up_METEOR"]
    items = folder / "summaries.jsonl"
    with items.open("w", encoding="utf-8") as file:
        for row in rows:
            line = {"item id": f"{row['id']}/{row['model_id']}", "question": "Summarise the dialogue.", "question number": row["id"],
                    "context": row["dialogue"], "response": row["summary"], "system": row["model_id"]}
            line |= {name: scores[row["id"], row["model_id"]][name] for name in metrics}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    ratings = folder / "ratings.csv"
    with ratings.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["item", "rater", "criterion", "value"])
        writer.writerows(long_ratings(rows))
    team = Team.objects.create(name="DialSummEval", slug="dialsummeval")
    lead = people(team, "rater1", "rater2", "rater3")
    walker = Walker(lead)
    print(command("import_items", str(items), dataset="DialSummEval", team="dialsummeval", map=[f"automatic={m}" for m in metrics]))
    dataset = Dataset.objects.get(name="DialSummEval")
    checks.true("DialSummEval: items", dataset.items.count(), dataset.items.count() == 1400)
    rubric = summary_rubric(walker)
    campaign = set_up(walker, "DialSummEval", dataset, "evaluation", 3, way="one", rubric=rubric.pk)
    print(command("import_ratings", str(ratings), campaign=campaign.slug))
    answers = json.loads(command("agreement", campaign=campaign.slug, level="ordinal", json=True))
    by_name = {answer["criterion"]: answer for answer in answers}
    for name, known in ALPHA_ORDINAL.items():
        found = next(a for key, a in by_name.items() if str(key).lower() == name)
        checks.equal(f"DialSummEval: ordinal alpha, {name}", coefficient(found, "krippendorff_alpha"), known)
    pages(walker, campaign, checks, ("", "agreement/", "verdicts/", "report/"))


def long_ratings(rows: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, float]]:
    for row in rows:
        for number, annotation in enumerate(row["annotations"], start=1):
            for criterion, value in annotation.items():
                yield f"{row['id']}/{row['model_id']}", f"rater{number}", criterion, value


def summary_rubric(walker: Walker) -> Rubric:
    """The ready-made rubric for summaries: four criteria, 1 to 5."""
    page = walker.open("/rubrics/new/")
    choices = [box.get('value') for box in page.xpath("//input[@name='template']")]
    walker.submit("/rubrics/new/", template=next(c for c in choices if "summar" in c.lower()), name="Summary")
    rubric = Rubric.objects.latest("pk")
    walker.post(f"/rubrics/{rubric.pk}/publish/")
    rubric.refresh_from_db()
    assert rubric.is_published
    return rubric


def pages(walker: Walker, campaign: Campaign, checks: Checks, names: tuple[str, ...]) -> None:
    """Compute the verdicts and open every page of the campaign."""
    walker.post(f"/campaigns/{campaign.slug}/verdicts/compute/")
    work_off()
    for name in names:
        start = time.perf_counter()
        walker.open(f"/campaigns/{campaign.slug}/{name}")
        checks.true(f"{campaign.name}: page {name or 'overview'} opens, seconds", f"{time.perf_counter() - start:.2f}", True)
    output = Path(FOLDER) / f"{campaign.slug}.html"
    command("report", campaign=campaign.slug, format="html", output=output)
    size = output.stat().st_size
    checks.true(f"{campaign.name}: report as one HTML file, kB", size // 1024, size > 10_000)


def main() -> None:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit(__doc__)
    call_command("migrate", verbosity=0)
    checks = Checks()
    with subprocess.Popen(redis_command(), stdout=subprocess.DEVNULL) as redis:
        wait_for_redis()
        try:
            cesa(Path(sys.argv[1]), checks)
            dialsummeval(Path(sys.argv[1]), checks)
        finally:
            redis.terminate()
    is_right = checks.print()
    shutil.rmtree(FOLDER)
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()
