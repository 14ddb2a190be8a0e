"""The demo's invented organisations, advisers and residents. No number in it is handed out to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handoff.advisers import Role


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """One invented organisation."""

    slug: str
    name: str
    number: str
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DemoResident:
    """One invented resident with a case; ``days`` from the demo's first day to the deadline."""

    organisation: str
    case_ref: str
    name: str
    phone: str | None
    arrears: int  #: kroner
    days: int
    stage: str
    department: str
    address: str
    birth_day: str | None = None
    language: str = "da"


ORGANISATIONS = (
    DemoOrganisation(
        "solgaarden",
        "Solgården Bolig",
        "+4511110010",
        {
            "main_number": "+4511110011",
            "release": "second_person",
            "kommune_numbers": {"Roskilde": "+4511110013", "Ballerup": "+4511110014"},
        },
    ),
    DemoOrganisation(
        "havneparken",
        "Havneparken Almene",
        "+4511110020",
        {"main_number": "+4511110021", "accepts_plan": False, "sms_detail": "neutral", "send_from": "09:30"},
    ),
)

#: E-mail, name, role, organisations.
ADVISERS: tuple[tuple[str, str, Role, tuple[str, ...]], ...] = (
    ("mette@demo.invalid", "Mette Lind", "adviser", ("solgaarden", "havneparken")),
    ("peter@demo.invalid", "Peter Nygaard", "admin", ("solgaarden", "havneparken")),
)

_S, _H = "solgaarden", "havneparken"

RESIDENTS = (
    DemoResident(_S, "SB-2026-001", "Amina Hassan", "+4511114001", 5_450, 8, "advokat", "Lindegården",
                 "Lindegården 12B, 1. tv.", "14-03"),
    DemoResident(_S, "SB-2026-002", "Line Bek Sørensen", "+4511114002", 8_450, 2, "advokat", "Søparken",
                 "Søparken 8, st. th.", "02-07"),
    DemoResident(_S, "SB-2026-003", "Tomasz Nowak", "+4511114003", 6_120, 5, "paakrav", "Søparken",
                 "Søparken 10, 2. mf.", "21-11", "pl"),
    DemoResident(_S, "SB-2026-004", "Jens-Ole Kristiansen", "+4511114004", 11_900, 8, "ophaevet", "Lindegården",
                 "Lindegården 3, st. tv."),
    DemoResident(_S, "SB-2026-005", "Birthe Lauridsen", "+4511114005", 4_200, 9, "rykker", "Lindegården",
                 "Lindegården 5, 1. th.", "30-09"),
    DemoResident(_S, "SB-2026-006", "Mads Thygesen", "+4511114006", 7_375, 4, "paakrav", "Søparken",
                 "Søparken 22, 3. tv.", "11-01"),
    DemoResident(_S, "SB-2026-007", "Fatme Yilmaz", None, 5_980, 8, "advokat", "Søparken", "Søparken 4, 1. th.",
                 "05-05"),
    DemoResident(_S, "SB-2026-008", "Ahmad Rahimi", "+4511114008", 9_640, 1, "foged", "Søparken",
                 "Søparken 14, st. tv.", "17-12", "en"),
    DemoResident(_H, "HA-77-101", "Hodan Warsame", "+4511114101", 6_300, 6, "advokat", "Havneparken",
                 "Havnegade 41, 2. th.", "08-08"),
    DemoResident(_H, "HA-77-102", "Per Vestergaard", "+4511114102", 3_850, 8, "rykker", "Havneparken",
                 "Havnegade 43, 1. tv."),
    DemoResident(_H, "HA-77-103", "Sofie Dahl", "+4511114103", 12_300, 7, "paakrav", "Kajen", "Kajen 7, 4. th.",
                 "24-02"),
    DemoResident(_H, "HA-77-104", "Oskar Friis", "+4511114104", 5_100, 8, "advokat", "Kajen", "Kajen 9, st. th.",
                 "19-06"),
    DemoResident(_H, "HA-77-105", "Olena Koval", "+4511114105", 7_740, 8, "advokat", "Kajen", "Kajen 11, 2. tv.",
                 "12-10", "uk"),
    DemoResident(_H, "HA-77-106", "Kirsten Madsbøll", "+4511114106", 0, 5, "rykker", "Havneparken",
                 "Havnegade 45, 3. mf.", "03-04"),
)  # fmt: skip
