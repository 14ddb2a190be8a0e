"""What a machine answers in somebody's place: out of office, driving, not delivered. It is not answered. Pure.

Some words are a machine's wherever they stand. Others a person may write too ("jeg er på ferie, kan I vente?"): they
count only where nothing is asked, promised or told beside them.
"""

from __future__ import annotations

import re

from bot.nlu.folding import fold

_MACHINE = re.compile(
    r"^\W*(?:auto ?-?svar|auto ?-?reply|autoresponder|automatisk (?:svar|besked|sms)|automatic reply|automated "
    r"(?:message|"
    r"response|reply)|out of (?:the )?office|no-?reply)(?!\w)|"
    r"(?<!\w)(?:dette er en automatisk|this is an automat\w*|(?:currently )?out of the office|"
    r"do not reply|(?:kan|skal) ikke besvares|svar ikke paa denne|you cannot reply|"
    r"(?:med|with) (?:focus|fokus|forstyr ikke|do not disturb)\b.{0,40}|"
    r"i'?ll (?:see your message|get back to you|call you)(?: \w+){0,2} (?:when|later|as soon)|"
    r"i'?m not receiving notifications|jeg modtager ikke (?:notifikationer|meddelelser)|"
    r"jeg ser din besked,? naar jeg|sorry,? i can'?t talk right now|beklager,? jeg kan ikke tale lige nu|"
    r"(?:besked|sms|message|meddelelse)\w* (?:\w+ ){0,3}?(?:kunne|could|blev|was|er|is|has been)(?: \w+)? "
    r"(?:ikke leveres|not be delivered|leveret|delivered|ikke leveret|not delivered|undelivered)|"
    r"(?:delivery|leverings)[ -]?(?:status|report|rapport|kvittering|notice|failure)|"
    r"(?:dette|det) nummer (?:\w+ )?(?:kan ikke modtage|modtager ikke) (?:sms|beskeder)|"
    r"(?:din|your) (?:henvendelse|besked|message|sms|mail) (?:er|is|has been|blev) (?:modtaget|registreret|received)|"
    r"tak for din (?:henvendelse|besked|mail)[.,]? (?:vi|jeg) (?:vender tilbage|svarer|kontakter)|"
    r"thank you for (?:contacting|your message)(?: \w+){0,3}[.,! ]+(?:we|i) will)(?!\w)"
)
_AWAY = re.compile(
    r"(?<!\w)(?:(?:jeg|vi) (?:er|holder) (?:\w+ ){0,3}?(?:paa )?(?:ferie|ferien|barsel|orlov|kursus|forretningsrejse|"
    r"rejse)(?: \w+){0,8}? ?(?:til|indtil|frem til|i uge|tilbage|fra d)|"
    r"(?:jeg )?er (?:tilbage|retur) (?:igen )?(?:den|d\.?|i uge|paa mandag|mandag|efter ferien)|"
    r"(?:jeg )?koerer bil (?:lige )?nu|koerer (?:bil )?og kan ikke (?:svare|tale)|jeg er i (?:et )?moede|sidder i "
    r"(?:et )?moede|"
    r"(?:i'?m|i am) driving|"
    r"kan ikke (?:tale|svare|snakke|tage telefonen) (?:lige )?(?:nu|i oejeblikket)|"
    r"(?:jeg|vi) (?:vender tilbage|ringer tilbage|svarer(?: dig)?|ringer|skriver) (?:til dig )?(?:saa snart|hurtigst|"
    r"naar jeg|senere|efter)|ringer til dig (?:senere|om lidt)|"
    r"i(?:'m| am) (?:currently )?(?:away|on (?:vacation|holiday|leave)|in a meeting)|can'?t talk (?:right )?now|"
    r"i(?:'ll| will) (?:call|text|get back)(?: to)? you (?:later|soon|when))(?!\w)"
)
#: A machine is brief.
_WORDS = 30
#: Somebody of flesh and blood wants something.
_PERSON = re.compile(
    r"\?|(?<!\w)(?:betal\w*|husleje\w*|leje[nr]?|penge\w*|kr\.?|kroner|ring til mig|ring mig|hjaelp\w*|raadgiver|"
    r"afdrag\w*|"
    r"boligstoette|kommune\w*|kan i|kan du|maa jeg|vil gerne|vil i|fogeden?|syg\w*|indlagt|doed\w*|skilt|fyret|brev\w*|"
    r"sag(?:en)?|hv\w+|jeres|bange|graed\w*|angst|han|hun|skat|rent|rather|pay\w*|help|call me|please)(?!\w)"
)


def is_autoreply(text: str) -> bool:
    """Whether a machine wrote it."""
    plain = fold(text)
    return bool(
        _MACHINE.search(plain) or (len(plain.split()) <= _WORDS and _AWAY.search(plain) and not _PERSON.search(plain))
    )
