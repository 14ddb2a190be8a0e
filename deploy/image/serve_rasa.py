"""Rasa within its container: the model that was trained into the image, on all addresses, behind the token.

Standard library only. Everything else is as in tools/rasa_house.py, whose room this is; nothing is written but in /tmp.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import rasa_house

PORT = "5005"


def main() -> None:
    """Never returns: this process becomes Rasa."""
    token = os.environ.pop("RASA_TOKEN", "")
    if not token:
        sys.exit("Missing setting: RASA_TOKEN. Without it whoever reaches Rasa may ask it and change its model.")
    models = sorted(rasa_house.KEPT.glob("redningskrans-*.tar.gz"))
    if not models:
        sys.exit("There is no trained model in this image: build it again.")
    credentials = Path("/tmp/credentials.yml")  # noqa: S108  the one place of a read-only container to write in
    credentials.write_text("{}\n")  # no channel: Rasa's own REST channel would ask for no token
    options = ["--enable-api", "--credentials", str(credentials), "--interface", "0.0.0.0"]  # noqa: S104  ours reach it
    options += ["--port", PORT, "--model", str(models[-1])]
    python, surroundings = str(rasa_house.PYTHON), rasa_house.environment() | {"TOKEN": token}
    os.execve(python, [python, "-c", rasa_house.SERVE, "run", *options], surroundings)  # noqa: S606  it becomes Rasa


if __name__ == "__main__":
    main()
