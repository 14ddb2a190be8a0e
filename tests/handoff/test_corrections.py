"""An adviser corrects what was heard: kept beside what the bot heard, seen by colleagues, and no turn is taken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.corrections import corrections_of, newest_corrections
from bot.db import Database
from bot.models import Adviser, AuditEvent, Conversation, Correction, LiveEvent, Marker, Message
from handoff.corrections import CorrectionRefused, correct, in_order, meant
from handoff.handoffs import Acting, Done
from handoff.heard import GROUPS, heard_row, read_editor
from handoff.wording import knows
from tests.handoff import world as made
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_inbox import text_of
from tests.handoff.world import NOW, World, add_crisis

Correct = Callable[..., Done | CorrectionRefused]


@pytest.fixture
def house(db: Database) -> World:
    """The world of the pictures, on SQLite and on PostgreSQL."""
    return made.build(db)


def asked(session: Session, conversation_id: int) -> Message:
    """The newest message of the resident in which something was heard."""
    mine = (Message.conversation_id == conversation_id, Message.direction == "in")
    messages = session.scalars(select(Message).where(*mine).order_by(Message.id.desc()))
    return next(m for m in messages if m.heard and m.heard["intents"])


def acting_as(session: Session, house: World, adviser_id: int, name: str) -> Acting:
    organisation = session.get_one(Conversation, house.line).organisation_id
    return Acting(adviser_id, name, frozenset({organisation}))


@pytest.fixture
def say(db: Database, house: World) -> Correct:
    """Mette corrects Line's message about enkeltydelse and a human."""

    def by_mette(*intents: str, conversation: int = 0, message: int = 0, by: int = 0) -> Done | CorrectionRefused:
        with db.write() as session:
            conversation_id = conversation or house.line
            who = acting_as(session, house, by or house.mette, "Mette Lind")
            message_id = message or asked(session, conversation_id).id
            return correct(session, who, conversation_id, message_id, intents, NOW)

    return by_mette


def stands(db: Database, conversation_id: int) -> dict[str, object]:
    """All that a turn of the bot would change."""
    with db.read() as session:
        row = session.get_one(Conversation, conversation_id)
        messages = session.scalars(select(Message).where(Message.conversation_id == conversation_id)).all()
        columns = {column.name: getattr(row, column.name) for column in Conversation.__table__.columns}
        return columns | {"messages": [(m.id, m.status, m.heard) for m in messages]}


def test_what_counts_is_the_newest_and_what_the_bot_heard_stays(db: Database, house: World, say: Correct):
    before = stands(db, house.line)
    say("ask_human")
    say("thank", "ask_human", by=house.peter)
    with db.read() as session:
        message = asked(session, house.line)
        kept = corrections_of(session, message.id)
        newest = newest_corrections(session, [message.id])[message.id]
    assert [(one.intents, one.adviser.name, one.at) for one in kept] == [
        (["ask_human"], "Mette Lind", NOW),
        (["ask_human", "thank"], "Peter Nygaard", NOW),
    ]
    assert meant(message, newest) == ("ask_human", "thank")
    assert meant(message, None) == ("ask_enkeltydelse", "ask_human")
    assert stands(db, house.line) == before


def test_a_correction_is_told_to_open_inboxes_and_kept_by_ids_alone(db: Database, house: World, say: Correct):
    with db.read() as session:
        told = session.scalar(select(func.count(LiveEvent.id)).where(LiveEvent.conversation_id == house.line)) or 0
    say("ask_human")
    with db.read() as session:
        kinds = list(session.scalars(select(LiveEvent.kind).where(LiveEvent.conversation_id == house.line)))
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "heard_corrected"))
        assert (event.subject, event.detail) == (f"message:{asked(session, house.line).id}", {})
    assert len(kinds) == told + 1


def test_what_counts_already_is_not_kept_once_more(db: Database, say: Correct):
    """In whatever order, also when the form is posted twice."""
    say("ask_human", "ask_enkeltydelse")
    for _ in range(2):
        say("thank")
    with db.read() as session:
        assert session.scalars(select(Correction.intents)).all() == [["thank"]]


def test_of_two_at_once_the_last_one_counts_and_both_are_kept(db: Database, house: World):
    start = threading.Barrier(2)

    def by(adviser: tuple[int, str, str]) -> None:
        with db.read() as session:
            who, message = acting_as(session, house, *adviser[:2]), asked(session, house.line).id
        start.wait()
        with db.write() as session:
            correct(session, who, house.line, message, [adviser[2]], NOW)

    with ThreadPoolExecutor() as pool:
        list(pool.map(by, [(house.mette, "Mette Lind", "thank"), (house.peter, "Peter Nygaard", "greet")]))
    with db.read() as session:
        message = asked(session, house.line)
        kept = [one.intents for one in corrections_of(session, message.id)]
        assert sorted(kept) == [["greet"], ["thank"]]
        assert newest_corrections(session, [message.id])[message.id].intents == kept[-1]


