"""``wave preview`` and ``wave start`` at a terminal, by the demo's clock."""

import json
import re
from datetime import datetime

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.clock import set_clock
from bot.commands.wave import app
from bot.commands.wave_shown import totals
from bot.db import Database
from bot.models import Consent, Message, Organisation
from scheduler.look_ahead import look_ahead
from tests.scheduler.world import NOW, World, at


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


@pytest.fixture
def world(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DATABASE_URL", sqlite_db.url.render_as_string(hide_password=False))
    monkeypatch.setenv("REDNINGSKRANS_DEMO", "1")
    set_clock(sqlite_db, NOW)
    return World(sqlite_db)


def stop(world: World, phone: str) -> None:
    with world.db.write() as session:
        session.add(Consent(phone=phone, opted_out=True, at=NOW))


def test_the_preview_tells_who_which_step_when_and_the_text(world: World):
    world.add("S-1", "S-2", "S-3")
    world.add("S-4", phone="+4511114500", status="settled")
    stop(world, "+4511114002")
    seen = json.loads(run("preview", "--organisation", "solgaarden", "--json").stdout)
    assert [(c["case_ref"], c["step"], c["kind"]) for c in seen["contacts"]] == [("S-1", 0, "sms"), ("S-3", 0, "sms")]
    assert all(datetime.fromisoformat(c["send_at"]) >= NOW for c in seen["contacts"])
    assert all("Svar JA" in c["text"] and "8.450" not in c["text"] for c in seen["contacts"])
    assert [(s["case_ref"], s["why"], s["in_words"]) for s in seen["skipped"]] == [
        ("S-2", "opted_out", "har skrevet STOP"),
        ("S-4", "settled", "har betalt"),
    ]
    size = sum(c["segments"] for c in seen["contacts"])
    assert seen["totals"] == {"cases": 4, "sms": 2, "segments": size, "tasks": 0, "skipped": 2}


def test_a_preview_writes_and_sends_nothing(world: World):
    world.add("S-1")
    run("preview", "--organisation", "solgaarden")
    assert (world.contacts(), world.skips(), world.ladders()) == ([], [], [])
    with world.db.read() as session:
        assert session.scalars(select(Message)).all() == []


def test_the_preview_reads_as_danish(world: World):
    world.add("S-1", "S-2")
    stop(world, "+4511114002")
    shown = run("preview", "--organisation", "solgaarden").stdout
    assert "Line S-1, +45 11 11 40 01: 1. sms, 27-10-2026 kl. 09.05" in shown
    assert "Line S-2: springes over, har skrevet STOP" in shown
    assert re.search(r"1 sms \(\d segment(er)?\), 0 opgaver, 1 springes over\.", shown)


def test_a_case_number_in_brackets_is_shown_as_it_is(world: World):
    world.add("[S-1]")
    assert run("preview", "--organisation", "solgaarden").stdout.count("[S-1]  Line") == 1


def test_before_the_wave_day_the_preview_tells_when_it_will_be(world: World):
    set_clock(world.db, at("2026-10-20T12:00"))
    world.add("S-1", opened_at=at("2026-10-20T11:00"))
    seen = json.loads(run("preview", "--organisation", "solgaarden", "--json").stdout)
    assert [c["send_at"] for c in seen["contacts"]] == ["2026-10-27T09:00:00+01:00"]


def test_starting_twice_sends_once_and_says_so(world: World):
    world.add("S-1", "S-2")
    first = run("start", "--organisation", "solgaarden")
    second = run("start", "--organisation", "solgaarden")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "2026-10: 2 sms og 0 opgaver." in first.stdout
    assert "2026-10: 0 sms og 0 opgaver." in second.stdout
    assert "2 springes over: er allerede kontaktet" in second.stdout
    assert len(world.messages()) == 2


def test_outside_the_window_the_start_says_until_when_it_waits(world: World):
    world.add("S-1")
    set_clock(world.db, at("2026-10-27T20:00"))
    assert "venter til 28-10-2026 kl. 09.00" in run("start", "--organisation", "solgaarden").stdout


@pytest.mark.parametrize("command", ["preview", "start"])
def test_an_unknown_organisation_is_one_sentence_with_the_known_ones(world: World, command: str):
    result = run(command, "--organisation", "nobody")
    assert result.exit_code == 2
    assert result.stderr.strip().splitlines() == [
        "redningskrans: There is no organisation 'nobody'. Known: solgaarden, vestbo."
    ]


def test_a_large_wave_is_previewed_whole(sqlite_db: Database):
    world = World(sqlite_db)
    world.add(*map(str, range(300)))
    with sqlite_db.read() as session:
        seen = totals(look_ahead(session, session.get_one(Organisation, world.organisation_id), NOW))
    assert (seen["cases"], seen["sms"]) == (300, 300)


def test_a_wave_is_paused_shown_resumed_and_cancelled_at_a_terminal(world: World):
    world.add("S-1", "S-2")
    stop(world, "+4511114002")
    run("start", "--organisation", "solgaarden")
    run("pause", "--organisation", "solgaarden")
    shown = run("show", "--organisation", "solgaarden").stdout
    assert "Solgaarden, 2026-10: er på pause." in shown
    assert "1. sms: 1" in shown
    assert "sms i kø: 1" in shown
    assert "1 sprunget over: har skrevet STOP" in shown
    refused = run("start", "--organisation", "solgaarden")
    assert (refused.exit_code, "wave resume" in refused.stderr) == (2, True)
    assert "kører videre" in run("resume", "--organisation", "solgaarden", "--month", "2026-10").stdout
    assert "er stoppet for altid" in run("cancel", "--organisation", "solgaarden").stdout
    assert [(m.status, m.error) for m in world.messages()] == [("refused", "cancelled")]
    assert run("start", "--organisation", "solgaarden").exit_code == 2


def test_what_still_writes_to_people_is_meant_where_no_month_is_told(world: World):
    """On the first of the next month its own wave is at hand, and last month's ladders run."""
    world.add("S-1")
    run("start", "--organisation", "solgaarden")
    set_clock(world.db, at("2026-11-02T10:00"))
    refused = run("cancel", "--organisation", "solgaarden")
    assert (refused.exit_code, "--month" in refused.stderr) == (2, True)
    told = run("pause", "--organisation", "solgaarden").stdout
    assert re.findall(r"Solgaarden, (\S+):", told) == ["2026-11", "2026-10"]
    assert run("cancel", "--organisation", "solgaarden").exit_code == 2
    assert run("resume", "--organisation", "solgaarden").stdout.count("kører videre") == 2
    none = run("resume", "--organisation", "solgaarden")
    assert (none.exit_code, none.stderr.strip()) == (2, "redningskrans: No wave is paused.")


def test_how_a_wave_stands_is_there_for_other_programs(world: World):
    world.add("S-1")
    run("start", "--organisation", "solgaarden")
    seen = json.loads(run("show", "--organisation", "solgaarden", "--month", "2026-10", "--json").stdout)
    assert (seen["month"], seen["state"], seen["wave_day"]) == ("2026-10", "running", "2026-10-27")
    assert seen["contacts"] == [{"step": 0, "kind": "sms", "count": 1}]
    assert (seen["sms"], seen["skips"], seen["answered"]) == ({"queued": 1}, {}, 0)


def test_a_month_without_a_wave_is_one_sentence(world: World):
    result = run("show", "--organisation", "solgaarden", "--month", "2025-01")
    assert (result.exit_code, result.stderr.strip()) == (2, "redningskrans: There is no wave of that month.")
