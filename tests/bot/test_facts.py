"""What a decision may know is read from the rows: here the number of the case's own kommune."""

import pytest

from bot.db import Database
from bot.facts import case_facts
from bot.models import Conversation
from tests.handoff.world import NOW, Talk, add_organisation


def kommune_number(db: Database, municipality: str) -> str:
    with db.write() as session:
        organisation = add_organisation(session, "solgaarden", "Solgården Bolig", "+4511110010")
        organisation.settings = {"kommune_numbers": {"Roskilde": "+4511110040", "Aarhus": "+4511110030"}}
        other = add_organisation(session, "vestbo", "Vestbo", "+4511110020")
        other.settings = {"kommune_numbers": {"Roskilde": "+4511110099"}}
        talk = Talk(session, organisation, "Line Bek Sørensen")
        assert talk.case is not None
        talk.case.municipality = municipality
        return case_facts(session, session.get_one(Conversation, talk.id), NOW).kommune_number


@pytest.mark.parametrize(
    ("municipality", "number"),
    [("Roskilde Kommune", "+4511110040"), ("Århus", "+4511110030"), ("Lejre", ""), ("", "")],
)
def test_the_number_is_that_of_the_cases_kommune_in_its_own_organisations_table(db, municipality, number):
    assert kommune_number(db, municipality) == number
