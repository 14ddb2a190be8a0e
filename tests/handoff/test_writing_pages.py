"""What an adviser writes with, by its forms and without a script: replies, drafts, names, suggestions, later, again."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select, update

from bot.db import Database
from bot.models import AuditEvent, CannedReply, Conversation, Mention, Message, Task
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_inbox import text_of
from tests.handoff.world import NOW, World

BODY = "Hej {name}. Fristen er {deadline}. Hilsen {adviser}"


def field(page: str, name: str = "text") -> str:
    found = re.search(rf'<textarea id="{name}".*?>(.*?)</textarea>', page, re.S)
    assert found
    return unescape(found[1])


def newest(db: Database, conversation: int) -> Message:
    with db.read() as session:
        mine = select(Message).where(Message.conversation_id == conversation)
        return session.scalars(mine.order_by(Message.id.desc())).first() or Message()


def lose(db: Database, message_id: int, error: str = "30008") -> None:
    with db.write() as session:
        session.execute(update(Message).where(Message.id == message_id).values(status="undelivered", error=error))


# --- canned replies ---


def keep(who: AdviserAtWork, sol: int, body: str = BODY, name: str = "Fristen", **more: str):
    return who.post(f"/admin/{sol}/replies", **{"name": name, "body": body, "language": "da"} | more)


def reply_id(db: Database) -> int:
    with db.read() as session:
        return session.scalars(select(CannedReply.id).order_by(CannedReply.id.desc())).first() or 0


def test_every_adviser_writes_changes_and_removes_a_reply_and_it_is_audited(adviser, sqlite_db, sol):
    assert keep(adviser, sol).status_code == 303
    made = reply_id(sqlite_db)
    page = adviser.open(f"/admin/{sol}/replies/{made}").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    path = f"/admin/{sol}/replies/{made}"
    changed = {"name": "Frist", "body": "Hej {name}", "language": "da", "seen": seen[1]}
    assert adviser.post(path, **changed).status_code == 303
    assert "Hej {name}" in adviser.open(f"/admin/{sol}/replies").text
    assert adviser.post(f"{path}/remove").status_code == 303
    assert "Hej {name}</p>" not in adviser.open(f"/admin/{sol}/replies").text
    assert adviser.post(path, **changed).status_code == 404
    with sqlite_db.read() as session:
        told = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"canned_reply:{made}")).all()
    assert told == ["canned_reply_written", "canned_reply_changed", "canned_reply_removed"]


def test_who_has_not_seen_the_newest_is_told_and_keeps_their_words(adviser, colleague, sqlite_db, sol):
    keep(adviser, sol)
    made = reply_id(sqlite_db)
    with sqlite_db.write() as session:
        session.execute(update(CannedReply).where(CannedReply.id == made).values(adviser_id=None))
    answer = colleague.post(f"/admin/{sol}/replies/{made}", name="x", body="Mine ord", language="da", seen="0-0")
    assert answer.status_code == 409
    assert "En kollega har ændret svaret imens" in answer.text
    assert field(answer.text, "body") == "Mine ord"


def test_an_unknown_place_and_a_link_are_refused_with_the_reason_and_nothing_is_lost(adviser, sqlite_db, sol):
    answer = keep(adviser, sol, "Hej {navn}. Se www.borger.dk")
    assert answer.status_code == 422
    assert "{navn} er ikke et felt, vi kender" in text_of(answer.text)
    assert "Ingen links eller netadresser" in text_of(answer.text)
    assert field(answer.text, "body") == "Hej {navn}. Se www.borger.dk"
    assert reply_id(sqlite_db) == 0


def test_a_reply_is_filled_in_for_this_resident_and_put_into_the_field(adviser, sqlite_db, world: World, sol):
    keep(adviser, sol)
    listed = adviser.open(f"/inbox/{world.line}/replies").text
    assert "Hej Line. Fristen er torsdag d. 3. december. Hilsen Mette" in listed
    path = re.search(rf'href="(/inbox/{world.line}/replies/\d+[^"]*)"', listed)
    assert path
    filled = adviser.open(unescape(path[1])).text
    assert field(filled) == "Hej Line. Fristen er torsdag d. 3. december. Hilsen Mette"
    assert newest(sqlite_db, world.line).author == "resident"  # nothing is sent by itself


def test_a_reply_goes_behind_what_has_been_begun(adviser, sqlite_db, world: World, sol):
    keep(adviser, sol, "Hilsen {adviser}")
    adviser.post(f"/inbox/{world.line}/draft", kind="sms", text="Jeg ringer kl. 13.")
    assert field(adviser.open(f"/inbox/{world.line}/replies/{reply_id(sqlite_db)}").text) == (
        "Jeg ringer kl. 13. Hilsen Mette"
    )


def test_the_amount_is_refused_until_the_resident_is_recognised(adviser, sqlite_db, world: World, sol):
    keep(adviser, sol, "Du mangler {arrears}.")
    path = f"/inbox/{world.line}/replies/{reply_id(sqlite_db)}"
    assert "8.450" not in adviser.open(f"/inbox/{world.line}/replies").text
    refused = adviser.open(path)
    assert refused.status_code == 422
    assert "ikke genkendt" in refused.text
    with sqlite_db.write() as session:
        session.execute(update(Conversation).where(Conversation.id == world.line).values(verified=True))
    assert field(adviser.open(path).text) == "Du mangler 8.450,50 kr."


def test_what_is_missing_is_said_and_an_unfilled_place_is_never_sent(adviser, sqlite_db, world: World, sol):
    keep(adviser, sol, "Ring til {kommune} på {kommune_number}")
    listed = text_of(adviser.open(f"/inbox/{world.line}/replies").text)
    assert "Mangler: kommunen, kommunens nummer" in listed
    answer = adviser.reply(world.line, "Ring til {kommune}")
    assert answer.status_code == 422
    assert "{kommune} er ikke fyldt ud" in text_of(answer.text)
    assert newest(sqlite_db, world.line).author == "resident"


def test_replies_are_searched(adviser, world: World, sol):
    keep(adviser, sol, name="Fristen")
    keep(adviser, sol, "Papirer", name="Papirer til kommunen")
    found = adviser.open(f"/inbox/{world.line}/replies?q=papirer+kommunen").text
    assert "Papirer til kommunen" in found
    assert "Fristen er" not in found
    (shape,) = adviser.open(f"/inbox/{world.line}/replies?q=frist&as=json").json
    assert (shape["name"], shape["size"], shape["may_insert"]) == ("Fristen", "1 SMS", True)


def test_another_organisations_replies_are_not_there(adviser, sqlite_db, world: World, sol, vest):
    with sqlite_db.write() as session:
        theirs = CannedReply(organisation_id=vest, name="Deres", body="Hej", at=NOW)
        session.add(theirs)
    assert keep(adviser, vest).status_code == 404
    assert adviser.open(f"/admin/{sol}/replies/{theirs.id}").status_code == 404
    assert adviser.post(f"/admin/{sol}/replies/{theirs.id}/remove").status_code == 404
    assert adviser.open(f"/inbox/{world.line}/replies/{theirs.id}").status_code == 404
    assert "Deres" not in adviser.open(f"/inbox/{world.line}/replies").text


# --- what there is to know before it goes ---


def test_a_link_is_asked_about_once_and_sent_when_the_adviser_says_so(adviser, sqlite_db, world: World):
    answer = adviser.reply(world.line, "Se borger.dk")
    assert answer.status_code == 422
    assert "Et link: borger.dk" in text_of(answer.text)
    assert field(answer.text) == "Se borger.dk"
    seen = re.search(r'name="seen" value="([^"]+)"', answer.text)
    assert seen
    path = f"/inbox/{world.line}/reply"
    assert adviser.post(path, text="Se andet.dk", seen=unescape(seen[1])).status_code == 422  # another link than that
    assert adviser.post(path, text="Se borger.dk", seen=unescape(seen[1])).status_code == 303
    assert newest(sqlite_db, world.line).body == "Se borger.dk"


# --- drafts ---


def test_a_draft_is_there_on_another_machine_and_told_what_it_costs(app, adviser, world: World):
    told = adviser.post(f"/inbox/{world.line}/draft", kind="sms", text="Hej 😊").json
    assert told["signs"] == [{"words": "😊 gør, at der kun er plads til 70 tegn i en sms", "must": False}]
    assert told["count"] == "6 tegn · 1 SMS"
    elsewhere = AdviserAtWork(app.test_client())
    elsewhere.login()
    assert field(elsewhere.open(world.line).text) == "Hej 😊"
    peter = AdviserAtWork(app.test_client())
    peter.login("peter@solgaarden.example")
    assert field(peter.open(world.line).text) == ""


def test_what_was_typed_before_the_conversation_was_taken_is_kept(adviser, world: World):
    adviser.post(f"/inbox/{world.ahmad}/claim", text="Hello Ahmad")
    assert field(adviser.open(world.ahmad).text) == "Hello Ahmad"


def test_a_refused_form_keeps_its_words_as_a_draft_and_a_sent_one_leaves_none(adviser, colleague, world: World):
    colleague.claim(world.ahmad)
    assert adviser.reply(world.ahmad, "Min kladde").status_code == 409
    assert field(adviser.open(world.ahmad).text) == "Min kladde"
    adviser.reply(world.line, "Jeg ringer")
    assert field(adviser.open(world.line).text) == ""


@pytest.mark.parametrize("kind", ["", "letter"])
def test_a_draft_of_no_kind_is_refused(adviser, world: World, kind: str):
    assert adviser.post(f"/inbox/{world.line}/draft", kind=kind, text="x").status_code == 400


# --- later ---


def later(who: AdviserAtWork, world: World, text: str = "Husk brevet", **more: str):
    return who.post(f"/inbox/{world.line}/later", text=text, **more)


def test_it_stands_in_the_thread_until_it_is_taken_back(adviser, sqlite_db, world: World, woken):
    assert later(adviser, world, when="tomorrow").status_code == 303
    page = text_of(adviser.open(world.line).text)
    assert "Sendes i morgen 9.00" in page
    planned = newest(sqlite_db, world.line)
    path = f"/inbox/{world.line}/messages/{planned.id}/withdraw"
    assert path in adviser.open(world.line).text
    assert adviser.post(path).status_code == 303
    assert "Blev ikke sendt: en rådgiver fortrød" in text_of(adviser.open(world.line).text)
    again = adviser.post(path)
    assert again.status_code == 409
    assert "Den er allerede fortrudt." in again.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"when": "own"}, "Vælg en dag og et klokkeslæt."),
        ({"when": "own", "day": "2026-11-30", "clock": "12:00"}, "Tidspunktet er gået."),
        ({"when": "own", "day": "2028-11-30", "clock": "12:00"}, "for langt ude i fremtiden"),
    ],
)
def test_a_time_that_is_none_is_refused_and_the_words_stay(adviser, sqlite_db, world: World, form, words: str):
    answer = later(adviser, world, **form)
    assert answer.status_code == 422
    assert words in text_of(answer.text)
    assert field(answer.text) == "Husk brevet"
    assert newest(sqlite_db, world.line).author == "resident"


def test_the_page_can_ask_when_it_would_go(adviser, world: World):
    told = adviser.open(f"/inbox/{world.line}/later?day=2026-12-03&clock=22:00").json
    assert told == {
        "words": "Vi sender ikke mellem kl. 21 og 8. Går fredag d. 4. december kl. 8.00.",
        "is_possible": True,
    }


# --- names in notes ---


def test_a_colleague_named_in_a_note_is_told_until_they_look(adviser, colleague, sqlite_db, world: World):
    adviser.note(world.line, "@Peter, vil du se på brevet? Også @Mette")
    page = colleague.open("/inbox").text
    assert re.search(r'Nævnt <span class="count">1<', page)
    listed = text_of(colleague.open("/mentions").text)
    assert "vil du se på brevet?" in listed
    assert "Mette, i dag 10.42" in listed
    assert '<mark class="named">@Peter</mark>' in colleague.open(world.line).text
    assert not re.search(r'Nævnt <span class="count">', colleague.open("/inbox").text)
    with sqlite_db.read() as session:
        (mention,) = session.scalars(select(Mention)).all()  # nobody is told of what they wrote themselves
    assert (mention.adviser_id, mention.seen_at) == (world.peter, NOW)


def test_a_note_is_shown_as_it_was_written(adviser, world: World):
    adviser.note(world.line, "<b>@Peter</b> & @Fie")
    page = adviser.open(world.line).text
    assert '&lt;b&gt;<mark class="named">@Peter</mark>&lt;/b&gt; &amp; @Fie' in page


# --- suggestions ---


def test_what_was_heard_gives_a_suggestion_that_is_only_put_into_the_field(adviser, sqlite_db, world: World):
    adviser.claim(world.ahmad)
    with sqlite_db.write() as session:
        heard = {"intents": [{"name": "ask_boligstoette", "confidence": 0.9}], "values": [], "language": "en"}
        asked = {"direction": "in", "author": "resident", "status": "processed", "body": "housing benefit?"}
        session.add(Message(conversation_id=world.ahmad, heard=heard, at=NOW, **asked))
    page = adviser.open(world.ahmad).text
    path = re.search(rf'href="(/inbox/{world.ahmad}/suggestions/boligstoette.full[^"]*)"', page)
    assert path
    assert field(adviser.open(unescape(path[1])).text).startswith("Boligstøtte (housing benefit) is help with the rent")
    assert newest(sqlite_db, world.ahmad).author == "resident"
    adviser.reply(world.ahmad, "I will call you")
    assert "/suggestions/" not in adviser.open(world.ahmad).text


def test_in_a_crisis_and_for_who_does_not_have_it_nothing_is_suggested(adviser, colleague, world: World):
    assert "/suggestions/" not in colleague.open(world.kirsten).text
    assert "/suggestions/" not in adviser.open(world.hodan).text
    assert adviser.open(f"/inbox/{world.line}/suggestions/amount.told").status_code == 404


# --- an SMS that did not arrive ---


def test_a_lost_sms_can_be_said_again_or_called_about(adviser, sqlite_db, world: World, woken):
    adviser.reply(world.line, "Jeg ringer")
    lost = newest(sqlite_db, world.line).id
    lose(sqlite_db, lost)
    page = adviser.open(world.line).text
    assert "Prøv igen" in page
    assert "Ring i stedet" in page
    assert adviser.post(f"/inbox/{world.line}/messages/{lost}/again").status_code == 303
    assert newest(sqlite_db, world.line).body == "Jeg ringer"
    assert newest(sqlite_db, world.line).id != lost
    assert "Prøv igen" not in adviser.open(world.line).text
    called = adviser.post(f"/inbox/{world.line}/messages/{lost}/call")
    with sqlite_db.read() as session:
        (task,) = session.scalars(select(Task.id).where(Task.conversation_id == world.line, Task.type == "call")).all()
    assert called.location.startswith(f"/tasks/{task}")  # the call that Line had asked for


def test_what_was_sent_to_many_says_so(adviser, sqlite_db, world: World):
    assert "Automatisk" not in adviser.open(world.line).text
    with sqlite_db.write() as session:
        session.execute(update(Message).where(Message.author == "wave").values(bulk=True))
    assert "Automatisk" in adviser.open(world.line).text


def test_a_row_says_that_one_is_named_and_has_begun_to_write(adviser, colleague, world: World):
    adviser.post(f"/inbox/{world.line}/draft", kind="sms", text="Hej")
    colleague.note(world.line, "@Mette")
    row = re.search(rf'id="row-{world.line}".*?</a>', adviser.open("/inbox").text, re.S)
    assert row
    assert "Du er nævnt · " in text_of(row[0])
    assert "· Kladde" in text_of(row[0])
    assert "Kladde" not in colleague.open("/inbox").text
