"""Rasa's own room: .venv-rasa on Python 3.10, a model of our training data, a server on loopback: `make rasa`.

Rules: standard library only; installed from the hashed lock; the model is kept under the hash of data, configuration,
lock and this file, so that a second start takes seconds. One process at a time prepares; another waits for it.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import platform
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-rasa"
STAMP = VENV / "redningskrans.json"
ROOM = ROOT / "bot" / "nlu" / "rasa_model"
LOCK, CONFIG = ROOM / "requirements.txt", ROOM / "config.yml"
DATA = ROOT / "bot" / "nlu" / "data"
KEPT = ROOT / "var" / "rasa"
TOKEN = KEPT / "token"
Command = list[str | Path]
UV = ROOT / ".venv" / "bin" / "uv"
PROBE = "import sys; sys.exit(sys.version_info[:2] != (3, 10))"
PYTHON = VENV / "bin" / "python"
#: The model that `make test` trains: so much of each intent, and so often, that plain sentences are heard.
QUICK_MESSAGES, QUICK_EPOCHS = 40, 12
#: Old libraries complain of each other, and some of Rasa's own warnings quote a text; it overrides PYTHONWARNINGS.
QUIET = "import os, sys, warnings; warnings.showwarning = lambda *_, **__: None; "
TRAIN = QUIET + "from rasa.__main__ import main; main()"
#: The token goes by the environment: everybody on a machine can read the arguments of a process.
SERVE = QUIET + "sys.argv += ['--auth-token=' + os.environ.pop('TOKEN')]; from rasa.__main__ import main; main()"
ENVIRONMENT = {
    "LOG_LEVEL": "WARNING",  # at DEBUG it writes what residents write
    "OMP_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
    "RASA_MAX_CACHE_SIZE": "0",  # the finished model is kept; its parts need not be
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
}

sys.path.insert(0, str(ROOT))
from bot.nlu.folding import fold  # noqa: E402  standard library only, and Rasa must learn the spelling that it is asked in


class RoomError(Exception):
    """Rasa cannot be installed or trained; the message says why."""


def main() -> None:
    wanted = arguments()
    try:
        model = prepare(wanted.quick)
        if wanted.command == "serve":
            serve(model, wanted.port)
    except RoomError as error:
        sys.exit(f"Rasa is not ready: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/rasa_house.py", description="Install, train and serve Rasa.")
    parser.add_argument("command", choices=("train", "serve"), help="train: install and train only")
    parser.add_argument("--port", default="5005", help="serve: where it listens, on this machine alone (5005)")
    parser.add_argument("--quick", action="store_true", help="a model of few epochs, for the tests")
    return parser.parse_args()


def prepare(quick: bool) -> Path:
    """Everything but serving; the path of the model."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with alone():
        install()
        return train(quick)


