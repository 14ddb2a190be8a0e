"""The first step of every make target: find a Python that Redningskrans runs on, then hand over to house.py.

Rule: standard library only, and written so that any Python 3 can read it: an old one must be able to say that it is
too old. Without make: python3 tools/bootstrap.py run (or test, check, chat, rasa, bench, lock).
"""

import os
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
NAMES = ("python3.13", "python3.12", "python3.11", "python3")
PROBE = "import sys; print('%d.%d' % sys.version_info[:2]); import ensurepip, venv"
NEEDS = "Redningskrans needs Python 3.11, 3.12 or 3.13"


def main():
    this = sys.executable or "python3"
    asked = os.environ.get("PYTHON")
    found = [probe(name) for name in ([this] if asked else [this, *NAMES])]
    for python, version, complete in found:
        if complete and OLDEST <= version <= NEWEST:
            hand_over(python)
    sys.exit(sentence(found, asked))


def probe(python):
    """(python, version, complete): (0, 0) when it does not start; complete when it can make virtual environments."""
    try:
        run = subprocess.run([python, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        version = tuple(int(part) for part in run.stdout.decode().split("."))
    except (OSError, ValueError):
        return python, (0, 0), False
    return python, version, run.returncode == 0


def hand_over(python):
    """Never returns: house.py takes this process over, so that Ctrl-C and exit codes are its own."""
    house = os.path.join(os.path.dirname(os.path.abspath(__file__)), "house.py")
    os.execvp(python, [python, house, *sys.argv[1:]])


def sentence(found, asked):
    """What is missing, and what to do about it."""
    for _, version, _ in found:
        if OLDEST <= version <= NEWEST:
            return (
                "Python %d.%d is here without its venv module: install that"
                " (on Debian and Ubuntu: apt-get install python3-venv), then run this again." % version
            )
    versions = sorted({"%d.%d" % version for _, version, _ in found if version > (0, 0)})
    if asked:
        return "%s; PYTHON=%s is %s." % (NEEDS, asked, versions[0] if versions else "none")
    return "%s; here is %s. Install one, or name it: make run PYTHON=/path/to/python3.12" % (
        NEEDS,
        " and ".join(versions),
    )


if __name__ == "__main__":
    main()
