"""How fast an SMS is understood, how soon after a start, in how much memory; and how long the training takes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.hold import words_alone
from bench.page import Section, Table
from bench.timing import Times, timed
from bot.nlu.embedded import EmbeddedClassifier, cache_path, train_apart
from bot.nlu.examples import Example, load, training_examples
from bot.nlu.rasa import Rasa, RasaError
from bot.nlu.understand import Classifier, Understanding
from bot.settings import HOME, Settings

_SOME_DAY = date(2026, 11, 27)
#: Words of an SMS, up to and with.
_LENGTHS = (("1 to 4 words", 4), ("5 to 14 words", 14), ("15 to 40 words", 40), ("more than 40 words", 10_000))
_WARM_UP = 50
_BATCH = 64
#: Seconds for one SMS at Rasa: a late answer is a figure too.
_PATIENCE = 20
_MEGABYTE = 1_000_000
_PERCENTILES = (50, 95, 99)
_TRAINING = ("messages", "seconds", "model, MB")
WORDS = "words alone"

Engines = dict[str, Classifier]
Taken = list[tuple[Example, float]]  #: and the seconds that each took


@dataclass(frozen=True)
class Effort:
    """How much is measured: enough for steady figures, or, in a test, just enough to see that it can be."""

    rounds: int = 3
    starts: int = 5


def measure() -> Section:
    """Everything, over the messages of the evaluation set in their own mix."""
    settings = Settings.from_env()
    rasa = Rasa(settings.rasa_url, settings.rasa_secret, _PATIENCE)
    examples = load(HOME / "tests" / "nlu" / "evaluation")
    return measured(examples, settings.models, rasa if is_there(rasa) else None, train_apart, Effort())


def measured(
    examples: Sequence[Example], cache_dir: Path, rasa: Rasa | None, train: Callable[[Path], None], effort: Effort
) -> Section:
    """The section of the page. ``train`` puts a model into a folder that has none."""
    embedded, model = EmbeddedClassifier.load(cache_dir), cache_path(cache_dir)
    name = "words and sentence vectors" if embedded.uses_vectors else WORDS
    engines: Engines = {name: embedded, WORDS: words_alone(model)}
    if rasa:
        engines["Rasa, over HTTP"] = rasa
    processes = {name: [str(cache_dir)], WORDS: [str(cache_dir), str(model)]}
    texts = [example.text for example in examples]
    return Section(
        "Understanding",
        [
            *_latency(engines, examples, effort),
            *([] if rasa else ["Rasa did not answer when this was measured."]),
            *_processes(processes, texts, effort),
            *_throughput(engines, texts),
            *_training(train),
        ],
    )


def is_there(rasa: Rasa) -> bool:
    """Whether Rasa answers."""
    try:
        rasa.model()
    except RasaError:
        return False
    return True


def _latency(engines: Engines, examples: Sequence[Example], effort: Effort) -> list[str | Table]:
    rows = [row for name, engine in engines.items() for row in _rows(name, _one_by_one(engine, examples, effort))]
    return [
        f"One SMS understood, from its text to what was heard, on one thread, warmed up: the {len(examples)} messages "
        f"of the evaluation set, {effort.rounds} times. Asked for: half within 8 ms, 95 of 100 within 15 ms.",
        Table(("one SMS, ms", "messages", *(f"p{share}" for share in _PERCENTILES), "longest", "SMS/s"), rows),
    ]


def _one_by_one(classifier: Classifier, examples: Sequence[Example], effort: Effort) -> Taken:
    understanding = Understanding(classifier)

    def understand(example: Example) -> None:
        understanding.understand(example.text, example.now or _SOME_DAY)

    timed(understand, examples[:_WARM_UP])
    given = list(examples) * effort.rounds
    return list(zip(given, timed(understand, given), strict=True))


def _rows(engine: str, taken: Taken) -> list[tuple[str, ...]]:
    rows, shortest = [_row(engine, taken)], 0
    for name, longest in _LENGTHS:
        of_length = [one for one in taken if shortest < len(one[0].text.split()) <= longest]
        rows += [_row(f"– {name}", of_length)] if of_length else []
        shortest = longest
    return rows


def _row(name: str, taken: Taken) -> tuple[str, ...]:
    times = Times([seconds for _, seconds in taken])
    shown = [*(times.percentile(share) for share in _PERCENTILES), max(times.seconds)]
    messages = len({example for example, _ in taken})
    return name, str(messages), *(f"{1000 * seconds:.1f}" for seconds in shown), f"{times.a_second:.0f}"


def _processes(arguments: dict[str, list[str]], texts: Sequence[str], effort: Effort) -> list[str | Table]:
    rows = []
    for name, given in arguments.items():
        started = [_held(given, texts) for _ in range(effort.starts)]
        seconds, memory = Times([one for one, _ in started]).median, max(size for _, size in started)
        rows.append((name, f"{seconds:.2f}", f"{memory / _MEGABYTE:.0f}"))
    return [
        "A process from scratch, its model in the cache: until its first SMS is understood (the median of "
        f"{effort.starts} starts; asked for: under 2 s), and what it holds when it has understood all (under 300 MB).",
        Table(("a process", "start, s", "memory, MB"), rows),
    ]


def _held(arguments: list[str], texts: Sequence[str]) -> tuple[float, int]:
    """Seconds until ``bench.hold`` is ready, and the bytes that it holds after the messages."""
    command = [sys.executable, "-m", "bench.hold", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    began = perf_counter()
    with subprocess.Popen(command, env=environment, text=True, stdin=PIPE, stdout=PIPE) as process:
        ready = process.stdout.readline() if process.stdout else ""
        seconds = perf_counter() - began
        told, _ = process.communicate(json.dumps(texts))
    if ready != "ready\n" or process.returncode:
        raise RuntimeError("The understanding did not start")
    return seconds, int(told)


def _throughput(engines: Engines, texts: Sequence[str]) -> list[str | Table]:
    batches = [texts[place : place + _BATCH] for place in range(0, len(texts), _BATCH)]
    rows = [
        (name, f"{len(texts) / sum(timed(engine.classify_many, batches)):.0f}")
        for name, engine in engines.items()
        if not isinstance(engine, Rasa)  # it takes one text at a time, and keeps a budget for an SMS
    ]
    return [f"The classifier alone, {_BATCH} whole texts in one call.", Table(("in batches", "texts/s"), rows)]


def _training(train: Callable[[Path], None]) -> list[str | Table]:
    with TemporaryDirectory() as folder:
        (seconds,) = timed(train, [Path(folder)])
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    row = (str(len(training_examples())), f"{seconds:.0f}", f"{size / _MEGABYTE:.1f}")
    return ["Training, in a process of its own, and the model that it leaves.", Table(_TRAINING, [row])]
