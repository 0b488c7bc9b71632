"""How much a file may hold. The size of the file itself is MAX_UPLOAD_MB of the settings."""

from __future__ import annotations

MIB = 1024 * 1024

MAX_CELL_CHARACTERS = 1_000_000
"""One value. Longer ones are a quote that was never closed, or no text at all."""

MAX_LINE_CHARACTERS = 8_000_000
"""One line, or one element of a JSON array: the most that is held in memory at once."""

MAX_JSON_OBJECT_BYTES = 32 * MIB
"""A JSON file that is one object must be loaded whole; arrays and lines are streamed."""

MAX_COLUMNS = 500
NAME_CHARACTERS = 120
"""What is kept of a column's name."""

MAX_ARCHIVE_ENTRIES = 20_000
MAX_ARCHIVE_BYTES = 2048 * MIB
"""What a zip may hold when unpacked. Nothing is unpacked to disk by its own name."""

MAX_WORKBOOK_BYTES = 512 * MIB
"""An unpacked XLSX: its texts are held in memory. 100,000 answers are about 100 MiB."""

MAX_RATIO = 200
RATIO_COUNTS_FROM = 16 * MIB
"""Text compresses 3 to 50 times; an entry above this size and ratio is a zip bomb."""

MAX_IMAGE_BYTES = 20 * MIB
MAX_IMAGE_PIXELS = 60_000_000
"""A scan of A3 at 400 dpi is 31 million pixels."""

MAX_KEPT_PROBLEMS = 1000
"""Problems kept with an import; all are counted."""
