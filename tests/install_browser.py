"""Finds or installs Chromium for the browser tests: `python -m tests.install_browser`.

An installed one, else Debian's package where allowed (with CJK fonts for screenshots), else
Playwright's own. With CI=true a missing browser is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
IS_CI = os.environ.get("CI") == "true"


def find() -> str | None:
    """Path of an installed browser, else of Playwright's, else None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def install_debian() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ["chromium", "fonts-noto-cjk"]
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages]):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def main() -> None:
    if not find():
        install_debian()
    if not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    path = find()
    print(f"browser: {path or 'none, browser tests will be skipped'}")
    if not path and IS_CI:
        sys.exit("CI needs a browser and none could be installed")


if __name__ == "__main__":
    main()
