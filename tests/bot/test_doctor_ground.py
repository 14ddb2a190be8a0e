"""The doctor on what the service stands on: each fault has a sentence that says what to do."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from bot import serve
from bot.backup.hold import set_hold
from bot.clock import machine_clock
from bot.commands import doctor_ground
from bot.commands.common import UnwellError
from bot.db import Database
from bot.settings import Settings

KEYS = {"secret_key": "an-invented-key-0123456789-abcdefgh", "data_key": "another-invented-key-9876543210-xyz"}
PUBLIC = "https://krans.solgaarden.example"


def settings(**more: Any) -> Settings:
    told = {**KEYS, "public_url": PUBLIC, "trusted_proxies": 1, **more}
    return Settings.model_construct().model_copy(update=told)


def answers(status: int) -> Callable[..., Any]:
    def ask(url: str, **_: Any) -> Any:
        assert url == f"{PUBLIC}/health/live"
        return SimpleNamespace(status_code=status)

    return ask


def refuses(url: str, **_: Any) -> Any:
    raise requests.ConnectionError(url)


def test_what_secrets_draws_is_strong_enough():
    for _ in range(50):
        drawn = {name: secrets.token_urlsafe(32) for name in KEYS}
        assert "long and two" in doctor_ground.keys(settings(**drawn))


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"secret_key": "hemmelig"}, "SECRET_KEY is weak"),
        ({"data_key": "x" * 64}, "DATA_KEY is weak"),
        ({"data_key": KEYS["secret_key"]}, "are the same"),
    ],
)
def test_a_weak_key_is_told_and_not_shown(keys: dict[str, str], told: str):
    with pytest.raises(UnwellError, match=told) as raised:
        doctor_ground.keys(settings(**keys))
    assert not [key for key in keys.values() if key in str(raised.value)]


@pytest.mark.parametrize(
    ("more", "ask", "told"),
    [
        ({"public_url": "http://krans.solgaarden.example"}, answers(200), "must be https"),
        ({"public_url": f"{PUBLIC}/app"}, answers(200), "nothing behind it"),
        ({"trusted_proxies": 0}, answers(200), "TRUSTED_PROXIES is 0"),
        ({}, refuses, "does not answer from here"),
        ({}, answers(502), "answers 502"),
    ],
)
def test_an_address_that_twilio_could_not_use_is_told(more: dict[str, Any], ask: Callable[..., Any], told: str):
    with pytest.raises(UnwellError, match=told):
        doctor_ground.address(settings(**more), ask)


def test_an_address_that_leads_here_is_well():
    assert "answers, over https" in doctor_ground.address(settings(), answers(200))
    assert "this machine alone" in doctor_ground.address(settings(demo=True, public_url="http://localhost:8000"))


def test_the_room_of_either_database_is_told(db: Database):
    told = doctor_ground.room(settings(database_url=db.url.render_as_string(hide_password=False)))
    assert ("GB are free" in told) if db.is_sqlite else ("the clocks agree" in told)


def test_a_disk_that_is_nearly_full_is_told(tmp_path: Path):
    """As seen from a database that is larger than what is free: a file with a hole in it takes no room."""
    file = tmp_path / "large.db"
    file.touch()
    os.truncate(file, 4 * 10**12)
    with pytest.raises(UnwellError, match="make room"):
        doctor_ground.room(settings(database_url=f"sqlite:///{file}"))


def test_clocks_that_differ_and_connections_that_do_not_suffice_are_told(postgres_db: Database):
    here = settings(database_url=postgres_db.url.render_as_string(hide_password=False))
    with pytest.raises(UnwellError, match="60 s apart"):
        doctor_ground.room(here, lambda: machine_clock() + timedelta(seconds=60))
    with pytest.raises(UnwellError, match="DISPATCH_THREADS"):
        doctor_ground.room(here.model_copy(update={"dispatch_threads": 128}))


def test_what_is_reckoned_with_is_what_the_processes_open():
    """In a busy moment twice what is kept open, and one connection that listens."""
    assert doctor_ground.WEB == 2 * serve._WEB_CONNECTIONS + 1
    assert doctor_ground.SCHEDULER == 2 * serve._SCHEDULER_CONNECTIONS + 1
    assert doctor_ground.connections_needed(16) == 31 + 25 + 7


def test_the_age_of_the_newest_backup_is_told(tmp_path: Path):
    with pytest.raises(UnwellError, match="there is none"):
        doctor_ground.backups(tmp_path)
    now: datetime = machine_clock()
    for name, hours in (("old.backup", 60), ("new.backup", 3)):
        (tmp_path / name).touch()
        at = (now - timedelta(hours=hours)).timestamp()
        os.utime(tmp_path / name, (at, at))
    assert "new.backup, 3 hours old" in doctor_ground.backups(tmp_path, lambda: now)
    with pytest.raises(UnwellError, match="does the timer run"):
        doctor_ground.backups(tmp_path, lambda: now + timedelta(days=1))


def test_that_sending_is_held_after_a_restore_is_told(db: Database):
    here = settings(database_url=db.url.render_as_string(hide_password=False))
    assert doctor_ground.sending(here) == "is not held"
    with db.write() as session:
        set_hold(session, machine_clock(), machine_clock())
    with pytest.raises(UnwellError, match="redningskrans resume"):
        doctor_ground.sending(here)
