"""The words by which a question about help from the kommune names its part: Danish and English, in one spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

Parts = tuple[tuple[str, re.Pattern[str]], ...]


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


def _parts(words: Mapping[str, tuple[str, ...]]) -> Parts:
    return tuple((text, _any(*found)) for text, found in words.items())


_SHARED = _parts(
    {
        "kommune_refused": (
            r"afslag\w*",
            r"klager?",
            r"klaget",
            r"anke\w*",
            r"(?:sagt?|sagde|siger|fik|faaet|faar|et) nej",
            r"afvist\w*",
            r"refus\w*",
            r"reject\w*",
            r"appeal\w*",
            r"complain\w*",
            r"(?:said|say|says) no",
            r"turned down",
        ),
        "kommune_paid": (
            r"(?:har|fik) (?:(?!ikk?e? )\w+ ){0,3}betalt",
            r"allerede betalt",
            r"(?:have|has|already) (?:\w+ ){0,2}paid",
        ),
        "kommune_repay": (
            r"betal\w* (?:\w+ ){0,4}tilbage",
            r"tilbage ?betal\w*",
            r"give \w+ tilbage",
            r"er (?:det|den) (?:saa )?(?:et )?laan",
            r"laan eller",
            r"eller (?:et )?laan",
            r"skylder jeg (?:saa|dem)",
            r"pay (?:\w+ ){0,2}back",
            r"repay\w*",
            r"paid back",
            r"(?:is it|or) a loan",
        ),
        "kommune_bring": (
            r"papir\w*",
            r"dokument\w*",
            r"dokumentation",
            r"bilag",
            r"loensed\w*",
            r"kontoudtog\w*",
            r"(?:hvad|hva|skal) (?:\w+ ){0,3}ha(?:ve)? (?:\w+ )?med?",
            r"medbringe\w*",
            r"tage med",
            r"hvad (?:skal|har|boer) (?:jeg|man|de|vi) (?:\w+ ){0,2}(?:bruge|brug for|sende|vise|komme med)",
            r"documents?",
            r"papers?",
            r"pay ?slips?",
            r"bring",
            r"what do (?:i|they) need",
        ),
        "kommune_time": (
            r"hvor? (?:lang\w* tid?|laenge|hurtigt)",
            r"hvornaar (?:faar|kan|ved|svarer|hoerer|kommer|er)",
            r"svartid\w*",
            r"sagsbehandling\w*",
            r"ventetid\w*",
            r"naar (?:det|jeg det|vi det|de det)",
            r"how (?:long|fast|quick\w*|soon)",
            r"when (?:do|will|can)",
        ),
        "kommune_decides": (
            r"hvor meget (?:kan|faar|giver|hjaelper) (?:\w+ ){0,2}(?:faa|med|de|jeg|mig)",
            r"hvem bestemmer",
            r"faar jeg (?:det|ja|den)",
            r"how much (?:can|will|do) (?:i|they)",
            r"who decides",
            r"will i get (?:it)?",
        ),
        "kommune_where": (
            r"hvor (?:soeger|skal|henvender|ringer|goer|gaar|finder|kan jeg soege)",
            r"hvordan (?:soeger|goer|faar|kan)",
            r"hvem (?:skal jeg|ringer|kontakter|soeger|taler)",
            r"(?:telefon)?nummer\w*",
            r"adresse\w*",
            r"blanket\w*",
            r"skema\w*",
            r"(?:where|how) (?:do|can|should|to) (?:i )?(?:apply|go|call|ask|get)",
            r"which number",
            r"who (?:do|should) i (?:call|ask)",
        ),
    }
)
_OF_ENKELTYDELSE = _parts(
    {
        "kommune_rent": (
            r"(?:midlertidig )?huslejehjaelp\w*",
            r"81 ?a",
        ),
        "early_pension": (
            r"foertids\w*",
            r"fortidspension\w*",
            r"disability pension\w*",
        ),
        "personal_supplement": (
            r"folkepension\w*",
            r"jeg er pensionist\w*",
            r"state pension\w*",
        ),
        "kommune_work": (
            r"(?:selv ?om|naar|hvis) (?:jeg|man|vi) (?:\w+ ){0,2}(?:arbejder|arbejde|job|loen|su)",
            r"(?:i|fast|har) (?:arbejde|job)",
            r"er i job",
            r"studerende",
            r"paa su",
            r"(?:even )?(?:if|when) (?:i|you) (?:work|have a job)",
            r"student",
        ),
    }
)
_OF_PENSION = _parts(
    {
        "early_pension": (
            r"foertids\w*",
            r"fortidspension\w*",
            r"disability pension\w*",
        ),
        "health_supplement": (
            r"helbred\w*",
            r"medicin\w*",
            r"tandlaege\w*",
            r"taender\w*",
            r"briller\w*",
            r"fodpleje\w*",
            r"health\w*",
            r"medicine",
            r"dentist",
        ),
    }
)
_OF_MEDICINE = _parts(
    {
        "early_pension": (
            r"foertids\w*",
            r"fortidspension\w*",
            r"disability pension\w*",
        ),
        "health_supplement": (
            r"helbredstillaeg\w*",
            r"folkepension\w*",
            r"pensionist\w*",
            r"pensioner",
        ),
        "medicine_teeth": (
            r"tand\w*",
            r"taender\w*",
            r"dentist",
            r"teeth",
            r"tooth",
        ),
        "medicine_pharmacy": (
            r"apotek\w*",
            r"henstand\w*",
            r"afdrag\w*",
            r"recept\w*",
            r"pharmacy",
            r"prescription\w*",
        ),
    }
)
GAMBLES = _any(
    r"ludoman\w*",
    r"gambl\w*",
    r"spille ?gaeld\w*",
    r"spille[rt]? (?:om penge|paa nettet|for mange|pengene)",
    r"(?:penge\w*|brugt|tabt\w*|mistet|roeget|det hele) (?:\w+ ){0,2}paa (?:noget )?spil",
    r"(?:c|k)asino\w*",
    r"odds\w*",
    r"betting",
    r"spilleautomat\w*",
    r"poker",
)
_OF_BUDGET = (
    ("gambling", GAMBLES),
    ("debt", _any(r"gaeld\w*", "skylder", r"kreditor\w*", r"inkasso\w*", "rki", "debts?", r"creditors?", "owe")),
)
_OF_RENT = _parts(
    {
        "rent_bank": (
            r"bank\w*",
            r"betalingsservice",
            r"pbs",
            r"bs",
            r"loen\w*",
            r"arbejder?",
            r"automatisk\w*",
            r"direct debit",
            r"wages?",
            r"salary",
            r"automatic\w*",
        ),
    }
)
#: Each intent's own parts, then those that they share.
PARTS: Mapping[str, Parts] = MappingProxyType(
    {
        "ask_enkeltydelse": (*_SHARED, *_OF_ENKELTYDELSE),
        "ask_personal_supplement": (*_OF_PENSION, *_SHARED),
        "ask_medicine_support": (*_OF_MEDICINE, *_SHARED),
        "ask_budget_advice": _OF_BUDGET,
        "ask_rent_administration": (*_OF_RENT, *(part for part in _SHARED if part[0] == "kommune_where")),
    }
)
ASKS_WHICH_HELP = _any(
    r"(?:hvilken|hvilke|hvad for|hvad|anden|mere|noget) (?:\w+ ){0,5}hjaelp",
    r"hjaelp (?:\w+ ){0,3}(?:kan|findes|faa)",
    r"(?:what|which|any|other|more) (?:\w+ ){0,2}help",
)
