"""Tokens and webhooks on a page: shown once, closed at once, an admin's alone."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from bot.db import Database
from bot.hooks.sealed import Vault
from bot.models import AuditEvent, Organisation, Token, Webhook, WebhookDelivery
from handoff.api import blueprint
from handoff.tokens import issue
from tests.handoff.conftest import WAYS, AdviserAtWork
from tests.handoff.setup.conftest import Press
from tests.handoff.world import NOW


def secret_in(page: str) -> str:
    found = re.search(r'class="secret">([^<]+)<', page)
    return found[1] if found else ""


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("write", 422)])
def test_a_token_is_shown_once_and_opens_the_api(
    app: Flask, admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int, scope: str, status: int
):
    path = f"/admin/{sol}/connections"
    made = press(admin, path, f"{path}/tokens", {"scope": scope})
    token = secret_in(made.text)
    web = Flask("api")
    web.register_blueprint(blueprint(sqlite_db, lambda: NOW))
    bearer = {"Authorization": f"Bearer {token}"}

    assert token.startswith("rk_")
    assert token not in admin.open(path).text
    assert web.test_client().get("/api/v1/cases", headers=bearer).status_code == 200
    assert web.test_client().post("/api/v1/cases", headers=bearer, json={}).status_code == status


def test_a_closed_token_opens_nothing(admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int, vest: int):
    with sqlite_db.write() as session:
        ours, theirs = session.get_one(Organisation, sol), session.get_one(Organisation, vest)
        issue(session, ours, "read", NOW)
        issue(session, theirs, "read", NOW)
        session.flush()
        mine, other = session.scalars(select(Token.id).order_by(Token.id)).all()
    path = f"/admin/{sol}/connections"

    assert press(admin, path, f"{path}/tokens/{mine}/revoke").status_code == 303
    assert press(admin, path, f"{path}/tokens/{other}/revoke").status_code == 404
    with sqlite_db.read() as session:
        closed = [session.get_one(Token, each).revoked_at is not None for each in (mine, other)]
        done = session.scalars(select(AuditEvent.action).where(AuditEvent.action == "token_revoked")).all()
    assert (closed, len(done)) == ([True, False], 1)


def test_an_address_is_added_tried_and_taken_away(admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int):
    path = f"/admin/{sol}/connections"
    form = {"url": "https://cases.example/told", "event": ["case.closed"]}
    made = press(admin, path, f"{path}/webhooks", form)

    assert secret_in(made.text).startswith("whsec_")
    assert "https://cases.example/told" in made.text
    assert secret_in(admin.open(path).text) == ""
    with sqlite_db.read() as session:
        hook = session.scalars(select(Webhook)).one()
    assert (hook.organisation_id, hook.events) == (sol, ["case.closed"])
    assert secret_in(made.text) not in hook.secret
    assert Vault(WAYS.data_key).open(hook.secret) == secret_in(made.text)

    assert press(admin, path, f"{path}/webhooks/{hook.id}/try").status_code == 303
    with sqlite_db.read() as session:
        assert session.scalars(select(WebhookDelivery.event)).all() == ["trial"]
    assert press(admin, path, f"{path}/webhooks/{hook.id}/remove").status_code == 303
    assert "https://cases.example/told" not in admin.open(path).text
    assert press(admin, path, f"{path}/webhooks/{hook.id}/try").status_code == 404


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"url": "http://cases.example/", "event": ["case.closed"]}, "skal begynde med https"),
        ({"url": "https://me:secret@cases.example/", "event": ["case.closed"]}, "skal begynde med https"),
        ({"url": "https://cases.example/", "event": []}, "Vælg mindst én ting"),
    ],
)
def test_an_address_that_cannot_be_is_refused_and_stands_there(
    admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int, form: dict[str, object], words: str
):
    path = f"/admin/{sol}/connections"
    answer = press(admin, path, f"{path}/webhooks", form)

    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{form["url"]}"' in answer.text
    with sqlite_db.read() as session:
        assert session.scalars(select(Webhook)).all() == []


def test_how_the_newest_call_went_is_told(admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int):
    path = f"/admin/{sol}/connections"
    press(admin, path, f"{path}/webhooks", {"url": "https://cases.example/told"})
    assert "Intet kald endnu" in admin.open(path).text
    with sqlite_db.read() as session:
        hook = session.scalars(select(Webhook.id)).one()
    press(admin, path, f"{path}/webhooks/{hook}/try")
    for values, words in (
        ({"tries": 1}, "Kalder nu"),
        ({"error": "HTTP 500"}, "Ikke taget (HTTP 500). Vi prøver igen"),
        ({"given_up_at": NOW}, "Opgivet i dag"),
        ({"delivered_at": NOW}, "Taget i dag"),
    ):
        with sqlite_db.write() as session:
            session.execute(update(WebhookDelivery).values(**values))
        assert words in admin.open(path).text


def test_only_an_admin_of_the_organisation(
    admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int, vest: int
):
    path = f"/admin/{sol}/connections"
    for verb, form in (("tokens", {"scope": "read"}), ("webhooks", {"url": "https://a.example/"})):
        assert press(admin, path, f"/admin/{vest}/connections/{verb}", form).status_code == 404
    assert admin.open(f"/admin/{vest}/connections").status_code == 404


def test_an_adviser_sees_no_connections(adviser: AdviserAtWork, sol: int):
    assert adviser.open(f"/admin/{sol}/connections").status_code == 403
    assert adviser.post(f"/admin/{sol}/connections/tokens", scope="write").status_code == 403
    assert "Forbindelser" not in adviser.open(f"/admin/{sol}/texts").text
