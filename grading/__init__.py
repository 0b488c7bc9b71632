"""Machines and decisions."""

import os

# transformers draws bars where it reads and writes weights; nobody looks at them in a job or a command. It is
# read when their libraries are first imported, whoever does it.
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
