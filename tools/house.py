"""Set the house up and run it: what the make targets do. bootstrap.py starts it with a Python that fits.

Rules: standard library only (nothing is installed yet); .venv is made from the hashed files in requirements/ and
stamped, so that the next start does not look again; what goes wrong outside is told in one sentence.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "redningskrans.json"
LOCKS = ROOT / "requirements"
Command = list[str | Path]
CHECKS = (("ruff", "format", "--check"), ("ruff", "check", "--quiet"), ("mypy",), ("lint-imports", "--no-logo"))
TRAIN = ("redningskrans", "nlu", "train", "--if-needed")
# The one place for how all tests are run; in the order of tests/conftest.py, which knows what takes long.
PYTEST = ("pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
RASA = ("python", "tools/rasa_house.py")
RASA_LOCK = "bot/nlu/rasa_model/requirements.txt"
NO_PORT = "PORT={} is no port: choose a number from 1 to 65535."
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
NO_NETWORK = re.compile(
    r"[\w ]*(?:name resolution|not known|dns error|[Cc]onnection (?:refused|reset|timed out)|timed out|unreachable"
    r"|to proxy|[Cc]onnection failed|certificate verify failed)[\w .]*"
)


def main() -> None:
    os.chdir(ROOT)
    wanted = arguments()
    try:
        sys.exit(COMMANDS[wanted.command](wanted))
    except KeyboardInterrupt:
        sys.exit(130)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/bootstrap.py", description="Set up, run and test Redningskrans.")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--port", help="run: where the web pages are (8000); rasa: where Rasa listens (5005)")
    parser.add_argument("--fresh", action="store_true", help="run: throw the data under var/ away first")
    parser.add_argument("--upgrade", action="store_true", help="lock: take newer versions too")
    parser.add_argument("--pytest", default="", metavar="ARGUMENTS", help="test: more arguments for pytest")
    parser.add_argument("--options", default="", help="chat: as redningskrans chat --help tells them")
    parser.add_argument("--only", default="", metavar="SUBJECTS", help="bench: measure these alone")
    return parser.parse_args()


def run(wanted: argparse.Namespace) -> int:
    if not is_port(port := wanted.port or "8000"):
        return refuse(NO_PORT.format(port))
    install("run")
    if wanted.fresh:
        start_over(ROOT / "var")
    return become("redningskrans", "serve", "--demo", "--port", port)


def is_port(port: str) -> bool:
    return port.isdecimal() and 0 < int(port) < 65536


def start_over(var: Path) -> None:
    """Throw the data away; a trained model holds nobody's data and takes half a minute or more to make."""
    found = [path for path in var.iterdir() if path.name not in ("nlu", "rasa")] if var.exists() else []
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if found:
        say("Starting over: the data under var/ is gone.")


def chat(wanted: argparse.Namespace) -> int:
    install("run")
    return become("redningskrans", "chat", *shlex.split(wanted.options))


def rasa(wanted: argparse.Namespace) -> int:
    """Rasa beside the product, in an environment of its own."""
    if not is_port(port := wanted.port or "5005"):
        return refuse(NO_PORT.format(port))
    install("run")
    return become(*RASA, "serve", "--port", port)


def check(_: argparse.Namespace) -> int:
    install("test")
    return run_checks()


def test(wanted: argparse.Namespace) -> int:
    install("test")
    if not (wanted.pytest or os.environ.get("WITHOUT_RASA")):  # beside the checks; its tests wait for it
        subprocess.Popen([BIN / RASA[0], *RASA[1:], "train", "--quick"], stderr=subprocess.DEVNULL)
    os.environ["CHROMIUM"] = browser()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each process that collects compiles every test again
    trained = subprocess.Popen([BIN / TRAIN[0], *TRAIN[1:]])  # before the tests start: they share the model
    checked = run_checks()
    trained.wait()
    tested = subprocess.run([BIN / PYTEST[0], *PYTEST[1:], *shlex.split(wanted.pytest)]).returncode
    return tested or checked


def bench(wanted: argparse.Namespace) -> int:
    """Measure how fast it is, and write docs/benchmarks.md."""
    install("test")
    command = [BIN / "python", "-m", "bench", *wanted.only.split()]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": "tools"}).returncode


def lock(wanted: argparse.Namespace) -> int:
    """Renew requirements/ from pyproject.toml; what still fits stays, unless newer versions are asked for."""
    install("run")
    compile_lock("bootstrap.txt", ["--group", "bootstrap"], wanted.upgrade)
    compile_lock("run.txt", ["pyproject.toml"], wanted.upgrade)
    groups = ["--group", "lint", "--group", "test", "--constraint", "requirements/run.txt"]
    compile_lock("test.txt", ["pyproject.toml", *groups], wanted.upgrade)
    compile_rasa_lock()
    return 0


COMMANDS = {"run": run, "chat": chat, "rasa": rasa, "check": check, "test": test, "bench": bench, "lock": lock}


def become(program: str, *arguments: str) -> int:
    """Hand this process over, so that Ctrl-C reaches the product itself."""
    sys.stdout.flush()
    os.execv(BIN / program, [program, *arguments])


def run_checks() -> int:
    """All of them, even when one fails: one run tells everything."""
    failed = [" ".join(step) for step in CHECKS if subprocess.run([BIN / step[0], *step[1:]]).returncode]
    return refuse(f"Not in order: {', '.join(failed)}.") if failed else 0


