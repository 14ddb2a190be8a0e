"""What it is about, in at most three numbered choices: asked for, or after something that was not understood."""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogs.flow import END, Flow, Fork, Scene, Step, Way, answer, human, say, start
from bot.dialogs.limits import may_tell
from bot.dialogs.readers import choose, is_bare, is_plain_yes, yes_or_no
from bot.dialogs.told import callback


def _neutral(scene: Scene) -> Way | None:
    """A choice; or, from who may still be recognised, a yes to writing with us ("START", then "ja")."""
    found = choose("call", "help", "human")(scene)
    waits = not scene.case.verified and scene.case.policy.sms_detail == "recognised"
    return found or (Way("yes") if waits and is_plain_yes(scene.heard) else None)


def _or_no(reads: Callable[[Scene], Way | None]) -> Callable[[Scene], Way | None]:
    """A plain no: none of it, and nothing more is asked."""

    def read(scene: Scene) -> Way | None:
        is_no = yes_or_no(scene.heard) == "no" and is_bare(scene.heard.text)
        return reads(scene) or (Way("no") if is_no else None)

    return read


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
            _or_no(choose("pay", "help", "human")),
            {"pay": start("first_contact", "tell"), "help": "help", "human": human("ask_human"), "no": "let_be"},
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
            _or_no(choose("boligstoette", "kommune", "human")),
            {
                "boligstoette": answer("ask_boligstoette"),
                "kommune": start("enkeltydelse", "told"),
                "human": human("ask_human"),
                "no": "let_be",
            },
            is_menu=True,
        ),
        "let_be": Fork(
            lambda _scene: Way("done", effects=(say("other.all_right"),)), {"done": END}, says=("other.all_right",)
        ),
        "call": Fork(
            lambda scene: Way("asked", effects=tuple(callback(scene.heard, scene.today))),
            {"asked": END},
            says=("callback.any", "callback.when"),
        ),
    },
)
