"""Whether a day stands in a clause about what has been, or about what is to come. Pure."""

from __future__ import annotations

import re

_DONE = (
    "betalt|overfoert|sendt|indbetalt|indsendt|afsendt|faaet|vaeret|mistet|modtaget|flyttet|haft|hoert|ringet|snakket|"
    "ordnet|soegt|ansoegt|sat|skrevet|lagt|fyret|sagt|trukket|haevet|udbetalt|startet|begyndt|foedt|afleveret|aftalt|"
    "lovet|talt"
)
#: What is still to be done: "skal have betalt", "bliver fyret".
_TO_BE = "".join(rf"(?<!{verb} )" for verb in ("faar", "have", "faa", "bliver", "blive", "vaere", "be", "ha"))
_PAST = re.compile(
    r"(?<!\w)(?:betalte|overfoerte|blev|var|fik|skete|kom(?! (?:kl|til|forbi|gerne|paa|\x00))|sendte|mistede|"
    r"startede|gik|"
    r"flyttede|doede|ringede|siden|since|dateret|(?:brev\w*|rykker\w*|kvittering\w*|opkraevning\w*|faktura\w*|"
    r"mail\w*|sms|"
    r"besked\w*|aftale\w*) (?:af|fra)|paid|was|were|got|lost|sent|transferred|"
    r"called|soegte|ansoegte|skrev|satte|moedte|"
    r"snakkede|talte|lovede|aftalte|trak|haevede|modtog|afleverede|foedte|begyndte|stoppede|boede|arbejdede|"
    rf"skulle (?:have|vaere|ha)|have paid|{_TO_BE}(?:{_DONE}))(?!\w)"
)
_FUTURE = re.compile(
    r"(?<!\w)(?:betaler|betale|betal|kan|vil|skal|faar|kommer|overfoerer|senest|inden|naar|sender|hvis|foerst|regner|"
    r"bliver|"
    r"will|can|pay|ring|ringe|venter|resten|rest|starter|begynder|flytter|give|giver|saa|naeste|until|rest|forfalder|"
    r"udbetales|frist(?:en)?|forventer|lover)(?!\w)"
)
#: Right before the day: it lies ahead, whatever has been done ("har faaet udsaettelse til d. 5.").
_AHEAD = re.compile(
    r"(?<!\w)(?:til|indtil|senest|foerst|until|by|fra og med|foer|inden|(?:fyret|opsagt|"
    r"ansat) (?:pr\.?|fra))(?: den| d\.?)? ?$"
)
_BEHIND = re.compile(r"(?<!\w)(?:var|blev|skulle|was|fik|boede|arbejdede)(?!\w)")
_CLAUSE_END = re.compile(r"[!?;\n]|(?<!\bpr)(?<!\bd)(?<!\bkl)(?<!\bca)(?<!\bden)\. | men ")
_NEAR = 60


def is_past(match: re.Match[str]) -> bool:
    """The nearest verb before the day decides; where none stands before it, one right behind."""
    before = _CLAUSE_END.split(match.string[max(0, match.start() - _NEAR) : match.start()])[-1]
    if _AHEAD.search(before) and not _BEHIND.search(before):
        return False
    past, future = _last(_PAST, before), _last(_FUTURE, before)
    if past == future == -1:
        after = match.string[match.end() : match.end() + 12]
        return bool(_PAST.search(_CLAUSE_END.split(after)[0]))
    return past > future


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((m.start() for m in pattern.finditer(text)), default=-1)