def compile_lock(name: str, sources: list[str], upgrade: bool) -> None:
    say(f"Renewing requirements/{name} …")
    how = "--universal --python-version 3.11 --fork-strategy fewest --generate-hashes --quiet"
    command = ["pip", "compile", *sources, *how.split(), "--custom-compile-command", "make lock"]
    command += ["--output-file", f"requirements/{name}", *["--upgrade"] * upgrade]
    subprocess.run([BIN / "uv", *command], check=True, stdout=subprocess.DEVNULL)


def compile_rasa_lock() -> None:
    """Never newer versions: Rasa's last free line only works with what was there at its time."""
    say(f"Renewing {RASA_LOCK} …")
    how = "--group rasa --python-version 3.10 --python-platform x86_64-manylinux_2_28 --generate-hashes --quiet"
    command = ["pip", "compile", *how.split(), "--custom-compile-command", "make lock", "--output-file", RASA_LOCK]
    subprocess.run([BIN / "uv", *command], check=True, stdout=subprocess.DEVNULL)


# The virtual environment


def install(group: str) -> None:
    """Make .venv what `group` (run or test) needs; at once when the stamp says that it is."""
    stamp = read_stamp()
    if group == "run" and stamp.get("group") == "test":
        group = "test"  # it holds all of run; taking the tests' packages out again would help nobody
    if stamp == wanted_stamp(group):
        return
    began = time.monotonic()
    if not usable(stamp):
        make_venv()
    say(f"Installing what {'the tests need' if group == 'test' else 'is needed'} into .venv (locked, with hashes) …")
    STAMP.unlink(missing_ok=True)
    pip("--require-hashes", "-r", LOCKS / "bootstrap.txt")
    install_locked(group)
    pip("--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(json.dumps(wanted_stamp(group)), encoding="utf-8")
    say(f"Installed in {time.monotonic() - began:.0f} s.")


def read_stamp() -> dict[str, str]:
    if not (BIN / "python").exists() or not STAMP.exists():
        return {}
    stamp: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    return stamp


def wanted_stamp(group: str) -> dict[str, str]:
    digest = hashlib.sha256()
    for path in (ROOT / "pyproject.toml", LOCKS / "bootstrap.txt", LOCKS / f"{group}.txt"):
        digest.update(path.read_bytes())
    return {"group": group, "root": str(ROOT), "python": python_asked(), "needs": digest.hexdigest()}


def python_asked() -> str:
    """The version that .venv must have: any that fits stays, unless PYTHON names one."""
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    return running if os.environ.get("PYTHON") else read_venv_version() or running


def read_venv_version() -> str:
    settings = VENV / "pyvenv.cfg"
    found = (
        re.search(r"^version\s*=\s*(3\.1[123])\b", settings.read_text(), re.MULTILINE) if settings.exists() else None
    )
    return found[1] if found else ""


def usable(stamp: dict[str, str]) -> bool:
    """Made by us, here (its scripts carry their full path), with the Python that is asked for."""
    return stamp.get("root") == str(ROOT) and stamp.get("python") == python_asked()


def make_venv() -> None:
    say(f"Making .venv with Python {platform.python_version()} …")
    made = quiet([sys.executable, "-m", "venv", "--clear", VENV])
    if made.returncode:
        sys.exit(f"Python could not make a virtual environment in .venv: {last_line(made.stdout)}")


def install_locked(group: str) -> None:
    """By uv, which is three times as fast; by pip, which knows more networks, when uv gets nowhere."""
    files = [LOCKS / "bootstrap.txt", LOCKS / f"{group}.txt"]
    uv: Command = [BIN / "uv", "pip", "sync", "--python", BIN / "python", "--require-hashes", "--compile-bytecode"]
    if quiet([*uv, *files]).returncode:
        say("uv could not install everything; trying with pip, which takes longer …")
        pip("--require-hashes", *(part for path in files for part in ("-r", path)))


def pip(*arguments: str | Path) -> None:
    done = quiet([BIN / "python", "-m", "pip", "install", "--no-input", "--retries", "2", *arguments])
    if done.returncode == 0:
        return
    if reason := NO_NETWORK.search(done.stdout):
        sys.exit(
            f"could not reach the package index: {reason[0].strip(' .')}. Run this again when the network is there."
        )
    sys.exit(f"pip could not install what is needed:\n{done.stdout[-2000:]}")


def quiet(command: Command) -> "subprocess.CompletedProcess[str]":
    """Run with its output kept back. uv then trusts the machine's certificates and asks pip's index, as pip does."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    environment.setdefault("UV_SYSTEM_CERTS", "1")
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    return subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


# The browser for the tests


def browser() -> str:
    """Where Chromium is, installed from Debian when this is root's Debian and there is none."""
    found = next(browsers(), None)
    if found is None and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        install_chromium()
        found = next(browsers(), None)
    if found is None:
        sys.exit("The browser tests need Chromium: install it, or say where one is with CHROMIUM=/path/to/chromium.")
    return found


def browsers() -> Iterator[str]:
    yield from filter(None, (shutil.which(name) for name in (os.environ.get("CHROMIUM") or "chromium", *BROWSERS)))
    if MAC_BROWSER.exists():
        yield str(MAC_BROWSER)


def install_chromium() -> None:
    say("Installing Chromium for the browser tests …")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        done = quiet(["apt-get", *step])
    if done.returncode:
        sys.exit(f"apt-get could not install Chromium:\n{done.stdout[-2000:]}")


def say(sentence: str) -> None:
    print(sentence, flush=True)


def refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "no reason given"


if __name__ == "__main__":
    main()
