"""What a web process does: Twilio's webhooks, which Twilio repeats; an adviser's and a program's posts, which they send
again when no answer came."""

from __future__ import annotations

import io
import re
from functools import cache, partial
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from bot import webhooks
from bot.db import Database
from bot.models import Adviser, Message, Organisation, Plan, Task, Upload
from handoff.access.ways import Ways
from handoff.advisers import add_adviser
from handoff.api import blueprint as json_api
from handoff.tokens import issue
from handoff.web import csrf, register
from scheduler.desk import Desk
from tests.faults.outside import Clock
from tests.faults.stage import LATER, PUBLIC_URL, Scene, Stage
from tests.faults.worker_scenes import LINE, NOW, OURS, QUICK, wrote
from tests.handoff.world import EASY, PASSWORD, build
from tests.handoff.world import NOW as DAY
from tests.scheduler.world import World

METTE = "mette@solgaarden.example"
_CLOCKS: dict[int, Clock] = {}


@cache
def _app(db: Database) -> Flask:
    """The web of one walk, made once; its clock is the scene's."""

    def clock() -> Any:
        return _CLOCKS[id(db)]()

    app = Flask("faults", static_folder=None)
    app.config.update(SECRET_KEY="an invented secret for the tests only", PROPAGATE_EXCEPTIONS=True)
    gateway: Any = _Trusting()
    app.register_blueprint(sms := webhooks.blueprint(db, clock, gateway, PUBLIC_URL))
    ways = Ways(data_key="an invented key", two_steps_for_admins=False, clock=clock, hasher=EASY)
    register(app, db, clock, secure_cookies=False, wake=lambda: None, ways=ways)
    app.extensions["handoff_waves"] = Desk()
    app.register_blueprint(api := json_api(db, clock))
    for proven in (sms, api):
        csrf.exempt(proven)
    return app


class _Trusting:
    """Signatures have tests of their own."""

    def is_genuine(self, *_: object) -> bool:
        return True


def web(stage: Stage) -> FlaskClient:
    """A browser without what it has kept."""
    _CLOCKS[id(stage.db)] = stage.clock
    return _app(stage.db).test_client()


def log_in(stage: Stage, **told: Any) -> None:
    """An adviser logs in; the browser and its page are kept for the scene."""
    client = web(stage)
    client.post("/login", data={"csrf_token": _token(client, "/login"), "email": METTE, "password": PASSWORD})
    token = _token(client, "/inbox")
    cookie = client.get_cookie("session")
    assert cookie is not None
    stage.remember(cookie=cookie.value, token=token, **told)


def _token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found, "the page has no form"
    return found[1]


def post(stage: Stage, path: str, **form: Any) -> TestResponse:
    """The adviser presses a button; when there is no answer they press it again."""
    client = web(stage)
    client.set_cookie("session", stage.told("cookie"))
    answer = client.post(path, data={"csrf_token": stage.told("token"), **form})
    assert answer.status_code < 500, answer.text
    return answer


def _inbox(stage: Stage) -> None:
    built = build(stage.db)
    with stage.db.write() as session:
        for home in session.scalars(select(Organisation)):
            home.settings = dict(QUICK)
        session.execute(update(Plan).values(at=DAY))
        plan, task = session.scalars(select(Plan)).one(), session.scalars(select(Task)).one()
        token = issue(session, session.get_one(Organisation, task.organisation_id), "write", stage.clock())
    log_in(stage, thread=built.hodan, line=built.line, plan=plan.id, task=task.id, api=token)


def _talk(stage: Stage) -> None:
    """Take it, answer, answer later, put it off, end it."""
    thread = f"/inbox/{stage.told('thread')}"
    stage.in_turn(
        lambda: post(stage, f"{thread}/claim"),
        lambda: post(stage, f"{thread}/reply", text="Hej, det er Mette.", token="0" * 24),
        lambda: post(stage, f"{thread}/later", text="Jeg ringer.", when="tomorrow", token="1" * 24),
        lambda: post(stage, f"{thread}/snooze", when="tomorrow"),
        lambda: post(stage, f"{thread}/close", outcome="plan_agreed"),
    )


def _note(stage: Stage) -> None:
    """Take it, write a note, give it back."""
    thread = f"/inbox/{stage.told('thread')}"
    stage.in_turn(
        lambda: post(stage, f"{thread}/claim"),
        lambda: post(stage, f"{thread}/note", note="Ring efter kl. 12"),
        lambda: post(stage, f"{thread}/release"),
    )


def _approve(stage: Stage) -> None:
    post(stage, f"/inbox/{stage.told('line')}/plans/{stage.told('plan')}/approve", word="Godt gået")


def _called(stage: Stage) -> None:
    post(stage, f"/tasks/{stage.told('task')}/called", outcome="no_answer", tries="0")


_FILE = "sagsnr;navn;telefon;restance\n" + "\n".join(
    f"N-{number};Beboer {number};{11114100 + number if number < 4 else ''};4000" for number in range(520)
)


def _lay_up(stage: Stage) -> None:
    build(stage.db)
    with stage.db.write() as session:
        home = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        mette = session.scalars(select(Adviser).where(Adviser.email == METTE)).one()
        home.settings = dict(QUICK)
        session.add(
            Upload(organisation_id=home.id, adviser_id=mette.id, filename="x.csv", content=_FILE.encode(), at=DAY)
        )
    log_in(stage)


