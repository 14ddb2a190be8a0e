"""A talk as a PDF: all that was said, by whom and when, how far it came; no note unless asked for; who took it."""

from __future__ import annotations

import shutil
import subprocess
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.models import AuditEvent, Conversation, Message, Note
from handoff.case_work.transcripts import print_talk, read_talk
from handoff.handoffs import Acting
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, World


def words(pdf: bytes) -> str:
    """What stands on its pages, one page after another."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here")
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return told.stdout.decode()


@pytest.fixture
def noted(sqlite_db: Database, world: World) -> None:
    with sqlite_db.write() as session:
        session.add(Note(conversation_id=world.line, adviser_id=world.mette, body="Hun lød træt", at=NOW))
        session.add(
            Message(
                conversation_id=world.line,
                direction="in",
                author="resident",
                body="مرحبا، لا أستطيع دفع الإيجار",
                status="processed",
                at=NOW,
            )
        )


def test_it_is_downloaded_and_written_down(adviser: AdviserAtWork, sqlite_db: Database, world: World, noted: None):
    answer = adviser.post(f"/inbox/{world.line}/transcript.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"%PDF")
    with sqlite_db.read() as session:
        read = session.scalars(select(AuditEvent).where(AuditEvent.action == "transcript_printed")).one()
    assert (read.adviser_id, read.subject, read.detail) == (
        world.mette,
        f"conversation:{world.line}",
        {"notes": False},
    )
    assert adviser.client.get(f"/inbox/{world.line}/transcript.pdf").status_code == 405
    assert adviser.post(f"/inbox/{world.foreign}/transcript.pdf").status_code == 404


def test_it_says_who_wrote_what_and_notes_only_when_they_are_asked_for(
    adviser: AdviserAtWork, world: World, noted: None
):
    plain = words(adviser.post(f"/inbox/{world.line}/transcript.pdf").data)
    for wanted in (
        "Solgården Bolig",
        "Sag S-",
        "Udskrevet af Mette Lind, Tirsdag d. 1. december 2026 10.42",
        "Side 1 af",
        "Mandag d. 30. november 2026",
        "ja det går",
        "Leveret · 1 SMS",
        "Mette tog samtalen",
        "دفع",
    ):
        assert wanted in plain or wanted[::-1] in plain, wanted
    assert "Hun lød træt" not in plain
    assert "Hun lød træt" in words(adviser.post(f"/inbox/{world.line}/transcript.pdf", notes="1").data)


def test_what_was_written_is_never_markup(sqlite_db: Database, world: World):
    with sqlite_db.write() as session:
        line = session.get_one(Conversation, world.line)
        body = '#panic("x") *fed* $a$ <b> \\ `kode` "'
        session.add(
            Message(conversation_id=line.id, direction="in", author="resident", body=body, status="processed", at=NOW)
        )
        session.flush()
        talk = read_talk(session, Acting(world.mette, "Mette Lind", frozenset()), line, NOW, notes=False)
    assert body in words(print_talk(talk))


def test_two_thousand_messages_take_seconds(sqlite_db: Database, world: World):
    with sqlite_db.write() as session:
        known = {"conversation_id": world.line, "direction": "in", "author": "resident", "status": "processed"}
        session.add_all(
            Message(body=f"besked {number} om huslejen", at=NOW + timedelta(minutes=number), **known)
            for number in range(2000)
        )
        line = session.get_one(Conversation, world.line)
        began = time.monotonic()
        talk = read_talk(session, Acting(world.mette, "Mette Lind", frozenset()), line, NOW, notes=False)
        pdf = print_talk(talk)
    assert time.monotonic() - began < 30
    assert "besked 1999" in words(pdf)
