"""Who is contacted and who is not: a table of reasons, the order of a ladder's life, properties of any of them."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import COPENHAGEN
from bot.organisations import DEFAULT_LADDER, LadderStep
from bot.workdays import Window, is_open
from scheduler.ladder import DEADLINE_STEP, steps_of
from scheduler.waves import Candidate, Contact, Rules, Skip, Why, next_moment, plan
from scheduler.wording import IN_WORDS


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


NOW = at("2026-10-27T09:05")
CAME = at("2026-10-27T08:00")
CASE = Candidate(1, CAME.date(), CAME, CAME, date(2026, 11, 4))
BEGUN = replace(CASE, starts_at=NOW, done=frozenset({0}), sms_sent=True)
RULES = Rules(steps_of(DEFAULT_LADDER), Window(time(9), time(18)), started=frozenset({"2026-10"}))
ENDS_SMS = ("opted_out", "no_number", "wrong_person", "shared_phone")
PAUSES = ("held", "bot_paused", "promise_open", "plan_open", "disputed", "paid_said", "replied")


def only(case: Candidate, now: datetime, rules: Rules = RULES, until: datetime | None = None) -> Contact | Skip:
    (item,) = plan([case], rules, now, until)
    return item


def reason(item: Contact | Skip) -> str | None:
    return item.why if isinstance(item, Skip) else None


def test_the_first_sms_goes_now_and_lasts_until_the_second():
    first = only(CASE, NOW)
    assert first == Contact(1, 0, "sms", 0, NOW, at("2026-10-29T09:00"), NOW)


@pytest.mark.parametrize("why", [*ENDS_SMS, *PAUSES])
def test_what_speaks_against_a_first_sms_stops_it(why):
    assert reason(only(replace(CASE, against=frozenset({why})), NOW)) == why


@pytest.mark.parametrize("status", ["settled", "closed"])
def test_payment_and_outcome_end_a_ladder_also_a_begun_one(status):
    assert reason(only(replace(CASE, status=status), NOW)) == status
    assert reason(only(replace(BEGUN, status=status), at("2026-10-29T09:00"))) == status


@pytest.mark.parametrize("why", ENDS_SMS)
def test_without_sms_the_ladder_begins_all_the_same_and_calls_come_in_their_place(why):
    case = replace(CASE, against=frozenset({why}))
    skipped = only(case, NOW)
    assert isinstance(skipped, Skip)
    assert skipped.ladder_starts_at == NOW
    begun = replace(case, starts_at=NOW)
    kinds = [
        item.kind
        for day in ("29", "30")
        for item in plan([begun], RULES, at(f"2026-10-{day}T09:00"))
        if isinstance(item, Contact)
    ]
    assert kinds == ["call"]


@pytest.mark.parametrize("why", PAUSES)
def test_a_pause_before_the_start_delays_it_and_one_after_lets_steps_go_by(why):
    busy = frozenset({why})
    before = only(replace(CASE, against=busy), NOW)
    assert isinstance(before, Skip)
    assert before.ladder_starts_at is None
    paused = replace(BEGUN, against=busy)
    assert {reason(item) for item in plan([paused], RULES, at("2026-10-30T09:00"))} == {"expired", why}


def test_the_deadlines_task_comes_to_who_replied_but_not_where_a_human_has_it():
    due = at("2026-11-04T09:00")
    done = replace(BEGUN, done=frozenset(range(6)))
    last = only(replace(done, against=frozenset({"replied", "opted_out"})), due)
    assert isinstance(last, Contact)
    assert (last.kind, last.expires_at) == ("other", None)
    assert reason(only(replace(done, against=frozenset({"held"})), due)) == "held"


def test_after_the_deadlines_task_nothing_is_automatic_even_when_the_deadline_is_moved():
    case = replace(BEGUN, done=frozenset({0, DEADLINE_STEP}), deadline=date(2026, 12, 24))
    assert reason(only(case, at("2026-11-05T09:00"))) == "already_contacted"
    assert next_moment([case], RULES, at("2026-11-05T09:00")) is None


def test_a_step_whose_time_has_gone_is_dropped_and_the_next_one_is_taken():
    items = plan([BEGUN], RULES, at("2026-10-30T09:00"))
    assert [(item.step, reason(item)) for item in items] == [(1, "expired"), (2, None)]


def test_a_step_that_comes_due_after_hours_waits_for_the_morning():
    second = only(BEGUN, at("2026-10-29T18:00"))
    assert reason(second) == "expired"  # by then it is time for the call
    longer = replace(RULES, steps=steps_of(LadderStep(day=day, kinds=("sms",)) for day in (0, 2)))
    waiting = only(BEGUN, at("2026-10-29T18:00"), longer)
    assert isinstance(waiting, Contact)
    assert waiting.send_at == at("2026-10-30T09:00")


def test_who_never_got_the_first_sms_gets_its_text_as_the_second():
    second = at("2026-10-29T09:00")
    texts = [only(replace(BEGUN, sms_sent=sent), second) for sent in (True, False)]
    assert [item.sms for item in texts if isinstance(item, Contact)] == [1, 0]


@pytest.mark.parametrize(
    ("came", "deadline", "started", "now", "expected"),
    [
        ("2026-10-20", "2026-11-04", False, "2026-10-20T10:00", "2026-10-27T09:00"),
        ("2026-10-20", "2026-10-26", False, "2026-10-20T10:00", "2026-10-20T10:00"),
        ("2026-10-20", "2026-10-26", False, "2026-10-20T19:00", "2026-10-21T09:00"),
        ("2026-10-20", "2026-11-04", True, "2026-10-20T10:00", "2026-10-20T10:00"),
        ("2026-10-29", "2026-12-24", False, "2026-10-31T10:00", "2026-11-02T09:00"),
        ("2026-10-20", "2026-11-04", False, "2026-11-02T10:00", "2026-11-02T10:00"),  # nothing ran on the wave day
    ],
)
def test_when_a_ladder_starts(came, deadline, started, now, expected):
    opened = at(f"{came}T08:00")
    case = Candidate(1, opened.date(), opened, opened, date.fromisoformat(deadline))
    rules = replace(RULES, started=frozenset({"2026-10"} if started else ()))
    item = only(case, at(now), rules, at(now) + timedelta(days=20))
    assert isinstance(item, Contact)
    assert item.send_at == at(expected)
    if at(expected) > at(now):
        assert only(case, at(now), rules) == Skip(1, 0, "not_due", at(expected))
        assert next_moment([case], rules, at(now)) == at(expected)


def test_a_wave_for_a_second_person_waits_and_a_later_file_waits_again():
    guarded = replace(RULES, needs_release=True)
    assert reason(only(CASE, NOW, guarded)) == "waits_for_release"
    released = replace(guarded, released_at=NOW)
    assert isinstance(only(CASE, NOW, released), Contact)
    later = replace(CASE, opened_at=NOW + timedelta(minutes=1))
    assert reason(only(later, NOW + timedelta(hours=1), released)) == "waits_for_release"


def test_old_arrears_hold_everything_but_the_advisers_task():
    rules = replace(RULES, feed_max_age=timedelta(hours=24))
    assert isinstance(only(CASE, NOW, rules), Contact)
    assert reason(only(CASE, CAME + timedelta(hours=25), rules)) == "feed_too_old"
    assert reason(only(BEGUN, at("2026-10-29T09:00"), rules)) == "feed_too_old"
    done = replace(BEGUN, done=frozenset(range(6)))
    assert isinstance(only(done, at("2026-11-04T09:00"), rules), Contact)


def test_every_reason_has_words_for_the_adviser():
    assert set(IN_WORDS) == set(get_args(Why))


reasons = st.frozensets(st.sampled_from([*ENDS_SMS, *PAUSES]), max_size=1)
days = st.integers(0, 60).map(lambda n: date(2026, 10, 1) + timedelta(days=n))
steps_in_minutes = st.lists(st.integers(1, 60 * 40), min_size=1, max_size=60)


@settings(max_examples=60)
@given(days, st.integers(-3, 40), steps_in_minutes, st.lists(reasons, min_size=1, max_size=8))
def test_whatever_happens_steps_come_in_order_once_and_within_the_window(came, until_deadline, gaps, against):
    """A life of ticks at any times, with reasons that come and go."""
    opened = datetime.combine(came, time(8), COPENHAGEN)
    case = Candidate(1, came, opened, opened, came + timedelta(days=until_deadline))
    rules, now, done = replace(RULES, started=frozenset()), opened, []
    for number, gap in enumerate(gaps):
        now += timedelta(minutes=gap)
        case = replace(case, against=against[number % len(against)])
        for item in plan([case], rules, now):
            if item.ladder_starts_at is not None:
                case = replace(case, starts_at=item.ladder_starts_at)
            if isinstance(item, Contact) and item.send_at <= now:
                assert item.kind != "sms" or is_open(rules.window, now)
                assert item.expires_at is None or now < item.expires_at
                assert item.step == DEADLINE_STEP or now.date() <= case.deadline
                done.append(item.step)
                case = replace(case, done=frozenset(done))
    assert done == sorted(set(done))
