"""Where a base model lies: a folder, the local cache, or (only where allowed) the Hub. Safetensors alone."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from grading.backends.encoder_settings import SettingsProblem
from grading.backends.progress import Cancelled, IsCancelled, never

WANTED = ("*.json", "*.txt", "*.model", "*.safetensors", "*.jinja")
LAYER_NAMES = ("num_hidden_layers", "n_layers", "n_layer", "num_layers")
TIMEOUT = 20.0  # seconds in which the Hub must say something
LISTEN_EVERY = 0.5


class BaseModelMissing(ValueError):
    """No usable model under this name.

    `code`: "nowhere" (neither a folder nor in the cache), "not_a_model" (a folder without config.json),
    "no_safetensors" (only weights that would have to be unpickled, or some are missing), "no_tokenizer",
    "foreign_code" (transformers would need code that comes with it), "not_on_hub", "download" (it was allowed and failed).
    `place`: the folder that was looked at, or the Hub that was asked. `detail`: what the download said.
    """

    def __init__(self, base: str, code: str, place: str, detail: str = "") -> None:
        super().__init__(f"{base}: {code} ({place}) {detail}".strip())
        self.base, self.code, self.place, self.detail = base, code, place, detail


def find(base: str, *, allow_download: bool = False, is_cancelled: IsCancelled = never) -> Path:
    """The folder of the model. Raises BaseModelMissing; Cancelled. Without `allow_download` no network is
    touched; with it only what is not here in full is fetched."""
    folder = Path(base).expanduser()
    if folder.is_dir():
        return _complete(base, folder)
    if not is_name(base):
        raise BaseModelMissing(base, "nowhere", str(cache_folder()))
    try:
        return _complete(base, _in_cache(base))
    except BaseModelMissing:
        if not allow_download:
            raise
    return _complete(base, _downloaded(base, is_cancelled))


def check(base: str, *, allow_download: bool) -> None:
    """Raises BaseModelMissing unless it is here or could be fetched. Touches no network."""
    is_here = Path(base).expanduser().is_dir()
    if is_here or not (allow_download and is_name(base)):
        find(base)


def check_layers(settings: Mapping[str, Any]) -> None:
    """Raises SettingsProblem where more layers are to stay as they are than the model has. Of a model that is not
    here yet, or whose config.json does not count them, the training tells."""
    count = layer_count(settings["base"])
    if settings["method"] == "freeze" and count is not None and settings["layers_kept"] > count:
        raise SettingsProblem("layers_kept", "layers", (0, count))


def layer_count(base: str) -> int | None:
    """As config.json says."""
    try:
        told = json.loads((find(base) / "config.json").read_bytes())
    except (BaseModelMissing, OSError, ValueError):
        return None
    counts = (told.get(name) for name in LAYER_NAMES) if isinstance(told, dict) else ()
    return next((count for count in counts if isinstance(count, int)), None)


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


def is_name(base: str) -> bool:
    """Whether the Hub could know it: "name" or "owner/name", no path."""
    parts = base.split("/")
    return len(parts) <= 2 and all(part and part[0] not in ".~" for part in parts)


def _in_cache(base: str) -> Path:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(base, "config.json")
    except HFValidationError:
        config = None
    if not isinstance(config, str | os.PathLike):
        raise BaseModelMissing(base, "nowhere", str(cache_folder()))
    return Path(config).parent


def _downloaded(base: str, is_cancelled: IsCancelled) -> Path:
    """In a thread of its own, so that whoever waits hears of it when nobody wants the model any more."""
    told: list[Path | BaseModelMissing] = []
    work = threading.Thread(target=lambda: told.append(_fetched(base)), daemon=True)
    work.start()
    while work.is_alive():
        work.join(LISTEN_EVERY)
        if is_cancelled():
            raise Cancelled
    if isinstance(told[0], BaseModelMissing):
        raise told[0]
    return told[0]


def _fetched(base: str) -> Path | BaseModelMissing:
    """Neither code nor weights that would have to be unpickled are even fetched."""
    from huggingface_hub import HfApi, constants, hf_hub_download
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        there = HfApi().model_info(base, timeout=TIMEOUT).siblings or []
        names = [one.rfilename for one in there if _is_wanted(one.rfilename)]
        if not any(name.endswith(".safetensors") for name in names):
            return BaseModelMissing(base, "no_safetensors", f"{constants.ENDPOINT}/{base}")
        got = [hf_hub_download(base, name, etag_timeout=TIMEOUT) for name in names]
        return Path(got[0]).parent
    except RepositoryNotFoundError:
        return BaseModelMissing(base, "not_on_hub", constants.ENDPOINT)
    except Exception as problem:  # every way in which a network can fail is one to the reader
        return BaseModelMissing(base, "download", constants.ENDPOINT, " ".join(str(problem).split()))


def _is_wanted(name: str) -> bool:
    """Of the model itself: what lies in folders are other forms of it."""
    return "/" not in name and any(fnmatch(name, wanted) for wanted in WANTED)


def _complete(base: str, folder: Path) -> Path:
    if not (folder / "config.json").is_file():
        raise BaseModelMissing(base, "not_a_model", str(folder))
    if not _has_weights(folder):
        raise BaseModelMissing(base, "no_safetensors", str(folder))
    names = ("tokenizer.json", "vocab.txt", "tokenizer.model", "vocab.json", "spiece.model")
    if not any((folder / name).is_file() for name in names):
        raise BaseModelMissing(base, "no_tokenizer", str(folder))
    return folder


def _has_weights(folder: Path) -> bool:
    """All of them, where they are spread over several files."""
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return any(folder.glob("*.safetensors"))
    try:
        names = set(json.loads(index.read_bytes())["weight_map"].values())
        return all((folder / name).is_file() for name in names)
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        return False  # no index that says where they are
