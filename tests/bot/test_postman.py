"""The outbox of mails: each is sent once, later when the server says so, and never again when it may have arrived."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot import lease
from bot.db import Database
from bot.incidents import open_incidents
from bot.mail import Kind, queue_mail
from bot.mailing.failures import tell_failures
from bot.mailing.port import KeepingMailer, Later, Letter, Mailer, Never, Outcome, Taken, Unclear
from bot.mailing.postman import LEASE, Postman
from bot.mailing.server import read_sender, read_server
from bot.mailing.smtp import SmtpMailer
from bot.models import COPENHAGEN, Adviser, Mail, Organisation
from tests.bot.mail_server import Post, serving
from tests.fakes import FakeClock

NOW = datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN)
URL = "https://krans.example.dk/"


class Killed(BaseException):
    """The process dies here."""


class FakeMailer:
    """Answers as it was told, then takes everything. A word dies at that moment."""

    def __init__(self, *answers: Outcome | str) -> None:
        self.answers = list(answers)
        self.letters: list[Letter] = []

    def send(self, letter: Letter, handing_over: Callable[[], None]) -> Outcome:
        answer = self.answers.pop(0) if self.answers else Taken()
        if answer == "before":
            raise Killed
        if isinstance(answer, Later):
            return answer
        handing_over()
        self.letters.append(letter)
        if isinstance(answer, str):
            raise Killed
        return answer


@pytest.fixture
def mette(db: Database) -> int:
    with db.write() as session:
        made = Adviser(email="mette@solgaarden.example", name="Mette Lind", created_at=NOW)
        home = Organisation(slug="sol", name="Solgården", number="+4511110010", created_at=NOW)
        made.organisations = [home]
        session.add(made)
        session.flush()
        return made.id


def queue(db: Database, adviser: int, key: str, kind: Kind = "waiting", now: datetime = NOW) -> None:
    with db.write() as session:
        queue_mail(session, session.get_one(Adviser, adviser), kind, key, f"Emne {key}", "Der venter 3.", now)


def mail(db: Database, key: str) -> Mail:
    with db.read() as session:
        return session.scalars(select(Mail).where(Mail.key == key)).one()


def postman(db: Database, mailer: Mailer | None, clock: FakeClock | None = None) -> Postman:
    clock = clock or FakeClock(NOW)
    return Postman(db, clock, mailer, URL, clock)


def send_all(postman: Postman) -> int:
    count = 0
    while postman.send_next():
        count += 1
    return count


def kinds(db: Database) -> list[str]:
    with db.read() as session:
        return [row.kind for row in open_incidents(session)]


def test_a_mail_goes_to_a_real_server_once_and_says_where_the_inbox_is(db: Database, mette: int) -> None:
    post = Post()
    queue(db, mette, "a")
    with serving(post) as port:
        mailer = SmtpMailer(read_server(f"smtp://127.0.0.1:{port}?starttls=off"), read_sender("x@krans.example.dk"))
        carrier = postman(db, mailer)
        assert [carrier.send_next(), carrier.send_next()] == [True, False]
    (letter,) = post.letters
    text = letter.get_content()
    assert "Hej Mette" in text
    assert "https://krans.example.dk/inbox" in text
    assert "https://krans.example.dk/me" in text
    assert (mail(db, "a").sent_at, mail(db, "a").body) == (NOW, "")


def test_a_link_of_its_own_is_the_only_one_in_an_invitation(db: Database, mette: int) -> None:
    mailer = FakeMailer()
    queue(db, mette, "i", "invitation")
    send_all(postman(db, mailer))
    assert "/inbox" not in mailer.letters[0].body
    assert "/me" not in mailer.letters[0].body


def test_later_is_later_each_time_and_then_it_goes(db: Database, mette: int) -> None:
    mailer, clock = FakeMailer(Later("450"), Later("450")), FakeClock(NOW)
    carrier = postman(db, mailer, clock)
    queue(db, mette, "a")
    gaps = []
    for _ in range(2):
        assert send_all(carrier) == 1
        gaps.append(mail(db, "a").due_at - clock.now)
        clock.now = mail(db, "a").due_at
    send_all(carrier)
    assert timedelta(seconds=5) <= gaps[0] < gaps[1] < timedelta(seconds=16)
    assert (len(mailer.letters), mail(db, "a").error) == (1, None)


def test_a_server_that_is_away_for_long_is_told_and_is_over_when_it_is_back(db: Database, mette: int) -> None:
    mailer, clock = FakeMailer(*[Later("ConnectionRefusedError")] * 8), FakeClock(NOW)
    carrier = postman(db, mailer, clock)
    queue(db, mette, "a", "crisis")
    while not mailer.letters:
        send_all(carrier)
        told = kinds(db)
        assert told == ([] if clock.now - NOW <= timedelta(minutes=5) or mailer.letters else ["mail_down"])
        clock.now = max(clock.now, mail(db, "a").due_at)
    assert kinds(db) == []


def test_an_address_that_is_refused_is_not_tried_again_and_is_told_once(db: Database, mette: int) -> None:
    mailer, clock = FakeMailer(Never("550"), Never("550")), FakeClock(NOW)
    carrier = postman(db, mailer, clock)
    for key in ("a", "b"):
        queue(db, mette, key)
    assert (send_all(carrier), send_all(carrier)) == (2, 0)
    for _ in range(2):
        tell_failures(db, NOW)
    assert kinds(db) == ["mail_failed"]
    with db.write() as session:
        (incident,) = open_incidents(session)
        assert (incident.subject, incident.detail) == (f"adviser:{mette}", {"code": "550"})
        incident.ended_at = NOW  # somebody has seen it
    tell_failures(db, NOW + timedelta(hours=1))
    assert kinds(db) == []


def test_who_dies_before_the_letter_leaves_sends_it_after_the_restart(db: Database, mette: int) -> None:
    queue(db, mette, "a")
    clock = FakeClock(NOW)
    with pytest.raises(Killed):
        postman(db, FakeMailer("before"), clock).send_next()
    clock.move(seconds=LEASE.total_seconds() + 1)
    mailer = FakeMailer()
    assert send_all(postman(db, mailer, clock)) == 1
    assert [letter.number for letter in mailer.letters] == [mail(db, "a").id]


@pytest.mark.parametrize("ends", ["dies", "never answers"])
def test_what_may_have_arrived_is_never_sent_again_and_is_told(db: Database, mette: int, ends: str) -> None:
    """The process dies after the letter has left, or the server never says what became of it."""
    queue(db, mette, "a")
    clock = FakeClock(NOW)
    if ends == "dies":
        with pytest.raises(Killed):
            postman(db, FakeMailer("after"), clock).send_next()
    else:
        postman(db, FakeMailer(Unclear("TimeoutError")), clock).send_next()
    tell_failures(db, clock.now)
    assert kinds(db) == []  # it may be in hand yet
    clock.move(hours=1)
    mailer = FakeMailer()
    send_all(postman(db, mailer, clock))
    tell_failures(db, clock.now)
    assert (mailer.letters, kinds(db), mail(db, "a").sent_at) == ([], ["mail_failed"], None)


def test_only_one_process_is_the_sender(db: Database, mette: int) -> None:
    queue(db, mette, "a")
    clock = FakeClock(NOW)
    lease.take(db, "mail", "another process", NOW, NOW + LEASE)
    mailer = FakeMailer()
    carrier = postman(db, mailer, clock)
    assert not carrier.send_next()
    lease.give_up(db, "mail", "another process")
    assert carrier.send_next()
    carrier.stop()
    assert lease.holder_of(db, "mail", NOW) is None


def test_who_was_away_too_long_does_not_hand_over_what_another_has_sent(db: Database, mette: int) -> None:
    queue(db, mette, "a")
    clock = FakeClock(NOW)
    other = FakeMailer()

    class Frozen:
        letters: tuple[Letter, ...] = ()

        def send(self, letter: Letter, handing_over: Callable[[], None]) -> Outcome:
            clock.move(seconds=LEASE.total_seconds() + 1)
            send_all(postman(db, other, clock))
            handing_over()
            self.letters += (letter,)
            return Taken()

    frozen = Frozen()
    assert postman(db, frozen, clock).send_next()
    assert (len(other.letters), frozen.letters) == (1, ())


def test_a_crisis_goes_before_all_that_waits(db: Database, mette: int) -> None:
    mailer = FakeMailer()
    queue(db, mette, "a")
    queue(db, mette, "b", "crisis", NOW)
    send_all(postman(db, mailer))
    assert [letter.subject for letter in mailer.letters] == ["Emne b", "Emne a"]


def test_without_a_server_nothing_is_mailed_and_nothing_piles_up(db: Database, mette: int) -> None:
    queue(db, mette, "a")
    assert send_all(postman(db, None)) == 1
    tell_failures(db, NOW)
    found = mail(db, "a")
    assert (found.error, found.sent_at, found.body, kinds(db)) == ("no_server", None, "", [])


def test_a_mail_on_who_waits_is_no_use_the_day_after(db: Database, mette: int) -> None:
    mailer, clock = FakeMailer(), FakeClock(NOW + timedelta(days=2))
    queue(db, mette, "a")
    send_all(postman(db, mailer, clock))
    assert (mailer.letters, mail(db, "a").error) == ([], "too_late")


def test_the_demo_keeps_what_was_mailed(db: Database, mette: int) -> None:
    queue(db, mette, "a")
    send_all(postman(db, KeepingMailer()))
    assert (mail(db, "a").body, mail(db, "a").sent_at) == ("Der venter 3.", NOW)


def test_a_mail_to_somebody_whose_access_was_closed_is_not_sent(db: Database, mette: int):
    """How many wait, and where, is no business of theirs any more."""
    queue(db, mette, "one")
    with db.write() as session:
        session.get_one(Adviser, mette).is_active = False
    mailer = FakeMailer()

    send_all(postman(db, mailer))

    assert mailer.letters == []
    assert (mail(db, "one").error, mail(db, "one").body) == ("left", "")
