"""What orchestrators and Prometheus are told, and that it is about nobody."""

from flask import Flask
from flask.testing import FlaskClient

from bot.clock import database_clock
from bot.db import Database
from bot.health import blueprint
from bot.receive import Inbound, receive
from tests.bot.test_db import NOON, organisation


def client(db: Database) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(blueprint(db, database_clock(db)))
    return app.test_client()


def test_a_migrated_database_is_ready(db: Database):
    assert client(db).get("/health/live").status_code == 200
    assert client(db).get("/health/ready").status_code == 200


def test_a_database_without_tables_is_not_ready_and_says_why(tmp_path):
    answer = client(Database(f"sqlite:///{tmp_path}/empty.db")).get("/health/ready")

    assert answer.status_code == 503
    assert "not migrated" in answer.get_data(as_text=True)


def test_metrics_count_messages_and_name_nobody(db: Database):
    with db.write() as session:
        session.add(organisation())
    receive(db, Inbound("SM1", "+4511114027", "+4511110010", "hemmeligt"), NOON)

    text = client(db).get("/metrics").get_data(as_text=True)

    assert 'redningskrans_messages{direction="in",status="received"} 1.0' in text
    assert 'redningskrans_conversations{held_by="bot"} 1.0' in text
    assert "11114027" not in text
    assert "hemmeligt" not in text


def test_metrics_tell_which_engine_hears_and_how_rasa_fares(db: Database):
    text = client(db).get("/metrics").get_data(as_text=True)

    for engine in ("embedded", "rasa"):
        assert f'redningskrans_nlu_heard_total{{engine="{engine}"}}' in text
    for kind in ("refused", "timeout", "status", "answer", "other"):
        assert f'redningskrans_rasa_failures_total{{kind="{kind}"}}' in text
    assert 'redningskrans_rasa_breaker{redningskrans_rasa_breaker="closed"}' in text
