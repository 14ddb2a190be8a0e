"""The demo's half year before its first day: six waves that are over, so that the board has something to show.

Invented people, and only what the tables would say of them: no SMS of theirs is sent, and no clockwork touches them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import (
    COPENHAGEN,
    Adviser,
    Case,
    Contact,
    Conversation,
    Fact,
    Handoff,
    Ladder,
    Marker,
    Message,
    Organisation,
    Plan,
    Resident,
    Wave,
)
from bot.workdays import add_working_days

#: So many months are over.
MONTHS = 6
#: Working days after the start, and what was done then.
_STEPS = ((0, "sms"), (2, "sms"), (4, "call"), (6, "knock"))
_HOUR = timedelta(hours=1)
_FIRST = (
    "Jonna",
    "Karl",
    "Mia",
    "Bo",
    "Rikke",
    "Ali",
    "Ulla",
    "Sami",
    "Dorte",
    "Emil",
    "Nora",
    "Finn",
    "Gitte",
    "Omar",
    "Pia",
    "Troels",
    "Zeinab",
    "Villy",
)
_LAST = (
    "Bruun",
    "Toft",
    "Skov",
    "Winther",
    "Ibsen",
    "Holst",
    "Vang",
    "Lyng",
    "Krog",
    "Munk",
    "Dam",
    "Riis",
)
_FIRST_SMS = "Hej. Det er {organisation}. Jeg vil gerne skrive med dig om din bolig. Er det {name}? Svar JA eller RING."


@dataclass(frozen=True, slots=True)
class Way:
    """How one case went. ``step`` is the one that reached the resident; None: nobody did."""

    outcome: str
    step: int | None
    said: str = ""
    reason: str = ""  #: why the bot asked for a human
    answer: str = ""
    fact: str = ""
    stage: str = "advokat"
    has_date: bool = False
    from_month: int = 0  #: the first month, counted from the oldest, in which a case went so


#: One after the other, again and again: the later months go better, for two ways come only then.
WAYS = (
    Way("paid", 0, "ja det er mig. jeg betaler på fredag", "case_status", "Tak, {name}. Så ser jeg efter på mandag."),
    Way("plan_agreed", 1, "kan jeg betale lidt ad gangen", "plan_proposed", "Ja, {name}. Vi deler det i to.",
        "inform_job_loss"),
    Way("municipality_paid", 0, "jeg er blevet syg og kan ikke betale", "situation",
        "Godt, du skriver, {name}. Jeg hjælper dig med at søge hos kommunen.", "inform_illness", "foged",
        has_date=True),
    Way("no_contact", None),
    Way("paid", 2, "har betalt i dag", stage="paakrav"),
    Way("plan_agreed", 2, "hvad koster det hvis jeg venter", "ask_human", "Jeg ringer til dig i dag, {name}.",
        "inform_income_change", "ophaevet"),
    Way("other", 0, "beløbet passer ikke", "dispute", "Det ser jeg på, {name}. Du hører fra mig i morgen."),
    Way("paid", 0, "ja. hvornår er fristen", "ask_human", "Fristen er på onsdag, {name}. Ring gerne.", stage="foged",
        has_date=True),
    Way("no_contact", None, stage="ophaevet"),
    Way("municipality_paid", 1, "kan jeg få hjælp til huslejen", "kommune",
        "Ja, måske, {name}. Skal jeg ringe?", "ask_enkeltydelse"),
    Way("paid", 3, stage="paakrav"),
    Way("moved_out", 3, "jeg er flyttet til min søster"),
    Way("plan_agreed", 0, "jeg kan betale det hele over to måneder", "plan_proposed",
        "Det siger jeg ja til, {name}.", "inform_expense", "ophaevet", from_month=2),
    Way("paid", 0, "ja", "callback", "Jeg ringer kl. 13, {name}.", stage="foged", has_date=True, from_month=3),
)  # fmt: skip


def add_past(session: Session, now: datetime) -> None:
    """Put them beside what is there."""
    advisers = session.scalars(select(Adviser).order_by(Adviser.id)).all()
    organisations = session.scalars(select(Organisation).order_by(Organisation.id)).all()
    months = _months(now.date())
    waves = {
        (organisation.id, nth): Wave(
            organisation_id=organisation.id, month=f"{day:%Y-%m}", started_at=_at(day, 9), started_by="scheduler",
            released_at=_at(day, 9) - 16 * _HOUR, released_by_id=advisers[-1].id,
        )
        for organisation in organisations
        for nth, day in enumerate(months)
    }  # fmt: skip
    session.add_all(waves.values())
    made = [
        (organisation, nth, place, way)
        for organisation in organisations
        for nth in range(len(months))
        for place, way in enumerate([way for way in WAYS if nth >= way.from_month] * _times(nth))
    ]
    cases = [_case(*one, months[one[1]], serial) for serial, one in enumerate(made)]
    session.add_all(cases)
    session.flush()
    threads = [_thread(case, way, months[nth], serial) for serial, (case, (_, nth, _, way)) in _numbered(cases, made)]
    session.add_all(threads)
    session.flush()
    for case, thread, (organisation, nth, place, way) in zip(cases, threads, made, strict=True):
        adviser = advisers[place % len(advisers)]
        story = _Story(case, thread, way, months[nth], len(months) - nth, adviser)
        session.add_all(story.rows(waves[organisation.id, nth].id, organisation.name, place))


def _numbered(cases: list[Case], made: list[tuple[Organisation, int, int, Way]]) -> list[
    tuple[int, tuple[Case, tuple[Organisation, int, int, Way]]]
]:  # fmt: skip
    return list(enumerate(zip(cases, made, strict=True)))


def _times(nth: int) -> int:
    """The newest months have the most cases: a group of less than five is shown nowhere."""
    return max(1, nth + 4 - MONTHS)


def _months(today: date) -> list[date]:
    """The wave days, the oldest first."""
    day, found = today.replace(day=1), []
    for _ in range(MONTHS):
        day = (day - timedelta(days=1)).replace(day=1)
        found.append(add_working_days(day.replace(day=26), 1))
    return found[::-1]


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), COPENHAGEN)


def _case(organisation: Organisation, nth: int, place: int, way: Way, day: date, serial: int) -> Case:
    name = f"{_FIRST[serial % len(_FIRST)]} {_LAST[serial * 7 % len(_LAST)]}"
    is_paid = way.outcome == "paid"
    street = ("Lindegården", "Søparken") if organisation.slug == "solgaarden" else ("Havnegade", "Kajen")
    resident = Resident(
        organisation_id=organisation.id,
        name=name,
        phone=None,  # their thread has it; so they are none of the phones that can be played with
        address=f"{street[serial % 2]} {10 + serial}",
        postal_code="4000",
        city="Roskilde",
        created_at=_at(day, 8),
    )
    return Case(
        organisation_id=organisation.id,
        resident=resident,
        case_ref=f"{organisation.slug[:2].upper()}-{day:%y%m}-{place + 1:03d}",
        status="settled" if is_paid else "closed",
        outcome=None if is_paid else way.outcome,
        arrears_ore=0 if is_paid else (3_800 + serial * 137 % 7_000) * 100,
        received=day,
        deadline=add_working_days(day, 10),
        stage=way.stage,
        eviction_date=add_working_days(day, 15) if way.has_date else None,
        department=street[serial % 2] if organisation.slug == "solgaarden" else ("Havneparken", "Kajen")[serial % 2],
        municipality="Roskilde",
        opened_at=_at(day, 8),
        updated_at=_at(add_working_days(day, 12), 7),
        closed_at=_at(add_working_days(day, 12), 12),
    )


def _thread(case: Case, way: Way, day: date, serial: int) -> Conversation:
    return Conversation(
        organisation_id=case.organisation_id,
        phone=f"+4511115{serial:03d}",
        case_id=case.id,
        verified=way.step is not None,
        reason=way.reason or None,
        last_message_at=_at(add_working_days(day, 3), 12),
        closed_at=case.closed_at,
        created_at=_at(day, 9),
    )


@dataclass(frozen=True, slots=True)
class _Story:
    """One case's month, row by row. ``ago``: how many months back; the older, the longer it took to answer."""

    case: Case
    thread: Conversation
    way: Way
    day: date
    ago: int
    adviser: Adviser

    def rows(self, wave_id: int, organisation: str, place: int) -> list[object]:
        way, name = self.way, self.case.resident.first_name
        last = len(_STEPS) - 1 if way.step is None else way.step
        rows: list[object] = [
            Ladder(wave_id=wave_id, case_id=self.case.id, starts_at=_at(self.day, 9), at=_at(self.day, 9)),
            *(self._contact(wave_id, number) for number in range(last + 1)),
            self._sms("wave", _FIRST_SMS.format(organisation=organisation, name=name), self._time(0)),
        ]
        if last:
            rows.append(self._sms("wave", "Hej igen. Skriv gerne her, så finder vi ud af det sammen.", self._time(1)))
        if way.step is not None:
            rows += self._talk(name, place)
        rows.append(self._marker("closed", self.case.closed_at or self._time(0), outcome=way.outcome))
        return rows

    def _talk(self, name: str, place: int) -> list[object]:
        """What came of it from when the resident was reached."""
        way, reached = self.way, self._time(self.way.step or 0) + timedelta(minutes=25 + 11 * place)
        if not way.said:
            return [self._marker("call_taken", reached)]
        rows: list[object] = [
            self._sms("resident", way.said, reached),
            self._marker("recognised", reached + timedelta(minutes=2), by_hand=False),
        ]
        if way.fact:
            rows.append(Fact(conversation_id=self.thread.id, case_id=self.case.id, name=way.fact, value=True,
                             at=reached))  # fmt: skip
        if way.reason:
            answered = reached + timedelta(minutes=20 + (14 + place) * self.ago)
            rows += self._answered(way, name, reached, answered)
        if way.outcome == "plan_agreed" and self.ago > 2:
            rows.append(self._plan(reached))
        return rows

    def _answered(self, way: Way, name: str, asked: datetime, answered: datetime) -> list[object]:
        handoff = Handoff(
            conversation_id=self.thread.id, reason=way.reason, priority="normal", language="da", at=asked,
            claimed_by_id=self.adviser.id, claimed_at=answered, ended_at=self.case.closed_at,
        )  # fmt: skip
        return [
            handoff,
            self._marker("handoff_opened", asked, by_hand=False, reason=way.reason),
            self._marker("claimed", answered),
            self._sms("adviser", way.answer.format(name=name), answered + timedelta(minutes=3)),
        ]

    def _plan(self, at: datetime) -> Plan:
        half = self.case.arrears_ore // 2
        first = add_working_days(self.day, 5)
        return Plan(case_id=self.case.id, monthly_ore=half, instalments=2, first_date=first, total_ore=2 * half,
                    status="kept", at=at, decided_at=at + _HOUR)  # fmt: skip

    def _contact(self, wave_id: int, step: int) -> Contact:
        at = self._time(step)
        return Contact(wave_id=wave_id, case_id=self.case.id, step=step, kind=_STEPS[step][1], send_at=at, at=at)

    def _time(self, step: int) -> datetime:
        return _at(add_working_days(self.day, _STEPS[step][0]), 10)

    def _sms(self, author: str, body: str, at: datetime) -> Message:
        is_in = author == "resident"
        return Message(
            conversation_id=self.thread.id, direction="in" if is_in else "out", author=author, body=body, at=at,
            adviser_id=self.adviser.id if author == "adviser" else None, bulk=author == "wave",
            status="processed" if is_in else "delivered", segments=0 if is_in else 1,
        )  # fmt: skip

    def _marker(self, kind: str, at: datetime, *, by_hand: bool = True, **detail: str) -> Marker:
        who = self.adviser.id if by_hand else None
        return Marker(conversation_id=self.thread.id, kind=kind, detail=detail, adviser_id=who, at=at)
