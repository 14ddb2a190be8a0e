"""The talk in the terminal: answers, what is done, and the talk as a ready transcript."""

from datetime import date

from bot.chat import invented_case, talk
from bot.dialogs.state import Heard, Intent
from bot.dialogs.transcript import replay

TODAY = date(2026, 11, 24)
EARS = {"ja": ("affirm",), "et menneske": ("ask_human",)}


def hear(line: str) -> Heard:
    return Heard(line, tuple(Intent(name, 1.0) for name in EARS.get(line, ())))


def chat(*lines: str) -> list[str]:
    said: list[str] = []
    waiting = iter(lines)

    def ask() -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    talk(hear, said.append, ask, TODAY)
    return said


def test_the_talk_goes_from_the_first_sms_to_the_amount():
    said = chat("ja", "14/3")
    assert "Svar JA" in said[1]
    assert any("Du mangler at betale 8.450,50 kr." in line for line in said)
    assert any("MarkVerified" in line for line in said)


def test_a_human_holds_it_until_it_is_given_back():
    said = [line for line in chat("et menneske", "ja", "ja", "/fri", "ja") if "hørt:" not in line]
    assert [line.startswith("Tak, det er skrevet ned.") for line in said[-4:]] == [True, False, False, False]
    assert "(ingen sms)" in said[-3]
    assert "har samtalen igen" in said[-2]
    assert "(ingen sms)" not in said[-1]


def test_the_talk_can_be_printed_as_a_transcript_that_replays_to_itself():
    printed = chat("ja", "1/1", "14/3", "/ud", "/slut", "never read")[-1]
    assert replay(printed) == printed


def test_the_invented_resident_has_a_deadline_ahead():
    assert invented_case(TODAY).deadline == date(2026, 12, 2)