def _take(stage: Stage) -> None:
    post(stage, "/waves/1/uploads/1/take")


def _send_file(stage: Stage) -> None:
    post(stage, "/waves/1/upload", file=(io.BytesIO(_FILE.encode()), "sager.csv"))


def _wave(stage: Stage) -> None:
    """A wave that an adviser is to release; Mette has laid up none of it."""
    World(stage.db, release="second_person", **QUICK).add("1", "2")
    _staff(stage)
    log_in(stage)


def _staff(stage: Stage) -> None:
    with stage.db.write() as session:
        homes = list(session.scalars(select(Organisation)))
        add_adviser(session, METTE, "Mette Lind", "adviser", homes, PASSWORD, stage.clock(), EASY)


def _release(stage: Stage) -> None:
    post(stage, "/waves/1/2026-10/release")


def _stop_wave(stage: Stage) -> None:
    stage.in_turn(*(partial(post, stage, f"/waves/1/2026-10/{verb}") for verb in ("pause", "resume", "cancel")))


def _inbound(stage: Stage) -> None:
    for sid, body in (("SMa", "boligstøtte?"), ("SMb", "menneske"), ("SMa", "boligstøtte?")):
        form = {"MessageSid": sid, "From": LINE, "To": OURS, "Body": body, "NumMedia": "0"}
        assert web(stage).post("/sms/inbound", data=form).status_code == 200


def _two_cases(stage: Stage) -> None:
    World(stage.db, **QUICK).add("1", "2")


def _sent(stage: Stage) -> None:
    _two_cases(stage)
    wrote(stage, (LINE, "boligstøtte?"))
    stage.work()


def _failed(stage: Stage, code: str) -> None:
    with stage.db.read() as session:
        message = session.scalars(select(Message).where(Message.direction == "out").order_by(Message.id)).first()
    assert message is not None
    for status in ("sent", "undelivered"):
        form = {"MessageSid": message.provider_sid, "MessageStatus": status, "ErrorCode": code}
        assert web(stage).post(f"/sms/status?message={message.id}", data=form).status_code == 204


def _call(stage: Stage, path: str, key: str = "", **body: Any) -> None:
    told = {"Authorization": f"Bearer {stage.told('api')}", **({"Idempotency-Key": key} if key else {})}
    answer = web(stage).post(f"/api/v1/{path}", json=body, headers=told)
    assert answer.status_code < 300 or answer.status_code == 409, answer.text


def _api(stage: Stage) -> None:
    """Another program lays up a case, answers a resident in Mette's name, approves a plan and ticks a task off."""
    thread, hello = f"conversations/{stage.told('thread')}", "Hej, det er Mette."
    case: dict[str, Any] = {
        "case_ref": "API-1",
        "name": "Ny Beboer",
        "phone": "+4511114200",
        "arrears": 4000,
        "received": DAY.date().isoformat(),
    }
    stage.in_turn(
        lambda: _call(stage, "cases", **case, deadline="2026-12-09"),
        lambda: _call(stage, f"{thread}/claim", adviser=METTE),
        lambda: _call(stage, f"{thread}/reply", key="reply-1", adviser=METTE, text=hello),
        lambda: _call(stage, f"{thread}/note", adviser=METTE, text="Ring efter kl. 12"),
        lambda: _call(stage, f"{thread}/close", adviser=METTE, outcome="plan_agreed"),
        lambda: _call(stage, f"plans/{stage.told('plan')}/approve", adviser=METTE),
        lambda: _call(stage, f"tasks/{stage.told('task')}/done", adviser=METTE),
    )


def _nobody(stage: Stage) -> None:
    """The first day: nobody is here yet."""
    with stage.db.write() as session:
        session.execute(delete(Organisation))
    client = web(stage)
    token = _token(client, "/setup")
    cookie = client.get_cookie("session")
    assert cookie is not None
    stage.remember(cookie=cookie.value, token=token)


def _first_day(stage: Stage) -> None:
    code = Ways(data_key="an invented key").first_run_code()
    told = {"organisation": "Havneparken", "number": "11110030", "name": "Anna Holm", "email": "anna@havnen.example"}
    post(stage, "/setup", code=code, password="en lang og god sætning", **told)


SCENES = [
    Scene("SMS that Twilio brings", _two_cases, _inbound, NOW, on_postgres=True),
    Scene("a receipt: no such number", _sent, partial(_failed, code="30005"), NOW),
    Scene("a receipt: switched off", _sent, partial(_failed, code="30003"), NOW),
    Scene("a receipt: stopped", _sent, partial(_failed, code="21610"), NOW),
    Scene("an adviser's talk", _inbox, _talk, DAY, on_postgres=True),
    Scene("an adviser's note", _inbox, _note, DAY),
    Scene("a plan approved", _inbox, _approve, DAY),
    Scene("a call that nobody answered", _inbox, _called, DAY),
    Scene("a file laid up", _lay_up, _send_file, DAY),
    Scene("a file taken", _lay_up, _take, DAY, later=LATER, on_postgres=True),
    Scene("an adviser releases a wave", _wave, _release, NOW),
    Scene("an adviser stops a wave", _wave, _stop_wave, NOW),
    Scene("a program's calls", _inbox, _api, DAY),
    Scene("the first day", _nobody, _first_day, DAY),
]
