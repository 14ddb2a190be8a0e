"""Yes, no and the like by table, so that the commonest answers of all do not hang on a classifier. Pure."""

from __future__ import annotations

import re

from bot.nlu.folding import fold

_WORDS = {
    "affirm": (
        "ja,jaja,ja ja,jep,jeps,jap,jo,joo,jah,ja tak,jatak,ja gerne,ja for "
        "pokker,ok,okay,okey,okej,oki,okidoki,k,kk,yes,yep,yeah,"
        "gerne,meget gerne,fint,det er fint,det er ok,det er okay,ok fint,helt fint,i orden,det "
        "passer,korrekt,enig,sure,tak ja,"
        "evet,tak prosze,tamam,да,так,نعم,haa,👍,👍👍,✅,👌,🙏👍"
    ),
    "deny": "nej,neej,nejnej,nej nej,nej tak,nejtak,ellers tak,nej ellers "
    "tak,nix,niks,nope,nah,naeh,nae,no,no thanks,no thank you,hayir,nie,ні,нет,لا,maya,👎,❌",
    "thank": "tak,mange tak,tusind tak,1000 tak,tak skal du have,tak for hjaelpen,selv tak,thanks,thank "
    "you,thx,takker,hav en god dag",
    "greet": "hej,hejsa,hej hej,halloej,goddag,god dag,dav,hi,hello,hey,godmorgen,god "
    "morgen,godaften,god aften,hallo,salam",
    "ask_menu": "hjaelp,help,menu",
}  # fmt: skip
_ANSWERS = {word: intent for intent, words in _WORDS.items() for word in words.split(",")}
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")
_EDGES = re.compile(r"^[\s.,!:;)(-]+|[\s.,!:;)(-]+$")


def short_answer(text: str) -> str | None:
    """The intent of a text that is nothing but one of these answers."""
    return _ANSWERS.get(_EDGES.sub("", _SKIN.sub("", fold(text))))
