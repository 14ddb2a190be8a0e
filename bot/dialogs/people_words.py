"""Whether an answer does nothing but name who lives there, and on what: "mig og min mand og 3 børn" holds no crisis.

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
        faetter kusine onkel tante moster faster mormor morfar farmor farfar bedstemor bedstefar svigermor svigerfar
        bror soester broedre soestre ven veninde foraeldre tvillinger hund hunden kat katten nevoe niece
        dreng drenge pige piger boys girls teenager teenagere
        barn boern boernene unger ungerne baby voksen voksne alene begge en et to tre fire fem seks syv otte ni ti
        ja nej ingen personer person familie lille me my wife husband girlfriend boyfriend partner kids kid child
        children son daughter adults adult and just only we are live with alone i yes no the our one two
        three four five six
        """,
    )
)


#: What is lived on, and where and how long.
_PAY = frozenset(
    re.findall(
        r"\w+",
        """
        han hun de vi i faar har lever af tjener loen su dagpenge sygedagpenge barsel barselsdagpenge barselsorlov
        orlov kontanthjaelp pension folkepension foertidspension folkepensionist folkepensionister pensionist
        pensionister foertidspensionist efterloen fleksjob fleksloen arbejde arbejder job fuldtid deltid studerer
        studerende ledig aar alderen naesten kr kroner om maaneden cirka ca foer skat fra til
        he she they has have gets get live lives wages salary benefits work works job pension student
        """,
    )
)


#: How heat and water are paid: "for sig selv" is no word on oneself.
_HEAT = frozenset(
    re.findall(
        r"\w+",
        """
        ja nej for sig selv betaler betales jeg vi det den varme varmen varmt vand vandet el er ikke ikk med i
        huslejen separat ekstra aconto a conto ved siden af oven inkl inkluderet inklusive saerskilt og egen regning
        til fjernvarme forbrug myself separately extra it is included not in the rent heat heating water we pay yes no
        """,
    )
)


_OF_HEAT = re.compile(
    r"(?<!\w)(?:for sig(?: selv)?|sig selv|varm\w*|vand\w*|huslejen|separat\w*|ekstra|a ?conto|ved siden|oven i"
    r"|inkl\w*|saerskilt|egen|regning|betale[rs]|fjernvarme|forbrug|extra|included|heat\w*|water|rent)(?!\w)"
)


def is_of_heat(text: str) -> bool:
    """Nothing but how heat and water are paid."""
    return _only(text, _HEAT) and bool(_OF_HEAT.search(fold(text)))


def names_only_people(text: str) -> bool:
    """Nothing but people, numbers and the small words between them."""
    return _only(text, _WORDS)


def names_only_people_and_pay(text: str) -> bool:
    """Nothing but people, what they live on, and numbers: "han har løn, og jeg er på barsel"."""
    return _only(text, _WORDS | _PAY)


#: Alone they name nothing: what was heard in them is not explained by them.
_YES_OR_NO = frozenset({"ja", "nej", "yes", "no"})


def _only(text: str, known: frozenset[str]) -> bool:
    words = re.findall(r"[a-z]+", fold(text))
    return bool(set(words) - _YES_OR_NO) and all(word in known for word in words)
