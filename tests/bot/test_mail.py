"""A mail is queued with what it tells of, and each key is told once."""

from datetime import datetime

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.mail import queue_mail, queue_together, untold
from bot.models import COPENHAGEN, Adviser, Mail

NOW = datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN)


@pytest.fixture
def mette(db: Database) -> int:
    with db.write() as session:
        made = Adviser(email="mette@solgaarden.example", name="Mette Lind", created_at=NOW)
        session.add(made)
        session.flush()
        return made.id


def tell(db: Database, adviser: int, key: str) -> bool:
    with db.write() as session:
        person = session.get_one(Adviser, adviser)
        return queue_mail(session, person, "invitation", key, "Velkommen", "Vælg et kodeord.", NOW) is not None


def test_what_is_told_twice_is_one_mail(db: Database, mette: int) -> None:
    assert [tell(db, mette, "invitation:1"), tell(db, mette, "invitation:1"), tell(db, mette, "invitation:2")] == [
        True,
        False,
        True,
    ]
    with db.read() as session:
        mails = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert [(mail.key, mail.due_at, mail.sent_at) for mail in mails] == [
        ("invitation:1", NOW, None),
        ("invitation:2", NOW, None),
    ]


def test_a_mail_of_a_use_case_that_is_rolled_back_was_never_queued(db: Database, mette: int) -> None:
    def fails() -> None:
        with db.write() as session:
            queue_mail(session, session.get_one(Adviser, mette), "reset", "reset:1", "Nyt kodeord", "…", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with db.read() as session:
        assert session.scalars(select(Mail)).all() == []


def test_several_things_told_in_one_mail_are_each_told_once(db: Database, mette: int) -> None:
    keys = ["waiting:1", "waiting:2", "waiting:3"]
    with db.write() as session:
        person = session.get_one(Adviser, mette)
        queue_together(session, person, "waiting", keys, "3 beboere venter", "…", NOW)
        assert untold(session, [*keys, "waiting:4"]) == ["waiting:4"]
    with db.read() as session:
        letters = session.scalars(select(Mail).where(Mail.sent_at.is_(None))).all()
    assert [letter.subject for letter in letters] == ["3 beboere venter"]
