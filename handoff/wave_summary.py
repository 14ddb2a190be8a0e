"""What a wave would come to, told from its preview: how many SMS and what they cost, who gets none, and the texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from bot.sms import is_gsm7, length
from bot.wave_desk import PlannedContact, PlannedSkip, WavePreview
from handoff.formats import clock, day, kroner, weekday
from handoff.saying import said
from handoff.wave_words import SMS, why_words
from handoff.wording import knows, word

_MOST_NAMES = 40
#: These tell when a later step comes; another reason of the same case says more.
_PASSING = frozenset({"not_due", "already_contacted", "expired"})


@dataclass(frozen=True, slots=True)
class Group:
    """People who get no SMS for one reason, and what happens instead."""

    why: str
    label: str
    instead: str
    number: int
    names: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as one resident gets it."""

    name: str
    case_ref: str
    language: str
    text: str
    size: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A wave, or the part of it that a file brings."""

    sms: int
    segments: int
    price: str
    cost: str
    sends: str
    usual_at: datetime | None  #: when most of the SMS are sent; a few may not be able to wait for the wave day
    groups: tuple[Group, ...]
    samples: tuple[Sample, ...]

    @property
    def without_sms(self) -> int:
        """How many get none."""
        return sum(group.number for group in self.groups)

    @property
    def three(self) -> tuple[Sample, ...]:
        """Three that differ: the first, another language, the longest."""
        if not self.samples:
            return ()
        first = self.samples[0]
        foreign = [sample for sample in self.samples if sample.language != first.language]
        longest = sorted(self.samples, key=lambda sample: -length(sample.text))
        chosen = dict.fromkeys([first, *foreign[:1], *longest, *self.samples])
        return tuple(chosen)[:3]


def summarise(
    preview: WavePreview,
    segment_price: Decimal,
    cases: Mapping[int, tuple[str, str]] | None = None,
    known: Mapping[int, str] | None = None,
) -> Summary:
    """The preview in figures. ``cases``: only these, with their names; ``known``: why, where the preview is silent."""
    mine = [contact for contact in preview.contacts if cases is None or contact.case_id in cases]
    skips = [skip for skip in preview.skips if cases is None or skip.case_id in cases]
    sms = [contact for contact in mine if contact.kind == SMS]
    segments = sum(contact.segments for contact in sms)
    ore = int((segment_price * 100 * segments).quantize(Decimal(1), ROUND_HALF_UP))
    return Summary(
        sms=len({contact.case_id for contact in sms}),
        segments=segments,
        price=price_words(segment_price),
        cost=kroner(ore),
        sends=sending_words([contact.send_at for contact in sms], preview.now),
        usual_at=_usual(contact.send_at for contact in sms),
        groups=_groups(mine, skips, dict(cases or {}), dict(known or {})),
        samples=tuple(_sample(contact) for contact in sms),
    )


def _usual(moments: Iterable[datetime]) -> datetime | None:
    """The most frequent one; of several the first."""
    return next((moment for moment, _ in Counter(sorted(moments)).most_common(1)), None)


def price_words(segment_price: Decimal) -> str:
    """0,40 kr."""
    plain = f"{segment_price.normalize():f}"
    kr, _, decimals = plain.partition(".")
    return f"{kr},{decimals.ljust(2, '0')}\N{NO-BREAK SPACE}kr."


def sending_words(moments: Iterable[datetime], now: datetime) -> str:
    """i dag fra kl. 10.42 · fredag 27. nov. fra kl. 9.00 · fredag 27. nov. til mandag 30. nov."""
    ordered = sorted(moments)
    if not ordered:
        return ""
    first, last = ordered[0], ordered[-1]
    if first.date() == last.date():
        return said("{near} fra kl. {clock}", near=_near(first.date(), now.date()), clock=clock(first))
    return said("{near} til {near2}", near=_near(first.date(), now.date()), near2=_near(last.date(), now.date()))


def _near(on: date, today: date) -> str:
    return day(on, today) if abs((on - today).days) < 2 else weekday(on)


def _groups(
    contacts: list[PlannedContact], skips: list[PlannedSkip], names: dict[int, tuple[str, str]], known: dict[int, str]
) -> tuple[Group, ...]:
    whys, words = _whys(contacts, skips, known)
    planned: list[PlannedContact | PlannedSkip] = [*contacts, *skips]
    named = names | {each.case_id: (each.name, each.case_ref) for each in planned}
    people: dict[str, list[str]] = defaultdict(list)
    for case_id, why in whys.items():
        name, case_ref = named[case_id]
        people[why].append(f"{name}, {case_ref}")
    ordered = Counter({why: len(those) for why, those in people.items()}).most_common()
    return tuple(_group(why, words.get(why, ""), people[why], number) for why, number in ordered)


def _group(why: str, in_words: str, people: list[str], number: int) -> Group:
    instead = word("wave_instead", why) if knows("wave_instead", why) else ""
    return Group(
        why, why_words(why, in_words), instead, number, tuple(people[:_MOST_NAMES]), max(0, number - _MOST_NAMES)
    )


def _whys(
    contacts: list[PlannedContact], skips: list[PlannedSkip], known: dict[int, str]
) -> tuple[dict[int, str], dict[str, str]]:
    """One reason a case: the one that says most of why there is no SMS."""
    whys, words = {}, {}
    for skip in sorted(skips, key=lambda skip: skip.why not in _PASSING):  # the later one stands
        whys[skip.case_id], words[skip.why] = skip.why, skip.in_words
    for contact in contacts:
        if contact.kind != SMS and whys.get(contact.case_id, "expired") in _PASSING:
            whys[contact.case_id] = f"task_{contact.kind}"
    whys |= known
    for contact in contacts:
        if contact.kind == SMS:
            whys.pop(contact.case_id, None)
    return whys, words


def _sample(contact: PlannedContact) -> Sample:
    return Sample(contact.name, contact.case_ref, contact.language, contact.text, size_words(contact))


def size_words(contact: PlannedContact) -> str:
    """1 del · 2 dele, 5 tegn over én"""
    if contact.segments < 2:
        return said("1 del")
    over = length(contact.text) - (160 if is_gsm7(contact.text) else 70)
    return (
        said("2 dele, {over} tegn over én", over=over)
        if contact.segments == 2
        else said("{segments} dele", segments=contact.segments)
    )
