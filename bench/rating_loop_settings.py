"""Concord's own settings, with the peer's address beside the others and nothing else changed."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.rating_peer"