@contextmanager
def alone() -> Iterator[None]:
    """`make test` prepares beside the checks while a test may already ask for it."""
    with (KEPT / "prepared.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# Its environment


def install() -> None:
    """Make .venv-rasa what the lock says; at once when the stamp says that it is."""
    stamp = {"root": str(ROOT), "needs": digest([LOCK])}
    if STAMP.exists() and json.loads(STAMP.read_text(encoding="utf-8")) == stamp:
        return
    began = time.monotonic()
    say("Installing Rasa into .venv-rasa (2.5 GB, locked, with hashes) …")
    told([UV, "venv", "--quiet", "--clear", "--python", python310(), VENV], "its environment could not be made")
    into: Command = ["--python", PYTHON, "--compile-bytecode"]
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        told([UV, "pip", "sync", *into, "--require-hashes", LOCK], "it could not be installed")
    else:  # TensorFlow has other names elsewhere: the same versions, without the hashes
        told([UV, "pip", "install", *into, "--no-verify-hashes", "-c", LOCK, "rasa"], "it could not be installed")
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    say(f"Installed in {time.monotonic() - began:.0f} s.")


def python310() -> str:
    """A Python 3.10 that is here, one of pyenv's too; else uv fetches one."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which("python3.10"), *sorted(map(str, versions.glob("3.10.*/bin/python3.10")))]
    return next((name for name in found if name and is_310(name)), "3.10")


def is_310(python: str) -> bool:
    """pyenv leaves a python3.10 on the path that only says that there is none."""
    return subprocess.run([python, "-c", PROBE], capture_output=True).returncode == 0


# Its model


def train(quick: bool) -> Path:
    """The model of this data, from the cache when it is there."""
    name = f"{'quick' if quick else 'redningskrans'}-{digest([*data(), LOCK, CONFIG, Path(__file__)])[:16]}.tar.gz"
    if (KEPT / name).exists():
        return KEPT / name
    began = time.monotonic()
    say("Training Rasa on bot/nlu/data, this takes some minutes …")
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        work = Path(folder)
        write_training(work, quick)
        made, trouble = work / "model" / "model.tar.gz", "it could not be trained"
        options = "train nlu --nlu data.yml --config config.yml --out model --fixed-model-name model"
        output = told([PYTHON, "-c", TRAIN, *options.split()], trouble, work)
        if not made.exists():  # it ends well, too, when it only has something to say
            raise RoomError(f"{trouble}.\n{output[-2000:]}")
        os.replace(made, KEPT / name)
    for old in KEPT.glob(f"{name.partition('-')[0]}-*.tar.gz"):
        if old.name != name:
            old.unlink()
    say(f"Trained in {time.monotonic() - began:.0f} s.")
    return KEPT / name


def write_training(work: Path, quick: bool) -> None:
    """Our data in the spelling that Rasa is asked in, and the configuration.

    A message that says several things stands under each of them: measured better than a label for every combination.
    """
    config, intents = CONFIG.read_text(encoding="utf-8"), messages()
    if quick:
        config = re.sub(r"epochs: \d+", f"epochs: {QUICK_EPOCHS}", config)
        intents = {name: few(texts) for name, texts in intents.items()}
    blocks = (
        f"- intent: {name}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for name, texts in intents.items()
    )
    (work / "data.yml").write_text('version: "3.1"\nnlu:\n' + "".join(blocks), encoding="utf-8")
    (work / "config.yml").write_text(config, encoding="utf-8")


def messages() -> dict[str, list[str]]:
    """The messages of each intent; our files are plain enough to be read without a YAML library."""
    intents: dict[str, list[str]] = {}
    for path in data():
        said: list[str] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if label := re.fullmatch(r"- intent: (\S+)", line.rstrip()):
                said = label[1].split("+")
            elif text := re.fullmatch(r"\s+- (.*\S)\s*", line):
                for name in said:
                    intents.setdefault(name, []).append(plain(text[1]))
    return intents


def few(texts: list[str]) -> list[str]:
    """Some of them, from all over."""
    return texts[:: max(1, len(texts) // QUICK_MESSAGES)][:QUICK_MESSAGES]


def plain(text: str) -> str:
    """The spelling that Rasa is asked in, without the sign of a command; brackets in a row would mark an entity."""
    return re.sub(r"\](?=[({])", "] ", fold(text)).lstrip("/ ")


def data() -> list[Path]:
    return sorted(DATA.glob("*.yml"))


def digest(paths: list[Path]) -> str:
    sums = hashlib.sha256()
    for path in paths:
        sums.update(path.name.encode() + b"\0" + path.read_bytes())
    return sums.hexdigest()


# Its server


def serve(model: Path, port: str) -> None:
    """Never returns: this process becomes Rasa, on loopback alone, and demands the token."""
    (KEPT / "credentials.yml").write_text("{}\n")  # no channel: Rasa's own REST channel would ask for no token
    options = ["--enable-api", "--credentials", "credentials.yml", "--interface", "127.0.0.1"]
    options += ["--port", port, "--model", str(model)]
    say(f"Rasa answers on http://127.0.0.1:{port} in some ten seconds. NLU=rasa lets the product ask it.")
    os.chdir(KEPT)
    os.execve(PYTHON, [str(PYTHON), "-c", SERVE, "run", *options], environment() | {"TOKEN": token()})


def token() -> str:
    """What Rasa demands and the product sends; only the owner may read the file."""
    if not TOKEN.exists():
        with os.fdopen(os.open(TOKEN, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    return TOKEN.read_text(encoding="utf-8")


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    return kept | ENVIRONMENT


def told(command: Command, trouble: str, folder: Path = ROOT) -> str:
    """What it says, kept back; RoomError with the end of it when it fails."""
    surroundings = environment()
    surroundings.setdefault("UV_SYSTEM_CERTS", "1")
    if "PIP_INDEX_URL" in surroundings:
        surroundings.setdefault("UV_DEFAULT_INDEX", surroundings["PIP_INDEX_URL"])
    done = subprocess.run(
        command, cwd=folder, env=surroundings, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise RoomError(f"{trouble}.\n{done.stdout[-2000:]}")
    return done.stdout


def say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    main()
