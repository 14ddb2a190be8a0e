"""Weekdays and near days in the residents' other languages, where they are unmistakable. Pure.

Turkish, Polish, Ukrainian and Russian, Arabic, Somali, Farsi, Romanian; in their script and as they are typed in Latin
letters. Words that a Dane might write as well count only in a text without Danish ones.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.dialogs.state import Value
from bot.nlu.folding import fold
from bot.nlu.reading import Reading

_WEEKDAYS = (
    "pazartesi poniedziałek poniedzialku понеділок понедельник ponedilok ponedelnik الاثنين isniin isniinta دوشنبه "
    "doshanbe doshanbeh luni",
    "salı wtorek вівторок вторник vivtorok vtornik الثلاثاء الثلاثا talaado talaadada سهشنبه seshanbe seshanbeh marți "
    "martea",
    "çarşamba środa środę середа середу среда среду sereda seredu sreda sredu الاربعاء الأربعاء arbaco arbacada "
    "چهارشنبه chaharshanbe miercuri",
    "perşembe czwartek четвер четверг chetver chetverg الخميس khamiis khamiista پنجشنبه panjshanbe panjshanbeh joi",
    "cuma piątek п'ятниця п'ятницю пятниця пятницю пятница пятницу pyatnytsya pyatnytsyu pyatnitsa pyatnitsu pjatnica "
    "pyatnitsyu pyatnica pyatnicu الجمعة الجمعه jom3a joma3 jem3a jum3a jimce jimco jimcaha jimcada جمعه jome jomeh "
    "vineri vinerea",
    "cumartesi sobota sobotę субота суботу суббота субботу subota subotu subbota subbotu السبت sabti sabtida شنبه "
    "shanbe shanbeh sâmbătă",
    "pazar niedziela niedzielę неділя неділю воскресенье воскресение nedilya nedilyu voskresenye voskresenie الاحد "
    "الأحد axad axada axadda یکشنبه yekshanbe yekshanbeh duminică",
)
_NEAR = {
    0: "bugün dzisiaj dziś сьогодні сегодня sohodni segodnya اليوم elyom el-yom alyoum lyom maanta امروز emrooz emruz "
    "astăzi azi",
    1: "yarın jutro завтра zavtra غدا بكرا بكرة bokra bukra boukra bokrah berri berrito فردا farda mâine",
    2: "pojutrze післязавтра послезавтра pislyazavtra poslezavtra poimâine پسفردا",
    -1: "dün wczoraj вчора вчера vchora vchera امس مبارح امبارح mbareh mbere7 embareh shalay دیروز dirooz diruz ieri",
    -2: "przedwczoraj позавчора позавчера",
}
_SEVERAL = {"بعد بكرا": 2, "بعد غد": 2, "پس فردا": 2, "el yom": 0, "il yom": 0, "ba3d bokra": 2, "saa dambe": 2}
#: Beside Danish words these are no days: a Dane, a name or another word may be meant.
_DOUBTFUL = frozenset(
    [
        "pazar",
        "sali",
        "dun",
        "joi",
        "luni",
        "marti",
        "martea",
        "azi",
        "ieri",
        "maine",
        "jome",
        "sabti",
        "farda",
        "mart",
        "berri",
        "sreda",
    ]
)
_DANISH = re.compile(r"(?<!\w)(?:jeg|er|ikke|ik|og|kan|det|paa|min|har|til|hej|med|den|af|fra)(?!\w)")
_LAST = re.compile(
    r"(?<!\w)(?:gecen|zeszl\w+|ubiegl\w+|minul\w+|прошл\w+|минул\w+|proshl\w+|trecut\w*|odedim|yatirdim|zaplacil\w*|"
    r"wplacil\w*|przelal\w*|заплатил\w*|оплатил\w*|сплатил\w*|zaplatil\w*|دفعت|bixiyay|platit|الماضي|گذشته|"
    r"پرداخت کردم|pardakht kardam|dafa3et|dfa3t|hore)(?!\w)"
)


def _offsets() -> dict[str, int]:
    named = {fold(word): days for days, words in _NEAR.items() for word in words.split()}
    return named | {fold(word): days for word, days in _SEVERAL.items()}


_WEEKDAY_OF = {fold(word): index for index, words in enumerate(_WEEKDAYS) for word in words.split()}
_OFFSET_OF = _offsets()
_SPELLINGS = {
    "سه شنبه": "سهشنبه",
    "پنج شنبه": "پنجشنبه",
    "چهار شنبه": "چهارشنبه",
    "یک شنبه": "یکشنبه",
    "دو شنبه": "دوشنبه",
}
_TWO_WORDS = {fold(spaced): fold(joined) for spaced, joined in _SPELLINGS.items()}
_WORDS = "|".join(sorted(map(re.escape, (*_WEEKDAY_OF, *_OFFSET_OF, *_TWO_WORDS)), key=len, reverse=True))
#: What a day begins with, the Arabic "on" and "to" before it or not: most texts hold none, and are not searched.
_FIRST_WORDS = {f"{on}{word.split()[0]}" for word in (*_WEEKDAY_OF, *_OFFSET_OF, *_TWO_WORDS) for on in ("", "ب", "ل")}
_WORD = re.compile(r"[\w'-]+")
_DAY = re.compile(rf"(?<![\w'])[بل]?(?P<word>{_WORDS})(?![\w'])")


def read(reading: Reading, today: date) -> None:
    """Take the days out; a Danish or English day has been read before."""
    if _FIRST_WORDS.isdisjoint(_WORD.findall(reading.text)):
        return
    danish = bool(_DANISH.search(reading.text))
    told = bool(_LAST.search(reading.text))
    reading.take(_DAY, lambda m: _day(m, today, danish, told))


def _day(match: re.Match[str], today: date, danish: bool, told: bool) -> list[Value] | None:
    word = _TWO_WORDS.get(match["word"], match["word"])
    counted = match.string[max(0, match.start() - 3) : match.start()].strip()[-1:].isdecimal()
    if (danish and word in _DOUBTFUL) or (word == "luni" and counted):  # "3 luni": three months
        return None
    if word in _OFFSET_OF:
        return _value(today + timedelta(days=_OFFSET_OF[word]))
    ahead = (_WEEKDAY_OF[word] - today.weekday() - 1) % 7 + 1
    behind = (today.weekday() - _WEEKDAY_OF[word] - 1) % 7 + 1
    return _value(today - timedelta(days=behind) if told else today + timedelta(days=ahead))


def _value(day: date) -> list[Value]:
    return [Value("date", day.isoformat())]
