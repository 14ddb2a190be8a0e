"""An organisation's own words reach the resident: in answers, waves, previews and a plan's yes; nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.contacts import begin_contact, preview_text
from bot.db import Database
from bot.dialogs.state import Heard, Intent
from bot.models import COPENHAGEN, Adviser, Case, Conversation, Message, Organisation, Plan, Resident, Wording
from bot.turns import Turns
from handoff.handoffs import Acting
from handoff.plans import approve

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=COPENHAGEN)
PHONE = "+4511114027"
INTENTS = {"tak": "thank", "boligstøtte?": "ask_boligstoette", "orker ikke mere": "crisis_self_harm"}


def understand(text: str, today: date, *, media: int = 0, previous_language: str = "da") -> Heard:
    return Heard(text, (Intent(INTENTS[text], 1.0),))


class House:
    """One resident of one organisation, and another organisation with words of its own."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.write() as session:
            ours, others = [
                Organisation(slug=slug, name=name, number=number, settings={}, created_at=NOW)
                for slug, name, number in (("sol", "Solgården", "+4511110010"), ("havn", "Havnen", "+4511110020"))
            ]
            adviser = Adviser(email="mette@a.example", name="Mette Lind", password_hash="", created_at=NOW)
            adviser.organisations = [ours]
            session.add_all([ours, others, adviser])
            session.flush()
            self.ours, self.others, self.adviser = ours.id, others.id, adviser.id
            resident = Resident(
                organisation_id=ours.id, name="Line Bek", phone=PHONE, created_at=NOW, birth_day="14-03"
            )
            session.add(resident)
            session.flush()
            case = Case(
                organisation_id=ours.id,
                resident_id=resident.id,
                case_ref="S-1",
                arrears_ore=845_050,
                received=NOW.date(),
                deadline=NOW.date() + timedelta(days=8),
                opened_at=NOW,
                updated_at=NOW,
            )
            session.add(case)
            session.flush()
            self.case = case.id

    def say(self, key: str, body: str, status: str = "live", language: str = "da", organisation: int = 0) -> None:
        with self.db.write() as session:
            session.add(
                Wording(
                    organisation_id=organisation or self.ours,
                    key=key,
                    language=language,
                    body=body,
                    status=status,
                    author_id=self.adviser,
                    at=NOW,
                )
            )

    def thread(self, language: str = "da", **more: object) -> int:
        with self.db.write() as session:
            thread = Conversation(
                organisation_id=self.ours,
                phone=PHONE,
                case_id=self.case,
                language=language,
                created_at=NOW,
                **{"state": {}, **more},
            )
            session.add(thread)
            session.flush()
            return thread.id

    def answer(self, text: str, hear: Callable[..., Heard] = understand, **thread: object) -> str:
        """What the bot answers to one SMS."""
        with self.db.read() as session:
            known = session.scalar(select(Conversation.id))
        conversation = known or self.thread(**thread)  # type: ignore[arg-type]
        with self.db.write() as session:
            session.add(
                Message(
                    conversation_id=conversation,
                    direction="in",
                    author="resident",
                    body=text,
                    status="received",
                    at=NOW,
                )
            )
        assert Turns(self.db, lambda: NOW, hear).take_next()
        return self.sent()

    def sent(self) -> str:
        with self.db.read() as session:
            newest = select(Message).where(Message.direction == "out").order_by(Message.id.desc())
            message = session.scalars(newest).first()
        return message.body if message else ""


@pytest.fixture
def house(db: Database) -> House:
    return House(db)


OURS = "Selv tak. Skriv bare her, hvis der er mere."


def test_a_live_wording_is_what_the_resident_gets(house: House):
    house.say("other.welcome", "Det var så lidt.")
    assert house.answer("tak") == "Det var så lidt."


