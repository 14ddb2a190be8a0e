"""Help from the kommune: what there is, what happened, and whether an adviser shall help with the application.

What happened is asked in ``situation``; here it is only whether somebody helps. The kommune decides, so nothing is
promised, and after the deadline only a human speaks of what is possible.
"""

from __future__ import annotations

from bot.dialogs.flow import END, Flow, Fork, Scene, Step, Way, human, say, start
from bot.dialogs.help_matcher import FOR_RESIDENTS, fitting_texts
from bot.dialogs.in_context import ABOUT
from bot.dialogs.interview import knows_what_happened
from bot.dialogs.kommune_answers import TOLD, told_of
from bot.dialogs.limits import past_deadline
from bot.dialogs.readers import agree

_LEFT = "kommune_left"
#: What is told in general, the next thing each time it is asked for.
_BY_AND_BY = ("enkeltydelse.full", "kommune_where.full", "kommune_bring.full")


def _told(scene: Scene) -> Way:
    """The kind of help that what was told speaks for; in general, when nothing does."""
    said = told_of(scene.slots)
    untold = [text for text in (*fitting_texts(scene.case, scene.today), *_BY_AND_BY) if _name(text) not in said]
    if not untold:
        return Way("again")
    remembered = {ABOUT: "ask_enkeltydelse", TOLD: " ".join([*said, _name(untold[0])])}
    return Way("on", remembered, (say(untold[0]),))


def _name(text: str) -> str:
    """An answer is remembered by its name, without whether it was full or short."""
    return text.removesuffix(".full")


def _begun(scene: Scene) -> Way:
    if past_deadline(scene.case, scene.today):
        return Way("late")
    if scene.slots.get(_LEFT):
        return Way("over")
    declined = scene.slots.get("situation") in ("declined", "done")
    return Way("offer" if declined or knows_what_happened(scene) else "ask")


def _offered(scene: Scene) -> Way | None:
    """A yes or a no; a wish to be phoned is its own topic."""
    return None if "ask_callback" in scene.heard.names else agree("yes", "bring", "no")(scene)


def _bring(scene: Scene) -> Way:
    """What to bring; in short where the SMS also has to say that a CPR number was taken out."""
    return Way("done", effects=(say("kommune_bring.short" if scene.heard.cpr_removed else "kommune_bring.full"),))


FLOW = Flow(
    name="enkeltydelse",
    start="begun",
    nodes={
        "told": Fork(_told, {"on": "begun", "again": human("kommune")}, says=(*_BY_AND_BY, *FOR_RESIDENTS.values())),
        "begun": Fork(
            _begun,
            {"late": human("after_deadline"), "over": END, "offer": "offer", "ask": start("situation", "happened")},
        ),
        "offer": Step(
            "enkeltydelse.offer",
            "enkeltydelse.offer_again",
            _offered,
            {"yes": human("kommune"), "bring": "bring", "no": "left"},
            gives_way=True,
        ),
        "bring": Fork(
            _bring,
            {"done": "offer"},
            says=("kommune_bring.full", "kommune_bring.short"),
        ),
        "left": Fork(
            lambda _scene: Way("done", {_LEFT: True}, (say("enkeltydelse.left"),)),
            {"done": END},
            says=("enkeltydelse.left",),
        ),
    },
)
