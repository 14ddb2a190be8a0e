"""Only what the gateway itself signed is taken; anything else gets 403 and leaves nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bot.app import Service
from bot.db import Database
from bot.models import Message, Organisation
from tests.rig import LINE, NOW, OURS, demo_settings

TOKEN = "invented"


def sign(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """Twilio's published algorithm, written out independently of its SDK."""
    text = url + "".join(key + form[key] for key in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def sms(body: str = "hej", **more: str) -> dict[str, str]:
    return {"MessageSid": "SM" + "1" * 32, "From": LINE, "To": OURS, "Body": body, "NumMedia": "0", **more}


class Web:
    """The service's web behind a public URL."""

    def __init__(self, db: Database, public_url: str = "https://sms.example.dk") -> None:
        settings = demo_settings(db, 8000).model_copy(update={"public_url": public_url, "demo": False})
        self.db, self.public_url = db, public_url
        self.client: FlaskClient = Service(settings, db=db).app.test_client()

    def post(self, path: str, form: dict[str, str], signature: str | None = None, **kwargs: Any) -> int:
        signed = sign(self.public_url.rstrip("/") + path, form) if signature is None else signature
        headers = {"X-Twilio-Signature": signed} if signed else {}
        return self.client.post(path, data=form, headers=headers, **kwargs).status_code

    def stored(self) -> list[str]:
        with self.db.read() as session:
            return list(session.scalars(select(Message.body).where(Message.direction == "in").order_by(Message.id)))


@pytest.fixture
def web(db: Database) -> Web:
    with db.write() as session:
        session.add(Organisation(slug="s", name="Solgården Bolig", number=OURS, settings={}, created_at=NOW))
    return Web(db)


@pytest.mark.parametrize(
    "body", ["hej", "æøå ÆØÅ", "😀 👍🏽", "  mellemrum bagest   ", "", "a&b=c+d%20", "linje\nskift"]
)
def test_what_is_genuine_is_taken_to_the_letter(web: Web, body: str):
    assert web.post("/sms/inbound", sms(body)) == 200
    assert web.stored() == [body]


@pytest.mark.parametrize("path", ["/sms/inbound", "/sms/status?message=1"])
@pytest.mark.parametrize(
    ("url", "form", "token"),
    [
        ("https://sms.example.dk{path}", sms(), "another account's token"),
        ("http://sms.example.dk{path}", sms(), TOKEN),
        ("https://sms.example.dk/elsewhere", sms(), TOKEN),
        ("https://sms.example.dk{path}", sms("another text"), TOKEN),
        ("https://sms.example.dk{path}", sms(Extra="1"), TOKEN),
    ],
    ids=["another account", "another scheme", "another path", "another text", "another field"],
)
def test_what_is_signed_otherwise_is_refused_and_leaves_nothing(web: Web, path: str, url: str, form: Any, token: str):
    assert web.post(path, sms(), sign(url.format(path=path), form, token)) == 403
    assert web.stored() == []


@pytest.mark.parametrize("path", ["/sms/inbound", "/sms/status"])
@pytest.mark.parametrize("signature", ["", "x", "æ"])
def test_what_is_unsigned_is_refused_and_leaves_nothing(web: Web, path: str, signature: str):
    assert web.post(path, sms(), signature) == 403
    assert web.stored() == []


def test_a_character_that_no_database_takes_is_left_out(web: Web):
    assert web.post("/sms/inbound", sms("he\x00j")) == 200
    assert web.stored() == ["hej"]


def test_trimmed_or_changed_fields_break_the_signature(web: Web):
    signature = sign("https://sms.example.dk/sms/inbound", sms("hej  "))

    assert web.post("/sms/inbound", sms("hej"), signature) == 403
    assert web.stored() == []


def test_behind_a_proxy_path_the_public_url_counts(db: Database, web: Web):
    behind = Web(db, "https://bolig.example.dk/redningskrans/")

    form = sms("bag en proxy")
    signature = sign("https://bolig.example.dk/redningskrans/sms/inbound", form)
    assert behind.post("/sms/inbound", form, signature, base_url="http://10.0.0.7:8000") == 200
    assert behind.stored() == ["bag en proxy"]


def test_the_same_sid_three_times_is_one_message(web: Web):
    assert [web.post("/sms/inbound", sms()) for _ in range(3)] == [200, 200, 200]
    assert web.stored() == ["hej"]


def test_a_number_that_no_organisation_has_is_left_with_the_gateway(web: Web):
    assert web.post("/sms/inbound", sms(To="+4511110099")) == 404
    assert web.stored() == []


@pytest.mark.parametrize("form", [{"From": LINE, "To": OURS}, {"MessageSid": "SM1", "To": OURS}, {}])
def test_a_form_without_what_is_needed_is_a_clear_error(web: Web, form: dict[str, str]):
    assert web.post("/sms/inbound", form) == 400


@pytest.mark.parametrize("media", ["", "2", "many"])
def test_an_odd_count_of_pictures_is_no_crash(web: Web, media: str):
    assert web.post("/sms/inbound", sms(NumMedia=media)) == 200


@pytest.mark.parametrize("form", [{"MessageSid": "SM1", "MessageStatus": "delivered"}, {"MessageStatus": "?"}, {}])
def test_a_receipt_of_nothing_we_know_is_acknowledged(web: Web, form: dict[str, str]):
    assert web.post("/sms/status?message=999", form) == 204
    assert web.post("/sms/status?message=x", form) == 204


def test_an_sms_is_stored_before_it_is_acknowledged(web: Web):
    web.post("/sms/inbound", sms())

    with web.db.read() as session:
        assert session.scalar(select(func.count()).where(Message.status == "received")) == 1


def test_what_twilio_brings_again_to_the_fallback_address_is_the_same_sms(web: Web):
    """It is the same address, called at once with two fields more, where the first call met a web that was away."""
    again = sms(ErrorCode="11205", ErrorUrl="https://sms.example.dk/sms/inbound")
    assert web.post("/sms/inbound", again) == 200
    assert web.post("/sms/inbound", again) == 200
    assert web.post("/sms/inbound", sms()) == 200
    assert web.stored() == ["hej"]


def test_a_machine_is_answered_without_what_is_for_browsers_and_pages_still_have_it(web: Web):
    form = sms()
    headers = {"X-Twilio-Signature": sign("https://sms.example.dk/sms/inbound", form)}
    machine = web.client.post("/sms/inbound", data=form, headers=headers)
    page = web.client.get("/login")

    assert {"X-Request-ID", "Cache-Control"} <= set(machine.headers.keys())
    assert not {"Set-Cookie", "Content-Security-Policy"} & set(machine.headers.keys())
    assert {"X-Request-ID", "Content-Security-Policy"} <= set(page.headers.keys())


def test_a_form_that_is_no_sms_by_its_size_is_refused_unread(web: Web):
    assert web.post("/sms/inbound", sms("x" * 300_000)) == 413
    assert web.stored() == []
