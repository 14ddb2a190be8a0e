"""Lets a year happen: goes from moment to moment, and at each one lets everybody do what they do then.

Residents, advisers, the rent system and bad luck are planned ahead; whatever the service does by itself it does by
itself, at the moments that it names.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from bot.case_file import read_case_file
from bot.commands.year.advisers import Office
from bot.commands.year.answers import Mind, Said, promised_day, react
from bot.commands.year.days_off import is_off
from bot.commands.year.people import Person
from bot.commands.year.rent_system import Account, RentSystem
from bot.commands.year.weather import Spell, forecast
from bot.commands.year.world import World
from bot.intake import take
from bot.models import COPENHAGEN
from bot.simulator.tables import SimMessage
from scheduler import jobs
from scheduler.run_waves import start_wave

_LOOKS = (time(9, 20), time(10, 50), time(12, 40), time(14, 10))
_FILE = time(6, 40)
_RELEASE = time(11, 15)
_TRY_AGAIN = timedelta(minutes=50)


@dataclass(frozen=True, slots=True)
class House:
    """One organisation as the driver knows it."""

    id: int
    slug: str
    number: str
    needs_release: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What a resident wrote: when, where, as which message of the network."""

    at: datetime
    sid: str
    phone: str
    text: str
    case_ref: str


