"""How well labelled messages are understood: micro-F1, exact sets, each intent, each style, values and language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.dialogs.state import Heard, Value
from bot.nlu.examples import Example

#: Said in passing: an exact set does not ask for them.
_IN_PASSING = {"greet", "thank"}
Said = TypeVar("Said", str, Value)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts for one intent, or for all together."""

    hits: int = 0
    said: int = 0
    true: int = 0

    @property
    def precision(self) -> float:
        """How much of what was heard had been said."""
        return self.hits / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """How much of what had been said was heard."""
        return self.hits / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Both in one."""
        return 2 * self.hits / (self.said + self.true) if self.said + self.true else 1.0


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    right: int
    of: int

    @property
    def part(self) -> float:
        """0 to 1; nothing asked is nothing wrong."""
        return self.right / self.of if self.of else 1.0


@dataclass(frozen=True, slots=True)
class Report:
    """The scores of one run, and the messages behind them."""

    pairs: tuple[tuple[Example, Heard], ...]
    micro: Score
    exact: Share  #: messages whose set is right, greet and thank aside
    intents: Mapping[str, Score]
    values: Score  #: over the messages whose values somebody wrote down
    language: Share  #: over the messages whose language somebody wrote down

    @property
    def mistakes(self) -> list[tuple[Example, Heard]]:
        """The messages whose set is wrong."""
        return [(example, heard) for example, heard in self.pairs if not _same(example.intents, heard.names)]

    @property
    def misread(self) -> list[tuple[Example, Heard]]:
        """The messages whose values are wrong."""
        return [(e, h) for e, h in self.pairs if e.values is not None and Counter(e.values) != Counter(h.values)]

    def styles(self) -> dict[str, Report]:
        """The same for each style by itself."""
        styles = sorted({example.style for example, _ in self.pairs})
        return {style: _report([p for p in self.pairs if p[0].style == style]) for style in styles}


def compare(examples: Sequence[Example], heard: Iterable[Heard]) -> Report:
    """Hold what was heard against the labels."""
    return _report(list(zip(examples, heard, strict=True)))


def _report(pairs: Sequence[tuple[Example, Heard]]) -> Report:
    intents = _scores([(set(example.intents), set(heard.names)) for example, heard in pairs])
    values = _scores([(e.values, h.values) for e, h in pairs if e.values is not None])
    exact = sum(_same(example.intents, heard.names) for example, heard in pairs)
    tongues = [example.language == heard.language for example, heard in pairs if example.language]
    return Report(
        tuple(pairs),
        _sum(intents.values()),
        Share(exact, len(pairs)),
        intents,
        _sum(values.values()),
        Share(sum(tongues), len(tongues)),
    )


def _scores(pairs: Iterable[tuple[Iterable[Said], Iterable[Said]]]) -> dict[Said, Score]:
    """A score for everything that was meant or heard; what is meant twice must be heard twice."""
    hits, said, true = Counter[Said](), Counter[Said](), Counter[Said]()
    for meant, heard in pairs:
        wanted, got = Counter(meant), Counter(heard)
        hits.update(wanted & got)
        said.update(got)
        true.update(wanted)
    return {name: Score(hits[name], said[name], true[name]) for name in sorted(said | true, key=str)}


def _sum(scores: Iterable[Score]) -> Score:
    every = list(scores)
    return Score(sum(s.hits for s in every), sum(s.said for s in every), sum(s.true for s in every))


def _same(wanted: Iterable[str], names: Iterable[str]) -> bool:
    return set(wanted) - _IN_PASSING == set(names) - _IN_PASSING
