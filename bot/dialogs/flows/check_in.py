"""May we write again, and "how is it going?", some time after. Not a word on money: others see the phone."""

from __future__ import annotations

import re

from bot.dialogs.answers import ACKNOWLEDGED
from bot.dialogs.effects import DropCheckIns, PlanCheckIns
from bot.dialogs.flow import END, Flow, Fork, Scene, Step, Way, human, say
from bot.dialogs.readers import YES, choose, yes_or_no
from bot.dialogs.triage import CRISIS
from bot.nlu.folding import fold

_NUMBERED = choose("fine", "talk")
_WORDS_AT_MOST = 8
_YES = YES - {"ok", "okay"}
_OF_COURSE = re.compile(r"(?<!\w)(?:maa (?:du|i)|selvfoelgelig|naturligvis|of course|you may|please do)(?!\w)")
#: What more than an answer was said with.
_GOES_FIRST = frozenset({*CRISIS, "distress", "concern_for_neighbour"})
_NOT = r"(?:ikke|ik|ikk|not|isn't|aldrig)"
_FINE = re.compile(
    r"(?<!\w)(?:fint|godt|bedre|super|dejligt|okay|ok|udmaerket|fine|good|great|better|well)(?!\w)|^[👍👌🙂😊 ]+$"
)
_NOT_FINE = re.compile(
    rf"(?<!\w)(?:{_NOT} (?:\w+ ){{0,2}}(?:fint|godt|bedre|super|okay|ok|fine|good|great|well)"
    r"|daarligt|skidt|vaerre|svaert|haardt|hjaelp|bekymret|bad|badly|worse|hard|difficult|help|talk|tal|tale|snak\w*|ring)"
    r"(?!\w)"
)


def how_it_goes(scene: Scene) -> Way | None:
    """1 or 2, or so in a few words; a bare yes or no says neither."""
    numbered = _NUMBERED(scene)
    if numbered:
        return numbered
    text, names = fold(scene.heard.text), set(scene.heard.names)
    if names & _GOES_FIRST:
        return None
    if names & ACKNOWLEDGED.keys():  # who tells what has happened is not asked again how it goes
        return Way("talk")
    if len(text.split()) > _WORDS_AT_MOST:
        return None
    if _NOT_FINE.search(text):
        return Way("talk")
    return Way("fine") if _FINE.search(text) else None


def may_write(scene: Scene) -> Way | None:
    """A yes in so many words: an "ok" to a thanks is only a nod, until the question has stood alone."""
    said = yes_or_no(scene.heard)
    if said != "yes":
        return Way("no") if said == "no" else None
    text = fold(scene.heard.text)
    in_words = bool(set(re.findall(r"\w+", text)) & _YES) or bool(_OF_COURSE.search(text))
    return Way("yes") if in_words or scene.asked.get("check_in.ask", 0) > 1 else None


FLOW = Flow(
    name="check_in",
    start="how",
    openings=("check_in.hello",),
    nodes={
        "how": Step(
            "check_in.how",
            "check_in.how_again",
            how_it_goes,
            {"fine": "fine", "talk": human("ask_human", "check_in.talk")},
            takes=frozenset({"ask_menu", *ACKNOWLEDGED}),
            plain=True,
        ),
        "fine": Fork(
            lambda _scene: Way("done", effects=(say("check_in.fine"),)), {"done": END}, says=("check_in.fine",)
        ),
        "ask": Step(
            "check_in.ask",
            "check_in.ask_again",
            may_write,
            {"yes": "agreed", "no": "declined"},
            plain=True,
        ),
        "agreed": Fork(
            lambda _scene: Way("done", effects=(PlanCheckIns(), say("check_in.agreed"))),
            {"done": END},
            says=("check_in.agreed",),
        ),
        "declined": Fork(
            lambda _scene: Way("done", effects=(DropCheckIns(), say("check_in.declined"))),
            {"done": END},
            says=("check_in.declined",),
        ),
    },
)
