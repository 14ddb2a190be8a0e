"""Whether an answer does nothing but name who lives there: "mig og min mand og 3 børn" holds no crisis.

A closed list: one word outside it, and the answer is heard in full. It exists because a classifier heard violence in
the mere mention of a husband, which would have alarmed an adviser and silenced the talk.
"""

from __future__ import annotations

import re

from bot.nlu.folding import fold

_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        jeg mig os vi min mit mine vores selv og med samt er bor kun bare lige i boligen sammen plus paa aar
        mand kone kaereste samlever partner aegtefaelle hustru husbond mor far soen datter soenner doetre
        barn boern boernene unger ungerne baby voksen voksne alene begge en et to tre fire fem seks syv otte ni ti
        ja nej ingen personer person familie lille me my wife husband girlfriend boyfriend partner kids kid child
        children son daughter adults adult and just only we are live with alone i yes no the our one two
        three four five six
        """,
    )
)


def names_only_people(text: str) -> bool:
    """Nothing but people, numbers and the small words between them."""
    words = re.findall(r"[a-z]+", fold(text))
    return bool(words) and all(word in _WORDS for word in words)
