"""The words of who writes for somebody else, has a new number, or asks where we have theirs from. Folded; pure data."""

from __future__ import annotations

_REL = (
    r"(?:aegte)?(?:kone|mand|kaereste|samlever|soen|datter|mor|far|bror|soester|ven|veninde|nabo|barn|barnebarn|soster|"
    r"svigersoen|svigerdatter|nevoe|niece|kollega|stoettekontaktperson|hjemmehjaelper|kontaktperson|vaerge|husband|"
    r"wife|"
    r"son|daughter|partner|boyfriend|girlfriend|mother|father|mom|mum|dad|brother|sister|friend)"
)
_IS = (
    r"(?:det er|jeg er|her er|du skriver (?:med|til)|i skriver (?:med|til)|dette er|this is|i am|i'?m|it'?s|its|"
    r"you are writing (?:to|with))"
)
_OWNER = (
    r"(?:min|vores|my|our) (?:mor|far|mand|kone|kaereste|soen|datter|bror|soester|ven|mother|father|mom|mum|dad|"
    r"husband|"
    r"wife|son|daughter)"
)

#: "Det er hendes mand, der har pengene" is the resident who tells of him.
_NOT_WHO = (
    r"(?! (?:(?:der|som|who|that)(?!\w)(?! (?:skriver|svarer|har telefonen|taler|laeser|is writing|writes|"
    r"answers)(?!\w))"
    r"|(?:har|vil|er|has|wants|did)(?!\w)))"
)
#: Whoever writes is not the resident but knows them. ``{name}`` is the resident's first name.
SOMEBODY_ELSE = (
    rf"{_IS} (?:bare |lige |ikke \w+ (?:men |det er )?|not \w+ (?:but )?(?:this is )?)?(?:hans|hendes|deres|his|her|"
    rf"their) "
    rf"{_REL}{_NOT_WHO}",
    rf"{_IS} (?:bare |lige )?{{name}}'?s {_REL}{_NOT_WHO}",
    rf"(?:jeg )?(?:skriver|svarer|writing|write|answering) (?:lige |her )?(?:for|paa vegne af|i stedet for|on behalf "
    rf"of) "
    rf"(?:hende|ham|{_OWNER}|{{name}}|her|him)",
    rf"(?:paa vegne af|on behalf of) (?:{_OWNER}|{{name}})",
    rf"{_IS} (?:\w+ )?{_OWNER}s (?:telefon|nummer|mobil|tlf|phone|number)",
    r"(?:det er|this is) (?:hendes|hans|her|his|{name}s) (?:telefon|mobil|nummer|tlf|phone|number)(?! jeg)",
    r"(?:jeg )?(?:laaner|har laant|har|borrowing) (?:lige )?(?:hendes|hans|{name}s|her|his) (?:telefon|mobil|phone)",
    r"(?:hun|han|{name}|she|he) (?:er|is) (?:lige )?(?:ikke|not) (?:her|hjemme|ved telefonen|here|home|at home)(?: "
    r"(?:lige )?"
    r"(?:nu|right now|now))?(?=$|[.!?,]| (?:jeg er|det er|i am|this is))",
    r"(?:^|[.!?] )(?:mor|far|mama|baba) (?:er (?:lige )?(?:ikke hjemme|paa arbejde|i bad|ude)|sover|er syg)",
)
#: Said beside it, the number is nobody's that we look for.
WRONG_AFTER_ALL = (
    r"(?:bor|boede|lives?) (?:\w+ ){0,3}?(?:ikke|mere|laengere|anymore)|forkert|wrong (?:number|person)|kender (?:\w+ "
    r")?"
    r"(?:ikke|ingen)|flyttet|moved|eks ?(?:mand|kone|kaereste)?|ex ?(?:husband|wife|boyfriend|girlfriend)?"
)
NEW_NUMBER = (
    r"nyt (?:mobil|telefon)?(?:nummer|nr|tlf)|ny telefon|skiftet (?:nummer|telefon|mobil)|byttet nummer|new (?:number|"
    r"phone)|"
    r"changed my number|yeni numara\w*|nowy numer|novyi nomer|novii nomer|новии номер|رقم(?:ي)? (?:ال)?جديد|"
    r"numar(?:ul)? nou"
)
WHERE_FROM = (
    r"(?:hvor|hvordan|hvorfor|hvem|hvorfra) (?:\w+ ){0,5}?(?:mit|mine|dette|det her) (?:\w+ )?(?:nummer|nr|tlf|"
    r"telefonnummer|"
    r"mobilnummer|oplysninger)|(?:where|how|who) (?:\w+ ){0,5}?(?:my|this) (?:\w+ )?(?:number|phone|details)"
)
MOVED = (
    r"(?:er|var|har) (?:\w+ ){0,2}?(?:fra)?flytt\w*|bor (?:\w+ ){0,3}?ikke (?:\w+ )?(?:mere|laengere)|moved out|"
    r"don'?t live"
)
