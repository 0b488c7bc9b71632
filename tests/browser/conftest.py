"""A real Chromium against a real server on 127.0.0.1."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from annotations.models import User
from tests.grading.service_case import service_process  # noqa: F401
from tests.install_browser import IS_CI, find

# Playwright's loop makes Django think it is in async code; the tests are not.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
CLOSING = 30.0  # seconds for Chromium to end
TIMEOUT = 120_000  # ms; a busy machine is slow, and what never comes fails all the same


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        if IS_CI:
            pytest.fail("no browser, and CI must have one")
        pytest.skip("no browser installed")
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        _close(browser)


def _close(browser: Browser) -> None:
    """Now and then Chromium does not end when it is asked to, and Playwright would wait for it for ever."""
    patience = threading.Timer(CLOSING, _kill_chromium)
    patience.start()
    with contextlib.suppress(Error):
        browser.close()
    patience.cancel()


def _kill_chromium() -> None:
    """The one that hangs below this process, through Playwright's driver."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,comm="], capture_output=True, text=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    drivers = {pid for pid, parent, _name in rows if int(parent) == os.getpid()}
    for pid, parent, name in rows:
        if parent in drivers and name.startswith("chrom"):
            os.kill(int(pid), signal.SIGKILL)


@pytest.fixture
def open_browser(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """`open_browser("alice", language="zh-CN", viewport=NARROW)` gives a page of a signed-in person."""
    contexts: list[BrowserContext] = []

    def open_page(username: str | None = None, language: str = "en-GB", **kwargs) -> Page:
        context = browser.new_context(
            base_url=live_server.url, locale=language, **{"viewport": WIDE, **kwargs}
        )
        contexts.append(context)
        if username:
            context.add_cookies([session_cookie(User.objects.get(username=username), live_server.url)])
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        return page

    yield open_page
    for context in contexts:
        context.close()


def painted(page: Page) -> None:
    """Wait until the page has been drawn: Chromium drops keys that come before."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def until(page: Page, is_true: str, argument: object = None) -> None:
    """Wait until JavaScript says so. Playwright's own `wait_for_function` tries again from inside the page,
    where our content security policy forbids it to: it fails whenever the first try is not true yet."""
    end = time.monotonic() + TIMEOUT / 1000
    while not page.evaluate(is_true, argument):
        assert time.monotonic() < end, is_true
        page.wait_for_timeout(20)


def session_cookie(user: User, url: str) -> dict[str, str]:
    """A session as sign-in would make it; the sign-in form has its own test."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or "", "url": url}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
