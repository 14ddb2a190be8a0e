"""Two invented organisations with cases, for the tests of the scheduler; the second one is noise."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.apply import Turn, apply
from bot.db import Database
from bot.dialogs.effects import Effect
from bot.dialogs.state import Decision, State
from bot.models import COPENHAGEN, Case, Contact, Conversation, Ladder, Message, Organisation, Resident, Skip, Task


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


#: A Tuesday and wave day, in the send window.
NOW = at("2026-10-27T09:05")
SLUG = "solgaarden"


class World:
    """Solgården, whose wave is tested, and Vestbo beside it."""

    def __init__(self, db: Database, **settings: Any) -> None:
        self.db = db
        with db.write() as session:
            self.organisation_id = self._organisation(session, SLUG, "+4511110010", settings)
            noise = self._organisation(session, "vestbo", "+4511110020", {"release": "second_person"})
            self._case(session, noise, "V-1", "+4511114900")
            self.noise_case = self._case(session, noise, "V-2", "+4511114001")

    def add(self, *refs: str, phone: str | None = "", **case: Any) -> list[int]:
        """Cases of Solgården, received on the wave day unless told otherwise; gives their ids."""
        with self.db.write() as session:
            return [
                self._case(session, self.organisation_id, ref, f"+45{11114000 + n}" if phone == "" else phone, **case)
                for n, ref in enumerate(refs, 1)
            ]

    def change(self, case_id: int, **values: Any) -> None:
        with self.db.write() as session:
            case = session.get_one(Case, case_id)
            for name, value in values.items():
                setattr(case, name, value)

    def reply(self, case_id: int, moment: datetime) -> None:
        """The resident writes; the bot keeps the conversation."""
        with self.db.write() as session:
            thread = session.scalars(select(Conversation).where(Conversation.case_id == case_id)).one()
            session.add(
                Message(
                    conversation_id=thread.id,
                    direction="in",
                    author="resident",
                    body="ja",
                    status="processed",
                    at=moment,
                )
            )

    def contacts(self, case_id: int | None = None) -> list[tuple[int, str, str]]:
        """(step, kind, when) of Solgården's contacts, oldest first."""
        with self.db.read() as session:
            rows = session.scalars(self._mine(Contact, case_id))
            return [(row.step, row.kind, f"{row.send_at:%a %d %H.%M}") for row in rows]

    def skips(self, case_id: int | None = None) -> list[tuple[int, str]]:
        with self.db.read() as session:
            return [(row.step, row.why) for row in session.scalars(self._mine(Skip, case_id))]

    def tasks(self) -> list[Task]:
        with self.db.read() as session:
            return list(session.scalars(select(Task).order_by(Task.id)))

    def messages(self) -> list[Message]:
        with self.db.read() as session:
            return list(session.scalars(select(Message).where(Message.direction == "out").order_by(Message.id)))

    def ladders(self) -> list[Ladder]:
        with self.db.read() as session:
            return list(session.scalars(select(Ladder).order_by(Ladder.id)))

    def _mine(self, table: Any, case_id: int | None) -> Any:
        mine = select(table).join(Case, Case.id == table.case_id).where(Case.organisation_id == self.organisation_id)
        return (mine if case_id is None else mine.where(Case.id == case_id)).order_by(table.id)

    @staticmethod
    def _organisation(session: Session, slug: str, number: str, settings: dict[str, Any]) -> int:
        made = Organisation(slug=slug, name=slug.title(), number=number, settings=settings, created_at=NOW)
        session.add(made)
        session.flush()
        return made.id

    @staticmethod
    def _case(session: Session, organisation_id: int, ref: str, phone: str | None, **case: Any) -> int:
        opened = case.pop("opened_at", NOW - timedelta(hours=1))
        resident = Resident(organisation_id=organisation_id, name=f"Line {ref}", phone=phone, created_at=opened)
        session.add(resident)
        session.flush()
        values: dict[str, Any] = {
            "organisation_id": organisation_id,
            "resident_id": resident.id,
            "case_ref": ref,
            "arrears_ore": 845_050,
            "received": opened.date(),
            "deadline": date(2026, 11, 4),
            "opened_at": opened,
            "updated_at": opened,
        }
        made = Case(**(values | case))
        session.add(made)
        session.flush()
        return made.id


class Talk(World):
    """Solgården with Line, who has a case and a thread."""

    def __init__(self, db: Database, since: datetime, settings: dict[str, Any], **case: Any) -> None:
        super().__init__(db, **settings)
        [self.case_id] = self.add("1", opened_at=at("2026-11-20T08:00"), deadline=date(2026, 12, 3), **case)
        with db.write() as session:
            thread = Conversation(
                organisation_id=self.organisation_id,
                case_id=self.case_id,
                phone="+4511114001",
                created_at=since,
                last_message_at=since,
            )
            session.add(thread)
            session.flush()
            self.thread = thread.id

    def do(self, moment: datetime, *effects: Effect) -> None:
        """The bot decided these, and they are carried out."""
        with self.db.write() as session:
            thread = session.get_one(Conversation, self.thread)
            apply(Turn(session, thread, moment), Decision(State.from_json(thread.state), effects))

    def put(self, **values: Any) -> None:
        """Set what stands on the thread."""
        with self.db.write() as session:
            for name, value in values.items():
                setattr(session.get_one(Conversation, self.thread), name, value)
