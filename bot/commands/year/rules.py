"""What may never happen, and always must, held against a record. Each rule gives what broke it. Pure.

They ask the handsets and the calendar by hand, not what the service thinks of itself, wherever that can be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.commands.year.days_off import is_off
from bot.commands.year.record import Arrived, Record, Wrote
from bot.models import COPENHAGEN

#: So long after an SMS it must be clear who answers it.
_PATIENCE = timedelta(hours=2)
#: A case may still be under way so long after its deadline.
_UNDER_WAY = timedelta(days=2)
_STOP = frozenset({"STOP", "stop nu"})
_START = frozenset({"START"})
#: How the only texts of the bot begin that go while an adviser has the conversation; the rest of them is filled in.
_GOES_ALWAYS = ("Du får ikke flere sms", "You will get no more texts", "Så skriver vi sammen igen")
_CRISIS = ("112", "Livslinien", "70 20 12 01", "1888", "Lev uden vold")


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that may not be: which rule, when, which case, and what."""

    rule: str
    at: datetime
    case_id: int | None
    what: str


def check(record: Record) -> list[Broken]:
    """Everything that is not as it must be, in order."""
    found = [Broken(name, at, case_id, what) for name, rule in RULES.items() for at, case_id, what in rule(record)]
    return sorted(found, key=lambda one: (one.at, one.rule, one.case_id or 0, one.what))


_Found = Iterator[tuple[datetime, int | None, str]]


def _started(record: Record) -> list[Arrived]:
    return [sms for sms in record.arrived if sms.kind]


def in_window(record: Record) -> _Found:
    """What we start comes within the organisation's hours."""
    for sms in _started(record):
        local, window = sms.at.astimezone(COPENHAGEN), record.windows[sms.organisation]
        if not (window.opens <= local.time() < window.closes and local.weekday() in window.days):
            yield sms.at, sms.case_id, f"{sms.kind} kl. {local:%H:%M} en {local:%A}"


def not_on_a_day_off(record: Record) -> _Found:
    """What we start comes on a working day."""
    for sms in _started(record):
        if is_off(sms.at.astimezone(COPENHAGEN).date()):
            yield sms.at, sms.case_id, f"{sms.kind} på en fridag"


def not_after_stop(record: Record) -> _Found:
    """After STOP has reached us nothing is started on that phone until START."""
    words = [
        (wrote.stored_at, wrote) for wrote in record.wrote if wrote.stored_at and wrote.text.strip() in _STOP | _START
    ]
    for sms in _started(record):
        said = [wrote for at, wrote in words if wrote.phone == sms.phone and at is not None and at < sms.at]
        if said and max(said, key=lambda wrote: wrote.stored_at or wrote.at).text.strip() in _STOP:
            yield sms.at, sms.case_id, f"{sms.kind} efter STOP"


def not_after_payment(record: Record) -> _Found:
    """Once the rent system has told that all is paid, no wave and no reminder comes."""
    told: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for word in record.told:
        told[word.case_id].append((word.at, word.arrears_ore))
    for sms in _started(record):
        known = [ore for at, ore in told[sms.case_id or 0] if at < sms.at]
        if known and known[-1] == 0 and sms.kind not in ("thanks", "check_in"):
            yield sms.at, sms.case_id, f"{sms.kind} efter betaling"


def not_expired(record: Record) -> _Found:
    """No SMS comes after its step's time has run out."""
    for sms in _started(record):
        if sms.expires_at is not None and sms.at > sms.expires_at:
            yield sms.at, sms.case_id, f"{sms.kind} efter {sms.expires_at:%d-%m %H:%M}"


def never_twice(record: Record) -> _Found:
    """One message comes once; one step of one round comes once; the same words come once a day to a phone."""
    keys: tuple[Callable[[Arrived], object], ...] = (
        lambda sms: sms.message_id and ("message", sms.message_id),
        lambda sms: sms.kind == "wave" and sms.wave_id and (sms.wave_id, sms.case_id, sms.round, sms.step),
        lambda sms: bool(sms.kind) and (sms.phone, sms.body, sms.at.astimezone(COPENHAGEN).date()),
    )
    for key in keys:
        seen = set()
        for sms in record.arrived:
            if not (name := key(sms)):
                continue
            if name in seen:
                yield sms.at, sms.case_id, f"to gange: {sms.kind or 'svar'} {sms.message_id}"
            seen.add(name)


def one_wave_sms_a_day(record: Record) -> _Found:
    """At most one SMS of a wave a day comes to a phone, whoever sends it."""
    seen = set()
    for sms in record.arrived:
        name = (sms.phone, sms.at.astimezone(COPENHAGEN).date())
        if sms.kind == "wave" and name in seen:
            yield sms.at, sms.case_id, "to bølge-sms'er samme dag"
        if sms.kind == "wave":
            seen.add(name)


def known_to_us(record: Record) -> _Found:
    """Every SMS that came to a handset is one of ours."""
    for sms in record.arrived:
        if sms.message_id is None:
            yield sms.at, None, "en sms, som tjenesten ikke kender"


