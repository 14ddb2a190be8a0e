"""An organisation's settings: defaults, words in, only what differs is stored."""

import json
from datetime import time

import pytest

from bot.organisations import OrganisationSettingError, change, read_settings


def test_the_defaults_are_the_contracts():
    settings = read_settings({})

    assert (settings.wave_day, settings.release, settings.sms_detail) == (27, "automatic", "recognised")
    assert (settings.accepts_plan, settings.max_months, settings.min_monthly) == (True, 12, 200)
    assert (settings.send_from, settings.send_to, settings.retention_months) == (time(9), time(18), 12)
    assert settings.office_hours.in_words == "hverdage kl. 9-15"
    assert (settings.plan_first_within_days, settings.plan_decided_by, settings.plan_reminder_days) == (
        45,
        "adviser",
        3,
    )
    assert settings.feed_max_age_hours is None
    assert [(step.day, step.kinds) for step in settings.ladder] == [
        (0, ("sms",)),
        (2, ("sms",)),
        (3, ("call",)),
        (4, ("knock",)),
        (5, ("postcard", "sms")),
    ]


@pytest.mark.parametrize(
    ("word", "name", "value"),
    [
        ("wave_day=25", "wave_day", 25),
        ("languages=da, en,TR", "languages", ("da", "en", "tr")),
        ("accepts_plan=no", "accepts_plan", False),
        ("accepts_plan=ja", "accepts_plan", True),
        ("send_from=08:30", "send_from", time(8, 30)),
        ("send_from=9", "send_from", time(9)),
        ("send_to=17.30", "send_to", time(17, 30)),
        ("send_days=mon,wed,sat", "send_days", {0, 2, 5}),
        ("feed_max_age_hours=48", "feed_max_age_hours", 48),
        ("feed_max_age_hours=off", "feed_max_age_hours", None),
        ("main_number=+45 70 10 00 00", "main_number", "+4570100000"),
        ("main_number=11 11 00 11", "main_number", "+4511110011"),
        ("adviser_name=Mette", "adviser_name", "Mette"),
        ('kommune_numbers={"Aarhus": "11 11 00 30"}', "kommune_numbers", {"Aarhus": "+4511110030"}),
        ("kommune_numbers={}", "kommune_numbers", {}),
        ("min_monthly=300", "min_monthly", 300),
        ("plan_first_within_days=60", "plan_first_within_days", 60),
        ("plan_decided_by=organisation", "plan_decided_by", "organisation"),
        ("plan_reminder_days=0", "plan_reminder_days", 0),
        ("release=second_person", "release", "second_person"),
        ("wave_day_moves=after", "wave_day_moves", "after"),
    ],
)
def test_a_word_sets_a_value_that_comes_back(word: str, name: str, value: object):
    assert getattr(read_settings(change({}, [word])), name) == value


def test_hours_are_read_in_danish_and_english():
    for word in ("office_hours=hverdage 10-14.30", "office_hours=weekdays 10:00-14:30"):
        assert read_settings(change({}, [word])).office_hours.in_words == "hverdage kl. 10-14.30"


def test_a_ladder_is_data():
    stored = change({}, ['ladder=[{"day": 0, "kinds": ["sms"]}, {"day": 1, "kinds": ["call"]}]'])

    assert [step.kinds for step in read_settings(stored).ladder] == [("sms",), ("call",)]


def test_a_step_can_be_counted_back_from_the_deadline_and_is_written_as_it_was_said():
    said = [{"day": 0, "kinds": ["sms"]}, {"before_deadline": 1, "kinds": ["sms"]}]
    stored = change({}, [f"ladder={json.dumps(said)}"])
    assert stored == {"ladder": said}
    assert change(stored, [f"ladder={json.dumps(said[:1])}"]) == {"ladder": said[:1]}


def test_what_equals_the_default_is_not_stored():
    assert change({"wave_day": 25}, ["wave_day=27"]) == {}


def test_other_settings_stay_when_one_changes():
    assert change({"wave_day": 25, "min_monthly": 300}, ["wave_day=26"]) == {"wave_day": 26, "min_monthly": 300}


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("colour=red", "KEY is one of"),
        ("languages=tr", "da,en are always on"),
        ("languages=da,en,sv", "ar, fa, pl, ro, so, tr, uk can be added"),
        ("wave_day", "KEY=VALUE"),
        ("wave_day=40", "wave_day"),
        ("wave_day=soon", "wave_day"),
        ("release=never", "second_person"),
        ("send_from=20:00", "before send_to"),
        ("office_hours=always", "weekdays 9-15"),
        ("office_hours=weekdays 15-9", "first hour"),
        ("send_days=someday", "mon,tue"),
        ("send_from=09:00Z", "like this: 09:00"),
        ("send_from=09:00:30", "like this: 09:00"),
        ("send_from=24:00", "send_from"),
        ("office_hours=weekdays 9-25", "office_hours"),
        ("ladder=x", "as JSON"),
        ('ladder={"day": 0}', "as JSON"),
        ('ladder=[{"day": 0, "kinds": []}]', "ladder"),
        ('ladder=[{"kinds": ["sms"]}]', "either day or before_deadline"),
        ('ladder=[{"day": 0, "before_deadline": 1, "kinds": ["sms"]}]', "either day or before_deadline"),
        ("wave_day_moves=never", "wave_day_moves"),
        ("messages_per_second=nan", "messages_per_second"),
        ("accepts_plan=perhaps", "yes or no"),
        ("main_number=123", "+4570000000"),
        ("kommune_numbers=Aarhus", "as JSON"),
        ('kommune_numbers=["+4511110030"]', "as JSON"),
        ('kommune_numbers={"Aarhus": ""}', "as JSON"),
        ('kommune_numbers={"": "+4511110030"}', "as JSON"),
        ('kommune_numbers={"Aarhus": "123"}', "+4570000000"),
        ('kommune_numbers={"Aarhus": "+4511110030", "Århus Kommune": "+4511110031"}', "once"),
    ],
)
def test_a_wrong_word_is_refused_with_what_is_allowed(word: str, hint: str):
    with pytest.raises(OrganisationSettingError, match=hint.replace("+", r"\+")):
        change({}, [word])
