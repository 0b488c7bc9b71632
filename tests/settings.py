"""Settings of the tests: the real ones, quicker passwords, no hashed static files."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# A folder of its own for each process that runs tests; the real data are never touched.
os.environ["CONCORD_VAR"] = tempfile.mkdtemp(prefix="concord-test-")

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES, VAR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
ALLOWED_HOSTS = ["*"]
MEDIA_ROOT = Path(VAR) / "media"
LANGUAGE_CODE = "en"
if DATABASES["default"]["ENGINE"].endswith("sqlite"):
    # A file, not memory: threads and processes must meet real locks.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR) / "test.sqlite3")}
    # No test cuts the power: what a killed process has written is there without waiting for the disk.
    options = DATABASES["default"]["OPTIONS"]
    DATABASES["default"]["OPTIONS"] = {**options, "init_command": options["init_command"] + "PRAGMA synchronous=OFF;"}
atexit.register(shutil.rmtree, VAR, ignore_errors=True)
