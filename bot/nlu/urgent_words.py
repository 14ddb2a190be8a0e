"""The table behind ``urgent``: whole messages, phrases, and the harmless look-alikes taken out first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.nlu.crisis_words import SELF_HARM, VIOLENCE
from bot.nlu.stop_words import OPT_IN, OPT_OUT, START_ALONE, STOP_ALONE, WRONG_PERSON, WRONG_PERSON_ALONE

#: Said alone, these are the message.
WHOLE: dict[str, frozenset[str]] = {
    "opt_out": frozenset(STOP_ALONE.split("|")),
    "opt_in": frozenset(START_ALONE.split("|")),
    "wrong_person": frozenset(WRONG_PERSON_ALONE.split("|")),
}

_HARMLESS = (
    r"d(?:oe|o)e?r(?:ede)? (?:snart |naesten |simpelthen |helt )?af (?:grin|latter|varme|kulde|"
    r"sult|skam|kedsomhed|spaending|traethed|nysgerrighed)",
    r"doe af (?:grin|latter|skam|varme|kulde|kedsomhed)",
    r"grine mig ihjel",
    r"(?:keder|arbejder|griner|slider|fryser|bekymrer|koerer|betaler|venter) (?:\w+ )?mig (?:\w+ "
    r")?(?:ihjel|selv ihjel)",
    r"slaar? mig (?:loes|ned|til ro|sammen)",
    r"slaar (?:\w+ )?(?:fejl|til|om|fast|op|knude)",
    r"slaa (?:\w+ ){0,2}?(?:til|op|fast|sammen|fra)(?!\w)",
    r"slaar (?:mig|os) (?:med )?(?:den )?(?:husleje|rent)",
    r"slaaet (?:ud|ned over|fast|op|fejl)",
    r"(?:slaar|slog|banker|bankede) (?:paa )?(?:min |mit |vores )?(?:doer(?:en)?|radiator\w*|"
    r"roer\w*|graes\w*|haek\w*)(?: ind)?",
    r"banker (?:paa|i)(?: roer\w*| doer\w*| vaeg\w*| radiator\w*)",
    r"(?:stoppe|stopper|stoppet|stop) (?:\w+ ){0,2}?(?:udsaettelse\w*|sagen|fogeden|stoetten|"
    r"boligstoette\w*|kontanthjaelp\w*|loen\w*|opsigelse\w*|larmen|vandet|vandspild|afdrag\w*|"
    r"renter\w*|ophaevelse\w*|rykker\w*|gebyr\w*|inkasso|pbs|betalingsservice)",
    r"(?:toilettet|afloeb\w*|vasken|boligstoette\w*|kontanthjaelp\w*|dagpenge\w*|loennen|"
    r"ydelse\w*|udbetaling\w*) (?:\w+ ){0,2}?stop\w*",
    r"truer?(?:de|t)? (?:\w+ ){0,3}?med (?:at (?:smide|saette|haeve|sende|opsige|lukke|tage)|"
    r"foged\w*|inkasso|udsaettelse|advokat\w*|opsigelse|retten|retssag|rki)",
    r"truende brev\w*",
    r"ikke (?:\w+ )?(?:skrive|sende|sms'?e) (?:under|paa) (?:mit )?arbejd\w*",
    r"bange for (?:at )?(?:\w+ ){0,2}?(?:mine? (?:mand|kaereste|kone|far|soen) )(?:ikke |snart |"
    r"ogsaa )?(?:mister|doer|er syg|bliver (?:syg|fyret)|skal doe|gaar ned)",
    r"skriv(?:er)? ikke (?:mere )?(?:saa meget|saa lang\w*|om det)",
    r"(?:livet|mit liv) er (?:slut|forbi) uden",
    r"(?:tager|tog) (?:en )?kniv",
    r"slaar? (?:mig )?(?:paa|i) (?:foden|knaeet|hovedet|taaen)",
    r"selvmordstruet hund",
    r"stopuret",
    r"(?:is|financial) suicide(?: for)?",
    r"(?:nogen|folk) (?:slaar? )?sig ihjel|slaar nogen sig ihjel",
    r"(?:katt|hund|barn|boern|ung|duer)\w* (?:ikke )?(?:springer|hopper|falder)",
    r"kvaelertag paa (?:min|mit|vores) (?:loen|oekonomi|konto|budget|pension|liv)",
    r"(?:regning|gaeld|rente|afdrag|husleje|laan)\w* (?:\w+ )?kvaeler (?:mig|os)",
    r"banker paa(?!\w)",
    r"slaar mig ihjel (?:pris|oekonom)\w*",
    r"slaa (?:mig|os) i retten",
    r"skar mig (?:\w+ ){0,2}?i (?:haanden|fingeren|tommel\w*)(?: med (?:en )?kniv)?",
    r"(?:begik|begaaet) selvmord",
    r"slog (?:op med|os \d)",
    r"slog (?:\w+ ){1,2}fra",
)


def _compiled(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("crisis_self_harm", _compiled(SELF_HARM)),
    ("crisis_violence", _compiled(VIOLENCE)),
    ("opt_out", _compiled(OPT_OUT)),
    ("opt_in", _compiled(OPT_IN)),
    ("wrong_person", _compiled(WRONG_PERSON)),
)
HARMLESS: tuple[re.Pattern[str], ...] = tuple(_compiled([phrase]) for phrase in _HARMLESS)
