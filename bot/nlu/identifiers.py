"""Numbers that name something instead of counting it: houses, floors, post codes, accounts, cases. Pure.

They are taken out unread, and first, so that no phone number, day or sum is made of them.
"""

from __future__ import annotations

import re

from bot.nlu.reading import Reading

_NOT_MONEY = r"(?!\d| ?(?:kr|kroner|dkk|,-)|[.,]\d)"
_STREET = (
    r"\w*(?:vej(?:en)?|gade(?:n)?|alle|vaenget?|parken|toften?|vangen?|stien|straede|plads(?:en)?|torvet?|bakken|"
    r"haven|krogen|hegnet|kaeret|lunden|ageren?|boulevard|brinken|skraenten|dalen|hoejen|gaarden?|kvarteret|huset)"
)
_FLOOR = r"(?:,? ?(?:st|\d{1,2})\.? ?,?(?: ?sal)?\.? ?,?(?:tv|th|mf|doer \d+)?(?![\w/]))?"
_CITY = (
    r"(?:koebenhavn|kbh|aarhus|odense|aalborg|esbjerg|randers|kolding|horsens|vejle|roskilde|herning|silkeborg|"
    r"naestved|fredericia|viborg|koege|holstebro|taastrup|slagelse|hilleroed|soenderborg|holbaek|svendborg|hvidovre|"
    r"broendby|ishoej|albertslund|glostrup|ballerup|vollsmose|gellerup|brabrand|[a-z]+ (?:c|n|v|s|k|m|oe|nv|sv|sc))"
)
_NAME = (
    r"(?:sags?|kunde|faktura|journal|lejemaals?|medlems?|ordre|kontrakt|bolig|lejer|beboer|betalings|giro|pin|cvr|"
    r"fik|pakke|tracking|billet|booking)"
)
_PATTERNS = (
    re.compile(rf"(?<!\w){_STREET} (?:nr\.? ?)?\d{{1,3}} ?[a-z]?(?!\w){_FLOOR}{_NOT_MONEY}"),
    re.compile(rf"(?<!\w)bor (?:nu )?(?:i|paa) [a-z]+(?: [a-z]+)? \d{{1,3}}[a-z]?(?!\w){_FLOOR}{_NOT_MONEY}"),
    re.compile(
        r"(?<!\w)(?:(?:\d{1,2}|st)\.? ?,?(?:sal|etage|tv|mf)|(?:\d{1,2}|st)[., ]{1,2}th)\.?(?!\w)(?: ?,?(?:tv|th|"
        r"mf)(?!\w))?"
    ),
    re.compile(rf"(?<![\w.,/-])\d{{4}} {_CITY}(?!\w)"),
    re.compile(
        r"(?<!\w)(?:reg\.? ?(?:nr|nummer)?\.?[: ]*(?:er )?\d{4}[ ,/-]*)?(?:og )?(?:konto|kto|bankkonto|account)"
        r"\.? ?(?:nr|nummer(?:et)?|no)?\.?[: ]*(?:er )?\d(?:[ .-]?\d){5,14}(?!\d)"
    ),
    re.compile(r"(?<!\w)reg\.? ?(?:nr|nummer)?\.?[: ]*(?:er )?\d{4}(?!\d)"),
    re.compile(rf"(?<!\w){_NAME}[ -]?(?:nr|nummer(?:et)?|id|kode(?:n)?|no)\.?[:# ]*(?:er )?\d[\d./-]*(?![\d])"),
    re.compile(
        r"(?<!\w)(?:sag(?:en)?|case|faktura|lejlighed|lejl\.?|lejemaal|kode(?:n)?|blok|opgang|afd\.?|afdeling|boks|"
        r"§+|cvr|stue|afsnit|lokale|rum|"
        rf"paragraf|postboks|id|ref\.?|vaerelse|flat|apartment)(?: er)?[ :#]*\d[\d-]*{_NOT_MONEY}"
    ),
    # A share of it, now.
    re.compile(r"(?<![\w./])1/[2-9](?= (?:nu|af|med det samme|straks|i dag og resten)(?!\w))"),
    # Emergency numbers.
    re.compile(
        r"(?<![\w.,+])(?<!kr )(?<!kr\. )(?<!dkk )(?:112|1813|114)(?=[.,!?;]*(?:$|\n| (?:i|og|nu|eller|men|hvis|saa|"
        r"igen|for)(?!\w)))"
    ),
    re.compile(r"(?<![\w.,])1000(?= tak(?!\w))"),
    re.compile(r"(?<![\w./])50/50(?![\w/])"),
    # Round the clock, and no day in July.
    re.compile(
        r"(?<=[a-z] )(?<!\bd )(?<!den )(?<!til )(?<!inden )(?<!senest )(?<!betaler )(?<!fra )(?<!dag )24/7(?![\w/-])"
    ),
)


def read(reading: Reading) -> None:
    """Take every number out that names something."""
    for pattern in _PATTERNS:
        reading.take(pattern, lambda m: [])