@pytest.mark.parametrize(
    ("ticked", "why"),
    [
        ([], "nothing_ticked"),
        (["out_of_scope", "greet"], "not_alone"),
        (["greet", "no_such_thing"], "unknown_intent"),
    ],
)
def test_what_cannot_be_said_of_a_message_is_refused_in_words(db: Database, say: Correct, ticked: list[str], why: str):
    assert say(*ticked) == CorrectionRefused(why)  # type: ignore[arg-type]  # one of them
    assert knows("refused", why)
    with db.read() as session:
        assert session.scalar(select(func.count(Correction.id))) == 0


def test_only_a_residents_words_in_ones_own_organisation_exist(db: Database, house: World, say: Correct):
    with db.write() as session:
        ours = session.scalars(select(Message.id).where(Message.direction == "out")).first() or 0
        foreign = asked(session, house.foreign).id
        picture = Message(
            conversation_id=house.line, direction="in", author="resident", body=" ", status="processed", media=1, at=NOW
        )
        session.add(picture)
        session.flush()
    none = CorrectionRefused("not_found")
    assert say("greet", conversation=house.foreign, message=foreign) == none
    assert say("greet", conversation=house.line, message=foreign) == none
    assert say("greet", message=ours) == none
    assert say("greet", message=picture.id) == none
    assert say("greet", message=2**63 - 1) == none


def markers(db: Database, conversation_id: int) -> Iterator[tuple[str, list[str]]]:
    with db.read() as session:
        wanted = select(Marker).where(Marker.conversation_id == conversation_id, Marker.kind.startswith("urgent_"))
        yield from ((one.kind, one.detail["intents"]) for one in session.scalars(wanted.order_by(Marker.id)))


def test_a_correction_to_or_from_what_must_not_be_missed_stands_in_the_thread(db: Database, house: World, say: Correct):
    say("thank")
    assert list(markers(db, house.line)) == []
    say("opt_out", "crisis_self_harm")
    say("opt_out", "crisis_violence")
    say("greet")
    assert list(markers(db, house.line)) == [
        ("urgent_heard", ["crisis_self_harm", "opt_out"]),
        ("urgent_heard", ["crisis_violence"]),
        ("urgent_unheard", ["crisis_self_harm"]),
        ("urgent_unheard", ["crisis_violence", "opt_out"]),
    ]


@pytest.mark.parametrize("table", [Message, Conversation])
def test_the_corrections_of_a_message_go_with_it(db: Database, house: World, say: Correct, table: type):
    say("ask_human")
    say("greet", conversation=house.mads)
    with db.write() as session:
        gone = asked(session, house.line).id if table is Message else house.line
        session.execute(delete(table).where(table.id == gone))  # type: ignore[attr-defined]  # both have one
    with db.read() as session:
        assert session.scalars(select(Correction.intents)).all() == [["greet"]]


@pytest.mark.parametrize(
    ("ticked", "before", "order"),
    [
        (["greet", "ask_amount"], ["ask_amount", "thank"], ("ask_amount", "greet")),
        (["ask_amount", "greet"], [], ("greet", "ask_amount")),
        (["greet", "greet"], ["greet"], ("greet",)),
        (["thank"], ["something_of_yesterday"], ("thank",)),
    ],
)
def test_what_was_heard_keeps_its_order_and_the_rest_is_as_on_the_list(
    ticked: list[str], before: list[str], order: tuple[str, ...]
):
    assert in_order(ticked, before) == order


def test_every_intent_can_be_ticked_once_and_every_group_has_a_name(db: Database, house: World):
    with db.read() as session:
        line = session.get_one(Conversation, house.line)
        editor = read_editor(session, line, asked(session, house.line).id, NOW)
    assert editor is not None
    assert all(knows("heard_groups", key) for key in GROUPS)
    names = [choice.name for _, choices in editor.groups for choice in choices]
    assert len(names) == len(set(names)) == 43
    ticked = [choice.name for _, choices in editor.groups for choice in choices if choice.is_ticked]
    assert ticked == ["ask_human", "ask_enkeltydelse"]


def heard(*names: str) -> dict[str, object]:
    return {"intents": [{"name": n} for n in names], "values": [{"entity": "amount", "value": 500}], "language": "da"}


