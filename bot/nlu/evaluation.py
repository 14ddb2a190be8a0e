"""How well a set of labelled messages is understood: micro-F1, exact sets, and precision and recall of each intent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.nlu.examples import Example

#: Said in passing: an exact set does not ask for them.
_IN_PASSING = {"greet", "thank"}


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
class Report:
    """The scores of one run, and what was misheard."""

    messages: int
    exact: float  #: share of messages whose set is right, greet and thank aside
    micro: Score
    intents: dict[str, Score] = field(default_factory=dict)
    mistakes: tuple[tuple[Example, tuple[str, ...]], ...] = ()


def compare(examples: Sequence[Example], heard: Iterable[tuple[str, ...]]) -> Report:
    """Hold what was heard against the labels."""
    pairs = list(zip(examples, heard, strict=True))
    hits, said, true = Counter[str](), Counter[str](), Counter[str]()
    for example, names in pairs:
        hits.update(set(example.intents) & set(names))
        said.update(set(names))
        true.update(set(example.intents))
    intents = {name: Score(hits[name], said[name], true[name]) for name in sorted(said | true)}
    wrong = tuple((example, names) for example, names in pairs if not _same(example.intents, names))
    micro = Score(hits.total(), said.total(), true.total())
    return Report(len(pairs), 1 - len(wrong) / max(1, len(pairs)), micro, intents, wrong)


def _same(wanted: Iterable[str], names: Iterable[str]) -> bool:
    return set(wanted) - _IN_PASSING == set(names) - _IN_PASSING
