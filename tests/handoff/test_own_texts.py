"""An organisation's own wordings: drafted by one, approved by another, within one organisation; on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.dialogs import texts
from bot.models import AuditEvent, Organisation, SourceCheck, Wording
from bot.store import own_words
from handoff.handoffs import Acting
from handoff.own_texts import Place, TextRefused, approve, record_check, save_draft, withdraw
from tests.handoff.world import NOW, acting, add_adviser, add_organisation

KEY = "other.welcome"
OURS = texts.catalogue("da")[KEY]
BODY = "Det var så lidt. Skriv bare her."
OTHER = "Velbekomme. Skriv bare her."


class House:
    """Two organisations, an author and two admins of the first, an admin of the second."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.write() as session:
            sol = add_organisation(session, "solgaarden", "Solgården Bolig", "+4511110010")
            havn = add_organisation(session, "havneparken", "Havneparken", "+4511110020")
            self.sol, self.havn = sol.id, havn.id
            self.mette = acting(add_adviser(session, "mette@a.example", "Mette Lind", [sol]), sol)
            self.peter = self._admin(add_adviser(session, "peter@a.example", "Peter Nygaard", [sol], role="admin"), sol)
            self.anna = self._admin(add_adviser(session, "anna@a.example", "Anna Holm", [sol], role="admin"), sol)
            self.bo = self._admin(add_adviser(session, "bo@b.example", "Bo Friis", [havn], role="admin"), havn)

    @staticmethod
    def _admin(adviser, organisation: Organisation) -> Acting:
        return replace(acting(adviser, organisation), is_admin=True)

    def draft(self, body: str = BODY, by: Acting | None = None, **place: object):
        where = Place(**{"organisation_id": self.sol, "key": KEY, "language": "da"} | place)  # type: ignore[arg-type]
        with self.db.write() as session:
            return save_draft(session, by or self.mette, where, body, NOW)

    def approve(self, wording: Wording | TextRefused, by: Acting | None = None):
        assert isinstance(wording, Wording)
        with self.db.write() as session:
            return approve(session, by or self.peter, wording.id, NOW)

    def withdraw(self, wording: Wording | TextRefused, by: Acting | None = None):
        assert isinstance(wording, Wording)
        with self.db.write() as session:
            return withdraw(session, by or self.peter, wording.id, NOW)

    def check(self, by: Acting | None = None, key: str = "enkeltydelse.full", days: int = 0):
        with self.db.write() as session:
            return record_check(session, by or self.peter, self.sol, key, NOW + timedelta(days=days))

    def said(self, organisation_id: int | None = None) -> dict[tuple[str, str], str]:
        with self.db.read() as session:
            return own_words(session, organisation_id or self.sol)

    def statuses(self) -> list[str]:
        with self.db.read() as session:
            return list(session.scalars(select(Wording.status).order_by(Wording.id)))

    def audited(self) -> list[str]:
        with self.db.read() as session:
            return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


@pytest.fixture
def house(db: Database) -> House:
    return House(db)


def why(result: object) -> str:
    assert isinstance(result, TextRefused)
    return result.why


def test_a_draft_is_said_once_somebody_else_has_approved_it(house: House):
    draft = house.draft()
    assert house.said() == {}
    live = house.approve(draft)
    assert isinstance(live, Wording)
    assert (live.status, live.author_id, live.approved_by_id) == (
        "live",
        house.mette.adviser_id,
        house.peter.adviser_id,
    )
    assert house.said() == {("da", KEY): BODY}
    assert house.said(house.havn) == {}
    assert house.audited() == ["wording_drafted", "wording_approved"]


def test_nobody_approves_their_own_draft(house: House):
    draft = house.draft(by=house.peter)
    assert why(house.approve(draft, house.peter)) == "own_draft"
    assert house.said() == {}
    assert isinstance(house.approve(draft, house.anna), Wording)


def test_an_adviser_who_is_no_admin_approves_withdraws_and_checks_nothing(house: House):
    draft = house.draft(by=house.peter)
    assert why(house.approve(draft, house.mette)) == "not_admin"
    assert why(house.withdraw(draft, house.mette)) == "not_admin"
    assert why(house.check(house.mette)) == "not_admin"
    assert isinstance(house.withdraw(house.draft(OTHER), house.mette), Wording)  # but their own draft they may drop


def test_of_another_organisations_texts_nothing_exists(house: House):
    draft = house.draft()
    assert why(house.draft(by=house.bo)) == "text_not_found"
    assert why(house.approve(draft, house.bo)) == "text_not_found"
    assert why(house.withdraw(draft, house.bo)) == "text_not_found"
    assert why(house.check(house.bo)) == "text_not_found"
    assert house.statuses() == ["draft"]


@pytest.mark.parametrize(
    ("place", "body", "reason"),
    [
        ({"key": "other.lottery"}, BODY, "text_not_found"),
        ({"language": "tr"}, BODY, "text_not_found"),  # short texts belong to their speaker
        ({"key": "crisis.self_harm"}, "Ring 112. Livslinien er der: 70 201 201.", "findings"),
        ({}, "Selv tak!", "findings"),
        ({}, "", "findings"),
        ({}, OURS, "no_change"),
        ({}, f"  {OURS} ", "no_change"),
    ],
)
def test_what_cannot_be_said_is_not_kept(house: House, place, body, reason):
    assert why(house.draft(body, **place)) == reason
    assert house.statuses() == []
    assert house.audited() == []


def test_a_new_draft_takes_the_place_of_the_one_that_waits_and_of_the_live_one_when_approved(house: House):
    first = house.draft()
    second = house.draft(OTHER, by=house.anna)
    assert why(house.approve(first)) == "not_standing"
    house.approve(second)
    house.approve(house.draft())
    assert house.statuses() == ["replaced", "replaced", "live"]
    assert house.said() == {("da", KEY): BODY}


def test_withdrawing_goes_back_to_our_text_and_keeps_the_history(house: House):
    live = house.approve(house.draft())
    house.withdraw(live)
    assert house.said() == {}
    assert house.statuses() == ["withdrawn"]
    assert why(house.withdraw(live)) == "not_standing"


def test_typographers_signs_are_written_as_an_sms_has_them(house: House):
    kept = house.draft("Det  var så\nlidt… Skriv bare “her”.".replace("“", "").replace("”", ""))
    assert isinstance(kept, Wording)
    assert kept.body == "Det var så lidt... Skriv bare her."


def test_a_draft_that_the_lints_have_come_to_refuse_is_not_approved(house: House):
    draft = house.draft()
    assert isinstance(draft, Wording)
    with house.db.write() as session:
        session.get_one(Wording, draft.id).body = "Det var så lidt, {lottery}."
    assert why(house.approve(draft)) == "findings"


def test_a_check_is_kept_once_a_person_and_day_and_the_next_day_again(house: House):
    house.check()
    house.check()
    house.check(house.anna)
    house.check(days=1)
    with house.db.read() as session:
        assert len(session.scalars(select(SourceCheck)).all()) == 3
    assert house.audited() == ["source_checked"] * 3
    assert why(house.check(key="other.welcome")) == "text_not_found"


def test_of_many_who_approve_and_draft_at_once_one_wording_is_live_and_one_waits(house: House):
    drafts = [house.draft()]
    results: list[object] = []

    def work(number: int) -> None:
        results.append(house.approve(drafts[0], house.anna if number % 2 else house.peter))
        results.append(house.draft(f"{BODY} {'abcdefgh'[number]}."))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == 12
    assert sorted(house.statuses()).count("live") <= 1
    assert sorted(house.statuses()).count("draft") == 1