@pytest.mark.parametrize(
    ("message", "corrected", "chips", "may"),
    [
        ({"heard": heard("greet", "ask_human")}, None, ("vil tale med et menneske", "500 kr."), True),
        ({"heard": heard("greet", "ask_human")}, ["greet", "thank"], ("hilser", "takker", "500 kr."), True),
        ({"heard": heard("ask_human")}, ["out_of_scope"], ("noget andet",), True),
        ({"heard": heard("out_of_scope")}, None, (), True),
        ({"heard": None}, None, (), True),
        ({"heard": heard("greet"), "body": ""}, None, ("hilser", "500 kr."), False),
    ],
)
def test_the_chips_are_what_counts(message: dict[str, object], corrected: list[str] | None, chips: object, may: bool):
    read = Message(**{"id": 1, "direction": "in", "body": "hej", "status": "processed", "at": NOW} | message)
    correction = Correction(intents=corrected, adviser=_peter()) if corrected else None
    row = heard_row(read, correction)
    assert row is not None
    assert tuple(chip.replace("\N{NO-BREAK SPACE}", " ") for chip in row.chips) == chips
    assert row.may_correct is may
    assert row.corrected_by == ("Peter" if corrected else "")


@pytest.mark.parametrize(
    "message", [{"direction": "out", "body": "Hej"}, {"status": "received", "body": "hej"}, {"body": " "}]
)
def test_what_we_wrote_or_nobody_has_read_or_has_no_words_has_no_row(message: dict[str, object]):
    read = Message(**{"id": 1, "direction": "in", "status": "processed", "at": NOW} | message)
    assert heard_row(read, None) is None


def _peter() -> Adviser:
    return Adviser(name="Peter Nygaard")


# --- as an adviser meets it ---


def by_form(at_work: AdviserAtWork, conversation: int, message: int, intent: str) -> int:
    return at_work.post(f"/inbox/{conversation}/messages/{message}/heard", intent=intent).status_code


def test_the_page_shows_who_corrected_and_tells_the_colleagues_of_a_crisis(
    adviser: AdviserAtWork, colleague: AdviserAtWork, world: World, sqlite_db: Database, woken: list[str]
):
    with sqlite_db.read() as session:
        message = asked(session, world.line).id
    assert by_form(adviser, world.line, message, "crisis_self_harm") == 303
    shown = text_of(colleague.open(world.line).text)
    assert "Hørt: tanker om selvmord rettet af Mette ret" in shown
    assert "Mette føjede tanker om selvmord til det hørte. Botten gør ikke noget ved det · 10.42" in shown
    assert woken == []
    with sqlite_db.read() as session:
        assert session.get_one(Conversation, world.line).priority == "high"


def test_a_closed_conversation_can_still_teach(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    with sqlite_db.write() as session:
        message = asked(session, world.line).id
        session.get_one(Conversation, world.line).closed_at = NOW - timedelta(days=1)
    assert by_form(adviser, world.line, message, "thank") == 303
    with sqlite_db.read() as session:
        assert session.get_one(Conversation, world.line).closed_at is not None


def test_no_stranger_no_other_organisation_and_no_other_site_can_correct(
    adviser: AdviserAtWork, visitor: AdviserAtWork, world: World, sqlite_db: Database
):
    with sqlite_db.read() as session:
        message, foreign = asked(session, world.line).id, asked(session, world.foreign).id
    path = f"/inbox/{world.line}/messages/{message}/heard"
    assert adviser.client.post(path, data={"intent": "greet"}).status_code == 400  # without the form's token
    visitor.login("fie@vestbo.example")
    assert by_form(visitor, world.line, message, "greet") == 404
    assert by_form(visitor, world.foreign, message, "greet") == 404
    assert visitor.open(f"/inbox/{world.line}?correct={message}").status_code == 404
    assert 'id="correction"' not in visitor.open(f"/inbox/{world.foreign}?correct={message}").text
    assert 'id="correction"' in visitor.open(f"/inbox/{world.foreign}?correct={foreign}").text
    with sqlite_db.read() as session:
        assert session.scalar(select(func.count(Correction.id))) == 0


@pytest.mark.parametrize("wanted", ["", "x", "-1", "0", "9" * 30, "٣"])
def test_an_editor_that_there_is_not_leaves_the_page_as_it_is(adviser: AdviserAtWork, world: World, wanted: str):
    page = adviser.open(f"/inbox/{world.line}?correct={wanted}")
    assert page.status_code == 200
    assert 'id="correction"' not in page.text


def test_the_way_back_keeps_the_folder_and_the_older_messages(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    with sqlite_db.read() as session:
        message = asked(session, world.line).id
    answer = adviser.post(f"/inbox/{world.line}/messages/{message}/heard?folder=mine&all=1", intent="thank")
    assert answer.location == f"/inbox/{world.line}?folder=mine&all=1#m-{message}"


def test_in_a_crisis_too(adviser: AdviserAtWork, sqlite_db: Database, world: World):
    crisis = add_crisis(sqlite_db)
    with sqlite_db.read() as session:
        message = asked(session, crisis).id
    assert by_form(adviser, crisis, message, "distress") == 303
    shown = text_of(adviser.open(crisis).text)
    assert "Du tog tanker om selvmord ud af det hørte. Botten gør ikke noget ved det" in shown
    with sqlite_db.read() as session:
        assert session.get_one(Conversation, crisis).priority == "crisis"
