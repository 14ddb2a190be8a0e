"""The words of a wave: how it stands, its steps, who gets no SMS and what happens instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel.dates import format_date

from bot.wave_desk import Rung, WaveView
from handoff.formats import clock, day, first_name, moment
from handoff.saying import reader_language, said
from handoff.wording import knows, word

SMS = "sms"
#: By then there is another wave, and this one has come to its last steps.
_MONTH = timedelta(days=27)


@dataclass(frozen=True, slots=True)
class Stop:
    """One day of the ladder as it is drawn."""

    label: str
    day: str
    is_now: bool = False


def month_words(month: str) -> str:
    """November 2026"""
    year, number = month.split("-")
    words = format_date(date(int(year), int(number), 1), "MMMM y", locale=reader_language())
    return words[:1].upper() + words[1:]


def day_and_hour(on: date, at: time) -> str:
    """fredag 27. november kl. 9"""
    return f"{format_date(on, 'EEEE d. MMMM', locale=reader_language())} kl. {hour(at)}"


def hour(at: time) -> str:
    """9 · 9.30"""
    return f"{at.hour}" if at.minute == 0 else f"{at.hour}.{at.minute:02}"


def state_words(wave: WaveView, opens: time, names: Mapping[str, str], now: datetime) -> str:
    """How a wave stands, in one line. ``names``: of the advisers, by their id."""
    waits, told = wave.waiting_for_release, _state(wave, opens, names, now)
    if not waits or wave.state not in ("not_due", "due", "running"):
        return told
    release = (
        said("1 sag venter på frigivelse") if waits == 1 else said("{waits} sager venter på frigivelse", waits=waits)
    )
    if wave.state != "not_due" or wave.released_at is not None:
        return f"{told}. {release}"
    return said(
        "{release}. Bølgedagen er {format_date}",
        release=release,
        format_date=format_date(wave.wave_day, "EEEE d. MMMM", locale=reader_language()),
    )


def _state(wave: WaveView, opens: time, names: Mapping[str, str], now: datetime) -> str:
    starts = said("Frigivet, starter") if wave.released_at is not None else said("Starter")
    if wave.state == "not_due":
        return f"{starts} {day_and_hour(wave.wave_day, opens)}"
    if wave.started_at is None and wave.wave_day < (now - _MONTH).date():
        return said("Blev ikke startet")
    if wave.state == "due" and wave.wave_day == now.date() and now.time() < opens:
        return said("{starts} i dag kl. {hour}", starts=starts, hour=hour(opens))
    if wave.state == "paused" and wave.paused_at is not None:
        return said(
            "Sat på pause {by_words} {when}", by_words=by_words(wave.paused_by, names), when=_when(wave.paused_at, now)
        )
    if wave.state == "running" and wave.started_at is not None:
        words = said("Kører, startet") if now - wave.started_at < _MONTH else said("Startet")
        return f"{words} {_when(wave.started_at, now)}"
    if wave.state == "cancelled" and wave.cancelled_at is not None:
        return said("Stoppet {when}", when=_when(wave.cancelled_at, now))
    if wave.state == "feed_too_old" and wave.feed_at is not None:
        return said(
            "{words}. De nyeste er fra {when}", words=word("wave_states", wave.state), when=moment(wave.feed_at, now)
        )
    return word("wave_states", wave.state)


def by_words(by: str, names: Mapping[str, str]) -> str:
    """af Mette · af tjenesten, fordi … · fra kommandolinjen"""
    return said("af {who}", who=first_name(names[by])) if by in names else word("wave_by", by)


def why_words(why: str, in_words: str = "") -> str:
    """Why somebody gets no SMS; what the catalogue does not know is told as the desk does."""
    told = word("wave_whys", why) if knows("wave_whys", why) else in_words or word("wave_whys", why)
    return told[:1].upper() + told[1:]


def step_words(kind: str, sms_number: int = 0, sms_in_all: int = 0) -> str:
    """1. sms · Ring · Bank på; the last of three SMS is called that."""
    if kind != SMS:
        return word("ladder_kinds", kind)
    return said("Sidste sms") if sms_number == sms_in_all > 2 else said("{sms_number}. sms", sms_number=sms_number)


def numbered(steps: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The words of each step, by its place on the ladder."""
    ordered = sorted(set(steps))
    sms = [step for step, kind in ordered if kind == SMS]
    return {step: step_words(kind, sms.index(step) + 1 if kind == SMS else 0, len(sms)) for step, kind in ordered}


def stops(rungs: Sequence[Rung], today: date) -> tuple[Stop, ...]:
    """The ladder, a stop a day; the one that has been reached, or that comes first, is marked."""
    words = numbered((rung.number, rung.kind) for rung in rungs if not rung.is_last)
    by_day: dict[date, list[str]] = {}
    for rung in rungs:
        label = word("ladder_kinds", "last") if rung.is_last else words[rung.number]
        by_day.setdefault(rung.at.date(), []).append(label)
    reached = [on for on in by_day if on <= today] or list(by_day)[:1]
    return tuple(
        Stop(_joined(labels), format_date(on, "EEE d. MMM", locale=reader_language()), on == reached[-1])
        for on, labels in by_day.items()
    )


def sms_words(status: str) -> str:
    """What became of an SMS of a wave: one that waits may wait for hours, or for a pause to end."""
    return word("wave_sms" if knows("wave_sms", status) else "statuses", status)


def counted(numbers: Counter[str]) -> tuple[tuple[str, int], ...]:
    """SMS by what became of them, the largest number first."""
    return tuple((sms_words(status), number) for status, number in numbers.most_common() if number)


def _joined(labels: Sequence[str]) -> str:
    first, *rest = labels
    return " og ".join([first, *(label if label[:1].isdigit() else label[:1].lower() + label[1:] for label in rest)])


def _when(at: datetime, now: datetime) -> str:
    """kl. 10.12 today, else 27. nov. kl. 10.12"""
    return f"kl. {clock(at)}" if at.date() == now.date() else f"{day(at.date(), now.date())} kl. {clock(at)}"
