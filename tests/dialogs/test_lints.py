"""What is refused in a wording of a text, what is only said, and how hard a text reads."""

import pytest

from bot.dialogs import texts
from bot.dialogs.lints import Finding, objections
from bot.dialogs.reading_ease import is_hard, lix

FIRST = texts.catalogue("da")["first_contact.first"]
TOLD = "Du mangler at betale {amount}. Fristen er {deadline}."


def names(key: str, body: str, language: str = "da") -> list[str]:
    return [finding.name for finding in objections(key, language, body) if finding.is_refused]


def told(key: str, body: str, language: str = "da") -> list[str]:
    return [finding.name for finding in objections(key, language, body) if not finding.is_refused]


@pytest.mark.parametrize("key", ["other.welcome", "first_contact.first", "plan.confirm", "amount.ask", "paid.full"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_our_own_words_are_objected_to_nowhere(key, language):
    assert objections(key, language, texts.catalogue(language)[key]) == []


@pytest.mark.parametrize(
    ("key", "body", "name", "about"),
    [
        ("other.welcome", "   ", "empty", ""),
        ("other.welcome", "Selv tak, {name}.", "unknown_place", "{name}"),
        ("amount.told", "{amount} inden {deadline}. {cpr}", "unknown_place", "{cpr}"),
        ("amount.told", "Du mangler {amount!r}, {deadline}.", "unknown_place", ""),
        ("amount.told", "Du mangler {amount:>400}, {deadline}.", "unknown_place", ""),
        ("amount.told", "Du mangler {amount, {deadline}.", "unknown_place", ""),
        ("amount.told", "Du mangler at betale noget. Fristen er {deadline}.", "missing_place", "{amount}"),
        ("first_contact.first", FIRST.replace("{organisation}", "boligforeningen"), "missing_place", "{organisation}"),
        ("first_contact.first", FIRST.replace("STOP", "NEJ"), "missing_answer", "STOP"),
        ("opt_out.back", "Så skriver vi igen. Se www.solgaarden.dk", "link", "www."),
        ("other.welcome", "Selv tak. Se solgaarden.dk", "link", "solgaarden.dk"),
        ("other.welcome", "Selv tak!", "ornament", "!"),
        ("other.welcome", "Selv tak – skriv bare.", "ornament", "–"),
        ("other.welcome", "SELV tak.", "shouting", "SELV"),
        ("other.welcome", "Selv tak. Skriv dit CPR-nummer.", "secret", "CPR"),
        ("paid.full", "Tak. Skriv dit kontonummer her.", "secret", "kontonummer"),
        ("recognition.birthday", "Skriv din fødselsdag, fx 14/3, og dit CPR-nummer.", "secret", "CPR"),
        ("other.welcome", "Selv tak. Huslejen kan vi tale om.", "debt", "Huslejen"),
        ("handoff.any", "{adviser} svarer om din restance senest {answer_by}.", "debt", "restance"),
        ("paid.full", "Tak. Ellers går sagen til inkasso.", "threat", "Ellers går"),
        ("amount.told", "Sidste chance: {amount} inden {deadline}.", "threat", "Sidste chance"),
        ("paid.full", "Tak, så bliver du boende.", "promise", "bliver du boende"),
        ("enkeltydelse.short", "Du har ret til en enkeltydelse.", "promise", "Du har ret til en enkeltydelse"),
        ("other.welcome", "Selv tak 🙂", "not_gsm7", "🙂"),
        ("other.welcome", "Selv tak. " + "Skriv bare her. " * 20, "too_long", "330"),
        ("menu.help", "Vil du høre om 1 boligstøtte eller 2 kommunen?", "missing_choices", "1, 2, 3"),
        ("handoff.neighbour", "Tak. {adviser} svarer senest {answer_by}.", "missing_number", "112"),
        ("crisis.self_harm", texts.catalogue("da")["crisis.self_harm"], "fixed", ""),
    ],
)
def test_a_wording_is_refused_and_told_why(key, body, name, about):
    assert Finding(name, about) in objections(key, "da", body)


@pytest.mark.parametrize(
    ("key", "body", "name"),
    [
        (
            "plan.other",
            "Det er helt i orden. Hvilket beløb passer bedre? Skriv et tal. Så ser {adviser} på det.",
            "missing_answer",
        ),
        ("paid.full", "Tak. En rådgiver ser efter. Ring på 70 22 93 30, hvis du vil vide mere.", "new_number"),
        ("other.welcome", "Selv tak. Skriv bare her, hvis der er mere, du gerne vil spørge om.", "longer"),
        (
            "paid.full",
            "Boligorganisationens administrationsmedarbejdere undersøger indbetalingen snarest muligt, "
            "hvorefter restancebeløbet nedskrives i økonomisystemet uden yderligere henvendelse herfra.",
            "hard",
        ),
    ],
)
def test_what_is_only_worth_a_thought_is_told_and_not_refused(key, body, name):
    assert name in told(key, body)
    assert names(key, body) == []


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("paid.full", "Tak. Er der ellers noget, så skriv. Du har ret til at have en ven med."),
        ("other.fine", "Fint. Politiet har vi ikke talt med."),
        ("boligstoette_time.full", "Det tager nogle uger. Ring på 70 12 80 63. Søg senest d. {month_end}."),
    ],
)
def test_words_that_only_look_like_threats_promises_or_choices_are_let_through(key, body):
    assert names(key, body) == []


def test_an_english_wording_is_held_to_the_english_text():
    assert names("first_contact.invite", "Reply JA if we may go on here.", "en") == ["missing_answer"]
    assert names("first_contact.invite", "Please reply YES if we may go on.", "en") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("{name}, 8.450,50 112.", 0),
        ("Det er en hest.", 4),
        ("Det er en hest. Den er min.", round(7 / 2)),
        ("Vi ringer til Udbetaling Danmark d. 3. maj kl. 15.", 4),  # Vi ringer til maj: names and numbers are left out
        ("Ansøgningen behandles hurtigt.", 103),
    ],
)
def test_lix_counts_words_a_sentence_and_long_words(text, expected):
    assert lix(text) == expected


def test_a_text_too_short_to_be_measured_is_never_hard():
    assert lix("Kommunen bestemmer.") == 102
    assert not is_hard("Kommunen bestemmer.")
    assert is_hard("Kommunen bestemmer. " * 8)
