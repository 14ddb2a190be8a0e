"""What is kept of a message that nobody asked for, and what is too unsure to keep."""

import pytest

from bot.dialogs.circumstances import circumstances
from bot.dialogs.effects import RecordFact
from tests.dialogs.samples import heard


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            heard("Jeg er blevet fyret, er alene med 2 børn og får 11.000 i dagpenge", children=2, amount=11_000),
            {"adults": 1, "couple": False, "income_kind": "dagpenge", "income": 11_000},
        ),
        (
            heard("jeg er enlig mor til tre og på kontanthjælp"),
            {"adults": 1, "couple": False, "income_kind": "kontanthjælp"},
        ),
        (heard("jeg er folkepensionist"), {"income_kind": "folkepension"}),
        (heard("jeg får 11.200 udbetalt", amount=11_200), {"income": 11_200}),
        (heard("Kan ikke betale det hele. Jeg kan betale 500 om måneden", amount=500), {"can_pay_monthly": 500}),
        (heard("jeg kan godt betale 1.000 nu", amount=1_000), {"can_pay_now": 1_000}),
        (heard("jeg bor med min kæreste"), {"adults": 2, "couple": True}),
        (
            heard("I am on sick pay and I can pay 300 a month", amount=300),
            {"income_kind": "sygedagpenge", "can_pay_monthly": 300},
        ),
        (
            heard("jeg får 9.000 udbetalt og kan betale 300 om måneden", amount=[9_000, 300]),
            {"income": 9_000, "can_pay_monthly": 300},
        ),
        (heard("vi er to voksne og har ingen penge"), {"adults": 2}),
        (
            heard("Jeg tjener normalt 19.500 udbetalt og huslejen er 7.800", amount=[19_500, 7_800]),
            {"income": 19_500},
        ),
        (heard("Jeg har modtaget et påkrav i sidste uge", date="2026-11-16"), {"knows_letter": True}),
        (heard("de sender rykkere hele tiden"), {"knows_letter": True}),
        (
            heard("vi er to folkepensionister min kone er syg"),
            {"adults": 2, "income_kind": "folkepension"},
        ),
        (heard("nu er jeg på kontanthjælp, kæresten har løn"), {"income_kind": "kontanthjælp"}),
        (heard("der kom et brev fra advokaten i dag"), {"knows_letter": True}),
    ],
)
def test_what_the_resident_says_of_themselves_is_kept(message, told):
    assert {fact.name: fact.value for fact in circumstances(message)} == told


@pytest.mark.parametrize(
    "message",
    [
        heard("kan jeg få kontanthjælp?"),
        heard("hvis jeg får dagpenge, kan jeg betale 500 om måneden?", amount=500),
        heard("jeg kan ikke betale 8.000 nu", amount=8_000),
        heard("jeg har søgt dagpenge"),
        heard("når jeg får dagpenge"),
        heard("min løn er stoppet"),
        heard("jeg har fået en regning på 4.000", amount=4_000),
        heard("får 1.500 i børnepenge", amount=1_500),
        heard("jeg kan betale 500", amount=500),
        heard("er det jer med radiatoren"),
        heard("min mor er syg"),
        heard("hvad kan jeg bruge jer til"),
        heard("jeg har ikke fået nogen rykker"),
        heard("kæresten har løn"),
        heard("jeg fik kræft i sommers og min kone gik hjemme fra arbejde"),
        heard("min mand får 22.000 udbetalt", amount=22_000),
        heard("jeg passer min mor som er dement og er gået ned i tid"),
        heard("får jeg en rykker nu?"),
        heard("jeg har fået brev fra fogedretten"),
        heard("jeg har fået et brev fra kommunen"),
        heard(""),
    ],
    ids=lambda message: message.text,
)
def test_what_is_asked_denied_or_unsure_is_not(message):
    assert circumstances(message) == []


def test_the_last_of_two_that_are_told_stands():
    facts = circumstances(heard("jeg får 9.000 udbetalt. Nej, jeg får 9.500 udbetalt", amount=[9_000, 9_500]))
    assert facts == [RecordFact("income", 9_500)]
