"""Files brought in by a browser: asked columns, a preview with problems, progress, the end."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import django_rq
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from rq import SimpleWorker

from annotations.models import Item, ItemImage, ItemImport, Rating
from tests import make
from tests.base import Cast
from tests.browser.conftest import NARROW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.queue]

TABLE = "题号,学号,班级,作答,得分\n1,s1,1班,<b>圈地运动</b>,2\n1,s2,1班,蒸汽机,3\n1,s3\n"


def work() -> None:
    queue = django_rq.get_queue("default")
    SimpleWorker([queue], connection=queue.connection).work(burst=True)


def upload(page: Page, address: str, path: Path) -> None:
    page.goto(address, wait_until="commit")
    page.set_input_files("input[name=file]", str(path))
    page.click("form.form button.button-primary")
    page.wait_for_url("**/columns/", wait_until="commit")


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def preview(page: Page) -> str:
    page.click("form.form button.button-primary")
    page.wait_for_selector("form[action$='/start/']")
    return page.inner_text("main")


def start(page: Page) -> str:
    """Confirm; the page is open while the worker is at it, and follows by itself to the end."""
    page.click("form[action$='/start/'] button")
    page.wait_for_selector(".state-waiting")
    work()
    page.wait_for_selector(".state-done")
    return page.inner_text("main")


@pytest.mark.parametrize("viewport", [None, NARROW])
def test_a_table_as_excel_in_china_writes_it(open_browser, cast, queue, tmp_path, viewport) -> None:
    path = tmp_path / "期中.csv"
    path.write_bytes(TABLE.encode("gb18030"))
    page = open_browser("alice", language="zh-CN", **({"viewport": viewport} if viewport else {}))
    upload(page, "/imports/new/", path)
    asked = page.locator("tr.is-current")
    assert "得分" in asked.inner_text()
    assert "GB18030" in page.inner_text("main")
    assert fits(page)
    page.click("form.form button.button-primary")
    page.wait_for_selector("tr.is-current .errorlist, tr.is-current .field-error, tr.is-current ul")
    page.locator("tr.is-current select").select_option("past_mark")
    text = preview(page)
    assert "<b>圈地运动</b>" in text
    assert fits(page)
    assert not Item.objects.exists(), "nothing is stored before the preview is confirmed"
    start(page)
    assert fits(page)
    assert sorted(Item.objects.values_list("source", "reference_mark")) == [("s1", 2), ("s2", 3)]
    assert ItemImport.objects.get().refused == 1


def test_a_zip_with_scans(open_browser, cast: Cast, queue, tmp_path: Path) -> None:
    path = tmp_path / "scans.zip"
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, "PNG")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("answers/table.csv", "题号,学号,图片\n1,s1,一.png\n1,s2,none.png\n")
        archive.writestr("answers/一.png", picture.getvalue())
    page = open_browser("alice")
    upload(page, "/imports/new/", path)
    assert "none.png" in preview(page)
    start(page)
    image = ItemImage.objects.get()
    assert (image.item.source, image.width) == ("s1", 60)
    page.click("main a.button-primary")
    page.click("main a.item-key")
    expect(page.locator("main img").first).to_have_js_property("naturalWidth", 60)


def test_existing_ratings_go_into_a_campaign(open_browser, cast: Cast, queue, tmp_path: Path) -> None:
    dataset = make.a_dataset(cast.team)
    question = make.a_question(dataset, "1")
    for i in range(3):
        make.an_item(question, f"s{i}/1")
    rubric = make.a_rubric(cast.team, weights=(1,))
    campaign = make.a_campaign(dataset, rubric, [cast.bob, cast.carol])
    path = tmp_path / "ratings.csv"
    path.write_text("item,bob,carol\ns0/1,3,4\ns1/1,2,\ns9/1,1,1\n")
    page = open_browser("alice")
    page.goto(f"/campaigns/{campaign.slug}/", wait_until="commit")
    page.click("details.menu:has(a[href$='/ratings/import/']) > summary")
    page.click("a[href$='/ratings/import/']")
    page.wait_for_url("**/ratings/import/", wait_until="commit")
    upload(page, page.url, path)
    for select in page.locator("tr.is-current select").all():
        select.select_option("rating")
    assert "no item “s9/1” in its sample" in preview(page)
    assert not Rating.objects.exists()
    start(page)
    assert Rating.objects.count() == 3
    assert fits(page)
