"""Settings as a form: all of them are asked for, and what is shown comes back as it was."""

from __future__ import annotations

from typing import Any

import pytest

from bot.organisations import OrganisationSettings, change, read_settings
from handoff.setup.fields import check, fields, read, shown

CHANGED = [
    "adviser_name=Mette",
    "main_number=+4570111111",
    'kommune_numbers={"Aarhus": "+4570000000", "Roskilde": "+4546000000"}',
    "wave_day=25",
    "wave_day_moves=after",
    "send_from=10:30",
    "send_to=16:00",
    "send_days=mon,wed,sat",
    "release=second_person",
    "sms_detail=neutral",
    "accepts_plan=no",
    "office_hours=mon,tue 08:30-14:00",
    "release_after_minutes=off",
    "feed_max_age_hours=72",
    "languages=da,en,tr",
    "segment_price=0.35",
    "messages_per_second=2.5",
]


def test_every_setting_is_asked_for_but_the_ladder_which_has_a_page():
    assert {field.key for field in fields()} == set(OrganisationSettings.model_fields) - {"ladder"}


def test_every_choice_has_all_its_answers():
    """A new answer that cannot be chosen would be lost when another setting is saved."""
    for field in fields():
        if field.kind == "choice":
            allowed = OrganisationSettings.model_json_schema()["properties"][field.key]["enum"]
            assert {value for value, _ in field.options} == set(allowed), field.key


@pytest.mark.parametrize("words", [[], CHANGED])
def test_what_is_shown_comes_back_as_it_was(words: list[str]):
    """Saving a page that nobody has touched changes nothing."""
    stored = change({}, words)
    came_back = read(shown(read_settings(stored)))

    assert check(stored, came_back) == {}
    assert change(stored, [f"{key}={word}" for key, word in came_back.items()]) == stored


@pytest.mark.parametrize(
    ("form", "key"),
    [
        ({"wave_day": ["32"]}, "wave_day"),
        ({"wave_day": ["den sidste"]}, "wave_day"),
        ({"send_days": []}, "send_days"),
        ({"main_number": ["12"]}, "main_number"),
        ({"kommune_numbers": ["Aarhus 70 00 00 00"]}, "kommune_numbers"),
        ({"kommune_numbers": ["Aarhus: 70 00 00 00\nAarhus: 70 00 00 01"]}, "kommune_numbers"),
        ({"kommune_numbers": ["Aarhus: 70 00 00 00\nÅrhus: 70 00 00 01"]}, "kommune_numbers"),
        ({"office_hours.days": []}, "office_hours"),
        ({"office_hours.from": ["15:00"], "office_hours.to": ["09:00"]}, "office_hours"),
        ({"release_after_minutes": ["5"]}, "release_after_minutes"),
        ({"segment_price": ["gratis"]}, "segment_price"),
        ({"send_from": ["18:00"], "send_to": ["09:00"]}, "send_from"),
        ({"release": ["nobody"]}, "release"),
        ({"adviser_name": ["x" * 41]}, "adviser_name"),
    ],
)
def test_what_cannot_be_read_is_marked_where_it_stands(form: dict[str, Any], key: str):
    words = read(shown(OrganisationSettings()) | form)

    assert list(check({}, words)) == [key]


def test_danish_ways_of_writing_are_read():
    form = shown(OrganisationSettings()) | {
        "segment_price": ["0,35"],
        "main_number": ["70 11 11 11"],
        "kommune_numbers": ["  Aarhus :  70 00 00 00 \n\n Ballerup: +45 44 00 00 00"],
        "feed_max_age_hours": [""],
    }
    stored = change({}, [f"{key}={word}" for key, word in read(form).items()])

    assert stored == {
        "segment_price": "0.35",
        "main_number": "+4570111111",
        "kommune_numbers": {"Aarhus": "+4570000000", "Ballerup": "+4544000000"},
    }
