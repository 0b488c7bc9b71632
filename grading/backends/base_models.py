"""Where a base model lies: a folder, the local cache, or (only where allowed) the Hub. Safetensors alone."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

WANTED = ("*.json", "*.txt", "*.model", "*.safetensors", "*.jinja")
TIMEOUT = 20


class BaseModelMissing(ValueError):
    """No usable model under this name.

    `code`: "nowhere" (neither a folder nor in the cache), "not_a_model" (a folder without config.json),
    "no_safetensors" (only weights that would have to be unpickled), "no_tokenizer", "download" (it was
    allowed and failed). `place`: the folder that was looked at. `detail`: what the download said.
    """

    def __init__(self, base: str, code: str, place: str, detail: str = "") -> None:
        super().__init__(f"{base}: {code} ({place}) {detail}".strip())
        self.base, self.code, self.place, self.detail = base, code, place, detail


def find(base: str, *, allow_download: bool = False) -> Path:
    """The folder of the model. Raises BaseModelMissing; without `allow_download` no network is touched."""
    folder = Path(base).expanduser()
    if folder.is_dir():
        return _complete(base, folder)
    cached = _in_cache(base) if _is_name(base) else None
    if cached is None and allow_download and _is_name(base):
        cached = _downloaded(base)
    if cached is None:
        raise BaseModelMissing(base, "nowhere", str(cache_folder()))
    return _complete(base, cached)


def cache_folder() -> Path:
    """Where models of the Hub lie on this machine (`HF_HOME`, `HF_HUB_CACHE`)."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def digest(folder: Path) -> str:
    """SHA-256 over names and contents of the files that make the model."""
    total = hashlib.sha256()
    for path in sorted(path for wanted in WANTED for path in folder.glob(wanted)):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{path.name} {content}\n".encode())
    return total.hexdigest()


def _is_name(base: str) -> bool:
    """ "name" or "owner/name", no path."""
    parts = base.split("/")
    return len(parts) <= 2 and all(part and part[0] not in ".~" for part in parts)


def _in_cache(base: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(base, "config.json")
    except HFValidationError:
        return None
    return Path(config).parent if isinstance(config, str | os.PathLike) else None


def _downloaded(base: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(base, allow_patterns=list(WANTED), etag_timeout=TIMEOUT))
    except Exception as problem:  # every way in which a network can fail is one to the reader
        raise BaseModelMissing(base, "download", str(cache_folder()), str(problem)) from problem


def _complete(base: str, folder: Path) -> Path:
    if not (folder / "config.json").is_file():
        raise BaseModelMissing(base, "not_a_model", str(folder))
    if not any(folder.glob("*.safetensors")):
        raise BaseModelMissing(base, "no_safetensors", str(folder))
    names = ("tokenizer.json", "vocab.txt", "tokenizer.model", "vocab.json", "spiece.model")
    if not any((folder / name).is_file() for name in names):
        raise BaseModelMissing(base, "no_tokenizer", str(folder))
    return folder
