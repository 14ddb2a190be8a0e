"""The figures of the report on the understanding: what was taken for what, how sure it was, the worst mistakes.

Only arithmetic on what ``evaluation`` compared: nothing is asked, read or drawn here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

from bot.dialogs.state import Heard, Value
from bot.nlu.evaluation import Report, Score, Share, compare
from bot.nlu.examples import Example
from bot.nlu.intents import INTENTS

#: What must not be missed, and the most false alarms that are borne in 600 messages, all crises together.
CRISES = ("crisis_self_harm", "crisis_violence")
MUST_NOT_BE_MISSED = (*CRISES, "opt_out")
ALARMS_BORNE, ALARMS_OF = 3, 600
NOTHING_ELSE, NOTHING_MISSED = "nothing else", "nothing missed"
_BINS = 10
_MEANINGS = {1: "1 meaning", 2: "2 meanings"}


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure beside what is asked of it. ``least`` None: nothing is asked."""

    name: str
    reached: float
    least: float | None
    count: int  #: 0: nobody wrote down what would have been right, so it says nothing
    unit: str

    @property
    def is_met(self) -> bool:
        """Whether it is as high as asked."""
        return self.least is None or self.reached >= self.least


@dataclass(frozen=True, slots=True)
class Mistake:
    """One message that was misheard, and how sure the surest wrong intent was; 0 when something was only missed."""

    example: Example
    heard: Heard
    wrong: float

    @property
    def missed(self) -> tuple[str, ...]:
        """What was said but not heard."""
        return tuple(name for name in self.example.intents if name not in self.heard.names)


@dataclass(frozen=True, slots=True)
class Misread:
    """One message whose values were read wrongly, and which ones, in words."""

    example: Example
    heard: Heard
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """One intent that must not be missed: recall, false alarms, and the messages behind them."""

    name: str
    recall: Share
    alarms: Share  #: false ones, of the messages that do not say it
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each missed intent (row) had each wrong one (column) heard instead; empty rows and columns dropped."""

    counts: Mapping[tuple[str, str], int]

    @property
    def rows(self) -> list[str]:
        """The missed intents, neighbours beside each other, and last what was heard though nothing was missed."""
        return [name for name in (*INTENTS, NOTHING_MISSED) if any(row == name for row, _ in self.counts)]

    @property
    def columns(self) -> list[str]:
        """The intents heard instead, and last nothing else."""
        return [name for name in (*INTENTS, NOTHING_ELSE) if any(column == name for _, column in self.counts)]

    @property
    def most(self) -> int:
        """The largest count."""
        return max(self.counts.values(), default=0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Intents heard with confidences from ``low`` to below ``high``; in the last one all are exactly 1."""

    low: float
    high: float
    count: int
    right: int
    mean: float  #: of the confidences

    @property
    def share(self) -> float:
        """How many of them had been said."""
        return self.right / self.count


def goals(report: Report) -> list[Goal]:
    """The figures of all messages together, those with a target first."""
    asked = zip(MUST_NOT_BE_MISSED, (1.0, 1.0, 0.97), strict=True)
    watched = [(name, least, _score(report, name)) for name, least in asked]
    return [
        Goal("micro-F1", report.micro.f1, 0.85, report.micro.true, "meanings"),
        Goal("exact set", report.exact.part, 0.70, report.exact.of, "messages"),
        Goal("values F1", report.values.f1, 0.97, report.values.true, "values"),
        Goal("language", report.language.part, 0.96, report.language.of, "messages"),
        *[Goal(f"{name} recall", score.recall, least, score.true, "messages") for name, least, score in watched],
        Goal("precision", report.micro.precision, None, report.micro.said, "intents heard"),
        Goal("recall", report.micro.recall, None, report.micro.true, "meanings"),
    ]


def crisis_alarms(report: Report) -> Share:
    """The messages in which a crisis was heard that had not been said, of all messages."""
    false = sum(any(name in _wrong(e, h) for name in CRISES) for e, h in report.pairs)
    return Share(false, len(report.pairs))


def are_borne(alarms: Share) -> bool:
    """Whether there are no more false alarms than are borne."""
    return alarms.right * ALARMS_OF <= ALARMS_BORNE * alarms.of


def watched(report: Report) -> list[Watch]:
    """Each intent that must not be missed."""
    return [_watch(report, name) for name in MUST_NOT_BE_MISSED]


