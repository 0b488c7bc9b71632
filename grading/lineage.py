"""What made a version: data, code, base model, environment."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import Any

from grading.models import ModelVersion
from grading.verdict_version import code_version

PACKAGES = ("numpy", "scipy", "scikit-learn", "torch", "transformers", "peft", "safetensors")


def lineage_of(version: ModelVersion, record: dict[str, Any]) -> dict[str, Any]:
    """`record` is the backend's own of its training."""
    return {
        "data": version.training_set.digest,
        "base": record.get("base", ""),
        "base_digest": record.get("base_digest", ""),
        "code": code_version(),
        "environment": {
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}",
            **{name: found for name in PACKAGES if (found := _installed(name))},
        },
    }


def _installed(name: str) -> str:
    try:
        return installed(name)
    except PackageNotFoundError:
        return ""
