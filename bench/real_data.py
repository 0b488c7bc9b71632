"""What the methods do on published data: `python bench/real_data.py DATA_FOLDER [--draws 1000] …`

Estimation on DialSummEval, selective grading on CESA and ASAP-SAS. Tables in Markdown on stdout, the
time of each part on stderr. The data are not part of Concord; the folder holds them as `dialsummeval/`,
`cesa/CESA.txt` and `asap_sas_zh/train_sets_1_2_5_6_10.tsv`. The same seed gives the same tables.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)
sys.path.append(str(ROOT / "bench"))

import real_data_estimation  # noqa: E402
import real_data_grading  # noqa: E402

NEEDED = ("dialsummeval/computed_scores.csv", "cesa/CESA.txt", "asap_sas_zh/train_sets_1_2_5_6_10.tsv")


def show(title: str, lines: Iterable[str]) -> None:
    started = time.perf_counter()
    print(f"\n### {title}\n", flush=True)
    for line in lines:
        print(line, flush=True)
    print(f"{title}: {time.perf_counter() - started:.0f} s", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--calibration", type=int, default=600)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    absent = [name for name in NEEDED if not (options.folder / name).is_file()]
    if absent:
        parser.error(f"not in {options.folder}: {', '.join(absent)}")
    grading = real_data_grading.table(
        options.folder, options.splits, options.calibration, options.seed
    )
    show("Selective grading", grading)
    show("Estimation", real_data_estimation.table(options.folder, options.draws, options.seed))
    print(f"\n{options.draws} draws, {options.splits} splits, seed {options.seed}")


if __name__ == "__main__":
    main()
