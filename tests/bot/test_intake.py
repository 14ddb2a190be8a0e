"""What an import does to the cases that are there, on both databases, beside a neighbour with the same refs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from bot.case_rows import CaseRow, RowError
from bot.db import Database
from bot.intake import Report, row_from_mapping, take
from bot.models import (
    COPENHAGEN,
    Base,
    Case,
    Contact,
    Conversation,
    Fact,
    Message,
    Organisation,
    Plan,
    Promise,
    Resident,
    Task,
    Wave,
)
from bot.outbox import queue_message

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=COPENHAGEN)
TODAY = NOW.date()
PHONE, OTHER = "+4511114027", "+4511114028"


def row(case_ref: str = "SB-1", **told: Any) -> CaseRow:
    basis: dict[str, Any] = {"row": 2, "name": "Line Bek", "arrears_ore": 845_050, "phone": PHONE}
    return CaseRow(case_ref=case_ref, **(basis | told))


def without_number(**told: Any) -> CaseRow:
    return row(phone=None, phone_problem="missing", phone_cell='""', **told)


class House:
    """One organisation whose cases are imported, and what is then in the store."""

    def __init__(self, db: Database, organisation_id: int) -> None:
        self.db, self.organisation_id = db, organisation_id

    def take(self, *rows: CaseRow | list[RowError], now: datetime = NOW, dry_run: bool = False) -> Report:
        return take(self.db, self.organisation_id, rows, now, dry_run=dry_run)

    def case(self, case_ref: str = "SB-1") -> Case:
        found: Case = self.all(Case, Case.case_ref == case_ref, Case.organisation_id == self.organisation_id)[0]
        return found

    def all(self, table: Any, *wanted: Any) -> list[Any]:
        with self.db.read() as session:
            return list(session.scalars(select(table).where(*wanted).order_by(table.id)))

    def tasks(self, kind: str = "find_number") -> list[str]:
        return [task.status for task in self.all(Task, Task.type == kind)]

    def edit(self, case_ref: str = "SB-1", **values: Any) -> None:
        with self.db.write() as session:
            case = session.get_one(Case, self.case(case_ref).id)
            for name, value in values.items():
                setattr(case, name, value)

    def thread(self, phone: str = PHONE, case_ref: str | None = None, **values: Any) -> int:
        with self.db.write() as session:
            made = Conversation(
                organisation_id=self.organisation_id,
                phone=phone,
                case_id=self.case(case_ref).id if case_ref else None,
                created_at=NOW,
                **{"state": {}, **values},
            )
            session.add(made)
            session.flush()
            return made.id

    def threads(self) -> dict[str, Conversation]:
        return {thread.phone: thread for thread in self.all(Conversation)}


@pytest.fixture
def house(db: Database) -> Iterator[House]:
    """The organisation, and a neighbour with the same case_ref, number and name, who is always left alone."""
    with db.write() as session:
        ours, theirs = (
            Organisation(slug=slug, name=slug, number=number, settings={}, created_at=NOW)
            for slug, number in (("solgaarden", "+4511110010"), ("fjordbo", "+4511110020"))
        )
        session.add_all([ours, theirs])
        session.flush()
        ids = ours.id, theirs.id
    neighbour = House(db, ids[1])
    neighbour.take(row(tenancy_ref="12-8", arrears_ore=100_000))
    before = neighbour.case()
    yield House(db, ids[0])
    assert values(neighbour.case()) == values(before)


def counts(report: Report) -> dict[str, int]:
    names = ("created", "updated", "reopened", "settled", "unchanged", "rejected")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def test_a_new_case_gets_its_resident_and_the_days_that_were_not_told(house: House):
    report = house.take(row(stage="paakrav", birth_day="14-03", address="Søparken 8", tenancy_ref="12-8"))

    assert counts(report) == {"created": 1}
    case = house.case()
    assert (case.status, case.arrears_ore, case.stage, case.tenancy_ref) == ("open", 845_050, "paakrav", "12-8")
    assert (case.received, case.deadline, case.opened_at) == (TODAY, TODAY + timedelta(days=8), NOW)
    resident = case.resident
    assert (resident.name, resident.phone, resident.language, resident.birth_day) == ("Line Bek", PHONE, "da", "14-03")
    assert resident.organisation_id == house.organisation_id


def test_the_same_again_changes_nothing_but_that_it_was_heard_of(house: House):
    rows = row(tenancy_ref="12-8"), without_number(case_ref="SB-2", name="Per Dam"), row("SB-3", arrears_ore=0)
    house.take(*rows)
    before = house.all(Case), house.all(Resident), house.all(Task)

    later = NOW + timedelta(days=3)
    report = house.take(*rows, now=later)

    assert counts(report) == {"unchanged": 3}
    assert [values(thing, "updated_at") for things in before for thing in things] == [
        values(thing, "updated_at") for table in (Case, Resident, Task) for thing in house.all(table)
    ]
    assert house.case().updated_at == later


def values(thing: Base, *besides: str) -> dict[str, Any]:
    return {c.name: getattr(thing, c.name) for c in thing.__table__.columns if c.name not in besides}


def test_a_second_import_updates_what_it_tells_and_keeps_the_rest(house: House):
    house.take(row(address="Søparken 8", stage="rykker", language="en"))

    report = house.take(row(arrears_ore=500_000, stage="advokat"))

    assert counts(report) == {"updated": 1}
    case = house.case()
    assert (case.arrears_ore, case.stage, case.resident.address, case.resident.language) == (
        500_000, "advokat", "Søparken 8", "en",
    )  # fmt: skip


def test_received_that_is_not_told_stays_the_day_the_case_came(house: House):
    house.take(row())
    house.take(row(arrears_ore=1), now=NOW + timedelta(days=5))
    assert (house.case().received, house.case().deadline) == (TODAY, TODAY + timedelta(days=8))


def test_a_dry_run_tells_the_same_and_changes_nothing(house: House):
    house.take(row("SB-0"))
    rows = row(), without_number(case_ref="SB-2"), row("SB-0", arrears_ore=0)
    before = contents(house.db)

    dry = house.take(*rows, dry_run=True)

    assert contents(house.db) == before
    assert dry.dry_run
    assert replace(dry, dry_run=False) == house.take(*rows)


def contents(db: Database) -> dict[str, list[Any]]:
    with db.engine.connect() as connection:
        return {table.name: list(connection.execute(select(table))) for table in Base.metadata.sorted_tables}


def test_a_repeated_ref_is_rejected_naming_both_rows_even_when_the_first_is_broken(house: House):
    broken = row_from_mapping({"sagsnr": "SB-3", "navn": "Per Dam", "restance": "x"}, TODAY, row=4)
    assert isinstance(broken, list)

    report = house.take(row(), replace(row(arrears_ore=7), row=3), broken, replace(row("SB-3"), row=5))

    assert [str(error) for error in report.errors] == [
        "Række 3, sagsnr: SB-1 står i både række 2 og række 3. Lad kun én af dem blive stående.",
        'Række 4, restance: "x" er ikke et beløb. Skriv fx 8450,50.',
        "Række 5, sagsnr: SB-3 står i både række 4 og række 5. Lad kun én af dem blive stående.",
    ]
    assert counts(report) == {"created": 1, "rejected": 3}
    assert house.case().arrears_ore == 845_050


def test_a_new_case_whose_deadline_has_passed_is_taken_all_the_same(house: House):
    late = row(deadline=TODAY - timedelta(days=1))

    report = house.take(late)

    assert counts(report) == {"created": 1}
    assert (house.case().received, house.case().deadline) == (TODAY, TODAY - timedelta(days=1))


def test_a_deadline_before_the_day_the_case_came_is_rejected(house: House):
    report = house.take(row(received=TODAY, deadline=TODAY - timedelta(days=1)))

    assert [str(error) for error in report.errors] == [
        "Række 2, frist: fristen 26-11-2026 er før modtaget 27-11-2026. Ret en af datoerne."
    ]


# --- numbers


@pytest.mark.parametrize(
    ("problem", "words"),
    [("missing", "der er intet nummer"), ("landline", '"33" er et fastnetnummer'), ("invalid", '"33" er ikke et')],
)
def test_a_case_without_a_number_is_taken_with_a_notice_and_one_task(house: House, problem: str, words: str):
    bad = row(phone=None, phone_problem=problem, phone_cell='"33"')

    first, again = house.take(bad), house.take(bad, now=NOW + timedelta(days=1))

    assert counts(first) == {"created": 1}
    assert words in first.notices[0]
    assert again.notices == first.notices
    assert house.tasks() == ["open"]


def test_a_task_that_somebody_has_done_is_not_made_again(house: House):
    house.take(without_number())
    with house.db.write() as session:
        session.scalars(select(Task)).one().status = "done"

    house.take(without_number(), now=NOW + timedelta(days=1))

    assert house.tasks() == ["done"]


def test_the_task_is_done_when_a_good_number_comes(house: House):
    house.take(without_number())
    report = house.take(row())

    assert (counts(report), report.notices) == ({"updated": 1}, ())
    assert (house.tasks(), house.case().resident.phone) == (["done"], PHONE)


def test_a_row_without_a_number_does_not_take_the_known_one_away(house: House):
    house.take(row())
    report = house.take(row(phone=None, phone_problem="landline", phone_cell='"33 12 34 56"'))

    assert house.case().resident.phone == PHONE
    assert report.notices == (
        'Række 2, telefon: "33 12 34 56" er et fastnetnummer, som ikke kan få sms. Det nummer, vi har, beholdes.',
    )
    assert house.tasks() == []


def test_a_new_number_frees_a_case_whose_old_one_was_a_strangers(house: House):
    house.take(row())
    house.edit(number_taken_off=True)
    house.thread(case_ref="SB-1", verified=True)
    with house.db.write() as session:
        session.add(Task(organisation_id=house.organisation_id, case_id=house.case().id, type="find_number",
                         due=TODAY, at=NOW))  # fmt: skip

    same = house.take(row())
    assert (house.case().number_taken_off, house.tasks()) == (True, ["open"])
    assert "en anden har svaret på nummeret" in same.notices[0]

    house.take(row(phone=OTHER))
    stranger = house.threads()[PHONE]
    assert (house.case().number_taken_off, house.tasks()) == (False, ["done"])
    assert (house.case().resident.phone, stranger.case_id, stranger.verified) == (OTHER, None, False)


def test_whoever_has_the_old_number_is_asked_again_who_they_are(house: House):
    house.take(row())
    house.thread(case_ref="SB-1", verified=True)

    house.take(row(phone=OTHER))

    old = house.threads()[PHONE]
    assert (old.verified, old.case_id) == (False, house.case().id)


def test_a_wrong_number_stays_wrong_for_the_residents_next_case(house: House):
    house.take(row(tenancy_ref="12-8"))
    house.edit(number_taken_off=True, status="closed")

    house.take(row("SB-2", tenancy_ref="12-8"))

    assert (house.case("SB-2").number_taken_off, house.tasks()) == (True, ["open"])


def test_a_number_that_wrote_before_is_tied_to_the_case_that_comes(house: House):
    house.thread(language="en", state={"open": "question"})

    house.take(row(language="ar"))

    thread = house.threads()[PHONE]
    assert (thread.case_id, thread.language, thread.state) == (house.case().id, "ar", {})


def test_a_thread_about_another_case_is_left_with_it(house: House):
    house.take(row())
    house.thread(case_ref="SB-1")

    house.take(row("SB-2", name="Per Dam"))

    assert house.threads()[PHONE].case_id == house.case("SB-1").id


# --- who is who


@pytest.mark.parametrize(
    ("second", "same"),
    [
        ({"tenancy_ref": "12-8"}, True),
        ({"tenancy_ref": "12-8", "phone": None}, True),
        ({"tenancy_ref": "99"}, True),
        ({"tenancy_ref": "99", "phone": OTHER}, False),
        ({"tenancy_ref": "12-8", "name": "Per Dam"}, False),
    ],
    ids=["all", "tenancy and name", "number and name", "name alone", "tenancy and number alone"],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_a_resident_is_the_same_by_tenancy_and_name_else_number_and_name(
    house: House, second: dict[str, Any], same: bool, at_once: bool
):
    rows = row(tenancy_ref="12-8"), row("SB-2", **second)
    if at_once:
        house.take(*rows)
    else:
        for each in rows:
            house.take(each)

    assert (house.case("SB-1").resident_id == house.case("SB-2").resident_id) is same


def test_two_open_cases_that_disagree_on_a_number_come_to_rest(house: House):
    rows = row(tenancy_ref="12-8"), row("SB-2", tenancy_ref="12-8", phone=OTHER)
    house.take(*rows)

    assert counts(house.take(*rows)) == {"unchanged": 2}
    assert [house.case(ref).resident.phone for ref in ("SB-1", "SB-2")] == [PHONE, OTHER]


def test_a_new_name_on_a_shared_resident_is_another_person(house: House):
    house.take(row(), row("SB-2"))

    changed = row("SB-2", name="Per Dam", phone=OTHER)
    report = house.take(changed)

    assert (house.case("SB-1").resident.name, house.case("SB-2").resident.name) == ("Line Bek", "Per Dam")
    assert (counts(report), counts(house.take(changed))) == ({"updated": 1}, {"unchanged": 1})


def test_a_name_spelled_right_at_last_is_the_same_person(house: House):
    house.take(row(name="Line Beck"))
    before = house.case().resident_id

    house.take(row())

    assert (house.case().resident_id, house.case().resident.name) == (before, "Line Bek")


# --- paid, and come again


def queue_wave_message(house: House, case_ref: str = "SB-1", *, bulk: bool = True) -> None:
    with house.db.write() as session:
        case = session.get_one(Case, house.case(case_ref).id)
        thread = session.scalars(select(Conversation).where(Conversation.case_id == case.id)).one()
        queue_message(session, thread, "Hej", author="wave" if bulk else "adviser", now=NOW, bulk=bulk)


def add(house: House, *things: Base) -> None:
    with house.db.write() as session:
        session.add_all(things)


def test_a_paid_case_is_settled_and_left_in_peace(house: House):
    house.take(row(), row("SB-2", name="Per Dam", phone=OTHER))
    mine, others = house.case("SB-1").id, house.case("SB-2").id
    for phone, ref in ((PHONE, "SB-1"), (OTHER, "SB-2")):
        house.thread(phone, ref)
        queue_wave_message(house, ref)
    queue_wave_message(house, bulk=False)
    task = {"organisation_id": house.organisation_id, "due": TODAY, "at": NOW}
    add(
        house, *(Task(case_id=mine, type=kind, origin=f"contact:{kind}", **task) for kind in ("call", "knock", "other"))
    )
    add(house, Task(case_id=mine, type="call", note="efter kl. 16", origin="message:1:call", **task))
    add(house, Task(case_id=mine, type="approve_plan", **task), Task(case_id=others, type="knock", **task))
    add(house, Promise(case_id=mine, at=NOW), Promise(case_id=others, at=NOW))
    plan = {"monthly_ore": 50_000, "instalments": 9, "first_date": TODAY, "at": NOW}
    add(house, Plan(case_id=mine, **plan), Plan(case_id=mine, status="approved", **plan))

    report = house.take(row(arrears_ore=0))

    assert counts(report) == {"settled": 1}
    case = house.case()
    assert (case.status, case.outcome, case.closed_at, case.arrears_ore) == ("settled", None, NOW, 0)
    assert [(m.author, m.status, m.error) for m in house.all(Message)] == [
        ("wave", "refused", "settled"), ("wave", "queued", None), ("adviser", "queued", None),
    ]  # fmt: skip
    assert [(t.type, t.status) for t in house.all(Task)] == [
        ("call", "dropped"), ("knock", "dropped"), ("other", "dropped"), ("call", "open"),
        ("approve_plan", "dropped"), ("knock", "open"),
    ]  # fmt: skip
    assert [p.status for p in house.all(Promise)] == ["kept", "open"]
    assert [p.status for p in house.all(Plan)] == ["replaced", "kept"]
    assert counts(house.take(row(arrears_ore=0))) == {"unchanged": 1}


def test_a_case_that_is_new_and_paid_is_kept_as_settled_without_a_task(house: House):
    report = house.take(without_number(arrears_ore=0))

    assert (counts(report), report.notices) == ({"settled": 1}, ())
    assert (house.case().status, house.tasks()) == ("settled", [])


def test_what_an_adviser_has_closed_is_not_settled_over_it(house: House):
    house.take(row())
    house.edit(status="closed", outcome="plan_agreed", closed_at=NOW)

    house.take(row(arrears_ore=0), now=NOW + timedelta(days=1))

    assert (house.case().status, house.case().outcome, house.case().closed_at) == ("closed", "plan_agreed", NOW)


LATER = NOW + timedelta(days=30)


@pytest.mark.parametrize("ended", [{"status": "closed", "outcome": "paid"}, {"status": "settled", "arrears_ore": 0}])
def test_a_case_that_comes_again_with_a_later_day_is_opened_again(house: House, ended: dict[str, Any]):
    house.take(row())
    house.edit(closed_at=NOW, **ended)

    report = house.take(row(arrears_ore=300_000, received=LATER.date()), now=LATER)

    assert counts(report) == {"reopened": 1}
    case = house.case()
    assert (case.status, case.outcome, case.closed_at, case.opened_at) == ("open", None, None, LATER)
    assert (case.received, case.deadline) == (LATER.date(), LATER.date() + timedelta(days=8))
    assert counts(house.take(row(arrears_ore=300_000, received=LATER.date()), now=LATER)) == {"unchanged": 1}


def test_an_open_case_whose_deadline_is_over_comes_again_with_a_later_day(house: House):
    """Nobody closed it: else the resident would never be written to again."""
    house.take(row())

    report = house.take(row(received=LATER.date()), now=LATER)

    assert counts(report) == {"reopened": 1}
    assert (house.case().status, house.case().opened_at) == ("open", LATER)
    assert counts(house.take(row(received=LATER.date()), now=LATER)) == {"unchanged": 1}


def test_an_open_case_whose_day_is_moved_before_its_deadline_goes_on(house: House):
    house.take(row())

    house.take(row(received=TODAY + timedelta(days=2)), now=NOW + timedelta(days=2))

    assert house.case().opened_at == NOW


@pytest.mark.parametrize("standing", ["promise", "plan", "dispute", "payment"])
def test_an_open_case_with_something_agreed_does_not_begin_anew(house: House, standing: str):
    house.take(row())
    case_id = house.case().id
    made = {
        "promise": lambda: Promise(case_id=case_id, day=LATER.date(), at=NOW),
        "plan": lambda: Plan(
            case_id=case_id, monthly_ore=1, instalments=2, first_date=TODAY, status="approved", at=NOW
        ),
        "dispute": lambda: Fact(
            conversation_id=house.thread(case_ref="SB-1"), case_id=case_id, name="dispute_arrears", value=1, at=NOW
        ),
        "payment": lambda: Task(
            organisation_id=house.organisation_id, case_id=case_id, type="check_payment", due=TODAY, at=NOW
        ),
    }[standing]()
    add(house, made)

    report = house.take(row(received=LATER.date()), now=LATER)

    assert (counts(report), house.case().opened_at) == ({"updated": 1}, NOW)


def test_a_paid_case_comes_again_by_its_arrears_where_no_day_is_told(house: House):
    house.take(row(arrears_ore=0))

    same_day = house.take(row())
    report = house.take(row(), now=LATER)

    assert (counts(same_day), counts(report)) == ({"updated": 1}, {"reopened": 1})
    assert (house.case().received, house.case().status) == (LATER.date(), "open")


@pytest.mark.parametrize("received", [None, TODAY])
def test_a_closed_case_in_the_same_file_again_stays_closed_and_that_is_told(house: House, received: date | None):
    """A file is often imported again with its errors put right: nobody whose case is closed hears from us for it."""
    house.take(row(received=received))
    house.edit(status="closed", outcome="plan_agreed", closed_at=NOW)

    report = house.take(row(received=received), now=LATER)

    assert house.case().status == "closed"
    assert report.notices == (
        "Række 2: sagen SB-1 er afsluttet og bliver ikke åbnet igen. "
        'Er den kommet igen, så skriv den nye dag i kolonnen "modtaget".',
    )


def test_a_case_that_comes_again_without_a_number_gets_a_new_task(house: House):
    house.take(without_number())
    house.take(without_number(arrears_ore=0))
    house.take(without_number(received=LATER.date()), now=LATER)

    assert house.tasks() == ["dropped", "open"]


def test_the_history_of_a_case_that_comes_again_stays(house: House):
    house.take(row())
    wave = Wave(organisation_id=house.organisation_id, month="2026-11", started_at=NOW, started_by="scheduler")
    add(house, wave)
    add(house, Contact(wave_id=wave.id, case_id=house.case().id, step=0, kind="sms", send_at=NOW, at=NOW))
    add(house, Promise(case_id=house.case().id, status="broken", at=NOW))
    house.edit(status="closed", outcome="no_contact")

    house.take(row(received=LATER.date()), now=LATER)

    assert (len(house.all(Contact)), [p.status for p in house.all(Promise)]) == (1, ["broken"])


# --- many, at once, and cut short


def many(count: int) -> list[CaseRow]:
    return [row(f"SB-{n}", row=n, name=f"Line {n}", phone=f"+4511{n:06d}", tenancy_ref=str(n)) for n in range(count)]


def test_an_import_asks_no_query_a_row(house: House):
    statements: list[str] = []

    def note(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement.split()[0])

    event.listen(house.db.engine, "before_cursor_execute", note)
    house.take(*many(400))
    house.take(*many(400))
    house.take(*(replace(each, arrears_ore=0) for each in many(400)))

    asked = [verb for verb in statements if verb != "INSERT"]  # SQLite's driver is given those one by one
    assert len(asked) < 40


def test_an_import_that_died_between_two_chunks_is_simply_run_again(house: House):
    rows = many(1200)
    dead_at_chunk = iter([None, None, ConnectionError("the machine went away")])

    def die(_connection: Connection) -> None:
        if wrong := next(dead_at_chunk, None):
            raise wrong

    event.listen(house.db.engine, "begin", die)
    with pytest.raises(ConnectionError):
        house.take(*rows)
    event.remove(house.db.engine, "begin", die)
    done = house.all(Case, Case.organisation_id == house.organisation_id)

    report = house.take(*rows)

    assert 0 < len(done) < 1200
    assert counts(report) == {"created": 1200 - len(done), "unchanged": len(done)}


def test_two_imports_of_the_same_file_at_once_take_each_case_once(house: House):
    reports: list[Report] = []
    both = threading.Barrier(2)

    def run() -> None:
        both.wait()
        reports.append(house.take(*many(300)))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(report.created for report in reports) == [0, 300]
    with house.db.read() as session:
        ours = Case.organisation_id == house.organisation_id
        assert session.scalar(select(func.count()).select_from(Case).where(ours)) == 300


def test_nothing_of_a_row_is_logged(house: House, capsys: pytest.CaptureFixture[str]):
    house.take(row(address="Søparken 8"), without_number(case_ref="SB-2"))
    said = "".join(capsys.readouterr())
    assert "cases_imported" in said
    assert not [word for word in ("Line", "Bek", "4027", "Søparken", "8450", "845050") if word in said]