def silent_while_held(record: Record) -> _Found:
    """While an adviser has the conversation the bot says nothing but what must not wait."""
    for sms in record.arrived:
        if sms.author not in ("bot", "wave") or sms.tells_decision or _must_not_wait(sms):
            continue
        for held in record.held:
            mine = (held.phone, held.organisation) == (sms.phone, sms.organisation)
            if mine and held.since < sms.at and (held.until is None or sms.at < held.until):
                yield sms.at, sms.case_id, f"botten skrev, mens en rådgiver havde samtalen ({sms.message_id})"


def _must_not_wait(sms: Arrived) -> bool:
    return sms.body.startswith(_GOES_ALWAYS) or any(words in sms.body for words in _CRISIS)


def all_heard(record: Record) -> _Found:
    """Every SMS of a resident has reached us and has had its turn."""
    for wrote in record.wrote:
        if wrote.at > record.now - timedelta(days=1):
            continue
        if wrote.stored_at is None:
            yield wrote.at, wrote.case_id, f"nåede aldrig frem: {wrote.phone}"
        elif not wrote.is_processed:
            yield wrote.at, wrote.case_id, "blev aldrig læst"


def all_answered(record: Record) -> _Found:
    """Every SMS that wants an answer gets one, or a human has it."""
    for number, wrote in enumerate(record.wrote):
        if wrote.is_quiet or wrote.stored_at is None or wrote.at > record.now - _PATIENCE:
            continue
        if not (wrote.is_answered or wrote.is_with_human or _is_answered_with_next(record.wrote[number + 1 :], wrote)):
            yield wrote.at, wrote.case_id, f"fik intet svar: {wrote.text!r}"


def _is_answered_with_next(later: Iterable[Wrote], wrote: Wrote) -> bool:
    """Of two SMS in a row one answer is enough."""
    near = (one for one in later if one.phone == wrote.phone and one.at - wrote.at < timedelta(minutes=2))
    return any(one.is_answered or one.is_with_human for one in near)


def all_end(record: Record) -> _Found:
    """When its deadline is over, a case has an outcome, an open task, a human, or an agreement that runs."""
    for case in record.ended:
        over = datetime.combine(case.deadline, datetime.min.time(), COPENHAGEN) + _UNDER_WAY
        if (
            case.status == "open"
            and over < record.now
            and not (case.open_tasks or case.is_with_human or case.is_agreed)
        ):
            yield over, case.case_id, f"{case.case_ref} er åben uden udfald og uden opgave"
        if case.status == "closed" and not case.outcome:
            yield case.closed_at or over, case.case_id, f"{case.case_ref} er lukket uden udfald"


def all_agreements_looked_at(record: Record) -> _Found:
    """A week after the day of a promise or an instalment somebody has looked."""
    for one in record.agreed:
        if not one.is_looked_at:
            at = datetime.combine(one.day, datetime.min.time(), COPENHAGEN)
            yield at, one.case_id, f"ingen har set efter: {one.kind} {one.day}"


def no_step_lost(record: Record) -> _Found:
    """A step whose time came while the case was open was taken, or there stands why not."""
    for step in record.due:
        if not step.is_accounted_for:
            yield step.at, step.case_id, f"trin {step.step} ({step.kind}) er hverken taget eller forklaret"


def nothing_stuck(record: Record) -> _Found:
    """No SMS is neither sent nor given up days after its time."""
    for one in record.stuck:
        yield one.since, one.case_id, f"sms {one.message_id} står stadig som {one.status}"


def no_cpr(record: Record) -> _Found:
    """No CPR number that a resident wrote stands anywhere in the database."""
    for place in record.leaked:
        yield record.now, None, f"et CPR-nummer i {place}"


def nothing_failed(record: Record) -> _Found:
    """No job of the service failed of an error of its own."""
    for at, action in record.failed:
        yield at, None, f"i loggen: {action}"


def all_taken(record: Record) -> _Found:
    """Every case that the rent system told of is there."""
    for ref in record.unknown_refs:
        yield record.now, None, f"{ref} blev fortalt og er her ikke"


RULES: dict[str, Callable[[Record], _Found]] = {
    "in_window": in_window,
    "not_on_a_day_off": not_on_a_day_off,
    "not_after_stop": not_after_stop,
    "not_after_payment": not_after_payment,
    "not_expired": not_expired,
    "never_twice": never_twice,
    "one_wave_sms_a_day": one_wave_sms_a_day,
    "known_to_us": known_to_us,
    "silent_while_held": silent_while_held,
    "all_heard": all_heard,
    "all_answered": all_answered,
    "all_end": all_end,
    "all_agreements_looked_at": all_agreements_looked_at,
    "no_step_lost": no_step_lost,
    "nothing_stuck": nothing_stuck,
    "no_cpr": no_cpr,
    "nothing_failed": nothing_failed,
    "all_taken": all_taken,
}
