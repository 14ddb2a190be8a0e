"""``serve --demo``: invented secrets, demo data, the movable clock, and a word on where to look."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import phones_database
from bot.clock import database_clock, machine_clock, set_clock
from bot.commands.demo_desk import work
from bot.commands.demo_past import add_past
from bot.commands.demo_people import ADVISERS, ORGANISATIONS, RESIDENTS, DemoResident
from bot.commands.demo_replies import add_replies
from bot.commands.demo_talks import fill_phones, play
from bot.commands.demo_tasks import add_tasks
from bot.db import Database
from bot.models import COPENHAGEN, Case, ClockOffset, Organisation, Resident, Task
from bot.search_index import index_of
from bot.settings import Settings, SettingsError
from bot.simulator.tables import create_tables
from handoff.advisers import add_adviser
from handoff.passwords import invent_password
from scheduler.calendar import latest_wave_day

_START = timedelta(hours=9, minutes=5)


def start_demo(settings: Settings, clock: str) -> Settings:
    """Make all that a demo needs beside the data, once; say where to look and how to log in."""
    settings = settings.with_demo(settings.port)
    db = Database(settings.database_url)
    db.index = index_of(settings.data_key)
    db.upgrade()
    _start_clock(db, clock)
    now = database_clock(db)()
    if load(db, now, settings):
        phones = phones_database(settings, db)
        create_tables(phones)
        play(db, now)
        with db.write() as session:
            work(session, now)
            add_past(session, now)
        fill_phones(db, phones)
        phones.close()
    from bot.nlu.embedded import cache_path, train_apart  # heavy: every command would load it

    if not cache_path(settings.models).exists():
        Console().print("Training the language understanding, once; it takes a minute or two.")
        train_apart(settings.models)
    _tell(settings, now)
    db.close()
    return settings


def load(db: Database, now: datetime, settings: Settings) -> bool:
    """Put the invented people into an empty database; False when it is not empty."""
    with db.write() as session:
        if session.scalar(select(Organisation.id).limit(1)) is not None:
            return False
        made = {
            o.slug: Organisation(slug=o.slug, name=o.name, number=o.number, settings=o.settings, created_at=now)
            for o in ORGANISATIONS
        }
        session.add_all(made.values())
        logins = []
        for email, name, role, slugs in ADVISERS:
            password = invent_password()
            add_adviser(session, email, name, role, [made[slug] for slug in slugs], password, now)
            logins.append([email, password])
        _logins_file(settings).touch(mode=0o600)
        _logins_file(settings).write_text(json.dumps(logins), encoding="utf-8")
        for person in RESIDENTS:
            _add_resident(session, made[person.organisation].id, person, now)
        add_tasks(session, now)
        add_replies(session, made.values(), now)
    return True


def _add_resident(session: Session, organisation_id: int, person: DemoResident, now: datetime) -> None:
    today = now.date()
    resident = Resident(
        organisation_id=organisation_id,
        name=person.name,
        phone=person.phone,
        language=person.language,
        birth_day=person.birth_day,
        address=person.address,
        postal_code="4000",
        city="Roskilde",
        created_at=now,
    )
    is_paid = person.arrears == 0
    case = Case(
        organisation_id=organisation_id,
        resident=resident,
        case_ref=person.case_ref,
        status="settled" if is_paid else "open",
        arrears_ore=person.arrears * 100,
        received=today,
        deadline=today + timedelta(days=person.days),
        stage=person.stage,
        eviction_date=today + timedelta(days=15) if person.stage == "foged" else None,
        department=person.department,
        tenancy_ref=person.case_ref.replace("2026-", ""),
        municipality="Roskilde",
        opened_at=now - timedelta(days=1),
        updated_at=now,
        closed_at=now if is_paid else None,
    )
    session.add(case)
    session.flush()
    if person.phone is None:
        session.add(
            Task(organisation_id=organisation_id, case_id=case.id, type="find_number", due=today, at=now,
                 origin=f"case:{case.id}:find_number")
        )  # fmt: skip


def _logins_file(settings: Settings) -> Path:
    return settings.var / "demo-logins.json"


def _start_clock(db: Database, wanted: str) -> None:
    """A kept clock goes on; a wanted one, or a new demo, starts where it should."""
    with db.read() as session:
        is_kept = session.get(ClockOffset, 1) is not None
    if wanted:
        set_clock(db, _read_time(wanted))
    elif not is_kept:
        day = latest_wave_day(machine_clock())
        set_clock(db, datetime.combine(day, datetime.min.time(), COPENHAGEN) + _START)


def _read_time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"--clock takes an ISO time such as 2026-10-27T09:05, not {text!r}.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=COPENHAGEN)


def _tell(settings: Settings, now: datetime) -> None:
    out, base, file = Console(highlight=False, soft_wrap=True), settings.public_url, _logins_file(settings)
    out.print("\n[bold]Redningskrans[/bold], a demo: all people are invented and no real SMS is sent.")
    out.print(f"Its clock shows {now:%A %d %B %Y %H:%M} and can be moved on the phones' page.\n")
    out.print(f"  Inbox    {base}/inbox")
    for email, password in json.loads(file.read_text(encoding="utf-8")) if file.exists() else ():
        out.print(f"           log in as {email} with {password}")
    out.print(f"  Phones   {base}/simulator\n")
    out.print("  Import   .venv/bin/redningskrans cases import docs/sample-cases.csv --organisation solgaarden")
    out.print("  Wave     .venv/bin/redningskrans wave start --organisation solgaarden\n")
    out.print("Ctrl-C stops all of it.\n")
