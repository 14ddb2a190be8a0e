"""The README's tour, as a new user takes it: the real command, a real browser, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.rig import eventually, free_port

pytestmark = pytest.mark.browser

COMMAND = str(Path(sys.executable).parent / "redningskrans")
ROOT = Path(__file__).parent.parent
JENS, JENS_PHONE = "Jens Lundgaard", "+4511116002"
SOON = 20_000


class Demo:
    """``redningskrans serve --demo`` in a process of its own, with data of its own."""

    def __init__(self, folder: Path) -> None:
        self.env = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/data.db"}
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.output = folder / "serve.txt"
        self.start()

    def start(self) -> None:
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [COMMAND, "serve", "--demo", "--port", str(self.port)],
                env=self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                start_new_session=True,
            )
        eventually(self.is_up, 120)

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        try:
            return requests.get(f"{self.url}/health/ready", timeout=1).ok
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """Ctrl-C."""
        os.killpg(self.process.pid, signal.SIGINT)
        assert self.process.wait(30) == 0, self.output.read_text()

    def kill(self) -> None:
        """As a power cut: every process at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def run(self, *words: str) -> str:
        done = subprocess.run([COMMAND, *words], env=self.env, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return done.stdout

    @property
    def login(self) -> tuple[str, str]:
        found = re.search(r"log in as (\S+) with (\S+)", self.output.read_text())
        assert found is not None
        return found[1], found[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo"))
    yield demo
    demo.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=demo.url, viewport={"width": 1440, "height": 900})
    yield made
    made.close()


class Handset:
    """Jens' telephone on the simulator's page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto("/simulator")
        if not page.get_by_role("region", name=f"{JENS}s telefon").is_visible():
            page.get_by_role("navigation", name="Beboere").get_by_text("flere").click()
            page.get_by_role("dialog").get_by_role("button", name=re.compile(JENS)).click()
        self.phone = page.get_by_role("region", name=f"{JENS}s telefon")

    def reads(self, words: str) -> None:
        expect(self.phone.locator("[data-sms=in]").last).to_contain_text(words, timeout=SOON)

    def writes(self, text: str) -> None:
        self.phone.get_by_label("Sms fra Jens", exact=True).fill(text)
        self.phone.get_by_role("button", name="Send sms fra Jens").click()


def test_the_tour(demo: Demo, context: BrowserContext):
    assert "10" in demo.run("cases", "import", "docs/sample-cases.csv", "--organisation", "solgaarden")
    assert JENS in demo.run("wave", "preview", "--organisation", "solgaarden")
    demo.run("wave", "start", "--organisation", "solgaarden")

    inbox = context.new_page()
    inbox.goto("/inbox")
    email, password = demo.login
    inbox.get_by_label("E-mail").fill(email)
    inbox.get_by_label("Kodeord").fill(password)
    inbox.get_by_role("button", name="Log ind").click()
    expect(inbox.get_by_role("heading", name="Venter på os")).to_be_visible(timeout=SOON)
    expect(inbox.get_by_text(JENS)).to_have_count(0)

    handset = Handset(context.new_page())
    handset.phone.get_by_role("button", name=re.compile("telefon op")).click()
    handset.reads("Svar JA")
    handset.writes("ja")
    handset.reads("fødselsdag")
    handset.writes("kan jeg få boligstøtte?")
    handset.reads("Udbetaling Danmark")
    handset.writes("2/6")
    handset.reads("5.980 kr.")
    handset.writes("jeg kan betale 500 om måneden")
    handset.reads("Skal jeg sende forslaget?")
    handset.writes("ja")
    handset.reads("rådgiver")
    handset.writes("jeg vil gerne tale med et menneske")
    expect(inbox.get_by_text(JENS).first).to_be_visible(timeout=SOON)  # without a reload
    handset.reads("senest")

    inbox.get_by_text(JENS).first.click()
    expect(inbox.get_by_role("log")).to_contain_text("jeg vil gerne tale med et menneske", timeout=SOON)
    expect(inbox.get_by_text("500 kr. om måneden").first).to_be_visible()
    inbox.get_by_role("button", name="Tag samtalen").first.click()
    inbox.get_by_label("SMS til Jens").fill("Hej Jens, det er Mette. Jeg ringer til dig kl. 13.")
    inbox.get_by_role("button", name="Send", exact=True).click()
    handset.reads("Jeg ringer til dig kl. 13.")
    expect(inbox.get_by_role("log")).to_contain_text("Leveret", timeout=SOON)


def test_a_second_start_keeps_what_was_said_and_the_log_ins(demo: Demo):
    before = requests.get(f"{demo.url}/simulator/api/phones/{JENS_PHONE}/messages", timeout=10).json()
    login = demo.login

    demo.stop()
    demo.start()

    after = requests.get(f"{demo.url}/simulator/api/phones/{JENS_PHONE}/messages", timeout=10).json()
    assert [m["body"] for m in after] == [m["body"] for m in before]
    assert len(before) > 5
    assert demo.login == login


def test_killed_while_twenty_people_write_everybody_is_answered_once(demo: Demo):
    api = f"{demo.url}/simulator/api/phones"
    phones = [f"+45111170{n:02d}" for n in range(20)]
    for phone in phones:
        requests.post(f"{api}/{phone}/messages", json={"to": "+4511110010", "body": "hej"}, timeout=10)

    demo.kill()
    demo.start()

    def answers() -> list[int]:
        texts = [requests.get(f"{api}/{phone}/messages", timeout=10).json() for phone in phones]
        return [len([m for m in thread if m["direction"] == "in"]) for thread in texts]

    eventually(lambda: all(answers()), 90)
    assert answers() == [1] * 20


def test_a_taken_port_is_one_sentence(demo: Demo, tmp_path: Path):
    env = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    done = subprocess.run(
        [COMMAND, "serve", "--demo", "--port", str(demo.port)],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith(f"redningskrans: Port {demo.port} is taken")
    assert "Traceback" not in done.stderr


def test_the_clock_moves_and_the_waves_next_step_is_taken_on_the_way(demo: Demo):
    api = f"{demo.url}/simulator/api"
    quiet = "+4511116009"
    first = requests.get(f"{api}/phones/{quiet}/messages", timeout=10).json()
    now = requests.get(f"{api}/clock", timeout=10).json()["now"]

    later = now.replace(now[8:10], f"{int(now[8:10]) + 3:02d}", 1)
    answer = requests.post(f"{api}/clock", json={"now": later}, timeout=120)

    second = requests.get(f"{api}/phones/{quiet}/messages", timeout=10).json()
    assert answer.ok, answer.text
    assert len(first) == 1
    assert len(second) == 2
    assert first[0]["at"] < second[1]["at"] < later


def test_no_person_stands_in_the_log(demo: Demo):
    text = demo.output.read_text()

    for secret in (JENS, JENS_PHONE, "11116002", "boligstøtte", "menneske"):
        assert secret not in text
