"""Whether a day stands in a clause about what has been, or about what is to come. Pure."""

from __future__ import annotations

import re

_DONE = (
    "betalt|overfoert|sendt|indbetalt|faaet|vaeret|mistet|modtaget|flyttet|haft|hoert|"
    "ringet|snakket|ordnet|soegt|sat|skrevet|lagt"
)
_PAST = re.compile(
    rf"(?<!\w)(?:betalte|overfoerte|blev|var|fik|skete|kom|sendte|mistede|startede|gik|flyttede|doede|ringede|siden|paid|was|"
    rf"sent|soegte|skrev|satte|(?<!faar )(?<!have )(?<!faa )(?<!bliver )(?<!blive )(?:{_DONE}))(?!\w)"
)
_FUTURE = re.compile(
    r"(?<!\w)(?:betaler|kan|vil|skal|faar|kommer|overfoerer|senest|inden|naar|sender|hvis|foerst|regner|bliver|will|can|pay|ring|ringe|venter)(?!\w)"
)
_CLAUSE_END = re.compile(r"[!?;\n]|\. | men ")
_NEAR = 60


def is_past(match: re.Match[str]) -> bool:
    """The nearest verb before the day decides; where none stands before it, one right behind."""
    before = _CLAUSE_END.split(match.string[max(0, match.start() - _NEAR) : match.start()])[-1]
    past, future = _last(_PAST, before), _last(_FUTURE, before)
    if past == future == -1:
        after = match.string[match.end() : match.end() + 12]
        return bool(_PAST.search(_CLAUSE_END.split(after)[0]))
    return past > future


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((m.start() for m in pattern.finditer(text)), default=-1)
