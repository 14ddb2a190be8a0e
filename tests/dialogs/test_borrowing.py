"""Who writes that they will borrow, and who only writes the word."""

import pytest

from bot.dialogs.borrowing import borrows

WILL = [
    "jeg låner af min bror",
    "jeg låner pengene af min søster og betaler på fredag",
    "jeg laaner af min mor",
    "jeg laner penge af en ven",
    "kan jeg låne af min far",
    "kan jeg ikke bare låne af min søster?",
    "skal jeg låne pengene",
    "jeg kan låne 5000 af min kusine",
    "jeg tager et lån",
    "jeg tager et kviklån",
    "så må jeg tage et lån i banken",
    "jeg overvejer at optage et lån",
    "quicklån?",
    "jeg kan få et sms-lån i morgen",
    "smslån",
    "quicklaan så er den betalt",
    "betaler på kredit",
    "jeg bruger min kassekredit",
    "jeg betaler med kreditkort",
    "jeg kan ikke betale så jeg låner af min mor",
    "jeg kan ikke betale, så jeg låner af min mor",
    "kommunen hjælper ikke så jeg låner af min bror",
    "jeg låner af min søster mens kommunen kigger på min ansøgning",
    "min mor siger jeg kan låne af hende",
    "JEG LÅNER BARE",
    "min bror vil låne mig pengene",
    "min onkel låner mig dem på fredag",
    "I will borrow from my brother",
    "can i take a quick loan",
    "my sister can lend me the money",
    "i'll take out a loan on friday",
    "can I not just borrow it from my mum",
]
HAS = [
    "jeg har lånt af min bror",
    "jeg har lige lånt 5000 af min søster",
    "jeg lånte pengene af en ven",
    "i borrowed it from my uncle",
    "jeg har taget et kviklån",
    "jeg har fået et lån i banken",
]
NEITHER = [
    "",
    "jeg betaler på fredag",
    "jeg har lånt penge ud",
    "jeg har lånt 3000 ud til min bror",
    "jeg lånte min bror 5000",
    "min søn låner penge af mig hele tiden",
    "jeg betaler af på et boliglån",
    "jeg har et billån",
    "SU-lån og studielån",
    "jeg skylder mange kviklån",
    "jeg har mange lån",
    "betaler af på mine lån",
    "jeg afdrager på et lån i banken",
    "er det et lån",
    "er enkeltydelse et lån eller skal det ikke betales tilbage",
    "kan jeg få et lån af kommunen",
    "kan jeg låne penge af kommunen til huslejen",
    "kan kommunen give mig et lån",
    "can the municipality give me a loan",
    "jeg vil ikke låne",
    "jeg vil ikke låne flere penge",
    "jeg kan ikke låne mere",
    "jeg har ikke nogen jeg kan låne af",
    "der er ingen at låne af",
    "i don't want to borrow",
    "nobody i can borrow from",
    "må jeg låne din telefon",
    "kan man låne fælleshuset",
    "kan vi låne en stige",
    "can i borrow a ladder",
    "min lån",
    "løn",
    "lone",
    "plan",
    "jeg får løn på fredag",
    "telefonen er i stykker",
]  # fmt: skip


@pytest.mark.parametrize("text", WILL)
def test_money_will_be_borrowed(text):
    assert borrows(text) == "will"


@pytest.mark.parametrize("text", HAS)
def test_money_was_borrowed(text):
    assert borrows(text) == "has"


@pytest.mark.parametrize("text", NEITHER)
def test_nothing_is_borrowed(text):
    assert borrows(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "min mand gik fra mig og efterlod mig med et lån i banken",
        "jeg sidder tilbage med hans lån",
        "he left me with a loan",
        "jeg står med et stort lån og en bil",
        "jeg er ludoman og skylder 40.000 i kviklån",
    ],
)
def test_who_was_left_with_a_loan_borrows_nothing(text):
    assert borrows(text) is None
