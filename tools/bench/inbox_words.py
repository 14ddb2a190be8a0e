"""Invented names, addresses and what people write, for the inbox's bench: some words in many talks, some in few."""

from __future__ import annotations

from random import Random

_FIRST = (
    "Line",
    "Amina",
    "Tomasz",
    "Jens",
    "Birthe",
    "Mads",
    "Fatme",
    "Ahmad",
    "Hodan",
    "Per",
    "Sofie",
    "Oskar",
    "Olena",
    "Kirsten",
    "Bo",
    "Karla",
    "Emil",
    "Freja",
    "Noah",
    "Ida",
    "Viggo",
    "Alma",
    "Malthe",
    "Ella",
    "Villads",
    "Agnes",
    "Storm",
    "Clara",
    "Otto",
    "Nora",
    "Aksel",
    "Olivia",
    "Yusuf",
    "Leyla",
    "Ibrahim",
    "Zahra",
    "Marek",
    "Ewa",
    "Ion",
    "Ana",
)
_LAST = (
    "Bek",
    "Sørensen",
    "Hassan",
    "Nowak",
    "Kristiansen",
    "Lauridsen",
    "Thygesen",
    "Yilmaz",
    "Rahimi",
    "Warsame",
    "Vestergaard",
    "Dahl",
    "Friis",
    "Koval",
    "Madsbøll",
    "Lundgaard",
    "Østergård",
    "Mølgård",
    "Åkjær",
    "Brøndum",
    "Skov",
    "Holm",
    "Kjær",
    "Toft",
    "Bach",
    "Winther",
    "Krogh",
    "Bisgaard",
    "Overgaard",
    "Munk",
    "Juhl",
    "Nygaard",
    "Møller",
    "Iversen",
    "Abdi",
    "Omar",
    "Demir",
    "Popescu",
    "Kowalska",
    "Bondarenko",
)
_STREETS = ("Søparken", "Lindegården", "Havneparken", "Kajen", "Ærtemarken", "Åkrogen", "Birkevang", "Møllebakken")
_DEPARTMENTS = ("Søparken", "Lindegården", "Havneparken", "Kajen", "Afdeling 12", "Afdeling 34", "Birkevang")
_PHRASES = (
    "jeg kan ikke betale huslejen i denne måned",
    "min løn kommer først på fredag",
    "hej jeg har mistet mit arbejde og venter på dagpenge",
    "kan vi lave en aftale om afdrag",
    "jeg har fået brev fra kommunen om boligstøtte",
    "jeg er syg og får sygedagpenge nu",
    "kan du ringe til mig efter kl. 15",
    "vi er blevet skilt og jeg bor alene med børnene",
    "regningen fra el var meget større end jeg regnede med",
    "tak for hjælpen, det betyder meget",
    "jeg betaler 500 om måneden hvis det er ok",
    "i cannot pay before friday",
    "har I set at jeg betalte i går?",
    "det er en fejl, jeg har betalt for oktober",
    "jeg har snakket med banken og de siger nej",
    "kan jeg få mere tid, bare til den 15",
)
_SAID = (
    "Hej, det er Mette fra Målt Bolig. Vi skriver om din bolig. Vil du skrive sammen med os? Svar ja eller nej.",
    "Tak. Hvilken dag og måned har du fødselsdag? Så ved vi, at det er dig.",
    "Det kan vi godt se på. Hvor meget kan du betale om måneden?",
    "Tak, det har jeg skrevet ned. Er der andet, du vil fortælle?",
    "Mette svarer dig her i dag, senest kl. 15.",
)
_START, _END = ("bra", "klo", "sne", "tor", "fal", "gri", "mol", "ves", "har", "lun"), ("sted", "ning", "skab", "eri")
_MIDDLE = ("ke", "ra", "lo", "mi", "ta", "sø", "vå", "ne", "di", "fu", "go", "by", "pe", "læ", "hu")

#: How many invented words there are: each stands in a few of a thousand talks.
RARE = len(_START) * len(_MIDDLE) ** 2 * len(_END)


def name(number: int) -> str:
    """First, middle and last name."""
    first, rest = _FIRST[number % len(_FIRST)], number // len(_FIRST)
    return f"{first} {_LAST[rest % len(_LAST)]} {_LAST[(rest // len(_LAST) + number) % len(_LAST)]}"


def address(number: int) -> str:
    """Street, house number and floor."""
    return f"{_STREETS[number % len(_STREETS)]} {1 + number % 97}, {number % 4 + 1}. {('th', 'tv', 'mf')[number % 3]}."


def department(number: int) -> str:
    """Where the home is."""
    return _DEPARTMENTS[number // 3 % len(_DEPARTMENTS)]


def rare(number: int) -> str:
    """An invented word."""
    number, end = divmod(number % RARE, len(_END))
    number, last = divmod(number, len(_MIDDLE))
    start, first = divmod(number, len(_MIDDLE))
    return _START[start] + _MIDDLE[first] + _MIDDLE[last] + _END[end]


def written(chance: Random) -> str:
    """What a resident writes, or an adviser."""
    return f"{chance.choice(_PHRASES)} {rare(int(RARE * chance.random() ** 2))}"


def said(step: int) -> str:
    """What the bot says: the same to all."""
    return _SAID[step // 2 % len(_SAID)]
