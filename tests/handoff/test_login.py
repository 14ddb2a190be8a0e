"""Who the adviser is: log in, log out, and that nothing is shown to anybody else."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import update

from bot.db import Database
from bot.models import Adviser
from handoff.access import sessions
from handoff.login import safe_next
from handoff.passwords import hash_password, invent_password, is_password
from handoff.web import register
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, PASSWORD, World

#: What is before the log-in, and has tests of its own; a caretaker's link is its own proof (test_doors.py).
PUBLIC = ("login.form", "login.log_in", "static", "styles", "door.", "links.", "second_step.", "oidc.", "first_run.")
WRONG = "E-mail eller kodeord passer ikke"


def test_a_caretakers_address_without_its_secret_gives_nothing_and_sets_nothing(app: Flask, world: World):
    client = app.test_client()
    for answer in (client.get("/door/1"), client.post("/door/1", data={"result": "met"})):
        assert answer.status_code == 404
        assert "Siden virker ikke mere" in answer.text
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_every_route_but_the_login_the_static_files_and_a_caretakers_link_is_behind_the_login(app: Flask, world: World):
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    behind = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith(PUBLIC)]
    assert len(behind) > 8
    for rule in behind:
        path = re.sub(r"<int[^>]*:[a-z]+_id>", str(world.line), rule.rule)
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", path)
        path = path.replace("<key>", "other.welcome").replace("<language>", "da").replace("<month>", "2026-12")
        assert "<" not in path
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(path, method=method)
            assert answer.status_code == 303, f"{method} {path}"
            assert "/login" in answer.location


def test_who_logs_in_comes_to_the_page_that_was_asked_for(visitor: AdviserAtWork, world: World):
    asked = f"/inbox/{world.line}?folder=mine"
    answer = visitor.post(visitor.open(asked).location, email="mette@solgaarden.example", password=PASSWORD)
    assert answer.location == asked


def test_who_asked_for_nothing_comes_to_the_inbox_and_is_not_asked_again(visitor: AdviserAtWork):
    assert visitor.post("/login", email=" Mette@Solgaarden.example ", password=PASSWORD).location == "/inbox"
    assert visitor.open().status_code == 200
    assert visitor.open("/login").location == "/inbox"


@pytest.mark.parametrize(
    ("email", "password"),
    [("mette@solgaarden.example", "forkert"), ("ingen@solgaarden.example", PASSWORD), ("", "")],
)
def test_a_wrong_login_says_the_same_whatever_was_wrong(visitor: AdviserAtWork, email: str, password: str):
    answer = visitor.login(email, password)
    assert answer.status_code == 401
    assert WRONG in answer.text
    assert visitor.open().status_code == 303


def test_an_adviser_who_left_cannot_log_in_and_loses_the_session(
    adviser: AdviserAtWork, visitor: AdviserAtWork, sqlite_db: Database, world: World
):
    with sqlite_db.write() as session:
        session.execute(update(Adviser).where(Adviser.id == world.mette).values(is_active=False))
    assert adviser.open().status_code == 303
    assert visitor.login().status_code == 401


def test_ending_an_advisers_sessions_ends_nobody_elses(
    adviser: AdviserAtWork, colleague: AdviserAtWork, sqlite_db: Database, world: World
):
    with sqlite_db.write() as session:
        sessions.end_all(session, world.mette, NOW)
    assert adviser.open().status_code == 303
    assert colleague.open().status_code == 200


def test_logging_out_ends_the_session_and_is_only_done_by_post(adviser: AdviserAtWork):
    assert adviser.open("/logout").status_code == 405
    assert adviser.post("/logout").location == "/login"
    assert adviser.open().status_code == 303


def test_the_fifth_wrong_attempt_for_one_address_is_the_last(visitor: AdviserAtWork, colleague: AdviserAtWork):
    codes = [visitor.login(password="forkert").status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]
    assert visitor.login().status_code == 429, "the right password does not open it now"
    assert "For mange forsøg" in visitor.login().text
    assert colleague.open().status_code == 200
    assert visitor.login("peter@solgaarden.example").status_code == 303


def test_right_logins_do_not_count_against_the_limit(visitor: AdviserAtWork):
    for _ in range(12):
        assert visitor.login().status_code == 303
        visitor.post("/logout")


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/inbox",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "",
        None,
        "/\tx",
    ],
)
def test_the_next_page_is_always_one_of_ours(app: Flask, target: str | None):
    with app.test_request_context():
        assert safe_next(target) == "/inbox"
        assert safe_next("/inbox/3?folder=mine") == "/inbox/3?folder=mine"


def test_a_form_without_its_token_is_refused_in_plain_danish(adviser: AdviserAtWork, world: World):
    answer = adviser.client.post(f"/inbox/{world.ahmad}/claim")
    assert answer.status_code == 400
    assert "Siden var blevet for gammel" in answer.text


def test_a_script_whose_session_is_over_is_sent_to_the_login(visitor: AdviserAtWork):
    answer = visitor.client.get("/inbox/live", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login")
    assert visitor.client.get("/inbox/stream", headers={"Accept": "text/event-stream"}).status_code == 401


def test_the_content_policy_lets_nothing_in_line_and_nothing_from_elsewhere(adviser: AdviserAtWork):
    answer = adviser.open()
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"
    assert " style=" not in answer.text
    assert "<style" not in answer.text
    assert " onclick=" not in answer.text


def test_cookies_are_closed_to_scripts_and_secure_behind_https(sqlite_db: Database, world: World):
    def cookie(*, secure: bool) -> str:
        app = Flask("tests", static_folder=None)
        app.config.update(SECRET_KEY="another invented secret", WTF_CSRF_ENABLED=False)
        register(app, sqlite_db, lambda: NOW, secure_cookies=secure)
        form = {"email": "mette@solgaarden.example", "password": PASSWORD}
        return app.test_client().post("/login", data=form, base_url="https://x.example").headers["Set-Cookie"]

    assert all(part in cookie(secure=False) for part in ("HttpOnly", "SameSite=Lax"))
    assert "Secure" in cookie(secure=True)


def test_behind_https_the_browser_is_told_to_stay_there(sqlite_db: Database, world: World):
    app = Flask("tests", static_folder=None)
    app.config.update(SECRET_KEY="another invented secret")
    register(app, sqlite_db, lambda: NOW, secure_cookies=True)
    answer = app.test_client().get("/login", base_url="https://x.example")
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_an_unknown_page_is_told_in_plain_danish(adviser: AdviserAtWork):
    answer = adviser.open("/findes-ikke")
    assert answer.status_code == 404
    assert "Det findes ikke" in answer.text


def test_a_fault_of_ours_is_told_in_plain_danish(app: Flask):
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/fejl", view_func=lambda: str(1 / 0))
    answer = app.test_client().get("/fejl")
    assert answer.status_code == 500
    assert "Noget gik galt hos os" in answer.text
    assert app.test_client().get("/fejl", headers={"Accept": "application/json"}).json == {"error": 500}


def test_passwords_are_kept_as_argon2_hashes():
    kept = hash_password("hemmeligt")
    assert kept.startswith("$argon2id$")
    assert is_password(kept, "hemmeligt")
    assert not is_password(kept, "Hemmeligt")
    assert not is_password(None, "hemmeligt")
    assert not is_password("", "")
    assert not is_password("not a hash", "hemmeligt")


def test_an_invented_password_is_new_each_time_and_can_be_typed():
    invented = {invent_password() for _ in range(50)}
    assert len(invented) == 50
    assert all(len(p) == 23 and not set(p) & set("l1oO0I ") for p in invented)
