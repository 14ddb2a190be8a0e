"""STOP, START and crisis are heard by rule; what shares their words and means something else is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.urgent import urgent

_HEARD = {
    "opt_out": [
        "STOP", "  stop!! ", "Stop.", "S T O P", "stop sms", "Afmeld", "AFMELDING", "frameld", "slet mig",
        "skriv ikke mere til mig",
        "i skal ikke skrive til mig mere", "lad mig være", "slet mit nummer", "please stop texting me",
        "don't text me", "nej tak stop",
        "ikke flere beskeder tak", "jeg vil ikke have flere sms fra jer",
        "kan i stoppe med at sende mig beskeder", "стоп", "توقف",
        "dur", "nie pisz", "jeg ønsker ikke at modtage flere sms'er", "vil gerne afmeldes", "unsubscribe",
        "stop med at skrive til mig",
    ],
    "wrong_person": [
        "forkert nummer", "Forkert nr!", "I har fat i den forkerte", "du skriver til den forkerte", "wrong number",
        "kender ikke nogen der hedder det", "jeg bor der ikke mere", "jeg bor ikke i Søparken mere",
    ],
    "opt_in": ["START", "start", "Tilmeld!", "jeg vil gerne have sms igen", "i må gerne skrive til mig igen"],
    "crisis_self_harm": [
        "jeg vil ikke leve mere", "jeg har tænkt på selvmord", "jeg tager mit eget liv",
        "jeg orker ikke at leve længere",
        "jeg vil bare dø", "jeg gør en ende på det hele", "det var bedre hvis jeg var død", "jeg skærer i mig selv",
        "min søn siger han vil slå sig selv ihjel", "vil ik leve mer", "livet er ikke værd at leve",
        "I want to die", "olmek istiyorum",
        "jeg kunne lige så godt være død", "jeg vil gerne herfra for evigt", "livet har ingen mening mere",
        "jeg har skrevet et brev til mine børn til når jeg er væk", "i finder mig hængende", "jeg ønsker mig død",
        "i dont want to live anymore", "не хочу жити", "nie chce juz zyc",
        "ölmek istiyorum", "kendimi öldüreceğim", "покінчу з собою", "سأنتحر", "لا أريد أن أعيش",
        "دیگه نمیخوام زنده باشم", "خودم را میکشم", "nu mai vreau să trăiesc", "waxaan rabaa inaan dhinto",
        "ma doonayo inaan sii noolaado",
    ],
    "crisis_violence": [
        "min mand slår mig", "min eks truer mig", "jeg er bange for min mand", "han slog mig i går",
        "jeg bliver slået derhjemme",
        "jeg slår jer ihjel", "han har en kniv", "han truer med at slå mig ihjel", "jeg tør ikke gå hjem",
        "my husband beats me",
        "kocam beni dovuyor", "kocam beni dövüyor", "beni öldürecek",
        "naboen slår sin kone", "min søn slår mig", "jeg kommer ned med et baseballbat",
        "han kvalte mig",
        "min eks har fundet min adresse", "jeg kommer ned og smadrer jer", "manden ovenpå tæver sin kæreste",
    ],
}  # fmt: skip
_HARMLESS = [
    "jeg dør af grin", "min mand er død", "kan I stoppe udsættelsen", "boligstøtten er stoppet",
    "kan ik mere betale", "nej", "slut",
    "jeg kan ikke mere", "min mor døde i går", "jeg stopper på mit arbejde", "jeg er død træt",
    "toilettet er stoppet", "min løn er stoppet",
    "kan vi stoppe sagen", "jeg kan ikke leve af 3000 kr om måneden", "I truer med at smide mig ud", "jeg slår græsset",
    "hvornår starter boligstøtten", "kan jeg starte en afdragsordning", "naboen banker i rørene",
    "jeg betaler ikke mere",
    "vil i ikke skrive til kommunen for mig", "jeg er bange for at blive smidt ud",
    "jeg er blevet truet med fogeden", "slet mine oplysninger",
    "min kæreste har slået op", "jeg slog mig på knæet og er sygemeldt", "min mand har forladt mig",
    "skriv til mig i morgen", "nej tak",
    "jeg er ikke her i morgen", "vi har ikke flere penge", "jeg arbejder mig ihjel for den husleje",
    "vi kan ikke være til stede på mødet", "jeg har ikke medicin nok til weekenden", "medicinen er klar på apoteket",
    "jeg har gemt kvitteringen for medicin", "jeg har sagt farvel til mine kolleger", "min søn er kørt ind i et træ",
    "jeg tænker på at hoppe fra ordningen", "jeg brækkede min arm", "jeg har skadet mig selv på arbejdet",
    "de kommer ned og slår græsset", "vi står på broen og venter på bussen", "han siger han finder pengene",
    "jeg har det bedre når jeg er væk hjemmefra", "min eks begik selvmord sidste år", "de slog os 3-1 i går",
    "min eks har fundet en ny lejlighed", "min mand har fundet arbejde",
    "kan I sende et brev til mig når jeg er hjemme",
    "han slog op med mig", "min kæreste bor her ikke mere", "jeg skrev forkert nummer på overførslen",
    "jeg har skrevet til den forkerte konto", "jeg bor ikke sammen med hende", "jeg hedder Bo", "jeg er flyttet",
    "nu vreau sa traiesc aici cu vecinii", "لا أريد أن أعيش هنا", "ölmek istemiyorum",
]  # fmt: skip


@pytest.mark.parametrize(("intent", "text"), [(intent, text) for intent, texts in _HEARD.items() for text in texts])
def test_what_must_not_wait_is_heard(intent, text):
    assert intent in urgent(text)


@pytest.mark.parametrize("text", _HARMLESS)
def test_what_only_shares_the_words_is_not(text):
    assert urgent(text) == ()


def test_two_are_heard_in_the_order_said():
    assert urgent("min mand slår mig. jeg vil ikke leve mere") == ("crisis_violence", "crisis_self_harm")


def test_somebody_elses_threat_to_kill_is_violence_alone():
    assert urgent("han truer med at slå mig ihjel") == ("crisis_violence",)
    assert urgent("svigerfamilien truer med at dræbe mig") == ("crisis_violence",)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    assert set(urgent(text)) <= {"opt_out", "opt_in", "wrong_person", "crisis_self_harm", "crisis_violence"}


@given(st.sampled_from(["stop", "STOP", "Afmeld", "frameld"]), st.text(alphabet=" .,!\n\t-", max_size=8))
def test_stop_is_stop_whatever_stands_around_it(word, around):
    assert urgent(around + word + around) == ("opt_out",)
