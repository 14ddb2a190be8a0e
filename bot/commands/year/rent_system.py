"""The housing organisation's rent system: who owes what, who has paid, and the file of cases of each working day. Pure.

It knows nothing of us. What the file said of a case is what could be known here.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.commands.year.chance import Chance
from bot.commands.year.people import Person

_STAGES = (("rykker", 4), ("paakrav", 6), ("advokat", 3), ("ophaevet", 1), ("foged", 1))
_COMES_AGAIN = 0.45
_COMES_LATE = 0.2
#: So long a case that was paid stands in the file with 0.
_SAYS_PAID = timedelta(days=12)
_HEADINGS = (
    "sagsnr", "navn", "telefon", "restance", "frist", "modtaget", "trin", "fogeddato", "adresse", "postnr", "by",
    "kommune", "fødselsdag", "sprog", "leje",
)  # fmt: skip


@dataclass(slots=True)
class Account:
    """What the rent system keeps of one resident."""

    person: Person
    organisation: str
    phone: str | None
    arrears_ore: int = 0
    received: date | None = None
    deadline: date | None = None
    stage: str = "rykker"
    eviction: date | None = None
    paid_on: date | None = None
    rounds: int = 0


@dataclass(slots=True)
class RentSystem:
    """All accounts of the organisations."""

    chance: Chance
    accounts: list[Account]
    months: int
    _by_ref: dict[str, Account] = field(init=False)

    def __post_init__(self) -> None:
        """Find accounts by their case."""
        self._by_ref = {account.person.case_ref: account for account in self.accounts}

    def of(self, case_ref: str) -> Account:
        """One account."""
        return self._by_ref[case_ref]

    def new_arrears(self, month: int, first: date) -> list[Account]:
        """Who did not pay this month's rent, and was handed over to us; ``first`` is the month's first day."""
        return [account for account in self.accounts if self._falls_behind(account, month, first)]

    def _falls_behind(self, account: Account, month: int, first: date) -> bool:
        number = account.person.number
        is_first = number % self.months == month
        if number % self.months > month or (account.rounds and not is_first and account.arrears_ore):
            return False
        if not is_first and not self.chance.happens(_COMES_AGAIN, "again", number, month):
            return False
        account.rounds += 1
        account.arrears_ore = account.person.rent_ore * self.chance.between(1, 2, "months", number, month)
        is_late = self.chance.happens(_COMES_LATE, "late", number, month)
        day = (
            self.chance.between(28, 34, "day", number, month) if is_late else self.chance.between(14, 26, "day", number)
        )
        account.received = first + timedelta(days=day - 1)
        usual = first + timedelta(days=self.chance.between(33, 38, "deadline", number, month))
        account.deadline = max(
            usual, account.received + timedelta(days=self.chance.between(5, 9, "days", number, month))
        )
        account.stage = self.chance.weighted(_STAGES, "stage", number, month)
        account.eviction = account.deadline + timedelta(days=10) if account.stage == "foged" else None
        account.paid_on = None
        return True

    def pay(self, account: Account, ore: int, today: date) -> None:
        """Money came in."""
        account.arrears_ore = max(0, account.arrears_ore - ore)
        if account.arrears_ore == 0:
            account.paid_on = today

    def file(self, organisation: str, today: date) -> tuple[str, dict[str, int]]:
        """The day's file, and what it says each case owes."""
        listed = [
            account for account in self.accounts if account.organisation == organisation and _listed(account, today)
        ]
        sheet = io.StringIO()
        writer = csv.writer(sheet, delimiter=";")
        writer.writerow(_HEADINGS)
        writer.writerows(_row(account) for account in listed)
        return sheet.getvalue(), {account.person.case_ref: account.arrears_ore for account in listed}


def _listed(account: Account, today: date) -> bool:
    if account.received is None or account.received > today:
        return False
    return account.arrears_ore > 0 or (account.paid_on is not None and today - account.paid_on <= _SAYS_PAID)


def _row(account: Account) -> list[str]:
    person = account.person
    return [
        person.case_ref,
        person.name,
        account.phone or "",
        f"{account.arrears_ore // 100},{account.arrears_ore % 100:02}",
        str(account.deadline),
        str(account.received),
        account.stage,
        str(account.eviction or ""),
        person.address,
        "4000",
        "Roskilde",
        "Roskilde",
        person.birthday if person.number % 7 else "",
        person.kind.language,
        f"{person.rent_ore // 100},00",
    ]
