"""``python -m bench [SUBJECT…]``: measure the subjects (all, unless some are named) and write them into the page."""

import argparse
import importlib
import logging
import os
import signal
import sys
from pathlib import Path

from bench.page import write
from bot.logs import configure_logs

SUBJECTS = ("start", "load", "streams", "understanding", "waves", "sending", "inbox", "faults")
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
#: Libraries read these when they are imported, so they are set before a subject is.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description="Measure how fast Redningskrans is.")
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; all by default")
    parser.add_argument("--page", type=Path, default=PAGE)
    wanted = parser.parse_args()
    if unknown := set(wanted.subjects) - set(SUBJECTS):
        parser.error(f"no such subject: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that all it started is ended
    os.environ.update(ONE_THREAD)
    configure_logs(logging.WARNING)
    for name in wanted.subjects or SUBJECTS:
        print(f"Measuring {name} …", flush=True)
        write(wanted.page, name, importlib.import_module(f"bench.{name}").measure())
    print(f"The figures stand in {wanted.page}.")


if __name__ == "__main__":
    main()
