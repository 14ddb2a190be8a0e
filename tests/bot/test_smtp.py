"""Mail goes out by real SMTP: TLS, log-in, refusals, and a server that is away, slow or dies at the worst moment."""

import socket
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.mailing.port import Later, Letter, Never, Outcome, Taken, Unclear
from bot.mailing.server import ServerError, read_sender, read_server
from bot.mailing.smtp import SmtpMailer
from bot.models import COPENHAGEN
from tests.bot.mail_server import PASSWORD, USER, Certificate, Post, certificate, rude, serving

LETTER = Letter(
    number=7,
    to="mette@solgaarden.example",
    subject="3 beboere venter på svar",
    body="Hej Mette\n\nÅbn indbakken.\n.\nEn linje med kun et punktum.\n",
    at=datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN),
)
SENDER = read_sender("Redningskrans <hjaelp@solgaarden.example>")
WHO = f"{USER}:{quote(PASSWORD, safe='')}@"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(Path(tmp_path_factory.mktemp("tls")))


def send(url: str, tls: Certificate | None = None, seconds: float = 10) -> tuple[Outcome, int]:
    """What came of it, and how often it was said that the letter is being handed over."""
    said: list[str] = []
    mailer = SmtpMailer(read_server(url), SENDER, tls.client if tls else None, seconds)
    return mailer.send(LETTER, lambda: said.append("now")), len(said)


def test_a_letter_arrives_as_it_was_written() -> None:
    post = Post()
    with serving(post) as port:
        assert send(f"smtp://127.0.0.1:{port}?starttls=off") == (Taken(), 1)
    (letter,) = post.letters
    assert letter["From"] == "Redningskrans <hjaelp@solgaarden.example>"
    assert letter["To"] == "mette@solgaarden.example"
    assert letter["Subject"] == "3 beboere venter på svar"
    assert letter["Message-ID"] == "<mail.7.1796118120@solgaarden.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().replace("\r\n", "\n") == LETTER.body


def test_the_password_goes_only_after_starttls(tls: Certificate) -> None:
    post = Post()
    with serving(post, tls.server, login=True) as port:
        assert send(f"smtp://{WHO}127.0.0.1:{port}", tls) == (Taken(), 1)
    assert (post.logged_in, post.encrypted, len(post.letters)) == ([USER], [True], 1)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it does not see the outer TLS
def test_tls_from_the_first_byte(tls: Certificate) -> None:
    post = Post()
    with serving(post, tls.server, first=True, login=True) as port:
        assert send(f"smtps://{WHO}127.0.0.1:{port}", tls) == (Taken(), 1)
    assert post.logged_in == [USER]


def test_a_server_without_starttls_gets_neither_password_nor_letter() -> None:
    post = Post()
    with serving(post) as port:
        assert send(f"smtp://{WHO}127.0.0.1:{port}") == (Later("NoTlsError"), 0)
    assert post.letters == []


def test_a_server_with_a_certificate_that_nobody_knows_gets_nothing(tls: Certificate) -> None:
    post = Post()
    with serving(post, tls.server, login=True) as port:
        outcome, said = send(f"smtp://{WHO}127.0.0.1:{port}")
    assert (outcome, said, post.letters) == (Later("SSLCertVerificationError"), 0, [])


def test_a_wrong_password_is_ours_to_mend_and_the_mail_waits(tls: Certificate) -> None:
    with serving(Post(), tls.server, login=True) as port:
        outcome, said = send(f"smtp://{USER}:forkert@127.0.0.1:{port}", tls)
    assert (outcome, said) == (Later("SMTPAuthenticationError 535"), 0)


@pytest.mark.parametrize(
    ("verb", "answer", "outcome", "said"),
    [
        ("MAIL", "550 not you", Later("from 550"), 0),
        ("RCPT", "450 try later", Later("450"), 0),
        ("RCPT", "550 no such person", Never("550"), 0),
        ("DATA", "451 try later", Later("451"), 1),
        ("DATA", "554 not wanted", Never("554"), 1),
    ],
)
def test_what_a_refusal_means(verb: str, answer: str, outcome: Outcome, said: int) -> None:
    post = Post(says={verb: [answer]})
    with serving(post) as port:
        assert send(f"smtp://127.0.0.1:{port}?starttls=off") == (outcome, said)
    assert post.letters == []


def test_a_server_that_is_away_is_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]  # closed now
    assert send(f"smtp://127.0.0.1:{port}?starttls=off") == (Later("ConnectionRefusedError"), 0)


def test_a_server_that_falls_silent_before_the_letter_holds_nobody_up() -> None:
    with rude(b"220 hello", then_hang=True) as port:
        outcome, said = send(f"smtp://127.0.0.1:{port}?starttls=off", seconds=0.3)
    assert isinstance(outcome, Later)
    assert said == 0


GREETED = (b"220 hello", b"250 mail.example", b"250 ok", b"250 ok", b"354 go on")


@pytest.mark.parametrize("hangs", [True, False])
def test_without_an_answer_to_the_letter_nobody_knows_whether_it_arrived(hangs: bool) -> None:
    with rude(*GREETED, then_hang=hangs) as port:
        outcome, said = send(f"smtp://127.0.0.1:{port}?starttls=off", seconds=0.5)
    assert isinstance(outcome, Unclear)
    assert said == 1


@pytest.mark.parametrize("to", ["mette@solgaarden.example\nBcc: x@y.example", "mætte@solgaarden.example"])
def test_an_address_that_cannot_stand_in_a_letter_is_never_tried(to: str) -> None:
    letter = Letter(1, to, "Emne", "Tekst", LETTER.at)
    mailer = SmtpMailer(read_server("smtp://127.0.0.1:1?starttls=off"), SENDER)
    assert mailer.send(letter, lambda: None) == Never("address")


@pytest.mark.parametrize(
    ("url", "host", "port", "way", "who"),
    [
        ("smtp://mail.example.dk", "mail.example.dk", 587, "starttls", ("", "")),
        ("smtps://a%40b.dk:p%3Aw@mail.example.dk", "mail.example.dk", 465, "first", ("a@b.dk", "p:w")),
        ("smtp://10.0.0.5:25?starttls=off", "10.0.0.5", 25, "none", ("", "")),
    ],
)
def test_where_the_server_is(url: str, host: str, port: int, way: str, who: tuple[str, str]) -> None:
    server = read_server(url)
    assert (server.host, server.port, server.tls, (server.user, server.password)) == (host, port, way, who)
    assert "p:w" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.dk",
        "http://mail.example.dk",
        "smtp://",
        "smtp://name@mail.example.dk",
        "smtp://mail.example.dk:notaport",
        "smtp://name:secret@mail.example.dk?starttls=off",
    ],
)
def test_an_address_of_a_server_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ServerError) as refused:
        read_server(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("sender", ["", "nobody", "a@b", "Navn", "x@y.dk\nBcc: z@y.dk"])
def test_a_sender_without_an_address_is_refused(sender: str) -> None:
    with pytest.raises(ServerError):
        read_sender(sender)


def test_a_sender_without_a_name_is_the_product() -> None:
    assert read_sender("hjaelp@bolig.example.dk") == ("Redningskrans", "hjaelp@bolig.example.dk")