@dataclass(slots=True)
class Year:
    """Everything that goes on beside the service, and what was seen of it."""

    world: World
    rent: RentSystem
    houses: dict[str, House]
    office: Office
    folder: Path
    first: date
    last: date  #: of the months; cases have until ``end`` to end
    end: date
    on_month: Callable[[date], None]
    written: list[Written] = field(default_factory=list)
    told: list[tuple[datetime, str, str, int]] = field(default_factory=list)  #: when, organisation, case, øre
    spells: list[Spell] = field(default_factory=list)
    minds: dict[int, Mind] = field(default_factory=dict)
    _plan: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _number: count[int] = field(default_factory=count)
    _open_spells: list[Spell] = field(default_factory=list)
    _tick_at: datetime | None = None
    _is_touched: bool = False  #: somebody has done something since the last tick

    def run(self) -> None:
        """From the first day to the end."""
        self._plan_days()
        self._plan_bad_luck()
        self.world.wire.handset_fault = self._handset_fault
        while self._plan:
            wakes = self.world.wakes_at()
            planned = self._plan[0][0]
            moment = planned if wakes is None else min(planned, wakes)
            self.world.clock.go(moment)
            self._do_planned()
            self._is_touched |= self.world.settle() > 0
            self._read_handsets()

    def _at(self, moment: datetime, deed: Callable[[], None]) -> None:
        if moment.date() <= self.end:
            heapq.heappush(self._plan, (moment, next(self._number), deed))

    def _do_planned(self) -> None:
        up_again = self.world.up_again
        if up_again is not None and up_again <= self.world.clock():
            self.world.come_up()
            self.world.ask_the_gateway()
            self._tick()
        while self._plan and self._plan[0][0] <= self.world.clock():
            heapq.heappop(self._plan)[2]()

    def _plan_days(self) -> None:
        day, month = self.first, 0
        while day <= self.end:
            if day.day == 1 and day <= self.last:
                self._at(_moment(day, time(0, 5)), lambda d=day, m=month: self._new_month(d, m))  # type: ignore[misc]
                month += 1
            if not is_off(day):
                self._plan_working_day(day)
                self._plan_ticks(day)
            day += timedelta(days=1)

    def _plan_working_day(self, day: date) -> None:
        for house in self.houses.values():
            self._at(_moment(day, _FILE), lambda h=house, d=day: self._file(h, d))  # type: ignore[misc]
            if house.needs_release and not 9 < day.day < 24:
                self._at(_moment(day, _RELEASE), lambda h=house: self._release(h))  # type: ignore[misc]
        for number, at in enumerate(_LOOKS):
            self._at(_moment(day, at), lambda n=number: self._look(n))  # type: ignore[misc]

    def _plan_ticks(self, day: date) -> None:
        """The service ticks each minute; a tick finds something when its time has come or somebody did something."""
        minute = self.world.chance.between(0, 59, "tick", day)
        self._at(_moment(day, time(8, minute)), self._tick)
        for hour in (11, 15, 19):
            self._at(_moment(day, time(hour, minute)), self._tick_if_touched)

    def _tick_if_touched(self) -> None:
        if self._is_touched:
            self.world.post.deliver_late()
            self.world.ask_the_gateway()
            self._tick()

    def _plan_bad_luck(self) -> None:
        self.spells = forecast(self.world.chance, self.first, self.end)
        for spell in self.spells:
            self._at(spell.begins, lambda s=spell: self._begins(s))  # type: ignore[misc]
            self._at(spell.ends, lambda s=spell: self._ends(s))  # type: ignore[misc]

    def _begins(self, spell: Spell) -> None:
        match spell.kind:
            case "service_down":
                self.world.go_down(spell.ends)
            case "gateway_down":
                self.world.wire.is_down = True
            case "killed":
                self.world.points.kill_at(self.world.chance.between(1, 40, "point", spell.begins))
        self._open_spells.append(spell)

    def _ends(self, spell: Spell) -> None:
        self._open_spells.remove(spell)
        if spell.kind == "gateway_down":
            self.world.wire.is_down = any(other.kind == "gateway_down" for other in self._open_spells)

    def _tick(self) -> None:
        """Tick now, and again when the service says that it has something to do."""
        clock = self.world.clock
        second = self.world.chance.happens(0.12, "second", clock())
        self.world.tick(second=second)
        is_known = not self._is_touched and self._tick_at is not None and self._tick_at > clock()
        self._is_touched = False
        if is_known:  # nobody has done anything since the service was asked, and its moment is still to come
            return
        due = jobs.due_moments(self.world.looking, clock())
        later = due + timedelta(seconds=self.world.chance.between(0, 59, "late", due)) if due else None
        if later is not None and (self._tick_at is None or self._tick_at <= clock() or later < self._tick_at):
            self._tick_at = later
            self._at(later, self._tick)

    def _new_month(self, first: date, month: int) -> None:
        if month:
            self.on_month(first)
        for account in self.rent.new_arrears(month, first):
            number = account.person.number
            self.minds[number] = Mind(account.rounds)
            if account.person.kind.pays == "silent" and account.received:
                wait = self.world.chance.between(1, 17, "silent", number, account.rounds)
                self._pays(account, account.received + timedelta(days=wait), account.arrears_ore)

    def _pays(self, account: Account, day: date, ore: int) -> None:
        self._at(_moment(day, time(10)), lambda: self.rent.pay(account, ore, day))

    def _file(self, house: House, day: date) -> None:
        """The rent system's file; where it cannot be taken now, somebody tries again."""
        if any(spell.kind == "no_file" for spell in self._open_spells):
            return
        text, told = self.rent.file(house.slug, day)
        if not told:
            return
        path = self.folder / f"{house.slug}.csv"
        path.write_text(text, encoding="utf-8")
        clock, taken = self.world.clock, []
        rows = read_case_file(path, day).rows
        self.world.do(lambda: taken.append(take(self.world.db, house.id, rows, clock())))
        if taken and not taken[0].rejected:
            self.told += [(clock(), house.slug, ref, ore) for ref, ore in told.items()]
            self._is_touched |= taken[0].unchanged < len(rows)
            self._at(clock() + timedelta(seconds=40), self._tick_if_touched)
        else:
            self._at(clock() + _TRY_AGAIN, lambda: self._file(house, day))

    def _release(self, house: House) -> None:
        self.world.do(lambda: start_wave(self.world.db, house.id, self.world.clock(), "command"))

    def _look(self, number: int) -> None:
        self.world.do(lambda: self.office.look(self.world.clock(), number))

    def _read_handsets(self) -> None:
        for sms in self.world.arrived():
            account = self._whose(sms)
            if account is not None:
                mind = self.minds.get(account.person.number, Mind())
                now, owed = self.world.clock(), account.arrears_ore
                mind, said = react(account.person, mind, sms.body, now, self.world.chance, owed)
                self.minds[account.person.number] = mind
                for one in said:
                    self._at(one.at, lambda a=account, s=one, n=sms.service: self._write(a, s, n))  # type: ignore[misc]

    def _whose(self, sms: SimMessage) -> Account | None:
        """Whose handset it came to; of two who share one, who is called by name."""
        here = [each for each in self.rent.accounts if sms.phone in (each.phone, each.person.phone)]
        named = [each for each in here if each.person.name.split()[0] in sms.body]
        return next(iter([*named, *here]), None)

    def _write(self, account: Account, said: Said, to: str) -> None:
        phone = account.phone or account.person.phone
        if phone is None:
            return
        sms = self.world.network.send_from_phone(phone, to, said.text)
        now = self.world.clock()
        self.written.append(Written(now, sms.sid, phone, said.text, account.person.case_ref))
        self._keep_word(account, said, now.date())

    def _keep_word(self, account: Account, said: Said, today: date) -> None:
        kind, owed = account.person.kind, account.arrears_ore
        if said.offers == "monthly":
            for month in range(10 if kind.keeps else 1):
                self._pays(account, _first_after(today, month), max(300_00, owed // 8))
        elif said.offers and kind.keeps:
            self._pays(account, promised_day(today), owed if said.offers == "all" else owed // 2)

    def _handset_fault(self, phone: str) -> str | None:
        """What is the matter with a handset today."""
        person = self._person_with(phone)
        if person is None or phone == person.new_phone:
            return None
        match person.kind.phone:
            case "off":
                is_off_today = self.world.chance.happens(0.6, "off", phone, self.world.clock().date())
                return "30003" if is_off_today else None
            case "landline":
                return "30006"
            case "dead":
                return "30005"
            case _:
                return None

    def _person_with(self, phone: str) -> Person | None:
        return next((a.person for a in self.rent.accounts if phone in (a.person.phone, a.person.new_phone)), None)

    def learn_number(self, case_ref: str) -> None:
        """An adviser found out where the resident can be reached; the rent system knows it from tomorrow."""
        account = self.rent.of(case_ref)
        if self.world.chance.happens(0.6, "found", case_ref):
            account.phone = account.person.new_phone


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, COPENHAGEN)


def _first_after(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month + months, 12)
    return date(year, month + 1, 1)
