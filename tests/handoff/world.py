"""An invented world for the inbox: two organisations, their advisers, and residents at every stage of urgency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import (
    COPENHAGEN,
    Adviser,
    Alarm,
    Case,
    Conversation,
    Fact,
    Handoff,
    Message,
    Organisation,
    Plan,
    Promise,
    Resident,
    Task,
)
from bot.thread import add_marker, announce
from handoff.handoffs import Acting

#: A Tuesday; the deadlines of the picture lie two days ahead.
NOW = datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN)
PASSWORD = "en-lang-og-god-sætning"
#: A hash says itself how hard it is to reckon: ours is easy, for hundreds of tests log in.
EASY = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_HASH = EASY.hash(PASSWORD)
_phones = count(11114001)


def at(day: int, clock: str, month: int = 11) -> datetime:
    """A time in the autumn of the world."""
    hour, minute = clock.split(".")
    return datetime(2026, month, day, int(hour), int(minute), tzinfo=COPENHAGEN)


def acting(adviser: Adviser, *organisations: Organisation) -> Acting:
    return Acting(adviser.id, adviser.name, frozenset(o.id for o in organisations))


def add_organisation(session: Session, slug: str, name: str, number: str) -> Organisation:
    made = Organisation(slug=slug, name=name, number=number, settings={}, created_at=NOW)
    session.add(made)
    session.flush()
    return made


def add_adviser(session: Session, email: str, name: str, organisations: Sequence[Organisation], **more: Any) -> Adviser:
    made = Adviser(email=email, name=name, password_hash=_HASH, created_at=NOW, **more)
    made.organisations = list(organisations)
    session.add(made)
    session.flush()
    return made


@dataclass
class Talk:
    """One resident's conversation, told line by line."""

    session: Session
    organisation: Organisation
    name: str | None
    language: str = "da"
    department: str = ""
    days: int = 4
    stage: str = "advokat"
    arrears_ore: int = 845_050
    phone: str = field(default_factory=lambda: f"+45{next(_phones)}")

    def __post_init__(self) -> None:
        self.case: Case | None = self._case() if self.name else None
        self.conversation = Conversation(
            organisation_id=self.organisation.id,
            phone=self.phone,
            case_id=self.case.id if self.case else None,
            language=self.language,
            state={},
            created_at=NOW - timedelta(days=9),
        )
        self.session.add(self.conversation)
        self.session.flush()

    @property
    def id(self) -> int:
        return self.conversation.id

    def _case(self) -> Case:
        resident = Resident(
            organisation_id=self.organisation.id,
            name=self.name or "",
            phone=self.phone,
            language=self.language,
            address=f"{self.department or 'Søparken'} 8, st. th.",
            postal_code="4000",
            city="Roskilde",
            created_at=NOW,
        )
        self.session.add(resident)
        self.session.flush()
        case = Case(
            organisation_id=self.organisation.id,
            resident_id=resident.id,
            case_ref=f"S-{self.phone[-4:]}",
            arrears_ore=self.arrears_ore,
            received=date(2026, 11, 25),
            deadline=NOW.date() + timedelta(days=self.days),
            stage=self.stage,
            department=self.department,
            opened_at=NOW,
            updated_at=at(1, "7.00", 12),
        )
        self.session.add(case)
        self.session.flush()
        return case

    def says(self, text: str, when: datetime, *intents: str, **more: Any) -> Talk:
        """The resident writes."""
        heard = {"intents": [{"name": i, "confidence": 0.9} for i in intents], "values": [], "language": self.language}
        self._message("in", "resident", text, when, status="processed", heard=heard, **more)
        return self

    def hears(self, text: str, when: datetime, by: str = "bot", **more: Any) -> Talk:
        """The resident is written to, by bot, wave or adviser."""
        more = {"status": "delivered", "segments": 1 if len(text) <= 160 else 2, "sender": "+4511110010"} | more
        self._message("out", by, text, when, **more)
        return self

    def _message(self, direction: str, author: str, text: str, when: datetime, **more: Any) -> Message:
        message = Message(
            conversation_id=self.id, direction=direction, author=author, body=text, at=when, due_at=when, **more
        )
        self.session.add(message)
        self.conversation.last_message_at = when
        announce(self.session, self.conversation, "message", when)
        self.session.flush()
        return message

    def handed_over(self, reason: str, when: datetime, priority: str = "normal") -> Talk:
        """The bot asks for a person."""
        self.conversation.held_by, self.conversation.reason, self.conversation.priority = "queue", reason, priority
        self.conversation.waiting_since = when
        if priority == "crisis":
            self.session.add(Alarm(conversation_id=self.id, reason=reason, at=when))
            self.conversation.bot_paused = self.conversation.crisis_told = True
        self.session.add(
            Handoff(
                conversation_id=self.id,
                reason=reason,
                priority=priority,
                language=self.language,
                at=when,
            )
        )
        return self.marked("handoff_opened", when, reason=reason, priority=priority)

    def taken(self, adviser: Adviser, when: datetime) -> Talk:
        """An adviser takes it."""
        self.conversation.held_by, self.conversation.adviser_id = "adviser", adviser.id
        self.session.flush()
        for handoff in self.session.query(Handoff).filter_by(conversation_id=self.id):
            handoff.claimed_by_id, handoff.claimed_at = adviser.id, when
        for alarm in self.session.query(Alarm).filter_by(conversation_id=self.id):
            alarm.seen_by_id, alarm.seen_at = adviser.id, when
        return self.marked("claimed", when, adviser)

    def marked(self, kind: str, when: datetime, adviser: Adviser | None = None, **detail: Any) -> Talk:
        """A line that is no SMS."""
        add_marker(self.session, self.conversation, kind, when, adviser.id if adviser else None, **detail)
        self.session.flush()
        return self

    def told(self, name: str, value: Any, when: datetime) -> Talk:
        """A fact is kept."""
        case_id = self.case.id if self.case else None
        self.session.add(Fact(conversation_id=self.id, case_id=case_id, name=name, value=value, at=when))
        return self


