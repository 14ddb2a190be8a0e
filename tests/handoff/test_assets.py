"""Styles come as one file, and a browser that has a file asks for it again only when it says something else."""

from __future__ import annotations

import gzip
import re

from flask import Flask
from sqlalchemy import event

from bot.db import Database
from handoff.assets import STATIC, mark_of, whole_sheet
from tests.handoff.conftest import AdviserAtWork

FONT = "vendor/dkfds/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-Regular.woff2"


def head(app: Flask) -> str:
    return app.test_client().get("/login").text.partition("</head>")[0]


def test_a_page_names_one_sheet_and_it_holds_all_of_them(app: Flask):
    sheets = re.findall(r'rel="stylesheet" href="([^"]+)"', head(app))
    assert len(sheets) == 1
    said = app.test_client().get(sheets[0]).text
    assert "@import" not in said
    assert said.count("@layer dkfds{") == 1
    for name in re.findall(r'"(css/[^"]+)"', (STATIC / "app.css").read_text(encoding="utf-8")):
        assert (STATIC / name).read_text(encoding="utf-8").strip()[:200] in said
    assert said.count("{") == said.count("}")


def test_everything_that_the_sheet_names_is_there(app: Flask):
    client = app.test_client()
    named = set(re.findall(r"url\(([^)\"']+)\)", whole_sheet().plain.decode()))
    named = {name for name in named if not name.startswith(("data:", "#"))}
    assert any(name.startswith(FONT) for name in named)
    for name in named:
        with client.get(f"/static/{name}") as answer:
            assert answer.status_code == 200, name


def test_the_fonts_that_are_fetched_first_are_those_that_the_sheet_names(app: Flask):
    fetched = re.findall(r'as="font"[^>]* href="/static/([^"]+)"', head(app))
    assert len(fetched) == 2
    assert all(f"url({name})" in whole_sheet().plain.decode() for name in fetched)


def test_what_a_page_names_is_kept_for_good_and_an_older_or_no_name_is_asked_about(app: Flask):
    client = app.test_client()
    for path, mark in (("/static/app.css", mark_of("app.css")), (f"/static/{FONT}", mark_of(FONT))):
        for query, kept in (
            (f"?v={mark}", "public, max-age=31536000, immutable"),
            ("?v=old", "no-cache"),
            ("", "no-cache"),
        ):
            with client.get(path + query) as answer:
                assert answer.headers["Cache-Control"] == kept
                etag = answer.headers["ETag"]
            with client.get(path + query, headers={"If-None-Match": etag}) as again:
                assert again.status_code == 304
                assert again.headers["Cache-Control"] == kept
    with client.get("/static/nothing.css?v=") as answer:
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_sheet_is_packed_for_whoever_can_unpack_it(app: Flask):
    client = app.test_client()
    packed, plain = client.get("/static/app.css", headers={"Accept-Encoding": "gzip"}), client.get("/static/app.css")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_a_file_depends_on_nobody_and_asks_the_database_nothing(adviser: AdviserAtWork, sqlite_db: Database):
    said: list[str] = []
    event.listen(sqlite_db.engine, "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement))
    for path in ("/static/app.css", f"/static/{FONT}"):
        with adviser.open(path) as answer:
            assert not {"Set-Cookie"} & set(answer.headers.keys())
            assert "Cookie" not in answer.headers.get("Vary", "")
    assert said == []


def test_every_file_that_a_page_names_carries_its_mark(app: Flask):
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', head(app))
    assert len(named) >= 4
    assert [name for name in named if "?v=" not in name] == []