def _watch(report: Report, name: str) -> Watch:
    score = _score(report, name)
    misheard = [(e, h) for e, h in report.pairs if (name in e.intents) != (name in h.names)]
    return Watch(
        name,
        Share(score.hits, score.true),
        Share(score.said - score.hits, len(report.pairs) - score.true),
        tuple(_mistake(example, heard) for example, heard in misheard),
    )


def grouped(report: Report, key: Callable[[Example], str | None]) -> dict[str, Report]:
    """The same report for each group of messages by itself; ``key`` None: in no group."""
    groups: dict[str, list[tuple[Example, Heard]]] = {}
    for example, heard in report.pairs:
        if name := key(example):
            groups.setdefault(name, []).append((example, heard))
    return {name: compare(*zip(*groups[name], strict=True)) for name in sorted(groups)}


def meanings(example: Example) -> str:
    """How many things a message says, for ``grouped``."""
    return _MEANINGS.get(len(set(example.intents)), "3 or more meanings")


def entities(report: Report) -> dict[str, Score]:
    """The score of each kind of value, over the messages whose values somebody wrote down."""
    hits, said, true = Counter[str](), Counter[str](), Counter[str]()
    for example, heard in report.pairs:
        if example.values is not None:
            wanted, got = Counter(example.values), Counter(heard.values)
            for kind, count in ((hits, wanted & got), (said, got), (true, wanted)):
                kind.update(value.entity for value in count.elements())
    return {name: Score(hits[name], said[name], true[name]) for name in sorted(said | true)}


def misread(report: Report, most: int = 30) -> list[Misread]:
    """Messages whose values are wrong, those with the most faults first."""
    found = [_misread(example, heard) for example, heard in report.misread]
    return sorted(found, key=lambda one: (-len(one.missed) - len(one.wrong), one.example.text))[:most]


def _misread(example: Example, heard: Heard) -> Misread:
    there, read = Counter(example.values or ()), Counter(heard.values)
    return Misread(example, heard, _words(there - read), _words(read - there))


def _words(values: Counter[Value]) -> tuple[str, ...]:
    return tuple(f"{value.entity} {value.value}" for value in values.elements())


def confusion(report: Report) -> Confusion:
    """Every missed intent of a message counts once beside every wrong intent of the same message."""
    counts = Counter[tuple[str, str]]()
    for example, heard in report.pairs:
        missed = set(example.intents) - set(heard.names) or {NOTHING_MISSED}
        wrong = _wrong(example, heard) or {NOTHING_ELSE}
        counts.update(product(missed, wrong))
    del counts[NOTHING_MISSED, NOTHING_ELSE]
    return Confusion(counts)


def reliability(report: Report) -> list[Bin]:
    """The intents heard by how sure they were: tenths, then those of exactly 1. Empty bins are left out."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for example, heard in report.pairs:
        for intent in heard.intents:
            place = min(int(intent.confidence * _BINS), _BINS)
            bins.setdefault(place, []).append((intent.confidence, intent.name in example.intents))
    return [_bin(place, bins[place]) for place in sorted(bins)]


def _bin(place: int, heard: list[tuple[float, bool]]) -> Bin:
    right, mean = sum(is_right for _, is_right in heard), sum(sure for sure, _ in heard) / len(heard)
    return Bin(place / _BINS, min(place + 1, _BINS) / _BINS, len(heard), right, mean)


def gap(bins: list[Bin]) -> float:
    """How far, on average over the intents heard, the confidence is from the share that was right."""
    count = sum(one.count for one in bins)
    return sum(one.count * abs(one.mean - one.share) for one in bins) / count if count else 0.0


def worst(report: Report, most: int = 60) -> list[Mistake]:
    """The messages whose set is wrong, those heard most confidently wrong first."""
    found = [_mistake(example, heard) for example, heard in report.mistakes]
    return sorted(found, key=lambda one: (-one.wrong, -len(one.missed), one.example.text))[:most]


def _mistake(example: Example, heard: Heard) -> Mistake:
    wrong = (intent.confidence for intent in heard.intents if intent.name not in example.intents)
    return Mistake(example, heard, max(wrong, default=0.0))


def _wrong(example: Example, heard: Heard) -> set[str]:
    return set(heard.names) - set(example.intents)


def _score(report: Report, name: str) -> Score:
    return report.intents.get(name, Score())
