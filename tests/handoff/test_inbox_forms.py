"""What an adviser does in the inbox, by its forms, and what they are told when it cannot be done."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from bot.db import Database
from bot.models import Consent, Conversation, Message
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_inbox import text_of
from tests.handoff.world import NOW, World, add_crisis

Stored = Callable[[int], Conversation]


def test_claim_reply_release_and_close_from_the_page(
    adviser: AdviserAtWork, world: World, stored: Stored, woken: list[str]
):
    assert "Ingen har den endnu" in adviser.open(world.ahmad).text
    assert adviser.claim(world.ahmad).status_code == 303
    assert "Du har samtalen" in adviser.open(world.ahmad).text
    assert adviser.reply(world.ahmad, "Hello Ahmad, this is Mette").status_code == 303
    assert woken == ["wake"]
    assert "Sendes om lidt · 1 SMS" in adviser.open(world.ahmad).text
    assert adviser.note(world.ahmad, "Ring efter 15").status_code == 303
    assert "Din note, kun for os" in adviser.open(world.ahmad).text
    assert adviser.release(world.ahmad).status_code == 303
    assert "Botten har samtalen" in adviser.open(world.ahmad).text
    assert adviser.claim(world.ahmad).status_code == 303
    assert adviser.close(world.ahmad, "municipality_paid").status_code == 303
    page = adviser.open(world.ahmad).text
    assert "Afsluttet: hjælp fra kommunen" in page
    assert '<textarea id="text"' not in page
    assert stored(world.ahmad).closed_at == NOW


def test_the_same_form_posted_twice_sends_one_sms(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    page = adviser.open(world.line).text
    token = re.search(r'name="token" value="([0-9a-f]{24})"', page)
    assert token
    for _ in range(2):
        assert adviser.reply(world.line, "Jeg ringer kl. 13", token[1]).status_code == 303
    with sqlite_db.read() as session:
        assert session.scalar(select(func.count()).where(Message.body == "Jeg ringer kl. 13")) == 1


def test_when_a_colleague_was_first_the_draft_stays_and_a_line_tells_who_has_it(
    adviser: AdviserAtWork, colleague: AdviserAtWork, world: World
):
    colleague.claim(world.ahmad)
    answer = adviser.reply(world.ahmad, "Min kladde <til> Ahmad")
    assert answer.status_code == 409
    assert "Min kladde &lt;til&gt; Ahmad</textarea>" in answer.text
    assert "Peter Nygaard har samtalen. Din kladde bliver stående." in text_of(answer.text)
    assert adviser.claim(world.ahmad).status_code == 409


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Send mig dit cpr 010190-1234", "Der står et CPR-nummer i teksten."),
        ("  ", "Skriv noget først."),
        ("x" * 1601, "Teksten er for lang."),
    ],
)
def test_a_reply_that_cannot_go_out_comes_back_with_the_reason(
    adviser: AdviserAtWork, world: World, text: str, why: str, woken: list[str]
):
    answer = adviser.reply(world.line, text)
    assert answer.status_code == 422
    assert why in answer.text
    assert text.strip() in answer.text
    assert woken == []


def test_somebody_who_opted_out_has_a_word_in_place_of_the_field(
    adviser: AdviserAtWork, world: World, sqlite_db: Database, stored: Stored
):
    with sqlite_db.write() as session:
        session.add(Consent(phone=stored(world.line).phone, opted_out=True, at=NOW))
    page = adviser.open(world.line).text
    assert "Line har bedt om ikke at få sms." in page
    assert '<textarea id="text"' not in page
    answer = adviser.reply(world.line, "hej")
    assert answer.status_code == 422
    assert "Ring eller skriv et brev" in answer.text


def test_on_a_number_that_was_somebody_elses_nothing_is_written_about_the_case(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    assert "taget af sagen" not in adviser.open(world.line).text
    with sqlite_db.write() as session:
        session.get_one(Conversation, world.line).case.number_taken_off = True  # type: ignore[union-attr]  # she has one
    for page in (adviser.open(world.line).text, adviser.open(f"/inbox/{world.line}/live").text):
        shown = text_of(page)
        assert "Nummeret er taget af sagen: det er en andens eller findes ikke mere." in shown
        assert "Her kan I ikke skrive om sagen. Find Lines rigtige nummer" in shown
        assert '<textarea id="text"' not in page
        assert "SMS til Line" not in shown
        assert 'href="tel:' not in page
    answer = adviser.reply(world.line, "Hej Line, du skylder 8.450 kr.")
    assert answer.status_code == 422
    assert "det er en andens eller findes ikke mere. Skriv et brev i stedet." in answer.text
    assert adviser.note(world.line, "Fandt ikke et andet nummer").status_code == 303


def test_in_a_crisis_on_such_a_number_the_residents_address_is_not_shown(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    """An ambulance would drive to somebody else's door."""
    crisis = add_crisis(sqlite_db)
    with sqlite_db.write() as session:
        session.get_one(Conversation, crisis).case.number_taken_off = True  # type: ignore[union-attr]  # there is one
    page = adviser.open(crisis).text
    shown = text_of(page[page.index('id="case-body"') : page.index('<details class="anyway')])
    assert "Vi kender ikke adressen på den, der skriver." in shown
    assert "4000 Roskilde" not in shown
    assert "om personen tænker på at tage sit liv" in shown


def test_closing_without_an_outcome_asks_for_one(adviser: AdviserAtWork, world: World, stored: Stored):
    answer = adviser.close(world.line, "")
    assert answer.status_code == 422
    assert "Vælg, hvordan det endte." in answer.text
    assert stored(world.line).closed_at is None