@dataclass(frozen=True)
class World:
    """The ids that tests ask for."""

    mette: int
    peter: int
    fremmed: int
    line: int
    kirsten: int
    ahmad: int
    hodan: int
    mads: int
    unknown: int
    foreign: int
    bot_held: int


def build(db: Database) -> World:
    """The world of the pictures, with noise rows from an organisation that is none of Mette's business."""
    with db.write() as session:
        solgaarden = add_organisation(session, "solgaarden", "Solgården Bolig", "+4511110010")
        vest = add_organisation(session, "vestbo", "Vestbo", "+4511110020")
        mette = add_adviser(session, "mette@solgaarden.example", "Mette Lind", [solgaarden])
        peter = add_adviser(session, "peter@solgaarden.example", "Peter Nygaard", [solgaarden])
        fremmed = add_adviser(session, "fie@vestbo.example", "Fie Vest", [vest])
        foreign = Talk(session, vest, "Fremmed Person", days=0).says("hjælp mig", at(1, "9.00", 12), "ask_human")
        foreign.handed_over("crisis_self_harm", at(1, "9.00", 12), "crisis")
        return World(
            mette=mette.id,
            peter=peter.id,
            fremmed=fremmed.id,
            line=_line(session, solgaarden, mette).id,
            kirsten=_kirsten(session, solgaarden, peter).id,
            foreign=foreign.id,
            **_others(session, solgaarden, mette),
        )


def _line(session: Session, organisation: Organisation, mette: Adviser) -> Talk:
    line = Talk(session, organisation, "Line Bek Sørensen", department="Havneparken", days=2)
    line.hears("Hej Line. Jeg hedder Mette og er rådgiver for Solgården Bolig. Svar JA.", at(27, "9.05"), by="wave")
    line.says("hvor meget kan jeg betale af på", at(30, "14.18"), "ask_payment_plan")
    line.hears(
        "Det er jeg ked af, Line. Der kan højst aftales 12 rater. Skal jeg foreslå 750 kr. om måneden?", at(30, "14.20")
    )
    line.says("ja det går", at(30, "14.31"), "affirm")
    line.marked("plan_proposed", at(30, "14.31"), monthly=750, instalments=12)
    line.says(
        "min veninde siger jeg skal søge kommunen før jeg betaler?? kan jeg ikke bare snakke med dig mette",
        at(1, "8.12", 12),
        "ask_enkeltydelse",
        "ask_human",
    )
    line.hears(
        "Jo. Mette svarer dig her i dag, senest kl. 15. Betal eller lån ikke penge, før I har talt sammen.",
        at(1, "8.12", 12),
    )
    line.handed_over("ask_human", at(1, "8.12", 12), "high").taken(mette, at(1, "10.36", 12))
    line.hears(
        "Hej Line, det er Mette. Godt, du spørger først. Har du fået brevet om, at lejemålet kan ophæves?",
        at(1, "10.38", 12),
        by="adviser",
        adviser_id=mette.id,
        status="sent",
    )
    line.says("tak, jeg har brevet fra jer her. skal jeg sende et billede", at(1, "10.41", 12))
    line.conversation.waiting_since = at(1, "10.41", 12)
    line.told("inform_job_loss", True, at(30, "14.10")).told("children", 2, at(30, "14.11"))
    line.told("income", 14900, at(30, "14.12")).told("knows_letter", True, at(1, "10.41", 12))
    line.told("best_time", "efter kl. 12", at(27, "10.00"))
    assert line.case is not None
    session.add_all(
        [
            Plan(
                case_id=line.case.id,
                monthly_ore=75_000,
                instalments=12,
                first_date=date(2026, 12, 31),
                at=at(30, "14.31"),
            ),
            Task(
                organisation_id=organisation.id,
                case_id=line.case.id,
                conversation_id=line.id,
                type="call",
                due=NOW.date(),
                due_at=at(1, "13.00", 12),
                at=NOW,
            ),
            Promise(case_id=line.case.id, amount_ore=100_000, day=date(2026, 12, 4), at=NOW),
        ]
    )
    return line


