"""Calls go to the open internet, or nowhere; a refusal is an answer."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

from bot.hooks.caller import AddressError, Caller, checked_url, is_public
from tests.hooks.receiver import receiving


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.9", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds keep their keys
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  nothing listens here: it is refused
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::a9fe:a9fe", False),  # 169.254.169.254, as a gateway between the two families writes it
        ("64:ff9b::808:808", True),
        ("2002:a00:1::1", False),  # 10.0.0.1 by 6to4
    ],
)
def test_only_the_open_internet_is_public(address: str, public: bool):
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x",
        "ftp://example.org",
        "https://",
        "example.org",
        "https://me:secret@example.org/",
        "https://example.org/#part",
        "https://example.org/a b",
        "https://example.org/" + "x" * 500,
        "file:///etc/passwd",
    ],
)
def test_an_address_that_may_not_be_called_is_refused(url: str):
    with pytest.raises(AddressError):
        checked_url(url)


def test_the_demo_may_tell_this_machine():
    assert checked_url(" https://example.org/told?x=1 ") == "https://example.org/told?x=1"
    assert checked_url("http://localhost:9000/told", is_demo=True) == "http://localhost:9000/told"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_call_into_our_own_house_ends_before_a_word_is_said(host: str):
    with receiving() as receiver:
        answered = Caller().post(receiver.url.replace("127.0.0.1", host), b"{}", {})

        assert (answered.problem, receiver.calls) == ("OwnHouse", [])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_shut_door_of_our_own_house_is_told_like_an_open_one(host: str):
    """Else an organisation's admin could ask us, port by port, what runs beside us."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        address = f"http://{host}:{taken.getsockname()[1]}/"

        assert Caller().post(address, b"{}", {}).problem == "OwnHouse"


def test_a_call_by_name_says_the_name():
    with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "localhost")

        assert Caller(lambda _: True).post(url, b"{}", {}).problem == ""
        assert receiver.calls[0][0]["host"].startswith("localhost:")


@pytest.mark.parametrize(
    ("status", "problem"), [(200, ""), (204, ""), (400, "HTTP 400"), (410, "HTTP 410"), (503, "HTTP 503")]
)
def test_the_status_is_the_answer(status: int, problem: str):
    with receiving() as receiver:
        receiver.answers = [(status, {})]
        answered = Caller(lambda _: True).post(receiver.url, b'{"a": 1}', {"X-One": "1"})

        assert (answered.problem, answered.is_gone) == (problem, status == 410)
        headers, body = receiver.calls[0]
        assert (headers["x-one"], body) == ("1", b'{"a": 1}')


def test_a_redirect_is_not_followed():
    """It could lead anywhere, and with what was signed."""
    with receiving() as receiver, receiving() as elsewhere:
        receiver.answers = [(307, {"Location": elsewhere.url})]

        assert Caller(lambda _: True).post(receiver.url, b"{}", {}).problem == "HTTP 307"
        assert elsewhere.calls == []


def test_nobody_there_is_an_answer_too():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"

        assert Caller(lambda _: True).post(address, b"{}", {}).problem == "ConnectionError"


def test_an_address_that_drips_holds_nobody_for_ever():
    """Each read is within its time; the whole call is not."""
    over = threading.Event()

    def drip(server: socket.socket) -> None:
        wire, _ = server.accept()
        with wire, suppress(OSError):
            while not over.wait(0.05):
                wire.sendall(b"H")

    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=drip, args=(server,))
        dripping.start()
        answered = Caller(lambda _: True, seconds=0.5).post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        over.set()
        dripping.join()
    assert answered.problem == "ConnectionError"
