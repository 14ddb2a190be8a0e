"""The pages on our texts without a browser: who may do what, what is told, and whose organisation it is."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.dialogs import texts
from bot.models import Organisation, SourceCheck, Wording
from bot.store import own_words
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import add_adviser, add_crisis

KEY = "other.welcome"
BODY = "Det var så lidt. Skriv bare her."


def draft(who: AdviserAtWork, organisation: int, body: str = BODY, key: str = KEY, **more: str):
    return who.post(f"/admin/{organisation}/texts/{key}/da/draft", body=body, **({"action": "save"} | more))


def newest(db: Database) -> Wording:
    with db.read() as session:
        return session.scalars(select(Wording).order_by(Wording.id.desc())).first() or Wording()


def test_the_setup_begins_with_the_texts_of_the_advisers_own_organisation(adviser: AdviserAtWork, sol: int):
    assert adviser.open("/admin").location == f"/admin/{sol}/texts"
    page = adviser.open(f"/admin/{sol}/texts")
    assert "Alt, hvad Solgården Bolig siger på sms" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert 'href="/admin"' in adviser.open("/inbox").text


def test_every_text_has_its_place_in_the_list_and_a_page_of_its_own(adviser: AdviserAtWork, sol: int):
    shown = re.findall(r'class="text-row" href="[^"]+/texts/([^"]+)"', adviser.open(f"/admin/{sol}/texts").text)
    assert sorted(shown) == sorted(texts.catalogue("da"))
    for key in shown:
        page = adviser.open(f"/admin/{sol}/texts/{key}")
        assert page.status_code == 200, key


@pytest.mark.parametrize(
    ("query", "has", "has_not"),
    [
        ("q=folkepension", "personal_supplement.full", "other.welcome"),
        ("q=pensionsloven", "personal_supplement.full", "enkeltydelse.full"),
        ("topic=plan", "plan.confirm", "other.welcome"),
        ("only=due", "rent_administration.full", "enkeltydelse.full"),
        ("q=findes+slet+ikke", "Ingen tekster passer", 'class="text-row"'),
    ],
)
def test_the_list_is_narrowed_by_words_topic_and_what_is_due(adviser, sol, query, has, has_not):
    page = adviser.open(f"/admin/{sol}/texts?{query}").text
    assert has in page
    assert has_not not in page


def test_a_text_shows_its_sources_and_the_day_they_were_looked_up(adviser: AdviserAtWork, sol: int):
    page = adviser.open(f"/admin/{sol}/texts/boligstoette.full").text
    assert "Lov om individuel boligstøtte, LBK nr. 995" in page
    assert "70 12 80 63, Udbetaling Danmark, boligstøtte: borger.dk" in page
    assert "Kontrolleret 22. nov" in page
    assert "Kontrolleret i dag" not in page  # a button for an admin only


def test_an_admin_records_that_a_source_was_checked(admin: AdviserAtWork, sol: int, sqlite_db: Database):
    path = f"/admin/{sol}/texts/rent_administration.full"
    assert "Kilden er ikke godkendt af jer" in admin.open(path).text
    assert admin.post(f"{path}/checked").location == path
    page = admin.open(path).text
    assert "Kilden er ikke godkendt af jer" not in page
    assert "Kontrolleret i dag af Peter" in page
    assert "Peter Nygaard kontrollerede kilden" in page
    with sqlite_db.read() as session:
        assert session.scalars(select(SourceCheck.key)).all() == ["rent_administration.full"]


def test_a_draft_is_written_approved_by_another_and_withdrawn(adviser, admin, sol, sqlite_db):
    path = f"/admin/{sol}/texts/{KEY}"
    assert draft(adviser, sol).location == path
    page = adviser.open(path).text
    assert "En anden end dig skal godkende den" in page
    assert "Godkend, så den bliver brugt" not in page
    wording = newest(sqlite_db).id
    assert "Godkend, så den bliver brugt" in admin.open(path).text
    assert admin.post(f"{path}/wordings/{wording}/approve").location == path
    page = admin.open(path).text
    assert "Jeres egne ord. Skrevet af Mette, i dag 10.42. Godkendt af Peter, i dag 10.42." in page
    with sqlite_db.read() as session:
        assert own_words(session, sol) == {("da", KEY): BODY}
    assert KEY in admin.open(f"/admin/{sol}/texts?only=own").text
    admin.post(f"{path}/wordings/{wording}/withdraw")
    page = admin.open(path).text
    history = [re.sub(r"^i dag 10.42: | (dansk|på dansk): .*", "", line) for line in re.findall("<li>(.*?)</li>", page)]
    assert history[-3:] == [
        "Peter Nygaard gik tilbage til vores tekst fra",
        "Peter Nygaard godkendte",
        "Mette Lind skrev en kladde",
    ]
    assert "Vores tekst." in page


def test_the_forms_that_stand_for_one_another_are_named_together(adviser: AdviserAtWork, sol: int):
    page = adviser.open(f"/admin/{sol}/texts/enkeltydelse.full").text
    assert "Hører sammen med" in page
    assert f'/admin/{sol}/texts/enkeltydelse.short"' in page
    assert "Hører sammen med" not in adviser.open(f"/admin/{sol}/texts/{KEY}").text


def test_a_text_without_a_source_says_why(adviser: AdviserAtWork, sol: int):
    assert "Teksten handler ikke om penge eller lov." in adviser.open(f"/admin/{sol}/texts/{KEY}").text
    assert "Nævner kun, hvad man kan høre om." in adviser.open(f"/admin/{sol}/texts/menu.help").text


def test_a_crisis_is_seen_on_these_pages_too(adviser: AdviserAtWork, sol: int, sqlite_db: Database):
    add_crisis(sqlite_db)
    assert "Krise: Jens-Ole Kristiansen" in adviser.open(f"/admin/{sol}/texts").text


def test_the_author_cannot_approve_and_is_told_so(admin: AdviserAtWork, sol: int, sqlite_db: Database):
    draft(admin, sol)
    answer = admin.post(f"/admin/{sol}/texts/{KEY}/wordings/{newest(sqlite_db).id}/approve")
    assert answer.status_code == 422
    assert "En anden end den, der har skrevet kladden, skal godkende den." in answer.text


def test_what_is_refused_is_told_in_words_and_what_was_written_stays(adviser: AdviserAtWork, sol: int):
    answer = draft(adviser, sol, "Selv tak! Se www.solgaarden.dk om huslejen")
    assert answer.status_code == 422
    for words in ("Tegnet ! hører ikke til", "Ingen links eller netadresser: www.", "Ordet husleje"):
        assert words in answer.text
    assert "Selv tak! Se www.solgaarden.dk om huslejen</textarea>" in answer.text
    assert "Kladder, der venter (0)" in adviser.open(f"/admin/{sol}/texts").text


def test_a_wording_is_looked_at_without_being_kept(adviser: AdviserAtWork, sol: int, sqlite_db: Database):
    answer = draft(adviser, sol, "Det var så lidt, og skriv bare her, hvis der er noget som helst mere.", action="look")
    assert answer.status_code == 200
    assert "Teksten er længere end vores." in answer.text
    assert newest(sqlite_db).id is None


def test_a_crisis_text_has_no_field_and_takes_no_draft(adviser: AdviserAtWork, sol: int):
    page = adviser.open(f"/admin/{sol}/texts/crisis.self_harm").text
    assert "<textarea" not in page
    assert "Den er fast" in page
    answer = draft(adviser, sol, "Ring 112, Livslinien 70 201 201.", "crisis.self_harm")
    assert answer.status_code == 422
    assert "Kladden er ikke gemt" in answer.text


def test_an_adviser_who_is_no_admin_is_refused_what_is_an_admins(adviser, admin, sol, sqlite_db):
    draft(admin, sol)
    wording = newest(sqlite_db).id
    for action in (f"wordings/{wording}/approve", f"wordings/{wording}/withdraw"):
        assert adviser.post(f"/admin/{sol}/texts/{KEY}/{action}").status_code == 403
    assert adviser.post(f"/admin/{sol}/texts/enkeltydelse.full/checked").status_code == 403
    assert newest(sqlite_db).status == "draft"


def test_of_another_organisation_there_is_nothing(adviser, admin, sol, vest, sqlite_db):
    draft(admin, sol)
    wording = newest(sqlite_db).id
    for path in (f"/admin/{vest}/texts", f"/admin/{vest}/texts/{KEY}", f"/admin/{vest}/languages", "/admin/999/texts"):
        assert admin.open(path).status_code == 404, path
    assert draft(admin, vest).status_code == 404
    assert admin.post(f"/admin/{vest}/texts/{KEY}/wordings/{wording}/approve").status_code == 404
    assert admin.post(f"/admin/{sol}/texts/other.fine/wordings/{wording}/approve").status_code == 404
    assert admin.post(f"/admin/{vest}/texts/enkeltydelse.full/checked").status_code == 404


@pytest.mark.parametrize(
    "path", ["texts/other.lottery", "texts/other.welcome/xx/draft", "texts/other.welcome/tr/draft"]
)
def test_a_text_or_language_that_is_not_there_is_not_found(adviser: AdviserAtWork, sol: int, path: str):
    address = f"/admin/{sol}/{path}"
    answer = adviser.post(address, body=BODY, action="look") if path.endswith("draft") else adviser.open(address)
    assert answer.status_code == 404


def test_who_works_for_two_organisations_goes_from_one_to_the_other(app, sqlite_db, sol, vest):
    with sqlite_db.write() as session:
        both = session.scalars(select(Organisation)).all()
        add_adviser(session, "begge@solgaarden.example", "Bodil Begge", both)
    bodil = AdviserAtWork(app.test_client())
    bodil.login("begge@solgaarden.example")
    for here, there in ((sol, vest), (vest, sol)):
        assert f'href="/admin/{there}/texts"' in bodil.open(f"/admin/{here}/texts").text
        assert f'href="/admin/{there}/texts/{KEY}"' in bodil.open(f"/admin/{here}/texts/{KEY}").text
        assert f'href="/admin/{there}/languages"' in bodil.open(f"/admin/{here}/languages").text
    draft(bodil, vest)
    assert "Kladder, der venter (1)" in bodil.open(f"/admin/{vest}/texts").text
    assert "Kladder, der venter (0)" in bodil.open(f"/admin/{sol}/texts").text


def test_a_post_without_its_token_does_nothing(adviser: AdviserAtWork, sol: int, sqlite_db: Database):
    answer = adviser.client.post(f"/admin/{sol}/texts/{KEY}/da/draft", data={"body": BODY})
    assert answer.status_code == 400
    assert newest(sqlite_db).id is None


def test_the_languages_tell_which_a_speaker_has_read(adviser: AdviserAtWork, sol: int):
    page = adviser.open(f"/admin/{sol}/languages").text
    assert page.count('scope="row"') == 9
    assert "Arabisk" in page
    assert "Ikke læst endnu" in page
