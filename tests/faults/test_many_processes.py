"""Several webs, workers and schedulers as real processes: each SMS is answered once, one leads, all stop when told."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from queue import Queue

import pytest
import requests
from sqlalchemy import func, select

from bot.clock import machine_clock
from bot.db import Database
from bot.lease import LEADER, holder_of
from bot.models import Case, Lease, LiveEvent, Message, Organisation, Resident
from tests.faults.running import PATIENCE, Phones, Proxy, Running, answers, settings_of
from tests.handoff.world import PASSWORD, add_adviser
from tests.rig import OURS, eventually

PHONES = [f"+4511114{number:03}" for number in (27, 28, 29, 30)]
STRANGER = "+4511114099"
QUESTIONS = ("Hvem er I?", "Hvordan betaler jeg?")
MAIL = "mette@solgaarden.example"


def fill(db: Database) -> None:
    """One organisation with an adviser, and a resident for each phone."""
    now = machine_clock()
    with db.write() as session:
        organisation = Organisation(
            slug="solgaarden",
            name="Solgården Bolig",
            number=OURS,
            settings={"messages_per_second": 100},
            created_at=now,
        )
        session.add(organisation)
        session.flush()
        add_adviser(session, MAIL, "Mette Bruun", [organisation])
        for number, phone in enumerate(PHONES):
            resident = Resident(
                organisation_id=organisation.id,
                name=f"Line Bek {number}",
                phone=phone,
                created_at=now,
                birth_day="14-03",
            )
            session.add(resident)
            session.flush()
            session.add(
                Case(
                    organisation_id=organisation.id,
                    resident_id=resident.id,
                    case_ref=f"S-{number}",
                    arrears_ore=845_050,
                    received=now.date(),
                    deadline=now.date() + timedelta(days=20),
                    opened_at=now,
                    updated_at=now,
                )
            )


class Town:
    """All that runs, and what runs around it."""

    def __init__(self, db: Database, folder: Path, held: ExitStack) -> None:
        self.db, self._folder, self._held = db, folder, held
        fill(db)
        self.proxy = Proxy()
        self.phones = Phones(db, folder, self.proxy.url)
        self._env = settings_of(db, self.proxy.url, self.phones.url)
        held.callback(self.proxy.stop)
        held.callback(self.phones.stop)

    def run(self, *words: str, health_ports: int = 1) -> Running:
        running = Running(self._folder, self._env, *words, health_ports=health_ports)
        self._held.callback(running.code)
        self._held.callback(running.process.kill)
        return running

    def talk(self, phone: str) -> None:
        """A resident asks, waits for the answer, and asks the next thing."""
        for number, question in enumerate(QUESTIONS, 1):
            self.phones.write(phone, question)
            eventually(partial(self.has_got, phone, number), PATIENCE)

    def has_got(self, phone: str, number: int) -> bool:
        thread = self.phones.thread(phone)
        arrived = [sms for sms in thread if sms["direction"] == "in" and sms["status"] == "delivered"]
        return len(arrived) >= number

    def leader(self) -> int | None:
        """The process id of who leads."""
        holder = holder_of(self.db, LEADER, machine_clock())
        return int(holder.split(":")[1]) if holder else None

    def everything_is_settled(self) -> bool:
        open_ = Message.status.in_(["received", "queued", "sending", "sent"])
        with self.db.read() as session:
            return session.scalar(select(func.count()).where(open_)) == 0


def all_talk(town: Town) -> None:
    threads = [threading.Thread(target=town.talk, args=(phone,)) for phone in PHONES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    eventually(town.everything_is_settled, PATIENCE)


def assert_each_was_answered_once_and_in_order(town: Town) -> None:
    for phone in PHONES:
        assert [sms["direction"] for sms in town.phones.thread(phone)] == ["out", "in"] * len(QUESTIONS)
    answered = select(Message.answers_id).where(Message.answers_id.is_not(None)).order_by(Message.answers_id)
    with town.db.read() as session:
        asked = session.scalars(select(Message.id).where(Message.direction == "in").order_by(Message.id)).all()
        assert session.scalars(answered).all() == asked
    assert len(asked) >= len(PHONES) * len(QUESTIONS)


def assert_all_stop(town: Town, running: list[Running]) -> None:
    """Told once, each ends by itself with 0, and nothing that others wait for stays with it."""
    for each in running:
        each.end()
    for each in running:
        assert each.code() == 0, each.log()
    with town.db.read() as session:
        assert session.scalars(select(Lease.name)).all() == []


def open_inbox(town: Town, web: str) -> Callable[[], str]:
    """Log in and open the live stream; the next line that it says."""
    browser = requests.Session()
    page = browser.get(f"{web}/login", timeout=30).text
    proof = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert proof, page
    form = {"csrf_token": proof[1], "email": MAIL, "password": PASSWORD}
    assert browser.post(f"{web}/login", data=form, timeout=30, headers={"Referer": web}).url.endswith("/inbox")
    with town.db.read() as session:
        after = session.scalar(select(func.max(LiveEvent.id))) or 0
    stream = browser.get(f"{web}/inbox/stream", params={"after": str(after)}, stream=True, timeout=PATIENCE)
    lines = stream.iter_lines(decode_unicode=True)
    said: Queue[str] = Queue()

    def read() -> None:
        try:
            for line in lines:
                said.put(line)
        except requests.RequestException:
            pass  # cut off at the end
        said.put("END")

    threading.Thread(target=read, daemon=True).start()
    assert next_said(said, "retry:")
    return lambda: next_said(said, "event:")


def next_said(said: Queue[str], kind: str) -> str:
    while not (line := said.get(timeout=PATIENCE)).startswith(kind):
        assert line != "END"
    return line


@pytest.mark.postgres
def test_two_webs_two_workers_and_two_schedulers_work_as_one(postgres_db: Database, tmp_path: Path):
    with ExitStack() as held:
        town = Town(postgres_db, tmp_path, held)
        one, two = town.run("web"), town.run("web", "--processes", "2", health_ports=2)
        workers = [town.run("worker"), town.run("worker")]
        schedulers = [town.run("scheduler"), town.run("scheduler")]
        running = [one, two, *workers, *schedulers]
        eventually(lambda: all(each.is_ready() for each in running), PATIENCE)
        assert answers(f"{one.url}/health/ready")
        assert answers(f"{two.url}/health/ready")

        town.proxy.webs = [two.url]
        hear = open_inbox(town, one.url)
        town.phones.write(STRANGER, "Hej")
        assert hear().startswith("event: conversation-")  # what the other web was told
        eventually(lambda: town.has_got(STRANGER, 1), PATIENCE)

        town.proxy.webs = [one.url, two.url]
        all_talk(town)
        assert_each_was_answered_once_and_in_order(town)

        first = eventually(town.leader, PATIENCE)
        led = next(each for each in schedulers if each.process.pid == first)
        os.kill(first, signal.SIGKILL)
        other = next(each for each in schedulers if each is not led)
        eventually(lambda: town.leader() == other.process.pid, PATIENCE)
        assert led.code() == -signal.SIGKILL

        assert_all_stop(town, [each for each in running if each is not led])


def test_one_of_each_works_on_sqlite_too(sqlite_db: Database, tmp_path: Path):
    with ExitStack() as held:
        town = Town(sqlite_db, tmp_path, held)
        running = [town.run("web"), town.run("worker"), town.run("scheduler")]
        eventually(lambda: all(each.is_ready() for each in running), PATIENCE)
        town.proxy.webs = [running[0].url]
        all_talk(town)
        assert_each_was_answered_once_and_in_order(town)
        assert eventually(town.leader, PATIENCE) == running[2].process.pid
        assert_all_stop(town, running)
