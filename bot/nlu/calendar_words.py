"""The Danish (and some English) words for weekdays, months, ordinals and near days, folded. Pure."""

from __future__ import annotations

import re

_WEEKDAYS = (
    ("mandag", "mandags", "mandg", "manda", "monday"),
    ("tirsdag", "tirsdags", "tirsda", "tirdag", "tisdag", "tuesday"),
    ("onsdag", "onsdags", "onsda", "onsdg", "wednesday"),
    ("torsdag", "torsdags", "torsda", "tosdag", "torsdg", "thursday"),
    ("fredag", "fredags", "freda", "fredg", "frdag", "friday"),
    ("loerdag", "loerdags", "lordag", "lordags", "loerda", "saturday"),
    ("soendag", "soendags", "sondag", "sondags", "soenda", "sunday"),
)
_SHORT = (("man",), ("tirs", "tir"), ("ons",), ("tors", "tor"), ("fre",), ("loer", "lor"), ("soen",))
_MONTHS = (
    ("januar", "jan", "january"), ("februar", "feb", "februar", "february"), ("marts", "mar", "march"),
    ("april", "apr"), ("maj", "may"), ("juni", "jun", "june"), ("juli", "jul", "july"), ("august", "aug"),
    ("september", "sep", "sept"), ("oktober", "okt", "oct", "october"), ("november", "nov"), ("december", "dec"),
)  # fmt: skip
#: Days with a name of their own: month and day.
_FEASTS = {
    "lillejuleaften": (12, 23), "lille juleaften": (12, 23), "juleaften": (12, 24), "juleaftensdag": (12, 24),
    "1. juledag": (12, 25), "2. juledag": (12, 26), "nytaarsaften": (12, 31), "nytaarsaftensdag": (12, 31),
    "nytaarsdag": (1, 1), "grundlovsdag": (6, 5), "christmas eve": (12, 24), "new year's eve": (12, 31),
}  # fmt: skip
_ORDINALS = (
    "foerste", "anden", "tredje", "fjerde", "femte", "sjette", "syvende", "ottende", "niende", "tiende", "ellevte",
    "tolvte", "trettende", "fjortende", "femtende", "sekstende", "syttende", "attende", "nittende", "tyvende",
    "enogtyvende", "toogtyvende", "treogtyvende", "fireogtyvende", "femogtyvende", "seksogtyvende", "syvogtyvende",
    "otteogtyvende", "niogtyvende", "tredivte", "enogtredivte",
)  # fmt: skip
_OFFSETS = {
    "i dag": 0, "idag": 0, "dags dato": 0, "today": 0, "i aften": 0, "iaften": 0, "her til aften": 0, "tonight": 0,
    "i eftermiddag": 0, "i formiddag": 0, "i morges": 0, "imorges": 0, "her til morgen": 0,
    "i morgen": 1, "imorgen": 1, "i morgn": 1, "i morn": 1, "imorn": 1, "tomorrow": 1, "i overmorgen": 2,
    "iovermorgen": 2, "overmorgen": 2, "day after tomorrow": 2,
    "day before yesterday": -2, "i gaar": -1, "igaar": -1, "i gar": -1, "igar": -1, "yesterday": -1,
    "i aftes": -1, "iaftes": -1, "i gaares": -1, "i forgaars": -2, "iforgaars": -2, "forgaars": -2,
}  # fmt: skip


def _any(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_WEEKDAY_OF = {name: index for index, names in enumerate(_WEEKDAYS) for name in (*names, *_SHORT[index])}
_MONTH_OF = {name: index for index, names in enumerate(_MONTHS, 1) for name in names}

#: Every word of the calendar that stands here as it is: nothing to mend.
KNOWN = frozenset({*_WEEKDAY_OF, *_MONTH_OF, *_OFFSETS, *_ORDINALS, "morges", "aften", "weekend"})
WEEKDAYS = _any([name for names in _WEEKDAYS for name in names])
SHORT_WEEKDAYS = _any([name for names in _SHORT for name in names])
MONTHS = f"(?:{_any(list(_MONTH_OF))})"
ORDINALS = _any(list(_ORDINALS))
FEASTS = _any(list(_FEASTS))
#: The words that keep their part of the day ("i aften" is today and evening) leave it for whoever reads times.
NAMED_DAYS = (
    r"(?<!\w)(?:(?P<eve>i)(?= ?aftes(?!\w))|i(?= (?:aften|eftermiddag|formiddag|morges)(?!\w))|her til(?= (?:aften|"
    r"morgen)(?!\w))|"
    + _any([w for w in _OFFSETS if not re.search("aften|aftes|middag|morges|night|her til", w)])
    + r"|(?=tonight(?!\w))t?|i(?=aften(?!\w))|i(?=morges(?!\w)))(?:(?!\w)|(?=aften|aftes|morges)|(?=onight))"
)
MONTH_END = (
    r"(?<!\w)(?:sidst (?:paa|i) (?:maaneden|naeste maaned|denne maaned|mdr|md)|(?:i )?(?:slutningen|udgangen) af "
    r"(?:denne |naeste )?(?:maaneden|maaned)|(?:inden )?maanedens (?:udgang|slutning)|maanedsskiftet|"
    r"ultimo(?: maaneden| denne maaned)?|"
    r"(?:(?:den|d\.?) sidste(?: dag)?|sidste dag|sidste) i (?:denne |naeste )?(?:maaneden|maaned|mdr|md)|"
    r"end of (?:the |this )?month|"
    r"(?:den|d\.?) sidste(?= ?(?:$|\n|[.,!?;)]|\x00)| (?:og|men|eller|naar|hvor|saa|hvis|der|jeg|kan|"
    r"faar|fra|paa|betaler)(?!\w)))(?!\w)"
)


def weekday(name: str) -> int:
    """0 for Monday."""
    return _WEEKDAY_OF[name]


def month(name: str) -> int:
    """1-12, from a name or a number."""
    return int(name) if name.isdecimal() else _MONTH_OF[name]


def day(name: str) -> int:
    """1-31, from an ordinal or a number."""
    return int(name) if name.isdecimal() else _ORDINALS.index(name) + 1


def feast(name: str) -> tuple[int, int]:
    """Month and day."""
    return _FEASTS[name]


def offset(name: str) -> int:
    """Days from today; the bare "i" of "i aften" is today."""
    return _OFFSETS.get(name, 0)
