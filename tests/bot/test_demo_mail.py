"""The demo shows what it would have mailed, with links that can be followed; outside it there is no such page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.app import Service
from bot.commands.demo import start_demo
from bot.mail import queue_mail
from bot.models import Adviser
from bot.settings import Settings


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    settings = start_demo(Settings(database_url=f"sqlite:///{tmp_path / 'demo.db'}"), "")
    made = Service(settings)
    yield made
    made.stop()


def test_the_page_shows_each_mail_with_its_link(service: Service) -> None:
    with service.db.write() as session:
        adviser = session.query(Adviser).order_by(Adviser.id).first()
        assert adviser is not None
        body = "Vælg et kodeord her: http://localhost:8000/link/abc.\n<script>alert(1)</script>"
        queue_mail(session, adviser, "invitation", "invitation:1", "Velkommen & <b>", body, service.clock())
    assert service.postman.send_next()
    client: FlaskClient = service.app.test_client()
    page = client.get("/simulator/mail")
    assert page.status_code == 200
    assert '<a href="http://localhost:8000/link/abc">http://localhost:8000/link/abc</a>.' in page.text
    assert "<script>" not in page.text
    assert "Velkommen &amp; &lt;b&gt;" in page.text
    assert client.get("/simulator/mail", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
