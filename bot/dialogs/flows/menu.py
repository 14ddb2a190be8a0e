"""What it is about, in at most three numbered choices: asked for, or after something that was not understood."""

from __future__ import annotations

from bot.dialogs.flow import END, Flow, Fork, Scene, Step, Way, answer, human, start
from bot.dialogs.limits import may_tell
from bot.dialogs.readers import choose, is_plain_yes
from bot.dialogs.told import callback


def _neutral(scene: Scene) -> Way | None:
    """A choice; or, from who may still be recognised, a yes to writing with us ("START", then "ja")."""
    found = choose("call", "help", "human")(scene)
    waits = not scene.case.verified and scene.case.policy.sms_detail == "recognised"
    return found or (Way("yes") if waits and is_plain_yes(scene.heard) else None)


FLOW = Flow(
    name="menu",
    start="which",
    nodes={
        "which": Fork(
            lambda scene: Way("told" if may_tell(scene.case) else "neutral"), {"told": "choose", "neutral": "neutral"}
        ),
        "choose": Step(
            "menu.choose",
            "menu.not_understood",
            choose("pay", "help", "human"),
            {"pay": start("first_contact", "tell"), "help": "help", "human": human("ask_human")},
            is_menu=True,
        ),
        "neutral": Step(
            "menu.neutral",
            "menu.not_understood_neutral",
            _neutral,
            {
                "call": "call",
                "help": "help",
                "human": human("ask_human"),
                "yes": start("first_contact", "agreed"),
            },
            is_menu=True,
        ),
        "help": Step(
            "menu.help",
            "menu.help_again",
            choose("boligstoette", "kommune", "human"),
            {
                "boligstoette": answer("ask_boligstoette"),
                "kommune": start("enkeltydelse", "told"),
                "human": human("ask_human"),
            },
            is_menu=True,
        ),
        "call": Fork(
            lambda scene: Way("asked", effects=tuple(callback(scene.heard, scene.today))),
            {"asked": END},
            says=("callback.any", "callback.when"),
        ),
    },
)
