"""Whole talks, as an adviser reads them: what the resident writes, what was heard, what we answer, what is done.

``pytest tests/dialogs --update`` writes them down as they go now; the diff is then read as the resident.
"""

from pathlib import Path

import pytest

from bot.dialogs.transcript import replay

FILES = sorted((Path(__file__).parent.parent / "transcripts").glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_talk_goes_as_written_down(path: Path, request: pytest.FixtureRequest):
    written = path.read_text(encoding="utf-8")
    now = replay(written)
    if request.config.getoption("--update"):
        path.write_text(now, encoding="utf-8")
    else:
        assert now == written


def test_there_are_talks():
    assert len(FILES) >= 20