def _kirsten(session: Session, organisation: Organisation, peter: Adviser) -> Talk:
    kirsten = Talk(session, organisation, "Kirsten Madsbøll", days=3)
    kirsten.says("han er her igen jeg tør ikke skrive", at(1, "10.21", 12), "crisis_violence")
    kirsten.hears("Er der fare nu, så ring 112. Lev Uden Vold har 1888, gratis hele døgnet.", at(1, "10.21", 12))
    return kirsten.handed_over("crisis_violence", at(1, "10.21", 12), "crisis").taken(peter, at(1, "10.25", 12))


def _others(session: Session, organisation: Organisation, mette: Adviser) -> dict[str, int]:
    ahmad = Talk(session, organisation, "Ahmad Rahimi", "en", "Søparken", 1, "foged")
    ahmad.says("When will the court come? I have the letter", at(1, "9.30", 12), "ask_eviction")
    ahmad.handed_over("eviction", at(1, "9.30", 12), "high")
    tomasz = Talk(session, organisation, "Tomasz Nowak", "pl", "Søparken", 2)
    tomasz.says("nie rozumiem, proszę po polsku", at(1, "9.47", 12), "change_language")
    tomasz.handed_over("not_understood", at(1, "9.47", 12), "high")
    birthe = Talk(session, organisation, "Birthe Lauridsen", department="Havneparken", days=3)
    birthe.says("jeg kan låne af min søn på fredag så er det klaret", at(1, "10.04", 12), "promise_to_pay")
    birthe.handed_over("distress", at(1, "10.04", 12), "high")
    mads = Talk(session, organisation, "Mads Thygesen", department="Lindegården", days=4)
    mads.says("kan du ringe når jeg har fri kl 15", at(1, "8.37", 12), "ask_callback")
    mads.handed_over("callback", at(1, "8.37", 12)).taken(mette, at(1, "9.00", 12))
    hodan = Talk(session, organisation, "Hodan Warsame", "so", "Havneparken", 4)
    hodan.says("500 om måneden kan jeg godt klare", at(1, "8.01", 12), "ask_payment_plan")
    hodan.handed_over("plan_outside_policy", at(1, "8.01", 12))
    per = Talk(session, organisation, "Per Vestergaard", department="Søparken", days=8)
    per.hears("Hej Per. Det er Mette fra Solgården Bolig.", at(1, "7.00", 12), status="undelivered", error="30003")
    per.says("har betalt i går via netbank", at(1, "7.32", 12), "already_paid").handed_over(
        "dispute", at(1, "7.32", 12)
    )
    unknown = Talk(session, organisation, None)
    unknown.says("hej hvem er det her", at(1, "9.58", 12), "ask_identity")
    unknown.handed_over("unknown_number", at(1, "9.58", 12))
    bot_held = Talk(session, organisation, "Sofie Dahl", department="Lindegården", days=6)
    bot_held.hears("Hej Sofie. Jeg hedder Mette og er rådgiver.", at(27, "9.05"), by="wave").says("ja", at(27, "9.40"))
    talks = {"ahmad": ahmad, "hodan": hodan, "mads": mads, "unknown": unknown, "bot_held": bot_held}
    return {name: talk.id for name, talk in talks.items()}


def add_crisis(db: Database) -> int:
    """A crisis that nobody has taken yet."""
    with db.write() as session:
        organisation = session.query(Organisation).filter_by(slug="solgaarden").one()
        talk = Talk(session, organisation, "Jens-Ole Kristiansen", department="Søparken", days=5)
        talk.hears(
            "Hej Jens-Ole. Jeg hedder Mette og er rådgiver i Søparken. Jeg vil gerne hjælpe dig. Det er gratis og"
            " fortroligt. Må jeg skrive her? Svar JA eller RING. STOP afmelder.",
            at(27, "9.05"),
            by="wave",
        )
        talk.says("ja ok", at(28, "16.20"), "affirm")
        talk.says(
            "jeg orker det ikke mere. alt er tabt, vil helst bare ikke være her længere",
            at(1, "10.42", 12),
            "crisis_self_harm",
        )
        talk.hears(
            "Det lyder, som om du har det meget svært. Du skal ikke være alene med det. Ring 112, hvis der er fare lige"
            " nu. Livslinien er der også: 70 201 201. En rådgiver får besked med det samme.",
            at(1, "10.42", 12),
        )
        return talk.handed_over("crisis_self_harm", at(1, "10.42", 12), "crisis").id
