"""The neutral first SMS and what follows a yes: recognition, then how things stand and what would help most.

Nothing of the case is said before the resident has agreed and been recognised; with ``sms_detail = neutral`` never.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.dialogs.answers import ACKNOWLEDGED
from bot.dialogs.effects import MarkRecognitionFailed, MarkVerified
from bot.dialogs.flow import END, Flow, Fork, Scene, Step, Way, human, say, start
from bot.dialogs.limits import SHARED, WRONG_ANSWERS, may_recognise, may_tell, past_deadline
from bot.dialogs.readers import agree, birth_day, choose, days, house_number, is_bare, yes_or_no
from bot.dialogs.state import CaseFacts, Heard
from bot.dialogs.texts import LANGUAGES
from bot.dialogs.triage import CHANGES

#: A birthday is no promise and a house number no sum, whatever the classifier thinks of "14/3" and "12".
DAY_WORDS = 3
_CHOSEN = re.compile(
    r"^\W*(?:jeg )?(?:kan (?:godt )?betale |har |i (?:can pay|need) )?"
    r"(?:(?P<all>alt|alt sammen|(?:det )?hele(?: beløbet)?|all(?: of it)?|everything)"
    r"|(?P<some>noget(?: af det)?|lidt|en del|some(?: of it)?|a little)"
    r"|(?P<help>(?:brug for )?(?:noget )?hjælp|hjaelp|help))(?: tak| please)?\W*$",
    re.IGNORECASE,
)
NUMBERS = frozenset({*CHANGES, "ask_callback"})


def _invited(scene: Scene) -> Way | None:
    """A yes or no; a time of day is an answer too, as the second SMS asks for one. Who tells at once has agreed."""
    heard = scene.heard
    if "ask_callback" in heard.names or (heard.all("time") and not set(heard.names) & set(CHANGES)):
        return Way("call")
    numbered = scene.asked.get("first_contact.invite", 0) > 1  # the first SMS offers no numbers
    return agree(*(("yes", "call", "no") if numbered else ()))(scene) or (
        Way("yes") if _tells(heard) or _says_who(scene) else None
    )


def _says_who(scene: Scene) -> bool:
    """The right birthday at once, to a question of an earlier talk."""
    case = scene.case
    is_asked = not case.verified and case.policy.sms_detail == "recognised" and may_recognise(case)
    return is_asked and is_bare(scene.heard.text) and _just_recognised(scene)


def _tells(heard: Heard) -> bool:
    """What happened, or that there is no money, in a language that we go on in."""
    return heard.language in LANGUAGES and bool(ACKNOWLEDGED.keys() & set(heard.names))


def _agreed(scene: Scene) -> Way:
    """Where a yes leads: to the one question that shows who it is, unless that is known or must not be asked."""
    case = scene.case
    if case.policy.sms_detail == "neutral":
        return Way("neutral")
    if case.verified:
        return Way("known")
    if scene.slots.get(SHARED):
        return Way("nothing_to_ask")
    if not may_recognise(case):
        tried = case.wrong_recognitions_today >= WRONG_ANSWERS
        return Way("failed" if tried else "nothing_to_ask")
    question = "birthday" if case.birth_day else "house"
    said = _QUESTIONS[question](scene) if is_bare(scene.heard.text) else None
    if said and said.effects:  # "ja 14/3"
        return replace(said, name=f"wrong_{question}" if said.name == "wrong" else said.name)
    return Way(question)


def _recognises(
    said: Callable[[Scene], str | None], known: Callable[[CaseFacts], str | None]
) -> Callable[[Scene], Way | None]:
    """A reader that holds an answer against what the case knows; the second wrong one of a day is the last."""

    def reads(scene: Scene) -> Way | None:
        answer, case = said(scene), scene.case
        if answer is None:
            return Way("no") if yes_or_no(scene.heard) == "no" else None
        if case.wrong_recognitions_today >= WRONG_ANSWERS:
            return Way("failed")
        if answer == known(case):
            return Way("right", effects=(MarkVerified(), say("recognition.thanks")))
        last = case.wrong_recognitions_today + 1 >= WRONG_ANSWERS
        return Way("failed" if last else "wrong", effects=(MarkRecognitionFailed(),))

    return reads


def _how_it_stands(scene: Scene) -> Way:
    case = scene.case
    if not may_tell(case):
        return Way("neutral")
    if case.arrears_ore <= 0:
        return Way("settled", effects=(say("amount.settled"),))
    if past_deadline(case, scene.today):
        return Way("late")
    if ACKNOWLEDGED.keys() & case.known.keys() and not scene.slots.get("situation"):  # what would help was said already
        if _tells(scene.heard) and not _just_recognised(scene):  # help before money
            return Way("told")
        return Way("told", effects=(say("amount.told" if case.deadline else "amount.told_no_deadline"),))
    return Way("deadline" if case.deadline else "no_deadline")


def _just_recognised(scene: Scene) -> bool:
    """The message itself has shown who it is; then they have not heard yet how it stands."""
    own, house = scene.case.birth_day, house_number(scene.case.house_number or "")
    return birth_day(scene.heard) == own if own else house_number(scene.heard.text) == house


def _is_owed(scene: Scene) -> bool:
    return may_tell(scene.case) and scene.case.arrears_ore > 0


_birthday = _recognises(lambda scene: birth_day(scene.heard), lambda case: case.birth_day)
_house = _recognises(lambda scene: house_number(scene.heard.text), lambda case: house_number(case.house_number or ""))
_QUESTIONS = {"birthday": _birthday, "house": _house}
_AFTER_RECOGNITION = {"right": "tell", "failed": human("recognition_failed"), "no": human("no_recognition")}
_WHAT_HELPS = {"all": start("promise"), "some": start("payment_plan"), "help": start("situation")}


def _suits(scene: Scene) -> Way | None:
    """One of the three; who tells what happened, or cannot pay, has asked for help."""
    told = _tells(scene.heard) and not set(CHANGES) & set(scene.heard.names)
    return (
        choose("all", "some", "help")(scene) or _on_a_day(scene) or _in_words(scene) or (Way("help") if told else None)
    )


def _in_words(scene: Scene) -> Way | None:
    """ "Hjælp", "det hele", "lidt": the choice itself, and nothing beside it."""
    said = _CHOSEN.match(scene.heard.text)
    return Way(str(said.lastgroup)) if said else None


def _on_a_day(scene: Scene) -> Way | None:
    """ "Fredag" to what suits best: all of it, then."""
    named = len(days(scene.heard, scene.today)) == 1 and not scene.heard.all("amount")
    return Way("all") if named and len(scene.heard.text.split()) <= DAY_WORDS and not scene.heard.all("time") else None


def _recognition(text: str, again: str, reads: Callable[[Scene], Way | None], wrong: str) -> Step:
    leads = {**_AFTER_RECOGNITION, "wrong": wrong}
    return Step(text, again, reads, leads, takes=NUMBERS, reminder=again)


FLOW = Flow(
    name="first_contact",
    start="invite",
    openings=("first_contact.first", "first_contact.second", "first_contact.last"),
    nodes={
        "invite": Step(
            "first_contact.invite",
            "first_contact.invite_again",
            _invited,
            {"yes": "agreed", "call": start("menu", "call"), "no": "declined"},
            takes=frozenset({"ask_callback"}),
            gives_way=True,
        ),
        "declined": Fork(
            lambda _scene: Way("done", {"declined": True}, (say("first_contact.declined"),)),
            {"done": END},
            says=("first_contact.declined",),
        ),
        "agreed": Fork(
            _agreed,
            {
                "neutral": "what_helps",
                "known": "tell",
                "failed": human("recognition_failed"),
                "nothing_to_ask": human("no_recognition"),
                "birthday": "birthday",
                "house": "house",
                "right": "tell",
                "wrong_birthday": "birthday_once_more",
                "wrong_house": "house_once_more",
            },
            says=("recognition.thanks",),
        ),
        "what_helps": Step(
            "first_contact.agreed_neutral",
            "menu.not_understood_neutral",
            choose("call", "help", "human"),
            {"call": start("menu", "call"), "help": start("menu", "help"), "human": human("ask_human")},
            reminder="menu.neutral",
            is_menu=True,
        ),
        "birthday": _recognition("recognition.birthday", "recognition.birthday_again", _birthday, "birthday_once_more"),
        "birthday_once_more": _recognition(
            "recognition.birthday_once_more", "recognition.birthday_again", _birthday, human("recognition_failed")
        ),
        "house": _recognition("recognition.house", "recognition.house_again", _house, "house_once_more"),
        "house_once_more": _recognition(
            "recognition.house_once_more", "recognition.house_again", _house, human("recognition_failed")
        ),
        "tell": Fork(
            _how_it_stands,
            {
                "neutral": "what_helps",
                "settled": END,
                "late": human("after_deadline"),
                "told": start("situation"),
                "deadline": "amount",
                "no_deadline": "amount_no_deadline",
            },
            says=("amount.settled", "amount.told", "amount.told_no_deadline"),
        ),
        "amount": Step(
            "amount.ask",
            "amount.again",
            _suits,
            _WHAT_HELPS,
            takes=frozenset({"ask_menu"}),
            reminder="amount.reminder",
            is_menu=True,
            plain=True,
            holds=lambda scene: _is_owed(scene) and scene.case.deadline is not None,
        ),
        "amount_no_deadline": Step(
            "amount.ask_no_deadline",
            "amount.again",
            _suits,
            _WHAT_HELPS,
            takes=frozenset({"ask_menu"}),
            reminder="amount.reminder",
            is_menu=True,
            plain=True,
            holds=_is_owed,
        ),
    },
)
