"""``POST /cases``: the rent system's own word on a case, taken by the same intake as a file."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from bot.models import Case
from tests.api.conftest import OSKAR, Api, World, error

OSKARS: dict[str, Any] = {"case_ref": "S-2", "name": "Oskar Friis", "arrears": 5120.75, "phone": OSKAR}


def test_a_new_case_is_made(api: Api, world: World):
    """201 and the case as GET shows it, with all that was told."""
    more: dict[str, Any] = {
        "received": "2026-11-27",
        "deadline": "2026-12-10",
        "stage": "paakrav",
        "eviction_date": "2027-02-01",
        "address": "Søparken 8, st. th.",
        "postal_code": "8700",
        "city": "Horsens",
        "municipality": "Horsens",
        "department": "Afdeling 4",
        "tenancy_ref": "4-8-st-th",
        "birth_day": "14-03",
        "language": "en",
        "rent": 6100,
    }
    answer = api.post("/cases", **OSKARS, **more)
    case = answer.json or {}

    assert answer.status_code == 201
    assert case == api.get("/cases/S-2").json
    shown = ("organisation", "status", "arrears", "deadline", "stage", "language", "phone", "tasks", "conversation_id")
    assert [case[key] for key in shown] == [
        "solgaarden", "open", 5120.75, "2026-12-10", "paakrav", "en", OSKAR, [], None,
    ]  # fmt: skip
    with world.db.read() as session:
        row = session.scalars(select(Case).where(Case.case_ref == "S-2")).one()
    assert (row.rent_ore, row.department, str(row.eviction_date)) == (610_000, "Afdeling 4", "2027-02-01")
    assert (row.resident.name, row.resident.birth_day, row.resident.city) == ("Oskar Friis", "14-03", "Horsens")


def test_the_least_that_is_told_is_enough(api: Api):
    """The deadline is eight days after today; without a number there is a task to find one."""
    answer = api.post("/cases", case_ref="S-3", name="Line Bek", arrears=100, phone=None)
    case = answer.json or {}

    assert (answer.status_code, case["deadline"], case["phone"]) == (201, "2026-12-09", None)
    assert [(task["type"], task["status"]) for task in case["tasks"]] == [("find_number", "open")]


def test_the_same_name_again_updates(api: Api, world: World):
    """200; what is not told stays; nothing doubles, and the neighbours' case of the same name is left alone."""
    answer = api.post("/cases", case_ref="S-1", name="Line Bek", arrears=4000)
    case = answer.json or {}

    assert (answer.status_code, case["arrears"], case["deadline"], case["verified"]) == (200, 4000, "2026-12-09", True)
    assert world.row(Case, world.theirs.case_id).arrears_ore == 845_050
    assert _count(world) == 2


def test_nothing_owed_settles(api: Api, world: World):
    """0 kroner: settled, and what was only there to reach the resident is dropped."""
    answer = api.post("/cases", case_ref="S-1", name="Line Bek", arrears=0)
    case = answer.json or {}

    assert (answer.status_code, case["status"], case["arrears"]) == (200, "settled", 0)
    assert [plan["status"] for plan in case["plans"]] == ["replaced"]
    assert world.row(Case, world.theirs.case_id).status == "open"


def test_a_name_with_odd_signs_is_found_again(api: Api):
    """As it is stored; sent again it is the same case."""
    first = api.post("/cases", **OSKARS | {"case_ref": " 12/34 æ\n"})
    again = api.post("/cases", **OSKARS | {"case_ref": "12/34 æ"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json or {})["case_ref"] == "12/34 æ"


def test_what_cannot_be_taken_is_named(api: Api, world: World):
    """422, the field, in English, and never what stood in it; nothing is stored."""
    wrong: dict[str, tuple[Any, ...]] = {
        "case_ref": ("", None, 5, "x" * 81, "\u200b", "a\x00b"),
        "name": ("", None, "Friis" * 41, "1234"),
        "arrears": (-1, 1_000_000.01, "5120.75", None, True, [], float("nan"), float("inf")),
        "phone": (4511115208, "1" * 201),
        "received": ("27-11-2026", "2026-13-01", "1999-12-31", "2027-12-03", 46000),
        "deadline": ("2026-12-32", "2100-01-01"),
        "stage": ("rykkere", "Rykker", 1),
        "eviction_date": ("snart", "12:00"),
        "postal_code": (8700, "x" * 11),
        "birth_day": ("31-02", "i marts", "", 14.03),
        "language": ("dansk", "xx", "DA", ""),
        "rent": (-1, "6100"),
        "restance": (1,),
        "adviser": ("mette@example.org",),
    }
    for field, value in ((field, value) for field, values in wrong.items() for value in values):
        answer = api.post("/cases", **OSKARS | {field: value})
        assert (answer.status_code, error(answer).split(":")[0]) == (422, field), (field, value)
        assert "Friis" not in error(answer)
    assert _count(world) == 2


def test_all_mistakes_are_told_at_once(api: Api):
    """So that they can be put right in one go."""
    answer = api.post("/cases", case_ref="S-2", arrears=-1, stage="x")

    assert error(answer) == (
        "name: is missing. arrears: Input should be greater than or equal to 0. "
        "stage: Input should be 'rykker', 'paakrav', 'advokat', 'ophaevet' or 'foged'."
    )


def _count(world: World) -> int:
    with world.db.read() as session:
        return session.scalar(select(func.count(Case.id))) or 0
