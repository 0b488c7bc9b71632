"""Zip files of a table and its images: what is read and what is refused."""

from __future__ import annotations

import gzip
import zipfile

import pytest

from annotations.formats import archive as archive_module
from annotations.formats.problems import BadFile
from tests.annotations.format_files import opened, png, refusal, workbook, zipped


def test_a_zip_holds_a_table_and_its_images():
    data = zipped({"班/题.csv": "学号,图片\n1,扫描.png\n".encode(), "班/扫描.png": png(7, 5)})
    table = opened(data)
    assert table.images is not None
    picture = table.images.picture("扫描.png")
    assert (picture.width, picture.height, picture.suffix) == (7, 5, "png")


def test_what_is_to_be_read_about_a_table_is_none():
    assert opened(zipped({"a.csv": b"a,b\n1,2\n", "README.txt": b"About", "d/LICENSE.txt": b"Free"})).columns == ("a", "b")


@pytest.mark.parametrize("data", [b"id,text\n1,x\n", b'{"id": "1", "text": "x"}\n', workbook(["id", "text"], ["1", "x"])])
def test_what_gzip_packed_is_read(data):
    table = opened(gzip.compress(data))
    for _again in range(2):
        assert [row.values for row in table.rows()] == [{"id": "1", "text": "x"}]


def test_what_gzip_packed_may_be_damaged_or_too_large(settings):
    assert "damaged" in refusal(gzip.compress(b"id,text\n" + b"1,x\n" * 90)[:-20]).text
    settings.MAX_UPLOAD_MB = 1
    assert "larger than 1 MiB" in refusal(gzip.compress(b"id,text\n" + b"1,x\n" * 600_000)).text


def test_names_in_a_zip_made_by_windows_in_china_are_read():
    info = zipfile.ZipInfo("x")
    raw = "扫描.png".encode("gb18030")
    info.filename, info.flag_bits = raw.decode("cp437"), 0
    assert archive_module.entry_name(info) == "扫描.png"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a.png": png()}, "no table"),
        ({"a.csv": b"a,b\n1,2\n", "b.csv": b"a,b\n"}, "2 tables"),
        ({"a.csv": zipped({"b.csv": b"a\n1\n"})}, "another zip"),
    ],
)
def test_a_zip_must_hold_one_table(files, sentence):
    assert sentence in refusal(zipped(files)).text


def test_a_zip_with_a_broken_stream_is_refused():
    data = bytearray(zipped({"table.csv": b"a,b\n1,2\n" * 50}))
    data[data.find(b"table.csv") + len(b"table.csv")] ^= 0xFF
    assert "damaged" in refusal(bytes(data)).text


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = zipped({"a.csv": b"a,b\n" + b"1,2\n" * 6_000_000})
    assert len(bomb) < 100_000
    assert "times its size" in refusal(bomb).text
    monkeypatch.setattr(archive_module, "MAX_ARCHIVE_ENTRIES", 2)
    assert "at most 2" in refusal(zipped({f"{i}.png": b"" for i in range(3)})).text
    monkeypatch.setattr(archive_module, "MAX_ARCHIVE_BYTES", 10)
    assert "larger than" in refusal(zipped({"a.csv": b"a,b\n1,2\n3,4\n"})).text


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, png()[:-30]])
def test_what_is_no_image_is_refused(data):
    images = opened(zipped({"t.csv": b"id,image\n1,a.png\n", "a.png": data})).images
    with pytest.raises(BadFile, match="no image that can be shown"):
        images.picture("a.png")


def test_an_image_of_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr("annotations.formats.images.MAX_IMAGE_PIXELS", 100)
    images = opened(zipped({"t.csv": b"id,image\n1,a.png\n", "a.png": png(40, 40)})).images
    with pytest.raises(BadFile, match="million pixels"):
        images.picture("a.png")


def test_an_image_outside_the_folder_is_not_reached():
    images = opened(zipped({"in/t.csv": b"id,image\n1,x\n", "in/a.png": png()})).images
    for name in ("../../etc/passwd", "/etc/passwd", "b.png"):
        with pytest.raises(BadFile, match="holds no image called"):
            images.picture(name)
