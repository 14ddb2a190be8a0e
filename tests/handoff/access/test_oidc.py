"""Log-in by a provider: what is right lets the right adviser in, and nothing else lets anybody in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from joserfc.jwk import RSAKey
from playwright.sync_api import Page
from werkzeug.test import TestResponse

from bot.db import Database
from bot.models import Adviser
from bot.settings import Settings, SettingsError
from handoff.access.settings import provider_of, ways_of
from handoff.access.ways import Provider, Ways
from tests.handoff.access.conftest import METTE, PETER, Hands, Person
from tests.handoff.access.provider import CLIENT, SECRET, OpenIdProvider, serving
from tests.handoff.browsing import violations
from tests.handoff.world import EASY, NOW, PASSWORD, World

VERIFIED = {"sub": "mette-1", "email": "Mette@Solgaarden.example", "email_verified": True}


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with serving(OpenIdProvider(now=int(NOW.timestamp()))) as there:
        yield there


@pytest.fixture
def ways(hands: Hands, provider: OpenIdProvider) -> Ways:
    known = Provider(provider.issuer, CLIENT, SECRET, "Solgårdens konto")
    return Ways(data_key="an invented key", clock=hands, hasher=EASY, provider=known)


def go(somebody: Person, path: str = "/login/oidc") -> TestResponse:
    """To the provider and back, as a browser does."""
    there = requests.get(somebody.open(path).location, allow_redirects=False, timeout=5)
    back = urlsplit(there.headers["Location"])
    return somebody.open(f"{back.path}?{back.query}")


def linked(db: Database, adviser_id: int) -> str | None:
    with db.read() as session:
        return session.get_one(Adviser, adviser_id).oidc_subject


def test_a_verified_e_mail_links_the_account_once_and_then_its_subject_does(
    person: Callable[[], Person], provider: OpenIdProvider, sqlite_db: Database, world: World
):
    provider.person = dict(VERIFIED)
    first = person()
    assert go(first).location == "/inbox"
    assert first.is_in()
    assert linked(sqlite_db, world.mette) == f"{provider.issuer} mette-1"
    provider.person = {"sub": "mette-1", "email": "ny@andetsteds.example"}
    assert go(person()).location == "/inbox"
    provider.person = dict(VERIFIED) | {"sub": "en-anden"}
    assert go(person()).status_code == 403, "the address is taken by an account"


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "x", "email": METTE},
        {"sub": "x", "email": METTE, "email_verified": False},
        {"sub": "x", "email": METTE, "email_verified": "false"},
        {"sub": "x", "email": METTE, "xms_edov": False},
        {"sub": "x", "preferred_username": METTE, "upn": METTE},
        {"sub": "x", "email": "ukendt@solgaarden.example", "email_verified": True},
    ],
)
def test_nobody_is_let_in_by_an_address_that_is_not_vouched_for_or_not_known(
    person: Callable[[], Person], provider: OpenIdProvider, sqlite_db: Database, world: World, claims: dict[str, Any]
):
    provider.person = claims
    somebody = person()
    answer = go(somebody)
    assert answer.status_code == 403
    assert "ikke forbundet" in answer.text
    assert not somebody.is_in()
    assert linked(sqlite_db, world.mette) is None


def test_entra_ids_own_word_for_a_verified_domain_counts(person: Callable[[], Person], provider: OpenIdProvider):
    provider.person = {"sub": "x", "email": METTE, "xms_edov": True}
    assert go(person()).location == "/inbox"


def test_an_adviser_who_left_does_not_come_in_by_the_provider(
    person: Callable[[], Person], provider: OpenIdProvider, sqlite_db: Database, world: World
):
    provider.person = dict(VERIFIED)
    assert go(person()).location == "/inbox"
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.mette).is_active = False
    assert go(person()).status_code == 403


def test_an_adviser_links_their_account_by_their_own_hand_and_with_the_password(
    mette: Person, provider: OpenIdProvider, sqlite_db: Database, world: World
):
    assert mette.open("/login/oidc/link").location == "/me", "the password was not given"
    assert mette.post("/me/provider", "/me", password="forkert").status_code == 422
    assert "/login/oidc/link" in mette.post("/me/provider", "/me", password=PASSWORD).text
    assert go(mette, "/login/oidc/link").location == "/me?done=provider"
    assert linked(sqlite_db, world.mette) == f"{provider.issuer} mette-1"


def test_an_account_is_one_advisers(
    mette: Person, person: Callable[[], Person], provider: OpenIdProvider, sqlite_db: Database, world: World
):
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.peter).oidc_subject = f"{provider.issuer} mette-1"
    mette.post("/me/provider", "/me", password=PASSWORD)
    assert go(mette, "/login/oidc/link").location == "/me?done=provider_taken"
    assert linked(sqlite_db, world.mette) is None


@pytest.mark.parametrize(
    ("lies", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "azp"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"exp": int(NOW.timestamp()) - 61}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": int(NOW.timestamp()) + 3600}, "iat"),
        ({"sub": None}, "sub"),
    ],
)
def test_a_token_that_is_not_for_us_now_and_about_this_is_not_believed(
    person: Callable[[], Person], provider: OpenIdProvider, lies: dict[str, Any], why: str
):
    provider.person, provider.lies = dict(VERIFIED), lies
    somebody = person()
    answer = go(somebody)
    assert answer.status_code == 401, why
    assert "ikke stole på" in answer.text
    assert not somebody.is_in()


def test_a_token_without_a_signature_or_signed_with_another_key_is_not_believed(
    person: Callable[[], Person], provider: OpenIdProvider
):
    provider.person = dict(VERIFIED)
    provider.algorithm = "none"
    assert go(person()).status_code == 401
    provider.algorithm = "RS256"
    provider.signs_with = RSAKey.generate_key(2048)
    assert go(person()).status_code == 401
    provider.signs_with = None
    assert go(person()).location == "/inbox", "it was about the signature"


def test_a_provider_that_changes_its_key_is_asked_for_it(person: Callable[[], Person], provider: OpenIdProvider):
    provider.person = dict(VERIFIED)
    assert go(person()).location == "/inbox"
    provider.key = RSAKey.generate_key(2048, {"kid": "2", "use": "sig"})
    assert go(person()).location == "/inbox"


def test_an_answer_counts_once_in_the_browser_that_asked(person: Callable[[], Person], provider: OpenIdProvider):
    provider.person = dict(VERIFIED)
    asker, other = person(), person()
    there = requests.get(asker.open("/login/oidc").location, allow_redirects=False, timeout=5)
    back = urlsplit(there.headers["Location"])
    path = f"{back.path}?{back.query}"
    assert other.open(path).status_code == 400, "who did not ask"
    assert asker.open(re.sub("state=[^&]+", "state=forkert", path)).status_code == 400
    assert asker.open(path).status_code == 400, "after a wrong answer the question is void"
    assert go(asker).location == "/inbox"


def test_what_is_asked_has_a_challenge_a_state_and_a_nonce_and_a_way_back(
    person: Callable[[], Person], provider: OpenIdProvider
):
    asked = parse_qs(urlsplit(person().open("/login/oidc?next=/tasks").location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == ["http://localhost/login/oidc/back"]
    assert asked["scope"] == ["openid email profile"]


def test_the_page_that_was_asked_for_comes_after_it(person: Callable[[], Person], provider: OpenIdProvider):
    provider.person = dict(VERIFIED)
    assert go(person(), "/login/oidc?next=/tasks").location == "/tasks"
    assert go(person(), "/login/oidc?next=//evil.example").location == "/inbox"


def test_who_says_no_there_is_told_and_can_use_the_password(person: Callable[[], Person], provider: OpenIdProvider):
    provider.refuses = True
    somebody = person()
    assert "Du blev ikke logget ind der" in go(somebody).text
    assert somebody.login().location == "/inbox"


def test_a_provider_that_is_down_is_told_and_the_passwords_way_stays(
    person: Callable[[], Person], provider: OpenIdProvider
):
    provider.is_down = True
    somebody = person()
    answer = somebody.open("/login/oidc")
    assert answer.status_code == 503
    assert "svarer ikke lige nu" in answer.text
    assert somebody.login().location == "/inbox"
    provider.is_down, provider.person = False, dict(VERIFIED)
    assert go(person()).location == "/inbox", "and it is asked again"


def test_who_logs_out_may_log_out_there_too(person: Callable[[], Person], provider: OpenIdProvider):
    provider.person = dict(VERIFIED)
    somebody = person()
    go(somebody)
    assert somebody.post("/logout", "/me").location == "/login?out=1"
    assert "/login/oidc/out" in somebody.open("/login?out=1").text
    requests.get(somebody.open("/login/oidc/out").location, timeout=5)
    assert provider.left == [{"client_id": CLIENT, "post_logout_redirect_uri": "http://localhost/login"}]


def test_an_admin_by_the_provider_has_its_second_step_and_not_ours(
    person: Callable[[], Person], provider: OpenIdProvider, sqlite_db: Database, world: World
):
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.peter).role = "admin"
    provider.person = {"sub": "peter-1", "email": PETER, "email_verified": True}
    assert go(person()).location == "/inbox"


def test_without_a_provider_there_is_no_button_and_no_page(make_app: Callable[..., Flask], hands: Hands):
    somebody = Person(make_app(Ways(data_key="k", clock=hands, hasher=EASY)).test_client())
    assert "oidc" not in somebody.open("/login").text
    assert somebody.open("/login/oidc").status_code == 404


def test_the_settings_go_together_and_only_the_demo_is_without_second_steps():
    told: dict[str, Any] = {"oidc_issuer": "https://a.example", "oidc_client_id": "c", "oidc_client_secret": "s"}
    made = Settings.model_construct(**told)
    assert provider_of(made) == Provider("https://a.example", "c", "s", "jeres arbejdskonto")
    with pytest.raises(SettingsError, match="OIDC_CLIENT_SECRET"):
        provider_of(Settings.model_construct(**{**told, "oidc_client_secret": ""}))
    assert ways_of(Settings.model_construct(data_key="k")).two_steps_for_admins
    assert not ways_of(Settings.model_construct(data_key="k", demo=True)).two_steps_for_admins


@pytest.mark.browser
def test_a_browser_goes_there_and_back_by_the_content_policy(
    visitor_page: Page, provider: OpenIdProvider, sqlite_db: Database, world: World
):
    """A form may not lead out of here, a link may: the policy stops nothing on the way."""
    provider.person = dict(VERIFIED)
    visitor_page.goto("/login")
    assert violations(visitor_page) == []
    visitor_page.click("text=Log ind med Solgårdens konto")
    visitor_page.wait_for_url("**/inbox")
    visitor_page.click(".user summary")
    visitor_page.click("button:has-text('Log ud')")
    visitor_page.wait_for_url("**/login?out=1")
    visitor_page.click("text=log også ud")
    visitor_page.wait_for_url(f"{provider.issuer}/leave**")
    assert len(provider.left) == 1
