"""The way of a large file keeps little in memory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tracemalloc

import pytest

from annotations.actions.import_items import batches
from annotations.formats.opening import open_table


def csv_of(rows: int) -> bytes:
    lines = (f"s{i},{i % 7},{'答' * 1000}{i}\n" for i in range(rows))
    return ("学号,题号,作答\n" + "".join(lines)).encode()


def json_of(rows: int) -> bytes:
    entries = [{"学号": f"s{i}", "题号": str(i % 7), "作答": "答" * 1000} for i in range(rows)]
    return json.dumps(entries, ensure_ascii=False).encode()


@pytest.mark.parametrize("make", [csv_of, json_of])
def test_four_times_the_rows_take_no_more_memory(make):
    roles = {"学号": "source", "题号": "question_key", "作答": "answer"}

    def peak(rows: int) -> int:
        file = io.BytesIO(make(rows))
        tracemalloc.start()
        count = sum(batch.records for batch in batches(open_table(file), roles))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == rows
        return most

    few = peak(4_100)  # two batches: one at work, one being read
    assert peak(12_000) < 1.3 * few


def test_reading_items_loads_no_statistics():
    """They take more memory than a file of 100,000 lines."""
    code = (
        "import django, sys; django.setup(); import annotations.management.commands.import_items; "
        "print(sorted({'numpy', 'scipy', 'pandas'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