@pytest.mark.parametrize("status", ["draft", "replaced", "withdrawn"])
def test_a_wording_that_nobody_approved_or_that_was_taken_back_is_not_said(house: House, status: str):
    house.say("other.welcome", "Det var så lidt.", status)
    assert house.answer("tak") == OURS


def test_another_organisations_words_and_another_languages_are_not_said(house: House):
    house.say("other.welcome", "Det var så lidt.", organisation=house.others)
    house.say("other.welcome", "No worries.", language="en")
    assert house.answer("tak") == OURS


def test_an_english_talk_has_the_english_wording(house: House):
    house.say("other.welcome", "Det var så lidt.")
    house.say("other.welcome", "No worries.", language="en")
    assert house.answer("tak", language="en") == "No worries."


@pytest.mark.parametrize("body", ["Det var {lottery}.", "Det var {amount.real}.", "Det var {}", "Det var {amount!r} {"])
def test_a_wording_that_a_release_has_made_unsayable_gives_way_to_ours(house: House, body: str):
    house.say("other.welcome", body)
    assert house.answer("tak") == OURS


def test_a_crisis_is_answered_with_the_fixed_text_whatever_stands_in_the_table(house: House):
    house.say("crisis.self_harm", "Betal først.")
    assert house.answer("orker ikke mere").startswith("Det lyder, som om du har det meget svært.")


def test_own_words_that_do_not_fit_with_the_rest_of_the_sms_give_way(house: House):
    own = "Boligstøtte er hjælp til huslejen. Du søger hos Udbetaling Danmark, 70 12 80 63. Søg senest d. {month_end}. "
    house.say("boligstoette.full", own + "Det er gratis at søge. " * 7)
    house.say("boligstoette.short", own + "Det er gratis at søge. " * 7)
    said = house.answer("boligstøtte?", verified=True, state={"flow": "menu", "step": "choose", "version": 1})
    assert len(said) <= 306
    assert "70 12 80 63" in said


def test_a_turn_that_failed_and_is_taken_again_says_the_wording_once(house: House):
    house.say("other.welcome", "Det var så lidt.")
    tries: list[str] = []

    def fails_once(text: str, today: date, *, media: int = 0, previous_language: str = "da") -> Heard:
        tries.append(text)
        if len(tries) == 1:
            raise ZeroDivisionError
        return understand(text, today)

    assert house.answer("tak", fails_once) == ""
    assert Turns(
        house.db, lambda: NOW, fails_once, leases=lambda: datetime.now(COPENHAGEN) + timedelta(minutes=1)
    ).take_next()
    assert house.sent() == "Det var så lidt."
    with house.db.read() as session:
        assert len(session.scalars(select(Message).where(Message.direction == "out")).all()) == 1


def test_a_wave_and_its_preview_are_in_the_organisations_words(house: House):
    own = "Hej{name}. Her er {adviser} fra {organisation}. Vi vil gerne hjælpe. Svar JA eller STOP."
    house.say("first_contact.first", own)
    with house.db.write() as session:
        case = session.get_one(Case, house.case)
        shown = preview_text(session, case, 0, NOW)
        begin_contact(session, case, step=0, contact_id=None, now=NOW, send_at=NOW, expires_at=None)
    assert shown == "Hej Line. Her er Mette fra Solgården. Vi vil gerne hjælpe. Svar JA eller STOP."
    assert house.sent() == shown


def test_the_answer_to_a_plan_is_in_the_organisations_words(house: House):
    house.say("plan.approved_plain", "{adviser} siger ja til dit forslag.")
    house.thread()
    with house.db.write() as session:
        plan = Plan(case_id=house.case, monthly_ore=100_000, instalments=9, first_date=date(2027, 1, 1), at=NOW)
        session.add(plan)
        session.flush()
        approve(session, Acting(house.adviser, "Mette Lind", frozenset({house.ours})), plan.id, NOW)
    assert house.sent().startswith("Mette siger ja til dit forslag. ")  # and whether we may write again
